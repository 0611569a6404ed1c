"""A person's own account, and the way in by an invitation. Log-in itself is allauth's."""

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.mfa.models import Authenticator
from allauth.usersessions.internal.flows.sessions import end_other_sessions, end_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts import actions, links, people
from accounts.forms import AcceptForm, NameForm
from accounts.guards import GOING_TO
from accounts.models import Invitation, User
from accounts.second_factor import has_second_factor
from audit.log import record
from privacy.links import ExpiredLink, ForgedLink, read_token


@never_cache
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """What this person is here, and the ways to prove who they are."""
    request.session.pop(GOING_TO, None)
    person = get_object_or_404(User, pk=request.user.pk)
    form = NameForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        people.rename(person=person, name=form.cleaned_data["name"])
        messages.success(request, _("Your name is saved."))
        return redirect("account")
    factors = list(Authenticator.objects.filter(user=person).order_by("pk"))
    codes = [factor.wrap() for factor in factors if factor.type == Authenticator.Type.RECOVERY_CODES]
    context = {
        "form": form,
        "memberships": person.memberships.select_related("organisation").order_by("organisation__name"),
        "roles": person.roles_in_words(),
        "app": next((factor for factor in factors if factor.type == Authenticator.Type.TOTP), None),
        "passkeys": [factor for factor in factors if factor.type == Authenticator.Type.WEBAUTHN],
        "codes_left": len(codes[0].get_unused_codes()) if codes else None,
        "sessions_count": len(UserSession.objects.purge_and_list(person)),
    }
    return render(request, "account/account.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Where the desk sends whoever has none yet."""
    return redirect("account") if has_second_factor(_person(request)) else render(request, "account/second_factor.html")


@never_cache
@login_required
@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """Where this person is logged in."""
    found = sorted(UserSession.objects.purge_and_list(request.user), key=lambda session: -session.pk)
    current = [session for session in found if session.is_current()]
    others = [session for session in found if not session.is_current()]
    return render(request, "account/sessions.html", {"current": current, "others": others})


@login_required
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """One that was found on the list; this one too."""
    session = UserSession.objects.filter(pk=pk, user=request.user).first()
    if session:  # it may have ended by itself
        end_sessions(request, [session])
    messages.success(request, _("This session is over."))
    return redirect("account_sessions" if request.user.is_authenticated else "account_login")


@login_required
@require_POST
def log_out_everywhere(request: HttpRequest) -> HttpResponse:
    """All sessions but this one."""
    with transaction.atomic():
        number = UserSession.objects.filter(user=request.user).count() - 1
        end_other_sessions(request, request.user)
        record("sessions.ended_everywhere", by=_person(request), about=_person(request), number=max(number, 0))
    messages.success(request, _("You are logged out everywhere but here."))
    return redirect("account_sessions")


@never_cache
@sensitive_post_parameters("password1", "password2")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the mail. Only a POST accepts: scanners of mail open links."""
    found, revision = _read_link(token)
    by = request.user if isinstance(request.user, User) else None
    if found is None or not found.is_open(revision=revision, now=timezone.now()):
        return render(request, "account/invitation_over.html", status=410)
    if by and by.email != found.email:
        return render(request, "account/invitation_other_person.html", {"invitation": found}, status=403)
    has_account = User.objects.filter(email=found.email).exists()
    if has_account and not by:
        return render(request, "account/invitation_log_in.html", {"invitation": found})
    form = None if has_account else AcceptForm(request.POST or None, email=found.email)
    return _accepted(request, found, revision, form) or render(
        request,
        "account/invitation.html",
        {"invitation": found, "form": form},
        status=422 if form and form.errors else 200,
    )


def _accepted(request: HttpRequest, found: Invitation, revision: int, form: AcceptForm | None) -> HttpResponse | None:
    """Where to go on; None where nothing was posted, or not all of it is right."""
    if request.method != "POST" or (form and not form.is_valid()):
        return None
    by = request.user if isinstance(request.user, User) else None
    typed = {"name": form.cleaned_data["name"], "password": form.cleaned_data["password1"]} if form else {}
    try:
        person = actions.accept_invitation(invitation=found, revision=revision, by=by, **typed)
    except (actions.InvitationOver, actions.HasAccount):  # a second click came first
        return redirect(request.path)
    messages.success(request, _("Welcome to Maninso."))
    if by:
        return redirect("desk")
    # The link has proven the address, and the password was typed just now.
    return perform_password_login(request, {"email": person.email}, Login(user=person, email=person.email))


def _read_link(token: str) -> tuple[Invitation | None, int]:
    try:
        link = read_token(links.INVITATION, token, now=timezone.now())
    except (ForgedLink, ExpiredLink):
        return None, 0
    return Invitation.objects.select_related("organisation", "invited_by").filter(
        pk=link.subject
    ).first(), link.revision


def _person(request: HttpRequest) -> User:
    """Below a guard that lets nobody else in."""
    return request.user  # type: ignore[return-value]
