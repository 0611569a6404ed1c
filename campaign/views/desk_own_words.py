"""Own words, read before they go: the line, each decision, many at once, and whether they are read at all."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import role_page, staff_page
from campaign import actions, rules
from campaign.forms.own_words import WhyForm
from campaign.forms.running import ReasonForm
from campaign.models import Campaign, Dispatch, OwnWords
from campaign.models.own_words import OwnWordsQuerySet
from campaign.screening import hints
from campaign.views.desk_frame import campaign_page, frame, moderated_campaign_page, person
from face import languages
from face.pages import get_or_post

PER_PAGE = 25
# Of what one has decided oneself, so much can be undone from the list.
UNDOABLE = 5
_CHOSEN = {"acceptance": gettext_lazy("Accept them"), "rejection": gettext_lazy("Leave them out")}
# As static/js/own-words-by-keys.js has them.
_KEYS = [
    ("jk", gettext_lazy("the next, the one before")),
    ("a", gettext_lazy("accept")),
    ("r", gettext_lazy("leave out, for the reason that is chosen")),
    ("u", gettext_lazy("undo what you decided last")),
]

all_own_words_page = role_page(rules.may_read_all_own_words)


@require_safe
@moderated_campaign_page
def own_words(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    context = _framed(request, campaign) | _line(request, campaign)
    return render(request, "desk/campaign/own_words.html", context)


@require_safe
@all_own_words_page
def own_words_of_all(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/site/own_words.html", _line(request, None))


def _framed(request: HttpRequest, campaign: Campaign, **context: Any) -> dict[str, Any]:
    """Whoever looks after abuse may open this page of the campaign alone."""
    framed = frame(campaign, "own_words", **context)
    framed["may_run"] = rules.may_run(person(request), campaign)
    if not framed["may_run"]:
        framed["tabs"] = [tab for tab in framed["tabs"] if tab["slug"] == "own_words"]
        framed["trail"][0] = {"label": _("Own words"), "url": reverse("site_desk:own_words")}
    return framed


def _line(request: HttpRequest, campaign: Campaign | None) -> dict[str, Any]:
    me = person(request)
    page = Paginator(_among(request, campaign).unread().in_line(), PER_PAGE).get_page(request.GET.get("page"))
    rows = [_row(words, is_of_all=campaign is None) for words in page]
    decided = list(_among(request, campaign).decided_lately(me)[:UNDOABLE])
    actions.note_reading(by=me, rows=len(rows) + len(decided), campaign=campaign)
    return {
        "page": page,
        "rows": rows,
        "decided": [
            {"words": words, "text": words.words or words.signature.own_words, "language": words.signature.language}
            for words in decided
        ],
        "keys": _KEYS,
        "from": campaign.slug if campaign else "",
    }


def _row(words: OwnWords, *, is_of_all: bool) -> dict[str, Any]:
    text = words.signature.own_words or ""
    title = words.campaign.text_in(languages.active()) if is_of_all else None
    return {
        "words": words,
        "text": text,
        "language": words.signature.language,
        "hints": hints(text),
        "form": WhyForm(prefix=f"words-{words.pk}"),
        "title": title.title if title else "",
    }


def _among(request: HttpRequest, campaign: Campaign | None) -> OwnWordsQuerySet:
    words = OwnWords.objects.read_by(person(request))
    return words.filter(campaign=campaign) if campaign else words


def _from(request: HttpRequest) -> Campaign | None:
    """The campaign whose line somebody is reading; None for that of the whole site."""
    slug = request.POST.get("from")
    if slug:
        return get_object_or_404(Campaign.objects.moderated_by(person(request)).for_pages().distinct(), slug=slug)
    if not rules.may_read_all_own_words(person(request)):
        raise Http404
    return None


def _url(campaign: Campaign | None) -> str:
    return reverse("campaign_desk:own_words", args=[campaign.slug]) if campaign else reverse("site_desk:own_words")


@require_POST
@staff_page
def step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """One decision, or its undoing; then the next in the line."""
    campaign = _from(request)
    words = get_object_or_404(_among(request, campaign), pk=pk)
    next_pk = pk if step == "undoing" else _following(request, campaign, words)
    try:
        messages.success(request, _take(request, words, step))
    except actions.AlreadyRead as faster:
        messages.warning(request, _told_of_faster(faster.words))
    except actions.NothingToRead:
        messages.warning(request, _("Whoever wrote them has withdrawn meanwhile: there is nothing to decide."))
    except actions.OtherWords:
        messages.warning(request, _("This is no longer possible: the state has changed meanwhile."))
        next_pk = pk
    except actions.LetterGone:
        messages.warning(request, _("Too late: the letter is on its way, or printed."))
    except _NoReason:
        messages.warning(request, _("Please say why they are left out."))
        next_pk = pk
    number = request.POST.get("page", "")
    query = f"?page={number}" if number.isdecimal() and number != "1" else ""
    return redirect(f"{_url(campaign)}{query}#words-{next_pk}")


class _NoReason(Exception):
    pass


def _as_shown(request: HttpRequest, words: OwnWords) -> OwnWords:
    """The page says since when the words that it showed waited: others may stand in the row by now."""
    try:
        since = dt.datetime.fromisoformat(request.POST.get(f"words-{words.pk}-since", ""))
    except ValueError:
        raise actions.OtherWords from None
    words.since = since
    return words


def _take(request: HttpRequest, words: OwnWords, step: str) -> str:
    """What was done, in words."""
    me = person(request)
    if step == "acceptance":
        actions.accept_words(words=_as_shown(request, words), by=me)
        return _("Accepted. You can undo it while the letter has not gone.")
    if step == "rejection":
        form = WhyForm(request.POST, prefix=f"words-{words.pk}")
        if not form.is_valid():
            raise _NoReason
        actions.leave_words_out(words=_as_shown(request, words), by=me, **form.cleaned_data)
        return _("Left out. In ten minutes a mail tells their writer, unless you undo it.")
    actions.undo_decision(words=words, by=me)
    return _("Undone. They wait to be read again.")


def _following(request: HttpRequest, campaign: Campaign | None, words: OwnWords) -> int:
    """The next in the line; 0 behind the last."""
    later = Q(since__gt=words.since) | Q(since=words.since, pk__gt=words.pk)
    line = _among(request, campaign).unread().filter(later).order_by("since", "pk")
    return line.values_list("pk", flat=True).first() or 0


def _told_of_faster(words: OwnWords) -> str:
    decision = words.changes.select_related("by").order_by("-pk").first()
    who = {"who": (decision and decision.by) or "–"}
    if words.state == OwnWords.State.ACCEPTED:
        return _("%(who)s was faster, and has accepted them.") % who
    return _("%(who)s was faster, and has left them out.") % who


@require_POST
@staff_page
def chosen(request: HttpRequest, step: str) -> HttpResponse:
    """Many at once: first what will go, then the same once more with the answer yes."""
    campaign = _from(request)
    ids = [int(pk) for pk in request.POST.getlist("chosen")[:PER_PAGE] if pk.isdecimal() and len(pk) < 19]
    found = list(_among(request, campaign).unread().filter(pk__in=ids).in_line())
    if not found:
        messages.warning(request, _("Choose some first, or somebody has decided on them meanwhile."))
        return redirect(_url(campaign))
    is_sure = "sure" in request.POST
    form = WhyForm(request.POST if is_sure else None) if step == "rejection" else None
    if is_sure and (form is None or form.is_valid()):
        _take_all(request, found, form)
        return redirect(_url(campaign))
    rows = [_row(words, is_of_all=campaign is None) for words in found]
    actions.note_reading(by=person(request), rows=len(rows), campaign=campaign)
    letters = Dispatch.objects.filter(
        signature__in=[words.signature_id for words in found], state=Dispatch.State.UNREAD
    ).count()
    context = {
        "title": _CHOSEN[step],
        "form": form,
        "rows": rows,
        "scope": _told_of_scope(step, letters),
        "consequences": _consequences(step, len(found)),
        "from": campaign.slug if campaign else "",
        "trail": [{"label": _("Own words"), "url": _url(campaign)}, {"label": _CHOSEN[step]}],
        "cancel_url": _url(campaign),
    }
    return render(
        request, "desk/site/own_words_chosen.html", context, status=422 if form is not None and form.errors else 200
    )


def _told_of_scope(step: str, letters: int) -> str:
    count = {"count": intcomma(letters)}
    if step == "acceptance":
        return (
            ngettext(
                "%(count)s letter goes by e-mail, with these words.",
                "%(count)s letters go by e-mail, with these words.",
                letters,
            )
            % count
        )
    return (
        ngettext(
            "%(count)s letter goes by e-mail, without these words.",
            "%(count)s letters go by e-mail, without these words.",
            letters,
        )
        % count
    )


def _consequences(step: str, people: int) -> list[str]:
    common = [
        _("Letters go as the hourly caps allow, and stand in the packs that are made from now on."),
        _("Each can be undone while its letter has not gone."),
    ]
    if step == "acceptance":
        return common
    mailed = ngettext(
        "%(count)s person gets a mail that says so, in ten minutes.",
        "%(count)s people get a mail that says so, in ten minutes.",
        people,
    ) % {"count": intcomma(people)}
    return [mailed, *common]


def _take_all(request: HttpRequest, found: list[OwnWords], form: WhyForm | None) -> None:
    done = 0
    for words in found:
        try:
            if form is None:
                actions.accept_words(words=_as_shown(request, words), by=person(request))
            else:
                actions.leave_words_out(words=_as_shown(request, words), by=person(request), **form.cleaned_data)
        except (actions.AlreadyRead, actions.NothingToRead, actions.OtherWords):
            continue
        done += 1
    count = {"count": intcomma(done)}
    if form is None:
        told = ngettext("%(count)s accepted.", "%(count)s accepted.", done) % count
    else:
        told = ngettext("%(count)s left out.", "%(count)s left out.", done) % count
    messages.success(request, told)
    if done < len(found):
        messages.info(request, _("On the others somebody else has decided, or their writers have withdrawn."))


@get_or_post
@campaign_page
def reading(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Whether own words are read before they go: the other of what it is now."""
    begins = not campaign.reads_own_words
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        actions.set_reading(campaign=campaign, reads=begins, by=person(request), **form.cleaned_data)
        done = _("Own words are read before they go.") if begins else _("Own words go as they are written.")
        messages.success(request, done)
        return redirect("campaign_desk:own_words", campaign.slug)
    title = _("Read own words before they go") if begins else _("Let own words go unread")
    context = frame(campaign, "own_words", page=title) | {
        "title": title,
        "form": form,
        "consequences": _what_begins() if begins else _what_ends(),
        "verb": title,
        "cancel_url": reverse("campaign_desk:own_words", args=[campaign.slug]),
    }
    return render(request, "desk/campaign/section_form.html", context, status=422 if form.errors else 200)


def _what_begins() -> list[str]:
    return [
        _("A letter with own words waits, by e-mail and on paper, until somebody of you has read them."),
        _("Letters with own words that wait for their turn now wait to be read first. What has gone has gone."),
        _("Letters without own words are not touched. You can change it again at any time."),
    ]


def _what_ends() -> list[str]:
    return [
        _("What people write goes to the office as they write it, in your name too."),
        _("It is so for those who confirm from now on. What waits to be read already waits until somebody has."),
        _("You can change it again at any time."),
    ]
