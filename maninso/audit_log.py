"""The audit log as auditors read it, and as they take it with them."""

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import proven_again, role_page
from accounts.models import User
from accounts.rules import may_read_audit_log
from audit import chain, words
from audit.log import record
from audit.models import Entry, EntryQuerySet
from face.spreadsheets import BEGINS_A_FORMULA, MARK
from face.widgets import DateInput

PER_PAGE = 50
# These, and the mark itself, get one apostrophe before them in CSV.
_MARKED = (*BEGINS_A_FORMULA, "'")

audit_page = role_page(may_read_audit_log)


def _actions() -> list[tuple[str, Any]]:
    return [("", _("any")), *((action, f"{action}: {said}") for action, said in sorted(words.known().items()))]


class FilterForm(forms.Form):
    """Sent by GET; what it cannot read it leaves out."""

    words = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=100)
    action = forms.ChoiceField(label=gettext_lazy("What was done"), required=False, choices=_actions)
    person = forms.CharField(label=gettext_lazy("Who"), required=False, max_length=200)
    thing = forms.CharField(label=gettext_lazy("To what"), required=False, max_length=300)
    since = forms.DateField(label=gettext_lazy("From (UTC)"), required=False, widget=DateInput)
    until = forms.DateField(label=gettext_lazy("To (UTC)"), required=False, widget=DateInput)

    def chosen(self) -> dict[str, str]:
        """As the address carries it, without what is empty or unreadable."""
        self.is_valid()
        return {name: str(value) for name, value in self.cleaned_data.items() if value}

    def narrowed(self) -> EntryQuerySet:
        self.is_valid()
        wanted, found = self.cleaned_data, Entry.objects.chained()
        if said := wanted.get("words"):
            found = found.telling(said)
        if action := wanted.get("action"):
            found = found.filter(action=action)
        if person := wanted.get("person"):
            found = found.filter(by_id=int(person)) if _is_a_key(person) else found.filter(by__icontains=person)
        if thing := wanted.get("thing"):
            kind, mark, key = thing.partition(":")
            exactly = mark and "." in kind
            found = found.filter(kind=kind, key=key) if exactly else found.filter(about__icontains=thing)
        if since := wanted.get("since"):
            found = found.filter(at__gte=dt.datetime.combine(since, dt.time(), dt.UTC))
        if until := wanted.get("until"):
            found = found.filter(at__lte=dt.datetime.combine(until, dt.time.max, dt.UTC))
        return found


def _is_a_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


class ExportForm(forms.Form):
    format = forms.ChoiceField(
        label=gettext_lazy("File"),
        choices=[
            ("jsonl", gettext_lazy("JSON lines, for programs")),
            ("csv", gettext_lazy("CSV, for spreadsheets")),
        ],
        initial="jsonl",
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Both hold the hashes, so that whoever gets the file can check it."),
    )


@require_safe
@audit_page
def entries(request: HttpRequest) -> HttpResponse:
    """The latest first, 50 to a page; pages begin where the one before ended, so the ten-thousandth costs what the
    first does.
    """
    form = FilterForm(request.GET)
    chosen = form.chosen()
    found = form.narrowed()
    before, after = _number(request, "before"), _number(request, "after")
    if after is not None:
        page = list(found.filter(number__gt=after).order_by("number")[: PER_PAGE + 1])
        newer, older = len(page) > PER_PAGE, True
        page = page[:PER_PAGE][::-1]
    else:
        page = list(found.filter(**{"number__lt": before} if before else {}).order_by("-number")[: PER_PAGE + 1])
        newer, older = before is not None, len(page) > PER_PAGE
        page = page[:PER_PAGE]
    context = {
        "form": form,
        "narrowed": bool(chosen),
        "entries": page,
        "query": urlencode(chosen),
        "newer": urlencode(chosen | {"after": page[0].number}) if newer and page else "",
        "older": urlencode(chosen | {"before": page[-1].number}) if older and page else "",
    }
    return render(request, "desk/audit/entries.html", context)


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if _is_a_key(text) else None


@require_safe
@audit_page
def entry(request: HttpRequest, number: int) -> HttpResponse:
    around = Entry.objects.chained().filter(number__in=[number - 1, number, number + 1]).with_details_as_hashed()
    found = {each.number: each for each in around}
    if number not in found:
        raise Http404
    shown, before = found[number], found.get(number - 1)
    computed = chain.link(bytes(before.hash or b"") if before else b"", shown.fields_as_hashed().values())
    context = {
        "entry": shown,
        "before": before,
        "after": found.get(number + 1),
        "follows": computed == bytes(shown.hash or b"") and (before is not None or number == 1),
        "facts": [
            (name, json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value)
            for name, value in sorted(shown.details.items())
        ],
    }
    return render(request, "desk/audit/entry.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@audit_page
@proven_again
def export(request: HttpRequest) -> HttpResponse:
    """What the filter leaves, in the order of the chain. That it was taken out is an entry itself, and the last one
    of an export of everything.
    """
    filters = FilterForm(request.GET)
    form = ExportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _export(request, filters, form.cleaned_data["format"])
    context = {
        "form": form,
        "count": filters.narrowed().count(),
        "chosen": [(filters.fields[name].label, value) for name, value in filters.chosen().items()],
        "query": urlencode(filters.chosen()),
        "trail": [{"label": _("Audit log"), "url": reverse("audit:entries")}, {"label": _("Export")}],
    }
    return render(request, "desk/audit/export.html", context, status=422 if form.errors else 200)


def _export(request: HttpRequest, filters: FilterForm, kind: str) -> HttpResponse:
    with transaction.atomic():
        count = filters.narrowed().count()
        own = record("audit.exported", by=cast(User, request.user), rows=count, format=kind, filters=filters.chosen())
    # What others write meanwhile comes after it.
    last = Entry.objects.values_list("number", flat=True).get(pk=own.pk)
    wanted = filters.narrowed().filter(number__lte=last).with_details_as_hashed().with_the_hash_before()
    lines, content_type = _FORMATS[kind]
    name = f"audit-log-{timezone.now():%Y-%m-%d}-{last}.{kind}"
    answer = StreamingHttpResponse(
        lines(_row(each) for each in wanted.iterator(chunk_size=2000)),
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    # To the guards of pages every answer is one.
    return cast(HttpResponse, answer)


def _row(each: Any) -> dict[str, str]:
    return each.fields_as_hashed() | {"previous": bytes(each.previous or b"").hex(), "hash": each.hash_hex}


def _json_lines(rows: Iterable[dict[str, str]]) -> Iterator[str]:
    for row in rows:
        yield json.dumps(row, ensure_ascii=False) + "\n"


def _csv(rows: Iterable[dict[str, str]]) -> Iterator[str]:
    columns = [*Entry.fields_named(), "previous", "hash"]
    yield MARK + _csv_line(columns)
    for row in rows:
        yield _csv_line("'" + value if value.startswith(_MARKED) else value for value in row.values())


def _csv_line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


_FORMATS = {
    "jsonl": (_json_lines, "application/x-ndjson; charset=utf-8"),
    "csv": (_csv, "text/csv; charset=utf-8"),
}
