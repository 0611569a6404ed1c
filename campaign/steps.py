"""The verbs of hand-ins that organizers find as buttons: when each is offered, what it says, and what it calls."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from campaign import actions
from campaign.models import HandIn, Volunteer


@dataclass(frozen=True)
class Step:
    name: Any
    question: Any
    done: Any
    applies: Callable[[Any], bool]
    take: Callable[[Any, User], object]


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
