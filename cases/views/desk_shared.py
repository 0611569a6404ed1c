"""Sources and authorities: rows that cases share. Whoever changes one changes every record that refers to it."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, ProtectedError, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.guards import role_page
from cases import actions, rules
from cases.forms.entries import AuthorityForm, RowForm, SourceForm
from cases.models import Authority, Source
from cases.models.entries import Versioned
from cases.views.desk_editing import editor, open_or_save

PER_PAGE = 50


@dataclass(frozen=True)
class Shared:
    slug: str
    model: type[Versioned]
    form: type[RowForm]
    title: Any
    about: Any
    add: Any
    uses: tuple[str, ...]

    @property
    def kind(self) -> str:
        return self.model._meta.model_name or ""

    def rows(self) -> QuerySet[Any]:
        return self.model._default_manager.defer(*self.form.SEALED)

    def saying(self, words: str) -> QuerySet[Any]:
        if self.model is Source:
            fields = ["title", "publisher", "author"]
        else:
            fields = [f"name__{code}__text" for code, _name in settings.LANGUAGES]
        found = self.rows()
        for word in words.split():
            found = found.filter(Q(*((f"{field}__icontains", word) for field in fields), _connector=Q.OR))
        return found


SHARED = {
    "sources": Shared(
        "sources",
        Source,
        SourceForm,
        gettext_lazy("Sources"),
        gettext_lazy("Where things were said. All cases share them."),
        gettext_lazy("Add a source"),
        ("claims",),
    ),
    "authorities": Shared(
        "authorities",
        Authority,
        AuthorityForm,
        gettext_lazy("Authorities"),
        gettext_lazy("Offices, forces and bodies that act in cases, or that somebody turned to."),
        gettext_lazy("Add an authority"),
        ("involvements",),
    ),
}


def _shared(slug: str) -> Shared:
    if slug not in SHARED:
        raise Http404
    return SHARED[slug]


@require_safe
@role_page(rules.may_read_record)
def rows(request: HttpRequest, shared: str) -> HttpResponse:
    its = _shared(shared)
    words = request.GET.get("words", "")[:100]
    found = its.saying(words).annotate(uses=Count(its.uses[0])).order_by("-pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "its": its,
        "page": page,
        "words": words,
        "may_edit": rules.may_edit(request.user),
        "add_url": reverse("case_desk:shared_add", args=[shared]),
        "trail": [{"label": _("Cases"), "url": reverse("case_desk:cases")}, {"label": its.title}],
    }
    return render(request, "desk/cases/shared.html", context)


@role_page(rules.may_edit)
def add(request: HttpRequest, shared: str) -> HttpResponse:
    """With ?next= it leads back to where the row is needed."""
    its = _shared(shared)

    def save(form: RowForm) -> None:
        actions.save_entry(entry=form.instance, by=editor(request))

    context = {"verb": _("Add"), "heading": its.add, "form_url": request.get_full_path(), "draft_url": request.path}
    answer = open_or_save(
        request, lambda **o: its.form(o.pop("data", None), **o), save, {**context, **_around(its, its.add)}
    )
    if answer is not None:
        return answer
    messages.success(request, _("Added."))
    back = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(back)
    return redirect("case_desk:shared", shared)


@role_page(rules.may_edit)
def edit(request: HttpRequest, shared: str, pk: int) -> HttpResponse:
    its = _shared(shared)
    row = get_object_or_404(its.rows(), pk=pk)

    def make_form(**options: Any) -> RowForm:
        return its.form(options.pop("data", None), instance=its.rows().get(pk=pk), **options)

    def save(form: RowForm) -> None:
        actions.save_entry(entry=form.instance, by=editor(request), seen=form.cleaned_data["seen"])

    context = {
        "verb": _("Save"),
        "heading": str(row),
        "form_url": request.path,
        "removal_url": reverse("case_desk:shared_remove", args=[shared, pk]),
        "intro": _("Every record that refers to it changes with it: what was in review is a draft again."),
    }
    answer = open_or_save(request, make_form, save, {**context, **_around(its, str(row))})
    if answer is not None:
        return answer
    messages.success(request, _("Saved."))
    return redirect("case_desk:shared", shared)


@role_page(rules.may_edit)
def remove(request: HttpRequest, shared: str, pk: int) -> HttpResponse:
    its = _shared(shared)
    row = get_object_or_404(its.rows(), pk=pk)
    if request.method == "POST":
        try:
            actions.remove_entry(entry=row, by=editor(request), seen=int(request.POST.get("seen", "0")))
        except (actions.Refused, ValueError) as error:
            messages.error(request, str(error))
        except ProtectedError:
            messages.error(request, _("Records refer to it, so it stays."))
        else:
            messages.success(request, _("Removed. The history still has it."))
            return redirect("case_desk:shared", shared)
    context = {
        "heading": _("Remove this?"),
        "row": row,
        "scope": str(row),
        "consequences": [_("Only what no record refers to can be removed."), _("The history keeps what it said.")],
        "verb": _("Remove"),
        "action_url": request.path,
        "cancel_url": reverse("case_desk:shared_edit", args=[shared, pk]),
        **_around(its, str(row)),
    }
    return render(request, "desk/cases/removal.html", context)


def _around(its: Shared, here: Any) -> dict[str, Any]:
    home = reverse("case_desk:shared", args=[its.slug])
    return {
        "cancel_url": home,
        "title": its.title,
        "trail": [
            {"label": _("Cases"), "url": reverse("case_desk:cases")},
            {"label": its.title, "url": home},
            {"label": here},
        ],
    }
