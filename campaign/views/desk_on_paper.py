"""Signatures on paper at the desk: batches from a table or from photographed sheets, counted and taken back."""

from dataclasses import asdict, fields
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django_fsm import TransitionNotAllowed

from campaign import actions, paper_lines, rules
from campaign.forms.on_paper import (
    COLUMNS,
    LINES,
    NAMES,
    AgreementForm,
    AttestationForm,
    LinesFormSet,
    PhotoForm,
    SheetsForm,
    TableForm,
    read_rows,
)
from campaign.forms.running import ReasonForm
from campaign.models import Campaign, PaperBatch, PaperSheet, Tally
from campaign.paper_lines import Line
from campaign.views.desk_frame import campaign_page, frame, history, person, seen_campaign_page
from face import countries, spreadsheets
from face.pages import get_or_post
from face.pictures import BadPicture
from face.spreadsheets import BadSheet
from face.uploads import takes_a_picture

PER_PAGE = 50
# Of the rows of a table that are wrong.
SHOWN_WRONG = 200

_BADGES = {PaperBatch.State.DRAFT: "waiting", PaperBatch.State.SETTLED: "good", PaperBatch.State.TAKEN_BACK: "problem"}


@require_safe
@seen_campaign_page
def on_paper(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    page = Paginator(campaign.paper_batches.for_desk(), PER_PAGE).get_page(request.GET.get("page"))
    may_run = rules.may_run(person(request), campaign)
    total, counted = Tally.objects.with_paper_of(campaign)
    context = {
        "page": page,
        "entries": [{"batch": batch, "badge": _BADGES[PaperBatch.State(batch.state)]} for batch in page],
        "total": total,
        "on_paper": counted,
        "may_open": may_run,
        "may_add": may_run and rules.takes_paper(campaign),
        "kept": rules.PAPER_KEPT.days,
    }
    return render(request, "desk/campaign/on_paper.html", frame(campaign, "on_paper") | context)


@require_safe
@campaign_page
def template(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """The columns, and one row as an example of somebody who is nobody."""
    example = ["Maria Example", "maria@example.org", "PL", "Warsaw", "en", "yes"]
    text = b"".join(spreadsheets.as_csv(COLUMNS, [example]))
    headers = {"Content-Disposition": 'attachment; filename="signatures-on-paper.csv"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


@get_or_post
@campaign_page
def new_table(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    _require_open(campaign)
    form = TableForm(request.POST or None, request.FILES or None, campaign=campaign)
    wrong: list[dict[str, Any]] = []
    unknown: list[str] = []
    if form.is_valid():
        sheets, content = form.sheets(), form.cleaned_data["file"].read()
        try:
            table = spreadsheets.read(content, form.cleaned_data["encoding"], columns=COLUMNS, told=())
        except BadSheet as bad:
            form.add_error("file", bad.told)
        else:
            lines, wrong = read_rows(table, PaperBatch(**sheets))
            unknown = table.unknown
            if not wrong:
                digest = sha256(content).hexdigest()
                batch = actions.begin_batch(
                    campaign=campaign, sheets=sheets, lines=lines, sha256=digest, by=person(request)
                )
                return redirect("campaign_desk:paper_batch", campaign.slug, batch.pk)
    context = {
        "form": form,
        "columns": COLUMNS,
        "wrong": wrong[:SHOWN_WRONG],
        "wrong_count": len(wrong),
        "unknown": unknown,
        **frame(campaign, "on_paper", page=_("From a table")),
    }
    return render(request, "desk/campaign/paper_table.html", context, status=422 if form.errors or wrong else 200)


@get_or_post
@campaign_page
def new_sheets(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    _require_open(campaign)
    form = SheetsForm(request.POST or None, campaign=campaign)
    if form.is_valid():
        batch = actions.begin_batch(campaign=campaign, sheets=form.sheets(), by=person(request))
        return redirect("campaign_desk:paper_batch", campaign.slug, batch.pk)
    title = _("From photographed sheets")
    context = {
        "title": title,
        "about": _("Each sheet is keyed in by two people who do not see what the other typed."),
        "form": form,
        "verb": _("Begin the batch"),
        "cancel_url": reverse("campaign_desk:on_paper", args=[campaign.slug]),
        **frame(campaign, "on_paper", page=title),
    }
    return render(request, "desk/campaign/section_form.html", context, status=422 if form.errors else 200)


def _require_open(campaign: Campaign) -> None:
    if not rules.takes_paper(campaign):
        raise Http404


@require_safe
@campaign_page
def batch(request: HttpRequest, campaign: Campaign, pk: int) -> HttpResponse:
    return _batch_page(request, campaign, _batch_of(campaign, pk), PhotoForm())


def _batch_page(request: HttpRequest, campaign: Campaign, found: PaperBatch, photo_form: PhotoForm) -> HttpResponse:
    is_draft = found.state == PaperBatch.State.DRAFT
    sheets = list(found.sheets.select_related("first_by", "second_by").defer("first_lines", "second_lines"))
    is_table = found.kind == PaperBatch.Kind.TABLE
    lines = paper_lines.from_text(found.lines) if is_draft and is_table else []
    page = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
    me = person(request)
    context = {
        "batch": found,
        "badge": _BADGES[PaperBatch.State(found.state)],
        "country": countries.name_of(found.country),
        "names": dict(NAMES)[found.display],
        "is_draft": is_draft,
        "people": len(paper_lines.different_people(lines)),
        "lines": len(lines),
        "page": page,
        "rows": [_cells(line) for line in page if line],
        "columns": [{"label": label} for label in _labels()],
        "sheets": [_sheet_entry(sheet, me) for sheet in sheets],
        "photo_form": photo_form,
        "may_settle": is_draft and (bool(lines) or (bool(sheets) and all(sheet.agreed_lines for sheet in sheets))),
        "history": history(found.changes, PaperBatch.State),
        **frame(campaign, "on_paper", page=str(found.place)),
    }
    status = 422 if photo_form.errors else 200
    return render(request, "desk/campaign/paper_batch.html", context, status=status)


def _labels() -> list[str]:
    return [_("Name"), _("E-mail"), _("Country"), _("City"), _("Language"), _("Wants updates")]


def _cells(line: Line) -> list[dict[str, Any]]:
    words = [line.name, line.email, countries.name_of(line.country), line.city, line.language]
    return [{"text": each} for each in (*words, _("yes") if line.wants_updates else "")]


def _sheet_entry(sheet: PaperSheet, me: Any) -> dict[str, Any]:
    typed_by_me = me.pk in (sheet.first_by_id, sheet.second_by_id)
    if sheet.agreed_lines:
        badge, kind = _("agreed"), "good"
    elif sheet.second_by_id:
        badge, kind = _("to compare"), "problem"
    elif sheet.first_by_id:
        badge, kind = _("keyed in once"), "waiting"
    else:
        badge, kind = _("not keyed in"), "waiting"
    return {
        "sheet": sheet,
        "badge": badge,
        "kind": kind,
        "may_key_in": not sheet.second_by_id,
        "is_mine": typed_by_me,
        "may_agree": bool(sheet.second_by_id) and not sheet.agreed_lines,
    }


def _batch_of(campaign: Campaign, pk: int) -> PaperBatch:
    return get_object_or_404(campaign.paper_batches.select_related("letter", "made_by", "settled_by"), pk=pk)


@get_or_post
@campaign_page
def settling(request: HttpRequest, campaign: Campaign, pk: int) -> HttpResponse:
    found = _batch_of(campaign, pk)
    try:
        people = len(paper_lines.different_people(actions.lines_of(found)))
    except actions.NotPrepared:
        people = 0
    if not people or found.state != PaperBatch.State.DRAFT or not rules.takes_paper(campaign):
        messages.error(request, _("This batch cannot be counted as it stands."))
        return redirect("campaign_desk:paper_batch", campaign.slug, pk)
    form = AttestationForm(request.POST or None)
    if form.is_valid():
        try:
            actions.settle_batch(batch=found, by=person(request))
        except actions.NotPrepared:
            messages.error(request, _("This batch cannot be counted as it stands."))
        else:
            messages.success(request, _("Counted. The number on the page follows within seconds."))
        return redirect("campaign_desk:paper_batch", campaign.slug, pk)
    title = _("Count these signatures")
    scope = ngettext("%(count)s person", "%(count)s people", people) % {
        "count": number_format(people, force_grouping=True)
    }
    context = {
        "title": title,
        "scope": scope,
        "consequences": [
            _("They are added to the public count, and told apart there as signed on paper."),
            _("Whoever has signed on the site already counts once; who that is, nobody is told."),
            _("Their letters go on paper: into the packs for hand-ins and for the post. None goes by e-mail."),
            _("Nobody gets a mail. Who gave an address can see and end everything by it."),
            _("What was typed and the photographs are deleted here. Keep the sheets themselves."),
            _("You can take the batch back as a whole."),
        ],
        "form": form,
        "verb": _("Count them"),
        "cancel_url": reverse("campaign_desk:paper_batch", args=[campaign.slug, pk]),
        **frame(campaign, "on_paper", page=title),
    }
    return render(request, "desk/campaign/section_form.html", context, status=422 if form.errors else 200)


@get_or_post
@campaign_page
def taking_back(request: HttpRequest, campaign: Campaign, pk: int) -> HttpResponse:
    found = _batch_of(campaign, pk)
    if not found.may_move(PaperBatch.State.TAKEN_BACK):
        raise Http404
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            actions.take_back_batch(batch=found, reason=form.cleaned_data["reason"], by=person(request))
        except TransitionNotAllowed:
            messages.error(request, _("Somebody else has taken it back already."))
        else:
            messages.success(request, _("Taken back. None of these signatures counts any more."))
        return redirect("campaign_desk:paper_batch", campaign.slug, pk)
    title = _("Take the batch back")
    context = {
        "title": title,
        "consequences": [
            _("None of its signatures counts any more, and none is printed from now on."),
            _("Packs that somebody has fetched keep them: strike them out by the list that the pack’s page gives."),
            _("Its people are erased here. To count them after all, make the batch anew."),
        ],
        "form": form,
        "verb": _("Take it back"),
        "cancel_url": reverse("campaign_desk:paper_batch", args=[campaign.slug, pk]),
        **frame(campaign, "on_paper", page=title),
    }
    return render(request, "desk/campaign/section_form.html", context, status=422 if form.errors else 200)


@require_POST
@campaign_page
def discarding(request: HttpRequest, campaign: Campaign, pk: int) -> HttpResponse:
    try:
        actions.discard_batch(batch=_batch_of(campaign, pk))
    except actions.NotPrepared:
        messages.error(request, _("It counts already: take it back instead."))
        return redirect("campaign_desk:paper_batch", campaign.slug, pk)
    messages.success(request, _("Thrown away, with everything that was typed and photographed. Nothing was counted."))
    return redirect("campaign_desk:on_paper", campaign.slug)


# --- Photographed sheets


@get_or_post
@campaign_page
@takes_a_picture
def new_sheet(request: HttpRequest, campaign: Campaign, pk: int) -> HttpResponse:
    found = _batch_of(campaign, pk)
    form = PhotoForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            actions.add_sheet(batch=found, photo=form.cleaned_data["photo"].read())
        except BadPicture as bad:
            form.add_error("photo", str(bad.reason))
        except actions.NotPrepared:
            form.add_error("photo", _("This batch takes no more sheets."))
        else:
            messages.success(request, _("The sheet is added. Two people key it in."))
            return redirect("campaign_desk:paper_batch", campaign.slug, pk)
    return _batch_page(request, campaign, found, form)


def _sheet_of(campaign: Campaign, pk: int, number: int) -> PaperSheet:
    sheets = PaperSheet.objects.select_related("batch__campaign", "first_by", "second_by")
    return get_object_or_404(sheets, batch=pk, batch__campaign=campaign, number=number)


@require_safe
@campaign_page
def photo(request: HttpRequest, campaign: Campaign, pk: int, number: int) -> HttpResponse:
    try:
        content = actions.open_sheet(_sheet_of(campaign, pk, number))
    except FileNotFoundError:
        raise Http404 from None
    return HttpResponse(content, content_type="image/jpeg")


@get_or_post
@campaign_page
def keying(request: HttpRequest, campaign: Campaign, pk: int, number: int) -> HttpResponse:
    sheet = _sheet_of(campaign, pk, number)
    me = person(request)
    if sheet.second_by_id:
        messages.error(request, _("Two people have keyed this sheet in already."))
        return redirect("campaign_desk:paper_batch", campaign.slug, pk)
    # Whoever was the first may mend what they typed.
    mine = sheet.first_by_id == me.pk
    formset = LinesFormSet(request.POST or (_typed(sheet) if mine else None))
    if request.method == "POST" and formset.is_valid():
        lines = [form.line(sheet.batch) for form in formset]
        while lines and lines[-1] is None:
            lines.pop()
        try:
            keyed = actions.key_in_sheet(sheet=sheet, lines=lines, by=me)
        except actions.NotPrepared:
            messages.error(request, _("Two people have keyed this sheet in already."))
        else:
            messages.success(request, _keyed(keyed))
        return redirect("campaign_desk:paper_batch", campaign.slug, pk)
    context = {
        "sheet": sheet,
        "formset": formset,
        "country": countries.name_of(sheet.batch.country),
        "day": date_format(sheet.batch.collected_on),
        **frame(campaign, "on_paper", page=_("Sheet %(number)s") % {"number": number}),
    }
    status = 422 if formset.total_error_count() else 200
    return render(request, "desk/campaign/paper_keying.html", context, status=status)


def _typed(sheet: PaperSheet) -> dict[str, Any]:
    """What the first person sent, as their browser did."""
    sent: dict[str, Any] = {"form-TOTAL_FORMS": LINES, "form-INITIAL_FORMS": 0}
    for number, line in enumerate(paper_lines.from_text(sheet.first_lines)):
        if line is not None:
            cells = {**asdict(line), "country": "" if line.country == sheet.batch.country else line.country}
            sent |= {f"form-{number}-{name}": cell for name, cell in cells.items() if cell}
    return sent


def _keyed(sheet: PaperSheet) -> str:
    if sheet.agreed_lines:
        return _("Keyed in. Both have typed the same: the sheet is agreed.")
    if sheet.second_by_id:
        return _("Keyed in. The two differ: somebody else has to compare them with the photograph.")
    return _("Keyed in. Now a second person has to key the sheet in.")


@get_or_post
@campaign_page
def agreeing(request: HttpRequest, campaign: Campaign, pk: int, number: int) -> HttpResponse:
    sheet = _sheet_of(campaign, pk, number)
    if not sheet.second_by_id or sheet.agreed_lines:
        raise Http404
    if not rules.may_agree_sheet(person(request), sheet):
        raise PermissionDenied
    found = paper_lines.differences(paper_lines.from_text(sheet.first_lines), paper_lines.from_text(sheet.second_lines))
    form = AgreementForm(request.POST or None, differences=found)
    if form.is_valid():
        try:
            actions.agree_sheet(sheet=sheet, chosen=form.chosen(), by=person(request))
        except actions.NotPrepared:
            messages.error(request, _("Somebody else has compared this sheet already."))
        else:
            messages.success(request, _("The sheet is agreed."))
        return redirect("campaign_desk:paper_batch", campaign.slug, pk)
    context = {
        "sheet": sheet,
        "form": form,
        "compared": [
            {"number": each.number, "field": form[f"line{each.number}"], "rows": _side_by_side(each)} for each in found
        ],
        **frame(campaign, "on_paper", page=_("Sheet %(number)s") % {"number": number}),
    }
    return render(request, "desk/campaign/paper_agreeing.html", context, status=422 if form.errors else 200)


def _side_by_side(difference: paper_lines.Difference) -> list[dict[str, Any]]:
    names = [each.name for each in fields(Line)]
    first, second = (
        _cells(line) if line else [{"text": ""}] * len(names) for line in (difference.first, difference.second)
    )
    return [
        {"label": label, "first": one["text"], "second": other["text"], "differs": name in difference.columns}
        for name, label, one, other in zip(names, _labels(), first, second, strict=True)
        if name != "language" and (one["text"] or other["text"])
    ]


@require_POST
@campaign_page
def sheet_removal(request: HttpRequest, campaign: Campaign, pk: int, number: int) -> HttpResponse:
    try:
        actions.remove_sheet(sheet=_sheet_of(campaign, pk, number))
    except actions.NotPrepared:
        raise Http404 from None
    messages.success(request, _("The sheet is removed, with its photograph and what was typed of it."))
    return redirect("campaign_desk:paper_batch", campaign.slug, pk)
