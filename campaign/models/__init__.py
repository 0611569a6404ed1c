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
from campaign.models.digest import Digest
from campaign.models.hand_in import HandIn, HandInChange, HandInPhoto, HandInReport, Volunteer, VolunteerChange
from campaign.models.health import AddressHealth, AddressHealthChange
from campaign.models.hold import Hold
from campaign.models.letter import Letter, LetterText
from campaign.models.news import NewsMark
from campaign.models.observance import Observance, ObservanceDate, ObservanceText
from campaign.models.pack import Pack, PackChange, Posting, PostingChange
from campaign.models.pause import Pause
from campaign.models.reply import Reply
from campaign.models.review import Review, ReviewRemark
from campaign.models.self_report import SelfReport
from campaign.models.signature import Signature, SignatureChange
from campaign.models.tally import Tally, TallyMark
from campaign.models.test_letter import TestLetter, TestSignature

__all__ = [
    "AddressHealth",
    "AddressHealthChange",
    "AnswersFor",
    "Campaign",
    "CampaignChange",
    "CampaignSource",
    "CampaignText",
    "DeliveryPoint",
    "DeliveryPointText",
    "Digest",
    "Dispatch",
    "DispatchChange",
    "HandIn",
    "HandInChange",
    "HandInPhoto",
    "HandInReport",
    "Hold",
    "Letter",
    "LetterText",
    "NewsMark",
    "Observance",
    "ObservanceDate",
    "ObservanceText",
    "Pack",
    "PackChange",
    "Pause",
    "Posting",
    "PostingChange",
    "Reply",
    "Review",
    "ReviewRemark",
    "SelfReport",
    "Signature",
    "SignatureChange",
    "Tally",
    "TallyMark",
    "Target",
    "TargetText",
    "TestLetter",
    "TestSignature",
    "Volunteer",
    "VolunteerChange",
]
