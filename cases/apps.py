from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "cases"

    def ready(self) -> None:
        from accounts import notices
        from accounts.notice_kinds import Group, NoticeKind, add_group
        from audit import words
        from cases import emails, rules, sheets, signals
        from cases.audit_words import WORDS

        words.register(WORDS)
        add_group(Group(code="cases", name=_("Cases that have to be looked at again"), may=rules.may_edit))
        notices.register(
            NoticeKind(
                name="review_due",
                words=_("A case has to be looked at again"),
                group="cases",
                load=emails.reminders_by_id,
                compose=emails.review_due,
            )
        )
        signals.case_taken_down.connect(sheets.forget_taken_down)
