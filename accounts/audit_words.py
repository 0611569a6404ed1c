"""What the audit log calls what happens to people's rights; the entries are written by accounts/rights.py."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "people.added": _("added a person"),
    "people.changed": _("changed what a person may do"),
    "people.removed": _("removed a person"),
    "roles.granted": _("gave a role"),
    "roles.taken": _("took a role away"),
    "permissions.granted": _("gave a permission"),
    "permissions.taken": _("took a permission away"),
    "memberships.granted": _("made somebody a member"),
    "memberships.taken": _("ended a membership"),
}
