"""The links in mails to people who log in: each proves by itself what it is for, and nothing of it is stored."""

import datetime as dt

from django.conf import settings
from django.urls import reverse

from accounts.models import Invitation, User
from privacy.links import make_token

INVITATION = "account-invitation"
END_DIGESTS = "account-end-digests"
# It ends nothing but mails, so it need not end itself.
NO_END = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)


def invitation_url(invitation: Invitation) -> str:
    token = make_token(INVITATION, invitation.pk, revision=invitation.revision, expires_at=invitation.expires_at)
    return settings.SITE_URL + reverse("invitation", args=[token])


def end_digests_url(person: User) -> str:
    return settings.SITE_URL + reverse("end_digests", args=[make_token(END_DIGESTS, person.pk, expires_at=NO_END)])
