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
from campaign.models.hold import Hold
from campaign.models.letter import Letter, LetterText
from campaign.models.observance import Observance, ObservanceDate, ObservanceText
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
    "Hold",
    "Letter",
    "LetterText",
    "Observance",
    "ObservanceDate",
    "ObservanceText",
    "Signature",
    "SignatureChange",
    "Tally",
    "TallyMark",
    "Target",
    "TargetText",
]
