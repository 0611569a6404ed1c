"""What the audit log calls what is done with cases, said of whoever did it."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "cases.submitted": _("sent a case for review"),
    "cases.sent_back": _("sent a case back to its draft"),
    "cases.approved": _("approved a case"),
    "cases.published": _("published a case"),
    "cases.taken_down": _("took a case down"),
    "restorations.asked": _("asked to restore a case"),
    "cases.restored": _("restored a case"),
    "sealed_fields.read": _("read a sealed field"),
    "originals.opened": _("opened the original of a picture"),
}
