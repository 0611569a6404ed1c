"""The verbs: one per thing that a person or the clock does. Each is atomic and queues what follows on commit."""

from campaign.actions.campaigns import (
    NotReady,
    approve_campaign,
    close_campaign,
    follow_the_clock,
    pause_campaign,
    publish_letter,
    resume_campaign,
    return_campaign,
    start_new_version,
    submit_campaign,
)
from campaign.actions.deliveries import follow_message, presume_delivered, release_dispatches
from campaign.actions.holds import StillDown, hold_after_status, hold_after_takedown, lift_holds
from campaign.actions.signing import (
    ContentChanged,
    LinkUsed,
    NotAccepting,
    confirm_signature,
    digest_of,
    erase_signature,
    expire_unanswered,
    just_confirmed,
    request_links,
    sign,
    withdraw_signature,
)
from campaign.actions.tallying import recount, tally_new

__all__ = [
    "ContentChanged",
    "LinkUsed",
    "NotAccepting",
    "NotReady",
    "StillDown",
    "approve_campaign",
    "close_campaign",
    "confirm_signature",
    "digest_of",
    "erase_signature",
    "expire_unanswered",
    "follow_message",
    "follow_the_clock",
    "hold_after_status",
    "hold_after_takedown",
    "just_confirmed",
    "lift_holds",
    "pause_campaign",
    "presume_delivered",
    "publish_letter",
    "recount",
    "release_dispatches",
    "request_links",
    "resume_campaign",
    "return_campaign",
    "sign",
    "start_new_version",
    "submit_campaign",
    "tally_new",
    "withdraw_signature",
]
