"""One case as a whole: where it stands, its own fields, what is sealed, its relations and its history."""

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from cases import actions, rules
from cases.comparing import pieces
from cases.forms.desk import ReasonForm, RelationForm, SealedForm
from cases.forms.entries import CaseForm
from cases.forms.fields import name_of_column
from cases.history import history_of
from cases.models import Case, Source, Takedown
from cases.models.entries import Entry, Versioned
from cases.views.desk_editing import editor, open_or_save
from cases.views.desk_frame import findings_of, frame, next_step
from cases.views.desk_guards import case_page
from privacy.fields import SealedTextField


@require_safe
@case_page(rules.may_read_record)
def overview(request: HttpRequest, case: Case) -> HttpResponse:
    findings = findings_of(case)
    blocked = any(finding["blocking"] for finding in findings)
    takedown = Takedown.objects.standing().filter(publication__case=case).select_related("by").first()
    context = {
        "findings": findings,
        "blocked": blocked,
        "next_step": next_step(request, case, blocked=blocked),
        "last_remarks": _last_remarks(case),
        "takedown": takedown,
        "may_take_down": case.live_id is not None and rules.may_take_down(request.user),
        "may_ask_to_restore": takedown is not None and rules.is_of_the_team(request.user),
        "may_restore": takedown is not None and rules.may_restore(request.user, takedown),
        "related": Case.objects.for_desk().related_to(case).order_by("reference"),
        "relation_form": RelationForm(),
        "counts": _counts(case),
    }
    return render(request, "desk/cases/overview.html", frame(request, case, "case", **context))


def _last_remarks(case: Case) -> Any:
    """Why it was sent back, where that was the last thing that happened to it."""
    submission = case.submissions.first()
    if submission is None or case.state != Case.State.DRAFT:
        return None
    return submission.decisions.filter(verdict="sent_back").select_related("by").last()


def _counts(case: Case) -> list[dict[str, Any]]:
    """How many rows there are of each kind: one statement."""
    from django.db.models import Count, IntegerField, OuterRef, Subquery
    from django.db.models.functions import Coalesce

    from cases.views.desk_entries import SECTIONS

    def rows(model: Any) -> Any:
        counted = model.objects.filter(case=OuterRef("pk")).order_by().values("case").annotate(n=Count("pk"))
        return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)

    counted = Case.objects.filter(pk=case.pk).values(
        **{f"number_{slug}": rows(section.model) for slug, section in SECTIONS.items()}
    )[0]
    return [
        {
            "name": section.title,
            "count": counted[f"number_{slug}"],
            "url": reverse("case_desk:section", args=[case.reference, slug]),
        }
        for slug, section in SECTIONS.items()
    ]


@case_page(rules.may_edit)
def facts(request: HttpRequest, case: Case) -> HttpResponse:
    def make_form(**options: Any) -> CaseForm:
        return CaseForm(options.pop("data", None), instance=Case.objects.for_desk().get(pk=case.pk), **options)

    def save(form: CaseForm) -> None:
        actions.save_entry(entry=form.instance, by=editor(request), seen=form.cleaned_data["seen"])

    context = {
        "heading": _("The case"),
        "verb": _("Save"),
        "form_url": request.path,
        "cancel_url": reverse("case_desk:case", args=[case.reference]),
        "sealed": [_sealed_link(case, case, "team_note")],
    }
    answer = open_or_save(request, make_form, save, frame(request, case, "facts", **context))
    if answer is None:
        messages.success(request, _("Saved."))
        return redirect("case_desk:case", case.reference)
    return answer


# --- sealed fields


def _sealed_link(case: Case, row: Versioned, field: str) -> dict[str, Any]:
    label = name_of_column(row, field)
    return {
        "label": label,
        "url": reverse("case_desk:sealed", args=[case.reference, row._meta.model_name, row.pk, field]),
    }


def sealed_links(case: Case, row: Versioned, fields: tuple[str, ...]) -> list[dict[str, Any]]:
    return [_sealed_link(case, row, field) for field in fields]


@case_page(rules.may_read_sealed)
def sealed(request: HttpRequest, case: Case, kind: str, pk: int, field: str) -> HttpResponse:
    """Asks for a reason, and shows the field once; whoever may edit can then write it anew."""
    row = _row_of(case, kind, pk, field)
    name = capfirst(name_of_column(row, field))
    may_edit = rules.may_edit(request.user)
    reason, write_form, value, shown = ReasonForm(label=_("Why do you need to read it?")), None, None, False
    if request.method == "POST" and "value" in request.POST and may_edit:
        write_form = SealedForm(request.POST)
        if write_form.is_valid():
            setattr(row, field, write_form.cleaned_data["value"].strip() or _nothing(row, field))
            try:
                actions.save_entry(entry=row, by=editor(request), seen=write_form.cleaned_data["seen"])
            except actions.Changed as changed:
                # What was typed stays; it is saved over theirs only when it is sent again.
                typed = {"value": request.POST["value"], "seen": _row_of(case, kind, pk, field).version}
                write_form = SealedForm(typed)
                write_form.add_error(None, str(changed))
            else:
                messages.success(request, _("Sealed."))
                return redirect(_home_of(case, row))
    elif request.method == "POST":
        reason = ReasonForm(request.POST, label=_("Why do you need to read it?"))
        if reason.is_valid():
            value = actions.read_sealed(row=row, field=field, by=editor(request), reason=reason.cleaned_data["reason"])
            shown = True
            if may_edit:
                write_form = SealedForm(initial={"value": value, "seen": row.version})
    if write_form is not None:
        write_form.fields["value"].label = name
    context = {
        "heading": name,
        "about": row,
        "reason_form": reason,
        "write_form": write_form,
        "value": value,
        "shown": shown,
        "back_url": _home_of(case, row),
    }
    return render(request, "desk/cases/sealed.html", frame(request, case, "", **context))


def _row_of(case: Case, kind: str, pk: int, field: str) -> Versioned:
    """A row of this case (or a source that it uses) that has such a sealed field."""
    try:
        model = apps.get_model("cases", kind)
        is_sealed = isinstance(model._meta.get_field(field), SealedTextField)
    except LookupError:
        raise Http404 from None
    if not is_sealed:
        raise Http404
    sealed_columns = [column.name for column in model._meta.concrete_fields if isinstance(column, SealedTextField)]
    rows = model._default_manager.defer(*sealed_columns)
    if model is Case:
        return get_object_or_404(rows, pk=case.pk if pk == case.pk else None)
    if model is Source:
        return get_object_or_404(rows.filter(claims__case=case).distinct(), pk=pk)
    if not issubclass(model, Entry):
        raise Http404
    return get_object_or_404(rows.select_related("case"), case=case, pk=pk)


def _nothing(row: Versioned, field: str) -> str | None:
    return None if row._meta.get_field(field).null else ""


def _home_of(case: Case, row: Versioned) -> str:
    from cases.views.desk_frame import SECTION_OF

    if isinstance(row, Case):
        return reverse("case_desk:case", args=[case.reference])
    section = SECTION_OF[row._meta.model_name or ""]
    return reverse("case_desk:section", args=[case.reference, section]) + f"#{row._meta.model_name}-{row.pk}"


# --- relations


@require_POST
@case_page(rules.may_edit)
def related(request: HttpRequest, case: Case) -> HttpResponse:
    form = RelationForm(request.POST)
    if form.is_valid():
        try:
            actions.relate_cases(one=case, other=form.cleaned_data["reference"], by=editor(request))
            messages.success(request, _("The two cases are related."))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    else:
        messages.error(request, " ".join(map(str, form.errors["reference"])))
    return redirect(reverse("case_desk:case", args=[case.reference]) + "#related")


@require_POST
@case_page(rules.may_edit)
def unrelate(request: HttpRequest, case: Case, pk: int) -> HttpResponse:
    other = get_object_or_404(Case.objects.for_desk(), pk=pk)
    actions.unrelate_cases(one=case, other=other, by=editor(request))
    messages.success(request, _("They are no longer related."))
    return redirect(reverse("case_desk:case", args=[case.reference]) + "#related")


# --- history

_VERBS = {
    "insert": gettext_lazy("added"),
    "update": gettext_lazy("changed"),
    "delete": gettext_lazy("removed"),
    "state": gettext_lazy("moved"),
}


@require_safe
@case_page(rules.may_read_record)
def history(request: HttpRequest, case: Case) -> HttpResponse:
    page = Paginator(history_of(case), 50).get_page(request.GET.get("page"))
    changes = [
        {
            "change": change,
            "verb": _VERBS[change.what],
            "fields": [(field, pieces(field.before, field.now)) for field in change.fields],
        }
        for change in page
    ]
    return render(request, "desk/cases/history.html", frame(request, case, "history", page=page, changes=changes))
