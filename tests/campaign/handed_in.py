"""Hand-ins as they stand after what people did."""

from typing import Any

from campaign.models import Campaign, DeliveryPoint, HandIn
from tests import factories


def hand_in_as(campaign: Campaign, point: DeliveryPoint, *, state: str = HandIn.State.OFFERED, **fields: Any) -> HandIn:
    """In that state, with a coordinator wherever it asks for one; on the day of the observance."""
    hand_in = factories.make_hand_in(campaign, point, **{"day": campaign.observance_date() or factories.NOW} | fields)
    if state == HandIn.State.CANCELLED:
        hand_in.move(state)
    elif state != HandIn.State.OFFERED:
        factories.make_volunteer(hand_in, state="accepted")
        outcome = HandIn.State.DELIVERED if state == HandIn.State.REPORTED else state
        for step in dict.fromkeys((outcome, state)):
            if step != hand_in.state:
                hand_in.move(step)
    return hand_in
