"""The verbs: one per thing that a person does with a case. Each is atomic and puts what it changes down to `by`."""

from cases.actions.acting import Refused
from cases.actions.choosing import choose_claim
from cases.actions.editing import (
    Changed,
    NotBinding,
    cite_law,
    countersign_best_interests,
    open_case,
    read_sealed,
    record_status,
    relate_cases,
    remove_entry,
    save_entry,
    sign_best_interests,
    unrelate_cases,
)
from cases.actions.publishing import (
    NotReady,
    approve_case,
    ask_to_restore,
    publish_case,
    restore_case,
    send_back_case,
    submit_case,
    take_down_case,
)
from cases.actions.reminding import remind_of_reviews
from cases.actions.translating import translate_entry

__all__ = [
    "Changed",
    "NotBinding",
    "NotReady",
    "Refused",
    "approve_case",
    "ask_to_restore",
    "choose_claim",
    "cite_law",
    "countersign_best_interests",
    "open_case",
    "publish_case",
    "read_sealed",
    "record_status",
    "relate_cases",
    "remind_of_reviews",
    "remove_entry",
    "restore_case",
    "save_entry",
    "send_back_case",
    "sign_best_interests",
    "submit_case",
    "take_down_case",
    "translate_entry",
    "unrelate_cases",
]
