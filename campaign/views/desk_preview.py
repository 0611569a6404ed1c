"""A letter while it is being written: as the public reads it, as it will print, and how easily it reads."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from campaign import printed_letter, readability
from campaign.forms.letters import WordsForm
from campaign.models import Campaign, LetterText
from campaign.views.desk_frame import translated_campaign_page, worked_on_campaign_page
from face import countries
from face.typesetting import NotTypeset

# Of each field that is typed, so many characters are drawn: more than any letter has.
MOST_DRAWN = 20_000


@require_POST
@translated_campaign_page
def preview(request: HttpRequest, campaign: Campaign, language: str) -> HttpResponse:
    return render(request, "components/letter_live.html", on_screen(_posted(request, language)))


@require_POST
@translated_campaign_page
def printed(request: HttpRequest, campaign: Campaign, language: str) -> HttpResponse:
    return render(request, "components/letter_printed.html", on_paper(_posted(request, language), campaign))


@require_safe
@worked_on_campaign_page
def printed_page(request: HttpRequest, campaign: Campaign, language: str, digest: str, number: int) -> HttpResponse:
    picture = printed_letter.page(campaign, language, digest, number)
    if picture is None:
        raise Http404
    return HttpResponse(picture, content_type="image/png")


def on_screen(text: LetterText) -> dict[str, Any]:
    """Signed by somebody who does not exist, with own words, so that it is seen where they stand."""
    signed = printed_letter.sample(text.language)
    reading = readability.read(text.body, text.language)
    return {
        "shown": text,
        "signed": signed,
        "place": countries.place(signed.city, signed.country, text.language),
        "today": timezone.localdate(),
        "reading": reading,
        "long_sentences": reading.long_sentences[: readability.SHOWN],
    }


def on_paper(text: LetterText, campaign: Campaign) -> dict[str, Any]:
    try:
        pages = printed_letter.typeset(text, campaign, at=timezone.now())
    except NotTypeset:
        return {"not_typeset": True}
    where = (campaign.slug, text.language, pages.digest)
    return {
        "pages": [reverse("campaign_desk:letter_page", args=[*where, number]) for number in range(1, pages.count + 1)]
    }


def typed(form: WordsForm, language: str) -> LetterText:
    """What stands in the form, right or not, as a text that nobody has saved."""
    words = {name: str(form[name].value() or "")[:MOST_DRAWN].replace("\r\n", "\n") for name in LetterText.WORDS}
    return LetterText(language=language, **words)


def _posted(request: HttpRequest, language: str) -> LetterText:
    if language not in dict(settings.LANGUAGES):
        raise Http404
    # Beside the other texts of a campaign its fields have names of their own.
    prefix = "letter" if "letter-body" in request.POST else None
    return typed(WordsForm(request.POST, names=LetterText.WORDS, language=language, prefix=prefix), language)
