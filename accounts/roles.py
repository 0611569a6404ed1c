"""What a person may be trusted with. The roles of the site are groups; each room's rules say what they may."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Roles of the whole site, held as groups."""

    ORGANIZER = "organizer", _("Organizer")
    EDITOR = "editor", _("Case editor")
    REVIEWER = "reviewer", _("Case reviewer")
    PROTECTION = "protection", _("Protection officer")
    TRANSLATOR = "translator", _("Translator")
    ABUSE = "abuse", _("Abuse desk")
    PUBLISHER = "publisher", _("Publisher")
    AUDITOR = "auditor", _("Auditor")


# What people give and take; that of an organizer goes with running an organisation's campaigns (accounts/following.py).
SITE_ROLES: list[Role] = [role for role in Role if role != Role.ORGANIZER]


class MemberRole(models.TextChoices):
    """What a member is to one organisation; the same person may be another in the next."""

    OWNER = "owner", _("Owner")
    ORGANIZER = "organizer", _("Organizer")
    VIEWER = "viewer", _("Viewer")
