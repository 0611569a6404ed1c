"""Packs for tests: asked for, made, and read as a person reads them."""

from io import BytesIO
from typing import Any

from django.db import connection
from pypdf import PdfReader

from campaign import actions
from campaign.models import Campaign, DeliveryPoint, Pack, Signature
from privacy.sealed_files import unseal_file
from tests.factories import NOW, SECOND, fresh, make_signature


def ask(campaign: Campaign, point: DeliveryPoint, **how: Any) -> list[Pack]:
    how = {"channel": "hand", "paper": "a4", "language": "ko", "by": None} | how
    return actions.ask_for_packs(campaign=campaign, point=point, **how)


def make_all() -> int:
    made = 0
    while actions.make_next_pack():
        made += 1
    return made


def made(campaign: Campaign, point: DeliveryPoint, **how: Any) -> Pack:
    """The one pack that asking makes, ready."""
    (pack,) = ask(campaign, point, **how)
    make_all()
    return fresh(pack)


def reader(pack: Pack) -> PdfReader:
    return PdfReader(BytesIO(unseal_file(pack.file)))


def text_of(pack: Pack) -> str:
    return "\n".join(page.extract_text() for page in reader(pack).pages)


def printed_states(pack: Pack) -> list[str]:
    return list(pack.dispatches.order_by("place").values_list("state", flat=True))


def sign_and_confirm(campaign: Campaign, *names: str, **fields: Any) -> list[Signature]:
    """One after the other, a second apart."""
    known = Signature.objects.count()
    return [
        make_signature(campaign, name=name, state="confirmed", at=NOW + (known + number) * SECOND, **fields)
        for number, name in enumerate(names)
    ]


def many_sign(campaign: Campaign, count: int) -> None:
    """Thousands, quickly: rows that differ by their address and their moment only."""
    one = sign_and_confirm(campaign, "Ara Kim")[0]
    columns = "campaign_id, letter_id, language, name, email, country, display, state, wants_updates, signed_at"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO campaign_signature ({columns}, email_index, confirmed_at)"
            f" SELECT {columns}, sha256(int4send(number)), confirmed_at + number * interval '1 second'"
            " FROM campaign_signature, generate_series(1, %s) number WHERE id = %s",
            [count - 1, one.pk],
        )
