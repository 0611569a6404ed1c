"""Who is asked to join the site or an organisation: the page of all invitations, and what is done on it and on those of
organisations.
"""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import actions
from accounts.desk.forms import InviteForm
from accounts.guards import role_page
from accounts.models import Invitation, User
from accounts.rules import may_invite_to_site, may_keep_invitation, roles_to_give
from face.pages import get_or_post

PER_PAGE = 50


@get_or_post
@role_page(may_invite_to_site)
def invitations(request: HttpRequest) -> HttpResponse:
    """All of them, and a form to ask somebody."""
    form = InviteForm(request.POST or None, roles=roles_to_give(request.user))
    if form.is_valid() and invited(request, form, **form.cleaned_data):
        return redirect("invitations")
    page = Paginator(Invitation.objects.for_pages(), PER_PAGE).get_page(request.GET.get("page"))
    rows = [{"invitation": each, "may_keep": may_keep_invitation(request.user, each)} for each in page]
    context = {"form": form, "page": page, "rows": rows}
    return render(request, "desk/people/invitations.html", context, status=422 if form.errors else 200)


@role_page(may_invite_to_site)
@require_POST
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    sent_again(request, get_object_or_404(Invitation, pk=pk))
    return redirect("invitations")


@role_page(may_invite_to_site)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    withdrawn(request, get_object_or_404(Invitation, pk=pk))
    return redirect("invitations")


# --- The same on the pages of organisations


def invited(request: HttpRequest, form: forms.Form, **asked: Any) -> bool:
    """False where it was refused; the form says why."""
    try:
        actions.invite(by=cast(User, request.user), **asked)
    except actions.AlreadyInvited:
        form.add_error("email", _("An invitation of this address is open already: send that one again."))
    except actions.AlreadyMember:
        form.add_error("email", _("Whoever has this address belongs to the organisation already."))
    else:
        messages.success(request, _("Invited. The link in the mail works for 7 days."))
        return True
    return False


def sent_again(request: HttpRequest, invitation: Invitation) -> None:
    try:
        actions.resend_invitation(invitation=invitation, by=cast(User, request.user))
    except (actions.InvitationOver, actions.AlreadyInvited):
        messages.error(request, _("It was accepted or withdrawn, or a newer one is open."))
    else:
        messages.success(request, _("Sent again. The link in the earlier mail has ended."))


def withdrawn(request: HttpRequest, invitation: Invitation) -> None:
    try:
        actions.withdraw_invitation(invitation=invitation, by=cast(User, request.user))
    except actions.InvitationOver:
        messages.error(request, _("It was accepted or withdrawn already, or has expired."))
    else:
        messages.success(request, _("Withdrawn: its link has ended. You can invite anew at any time."))
