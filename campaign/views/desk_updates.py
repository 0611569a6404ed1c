"""The desk's pages about updates: written, looked at, sent with a second person where they are many, and stopped."""

from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import View, proven_again
from accounts.models import User
from accounts.rules import may_organise
from campaign import actions, emails, update_rules
from campaign.forms.updates import SendForm, TestUpdateForm, UpdateForm, initial_of
from campaign.models import Campaign, Signature, Update, UpdateMail, UpdateText
from campaign.views.desk_frame import campaign_page, frame, person, seen_campaign_page
from face import languages
from face.pages import get_or_post
from face.texts import best_text, in_language

PER_PAGE = 50

_BADGES = {
    Update.State.WAITING: "waiting",
    Update.State.SCHEDULED: "waiting",
    Update.State.SENDING: "waiting",
    Update.State.STOPPED: "problem",
    Update.State.SENT: "good",
}


def with_update(view: View) -> View:
    """The view gets the campaign's update in place of its number."""

    @wraps(view)
    def found(request: HttpRequest, campaign: Campaign, pk: int, *args: Any, **kwargs: Any) -> HttpResponseBase:
        update = get_object_or_404(Update.objects.for_desk(), campaign=campaign, pk=pk)
        # With its texts and its organisation, as the page loaded it.
        update.campaign = campaign
        return view(request, campaign, update, *args, **kwargs)

    return found


def _title_of(update: Update) -> str:
    text = best_text(update.texts, languages.active(), source=update.campaign.source_language)
    return text.title if text else _("Update %(number)s") % {"number": update.pk}


def _url(name: str, update: Update) -> str:
    return reverse(f"campaign_desk:{name}", args=[update.campaign.slug, update.pk])


def _people(count: int) -> str:
    return ngettext("%(count)s person", "%(count)s people", count) % {"count": intcomma(count)}


# --- The list, and the page of one -----------------------------------------------------------------------------------


@require_safe
@seen_campaign_page
def updates(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    page = Paginator(campaign.updates.for_desk(), PER_PAGE).get_page(request.GET.get("page"))
    for update in page:
        update.campaign = campaign
    context = frame(
        campaign,
        "updates",
        page_of_updates=page,
        columns=[{"label": _("Update")}, {"label": _("State")}, {"label": _("When")}, {"label": _("By")}],
        rows=[_row(update) for update in page],
        recipients=Signature.objects.wanting_updates(campaign).count(),
        may_write=may_organise(person(request), campaign.organisation),
    )
    context["page"] = page
    return render(request, "desk/campaign/updates.html", context)


def _row(update: Update) -> list[dict[str, Any]]:
    at = update.ended_at or update.started_at or update.send_at or update.written_at
    return [
        {"text": _title_of(update), "url": _url("update", update)},
        {"text": update.get_state_display(), "badge": _BADGES.get(update.state, "")},
        {"text": date_format(timezone.localtime(at), "DATETIME_FORMAT")},
        {"text": str(update.written_by)},
    ]


@require_safe
@seen_campaign_page
@with_update
def update(request: HttpRequest, campaign: Campaign, update: Update) -> HttpResponse:
    return render(request, "desk/campaign/update.html", _update_context(request, campaign, update))


def _update_context(request: HttpRequest, campaign: Campaign, update: Update, **more: Any) -> dict[str, Any]:
    me = person(request)
    text = best_text(update.texts, languages.active(), source=campaign.source_language)
    return (
        frame(
            campaign,
            "updates",
            page=_title_of(update),
            update=update,
            title=_title_of(update),
            badge=_BADGES.get(update.state, ""),
            previews=_previews(update, list(update.texts.all()), me),
            text=text,
            progress=_progress(update) if update.has_begun else None,
            recipients=Signature.objects.wanting_updates(campaign).count(),
            may_write=may_organise(me, campaign.organisation),
            may_release=update_rules.may_release(me, update),
            test_form=TestUpdateForm(initial={"languages": [campaign.source_language]}),
            email=me.email,
        )
        | more
    )


@require_safe
@seen_campaign_page
@with_update
def progress(request: HttpRequest, campaign: Campaign, update: Update) -> HttpResponse:
    """For htmx, which asks every few seconds; a page that shows how it ended asks no more."""
    may_write = may_organise(person(request), campaign.organisation)
    context = {
        "campaign": campaign,
        "update": update,
        "badge": _BADGES.get(update.state, ""),
        "progress": _progress(update),
        "may_write": may_write,
    }
    return render(request, "components/update_progress.html", context)


def _progress(update: Update) -> dict[str, Any]:
    counts = UpdateMail.objects.counts_of(update)
    of_all = sum(counts.values()) if update.is_planned else max(update.recipients or 0, sum(counts.values()))
    settled = counts["sent"] + counts["failed"] + counts["left"]
    return {
        **counts,
        "to_go": of_all - settled,
        "of_all": of_all,
        "percent": 100 * settled // of_all if of_all else 100,
        "is_live": update.state == Update.State.SENDING,
    }


# --- Words -----------------------------------------------------------------------------------------------------------


def _previews(update: Update, texts: list[UpdateText], me: User) -> list[dict[str, Any]]:
    """By language: the mail as this person would get it, and the page's entry."""
    shown = []
    for text in texts:
        reader = Signature(campaign=update.campaign, language=text.language, name=str(me), email=me.email)
        mail = emails.update_mail(update, text, reader, **emails.stand_ins(text.language))
        sender = in_language(update.campaign.organisation, text.language)
        told = {"subject": mail.subject, "sender": sender.name, "body": mail.body}  # type: ignore[union-attr]
        shown.append({"text": text, "name": text.get_language_display(), **told})
    return shown


@get_or_post
@campaign_page
def new_update(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    form = UpdateForm(request.POST or None, campaign=campaign)
    if "preview" in request.POST:
        return _form_page(request, campaign, form, Update(campaign=campaign))
    if form.is_valid():
        made = actions.write_update(campaign=campaign, texts=form.texts(), is_public=form.is_public, by=person(request))
        messages.success(request, _("Written. Nobody has got it yet."))
        return redirect("campaign_desk:update", campaign.slug, made.pk)
    return _form_page(request, campaign, form, Update(campaign=campaign))


@get_or_post
@campaign_page
@with_update
def words(request: HttpRequest, campaign: Campaign, update: Update) -> HttpResponse:
    if update.state != Update.State.DRAFT:
        messages.error(request, _("Its words stand. To change them, take it back into a draft first."))
        return redirect("campaign_desk:update", campaign.slug, update.pk)
    seen = actions.digest_of_update(update)
    initial = initial_of(update.texts.all(), is_public=update.is_public, seen=seen)
    form = UpdateForm(request.POST or None, campaign=campaign, initial=initial)
    if "preview" in request.POST or not form.is_valid():
        return _form_page(request, campaign, form, update)
    try:
        actions.rewrite_update(
            update=update,
            texts=form.texts(),
            is_public=form.is_public,
            seen=form.cleaned_data["seen"],
            by=person(request),
        )
    except actions.UpdateChanged:
        return _form_page(request, campaign, form, update, overtaken=True)
    messages.success(request, _("Saved. Nobody has got it yet."))
    return redirect("campaign_desk:update", campaign.slug, update.pk)


def _form_page(
    request: HttpRequest, campaign: Campaign, form: UpdateForm, update: Update, *, overtaken: bool = False
) -> HttpResponse:
    """The form with its preview; htmx gets the preview alone."""
    asked = "preview" in request.POST
    shown = UpdateForm(initial=request.POST.dict(), campaign=campaign) if asked else form
    update.is_public = shown["where"].value() == "page"
    previews = _previews(update, list(shown.so_far().values()), person(request))
    if asked and request.headers.get("HX-Request"):
        return render(request, "components/update_previews.html", {"update": update, "previews": previews})
    context = frame(
        campaign,
        "updates",
        page=_title_of(update) if update.pk else _("Write an update"),
        form=shown,
        update=update,
        previews=previews,
        overtaken=overtaken,
        theirs=list(update.texts.all()) if overtaken else [],
    )
    status = 409 if overtaken else 422 if form.is_bound and not asked else 200
    return render(request, "desk/campaign/update_words.html", context, status=status)


@require_POST
@campaign_page
@with_update
def test(request: HttpRequest, campaign: Campaign, update: Update) -> HttpResponse:
    me, form = person(request), TestUpdateForm(request.POST)
    if form.is_valid():
        try:
            count = actions.send_test_update(update=update, by=me, languages=form.cleaned_data["languages"])
        except actions.TooManyTests as too_many:
            form.add_error(None, _too_many(too_many.left))
        else:
            messages.success(request, _tests_sent(count, me))
            return redirect("campaign_desk:update", campaign.slug, update.pk)
    context = _update_context(request, campaign, update, test_form=form)
    return render(request, "desk/campaign/update.html", context, status=422)


def _tests_sent(count: int, to: User) -> str:
    return ngettext("One test is on its way to %(email)s.", "%(count)s tests are on their way to %(email)s.", count) % {
        "count": count,
        "email": to.email,
    }


def _too_many(left: int) -> str:
    return ngettext(
        "You can have %(count)s more test in this hour.", "You can have %(count)s more tests in this hour.", left
    ) % {"count": left}


@get_or_post
@campaign_page
@with_update
def deletion(request: HttpRequest, campaign: Campaign, update: Update) -> HttpResponse:
    if update.state != Update.State.DRAFT:
        return redirect("campaign_desk:update", campaign.slug, update.pk)
    if request.method == "POST":
        try:
            actions.delete_update(update=update, by=person(request))
        except actions.UpdateChanged:
            return redirect("campaign_desk:update", campaign.slug, update.pk)
        messages.success(request, _("Deleted."))
        return redirect("campaign_desk:updates", campaign.slug)
    return _ask(
        request,
        campaign,
        update,
        title=_("Delete this draft?"),
        scope=_("Nobody has got it."),
        consequences=[_("Its words are gone for good, in all languages. This cannot be undone.")],
        verb=_("Delete the draft"),
    )


# --- Sending ---------------------------------------------------------------------------------------------------------


@get_or_post
@campaign_page
@proven_again
@with_update
def sending(request: HttpRequest, campaign: Campaign, update: Update) -> HttpResponse:
    """Says to how many it goes, and asks when."""
    if update.state != Update.State.DRAFT:
        return redirect("campaign_desk:update", campaign.slug, update.pk)
    recipients = Signature.objects.wanting_updates(campaign).count()
    initial = {"seen": actions.digest_of_update(update), "zone": timezone.get_default_timezone_name()}
    form = SendForm(request.POST or None, initial=initial)
    if form.is_valid() and _asked(request, update, form):
        return redirect("campaign_desk:update", campaign.slug, update.pk)
    many = update_rules.needs_a_second_person(recipients)
    context = frame(
        campaign,
        "updates",
        page=_title_of(update),
        update=update,
        title=_title_of(update),
        form=form,
        recipients=recipients,
        people=_people(recipients),
        many=many,
        may_be_sent=update_rules.may_be_sent(campaign) and bool(recipients or update.is_public),
        written=_written(update),
    )
    return render(request, "desk/campaign/update_sending.html", context, status=422 if form.is_bound else 200)


def _written(update: Update) -> str:
    return ", ".join(text.get_language_display() for text in update.texts.all())


def _asked(request: HttpRequest, update: Update, form: SendForm) -> bool:
    if not update_rules.may_be_sent(update.campaign):
        form.add_error(None, _("Updates go out from the day on which the campaign opens until it is archived."))
        return False
    given = form.cleaned_data
    try:
        asked = actions.ask_to_send(
            update=update, seen=given["seen"], send_at=given["at"], time_zone=given["zone"], by=person(request)
        )
    except actions.UpdateChanged:
        form.add_error(None, _("The words have changed since you opened this page. Please read them again."))
    except actions.NobodyToTell:
        form.add_error(None, _("Nobody has asked for updates yet."))
    else:
        waits = asked.state == Update.State.WAITING
        messages.success(
            request,
            _("It waits for a second person. They have been told by mail.") if waits else _("It is on its way."),
        )
        return True
    return False


@get_or_post
@seen_campaign_page
@proven_again
@with_update
def release(request: HttpRequest, campaign: Campaign, update: Update) -> HttpResponse:
    """The second person's page: the words, to how many, and one button."""
    me = person(request)
    if update.state != Update.State.WAITING:
        return redirect("campaign_desk:update", campaign.slug, update.pk)
    if not update_rules.may_release(me, update):
        raise PermissionDenied
    changed = False
    if request.method == "POST":
        try:
            actions.release_update(update=update, seen=request.POST.get("seen", ""), by=me)
        except actions.UpdateChanged:
            changed = True
        else:
            messages.success(request, _("Released."))
            return redirect("campaign_desk:update", campaign.slug, update.pk)
    recipients = Signature.objects.wanting_updates(campaign).count()
    context = _update_context(request, campaign, update, people=_people(recipients), changed=changed)
    return render(request, "desk/campaign/update_release.html", context, status=409 if changed else 200)


@get_or_post
@seen_campaign_page
@with_update
def taking_back(request: HttpRequest, campaign: Campaign, update: Update) -> HttpResponse:
    """For those who run the campaign, and for whoever shall release it and finds something wrong."""
    me = person(request)
    if not (may_organise(me, campaign.organisation) or update_rules.may_release(me, update)):
        raise PermissionDenied
    if not update.may_move(Update.State.DRAFT):
        return redirect("campaign_desk:update", campaign.slug, update.pk)
    if request.method == "POST":
        actions.take_back_update(update=update, by=me)
        messages.success(request, _("It is a draft again. Nobody has got it."))
        return redirect("campaign_desk:update", campaign.slug, update.pk)
    return _ask(
        request,
        campaign,
        update,
        title=_("Take it back into a draft?"),
        scope=_("Nobody has got it yet."),
        consequences=[_("It does not go out. Its words can be changed."), _("To send it, ask for it again.")],
        verb=_("Take it back"),
    )


@get_or_post
@campaign_page
@with_update
def stopping(request: HttpRequest, campaign: Campaign, update: Update) -> HttpResponse:
    if update.state != Update.State.SENDING:
        return redirect("campaign_desk:update", campaign.slug, update.pk)
    if request.method == "POST":
        actions.stop_update(update=update, by=person(request))
        messages.success(request, _("Stopped. It can go on from here, or end."))
        return redirect("campaign_desk:update", campaign.slug, update.pk)
    return _ask(
        request,
        campaign,
        update,
        title=_("Stop this update?"),
        scope=_still_to_go(update),
        consequences=[
            _("A hundred mails at most, which a worker has in hand, may still go. No other does."),
            _("What has gone cannot be called back."),
            _("It can go on later: nobody gets it twice."),
        ],
        verb=_("Stop it"),
    )


@get_or_post
@campaign_page
@proven_again
@with_update
def resuming(request: HttpRequest, campaign: Campaign, update: Update) -> HttpResponse:
    if update.state != Update.State.STOPPED:
        return redirect("campaign_desk:update", campaign.slug, update.pk)
    if request.method == "POST":
        actions.resume_update(update=update, by=person(request))
        messages.success(request, _("It goes on."))
        return redirect("campaign_desk:update", campaign.slug, update.pk)
    return _ask(
        request,
        campaign,
        update,
        title=_("Let this update go on?"),
        scope=_still_to_go(update),
        consequences=[
            _("Whoever has it already does not get it again."),
            _("Whoever has unsubscribed, withdrawn or been erased since does not get it."),
        ],
        verb=_("Let it go on"),
    )


@get_or_post
@campaign_page
@with_update
def ending(request: HttpRequest, campaign: Campaign, update: Update) -> HttpResponse:
    if update.state != Update.State.STOPPED:
        return redirect("campaign_desk:update", campaign.slug, update.pk)
    if request.method == "POST":
        actions.end_update(update=update, by=person(request))
        messages.success(request, _("Ended."))
        return redirect("campaign_desk:update", campaign.slug, update.pk)
    return _ask(
        request,
        campaign,
        update,
        title=_("End this update here?"),
        scope=_still_to_go(update),
        consequences=[_("They never get it. This cannot be undone.")],
        verb=_("End it here"),
    )


def _still_to_go(update: Update) -> str:
    count = _progress(update)["to_go"]
    told = ngettext("%(count)s person has not got it yet.", "%(count)s people have not got it yet.", count)
    return told % {"count": intcomma(count)}


def _ask(request: HttpRequest, campaign: Campaign, update: Update, **asked: Any) -> HttpResponse:
    """The page that asks once more."""
    here = _url("update", update)
    around = frame(campaign, "updates", page=_title_of(update), action_url=request.path, cancel_url=here)
    return render(request, "desk/confirmation.html", around | asked)
