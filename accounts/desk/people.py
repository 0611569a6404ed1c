"""People who have an account: who they are here, and what superusers may do about it."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_fsm import TransitionNotAllowed

from accounts import actions, rules
from accounts.desk.forms import PeopleFilterForm, ReasonForm, RolesForm
from accounts.guards import proven_again, role_page
from accounts.members import LastOwner
from accounts.models import User
from accounts.people import change_roles
from accounts.roles import Role
from accounts.second_factor import has_second_factor
from face import languages
from face.pages import get_or_post
from face.texts import in_language

PER_PAGE = 50
BADGES = {User.State.ACTIVE: "", User.State.SUSPENDED: "waiting", User.State.LEFT: "problem"}


def me(request: HttpRequest) -> User:
    return cast(User, request.user)


@require_safe
@role_page(rules.may_see_people)
def people(request: HttpRequest) -> HttpResponse:
    form = PeopleFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    page = Paginator(_matching(wanted), PER_PAGE).get_page(request.GET.get("page"))
    narrowed = any(wanted.values())
    context = {
        "page": page,
        "form": form,
        "found": page.paginator.count,
        "narrowed": narrowed,
        "clear_url": request.path if narrowed else "",
        "may_invite": rules.may_invite_to_site(request.user),
        "columns": [
            {"label": _("Person")},
            {"label": _("E-mail")},
            {"label": _("Roles")},
            {"label": _("Organisations")},
            {"label": _("State")},
            {"label": _("Last log-in")},
        ],
        "rows": [_row(each) for each in cast(Any, page)],
    }
    return render(request, "desk/people/people.html", context)


def _matching(wanted: dict[str, Any]) -> QuerySet[User]:
    found = User.objects.order_by("name", "email", "pk").prefetch_related("groups", "memberships__organisation__texts")
    if words := wanted.get("q"):
        found = found.filter(Q(name__icontains=words) | Q(email__icontains=words))
    if role := wanted.get("role"):
        found = found.filter(Q(is_superuser=True) if role == "superuser" else Q(groups__name=role))
    if state := wanted.get("state"):
        found = found.filter(state=state)
    return found


def _row(person: User) -> list[dict[str, Any]]:
    organisations: list[Any] = [
        in_language(membership.organisation, languages.active()) for membership in person.memberships.all()
    ]
    return [
        {"text": str(person), "url": reverse("people_desk:person", args=[person.pk])},
        {"text": person.email},
        {"text": languages.listed(_roles_of(person))},
        {"text": languages.listed(organisation.name for organisation in organisations)},
        {"text": person.get_state_display(), "badge": BADGES[person.state]},
        {"text": date_format(person.last_login, "DATE_FORMAT") if person.last_login else _("never")},
    ]


def _roles_of(person: User) -> list[Any]:
    held = {group.name for group in person.groups.all()}
    roles = [role.label for role in Role if role.value in held]
    return [_("Superuser"), *roles] if person.is_superuser else roles


@require_safe
@role_page(rules.may_see_people)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    found = _person(pk)
    memberships = found.memberships.select_related("organisation").prefetch_related("organisation__texts")
    may_change = rules.may_change_people(request.user) and found != request.user
    context = {
        "person": found,
        "badge": BADGES[found.state],
        "roles": _roles_of(found),
        "memberships": [
            {"role": each.get_role_display(), "organisation": each.organisation, "text": _named(each.organisation)}
            for each in memberships
        ],
        "second_factor": has_second_factor(found),
        "changes": found.changes.select_related("by").order_by("-pk"),
        "may_read_log": rules.may_read_audit_log(request.user),
        "may_change": may_change,
        "oneself": found == request.user,
        "steps": _steps(found) if may_change else [],
        "trail": _trail(found),
    }
    return render(request, "desk/people/person.html", context)


def _named(organisation: Any) -> Any:
    return in_language(organisation, languages.active())


def _person(pk: int) -> User:
    return get_object_or_404(User.objects.prefetch_related("groups"), pk=pk)


def _trail(person: User, page: str = "") -> list[dict[str, str]]:
    listed = {"label": _("People"), "url": reverse("people_desk:list")}
    here = {"label": str(person), "url": reverse("people_desk:person", args=[person.pk])}
    return [listed, here, {"label": page}] if page else [listed, {"label": str(person)}]


def _steps(person: User) -> list[dict[str, str]]:
    """What can be done about the account as it stands."""
    steps = []
    if person.may_move(User.State.SUSPENDED):
        steps.append(("suspension", _("Suspend the account")))
    if person.may_move(User.State.ACTIVE):
        steps.append(("restoration", _("Restore the account")))
    if has_second_factor(person):
        steps.append(("second_factor", _("Take away the second proof")))
    if person.may_move(User.State.LEFT):
        steps.append(("ending", _("End the account for good")))
    return [{"url": reverse(f"people_desk:{name}", args=[person.pk]), "name": words} for name, words in steps]


@get_or_post
@role_page(rules.may_change_people)
@proven_again
def roles(request: HttpRequest, pk: int) -> HttpResponse:
    found = _person(pk)
    initial = {"roles": [group.name for group in found.groups.all()], "superuser": found.is_superuser}
    form = RolesForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            change_roles(person=found, by=me(request), **form.cleaned_data)
        except actions.NotOneself:
            form.add_error(None, _not_oneself())
        else:
            messages.success(request, _("Changed. It holds from the next page that they open."))
            return redirect("people_desk:person", pk)
    context = {"form": form, "person": found, "trail": _trail(found, _("Roles"))}
    return render(request, "desk/people/roles.html", context, status=422 if form.errors else 200)


def _not_oneself() -> str:
    return _("For your own account somebody else has to do this.")


def _step(
    request: HttpRequest, pk: int, verb: Callable[..., None], *, title: str, label: str, consequences: list[str]
) -> HttpResponse:
    """Asks why, says what it means, and does it."""
    found = _person(pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            verb(person=found, by=me(request), reason=form.cleaned_data["reason"])
        except actions.NotOneself:
            form.add_error(None, _not_oneself())
        except LastOwner as refusal:
            names = languages.listed(_named(organisation).name for organisation in refusal.organisations)
            form.add_error(
                None,
                _("Nobody else owns %(organisations)s. Make somebody else an owner there first.")
                % {"organisations": names},
            )
        except TransitionNotAllowed:
            messages.error(request, _("The account was changed meanwhile. Look at it again."))
            return redirect("people_desk:person", pk)
        else:
            messages.success(request, _("Done."))
            return redirect("people_desk:person", pk)
    context = {
        "form": form,
        "person": found,
        "title": title,
        "consequences": consequences,
        "verb": label,
        "trail": _trail(found, title),
    }
    return render(request, "desk/people/step.html", context, status=422 if form.errors else 200)


@get_or_post
@role_page(rules.may_change_people)
@proven_again
def suspension(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(
        request,
        pk,
        actions.suspend_person,
        title=_("Suspend the account"),
        label=_("Suspend it"),
        consequences=[
            _("They are logged out everywhere at once and cannot log in."),
            _("Roles and memberships stay, for when the account is restored."),
            _("Invitations that they sent and nobody answered are withdrawn."),
        ],
    )


@get_or_post
@role_page(rules.may_change_people)
@proven_again
def restoration(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(
        request,
        pk,
        actions.restore_person,
        title=_("Restore the account"),
        label=_("Restore it"),
        consequences=[_("They can log in again, and are what they were.")],
    )


@get_or_post
@role_page(rules.may_change_people)
@proven_again
def second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(
        request,
        pk,
        actions.reset_second_factor,
        title=_("Take away the second proof"),
        label=_("Take it away"),
        consequences=[
            _("For somebody who has lost phone, passkeys and recovery codes. Make sure that it is they who ask."),
            _("They are logged out everywhere. At the next log-in they set up a new one before they see anything."),
            _("A mail tells them."),
        ],
    )


@get_or_post
@role_page(rules.may_change_people)
@proven_again
def ending(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(
        request,
        pk,
        actions.end_account,
        title=_("End the account for good"),
        label=_("End it for good"),
        consequences=[
            _("This cannot be undone: nobody ever logs in with it again."),
            _("Roles, memberships, password and second proofs are deleted."),
            _("What they did stays, under their name."),
        ],
    )
