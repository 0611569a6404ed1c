from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"

    def ready(self) -> None:
        from audit import words
        from cases import emails, sheets, signals
        from cases.audit_words import WORDS
        from outbox.kinds import CONFIRMATIONS, Kind, register

        words.register(WORDS)
        register(
            Kind(
                name="review_due",
                queue=CONFIRMATIONS,
                may_repeat=True,
                load=emails.reminders_by_id,
                compose=emails.review_due,
            )
        )
        signals.case_taken_down.connect(sheets.forget_taken_down)
