"""Where a mail service calls to say what became of a mail; anymail checks who calls and reads what it says."""

from typing import Any

import structlog
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason, tracking  # type: ignore[import-untyped]
from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from outbox import services
from outbox.inbound.reading import Reading, code_in
from outbox.inbound.receiving import TooEarly, hear
from outbox.models import InboundMail
from outbox.return_addresses import ForgedAddress, read_token

log = structlog.get_logger(__name__)

Sort = InboundMail.Sort

_SORTS = {
    EventType.BOUNCED: Sort.BOUNCED,
    EventType.REJECTED: Sort.BOUNCED,
    EventType.FAILED: Sort.BOUNCED,
    EventType.COMPLAINED: Sort.COMPLAINT,
    EventType.DEFERRED: Sort.NOTICE,
    EventType.DELIVERED: Sort.NOTICE,
    EventType.AUTORESPONDED: Sort.NOTICE,
}
# Where it quotes no server: what its own word for the reason means.
_CODES = {
    RejectReason.INVALID: "5.1.1",
    RejectReason.BOUNCED: "5.0.0",
    RejectReason.TIMED_OUT: "4.4.7",
    RejectReason.BLOCKED: "5.7.1",
    RejectReason.SPAM: "5.7.1",
    RejectReason.UNSUBSCRIBED: "5.7.1",
}


@csrf_exempt
def hook(request: HttpRequest, service: str) -> HttpResponse:
    configured = services.configured()
    if configured is None or service != settings.MAIL_SERVICE:
        raise Http404
    try:
        return services.view_of(configured).as_view()(request)  # type: ignore[return-value]
    except TooEarly:
        # Every service calls again.
        return HttpResponse(status=503, headers={"Retry-After": "60"})
    except SuspiciousOperation:
        raise
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        log.warning("outbox.hook_not_understood", service=service, error=type(error).__name__)
        raise BadRequest from None


@receiver(tracking)
def _heard(*, event: AnymailTrackingEvent, esp_name: str, **kwargs: Any) -> None:
    """Of mails that are none of ours, and of what is no news of arriving, nothing is kept."""
    sort = _SORTS.get(event.event_type)
    try:
        message_id = read_token("bounces", str((event.metadata or {}).get(services.MAIL, "")))
    except ForgedAddress:
        return
    if sort is None:
        return
    name = event.event_id or f"{event.timestamp} {event.recipient}"
    hear(
        f"{esp_name} {message_id} {event.event_type} {name}",
        message_id=message_id,
        reading=Reading(sort, status_code=_code(event) if sort == Sort.BOUNCED else ""),
    )


def _code(event: AnymailTrackingEvent) -> str:
    quoted = code_in(f"{event.mta_response or ''}\n{event.description or ''}")
    return quoted or _CODES.get(event.reject_reason, "")
