"""Organisations at the desk: their profile, logo and members."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import members as member_actions
from accounts import organisations as actions
from accounts import rules
from accounts.desk import invitations
from accounts.desk.forms import (
    InviteMemberForm,
    LogoForm,
    MemberForm,
    NewOrganisationForm,
    ProfileForm,
    SearchForm,
    TextForm,
)
from accounts.guards import View, role_page, staff_page
from accounts.models import Membership, Organisation, OrganisationText, User
from face import languages
from face.pages import get_or_post
from face.pictures import BadPicture
from face.texts import in_language
from face.uploads import takes_a_picture

PER_PAGE = 50


def person(request: HttpRequest) -> User:
    return cast(User, request.user)


def organisation_page(may: Callable[[User, Organisation], bool] = rules.may_see) -> Callable[[View], View]:
    """A page about one organisation; the view gets it in place of its slug. Who may not see it does not learn that it
    is there; who may see but not do this is told so.
    """

    def guard(view: View) -> View:
        @staff_page
        @wraps(view)
        def guarded(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            found = get_object_or_404(Organisation.objects.prefetch_related("texts"), slug=slug)
            if not rules.may_see(request.user, found):
                raise Http404
            if not may(person(request), found):
                raise PermissionDenied
            return view(request, found, *args, **kwargs)

        return guarded

    return guard


def frame(request: HttpRequest, organisation: Organisation, here: str, page: str = "", **more: Any) -> dict[str, Any]:
    """For templates that extend desk/organisations/organisation_base.html."""
    text: Any = in_language(organisation, languages.active())
    tabs = [
        {"slug": slug, "name": name, "url": reverse(f"organisation_desk:{slug}", args=[organisation.slug])}
        for slug, name in (("profile", _("Profile")), ("members", _("Members")))
    ]
    section = next(tab for tab in tabs if tab["slug"] == here)
    end = [{"label": section["name"], "url": section["url"]}, {"label": page}] if page else [{"label": section["name"]}]
    return {
        "organisation": organisation,
        "text": text,
        "tabs": tabs,
        "tabs_label": _("Sections of this organisation"),
        "here": here,
        "trail": [
            {"label": _("Organisations"), "url": reverse("organisation_desk:list")},
            {"label": text.name, "url": tabs[0]["url"]},
            *end,
        ],
        "may_describe": rules.may_organise(person(request), organisation),
        "may_manage": rules.may_manage(person(request), organisation),
        **more,
    }


@require_safe
@staff_page
def organisations(request: HttpRequest) -> HttpResponse:
    me = person(request)
    every = rules.may_see_all_organisations(me)
    known = Organisation.objects.all() if every else Organisation.objects.of(me)
    form = SearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    if words:
        known = known.filter(Q(name__icontains=words) | Q(slug__icontains=words) | Q(texts__name__icontains=words))
    page = Paginator(known.distinct().for_lists(), PER_PAGE).get_page(request.GET.get("page"))
    mine = dict(me.memberships.values_list("organisation", "role"))
    context = {
        "page": page,
        "form": form,
        "found": page.paginator.count,
        "narrowed": bool(words),
        "clear_url": request.path if words else "",
        "may_add": rules.may_add_organisations(me),
        "columns": [
            {"label": _("Organisation")},
            {"label": _("You are")},
            {"label": _("Members"), "numeric": True},
            {"label": _("Languages"), "numeric": True},
        ],
        "rows": [
            [
                {
                    "text": in_language(each, languages.active()).name,  # type: ignore[union-attr]
                    "url": reverse("organisation_desk:profile", args=[each.slug]),
                },
                {"text": _role(mine.get(each.pk))},
                {"text": each.members_total, "numeric": True},
                {"text": 1 + len(each.texts.all()), "numeric": True},
            ]
            for each in cast(Any, page)
        ],
    }
    return render(request, "desk/organisations/organisations.html", context)


def _role(role: str | None) -> str:
    return str(Membership(role=role).get_role_display()) if role else ""


@get_or_post
@role_page(rules.may_add_organisations)
def new(request: HttpRequest) -> HttpResponse:
    form = NewOrganisationForm(request.POST or None)
    if form.is_valid():
        made = actions.add_organisation(organisation=form.save(commit=False), by=person(request))
        messages.success(request, _("Added. Invite its first owner now."))
        return redirect("organisation_desk:members", made.slug)
    trail = [{"label": _("Organisations"), "url": reverse("organisation_desk:list")}, {"label": _("New organisation")}]
    context = {"form": form, "trail": trail}
    return render(request, "desk/organisations/new.html", context, status=422 if form.errors else 200)


@require_safe
@organisation_page()
def profile(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    written = {text.language for text in organisation.texts.all()}
    context = frame(request, organisation, "profile") | {
        "card": {"organisation": organisation, "text": organisation},
        "columns": [{"label": _("Language")}, {"label": _("State")}],
        "rows": [
            [
                {"text": name, "url": _text_url(organisation, code)},
                {"text": _("written"), "badge": "good"} if code in written else {"text": _("not written")},
            ]
            for code, name in settings.LANGUAGES
            if code != organisation.language
        ],
    }
    return render(request, "desk/organisations/profile.html", context)


def _text_url(organisation: Organisation, language: str) -> str:
    return reverse("organisation_desk:text", args=[organisation.slug, language])


@get_or_post
@organisation_page(rules.may_organise)
def description(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=organisation)
    if form.is_valid():
        actions.describe_organisation(organisation=form.instance, changed=form.changed_data, by=person(request))
        messages.success(request, _("Saved. Its campaigns’ pages show it within some seconds."))
        return redirect("organisation_desk:profile", organisation.slug)
    # A form that was refused has left its words in the row: the frame shows what stands.
    stands = Organisation.objects.get(pk=organisation.pk)
    context = frame(request, stands, "profile", _("Change the profile"), form=form)
    return render(request, "desk/organisations/description.html", context, status=422 if form.errors else 200)


@get_or_post
@organisation_page(rules.may_organise)
def text(request: HttpRequest, organisation: Organisation, language: str) -> HttpResponse:
    """The same in another language, beside the organisation's own words."""
    names = dict(settings.LANGUAGES)
    if language not in names or language == organisation.language:
        raise Http404
    words = organisation.texts.filter(language=language).first()
    words = words or OrganisationText(organisation=organisation, language=language)
    form = TextForm(request.POST or None, instance=words)
    if form.is_valid():
        actions.translate_organisation(text=form.instance, by=person(request))
        messages.success(request, _("Saved.") if form.instance.name else _("This language is taken away."))
        return redirect("organisation_desk:profile", organisation.slug)
    context = frame(request, organisation, "profile", names[language], form=form, language_name=names[language])
    return render(request, "desk/organisations/text.html", context, status=422 if form.errors else 200)


@get_or_post
@organisation_page(rules.may_organise)
@takes_a_picture
def logo(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    form = LogoForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            actions.set_logo(organisation=organisation, content=form.cleaned_data["file"], by=person(request))
        except BadPicture as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, _("The logo is shown from now on."))
            return redirect("organisation_desk:profile", organisation.slug)
    context = frame(request, organisation, "profile", _("Logo"), form=form)
    return render(request, "desk/organisations/logo.html", context, status=422 if form.errors else 200)


@get_or_post
@organisation_page(rules.may_organise)
def logo_removal(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    back = reverse("organisation_desk:profile", args=[organisation.slug])
    if request.method == "POST":
        actions.remove_logo(organisation=organisation, by=person(request))
        messages.success(request, _("The logo is removed. You can bring another at any time."))
        return redirect(back)
    framed = frame(request, organisation, "profile", _("Remove the logo"))
    context = {
        "title": _("Remove the logo?"),
        "scope": framed["text"].name,
        "consequences": [_("It leaves the pages of all its campaigns."), _("The file is deleted here, too.")],
        "verb": _("Remove it"),
        "action_url": request.path,
        "cancel_url": back,
        "trail": framed["trail"],
    }
    return render(request, "desk/confirmation.html", context)


# --- Members


@require_safe
@organisation_page()
def members(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    known = organisation.memberships.select_related("user").order_by("user__name", "user__email")
    page = Paginator(known, PER_PAGE).get_page(request.GET.get("page"))
    context = frame(request, organisation, "members") | {
        "page": page,
        "columns": [
            {"label": _("Person")},
            {"label": _("E-mail")},
            {"label": _("Role")},
            {"label": _("Last log-in")},
        ],
        "may_invite": rules.may_invite_members(request.user, organisation),
    }
    # What may_keep_invitation says, without asking the database for each of them.
    context["invitations"] = [
        {"invitation": each, "may_keep": context["may_invite"] and rules.may_give(request.user, each.roles)}
        for each in organisation.invitations.open().for_pages()[:PER_PAGE]
    ]
    context["rows"] = [_member_row(each, organisation, may_change=context["may_manage"]) for each in page]
    context["mine"] = organisation.memberships.filter(user=person(request)).first()
    return render(request, "desk/organisations/members.html", context)


@get_or_post
@organisation_page(rules.may_invite_members)
def member_invitation(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    form = InviteMemberForm(request.POST or None, initial={"language": organisation.language})
    if form.is_valid() and invitations.invited(request, form, organisation=organisation, **form.cleaned_data):
        return redirect("organisation_desk:members", organisation.slug)
    context = frame(request, organisation, "members", _("Invite a member"), form=form)
    return render(request, "desk/organisations/invitation.html", context, status=422 if form.errors else 200)


@require_POST
@organisation_page(rules.may_invite_members)
def invitation_resend(request: HttpRequest, organisation: Organisation, pk: int) -> HttpResponse:
    invitations.sent_again(request, get_object_or_404(organisation.invitations, pk=pk))
    return redirect("organisation_desk:members", organisation.slug)


@require_POST
@organisation_page(rules.may_invite_members)
def invitation_withdrawal(request: HttpRequest, organisation: Organisation, pk: int) -> HttpResponse:
    invitations.withdrawn(request, get_object_or_404(organisation.invitations, pk=pk))
    return redirect("organisation_desk:members", organisation.slug)


def _member_row(membership: Membership, organisation: Organisation, *, may_change: bool) -> list[dict[str, Any]]:
    who = membership.user
    url = reverse("organisation_desk:member", args=[organisation.slug, membership.pk]) if may_change else ""
    return [
        {"text": str(who), "url": url},
        {"text": who.email},
        {"text": membership.get_role_display()} if who.is_active else {"text": _("cannot log in"), "badge": "waiting"},
        {"text": date_format(who.last_login, "DATE_FORMAT") if who.last_login else _("never")},
    ]


def _member(organisation: Organisation, pk: int) -> Membership:
    return get_object_or_404(_members(organisation), pk=pk)


def _members(organisation: Organisation) -> QuerySet[Membership]:
    return organisation.memberships.select_related("user", "organisation")


@get_or_post
@organisation_page(rules.may_manage)
def member(request: HttpRequest, organisation: Organisation, pk: int) -> HttpResponse:
    membership = _member(organisation, pk)
    form = MemberForm(request.POST or None, instance=membership)
    if form.is_valid():
        role = form.cleaned_data["role"]
        try:
            member_actions.change_member(membership=membership, role=role, by=person(request))
        except member_actions.LastOwner:
            form.add_error("role", _last_owner())
        except member_actions.MoreThanOneHas:
            form.add_error("role", _("Somebody else has to give you more than you have."))
        else:
            messages.success(request, _("Changed."))
            return redirect("organisation_desk:members", organisation.slug)
    context = frame(request, organisation, "members", str(membership.user)) | {
        "form": form,
        "membership": membership,
        "removal_url": reverse("organisation_desk:member_removal", args=[organisation.slug, pk]),
    }
    return render(request, "desk/organisations/member.html", context, status=422 if form.errors else 200)


def _last_owner() -> str:
    return _(
        "This is its last owner: without one, nobody could say who belongs to it. Make somebody else an owner first."
    )


@get_or_post
@organisation_page()
def member_removal(request: HttpRequest, organisation: Organisation, pk: int) -> HttpResponse:
    """By an owner, or by oneself: everybody may leave."""
    membership, me = _member(organisation, pk), person(request)
    oneself = membership.user == me
    if not (oneself or rules.may_manage(me, organisation)):
        raise PermissionDenied
    framed = frame(request, organisation, "members", str(membership.user))
    back = reverse("organisation_desk:members", args=[organisation.slug])
    if request.method == "POST":
        try:
            member_actions.remove_member(membership=membership, by=me)
        except member_actions.LastOwner:
            messages.error(request, _last_owner())
            return redirect(back)
        messages.success(request, _("Done. They can be invited again at any time."))
        # Who belongs nowhere any more has left the desk as well; one's own page stays.
        return redirect("account" if oneself else back)
    context = {
        "title": _("Leave %(organisation)s?") % {"organisation": framed["text"].name}
        if oneself
        else _("Remove %(person)s from %(organisation)s?")
        % {"person": membership.user, "organisation": framed["text"].name},
        "scope": membership.user.email,
        "consequences": [
            _("Its campaigns, drafts and numbers can no longer be seen or changed with this account."),
            _("What was done stays, under the name of whoever did it."),
            _("The account itself stays. An invitation brings it back."),
        ],
        "verb": _("Leave") if oneself else _("Remove"),
        "action_url": request.path,
        "cancel_url": back,
        "trail": framed["trail"],
    }
    return render(request, "desk/confirmation.html", context)
