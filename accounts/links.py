"""The links in mails to people who log in: each proves by itself what it is for, and nothing of it is stored."""

from django.conf import settings
from django.urls import reverse

from accounts.models import Invitation
from privacy.links import make_token

INVITATION = "account-invitation"


def invitation_url(invitation: Invitation) -> str:
    token = make_token(INVITATION, invitation.pk, revision=invitation.revision, expires_at=invitation.expires_at)
    return settings.SITE_URL + reverse("invitation", args=[token])
