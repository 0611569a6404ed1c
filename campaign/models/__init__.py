from campaign.models.campaign import Campaign, CampaignChange, CampaignSource, CampaignText
from campaign.models.closing import ClosingChange
from campaign.models.coordinator_mail import CoordinatorMail, CoordinatorMailCopy
from campaign.models.delivery import (
    AnswersFor,
    DeliveryPoint,
    DeliveryPointText,
    Dispatch,
    DispatchChange,
    FormOfAddress,
    Target,
    TargetText,
)
from campaign.models.digest import Digest
from campaign.models.export import Export, ExportChange
from campaign.models.hand_in import HandIn, HandInChange, HandInPhoto, HandInReport, Volunteer, VolunteerChange
from campaign.models.health import AddressHealth, AddressHealthChange
from campaign.models.held_signature import HeldSignature, SeenLately
from campaign.models.hold import Hold
from campaign.models.letter import Letter, LetterText
from campaign.models.news import NewsMark
from campaign.models.observance import Observance, ObservanceDate, ObservanceText
from campaign.models.on_paper import PaperBatch, PaperBatchChange, PaperSheet
from campaign.models.opt_in import OptIn
from campaign.models.own_words import OwnWords, OwnWordsChange
from campaign.models.pack import Pack, PackChange, Posting, PostingChange
from campaign.models.partnership import Partnership, PartnershipChange
from campaign.models.pause import Pause
from campaign.models.point_import import PointImport
from campaign.models.reply import Reply
from campaign.models.review import Review, ReviewRemark
from campaign.models.self_report import SelfReport
from campaign.models.signature import Signature, SignatureChange
from campaign.models.site import Banner, BannerText, SiteLimits
from campaign.models.tally import Tally, TallyMark, TallyMove
from campaign.models.test_letter import TestLetter, TestSignature
from campaign.models.unsubscription import Unsubscription
from campaign.models.update import Update, UpdateChange, UpdateMail, UpdateTest, UpdateText

__all__ = [
    "AddressHealth",
    "AddressHealthChange",
    "AnswersFor",
    "Banner",
    "BannerText",
    "Campaign",
    "CampaignChange",
    "CampaignSource",
    "CampaignText",
    "ClosingChange",
    "CoordinatorMail",
    "CoordinatorMailCopy",
    "DeliveryPoint",
    "DeliveryPointText",
    "Digest",
    "Dispatch",
    "DispatchChange",
    "Export",
    "ExportChange",
    "FormOfAddress",
    "HandIn",
    "HandInChange",
    "HandInPhoto",
    "HandInReport",
    "HeldSignature",
    "Hold",
    "Letter",
    "LetterText",
    "NewsMark",
    "Observance",
    "ObservanceDate",
    "ObservanceText",
    "OptIn",
    "OwnWords",
    "OwnWordsChange",
    "Pack",
    "PackChange",
    "PaperBatch",
    "PaperBatchChange",
    "PaperSheet",
    "Partnership",
    "PartnershipChange",
    "Pause",
    "PointImport",
    "Posting",
    "PostingChange",
    "Reply",
    "Review",
    "ReviewRemark",
    "SeenLately",
    "SelfReport",
    "Signature",
    "SignatureChange",
    "SiteLimits",
    "Tally",
    "TallyMark",
    "TallyMove",
    "Target",
    "TargetText",
    "TestLetter",
    "TestSignature",
    "Unsubscription",
    "Update",
    "UpdateChange",
    "UpdateMail",
    "UpdateTest",
    "UpdateText",
    "Volunteer",
    "VolunteerChange",
]
