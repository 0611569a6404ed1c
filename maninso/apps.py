from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ManinsoConfig(AppConfig):
    name = "maninso"

    def ready(self) -> None:
        # The Celery app must exist before a task is called. Not in maninso/__init__.py: maninso.services, which
        # watches over everything else on a laptop, lives in this package and loads neither Django nor Celery.
        import maninso.celery  # noqa: F401
        from accounts import notices
        from accounts.notice_kinds import NoticeKind
        from audit import words
        from maninso import emails

        words.register({"audit.exported": _("took the audit log out")})
        # Nobody may choose to hear of it later.
        notices.register(
            NoticeKind(
                name="audit_broken", words=_("The audit log does not hold"), group="", compose=emails.audit_broken
            )
        )
