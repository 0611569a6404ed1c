"""The sections of a record and their rows: seen, added, changed and removed, in the page or on pages of their own."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import Prefetch, ProtectedError, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from cases import actions, rules
from cases.forms import entries as forms
from cases.forms.desk import ChoiceForm
from cases.forms.fields import name_of_column
from cases.models import (
    BestInterests,
    Case,
    Citation,
    Claim,
    Consent,
    Event,
    Intervention,
    Involvement,
    Member,
    Status,
    Update,
)
from cases.models.entries import Entry
from cases.models.source import SUBJECTS
from cases.views.desk_case import sealed_links
from cases.views.desk_editing import (
    FORM,
    editor,
    forget_draft,
    open_or_save,
    part_or_page,
    restored,
    sent,
)
from cases.views.desk_frame import frame
from cases.views.desk_guards import case_page

ROW = "components/cases/row.html"
PER_PAGE = 100


@dataclass(frozen=True)
class Section:
    """One kind of row of the record."""

    model: type[Entry]
    form: type[forms.EntryForm]
    title: Any
    about: Any
    add: Any
    # With what its rows are shown, whatever their number.
    fetch: Callable[[QuerySet[Any]], QuerySet[Any]] = lambda rows: rows
    may_change: bool = True

    @property
    def kind(self) -> str:
        return self.model._meta.model_name or ""

    @property
    def about_rows(self) -> bool:
        """Whether claims can be about its rows."""
        return self.kind in SUBJECTS

    def rows(self, case: Case) -> QuerySet[Any]:
        """What is sealed stays sealed; `case` is known to each."""
        its: QuerySet[Any] = getattr(case, str(self.model._meta.default_related_name)).defer(*self.form.SEALED)
        return self.fetch(its)


# Of a row's member, fetched with it.
_MEMBER_SEALED = ["member__real_name", "member__kin", "member__case__team_note"]


def _with_members(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("member__case").defer(*_MEMBER_SEALED)


def _with_statuses(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.prefetch_related(Prefetch("statuses", Status.objects.select_related("corrected_by")))


def _with_people_and_law(rows: QuerySet[Any]) -> QuerySet[Any]:
    people = Member.objects.select_related("case").defer("real_name", "kin", "case__team_note")
    return rows.prefetch_related(
        Prefetch("members", people), Prefetch("citations", Citation.objects.select_related("article__instrument"))
    )


def _with_subject(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Each with its source and with what it is about, those about the same fact together."""
    subjects = (
        "member__case",
        "status__member__case",
        "event",
        "involvement__authority",
        "intervention__by",
        "update__case",
    )
    sealed = [*_MEMBER_SEALED, *(f"status__{name}" for name in _MEMBER_SEALED), "update__case__team_note"]
    return rows.select_related("source", *subjects).defer("source__origin", *sealed).order_by(*SUBJECTS, "field", "pk")


SECTIONS: dict[str, Section] = {
    "members": Section(
        Member,
        forms.MemberForm,
        gettext_lazy("Members"),
        gettext_lazy("The people of this case, and what has become of each."),
        gettext_lazy("Add a member"),
        _with_statuses,
    ),
    "events": Section(
        Event,
        forms.EventForm,
        gettext_lazy("Events"),
        gettext_lazy("What happened, when and where, and the law that bound the State on that day."),
        gettext_lazy("Add an event"),
        _with_people_and_law,
    ),
    "claims": Section(
        Claim,
        forms.ClaimForm,
        gettext_lazy("Claims"),
        gettext_lazy("What each source says about each fact. Where they differ, the page states the chosen one."),
        gettext_lazy("Add a claim"),
        _with_subject,
    ),
    "involvements": Section(
        Involvement,
        forms.InvolvementForm,
        gettext_lazy("Authorities"),
        gettext_lazy("Who did what, and what they say about it."),
        gettext_lazy("Add an involvement"),
        lambda rows: rows.select_related("authority", "event"),
    ),
    "interventions": Section(
        Intervention,
        forms.InterventionForm,
        gettext_lazy("Interventions"),
        gettext_lazy("Who asked whom, and what came back. Silence is an answer too."),
        gettext_lazy("Add an intervention"),
        lambda rows: rows.select_related("by", "asked"),
    ),
    "consents": Section(
        Consent,
        forms.ConsentForm,
        gettext_lazy("Consents"),
        gettext_lazy("What people allowed to be told about them, where, and until when."),
        gettext_lazy("Add a consent"),
        _with_members,
    ),
    "best-interests": Section(
        BestInterests,
        forms.BestInterestsForm,
        gettext_lazy("Best interests"),
        gettext_lazy("Where nobody can be asked: why telling serves them. It counts once two of the team have signed."),
        gettext_lazy("Sign a note"),
        lambda rows: _with_members(rows).select_related("signed_by", "countersigned_by"),
        may_change=False,
    ),
    "updates": Section(
        Update,
        forms.UpdateForm,
        gettext_lazy("Updates"),
        gettext_lazy("News of the case, the newest first."),
        gettext_lazy("Add an update"),
    ),
}


def section_of(slug: str) -> Section:
    if slug not in SECTIONS:
        raise Http404
    return SECTIONS[slug]


@require_safe
@case_page(rules.may_read_record)
def section(request: HttpRequest, case: Case, section: str) -> HttpResponse:
    its = section_of(section)
    page = Paginator(its.rows(case), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **row_context(request, case, section),
        "page": page,
        "groups": _facts_of(page) if its.model is Claim else [],
    }
    return render(request, "desk/cases/section.html", frame(request, case, section, **context))


def row_context(request: HttpRequest, case: Case, slug: str) -> dict[str, Any]:
    its = SECTIONS[slug]
    return {
        "section": slug,
        "its": its,
        "may_add": rules.is_of_the_team(request.user) if its.model is BestInterests else rules.may_edit(request.user),
        "add_url": reverse("case_desk:add", args=[case.reference, slug]),
        "me": request.user.pk,
        "sealed_fields": [(name, name_of_column(its.model, name)) for name in its.form.SEALED],
    }


def _facts_of(page: Page[Claim]) -> list[dict[str, Any]]:
    """The claims by what they are about, so that those that contradict each other stand side by side."""

    def fact(claim: Claim) -> tuple[Any, ...]:
        return (*[getattr(claim, f"{subject}_id") for subject in SUBJECTS], claim.field)

    groups = []
    for _key, group in groupby(page, key=fact):
        claims = list(group)
        first = claims[0]
        subject = next((getattr(first, name) for name in SUBJECTS if getattr(first, f"{name}_id")), None)
        groups.append(
            {
                "subject": subject,
                "field": first.get_field_display(),
                "claims": claims,
                "differ": bool(first.field) and len({claim.fact for claim in claims}) > 1,
                "chosen": any(claim.chosen for claim in claims),
            }
        )
    return groups


@case_page(rules.may_open_cases)
def add(request: HttpRequest, case: Case, section: str) -> HttpResponse:
    its = section_of(section)
    _allow(rules.is_of_the_team(request.user) if its.model is BestInterests else rules.may_edit(request.user))
    context = frame(
        request,
        case,
        section,
        **row_context(request, case, section),
        heading=its.add,
        verb=_("Sign") if its.model is BestInterests else _("Add"),
        form_url=request.path,
        cancel_url=_home(case, section),
        target="#new-entry",
    )

    def make_form(**options: Any) -> forms.EntryForm:
        data = options.pop("data", None)
        initial = {} if data else {name: value for name, value in request.GET.items() if name in ("about", "field")}
        return its.form(data, case=case, initial=initial, **options)

    saved: list[Entry] = []

    def save(form: forms.EntryForm) -> None:
        if its.model is BestInterests:
            given = {name: form.cleaned_data[name] for name in ("member", "scopes", "reasons")}
            saved.append(actions.sign_best_interests(case=case, by=editor(request), **given))
        else:
            actions.save_entry(entry=form.instance, by=editor(request), links=links_of(form))
            saved.append(form.instance)

    answer = open_or_save(request, make_form, save, context)
    if answer is not None:
        return answer
    if request.headers.get("HX-Request") and its.model is not Claim:
        context |= {"row": its.rows(case).get(pk=saved[0].pk), **_standing(request, case)}
        return render(request, "components/cases/added.html", context)
    messages.success(request, _("Added."))
    home = _home(case, section, saved[0])
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": request.build_absolute_uri(home.partition("#")[0])})
    return redirect(home)


def links_of(form: forms.RowForm) -> dict[str, Any]:
    return {
        field.name: list(form.cleaned_data[field.name])
        for field in form._meta.model._meta.many_to_many
        if field.name in form.cleaned_data
    }


@case_page(rules.may_edit)
def edit(request: HttpRequest, case: Case, section: str, pk: int) -> HttpResponse:
    its = section_of(section)
    if not its.may_change:
        raise Http404
    row = get_object_or_404(its.rows(case), pk=pk)
    context = frame(
        request,
        case,
        section,
        **row_context(request, case, section),
        heading=str(row),
        verb=_("Save"),
        form_url=request.path,
        cancel_url=_home(case, section, row),
        row_url=reverse("case_desk:row", args=[case.reference, section, pk]),
        target=f"#{its.kind}-{pk}",
        sealed=sealed_links(case, row, its.form.SEALED) if rules.may_read_sealed(request.user) else [],
    )

    def make_form(**options: Any) -> forms.EntryForm:
        return its.form(options.pop("data", None), case=case, instance=its.rows(case).get(pk=pk), **options)

    def save(form: forms.EntryForm) -> None:
        seen = form.cleaned_data["seen"]
        actions.save_entry(entry=form.instance, by=editor(request), seen=seen, links=links_of(form))

    answer = open_or_save(request, make_form, save, context)
    if answer is not None:
        return answer
    if request.headers.get("HX-Request"):
        context |= {"row": its.rows(case).get(pk=pk), "saved": True, **_standing(request, case)}
        return render(request, "components/cases/saved.html", context)
    messages.success(request, _("Saved."))
    return redirect(_home(case, section, row))


def _standing(request: HttpRequest, case: Case) -> dict[str, Any]:
    """The case as it stands after the edit, for the head of the page."""
    again = Case.objects.for_desk().get(pk=case.pk)
    return {key: value for key, value in frame(request, again, "").items() if key in ("case", "badge")}


@require_safe
@case_page(rules.may_read_record)
def row(request: HttpRequest, case: Case, section: str, pk: int) -> HttpResponse:
    """One row as it stands: where an edit in the page leads back to."""
    its = section_of(section)
    found = get_object_or_404(its.rows(case), pk=pk)
    if not request.headers.get("HX-Request"):
        return redirect(_home(case, section, found))
    context = frame(request, case, section, **row_context(request, case, section), row=found, saved=True)
    return render(request, ROW, context)


@case_page(rules.may_edit)
def remove(request: HttpRequest, case: Case, section: str, pk: int) -> HttpResponse:
    its = section_of(section)
    found = get_object_or_404(its.rows(case), pk=pk)
    if request.method == "POST":
        try:
            actions.remove_entry(entry=found, by=editor(request), seen=int(request.POST.get("seen", "0")))
        except (actions.Refused, ValueError) as error:
            messages.error(request, str(error))
        except ProtectedError:
            messages.error(
                request, _("Other rows stand on this one: statuses stay for good, and so do consents given.")
            )
        else:
            messages.success(request, _("Removed. The history still has it."))
            return redirect(_home(case, section))
    context = {
        "heading": _("Remove this?"),
        "row": found,
        "scope": str(found),
        "consequences": [
            _("It goes from the working record; what is public stays as it is until the next publication."),
            _("The history keeps what it said, and who removed it."),
        ],
        "verb": _("Remove"),
        "action_url": request.path,
        "cancel_url": _home(case, section, found),
    }
    return render(request, "desk/cases/removal.html", frame(request, case, section, **context))


def _home(case: Case, section: str, row: Entry | None = None) -> str:
    anchor = f"#{row._meta.model_name}-{row.pk}" if row is not None and row.pk else ""
    return reverse("case_desk:section", args=[case.reference, section]) + anchor


def _allow(may: bool) -> None:
    if not may:
        raise PermissionDenied


# --- what belongs to one row


@case_page(rules.may_edit)
def statuses(request: HttpRequest, case: Case, pk: int) -> HttpResponse:
    """A status for a member; ?corrects= names the one that it puts right."""
    member = get_object_or_404(SECTIONS["members"].rows(case), pk=pk)
    wrong = _status_to_correct(request, member)
    form = forms.StatusForm(sent(request), case=case, instance=Status(case=case, member=member))
    draft = restored(request, form)
    if form.is_bound and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("kind", "date", "to_state")}
        try:
            actions.record_status(member=member, by=editor(request), corrects=wrong, **given)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            forget_draft(request)
            messages.success(request, _("Recorded. It stays for good; a mistake is corrected by another status."))
            return redirect(_home(case, "members", member))
    context = {
        "heading": _("Correct a status") if wrong else _("Record a status"),
        "intro": _("Instead of “%(status)s”, which stays in the record as corrected.") % {"status": wrong}
        if wrong
        else str(member),
        "form": form,
        "draft": draft,
        "verb": _("Record"),
        "form_url": request.get_full_path(),
        "draft_url": request.path,
        "cancel_url": _home(case, "members", member),
    }
    return part_or_page(request, FORM, frame(request, case, "members", **context), status=422 if form.errors else 200)


def _status_to_correct(request: HttpRequest, member: Member) -> Status | None:
    key = request.GET.get("corrects", "")
    if not key.isdecimal():
        return None
    return get_object_or_404(member.statuses.standing().select_related("member__case").defer(*_MEMBER_SEALED), pk=key)


@case_page(rules.may_edit)
def law(request: HttpRequest, case: Case, pk: int) -> HttpResponse:
    """Hold an article up to a State for this event; one that did not bind it is refused, and it is said why."""
    event = get_object_or_404(SECTIONS["events"].rows(case), pk=pk)
    form = forms.CitationForm(sent(request), case=case, instance=Citation(case=case, event=event))
    draft = restored(request, form)
    if form.is_bound and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("article", "state", "why")}
        try:
            actions.cite_law(event=event, by=editor(request), **given)
        except actions.NotBinding as refusal:
            form.add_error("article", str(refusal))
        else:
            forget_draft(request)
            messages.success(request, _("The article is cited."))
            return redirect(_home(case, "events", event))
    context = {
        "heading": _("Cite the law"),
        "intro": str(event),
        "form": form,
        "draft": draft,
        "verb": _("Cite"),
        "form_url": request.path,
        "cancel_url": _home(case, "events", event),
    }
    return part_or_page(request, FORM, frame(request, case, "events", **context), status=422 if form.errors else 200)


@require_POST
@case_page(rules.may_edit)
def uncite(request: HttpRequest, case: Case, pk: int) -> HttpResponse:
    citation = get_object_or_404(Citation.objects.select_related("case", "event"), case=case, pk=pk)
    try:
        actions.remove_entry(entry=citation, by=editor(request), seen=int(request.POST.get("seen", "0")))
        messages.success(request, _("It is no longer cited."))
    except (actions.Refused, ValueError) as error:
        messages.error(request, str(error))
    return redirect(_home(case, "events", citation.event))


@case_page(rules.may_edit)
def choice(request: HttpRequest, case: Case, pk: int) -> HttpResponse:
    """Let the page state this claim, and say why."""
    claim = get_object_or_404(SECTIONS["claims"].rows(case), pk=pk)
    form = ChoiceForm(sent(request), instance=claim)
    if form.is_bound and form.is_valid():
        given = {"why": form.cleaned_data["why_chosen"], "seen": form.cleaned_data["seen"]}
        try:
            actions.choose_claim(claim=claim, by=editor(request), **given)
        except actions.Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Chosen. The others stand beside it."))
            return redirect(_home(case, "claims", claim))
    context = {
        "heading": _("Choose this claim"),
        "intro": f"{claim.told} ({claim.source})",
        "form": form,
        "verb": _("Choose it"),
        "form_url": request.path,
        "cancel_url": _home(case, "claims", claim),
    }
    return part_or_page(request, FORM, frame(request, case, "claims", **context), status=422 if form.errors else 200)


@require_POST
@case_page(rules.is_of_the_team)
def countersignature(request: HttpRequest, case: Case, pk: int) -> HttpResponse:
    note = get_object_or_404(BestInterests.objects.defer("reasons"), case=case, pk=pk)
    actions.countersign_best_interests(note=note, by=editor(request))
    messages.success(request, _("Countersigned. The note counts from now on."))
    return redirect(_home(case, "best-interests", note))
