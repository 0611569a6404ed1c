"""Second factors: how their secrets are kept, and whether a session has proven one."""

import base64
import io
from typing import Any

import segno
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from privacy.elsewhere import Found
from privacy.sealing import CannotUnseal, is_current, seal, unseal

# What authenticator apps (RFC 6238) and recovery codes are made from lies under these names in Authenticator.data.
SECRETS = ("secret", "seed")
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


class SealingAdapter(DefaultMFAAdapter):
    """Secrets are sealed and belong to one account: in another account's row they do not open."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right, or was used already. Wait for the next one and type that."),
    }

    def encrypt(self, text: str) -> str:
        return sealed_secret(text, user_id=context.request.user.pk)

    def decrypt(self, encrypted_text: str) -> str:
        return opened_secret(encrypted_text)

    def build_totp_svg(self, url: str) -> str:
        out = io.BytesIO()
        segno.make(url, error="m", micro=False).save(
            out, kind="svg", border=4, light="white", xmldecl=False, omitsize=True
        )
        return out.getvalue().decode()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}


def sealed_secret(text: str, *, user_id: int) -> str:
    return f"{user_id}.{base64.b64encode(seal(text, context=_context(user_id))).decode()}"


def opened_secret(sealed: str) -> str:
    """Raises CannotUnseal."""
    return unseal(_bytes_of(sealed), context=_context(int(sealed.partition(".")[0])))


def refuse_moved_secrets(sender: Any, instance: Authenticator, **kwargs: Any) -> None:
    """After every load of a row: a secret that was copied from another account lets nobody in."""
    for name in SECRETS:
        sealed = instance.data.get(name)
        if sealed is not None and not sealed.startswith(f"{instance.user_id}."):
            raise CannotUnseal(f"mfa.Authenticator {instance.pk}: sealed for another account.")


class SealedSecrets(Found):
    """For `rotate_keys`, which knows sealed columns and files, and not what stands inside of JSON."""

    def __str__(self) -> str:
        return "mfa.Authenticator.data"

    def renew(self, *, dry_run: bool) -> None:
        for pk in Authenticator.objects.values_list("pk", flat=True).order_by("pk"):
            with transaction.atomic():
                for row in Authenticator.objects.select_for_update().filter(pk=pk):
                    self._renew(row, dry_run=dry_run)

    def _renew(self, row: Authenticator, *, dry_run: bool) -> None:
        for name in SECRETS:
            if name not in row.data:
                continue
            self.seen += 1
            sealed = _bytes_of(row.data[name])
            try:
                text = opened_secret(row.data[name])
            except CannotUnseal:
                self.cannot_open(sealed)
                continue
            if not is_current(sealed):
                self.resealed += 1
                row.data[name] = sealed_secret(text, user_id=row.user_id)
                if not dry_run:
                    row.save(update_fields=["data"])


def has_second_factor(user: User | AnonymousUser) -> bool:
    return Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists()


def has_proven_second_factor(request: HttpRequest) -> bool:
    """In this session: at log-in, afterwards, or by setting it up. Asks no database."""
    if not isinstance(request.user, User):
        return False
    return any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))


def _bytes_of(sealed: str) -> bytes:
    return base64.b64decode(sealed.partition(".")[2])


def _context(user_id: int) -> str:
    return f"mfa.Authenticator.data of {user_id}"


def give_app(user: User) -> Authenticator:
    """An authenticator app that is nobody's phone: for the people of a demonstration."""
    secret = sealed_secret(generate_totp_secret(), user_id=user.pk)
    return Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": secret})


def current_code(app: Authenticator) -> str:
    """What the app would show now."""
    secret = opened_secret(app.data["secret"])
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counters[len(counters) // 2]))
