"""What Celery calls for the site as a whole; running one twice is harmless."""

import structlog
from celery import shared_task
from django.conf import settings
from django.urls import reverse

from accounts.notices import tell
from accounts.rules import superusers
from audit import chain

log = structlog.get_logger(__name__)


@shared_task
def verify_audit() -> bool:
    """Whether the chain of the audit log holds; where it does not, superusers are told at once.

    The head goes into the log of the process: kept with it, it tells later when the whole chain was written anew.
    """
    verdict = chain.verify()
    log.info("audit.verified", head=str(verdict.head), flaw=verdict.flaw, at=verdict.at)
    if not verdict.holds:
        tell(
            superusers(),
            "audit_broken",
            subject_id=None,
            path=reverse("audit:entries"),
            language=settings.LANGUAGE_CODE,
        )
    return verdict.holds
