"""Who may do what with updates to supporters, and what must be there first."""

import datetime as dt

from accounts.models import User
from accounts.roles import Role
from accounts.rules import has_role, may_organise
from campaign.models import Campaign, Update
from campaign.models.update import MANY

# Updates that one person may have sent to themselves, to see how they look.
TESTS_AN_HOUR = 20
# Beyond this, a time to send is a slip of the pen.
AHEAD = dt.timedelta(days=400)


def needs_a_second_person(recipients: int) -> bool:
    return recipients > MANY


def may_be_sent(campaign: Campaign) -> bool:
    """Before it opens nobody has asked for updates; in the archive nothing happens any more."""
    return campaign.state not in (Campaign.State.DRAFT, Campaign.State.IN_REVIEW, Campaign.State.ARCHIVED)


def may_release(user: User, update: Update) -> bool:
    """Another than who wrote it and who asked: of its organisation's organizers, or a publisher."""
    if update.state != Update.State.WAITING or user.pk in (update.written_by_id, update.asked_by_id):
        return False
    return may_organise(user, update.campaign.organisation) or has_role(user, Role.PUBLISHER)
