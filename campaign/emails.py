"""Every e-mail that campaigns send, one function each: composed when it goes, so that it says what is true then.

A composer returns None where the person is gone or the mail is no longer wanted; it is then cancelled, not sent.
"""

from collections.abc import Mapping, Sequence
from email.utils import formataddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from campaign import links, rules
from campaign.models import Campaign, Dispatch, HandIn, Hold, LetterText, Signature, Volunteer
from face import countries
from face.texts import best_text, in_language
from outbox.models import Message


def signatures_by_id(messages: Sequence[Message]) -> Mapping[int, Signature]:
    return Signature.objects.for_mail().in_bulk([message.subject_id for message in messages])


def dispatches_by_id(messages: Sequence[Message]) -> Mapping[int, Dispatch]:
    return Dispatch.objects.for_mail().in_bulk([message.subject_id for message in messages])


def holds_by_id(messages: Sequence[Message]) -> Mapping[int, Hold]:
    return Hold.objects.select_related("campaign__organisation", "case").in_bulk(
        [message.subject_id for message in messages]
    )


def volunteers_by_id(messages: Sequence[Message]) -> Mapping[int, Volunteer]:
    return Volunteer.objects.for_mail().in_bulk([message.subject_id for message in messages])


def hand_ins_by_id(messages: Sequence[Message]) -> Mapping[int, HandIn]:
    hand_ins = HandIn.objects.select_related("campaign__organisation", "point")
    return hand_ins.prefetch_related("campaign__texts", "point__texts").in_bulk(
        [message.subject_id for message in messages]
    )


def confirmation(message: Message) -> EmailMultiAlternatives | None:
    """Asks to confirm; whoever has confirmed already is told so instead. Only the mailbox learns which."""
    signature = message.subject
    if not isinstance(signature, Signature) or signature.email is None:
        return None
    if signature.state == Signature.State.PENDING:
        return _to_supporter(
            signature,
            "confirmation",
            organisation=in_language(signature.campaign.organisation, signature.language),
            confirm_url=links.confirm_url(signature),
            erase_url=links.erasure_url(signature),
            expires_on=signature.signed_at + rules.CONFIRM_WITHIN,
        )
    if signature.state == Signature.State.CONFIRMED:
        return _to_supporter(signature, "already_signed", own_url=links.own_page_url(signature))
    return None


def own_page_links(message: Message) -> EmailMultiAlternatives | None:
    """The links to everything that this address has signed; nothing where it has signed nothing."""
    if message.address_index is None:
        return None
    address = bytes(message.address_index)
    signatures = list(Signature.objects.for_mail().of_address(address).standing().order_by("-pk"))
    volunteers = list(Volunteer.objects.for_mail().of_address(address).order_by("-pk"))
    items = [
        {
            "campaign_title": _title(signature.campaign, message.language),
            # Called by the template, which speaks the language of the mail.
            "state_label": signature.get_state_display,
            "url": links.confirm_url(signature)
            if signature.state == Signature.State.PENDING
            else links.own_page_url(signature),
        }
        for signature in signatures
    ] + [
        {
            "campaign_title": _title(volunteer.hand_in.campaign, message.language),
            "state_label": volunteer.get_state_display,
            "url": links.volunteer_confirm_url(volunteer)
            if volunteer.state == Volunteer.State.PENDING
            else links.coordinator_url(volunteer),
        }
        for volunteer in volunteers
    ]
    if not items:
        return None
    return _mail("links", message.language, to=[*signatures, *volunteers][0].email, items=items)


def letter_sent(message: Message) -> EmailMultiAlternatives | None:
    """Tells the supporter where the letter has arrived."""
    dispatch = message.subject
    if not isinstance(dispatch, Dispatch) or dispatch.signature.email is None:
        return None
    return _to_supporter(
        dispatch.signature,
        "letter_sent",
        point=in_language(dispatch.point, dispatch.signature.language),
        own_url=links.own_page_url(dispatch.signature),
    )


def hold(message: Message) -> EmailMultiAlternatives | None:
    """Tells the campaign's organizers that its letters wait for them; nothing once somebody has looked."""
    found = message.subject
    if not isinstance(found, Hold) or found.lifted_at:
        return None
    campaign = found.campaign
    return _to_organizers(
        campaign,
        "hold",
        message.language,
        reference=found.case.reference,
        is_down=found.cause == Hold.Cause.TAKEDOWN,
        campaign_url=settings.SITE_URL + reverse("admin:campaign_campaign_change", args=[campaign.pk]),
    )


def volunteer_confirm(message: Message) -> EmailMultiAlternatives | None:
    """Asks to confirm the offer; whoever has done so already is told. Only the mailbox learns which."""
    volunteer = message.subject
    if not isinstance(volunteer, Volunteer) or volunteer.email is None:
        return None
    if volunteer.state == Volunteer.State.PENDING:
        return _to_volunteer(
            volunteer,
            "volunteer_confirm",
            confirm_url=links.volunteer_confirm_url(volunteer),
            expires_on=volunteer.offered_at + rules.CONFIRM_WITHIN,
        )
    return _to_volunteer(volunteer, "already_volunteered", own_url=links.coordinator_url(volunteer))


def volunteer_accepted(message: Message) -> EmailMultiAlternatives | None:
    """The link to all that a coordinator needs."""
    volunteer = message.subject
    if not isinstance(volunteer, Volunteer) or volunteer.state != Volunteer.State.ACCEPTED or volunteer.email is None:
        return None
    return _to_volunteer(
        volunteer, "volunteer_accepted", day=volunteer.hand_in.day, own_url=links.coordinator_url(volunteer)
    )


def volunteer_declined(message: Message) -> EmailMultiAlternatives | None:
    volunteer = message.subject
    if not isinstance(volunteer, Volunteer) or volunteer.state != Volunteer.State.DECLINED or volunteer.email is None:
        return None
    return _to_volunteer(volunteer, "volunteer_declined", own_url=links.coordinator_url(volunteer))


def hand_in_cancelled(message: Message) -> EmailMultiAlternatives | None:
    """Tells the coordinator that nobody goes; nothing where it is offered again."""
    volunteer = message.subject
    if not isinstance(volunteer, Volunteer) or volunteer.email is None:
        return None
    if volunteer.hand_in.state != HandIn.State.CANCELLED:
        return None
    return _to_volunteer(volunteer, "hand_in_cancelled", own_url=links.coordinator_url(volunteer))


def volunteer_offered(message: Message) -> EmailMultiAlternatives | None:
    """Tells the organizers that somebody waits for their answer. The name stands at the desk alone."""
    volunteer = message.subject
    if not isinstance(volunteer, Volunteer) or volunteer.state != Volunteer.State.CONFIRMED:
        return None
    return _to_organizers(
        volunteer.hand_in.campaign,
        "volunteer_offered",
        message.language,
        point=in_language(volunteer.hand_in.point, message.language),
        desk_url=settings.SITE_URL + reverse("admin:campaign_volunteer_change", args=[volunteer.pk]),
    )


def coordinator_left(message: Message) -> EmailMultiAlternatives | None:
    """Tells the organizers that a place is without coordinator; nothing once there is another."""
    hand_in = message.subject
    if not isinstance(hand_in, HandIn) or hand_in.state != HandIn.State.OFFERED:
        return None
    return _to_organizers(
        hand_in.campaign,
        "coordinator_left",
        message.language,
        point=in_language(hand_in.point, message.language),
        desk_url=settings.SITE_URL + reverse("admin:campaign_handin_change", args=[hand_in.pk]),
    )


def letter(message: Message) -> EmailMultiAlternatives | None:
    """The letter itself, to the delivery point; kept on the dispatch as it went out."""
    dispatch = message.subject
    if not isinstance(dispatch, Dispatch) or dispatch.signature.state != Signature.State.CONFIRMED:
        return None
    if dispatch.signature.email is None:
        return None
    signature = dispatch.signature
    main, beside = letter_texts(signature)
    name = signature.shown_name
    mail = _mail(
        "letter",
        main.language,
        to=dispatch.point.email,
        sender=_named(name, settings.LETTERS_FROM_EMAIL),
        letter=main,
        letter_beside=beside,
        shown_name=name,
        own_words=signature.own_words,
        place=countries.place(signature.city, signature.country, main.language),
        place_beside=countries.place(signature.city, signature.country, beside.language) if beside else "",
        campaign_title=_title(signature.campaign, main.language),
        organisation=in_language(signature.campaign.organisation, main.language),
    )
    return mail if _keep_as_sent(dispatch, str(mail.body)) else None


def _keep_as_sent(dispatch: Dispatch, text: str) -> bool:
    """Write the letter down as it goes; False where its writer has withdrawn or is erased.

    Their row is locked: who leaves at this moment leaves before this letter or after it, never in between.
    """
    with transaction.atomic():
        confirmed = Signature.objects.filter(state=Signature.State.CONFIRMED, erased_at=None)
        if confirmed.locked().filter(pk=dispatch.signature_id).first() is None:
            return False
        Dispatch.objects.filter(pk=dispatch.pk).update(as_sent=text)
    return True


def letter_texts(signature: Signature) -> tuple[LetterText, LetterText | None]:
    """The letter in the addressee's language, and the one that the supporter read where that is another."""
    texts = {text.language: text for text in signature.letter.texts.all()}
    campaign = signature.campaign
    signed = texts.get(signature.language) or texts[campaign.source_language]
    main = texts.get(campaign.addressee_language, signed)
    return main, signed if signed != main else None


def _to_supporter(signature: Signature, kind: str, **context: Any) -> EmailMultiAlternatives:
    return _mail(
        kind,
        signature.language,
        to=signature.email,
        name=signature.name,
        campaign_title=_title(signature.campaign, signature.language),
        **context,
    )


def _to_volunteer(volunteer: Volunteer, kind: str, **context: Any) -> EmailMultiAlternatives:
    return _mail(
        kind,
        volunteer.language,
        to=volunteer.email,
        name=volunteer.name,
        campaign_title=_title(volunteer.hand_in.campaign, volunteer.language),
        point=in_language(volunteer.hand_in.point, volunteer.language),
        **context,
    )


def _to_organizers(campaign: Campaign, kind: str, language: str, **context: Any) -> EmailMultiAlternatives | None:
    organizers = [organizer.email for organizer in campaign.organisation.organizers()]
    if not organizers:
        return None
    return _mail(kind, language, to=organizers, campaign_title=_title(campaign, language), **context)


def _mail(
    kind: str, language: str, *, to: str | Sequence[str] | None, sender: str | None = None, **context: Any
) -> EmailMultiAlternatives:
    context |= {"site_url": settings.SITE_URL, "language": language, "today": timezone.localdate()}
    with translation.override(language):
        mail = EmailMultiAlternatives(
            subject=" ".join(render_to_string(f"emails/{kind}/subject.txt", context).split()),
            body=render_to_string(f"emails/{kind}/body.txt", context).strip() + "\n",
            from_email=sender,
            to=[to] if isinstance(to, str) else to,
            headers={"Content-Language": language},
        )
        mail.attach_alternative(render_to_string(f"emails/{kind}/body.html", context), "text/html")
    return mail


def _title(campaign: Campaign, language: str) -> str:
    text = best_text(campaign.texts, language, source=campaign.source_language)
    return text.title if text else campaign.slug


def _named(name: str, address: str) -> str:
    """The sender's name as far as it may be shown; from the system's address, so that mail servers can check it."""
    return formataddr((f"{name} (Maninso)" if name else "Maninso", address))
