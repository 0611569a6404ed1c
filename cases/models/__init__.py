from cases.models.authority import Authority, Intervention, Involvement
from cases.models.case import Case, CaseChange, CaseRelation
from cases.models.consent import BestInterests, Channel, Consent, Scope
from cases.models.desk import FormDraft, ReviewReminder, SavedFilter, SealedReading
from cases.models.event import Event
from cases.models.law import Adherence, Article, Citation, Instrument, Reservation
from cases.models.media import Media
from cases.models.member import Member, Status, Tier
from cases.models.publication import Decision, Publication, PublicationText, Submission, Takedown
from cases.models.source import Claim, Source
from cases.models.update import Update

__all__ = [
    "Adherence",
    "Article",
    "Authority",
    "BestInterests",
    "Case",
    "CaseChange",
    "CaseRelation",
    "Channel",
    "Citation",
    "Claim",
    "Consent",
    "Decision",
    "Event",
    "FormDraft",
    "Instrument",
    "Intervention",
    "Involvement",
    "Media",
    "Member",
    "Publication",
    "PublicationText",
    "Reservation",
    "ReviewReminder",
    "SavedFilter",
    "Scope",
    "SealedReading",
    "Source",
    "Status",
    "Submission",
    "Takedown",
    "Tier",
    "Update",
]
