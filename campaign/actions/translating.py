"""Words of campaigns and letters in their languages: written by one person, approved by another."""

from collections.abc import Mapping
from typing import Any

import pghistory
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from audit.log import record
from campaign import marks, translations
from campaign.models import Campaign, CampaignText, FormOfAddress, Letter, LetterText, Target
from campaign.translations import Owner, Pair


class TextChanged(Exception):
    """Somebody else has saved these words, or their source, since they were shown."""


class LetterPublished(TextChanged):
    """Somebody else has published the version since: it is not changed any more, its successor is."""


@transaction.atomic
def write_letter(*, letter: Letter, words: Mapping[str, str], seen: str, by: User) -> LetterText:
    """The letter in the campaign's own language. Raises TextChanged and LetterPublished."""
    locked = _locked(letter)
    assert isinstance(locked, Letter)
    if not translations.may_organise(by, locked.campaign.organisation):
        raise PermissionDenied
    language = locked.campaign.source_language
    text = locked.texts.filter(language=language).first()
    if translations.digest_of(text, None) != seen:
        raise TextChanged
    text = text or LetterText(letter=locked, language=language)
    if text.pk and text.words == dict(words):
        return text
    for name, written in words.items():
        setattr(text, name, written)
    text.translated_by = by
    with pghistory.context(user=by.pk):
        text.save()
    # Whoever wrote it last does not open the campaign.
    Campaign.objects.filter(pk=locked.campaign_id).update(edited_by=by)
    record("letters.written", by=by, about=locked.campaign, version=locked.version, language=language)
    return text


@transaction.atomic
def translate(*, owner: Owner, language: str, words: Mapping[str, str], seen: str, by: User) -> None:
    """The words in another language than the source's. They wait for a second person; what was approved before stays
    with the public meanwhile. Raises TextChanged and LetterPublished.
    """
    pair = _locked_pair(owner, language, seen, by)
    text = pair.text or _new_text(pair)
    if pair.text and pair.newest == dict(words):
        return
    text.write(words, source=pair.source, by=by)  # type: ignore[arg-type]
    with pghistory.context(user=by.pk):
        text.save()
    _record("translations.written", pair, by=by)


@transaction.atomic
def approve_translation(*, owner: Owner, language: str, seen: str, by: User) -> None:
    """From now on the public may read these words, as long as their source stands as it does. Raises TextChanged and
    LetterPublished, and PermissionDenied for whoever wrote them.
    """
    pair = _locked_pair(owner, language, seen, by)
    if pair.text is None:
        raise TextChanged
    if not translations.may_approve(by, translations.campaign_of(owner), pair.text):
        raise PermissionDenied
    if pair.standing == translations.Standing.APPROVED:
        return
    pair.text.approve(source=pair.source, by=by)  # type: ignore[arg-type]
    with pghistory.context(user=by.pk):
        pair.text.save()
    _record("translations.approved", pair, by=by, digest=pair.text.approved_pair)


@transaction.atomic
def remove_translation(*, owner: Owner, language: str, by: User) -> None:
    """The text in this language is gone from the campaign, or from this draft of the letter; the history keeps it.
    Raises LetterPublished.
    """
    locked = _locked(owner)
    if not translations.may_organise(by, translations.campaign_of(locked).organisation):
        raise PermissionDenied
    pair = translations.pair_of(locked, language)
    if pair is None or pair.text is None:
        return
    with pghistory.context(user=by.pk):
        pair.text.delete()
    _record("translations.removed", pair, by=by)


@transaction.atomic
def write_form_of_address(*, target: Target, language: str, words: Mapping[str, str], seen: str, by: User) -> None:
    """With which new texts of letters to this office begin; texts that are there already stay as they are.

    Raises TextChanged.
    """
    if not translations.may_write_forms_of_address(by):
        raise PermissionDenied
    Target.objects.select_for_update(no_key=True).get(pk=target.pk)
    if marks.of_form_of_address(target, language) != seen:
        raise TextChanged
    FormOfAddress.objects.update_or_create(target=target, language=language, defaults=dict(words))
    record("forms_of_address.written", by=by, about=target, language=language)


def _locked(owner: Owner) -> Owner:
    """One writer at a time, for texts too that are not there yet; signing, which refers to both, does not wait."""
    rows = type(owner)._base_manager.select_for_update(of=("self",), no_key=True)
    found: Owner = rows.prefetch_related("texts").get(pk=owner.pk)
    if isinstance(found, Letter) and found.is_published:
        raise LetterPublished
    return found


def _locked_pair(owner: Owner, language: str, seen: str, by: User) -> Pair:
    locked = _locked(owner)
    if not translations.may_translate(by, translations.campaign_of(locked)):
        raise PermissionDenied
    pair = translations.pair_of(locked, language)
    if pair is None or pair.seen != seen:
        raise TextChanged
    return pair


def _new_text(pair: Pair) -> CampaignText | LetterText:
    if isinstance(pair.owner, Campaign):
        return CampaignText(campaign=pair.owner, language=pair.language)
    return LetterText(letter=pair.owner, language=pair.language)


def _record(action: str, pair: Pair, *, by: User, **details: str) -> None:
    campaign = translations.campaign_of(pair.owner)
    version: dict[str, Any] = {"version": pair.owner.version} if isinstance(pair.owner, Letter) else {}
    record(action, by=by, about=campaign, part=pair.part, language=pair.language, **version, **details)
