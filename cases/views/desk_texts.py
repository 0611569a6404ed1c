"""All words of a record in one other language, each beside its source; what is older than its source comes first to the
eye.
"""

from itertools import chain
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cases import actions, rules
from cases.forms.desk import TranslationForm
from cases.forms.fields import text_in
from cases.models import Case
from cases.models.entries import Versioned
from cases.views.desk_editing import editor
from cases.views.desk_frame import frame
from cases.views.desk_guards import case_page
from face.words import WordsField, is_old

PER_PAGE = 25
# The relations of a case whose rows have words, in the order of the page.
_ROWS = ("members", "events", "citations", "involvements", "interventions", "updates", "claims", "media")
_SEALED = {"members": ("real_name", "kin"), "media": ("provenance",), "claims": ("source__origin",)}
STATES = ("todo", "all")


@require_safe
@case_page(rules.may_open_cases)
def texts(request: HttpRequest, case: Case) -> HttpResponse:
    others = [(code, name) for code, name in settings.LANGUAGES if code != case.written_in]
    language = request.GET.get("language", others[0][0])
    if language not in dict(others):
        raise Http404
    everything = [(row, words) for row in _rows_of(case) if (words := _words_of(row))]
    todo = [(row, words) for row, words in everything if any(_standing(row, name, language) for name in words)]
    show = "all" if request.GET.get("show") == "all" else "todo"
    page = Paginator(everything if show == "all" else todo, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "into": language,
        "into_name": dict(others)[language],
        "languages": [
            {"code": code, "name": name, "url": f"?language={code}&show={show}", "current": code == language}
            for code, name in others
        ],
        "show": show,
        "page": page,
        "items": [
            _item(row, TranslationForm(row=row, words=words, language=language), case, language) for row, words in page
        ],
        "todo": len(todo),
        "all": len(everything),
        "may_translate": rules.may_translate(request.user),
    }
    return render(request, "desk/cases/texts.html", frame(request, case, "texts", **context))


@require_POST
@case_page(rules.may_translate)
def translation(request: HttpRequest, case: Case, kind: str, pk: int, language: str) -> HttpResponse:
    if language not in dict(settings.LANGUAGES) or language == case.written_in:
        raise Http404
    row = _row_of(case, kind, pk)
    form = TranslationForm(request.POST, row=row, words=_words_of(row), language=language)
    status, note = 422, None
    if form.is_valid():
        try:
            if texts := form.changed():
                seen = form.cleaned_data["seen"]
                actions.translate_entry(entry=row, texts=texts, language=language, by=editor(request), seen=seen)
            status, note = 200, _("Saved.")
            row = _row_of(case, kind, pk)
            form = TranslationForm(row=row, words=_words_of(row), language=language)
        except actions.Changed:
            # What was typed stays; beside it stands what is there now.
            row = _row_of(case, kind, pk)
            typed = {**request.POST.dict(), form.add_prefix("seen"): str(row.version)}
            form = TranslationForm(typed, row=row, words=_words_of(row), language=language)
            form.is_valid()
            status = 409
    item = {**_item(row, form, case, language), "note": note, "changed": status == 409}
    context = {"item": item, "into": language, "may_translate": True}
    if request.headers.get("HX-Request"):
        return render(request, "components/cases/translation.html", context, status=status)
    if status == 200:
        messages.success(request, _("Saved."))
        home = reverse("case_desk:texts", args=[case.reference])
        return redirect(f"{home}?language={language}&show=all#{item['anchor']}")
    return render(request, "desk/cases/translation.html", frame(request, case, "texts", **context), status=status)


def _rows_of(case: Case) -> Any:
    """One query per kind of row; what is sealed stays sealed."""
    return chain([case], *(_entries(case, name) for name in _ROWS))


def _entries(case: Case, name: str) -> Any:
    rows = getattr(case, name).defer(*_SEALED.get(name, ()))
    return rows.select_related("source") if name == "claims" else rows


def _row_of(case: Case, kind: str, pk: int) -> Versioned:
    if kind == "case" and pk == case.pk:
        return Case.objects.for_desk().get(pk=pk)
    for name in _ROWS:
        rows = _entries(case, name)
        if rows.model._meta.model_name == kind:
            return get_object_or_404(rows, pk=pk)
    raise Http404


def _words_of(row: Versioned) -> list[str]:
    """The fields that say something in the language of the case."""
    return [
        field.name
        for field in row._meta.concrete_fields
        if isinstance(field, WordsField) and row.source_language in getattr(row, field.name)
    ]


def _standing(row: Versioned, name: str, language: str) -> str:
    words = getattr(row, name)
    if language not in words:
        return "missing"
    return "old" if is_old(words, language, source=row.source_language) else ""


def _item(row: Versioned, form: TranslationForm, case: Case, language: str) -> dict[str, Any]:
    kind = row._meta.model_name
    return {
        "row": row,
        "kind": row._meta.verbose_name,
        "anchor": f"{kind}-{row.pk}",
        "form": form,
        "pairs": [
            {
                **pair,
                "standing": _standing(row, name, language),
                "now": text_in(getattr(row, name), language),
            }
            for name, pair in zip(form.words, form.pairs(), strict=True)
        ],
        "url": reverse("case_desk:translation", args=[case.reference, kind, row.pk, language]),
    }
