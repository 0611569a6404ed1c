"""Marks of what a form has shown, by which whoever saves second is told (docs/adr/0018)."""

import json
from hashlib import sha256
from typing import Any

from campaign import point_sheets
from campaign.models import DeliveryPoint, FormOfAddress, Target


def mark_of(held: Any) -> str:
    return sha256(json.dumps(held, default=str, sort_keys=True).encode()).hexdigest()[:24]


def of_target(target: Target) -> str:
    return mark_of(list(target.texts.order_by("language").values_list("language", "name", "holder")))


def of_point(point: DeliveryPoint) -> str:
    """As it is saved, and not as a form may have changed it since it was fetched."""
    saved = DeliveryPoint.objects.filter(pk=point.pk).values(*point_sheets.PLAIN).first()
    texts = list(point.texts.order_by("language").values_list("language", "name", "city"))
    return mark_of([saved, texts, sorted(point.answers_for.values_list("country", flat=True))])


def of_form_of_address(target: Target, language: str) -> str:
    return mark_of(list(FormOfAddress.objects.filter(target=target, language=language).values(*FormOfAddress.WORDS)))
