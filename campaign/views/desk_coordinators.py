"""Mails to the coordinators of a campaign: written, tried on oneself, looked at once more, sent."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import proven_again
from campaign import actions, rules
from campaign.forms.hand_ins import CoordinatorMailForm
from campaign.models import Campaign, CoordinatorMail
from campaign.views.desk_frame import campaign_page, frame, person
from face.pages import get_or_post

PER_PAGE = 50


@require_safe
@campaign_page
def mails(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    found = CoordinatorMail.objects.filter(campaign=campaign).select_related("by", "hand_in__point")
    page = Paginator(found.annotate(to=Count("copies")).order_by("-written_at", "-pk"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = frame(campaign, "hand_ins", page=_("Mails to coordinators")) | {
        "page": page,
        "columns": [
            {"label": _("Subject")},
            {"label": _("To the coordinator of")},
            {"label": _("By")},
            {"label": _("Sent")},
            {"label": _("Recipients"), "numeric": True},
        ],
        "rows": [_row(campaign, mail) for mail in page],
        "reached": rules.coordinators_of(campaign).count(),
    }
    return render(request, "desk/campaign/coordinator_mails.html", context)


def _row(campaign: Campaign, mail: Any) -> list[dict[str, Any]]:
    sent = date_format(timezone.localtime(mail.sent_at), "DATETIME_FORMAT") if mail.sent_at else ""
    return [
        {"text": mail.subject, "url": reverse("campaign_desk:coordinator_mail", args=[campaign.slug, mail.pk])},
        {"text": mail.hand_in.point.name if mail.hand_in else _("all places")},
        {"text": str(mail.by)},
        {"text": sent} if sent else {"text": _("draft"), "badge": "waiting"},
        {"text": number_format(mail.to, force_grouping=True) if sent else "–", "numeric": True},
    ]


@get_or_post
@campaign_page
def new_mail(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    initial = {"hand_in": request.GET.get("hand_in")}
    return _words(request, campaign, CoordinatorMailForm(request.POST or None, campaign=campaign, initial=initial))


@get_or_post
@campaign_page
def edit_mail(request: HttpRequest, campaign: Campaign, pk: int) -> HttpResponse:
    draft = get_object_or_404(CoordinatorMail, campaign=campaign, pk=pk, sent_at__isnull=True)
    initial = {"hand_in": draft.hand_in_id, "subject": draft.subject, "words": draft.words}
    form = CoordinatorMailForm(request.POST or None, campaign=campaign, initial=initial)
    return _words(request, campaign, form, draft)


def _words(
    request: HttpRequest, campaign: Campaign, form: CoordinatorMailForm, draft: CoordinatorMail | None = None
) -> HttpResponse:
    if form.is_valid():
        try:
            written = actions.write_coordinator_mail(
                campaign=campaign, mail=draft, by=person(request), **form.cleaned_data
            )
        except actions.NotTested:
            messages.warning(request, _("It has been sent meanwhile."))
            return redirect("campaign_desk:coordinator_mails", campaign.slug)
        return redirect("campaign_desk:coordinator_mail", campaign.slug, written.pk)
    title = _("Write to coordinators")
    context = frame(campaign, "hand_ins", page=title) | {
        "title": title,
        "about": _("You see it as they will before it goes. If they answer, the answer comes to you."),
        "form": form,
        "verb": _("Look at it"),
        "cancel_url": reverse("campaign_desk:coordinator_mails", args=[campaign.slug]),
    }
    return render(request, "desk/campaign/section_form.html", context, status=422 if form.errors else 200)


def _mail(campaign: Campaign, pk: int) -> CoordinatorMail:
    mails = CoordinatorMail.objects.select_related("by", "hand_in__point", "campaign__organisation")
    return get_object_or_404(mails, campaign=campaign, pk=pk)


@require_safe
@campaign_page
def mail(request: HttpRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """A draft as it will go, and to how many; or what went."""
    found = _mail(campaign, pk)
    context = frame(campaign, "hand_ins", page=found.subject) | {
        "mail": found,
        "me": person(request),
        "reached": found.copies.count() if found.sent_at else rules.coordinators_of(campaign, found.hand_in).count(),
        "may_send_today": rules.may_write_to_coordinators(campaign, now=timezone.now()),
        "a_day": rules.COORDINATOR_MAILS_A_DAY,
    }
    return render(request, "desk/campaign/coordinator_mail.html", context)


@require_POST
@campaign_page
def test_mail(request: HttpRequest, campaign: Campaign, pk: int) -> HttpResponse:
    me = person(request)
    try:
        actions.try_coordinator_mail(mail=_mail(campaign, pk), by=me)
    except actions.NotTested:
        messages.warning(request, _("It has been sent meanwhile."))
    else:
        messages.success(request, _("It is on its way to %(email)s. Read it there.") % {"email": me.email})
    return redirect("campaign_desk:coordinator_mail", campaign.slug, pk)


@get_or_post
@campaign_page
@proven_again
def sending(request: HttpRequest, campaign: Campaign, pk: int) -> HttpResponse:
    found = _mail(campaign, pk)
    here = reverse("campaign_desk:coordinator_mail", args=[campaign.slug, pk])
    if found.sent_at or found.tested_at is None:
        messages.warning(request, _("Have it sent to yourself first, as it stands now."))
        return redirect(here)
    if request.method == "POST":
        try:
            count = actions.send_coordinator_mail(mail=found, by=person(request))
        except actions.TooManyMails:
            messages.warning(request, _("As many mails have gone to these coordinators today as may. Wait a day."))
        except actions.NotTested:
            messages.warning(request, _("Have it sent to yourself first, as it stands now."))
        else:
            messages.success(request, _told(count))
        return redirect(here)
    count = rules.coordinators_of(campaign, found.hand_in).count()
    to_how_many = ngettext("It goes to %(count)d coordinator.", "It goes to %(count)d coordinators.", count)
    context = frame(campaign, "hand_ins", page=_("Send")) | {
        "title": found.subject,
        "scope": to_how_many % {"count": count},
        "consequences": [
            _("It cannot be called back."),
            _("Answers go to %(email)s.") % {"email": person(request).email},
        ],
        "verb": _("Send it"),
        "action_url": request.path,
        "cancel_url": here,
    }
    return render(request, "desk/confirmation.html", context)


def _told(count: int) -> str:
    return ngettext(
        "It is on its way to %(count)d coordinator.", "It is on its way to %(count)d coordinators.", count
    ) % {"count": count}
