from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ManinsoConfig(AppConfig):
    name = "maninso"

    def ready(self) -> None:
        # The Celery app must exist before a task is called. Not in maninso/__init__.py: maninso.services, which
        # watches over everything else on a laptop, lives in this package and loads neither Django nor Celery.
        import maninso.celery  # noqa: F401
        from audit import words
        from maninso import emails
        from outbox.kinds import CONFIRMATIONS, Kind, register

        words.register({"audit.exported": _("took the audit log out")})
        register(Kind(name="audit_broken", queue=CONFIRMATIONS, may_repeat=True, compose=emails.audit_broken))
