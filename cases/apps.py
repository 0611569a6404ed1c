from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cases import sheets, signals

        signals.case_taken_down.connect(sheets.forget_taken_down)
