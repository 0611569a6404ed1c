"""The verbs that an organizer finds as buttons: when each is offered, what it says before, and what it calls."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from campaign import actions
from campaign.models import AddressHealth, Campaign, HandIn, Volunteer

State = Campaign.State


@dataclass(frozen=True)
class Step:
    name: Any
    question: Any
    done: Any
    applies: Callable[[Any], bool]
    take: Callable[[Any, User], object]


def _in(*states: str) -> Callable[[Campaign], bool]:
    return lambda campaign: campaign.state in states


CAMPAIGN_STEPS: dict[str, Step] = {
    "release": Step(
        name=_("Let the letters go again"),
        question=_(
            "The situation in a case that the letter speaks of has changed. Have you read the case page and the letter,"
            " and is everything in it still true? If not, publish a new version of the letter first."
        ),
        done=_("Letters go out again, as the hourly caps allow."),
        applies=lambda campaign: campaign.holds.standing().exists(),
        take=lambda campaign, by: actions.lift_holds(campaign=campaign, by=by),
    ),
    "pause": Step(
        name=_("Pause the sending"),
        question=_("No more letters go out until you resume. People can still sign."),
        done=_("Sending is paused."),
        applies=lambda campaign: campaign.state in (State.OPEN, State.CLOSED) and not campaign.paused,
        take=lambda campaign, by: actions.pause_campaign(campaign=campaign, by=by),
    ),
    "resumption": Step(
        name=_("Resume the sending"),
        question=_("Letters that wait go out again, as the hourly caps allow."),
        done=_("Sending goes on."),
        applies=lambda campaign: campaign.paused,
        take=lambda campaign, by: actions.resume_campaign(campaign=campaign, by=by),
    ),
    "closure": Step(
        name=_("Close early"),
        question=_("Nobody can sign any more. Letters that are planned still go out."),
        done=_("The campaign is closed."),
        applies=_in(State.OPEN),
        take=lambda campaign, by: actions.close_campaign(campaign=campaign, by=by),
    ),
}

VOLUNTEER_STEPS: dict[str, Step] = {
    "acceptance": Step(
        name=_("Accept"),
        question=_(
            "They become the coordinator of this place: they get a mail with the link to their page, and can fetch the"
            " pack with the names of those who signed. Do you know enough of them?"
        ),
        done=_("They are the coordinator. A mail tells them; the pack is being made."),
        applies=lambda volunteer: (
            volunteer.may_move(Volunteer.State.ACCEPTED)
            and volunteer.erased_at is None
            and volunteer.hand_in.state == HandIn.State.OFFERED
        ),
        take=lambda volunteer, by: actions.accept_volunteer(volunteer=volunteer, by=by),
    ),
    "refusal": Step(
        name=_("Decline"),
        question=_("They get a friendly mail. Their offer is kept, and you can accept it later after all."),
        done=_("A mail tells them."),
        applies=lambda volunteer: volunteer.state == Volunteer.State.CONFIRMED and volunteer.erased_at is None,
        take=lambda volunteer, by: actions.decline_volunteer(volunteer=volunteer, by=by),
    ),
}

ADDRESS_STEPS: dict[str, Step] = {
    "trust": Step(
        name=_("This address works again"),
        question=_(
            "Have you looked today at the office’s own page, and is this its address? Then letters go there again, and"
            " those that were held back too. If it has changed, change it at the delivery point instead."
        ),
        done=_("Letters go there again. The address is noted as verified today."),
        applies=lambda health: health.state in AddressHealth.REFUSING,
        take=lambda health, by: actions.trust_address(point=health.point, by=by),
    ),
}

HAND_IN_STEPS: dict[str, Step] = {
    "cancellation": Step(
        name=_("Cancel the hand-in"),
        question=_(
            "Nobody goes to this place. The coordinator and those who wait for your answer get a mail, and the packs"
            " for it are void, printed ones too: their numbers say so on the check page, and the names in them can"
            " stand in new packs."
        ),
        done=_("The hand-in is cancelled, and its packs are void."),
        applies=lambda hand_in: hand_in.may_move(HandIn.State.CANCELLED),
        take=lambda hand_in, by: actions.cancel_hand_in(hand_in=hand_in, by=by),
    ),
    "renewal": Step(
        name=_("Offer it again"),
        question=_("The campaign’s page asks for a coordinator for this place once more."),
        done=_("A coordinator is wanted for this place."),
        applies=lambda hand_in: hand_in.state == HandIn.State.CANCELLED,
        take=lambda hand_in, by: actions.offer_again(hand_in=hand_in, by=by),
    ),
}

LETTER_STEPS: dict[str, Step] = {
    "publication": Step(
        name=_("Publish this version"),
        question=_("From now on supporters sign this version, and nobody can change it: a change is a new version."),
        done=_("The letter is published."),
        applies=lambda letter: not letter.is_published,
        take=lambda letter, by: actions.publish_letter(letter=letter, by=by),
    ),
    "version": Step(
        name=_("Start a new version"),
        question=_("A draft with the same words. Signatures stay with the version that they stand under."),
        done=_("There is a new draft version in the list of letters."),
        applies=lambda letter: letter.is_published,
        take=lambda letter, by: actions.start_new_version(letter=letter, by=by),
    ),
}
