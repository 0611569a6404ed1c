"""The desk's pages about updates: written, looked at, sent with a second person where they are many, and stopped."""

from collections.abc import Callable
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

from accounts.guards import View, proven_again, staff_page
from accounts.models import Organisation, User
from accounts.rules import may_organise
from campaign import actions, emails, rules, update_rules
from campaign.forms.running import ReasonForm
from campaign.forms.updates import SendForm, TestUpdateForm, UpdateForm, initial_of
from campaign.models import Campaign, Partnership, Signature, Update, UpdateMail, UpdateText
from campaign.models.update import UpdateQuerySet
from campaign.views.desk_frame import campaign_page, frame, partnership_frame, person, seen_campaign_page
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


def _about_one(view: View, among: Callable[[User], UpdateQuerySet]) -> View:
    @staff_page
    @wraps(view)
    def guarded(request: HttpRequest, slug: str, pk: int, *args: Any, **kwargs: Any) -> HttpResponseBase:
        campaign = get_object_or_404(Campaign.objects.for_pages(), slug=slug)
        update = get_object_or_404(among(person(request)).for_desk(), campaign=campaign, pk=pk)
        # With its texts and its organisation, as the page loaded it.
        update.campaign = campaign
        return view(request, update, *args, **kwargs)

    return guarded


def update_page(view: View) -> View:
    """A page about one update, for those who run what the organisation writes; others do not learn that it is there.
    The view gets the update in place of its campaign's slug and its number.
    """
    return _about_one(view, Update.objects.run_by)


def seen_update_page(view: View) -> View:
    """The same, to look at."""
    return _about_one(view, Update.objects.seen_by)


def _around(me: User, campaign: Campaign, partner: Organisation | None, **more: Any) -> dict[str, Any]:
    """A partner's own people see their partnership around its updates, everybody else the campaign."""
    if partner is None:
        return frame(campaign, "updates", updates_url=reverse("campaign_desk:updates", args=[campaign.slug]), **more)
    partnership = Partnership.objects.for_pages().get(campaign=campaign, organisation=partner)
    more |= {"partner": partner, "updates_url": reverse("campaign_desk:partner_updates", args=[partnership.pk])}
    if rules.speaks_for(me, partner):
        return partnership_frame(partnership, "partner_updates", **more)
    return frame(campaign, "partners", **{"page": _("Updates")} | more)


def _title_of(update: Update) -> str:
    text = best_text(update.texts, languages.active(), source=update.campaign.source_language)
    return text.title if text else _("Update %(number)s") % {"number": update.pk}


def _url(name: str, update: Update) -> str:
    return reverse(f"campaign_desk:{name}", args=[update.campaign.slug, update.pk])


def _to(update: Update) -> HttpResponse:
    return redirect(_url("update", update))


def _people(count: int) -> str:
    return ngettext("%(count)s person", "%(count)s people", count) % {"count": intcomma(count)}


# --- The list, and the page of one -----------------------------------------------------------------------------------


@require_safe
@seen_campaign_page
def updates(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    new_url = reverse("campaign_desk:new_update", args=[campaign.slug])
    return _list(request, campaign, None, new_url if rules.may_run(person(request), campaign) else "")


@require_safe
@staff_page
def partner_updates(request: HttpRequest, pk: int) -> HttpResponse:
    """For the partner's own people, and for staff who see all campaigns."""
    me = person(request)
    found = get_object_or_404(Partnership.objects.seen_by(me).for_pages(), pk=pk)
    may_write = found.state == Partnership.State.ACCEPTED and rules.speaks_for(me, found.organisation)
    new_url = reverse("campaign_desk:new_partner_update", args=[pk]) if may_write else ""
    return _list(request, found.campaign, found.organisation, new_url)


def _list(request: HttpRequest, campaign: Campaign, partner: Organisation | None, new_url: str) -> HttpResponse:
    written = campaign.updates.filter(partner=partner).for_desk()
    page = Paginator(written, PER_PAGE).get_page(request.GET.get("page"))
    for update in page:
        update.campaign = campaign
    context = _around(
        person(request),
        campaign,
        partner,
        columns=[{"label": _("Update")}, {"label": _("State")}, {"label": _("When")}, {"label": _("By")}],
        rows=[_row(update) for update in page],
        recipients=update_rules.who_get_updates(campaign, partner).count(),
        new_url=new_url,
    )
    return render(request, "desk/campaign/updates.html", context | {"page": page})


def _row(update: Update) -> list[dict[str, Any]]:
    at = update.ended_at or update.started_at or update.send_at or update.written_at
    return [
        {"text": _title_of(update), "url": _url("update", update)},
        {"text": update.get_state_display(), "badge": _BADGES.get(update.state, "")},
        {"text": date_format(timezone.localtime(at), "DATETIME_FORMAT")},
        {"text": str(update.written_by)},
    ]


@require_safe
@seen_update_page
def update(request: HttpRequest, update: Update) -> HttpResponse:
    return render(request, "desk/campaign/update.html", _update_context(request, update))


def _update_context(request: HttpRequest, update: Update, **more: Any) -> dict[str, Any]:
    me, campaign = person(request), update.campaign
    return _around(
        me,
        campaign,
        update.partner,
        page=_title_of(update),
        update=update,
        title=_title_of(update),
        badge=_BADGES.get(update.state, ""),
        previews=_previews(update, list(update.texts.all()), me),
        progress=_progress(update) if update.has_begun else None,
        recipients=_recipients(update),
        may_write=may_organise(me, update.organisation),
        may_release=update_rules.may_release(me, update),
        may_take_off_page=update_rules.may_take_off_page(me, update),
        email=me.email,
        **{"test_form": TestUpdateForm(initial={"languages": [campaign.source_language]})} | more,
    )


def _recipients(update: Update) -> int:
    return update_rules.who_get_updates(update.campaign, update.partner).count()


@require_safe
@seen_update_page
def progress(request: HttpRequest, update: Update) -> HttpResponse:
    """For htmx, which asks every few seconds; a page that shows how it ended asks no more."""
    context = {
        "campaign": update.campaign,
        "update": update,
        "badge": _BADGES.get(update.state, ""),
        "progress": _progress(update),
        "may_write": may_organise(person(request), update.organisation),
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
        sender = in_language(update.organisation, text.language)
        told = {"subject": mail.subject, "sender": sender.name, "body": mail.body}  # type: ignore[union-attr]
        shown.append({"text": text, "name": text.get_language_display(), **told})
    return shown


@get_or_post
@campaign_page
def new_update(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    return _new(request, campaign, None)


@get_or_post
@staff_page
def new_partner_update(request: HttpRequest, pk: int) -> HttpResponse:
    partners = Partnership.objects.accepted().to_answer_by(person(request))
    found = get_object_or_404(partners.for_pages(), pk=pk)
    return _new(request, found.campaign, found.organisation)


def _new(request: HttpRequest, campaign: Campaign, partner: Organisation | None) -> HttpResponse:
    update = Update(campaign=campaign, partner=partner)
    form = UpdateForm(request.POST or None, update=update)
    if "preview" in request.POST or not form.is_valid():
        return _form_page(request, form, update)
    made = actions.write_update(
        campaign=campaign, partner=partner, texts=form.texts(), is_public=form.is_public, by=person(request)
    )
    messages.success(request, _("Written. Nobody has got it yet."))
    return _to(made)


@get_or_post
@update_page
def words(request: HttpRequest, update: Update) -> HttpResponse:
    if update.state != Update.State.DRAFT:
        messages.error(request, _("Its words stand. To change them, take it back into a draft first."))
        return _to(update)
    seen = actions.digest_of_update(update)
    initial = initial_of(update.texts.all(), is_public=update.is_public, seen=seen)
    form = UpdateForm(request.POST or None, update=update, initial=initial)
    if "preview" in request.POST or not form.is_valid():
        return _form_page(request, form, update)
    try:
        actions.rewrite_update(
            update=update,
            texts=form.texts(),
            is_public=form.is_public,
            seen=form.cleaned_data["seen"],
            by=person(request),
        )
    except actions.UpdateChanged:
        return _form_page(request, form, update, overtaken=True)
    messages.success(request, _("Saved. Nobody has got it yet."))
    return _to(update)


def _form_page(request: HttpRequest, form: UpdateForm, update: Update, *, overtaken: bool = False) -> HttpResponse:
    """The form with its preview; htmx gets the preview alone."""
    me, asked = person(request), "preview" in request.POST
    shown = UpdateForm(initial=request.POST.dict(), update=update) if asked else form
    update.is_public = shown.shows_on_page()
    previews = _previews(update, list(shown.so_far().values()), me)
    if asked and request.headers.get("HX-Request"):
        return render(request, "components/update_previews.html", {"update": update, "previews": previews})
    context = _around(
        me,
        update.campaign,
        update.partner,
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
@update_page
def test(request: HttpRequest, update: Update) -> HttpResponse:
    me, form = person(request), TestUpdateForm(request.POST)
    if form.is_valid():
        try:
            count = actions.send_test_update(update=update, by=me, languages=form.cleaned_data["languages"])
        except actions.TooManyTests as too_many:
            form.add_error(None, _too_many(too_many.left))
        else:
            messages.success(request, _tests_sent(count, me))
            return _to(update)
    return render(request, "desk/campaign/update.html", _update_context(request, update, test_form=form), status=422)


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
@update_page
def deletion(request: HttpRequest, update: Update) -> HttpResponse:
    return _asked_once_more(
        request,
        update,
        applies=update.state == Update.State.DRAFT,
        take=actions.delete_update,
        done=_("Deleted."),
        title=_("Delete this draft?"),
        scope=_("Nobody has got it."),
        consequences=[_("Its words are gone for good, in all languages. This cannot be undone.")],
        verb=_("Delete the draft"),
    )


# --- Sending ---------------------------------------------------------------------------------------------------------


@get_or_post
@update_page
@proven_again
def sending(request: HttpRequest, update: Update) -> HttpResponse:
    """Says to how many it goes, and asks when."""
    if update.state != Update.State.DRAFT:
        return _to(update)
    recipients = _recipients(update)
    initial = {"seen": actions.digest_of_update(update), "zone": timezone.get_default_timezone_name()}
    form = SendForm(request.POST or None, initial=initial)
    if form.is_valid() and _asked(request, update, form):
        return _to(update)
    may_be_sent = update_rules.may_be_sent(update.campaign, update.partner)
    context = _around(
        person(request),
        update.campaign,
        update.partner,
        page=_title_of(update),
        update=update,
        title=_title_of(update),
        form=form,
        people=_people(recipients),
        many=update_rules.needs_a_second_person(recipients),
        may_be_sent=may_be_sent and bool(recipients or update.is_public),
        written=", ".join(text.get_language_display() for text in update.texts.all()),
    )
    return render(request, "desk/campaign/update_sending.html", context, status=422 if form.is_bound else 200)


def _asked(request: HttpRequest, update: Update, form: SendForm) -> bool:
    given = form.cleaned_data
    try:
        asked = actions.ask_to_send(
            update=update, seen=given["seen"], send_at=given["at"], time_zone=given["zone"], by=person(request)
        )
    except actions.UpdateChanged:
        form.add_error(None, _("The words have changed since you opened this page. Please read them again."))
    except actions.CannotBeSentNow:
        form.add_error(None, _not_now(update))
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


def _not_now(update: Update) -> str:
    if update.partner:
        return _(
            "A partner writes from the day on which the campaign opens until it is archived, or the partnership ends."
        )
    return _("Updates go out from the day on which the campaign opens until it is archived.")


@get_or_post
@seen_update_page
@proven_again
def release(request: HttpRequest, update: Update) -> HttpResponse:
    """The second person's page: the words, to how many, and one button."""
    me = person(request)
    if update.state != Update.State.WAITING:
        return _to(update)
    if not update_rules.may_release(me, update):
        raise PermissionDenied
    changed = False
    if request.method == "POST":
        try:
            actions.release_update(update=update, seen=request.POST.get("seen", ""), by=me)
        except actions.UpdateChanged:
            changed = True
        except actions.NotForYouToRelease:
            raise PermissionDenied from None
        else:
            messages.success(request, _("Released."))
            return _to(update)
    context = _update_context(request, update, people=_people(_recipients(update)), changed=changed)
    return render(request, "desk/campaign/update_release.html", context, status=409 if changed else 200)


@get_or_post
@seen_update_page
def taking_back(request: HttpRequest, update: Update) -> HttpResponse:
    """For those who run it, and for whoever shall release it and finds something wrong."""
    me = person(request)
    if not (may_organise(me, update.organisation) or update_rules.may_release(me, update)):
        raise PermissionDenied
    return _asked_once_more(
        request,
        update,
        applies=update.may_move(Update.State.DRAFT),
        take=actions.take_back_update,
        done=_("It is a draft again. Nobody has got it."),
        title=_("Take it back into a draft?"),
        scope=_("Nobody has got it yet."),
        consequences=[_("It does not go out. Its words can be changed."), _("To send it, ask for it again.")],
        verb=_("Take it back"),
    )


@get_or_post
@update_page
def stopping(request: HttpRequest, update: Update) -> HttpResponse:
    return _asked_once_more(
        request,
        update,
        applies=update.may_move(Update.State.STOPPED),
        take=actions.stop_update,
        done=_("Stopped. It can go on from here, or end."),
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
@update_page
@proven_again
def resuming(request: HttpRequest, update: Update) -> HttpResponse:
    return _asked_once_more(
        request,
        update,
        applies=update.state == Update.State.STOPPED,
        take=actions.resume_update,
        done=_("It goes on."),
        title=_("Let this update go on?"),
        scope=_still_to_go(update),
        consequences=[
            _("Whoever has it already does not get it again."),
            _("Whoever has unsubscribed, withdrawn or been erased since does not get it."),
        ],
        verb=_("Let it go on"),
    )


@get_or_post
@update_page
def ending(request: HttpRequest, update: Update) -> HttpResponse:
    return _asked_once_more(
        request,
        update,
        applies=update.may_move(Update.State.ENDED),
        take=actions.end_update,
        done=_("Ended."),
        title=_("End this update here?"),
        scope=_still_to_go(update),
        consequences=[_("They never get it. This cannot be undone.")],
        verb=_("End it here"),
    )


def _still_to_go(update: Update) -> str:
    count = _progress(update)["to_go"]
    told = ngettext("%(count)s person has not got it yet.", "%(count)s people have not got it yet.", count)
    return told % {"count": intcomma(count)}


# --- On the campaign's page ------------------------------------------------------------------------------------------


@get_or_post
@seen_update_page
def page_removal(request: HttpRequest, update: Update) -> HttpResponse:
    if not update_rules.may_take_off_page(person(request), update):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    if update.off_page_at is not None:
        return _to(update)
    if form.is_valid():
        actions.take_off_page(update=update, by=person(request), **form.cleaned_data)
        messages.success(request, _("It no longer stands on the page. You can put it back here."))
        return _to(update)
    context = _around(
        person(request),
        update.campaign,
        update.partner,
        page=_title_of(update),
        title=_("Take it off the page of the campaign?"),
        scope=_("Nobody reads it there any more, within seconds."),
        consequences=[
            _("Whoever has it by mail keeps it. What still goes out goes on; to end that, stop it."),
            _("You can put it back at any time."),
        ],
        form=form,
        verb=_("Take it off the page"),
        cancel_url=_url("update", update),
    )
    return render(request, "desk/campaign/section_form.html", context, status=422 if form.is_bound else 200)


@get_or_post
@seen_update_page
def page_return(request: HttpRequest, update: Update) -> HttpResponse:
    if not update_rules.may_take_off_page(person(request), update):
        raise PermissionDenied
    return _asked_once_more(
        request,
        update,
        applies=update.off_page_at is not None,
        take=actions.put_back_on_page,
        done=_("It stands on the page again."),
        title=_("Put it back on the page of the campaign?"),
        scope=_("Everyone can read it on the page of the campaign."),
        consequences=[_("No mail goes out."), _("You can take it off again at any time.")],
        verb=_("Put it back"),
    )


def _asked_once_more(
    request: HttpRequest, update: Update, *, applies: bool, take: Callable[..., None], done: str, **asked: Any
) -> HttpResponse:
    """One page for all that is asked once more and then done; whose time has passed leads back."""
    if not applies:
        return _to(update)
    around = _around(person(request), update.campaign, update.partner, page=_title_of(update))
    if request.method == "POST":
        try:
            take(update=update, by=person(request))
        except actions.UpdateChanged:
            return _to(update)
        except actions.CannotBeSentNow:
            messages.error(request, _not_now(update))
            return _to(update)
        messages.success(request, done)
        return redirect(around["updates_url"]) if take is actions.delete_update else _to(update)
    context = around | asked | {"action_url": request.path, "cancel_url": _url("update", update)}
    return render(request, "desk/confirmation.html", context)
