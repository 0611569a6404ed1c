from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security)
def no_local_mailbox_in_production(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The local mailbox shows everybody's mail to whoever opens it."""
    if settings.MAILBOX_DIR and not settings.DEMO and not settings.DEBUG:
        return [
            Error(
                "MAILBOX_DIR is set outside demonstration and debug mode: everybody could read all mail.",
                hint="Unset MAILBOX_DIR.",
                id="outbox.E001",
            )
        ]
    return []
