"""Who gets updates, who may do what with them, and what must be there first."""

import datetime as dt

from accounts.models import Organisation, User
from accounts.roles import Role
from accounts.rules import has_role, may_organise
from campaign.models import Campaign, OptIn, Signature, Update
from campaign.models.signature import SignatureQuerySet
from campaign.models.update import MANY

# Updates that one person may have sent to themselves, to see how they look.
TESTS_AN_HOUR = 20
# Beyond this, a time to send is a slip of the pen.
AHEAD = dt.timedelta(days=400)


def who_get_updates(campaign: Campaign, partner: Organisation | None) -> SignatureQuerySet:
    """Of the campaign's own organisation; or of a partner, those alone who said yes to its mails."""
    if partner is None:
        return Signature.objects.wanting_updates(campaign)
    return Signature.objects.filter(pk__in=OptIn.objects.to(partner, campaign).values("signature"))


def needs_a_second_person(recipients: int) -> bool:
    return recipients > MANY


def may_be_sent(campaign: Campaign, partner: Organisation | None) -> bool:
    """Before it opens nobody has asked for updates; in the archive nothing happens any more; and who is no partner
    (any more) writes to nobody.
    """
    if campaign.state in (Campaign.State.DRAFT, Campaign.State.IN_REVIEW, Campaign.State.ARCHIVED):
        return False
    return partner is None or campaign.partnerships.accepted().filter(organisation=partner).exists()


def may_release(user: User, update: Update) -> bool:
    """Another than who wrote it and who asked: of the organizers of the organisation that writes, or a publisher."""
    if update.state != Update.State.WAITING or user.pk in (update.written_by_id, update.asked_by_id):
        return False
    return may_organise(user, update.organisation) or has_role(user, Role.PUBLISHER)


def may_take_off_page(user: User, update: Update) -> bool:
    """And put it back: one person is enough, as with every takedown."""
    if not (update.has_begun and update.is_public):
        return False
    return may_organise(user, update.campaign.organisation) or has_role(user, Role.PUBLISHER)
