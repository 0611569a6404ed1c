"""The list of cases, how it is narrowed, and what the desk keeps for one person."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import role_page, staff_page
from cases import rules
from cases.actions import open_case
from cases.forms.desk import FilterForm, SaveFilterForm
from cases.forms.entries import NewCaseForm
from cases.forms.fields import dates_meant
from cases.models import Case, FormDraft, SavedFilter
from cases.views.desk_editing import FORM, editor, forget_draft, part_or_page, restored, sent

PER_PAGE = 50


@require_safe
@role_page(rules.may_open_cases)
def cases(request: HttpRequest) -> HttpResponse:
    form = FilterForm(request.GET)
    narrowed = {key: value for key, value in request.GET.items() if value and key in form.fields}
    page = Paginator(_narrow(form), PER_PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    query = urlencode(narrowed)
    context = {
        "form": form,
        "page": page,
        "found": page.paginator.count,
        "narrowed": bool(narrowed),
        "rows": [{"case": case, "is_due": case.is_due_for_review(today)} for case in page],
        "saved": SavedFilter.objects.filter(by=editor(request)),
        "query": query,
        "save_form": SaveFilterForm(initial={"query": query}),
        "may_edit": rules.may_edit(request.user),
        "may_read": rules.may_read_record(request.user),
    }
    return render(request, "desk/cases/cases.html", context)


def _narrow(form: FilterForm) -> QuerySet[Case]:
    found = Case.objects.for_desk()
    form.is_valid()
    wanted = form.cleaned_data
    if words := wanted.get("words"):
        found = found.saying(words)
    if state := wanted.get("state"):
        found = found.filter(state=state)
    if monitoring := wanted.get("monitoring"):
        found = found.filter(monitoring=monitoring)
    if country := wanted.get("country"):
        found = found.touching(country)
    if wanted.get("due"):
        found = found.due_for_review(timezone.localdate())
    return found


@role_page(rules.may_edit)
def new_case(request: HttpRequest) -> HttpResponse:
    form = NewCaseForm(sent(request))
    draft = restored(request, form)
    if form.is_bound and form.is_valid():
        case = open_case(by=editor(request), **form.cleaned_data)
        forget_draft(request)
        messages.success(request, _("The case is begun. Nobody but the staff sees it."))
        return redirect("case_desk:case", case.reference)
    context = {
        "form": form,
        "draft": draft,
        "title": _("New case"),
        "verb": _("Begin the case"),
        "form_url": request.path,
        "cancel_url": reverse("case_desk:cases"),
        "trail": [{"label": _("Cases"), "url": reverse("case_desk:cases")}, {"label": _("New case")}],
    }
    return part_or_page(request, FORM, context, status=422 if form.errors else 200)


@require_POST
@role_page(rules.may_open_cases)
def save_filter(request: HttpRequest) -> HttpResponse:
    form = SaveFilterForm(request.POST)
    if form.is_valid():
        SavedFilter.objects.update_or_create(
            by=editor(request), name=form.cleaned_data["name"], defaults={"query": form.cleaned_data["query"]}
        )
        messages.success(request, _("The filter is saved. It is yours alone."))
    else:
        messages.error(request, _("A filter needs a name."))
    return redirect(f"{reverse('case_desk:cases')}?{request.POST.get('query', '')}")


@require_POST
@role_page(rules.may_open_cases)
def remove_filter(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(SavedFilter, pk=pk, by=editor(request)).delete()
    messages.success(request, _("The filter is removed; the cases are where they were."))
    return redirect("case_desk:cases")


@require_POST
@staff_page
def keep_draft(request: HttpRequest) -> HttpResponse:
    """What has been typed so far into the form at this address, sealed."""
    typed = request.POST.copy()
    for key in ("csrfmiddlewaretoken", "form"):
        typed.pop(key, None)
    draft, _made = FormDraft.objects.update_or_create(
        by=editor(request), form=_form_at(request), defaults={"typed": typed.urlencode()}
    )
    return render(request, "components/cases/draft_kept.html", {"draft": draft, "form_url": draft.form})


@require_POST
@staff_page
def discard_draft(request: HttpRequest) -> HttpResponse:
    form = _form_at(request)
    FormDraft.objects.filter(by=editor(request), form=form).delete()
    messages.success(request, _("Discarded. The form shows what is saved."))
    return redirect(form)


def _form_at(request: HttpRequest) -> str:
    """The address of a form of ours; anything else is not found."""
    address = request.POST.get("form", "")
    try:
        found = resolve(address)
    except Resolver404:
        raise Http404 from None
    if found.app_name not in ("case_desk", "campaign_desk") or len(address) > 200:
        raise Http404
    return address


@require_safe
@role_page(rules.may_open_cases)
def date_reading(request: HttpRequest) -> HttpResponse:
    reading = dates_meant(request.GET.get("date", ""))
    return render(request, "components/cases/date_reading.html", {"reading": reading})
