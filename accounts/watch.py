"""What log-ins, passwords and second factors leave behind: audit entries, notices to the person, ended sessions.

allauth and Django tell of them by signals; nothing here decides who gets in.
"""

from typing import Any

from allauth.account import signals as account_signals
from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    record_authentication,
)
from allauth.core import context
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_login_failed
from django.core.cache import cache
from django.db.models.signals import post_delete, post_init, post_save, pre_save
from django.http import HttpRequest
from django.utils import timezone, translation

from accounts import second_factor
from accounts.devices import device_of
from accounts.models import User
from audit.log import record
from outbox import actions as outbox

# "2026-11-22T08": how many log-ins failed in that hour. Nothing says whose, or from where.
FAILED = "failed-log-ins:{hour:%Y-%m-%dT%H}"
KEPT = 3 * 60 * 60


def connect() -> None:
    uid = "accounts.watch"
    post_init.connect(second_factor.refuse_moved_secrets, sender=Authenticator, dispatch_uid=uid)
    post_save.connect(factor_saved, sender=Authenticator, dispatch_uid=uid)
    post_delete.connect(factor_deleted, sender=Authenticator, dispatch_uid=uid)
    pre_save.connect(keep_no_address, sender=UserSession, dispatch_uid=uid)
    account_signals.user_logged_in.connect(logged_in, dispatch_uid=uid)
    for signal in (account_signals.password_changed, account_signals.password_reset, account_signals.password_set):
        signal.connect(password_changed, dispatch_uid=uid)
    mfa_signals.authenticator_reset.connect(codes_renewed, dispatch_uid=uid)
    for signal in (user_login_failed, mfa_signals.authentication_failed):
        signal.connect(log_in_failed, dispatch_uid=uid)


def logged_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    methods = [entry.get("type", entry["method"]) for entry in get_authentication_records(request, user)]
    record("log_ins.made", by=user, about=user, methods=methods)


def log_in_failed(sender: Any, **kwargs: Any) -> None:
    key = FAILED.format(hour=timezone.now())
    # Two at the same moment may count as one: enough to see a storm.
    cache.set(key, cache.get(key, 0) + 1, timeout=KEPT)


def password_changed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """The session's hash holds the password: Django itself lets no other session in any more."""
    tell(record("passwords.changed", by=user, about=user))


def codes_renewed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    tell(record("recovery_codes.renewed", by=user, about=user))


def factor_saved(sender: Any, instance: Authenticator, created: bool, **kwargs: Any) -> None:
    """Whoever sets up their first second factor has proven it; sessions that have not are over."""
    if not created or instance.type not in second_factor.FACTORS:
        return
    entry = record("second_factors.added", by=_acting(), about=instance.user, type=instance.type)
    request = _request_of(instance.user)
    if request is None:  # somebody of a demonstration
        return
    tell(entry)
    others = Authenticator.objects.filter(user=instance.user, type__in=second_factor.FACTORS).exclude(pk=instance.pk)
    if not others.exists():
        record_authentication(request, instance.user, "mfa", id=instance.pk, type=instance.type)
    end_other_sessions(request, instance.user)


def factor_deleted(sender: Any, instance: Authenticator, **kwargs: Any) -> None:
    """Other sessions are over; this one begins anew with a second factor if that was the last."""
    acting = _acting()
    if instance.type not in second_factor.FACTORS or acting not in (None, instance.user):
        return  # somebody else's verb, which says so itself
    entry = record("second_factors.removed", by=acting, about=instance.user, type=instance.type)
    request = _request_of(instance.user)
    if request is None:  # in a shell
        return
    tell(entry)
    if not second_factor.has_second_factor(instance.user):
        kept = [entry for entry in get_authentication_records(request, instance.user) if entry["method"] != "mfa"]
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = kept
    end_other_sessions(request, instance.user)


def keep_no_address(sender: Any, instance: UserSession, **kwargs: Any) -> None:
    """The list of sessions says which device, and nothing about where it was."""
    instance.ip = "::"
    instance.user_agent = device_of(instance.user_agent)


def tell(entry: Any) -> None:
    language = translation.get_language() or "en"
    outbox.enqueue(kind="account_notice", subject_id=entry.pk, language=language)


def _acting() -> User | None:
    request = context.request
    return request.user if request is not None and isinstance(request.user, User) else None


def _request_of(user: User) -> HttpRequest | None:
    """The request in which this person acts for themselves."""
    return context.request if _acting() == user else None
