"""How a row is edited at the desk: what was typed is kept until it is saved, and whoever saves second is shown both."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from cases.actions import Changed, Refused
from cases.forms.entries import RowForm
from cases.forms.fields import WordsFormField
from cases.models import FormDraft

MakeForm = Callable[..., RowForm]
MERGE = "components/cases/merge.html"
FORM = "components/cases/entry_form.html"


def editor(request: HttpRequest) -> User:
    """Who acts; the guards have seen to it that somebody is logged in."""
    assert isinstance(request.user, User)
    return request.user


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: an empty one too, once it was sent."""
    return request.POST if request.method == "POST" else None


def part_or_page(request: HttpRequest, part: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """The part alone where htmx asks for it, else a page around it."""
    if request.headers.get("HX-Request"):
        return render(request, part, {**context, "inline": True}, status=status)
    return render(request, "desk/cases/form_page.html", {**context, "part": part}, status=status)


# --- what was typed and not saved yet


def restored(request: HttpRequest, form: forms.BaseForm, *, form_url: str = "") -> FormDraft | None:
    """The draft that now fills the form, where it is opened and not sent; its version stays the one that was seen."""
    if form.is_bound:
        return None
    draft = FormDraft.objects.filter(by=editor(request), form=form_url or request.path).first()
    if draft:
        typed = QueryDict(draft.typed)
        for name, field in form.fields.items():
            html_name = form.add_prefix(name)
            if not field.widget.value_omitted_from_data(typed, {}, html_name):
                form.initial[name] = field.widget.value_from_datadict(typed, {}, html_name)
    return draft


def forget_draft(request: HttpRequest) -> None:
    FormDraft.objects.filter(by=editor(request), form=request.path).delete()


# --- one form, from opening it to saving it


def open_or_save(
    request: HttpRequest, make_form: MakeForm, save: Callable[[Any], Any], context: dict[str, Any]
) -> HttpResponse | Any:
    """The page with the form, the form with its errors, or the merge page; None once it is saved."""
    if request.method != "POST":
        form = make_form()
        draft = restored(request, form)
        return part_or_page(request, FORM, {**context, "form": form, "draft": draft})
    unanswered = [name for name in request.POST.getlist("asked") if f"keep_{name}" not in request.POST]
    theirs = [
        key.removeprefix("keep_") for key, side in request.POST.items() if key.startswith("keep_") and side == "theirs"
    ]
    # Asked again, all that was typed is still on the table.
    form = make_form(data=request.POST, theirs=[] if unanswered else theirs)
    if form.is_valid():
        try:
            if unanswered:
                raise Changed(None)
            save(form)
        except Changed as changed:
            return _merge(request, make_form, form, changed, context)
        except ValidationError as error:
            form.add_error(None, error)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            forget_draft(request)
            return None
    return part_or_page(request, FORM, {**context, "form": form}, status=422)


# --- somebody else saved first


@dataclass(frozen=True)
class Difference:
    """One field that reads otherwise in what is stored and in what was typed."""

    name: str
    label: str
    theirs: Any
    yours: Any
    # What one would take: the side that changed; None where both did.
    proposed: str | None


def _merge(
    request: HttpRequest, make_form: MakeForm, form: RowForm, changed: Changed, context: dict[str, Any]
) -> HttpResponse:
    names = form.visible()
    current = make_form(data=request.POST, theirs=names)
    current.full_clean()
    row = current.instance
    # Asked a second time, the version that was seen at first is still what both began with.
    begun = request.POST.get("begun", "")
    seen = int(begun) if begun.isdecimal() else form.cleaned_data.get("seen")
    base = row.history.filter(version=seen).order_by("-pk").first() if seen else None
    differences = []
    for name in names:
        field = form.fields[name]
        theirs, yours = _plain(current.cleaned_data.get(name)), _plain(form.cleaned_data.get(name))
        if theirs == yours:
            continue
        proposed = request.POST.get(f"keep_{name}")
        if not proposed and base is not None and hasattr(base, name):
            before = _plain(getattr(base, name))
            proposed = "yours" if theirs == before else "theirs" if yours == before else None
        differences.append(Difference(name, str(field.label), reading(field, theirs), reading(field, yours), proposed))
    typed = [
        (key, value)
        for key, values in request.POST.lists()
        for value in values
        if key not in ("csrfmiddlewaretoken", "seen", "begun", "asked") and not key.startswith("keep_")
    ]
    told = {
        "differences": differences,
        "typed": typed,
        "seen": row.version,
        "begun": seen,
        "changed": changed,
        "row": row,
    }
    return part_or_page(request, MERGE, {**context, **told}, status=409)


def _plain(value: Any) -> Any:
    """Comparable: querysets and lists of rows as lists."""
    if value is None or isinstance(value, str | dict | int | dt.date):
        return "" if value is None else value
    if hasattr(value, "all") or isinstance(value, list | tuple):
        return list(value.all()) if hasattr(value, "all") else list(value)
    return value


def reading(field: forms.Field, value: Any) -> list[tuple[str, str]]:
    """What a field holds, as pairs of a language (or "") and a text, for somebody who compares."""
    if isinstance(field, WordsFormField):
        return [(code, value[code]["text"]) for code, _name in settings.LANGUAGES if code in value] or [("", "—")]
    if isinstance(value, list):
        labels = dict(getattr(field, "choices", []))
        return [("", ", ".join(str(labels.get(each, each)) for each in value) or "—")]
    if isinstance(value, bool):
        return [("", _("yes") if value else _("no"))]
    if isinstance(value, dt.date):
        return [("", date_format(value))]
    if isinstance(field, forms.ChoiceField) and isinstance(value, str | int):
        flat = {str(key): label for key, label in _flat(field.choices)}
        return [("", str(flat.get(str(value), value)) or "—")]
    return [("", str(value) or "—")]


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    return [pair for key, label in choices for pair in (label if isinstance(label, list | tuple) else [(key, label)])]
