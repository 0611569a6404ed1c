"""The links that go out in mails: each proves by itself what it is for, and nothing of it is stored."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from campaign import rules
from campaign.models import Campaign, OptIn, Pack, Signature, Update, Volunteer
from privacy.links import make_token

CONFIRM = "signature-confirm"
OWN_PAGE = "signature-own-page"
VOLUNTEER_CONFIRM = "volunteer-confirm"
COORDINATOR = "coordinator-page"
UNSUBSCRIBE = "updates-unsubscribe"
UNSUBSCRIBE_PARTNER = "partner-updates-unsubscribe"


def absolute(name: str, *args: object, language: str) -> str:
    with translation.override(language):
        return settings.SITE_URL + reverse(name, args=args)


def confirm_token(signature: Signature) -> str:
    return make_token(
        CONFIRM, signature.pk, revision=signature.revision, expires_at=signature.signed_at + rules.CONFIRM_WITHIN
    )


def own_page_token(signature: Signature) -> str:
    """The same from one mail to the next; it ends with an erasure or a new beginning."""
    since = signature.confirmed_at or signature.signed_at
    return make_token(OWN_PAGE, signature.pk, revision=signature.revision, expires_at=since + rules.OWN_PAGE_FOR)


def confirm_url(signature: Signature) -> str:
    return absolute("confirm", confirm_token(signature), language=signature.language)


def own_page_url(signature: Signature) -> str:
    return absolute("own_page", own_page_token(signature), language=signature.language)


def unsubscribe_token(signature: Signature, opt_in: OptIn | None = None) -> str:
    """Stands in every update, and in its header; the page that it opens takes an expired one too. In a partner's it is
    for the opt-in alone.
    """
    since = signature.confirmed_at or signature.signed_at
    purpose, subject = (UNSUBSCRIBE_PARTNER, opt_in.pk) if opt_in else (UNSUBSCRIBE, signature.pk)
    return make_token(purpose, subject, expires_at=since + rules.OWN_PAGE_FOR)


def unsubscribe_url(signature: Signature, opt_in: OptIn | None = None) -> str:
    return absolute("unsubscribe", unsubscribe_token(signature, opt_in), language=signature.language)


def update_url(update: Update, language: str) -> str:
    """Where a public one stands on the campaign's page."""
    return f"{campaign_url(update.campaign, language)}#update-{update.pk}"


def erasure_url(signature: Signature) -> str:
    return absolute("erasure", own_page_token(signature), language=signature.language)


def campaign_url(campaign: Campaign, language: str) -> str:
    return absolute("campaign", campaign.slug, language=language)


def volunteer_confirm_url(volunteer: Volunteer) -> str:
    expires_at = volunteer.offered_at + rules.CONFIRM_WITHIN
    token = make_token(VOLUNTEER_CONFIRM, volunteer.pk, expires_at=expires_at)
    return absolute("volunteer_confirm", token, language=volunteer.language)


def coordinator_token(volunteer: Volunteer) -> str:
    """For the page of whoever hands in, or has offered to; it ends when they leave."""
    return make_token(COORDINATOR, volunteer.pk, expires_at=volunteer.offered_at + rules.OWN_PAGE_FOR)


def coordinator_url(volunteer: Volunteer) -> str:
    return absolute("coordinator", coordinator_token(volunteer), language=volunteer.language)


def pack_check_url(pack: Pack, language: str) -> str:
    """The public page that says what the pack holds."""
    return absolute("pack_check", pack.number, language=language)
