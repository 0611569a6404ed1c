"""Who may do what with cases, what a record lacks before it can be published, and what publishing would tell."""

from cases.rules.consents import consent_gaps
from cases.rules.desk import may_open_cases, may_read_record, may_translate
from cases.rules.exposure import Danger, Exposure, News, SingledOut, adversary, protection_reasons
from cases.rules.findings import Finding
from cases.rules.gate import gate
from cases.rules.law import why_not_binding
from cases.rules.people import (
    is_of_the_team,
    may_countersign,
    may_edit,
    may_protect,
    may_publish,
    may_read_sealed,
    may_restore,
    may_review,
    may_send_back,
    may_take_down,
)

__all__ = [
    "Danger",
    "Exposure",
    "Finding",
    "News",
    "SingledOut",
    "adversary",
    "consent_gaps",
    "gate",
    "is_of_the_team",
    "may_countersign",
    "may_edit",
    "may_open_cases",
    "may_protect",
    "may_publish",
    "may_read_record",
    "may_read_sealed",
    "may_restore",
    "may_review",
    "may_send_back",
    "may_take_down",
    "may_translate",
    "protection_reasons",
    "why_not_binding",
]
