"""The one way into the audit log."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model

from audit.models import Entry


def record(
    action: str,
    *,
    by: AbstractBaseUser | None = None,
    about: Model | None = None,
    reason: str = "",
    **details: Any,
) -> Entry:
    """Write one entry, in the transaction of what it tells of: both are committed, or neither.

    `details` are numbers, codes and lists of them, as JSON holds them; nothing that says who a supporter is.
    """
    return Entry.objects.create(
        action=action,
        by_id=by.pk if by else None,
        by=str(by)[:200] if by else "",
        kind=about._meta.label_lower if about is not None else "",
        key=str(about.pk)[:60] if about is not None else "",
        about=str(about)[:300] if about is not None else "",
        reason=reason,
        details=details,
    )
