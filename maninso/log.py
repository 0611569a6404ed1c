"""Log lines as data, one JSON object a line. They hold ids and codes, never a name, an address or a message body."""

import logging
from typing import Any

import structlog

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configuration(*, level: str) -> dict[str, Any]:
    """The LOGGING setting; also points structlog at the standard library, so that there is one stream of lines."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
                "foreign_pre_chain": _SHARED,
            },
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # A 404 or a refused form is an answer, not an event.
            "django.request": {"level": "ERROR"},
            # Every few seconds a tick has nothing to do and says so.
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            # A line for each server whose words it tries, and a traceback with the mail's for what it can't read.
            "flufl.bounce": {"level": "CRITICAL"},
            # Scanners send unknown hosts all day; the answer is a 400, not a line.
            "django.security.DisallowedHost": {"level": "CRITICAL"},
        },
    }
