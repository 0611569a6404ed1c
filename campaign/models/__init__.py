from campaign.models.campaign import Campaign, CampaignChange, CampaignSource, CampaignText
from campaign.models.delivery import (
    AnswersFor,
    DeliveryPoint,
    DeliveryPointText,
    Dispatch,
    DispatchChange,
    Target,
    TargetText,
)
from campaign.models.hand_in import HandIn, HandInChange, HandInPhoto, HandInReport, Volunteer, VolunteerChange
from campaign.models.hold import Hold
from campaign.models.letter import Letter, LetterText
from campaign.models.observance import Observance, ObservanceDate, ObservanceText
from campaign.models.pack import Pack, PackChange, Posting, PostingChange
from campaign.models.reply import Reply
from campaign.models.self_report import SelfReport
from campaign.models.signature import Signature, SignatureChange
from campaign.models.tally import Tally, TallyMark

__all__ = [
    "AnswersFor",
    "Campaign",
    "CampaignChange",
    "CampaignSource",
    "CampaignText",
    "DeliveryPoint",
    "DeliveryPointText",
    "Dispatch",
    "DispatchChange",
    "HandIn",
    "HandInChange",
    "HandInPhoto",
    "HandInReport",
    "Hold",
    "Letter",
    "LetterText",
    "Observance",
    "ObservanceDate",
    "ObservanceText",
    "Pack",
    "PackChange",
    "Posting",
    "PostingChange",
    "Reply",
    "SelfReport",
    "Signature",
    "SignatureChange",
    "Tally",
    "TallyMark",
    "Target",
    "TargetText",
    "Volunteer",
    "VolunteerChange",
]
