from django.apps import AppConfig


class ManinsoConfig(AppConfig):
    name = "maninso"

    def ready(self) -> None:
        # The Celery app must exist before a task is called. Not in maninso/__init__.py: maninso.services, which
        # watches over everything else on a laptop, lives in this package and loads neither Django nor Celery.
        import maninso.celery  # noqa: F401
