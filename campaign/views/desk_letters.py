"""The letter at the desk: its versions, their editor, and the forms of address with which letters begin."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guards import role_page
from campaign import actions, marks, rules, translations
from campaign.forms.letters import WordsForm, label_of
from campaign.models import Campaign, FormOfAddress, Letter, LetterText, Signature, Target
from campaign.models.translated import Standing, source_of, standings
from campaign.views.desk_frame import campaign_page, frame, person, seen_campaign_page
from campaign.views.desk_preview import on_paper, on_screen, typed
from cases.comparing import Difference, pieces
from cases.views.desk_editing import forget_draft, restored, sent
from face import languages
from face.texts import best_text

BADGES = {
    Standing.MISSING: "",
    Standing.WAITING: "waiting",
    Standing.OLD: "problem",
    Standing.PROPOSED: "waiting",
    Standing.APPROVED: "good",
}


@require_safe
@seen_campaign_page
def letter(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    texts = Prefetch("texts", LetterText.objects.order_by("language"))
    versions = list(campaign.letters.prefetch_related(texts).order_by("-version"))
    newest = versions[0] if versions else None
    may_run = rules.may_run(person(request), campaign)
    context: dict[str, Any] = {
        "newest": newest,
        "texts": _texts_of(campaign, newest, may_run=may_run) if newest else [],
        "missing": _missing(campaign, newest) if newest and not newest.is_published else [],
        "versions": versions,
        "signed_now": next((version for version in versions if version.is_published), None),
        "may_run": may_run,
        "may_publish": newest is not None and translations.may_publish(person(request), newest),
        "waits_for_another": newest is not None and translations.is_published_by_another(campaign),
        "may_begin": may_run and (newest is None or newest.is_published),
        "may_write_forms_of_address": translations.may_write_forms_of_address(request.user),
    }
    return render(request, "desk/campaign/letter.html", frame(campaign, "letter", **context))


def _texts_of(campaign: Campaign, newest: Letter, *, may_run: bool) -> list[dict[str, Any]]:
    """Each language of this version, the source first: how it stands, where it is read and where it is written."""
    texts = {text.language: text for text in newest.texts.all()}
    own = campaign.source_language
    told = standings(texts.values(), own)
    return [
        {
            "code": code,
            "name": name,
            "is_source": code == own,
            "standing": told[code].label if code != own and not newest.is_published else "",
            "badge": BADGES[told[code]] if code != own else "",
            "read_url": _text_url(newest, code) if code in texts or (code == own and may_run) else "",
            "translate_url": reverse("campaign_desk:translation", args=[campaign.slug, code, "letter"])
            if code != own and own in texts and may_run and not newest.is_published
            else "",
        }
        for code, name in [(own, dict(settings.LANGUAGES)[own]), *translations.other_languages(campaign)]
    ]


def _text_url(letter: Letter, language: str) -> str:
    return reverse("campaign_desk:letter_text", args=[letter.campaign.slug, letter.version, language])


def _missing(campaign: Campaign, draft: Letter) -> list[str]:
    """Why this draft can't be published yet."""
    if source_of(draft.texts.all(), campaign.source_language) is None:
        return [_("It has no text in %(language)s yet.") % {"language": campaign.get_source_language_display()}]
    return translations.unapproved(draft)


@require_POST
@campaign_page
def versions(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """A draft to work on: the first version, or one with the words of the last."""
    newest = translations.newest_letter(campaign)
    if newest is None:
        newest = actions.begin_letter(campaign=campaign, by=person(request))
    elif newest.is_published:
        newest = actions.start_new_version(letter=newest, by=person(request))
        messages.success(request, _("A draft with the same words. Until it is published, people sign the one before."))
    return redirect(_text_url(newest, campaign.source_language))


@require_http_methods(["GET", "HEAD", "POST"])
@seen_campaign_page
def text(request: HttpRequest, campaign: Campaign, version: int, language: str) -> HttpResponse:
    """The editor, where this person may write and nobody has published it; else the letter as it stands."""
    found = get_object_or_404(campaign.letters.prefetch_related("texts"), version=version)
    written = source_of(found.texts.all(), language)
    may_run = rules.may_run(person(request), campaign)
    # What is sent for a version that was published meanwhile is not saved, and not thrown away either.
    if language == campaign.source_language and may_run and (request.method == "POST" or not found.is_published):
        return _edit(request, campaign, found, written)
    if request.method == "POST" and found.is_published and may_run:
        messages.error(request, _("This version is published meanwhile: a change is a new version."))
        return redirect("campaign_desk:letter", campaign.slug)
    if request.method == "POST":
        raise PermissionDenied
    if written is None:
        raise Http404
    context = {"letter": found, **on_screen(written), **on_paper(written, campaign)}
    page = _name_of(found, written)
    return render(request, "desk/campaign/letter_text.html", frame(campaign, "letter", page=page, **context))


def _name_of(letter: Letter, text: LetterText) -> str:
    names = {"version": letter.version, "language": text.get_language_display()}
    return _("Version %(version)s, %(language)s") % names


def _edit(request: HttpRequest, campaign: Campaign, found: Letter, written: LetterText | None) -> HttpResponse:
    language = campaign.source_language
    begun = written.words if written else form_of_address_for(campaign.target, language)
    seen = translations.digest_of(written, None)

    def make_form(data: Any) -> WordsForm:
        return WordsForm(data, names=LetterText.WORDS, language=language, initial={"seen": seen, **begun})

    form = make_form(sent(request))
    draft, is_preview = restored(request, form), "preview" in request.POST
    is_overtaken, is_published = False, found.is_published
    if form.is_valid() and not is_preview:
        try:
            actions.write_letter(letter=found, words=form.words(), seen=form.cleaned_data["seen"], by=person(request))
        except actions.LetterPublished:
            is_published = True
        except actions.TextChanged:
            is_overtaken = True
            form = make_form({**request.POST.dict(), "seen": seen})
        else:
            forget_draft(request)
            messages.success(request, _("Saved."))
            return redirect(request.path)
    shown = typed(form, language)
    context = {
        "letter": found,
        "form": form,
        "draft": draft,
        "theirs": differences(shown.words, written.words, language) if is_overtaken and written else [],
        "is_overtaken": is_overtaken,
        "is_published": is_published,
        "begun_with_form": bool(begun) and written is None,
        "is_preview": is_preview,
        "preview_url": reverse("campaign_desk:letter_preview", args=[campaign.slug, language]),
        "printed_url": reverse("campaign_desk:letter_printed", args=[campaign.slug, language]),
        **on_screen(shown),
        **(on_paper(shown, campaign) if is_preview else {}),
    }
    status = 409 if is_overtaken or is_published else 200 if is_preview or not form.is_bound else 422
    answer = frame(campaign, "letter", page=_name_of(found, shown), **context)
    return render(request, "desk/campaign/letter_editor.html", answer, status=status)


@require_safe
@seen_campaign_page
def changes(request: HttpRequest, campaign: Campaign, version: int) -> HttpResponse:
    """What this version says otherwise than the one before it."""
    found = get_object_or_404(campaign.letters.prefetch_related("texts"), version=version)
    before = campaign.letters.filter(version__lt=version).prefetch_related("texts").newest()
    if before is None:
        raise Http404
    old, new = ({each.language: each.newest for each in row.texts.all()} for row in (before, found))
    told = [
        difference
        for code, _name in settings.LANGUAGES
        for difference in differences(old.get(code, {}), new.get(code, {}), code)
    ]
    page = _("What changed in version %(version)s") % {"version": version}
    context = {"letter": found, "before": before, "differences": told}
    return render(request, "desk/campaign/letter_changes.html", frame(campaign, "letter", page=page, **context))


def differences(before: Mapping[str, str], now: Mapping[str, str], language: str) -> list[Difference]:
    """Field by field, in the order in which they are read."""
    return list(_differences(before, now, language))


def _differences(before: Mapping[str, str], now: Mapping[str, str], language: str) -> Iterator[Difference]:
    for name in dict.fromkeys([*now, *before]):
        old, new = (words.get(name, "").replace("\r\n", "\n").strip() for words in (before, now))
        if old != new:
            yield Difference([label_of(name)], language, pieces(old, new))


@require_http_methods(["GET", "HEAD", "POST"])
@seen_campaign_page
def publication(request: HttpRequest, campaign: Campaign, version: int) -> HttpResponse:
    """The address of the form carries what was read."""
    draft = get_object_or_404(campaign.letters.prefetch_related("texts"), version=version)
    if not translations.may_publish(person(request), draft):
        raise PermissionDenied
    home = reverse("campaign_desk:letter", args=[campaign.slug])
    if request.method == "POST":
        try:
            actions.publish_letter(letter=draft, by=person(request), seen=request.GET.get("seen", ""))
        except actions.NotReady as lacking:
            messages.error(request, " ".join(lacking.missing))
        except actions.TextChanged:
            messages.error(request, _("The letter has changed since you read it. Please read it again."))
        else:
            messages.success(request, _("Published. From now on people sign this version."))
    if request.method == "POST" or draft.is_published or _missing(campaign, draft):
        return redirect(home)
    title = _("Publish version %(version)s of the letter") % {"version": version}
    names = [each.get_language_display() for each in draft.texts.all()]
    signed = Signature.objects.filter(campaign=campaign, state=Signature.State.CONFIRMED).count()
    context = frame(campaign, "letter", page=title) | {
        "title": title,
        "scope": _("In these languages: %(languages)s") % {"languages": languages.listed(names)},
        "consequences": [
            _("From now on supporters sign this version, and it goes out as they sign it."),
            _("Nobody can change it any more: a change is a new version."),
            ngettext(
                "%(count)s person has signed before: their letter stays the one that they signed.",
                "%(count)s people have signed before: their letter stays the one that they signed.",
                signed,
            )
            % {"count": signed},
        ],
        "read_url": _text_url(draft, campaign.source_language)
        if version == 1
        else reverse("campaign_desk:letter_changes", args=[campaign.slug, version]),
        "read_name": _("Read the letter") if version == 1 else _("What changed"),
        "verb": _("Publish it"),
        "action_url": f"{request.path}?seen={translations.digest_of_letter(draft)}",
        "cancel_url": home,
    }
    return render(request, "desk/confirmation.html", context)


# --- Forms of address


def form_of_address_for(target: Target, language: str) -> dict[str, str]:
    """With what a new text to this office begins."""
    kept = FormOfAddress.objects.filter(target=target, language=language).first()
    return kept.words if kept else {}


@require_http_methods(["GET", "HEAD", "POST"])
@role_page(translations.may_write_forms_of_address)
def form_of_address(request: HttpRequest, target: str, language: str) -> HttpResponse:
    office = get_object_or_404(Target.objects.prefetch_related("texts", "forms_of_address"), slug=target)
    if language not in dict(settings.LANGUAGES):
        raise Http404
    kept, seen = form_of_address_for(office, language), marks.of_form_of_address(office, language)

    def make_form(data: Any) -> WordsForm:
        return WordsForm(data, names=FormOfAddress.WORDS, language=language, initial={"seen": seen, **kept})

    form, is_overtaken = make_form(sent(request)), False
    if form.is_valid():
        wanted = {"words": form.words(), "seen": form.cleaned_data["seen"]}
        try:
            actions.write_form_of_address(target=office, language=language, by=person(request), **wanted)
        except actions.TextChanged:
            is_overtaken = True
            kept, seen = form_of_address_for(office, language), marks.of_form_of_address(office, language)
            form = make_form({**request.POST.dict(), "seen": seen})
        else:
            messages.success(request, _("Saved. New texts of letters to this office begin with it."))
            return redirect(request.path)
    name = best_text(office.texts, languages.active())
    written = {each.language for each in office.forms_of_address.all()}
    context = {
        "office": name.name if name else office.slug,
        "form": form,
        "is_overtaken": is_overtaken,
        "theirs": differences(wanted["words"], kept, language) if is_overtaken else [],
        "links": [
            {
                "code": code,
                "name": each,
                "written": code in written,
                "url": reverse("campaign_desk:form_of_address", args=[target, code]),
                "current": code == language,
            }
            for code, each in settings.LANGUAGES
        ],
        "trail": [{"label": _("Forms of address")}, {"label": name.name if name else office.slug}],
    }
    status = 409 if is_overtaken else 422 if form.errors else 200
    return render(request, "desk/campaign/form_of_address.html", context, status=status)
