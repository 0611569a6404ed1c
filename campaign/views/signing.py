"""The way of a supporter: sign, look in the mailbox, confirm, see what became of it, leave."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from campaign import actions, links, rules
from campaign.actions.signing import Person
from campaign.forms import LinkRequestForm, SignForm
from campaign.forms.opting_in import UpdatesForm
from campaign.models import Campaign, Dispatch, HandIn, OwnWords, Signature
from campaign.outcomes import told_of_letter
from campaign.views.guards import signing_page
from campaign.views.public import (
    campaign_context,
    letter_context,
    named,
    organisation_card,
    partners_of,
    public_campaign,
)
from face import countries, languages
from face.pages import get_or_post
from face.texts import in_language
from privacy.links import ExpiredLink, ForgedLink, Link, read_token


@get_or_post
@signing_page
def sign(request: HttpRequest, slug: str) -> HttpResponse:
    if request.method == "POST":
        form = SignForm(request.POST)
        if "preview" in request.POST:
            return _preview_page(request, slug, form)
        if form.is_valid() and _signed(form, slug):
            return redirect("sent", slug)
        return _sign_page(request, slug, form)
    return _sign_page(request, slug, None)


def _signed(form: SignForm, slug: str) -> bool:
    asked = dict(form.cleaned_data)
    letter_id, source = asked.pop("letter"), asked.pop("source")
    person = cast(Person, asked)
    try:
        actions.sign(slug=slug, letter_id=letter_id, language=languages.active(), person=person, source=source)
    except actions.NotAccepting:
        return False
    return True


def _sign_page(
    request: HttpRequest, slug: str, form: SignForm | None, *, preview: dict[str, str] | None = None
) -> HttpResponse:
    """The form with what was typed and what is wrong with it, or why no signature is taken now."""
    campaign = public_campaign(slug)
    if not campaign.accepts_signatures(timezone.now()):
        return render(request, "campaign/not_accepting.html", campaign_context(campaign), status=409 if form else 200)
    letter = rules.current_letter(campaign)
    letter_id = letter.pk if letter else None
    form = form or SignForm()
    if not form.is_bound:
        form.initial["letter"] = letter_id
    elif form.is_valid() or "letter" in form.errors:
        typed = cast(QueryDict, form.data).copy()
        typed["letter"] = str(letter_id or "")
        form = SignForm(typed)
        form.add_error(None, _("The letter has changed since you opened this page. Please read it again, then sign."))
    context = letter_context(request, campaign, letter) | {
        "form": form.offer(named(partners_of(campaign))),
        "sign_url": reverse("sign", args=[slug]),
        "preview": preview,
    }
    return render(request, "campaign/sign.html", context, status=422 if form.is_bound else 200)


def _preview_page(request: HttpRequest, slug: str, form: SignForm) -> HttpResponse:
    """The letter as it would go out, above the form with what was typed. Nothing is stored, and nothing scolded yet."""
    data = cast(QueryDict, form.data)
    typed = SignForm(initial=data.dict() | {"updates_from": data.getlist("updates_from")})
    return _sign_page(request, slug, typed, preview=form.so_far())


@require_safe
@signing_page
def sent(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "campaign/sent.html", campaign_context(public_campaign(slug)))


def with_link(purpose: str) -> Callable[[Any], Any]:
    """Opens the link: the view gets what it says.

    A link that is expired, used, forged or cut off leads to one page for all of these, which offers a new one and tells
    nothing about anyone.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def opened(request: HttpRequest, token: str) -> HttpResponse:
            try:
                return view(request, read_token(purpose, token, now=timezone.now()))
            except (ForgedLink, ExpiredLink, actions.LinkUsed):
                return link_problem(request)

        return signing_page(opened)

    return decorate


def with_signature(purpose: str) -> Callable[[Any], Any]:
    """Opens the link: the view gets the signature that it is for."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def found(request: HttpRequest, link: Link) -> HttpResponse:
            return view(request, signature_of(link))

        return with_link(purpose)(found)

    return decorate


def signature_of(link: Link) -> Signature:
    """With all that its pages show. Raises LinkUsed."""
    signature = Signature.objects.for_mail().of_link(link.subject, link.revision).first()
    if signature is None:
        raise actions.LinkUsed
    return signature


def link_problem(request: HttpRequest) -> HttpResponse:
    return render(request, "campaign/link_problem.html", {"form": LinkRequestForm()}, status=410)


@get_or_post
@with_link(links.CONFIRM)
def confirm(request: HttpRequest, link: Link) -> HttpResponse:
    if request.method == "POST":
        try:
            signature = actions.confirm_signature(
                signature_id=link.subject,
                revision=link.revision,
                shown=request.POST.get("shown", ""),
                without_name="without_name" in request.POST,
            )
        except actions.ContentChanged:
            return _confirm_page(request, signature_of(link), changed=True)
        return redirect("confirmed", links.own_page_token(signature))
    signature = signature_of(link)
    if signature.state == Signature.State.CONFIRMED and actions.just_confirmed(signature, now=timezone.now()):
        return redirect("confirmed", links.own_page_token(signature))
    if signature.state != Signature.State.PENDING:
        return link_problem(request)
    return _confirm_page(request, signature)


def _confirm_page(request: HttpRequest, signature: Signature, *, changed: bool = False) -> HttpResponse:
    context = signature_context(request, signature) | {
        "shown": actions.digest_of(signature),
        "changed": changed,
        "risky": rules.signing_is_risky(signature.country),
        "names_a_person": bool(signature.shown_name or signature.city),
        "erase_url": reverse("erasure", args=[links.own_page_token(signature)]),
    }
    return render(request, "campaign/confirm.html", context, status=409 if changed else 200)


@require_safe
@with_signature(links.OWN_PAGE)
def confirmed(request: HttpRequest, signature: Signature) -> HttpResponse:
    text = signature.campaign.text_in(languages.active())
    share_url = links.campaign_url(signature.campaign, languages.active()) + "?from=share"
    context = signature_context(request, signature) | {
        "own_url": reverse("own_page", args=[links.own_page_token(signature)]),
        "share_url": share_url,
        "share_text": f"{(text.share_text or text.ask) if text else ''}\n{share_url}".strip(),
    }
    return render(request, "campaign/confirmed.html", context)


@require_safe
@with_signature(links.OWN_PAGE)
def own_page(request: HttpRequest, signature: Signature) -> HttpResponse:
    token = links.own_page_token(signature)
    dispatches = (
        signature.dispatches.select_related("point", "pack__posting").prefetch_related("point__texts").order_by("pk")
    )
    hand_ins = {hand_in.point_id: hand_in for hand_in in HandIn.objects.for_pages().filter(campaign=signature.campaign)}
    context = signature_context(request, signature) | {
        "deliveries": [
            {
                "point": (point := in_language(dispatch.point, languages.active())),
                "told": told_of_letter(dispatch, hand_ins.get(dispatch.point_id), point.city),  # type: ignore[union-attr]
                "state": dispatch.state,
                "state_label": dispatch.get_state_display(),
                "at": dispatch.accepted_at or dispatch.queued_at or dispatch.planned_at,
                "text": dispatch.as_sent,
                "opens_at": waits_until(dispatch, signature.campaign),
            }
            for dispatch in dispatches
        ],
        "words": (words := OwnWords.objects.filter(signature=signature).first()),
        "words_sentence": words_sentence(words) if signature.state != Signature.State.REJECTED else "",
        "waits_for_hand_ins": rules.waits_for_hand_ins(signature.campaign, now=timezone.now()),
        "state_sentence": state_sentence(signature),
        "may_withdraw": signature.may_move(Signature.State.WITHDRAWN),
        "withdraw_url": reverse("withdrawal", args=[token]),
        "erase_url": reverse("erasure", args=[token]),
        "resend_url": reverse("resend", args=[token]),
        "updates_form": _updates_form(signature) if rules.may_choose_updates(signature) else None,
        "updates_url": reverse("updates", args=[token]),
    }
    return render(request, "campaign/own_page.html", context)


def _updates_form(signature: Signature, data: QueryDict | None = None) -> UpdatesForm:
    """Asks about the campaign's own organisation, its partners, and whoever was one and may still write."""
    chosen = [organisation_card(each) for each in rules.partners_who_may_write(signature)]
    partners = dict(named([*partners_of(signature.campaign), *chosen]))
    own: Any = organisation_card(signature.campaign.organisation)["text"]
    initial = {
        "own": Signature.objects.wants_updates_still(signature),
        "partners": [card["organisation"].pk for card in chosen],
    }
    return UpdatesForm(data, initial=initial, own=own.name, partners=list(partners.items()))


@require_POST
@with_signature(links.OWN_PAGE)
def updates(request: HttpRequest, signature: Signature) -> HttpResponse:
    """Who may write to them from now on."""
    form = _updates_form(signature, request.POST)
    if form.is_valid():
        actions.choose_updates(signature=signature, **form.cleaned_data)
    return redirect(reverse("own_page", args=[links.own_page_token(signature)]) + "#updates")


def waits_until(dispatch: Dispatch, campaign: Campaign) -> str:
    """When e-mails next go to the point, by the clock there; empty where they do now, or the letter does not wait."""
    if dispatch.state != Dispatch.State.PLANNED or dispatch.channel != Dispatch.Channel.EMAIL:
        return ""
    now = timezone.now()
    opening = dispatch.point.hours.next_opening(max(now, campaign.deliver_from), until=campaign.deliver_until)
    return date_format(opening.astimezone(dispatch.point.zone), "DATETIME_FORMAT") if opening and opening > now else ""


def state_sentence(signature: Signature) -> str:
    match signature.state:
        case Signature.State.PENDING:
            return _("You have not confirmed your signature yet. The link to do so is in your mailbox.")
        case Signature.State.CONFIRMED if signature.batch_id:
            return _("You signed on paper. Your signature stands and counts, and your letter goes on paper, too.")
        case Signature.State.CONFIRMED:
            return _("Your signature stands and counts.")
        case Signature.State.WITHDRAWN:
            return _("You have withdrawn your signature. It no longer counts.")
        case Signature.State.HELD:
            return _("A person of our team is looking at this signature. It does not count yet.")
        case _:
            return _("This signature was not accepted.")


def words_sentence(words: OwnWords | None) -> str:
    """What became of own words that are read before they go."""
    match words and words.state:
        case OwnWords.State.UNREAD:
            return _("Somebody reads your own words before they go: your letter waits for that.")
        case OwnWords.State.REJECTED:
            return _("Your letter goes without your own words.")
        case _:
            return ""


def signature_context(request: HttpRequest, signature: Signature) -> dict[str, Any]:
    """The signature as it stands, with the campaign and the very version of the letter that it stands under."""
    return letter_context(request, signature.campaign, signature.letter) | {
        "signature": signature,
        "shown_name": signature.shown_name,
        "country_name": countries.name_of(signature.country),
        "city": signature.city,
        "own_words": signature.own_words,
        "writers": who_writes(signature),
    }


def who_writes(signature: Signature) -> list[Any]:
    """The organisations whose updates this supporter has asked for, each in the reader's language."""
    own = [signature.campaign.organisation] if signature.wants_updates else []
    return [organisation_card(each)["text"] for each in (*own, *rules.partners_who_may_write(signature))]


@get_or_post
@with_signature(links.OWN_PAGE)
def withdrawal(request: HttpRequest, signature: Signature) -> HttpResponse:
    own_url = reverse("own_page", args=[links.own_page_token(signature)])
    if request.method == "POST":
        if signature.may_move(Signature.State.WITHDRAWN):
            actions.withdraw_signature(signature=signature)
        return redirect(own_url)
    return render(request, "campaign/withdrawal.html", signature_context(request, signature) | {"own_url": own_url})


@get_or_post
@with_signature(links.OWN_PAGE)
def erasure(request: HttpRequest, signature: Signature) -> HttpResponse:
    if request.method == "POST":
        actions.erase_signature(signature=signature)
        return redirect("erased")
    own_url = reverse("own_page", args=[links.own_page_token(signature)])
    return render(request, "campaign/erasure.html", signature_context(request, signature) | {"own_url": own_url})


@require_safe
@signing_page
def erased(request: HttpRequest) -> HttpResponse:
    return render(request, "campaign/erased.html")


@require_POST
@with_signature(links.OWN_PAGE)
def resend(request: HttpRequest, signature: Signature) -> HttpResponse:
    """Mail the link to this page again, to the address that signed."""
    if signature.email is not None:
        actions.request_links(email=signature.email, language=languages.active())
    return redirect("link_sent")


@get_or_post
@signing_page
def link_request(request: HttpRequest) -> HttpResponse:
    form = LinkRequestForm(request.POST or None)
    if form.is_valid():
        actions.request_links(email=form.cleaned_data["email"], language=languages.active())
        return redirect("link_sent")
    return render(request, "campaign/link_request.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
@signing_page
def link_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "campaign/link_sent.html")
