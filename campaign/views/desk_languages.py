"""A campaign in its languages: each text beside its source, approved by somebody else than whoever wrote it."""

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import role_page
from campaign import actions, rules, translations
from campaign.forms.letters import WordsForm, label_of
from campaign.models import Campaign, Letter
from campaign.models.translated import Standing, digest_of_pair, source_of
from campaign.translations import Pair
from campaign.views.desk_frame import campaign_page, frame, person, translated_campaign_page
from campaign.views.desk_letters import BADGES, differences, form_of_address_for
from cases.rules import may_open_cases
from cases.views.desk_editing import forget_draft, restored, sent

PER_PAGE = 25
# Of a source's history, so many of its latest words: each costs a digest.
MOST_LOOKED_AT = 200
# Asked for where the source says it.
_AS_THE_SOURCE = ("share_text", "cover_alt")
_PARTS: dict[str, Any] = {"campaign": gettext_lazy("The campaign’s page"), "letter": gettext_lazy("The letter")}


@require_safe
@translated_campaign_page
def languages(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    others = translations.other_languages(campaign)
    into = request.GET.get("into", others[0][0])
    if into not in dict(others):
        raise Http404
    owners = _owners(campaign)
    pairs = translations.pairs_of(owners, into)
    context: dict[str, Any] = {
        "into": into,
        "links": [
            {
                "code": code,
                "name": name,
                "url": f"?into={code}",
                "current": code == into,
                "todo": sum(pair.is_undone for pair in translations.pairs_of(owners, code)),
            }
            for code, name in others
        ],
        "items": [_item(request, campaign, pair, _form(request, campaign, pair)) for pair in pairs],
    }
    return render(request, "desk/campaign/languages.html", _framed(request, campaign, **context))


def _owners(campaign: Campaign) -> list[translations.Owner]:
    letter = translations.newest_letter(campaign)
    return [campaign, *([letter] if letter else [])]


def _framed(request: HttpRequest, campaign: Campaign, *, page: str = "", **context: Any) -> dict[str, Any]:
    """Whoever translates for the site may open these pages alone."""
    framed = frame(campaign, "languages", page=page, **context)
    if not rules.may_run(person(request), campaign):
        framed["tabs"] = [tab for tab in framed["tabs"] if tab["slug"] == "languages"]
        framed["trail"][0] = {"label": _("Translations"), "url": reverse("translations")}
    return framed


def _form(request: HttpRequest, campaign: Campaign, pair: Pair, data: Any = None) -> WordsForm:
    begun = pair.newest
    if pair.part == "letter" and pair.text is None:
        begun |= form_of_address_for(campaign.target, pair.language)
    form = WordsForm(
        data, names=pair.source.WORDS, language=pair.language, prefix=pair.part, initial={"seen": pair.seen, **begun}
    )
    if getattr(pair.source, "cover_alt", ""):
        form.fields["cover_alt"].required = True
    return form


def _item(
    request: HttpRequest,
    campaign: Campaign,
    pair: Pair,
    form: WordsForm,
    *,
    saved: bool = False,
    overtaken: bool = False,
    published: bool = False,
) -> dict[str, Any]:
    """One text beside its source, as components/campaign_translation.html takes it; `published`: while it was typed."""
    me, where = person(request), [campaign.slug, pair.language, pair.part]
    url = reverse("campaign_desk:translation", args=where)
    waits = pair.text is not None and pair.is_undone
    return {
        "part": pair.part,
        "name": _PARTS[pair.part],
        "source_language": campaign.source_language,
        "source_name": campaign.get_source_language_display(),
        "language": pair.language,
        "form": form,
        "url": url,
        "draft": restored(request, form, form_url=url),
        "rows": [
            {
                "label": label_of(name),
                "source": getattr(pair.source, name),
                "field": form[name],
                "now": pair.newest[name],
            }
            for name in pair.source.WORDS
            if name not in _AS_THE_SOURCE or getattr(pair.source, name) or pair.newest[name]
        ],
        "standing": "" if pair.is_fixed else pair.standing.label,
        "badge": BADGES[pair.standing],
        "is_missing": pair.standing == Standing.MISSING,
        "is_fixed": pair.is_fixed and not published,
        "source_changes": source_changes(pair) if pair.standing == Standing.OLD and not pair.is_fixed else [],
        "written_by": pair.text.newest_by if pair.text and waits else None,
        "approved_by": pair.text.approved_by if pair.text and pair.standing == Standing.APPROVED else None,
        "approval_url": reverse("campaign_desk:approval", args=where)
        if waits and pair.text and translations.may_approve(me, campaign, pair.text)
        else "",
        "waits_for_another": waits and pair.text is not None and pair.text.newest_by == me,
        "removal_url": reverse("campaign_desk:text_removal", args=where)
        if pair.text and not pair.is_fixed and rules.may_run(me, campaign)
        else "",
        "preview_url": reverse("campaign_desk:letter_printed", args=where[:2]) if pair.part == "letter" else "",
        "saved": saved,
        "overtaken": overtaken,
        "published": published,
    }


def source_changes(pair: Pair) -> list[Any]:
    """What the source says otherwise than when this translation was approved, as far as the history goes back."""
    if pair.text is None:
        return []
    history = apps.get_model("campaign", f"{type(pair.source).__name__}Event").objects
    for event in history.filter(pgh_obj_id=pair.source.pk).order_by("-pgh_id")[:MOST_LOOKED_AT]:
        then = {name: getattr(event, name) for name in pair.source.WORDS}
        if digest_of_pair(then, pair.text.words) == pair.text.approved_pair:
            return differences(then, pair.source.words, pair.source.language)
    return []


@require_http_methods(["GET", "HEAD", "POST"])
@translated_campaign_page
def translation(request: HttpRequest, campaign: Campaign, language: str, part: str) -> HttpResponse:
    """One text in one language; what htmx sends from the page of all texts comes back in its place."""
    pair = _pair(campaign, language, part)
    form, status = _form(request, campaign, pair, sent(request)), 200
    saved = overtaken = False
    published = request.method == "POST" and pair.is_fixed
    if published:
        status = 409
    elif form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            actions.translate(owner=pair.owner, language=language, words=form.words(), seen=seen, by=person(request))
            forget_draft(request)
            saved = True
        except actions.LetterPublished:
            published, status = True, 409
        except actions.TextChanged:
            # What was typed stays; beside it stands what is there now.
            overtaken, status = True, 409
        pair = _pair(campaign, language, part)
        typed = {**request.POST.dict(), f"{part}-seen": pair.seen}
        form = _form(request, campaign, pair, None if saved else typed)
    elif form.is_bound:
        status = 422
    item = _item(request, campaign, pair, form, saved=saved, overtaken=overtaken, published=published)
    if request.headers.get("HX-Request"):
        return render(request, "components/campaign_translation.html", {"item": item}, status=status)
    if saved:
        messages.success(request, _("Saved. It waits for somebody else to approve it."))
        return redirect(f"{reverse('campaign_desk:languages', args=[campaign.slug])}?into={language}#{part}")
    context = _framed(request, campaign, page=str(_PARTS[part]), item=item, into=language)
    return render(request, "desk/campaign/translation.html", context, status=status)


def _pair(campaign: Campaign, language: str, part: str) -> Pair:
    if part not in _PARTS or language not in dict(translations.other_languages(campaign)):
        raise Http404
    # The page holds the campaign with its texts as they were when it was fetched.
    fresh = Campaign.objects.prefetch_related("texts").select_related("organisation", "target").get(pk=campaign.pk)
    owner = translations.owner_of(fresh, part)
    pair = translations.pair_of(owner, language) if owner else None
    if pair is None:
        raise Http404
    return pair


@require_http_methods(["GET", "HEAD", "POST"])
@translated_campaign_page
def approval(request: HttpRequest, campaign: Campaign, language: str, part: str) -> HttpResponse:
    """The second person reads both, and says that one says what the other does."""
    pair = _pair(campaign, language, part)
    home = f"{reverse('campaign_desk:languages', args=[campaign.slug])}?into={language}#{part}"
    if pair.text is None or not pair.is_undone:
        return redirect(home)
    if not translations.may_approve(person(request), campaign, pair.text):
        raise PermissionDenied
    status = 200
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        try:
            actions.approve_translation(owner=pair.owner, language=language, seen=seen, by=person(request))
        except actions.TextChanged:
            status, pair = 409, _pair(campaign, language, part)
        else:
            messages.success(request, _("Approved."))
            return redirect(home)
    if pair.text is None or not pair.is_undone:
        messages.error(request, _("It was decided meanwhile: there is nothing to approve any more."))
        return redirect(home)
    name = pair.text.get_language_display()
    title = _("Approve: %(what)s, %(language)s") % {"what": _PARTS[part], "language": name}
    context = {
        "pair": pair,
        "title": title,
        "rows": [
            {"label": label_of(name), "source": getattr(pair.source, name), "words": pair.newest[name]}
            for name in pair.source.WORDS
            if getattr(pair.source, name) or pair.newest[name]
        ],
        "changes": differences(pair.text.words, pair.newest, language) if pair.standing == Standing.PROPOSED else [],
        "source_changes": source_changes(pair) if pair.standing == Standing.OLD else [],
        "is_public": part == "campaign" and campaign.state in Campaign.PUBLIC_STATES,
        "home": home,
        "edit_url": reverse("campaign_desk:translation", args=[campaign.slug, language, part]),
        "overtaken": status == 409,
    }
    return render(
        request, "desk/campaign/approval.html", _framed(request, campaign, page=title, **context), status=status
    )


@require_http_methods(["GET", "HEAD", "POST"])
@campaign_page
def removal(request: HttpRequest, campaign: Campaign, language: str, part: str) -> HttpResponse:
    pair = _pair(campaign, language, part)
    home = f"{reverse('campaign_desk:languages', args=[campaign.slug])}?into={language}"
    if pair.text is None or pair.is_fixed:
        return redirect(home)
    if request.method == "POST":
        try:
            actions.remove_translation(owner=pair.owner, language=language, by=person(request))
        except actions.LetterPublished:
            messages.error(request, _("Versions of the letter that are published keep all their languages."))
        else:
            messages.success(request, _("Removed. The history keeps its words."))
        return redirect(home)
    title = _("Remove: %(what)s, %(language)s") % {"what": _PARTS[part], "language": pair.text.get_language_display()}
    context = _framed(request, campaign, page=title) | {
        "title": title,
        "scope": _("Readers of this language get the campaign’s own language instead."),
        "consequences": [
            _("Versions of the letter that are published keep all their languages."),
            _("The history keeps the words; here they would have to be written and approved again."),
        ],
        "verb": _("Remove this text"),
        "action_url": request.path,
        "cancel_url": home,
    }
    return render(request, "desk/confirmation.html", context)


# --- What waits, over all campaigns


@require_safe
@role_page(translations.may_see_translations)
def queue(request: HttpRequest) -> HttpResponse:
    """Campaign by campaign, the latest first: which texts wait to be written, and which to be approved."""
    campaigns = Campaign.objects.translated_by(person(request)).order_by("-opens_at", "slug")
    page = Paginator(campaigns.prefetch_related("texts", "letters__texts"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "campaigns": [_waiting(request, campaign) for campaign in page],
        "may_open_cases": may_open_cases(request.user),
        "trail": [{"label": _("Translations")}],
    }
    return render(request, "desk/campaign/translations.html", context)


def _waiting(request: HttpRequest, campaign: Campaign) -> dict[str, Any]:
    letter = max(campaign.letters.all(), key=lambda each: each.version, default=None)
    owners: list[Campaign | Letter] = [campaign]
    if letter and not letter.is_published:
        letter.campaign = campaign
        owners.append(letter)
    own = source_of(campaign.texts.all(), campaign.source_language)
    return {
        "campaign": campaign,
        "title": own.title if own else campaign.slug,
        "source_language": campaign.source_language,
        "languages": [
            _waiting_in(request, campaign, code, name, translations.pairs_of(owners, code))
            for code, name in translations.other_languages(campaign)
        ],
    }


def _waiting_in(request: HttpRequest, campaign: Campaign, code: str, name: str, pairs: list[Pair]) -> dict[str, Any]:
    return {
        "code": code,
        "name": name,
        "url": f"{reverse('campaign_desk:languages', args=[campaign.slug])}?into={code}",
        "parts": [
            {
                "name": _PARTS[pair.part],
                "standing": pair.standing.label,
                "badge": BADGES[pair.standing],
                "approval_url": reverse("campaign_desk:approval", args=[campaign.slug, code, pair.part])
                if pair.text and pair.standing != Standing.APPROVED and pair.text.newest_by_id != request.user.pk
                else "",
            }
            for pair in pairs
        ],
    }
