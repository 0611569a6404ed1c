"""Every e-mail that campaigns send, one function each: composed when it goes, so that it says what is true then.

A composer returns None where the person is gone or the mail is no longer wanted; it is then cancelled, not sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from textwrap import indent
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Prefetch
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Organisation
from campaign import links, rules, update_rules
from campaign.models import (
    AddressHealth,
    Campaign,
    CoordinatorMail,
    CoordinatorMailCopy,
    DeliveryPoint,
    Digest,
    Dispatch,
    Export,
    HandIn,
    HandInReport,
    Hold,
    Letter,
    LetterText,
    OwnWords,
    Partnership,
    Pause,
    Review,
    Signature,
    TestLetter,
    TestSignature,
    Update,
    UpdateMail,
    UpdateTest,
    UpdateText,
    Volunteer,
)
from campaign.outcomes import what_became_of
from face import countries
from face.texts import best_text, in_language
from outbox.models import Message


def signatures_by_id(messages: Sequence[Message]) -> Mapping[int, Signature]:
    found = Signature.objects.for_mail().in_bulk([message.subject_id for message in messages])
    asked = {pk for signature in found.values() for pk in signature.updates_from}
    partners = Organisation.objects.prefetch_related("texts").in_bulk(asked) if asked else {}
    for signature in found.values():
        signature.partners_asked = [partners[pk] for pk in signature.updates_from if pk in partners]
    return found


def dispatches_by_id(messages: Sequence[Message]) -> Mapping[int, Dispatch]:
    return Dispatch.objects.for_mail().in_bulk([message.subject_id for message in messages])


def digests_by_id(messages: Sequence[Message]) -> Mapping[int, Digest]:
    return Digest.objects.for_mail().in_bulk([message.subject_id for message in messages])


def holds_by_id(messages: Sequence[Message]) -> Mapping[int, Hold]:
    return Hold.objects.select_related("campaign__organisation", "case").in_bulk(
        [message.subject_id for message in messages]
    )


def addresses_by_id(messages: Sequence[Message]) -> Mapping[int, AddressHealth]:
    addresses = AddressHealth.objects.select_related("point__target").prefetch_related("point__texts")
    return addresses.in_bulk([message.subject_id for message in messages])


def campaigns_by_id(messages: Sequence[Message]) -> Mapping[int, Campaign]:
    campaigns = Campaign.objects.select_related("organisation").prefetch_related("texts")
    return campaigns.in_bulk([message.subject_id for message in messages])


def pauses_by_id(messages: Sequence[Message]) -> Mapping[int, Pause]:
    return Pause.objects.in_bulk([message.subject_id for message in messages])


def test_letters_by_id(messages: Sequence[Message]) -> Mapping[int, TestLetter]:
    return TestLetter.objects.for_mail().in_bulk([message.subject_id for message in messages])


def test_signatures_by_id(messages: Sequence[Message]) -> Mapping[int, TestSignature]:
    signatures = TestSignature.objects.select_related("by", "letter", "campaign__organisation").prefetch_related(
        "campaign__texts", "campaign__organisation__texts"
    )
    return signatures.in_bulk([message.subject_id for message in messages])


def reviews_by_id(messages: Sequence[Message]) -> Mapping[int, Review]:
    reviews = Review.objects.select_related("campaign__organisation", "submitted_by", "decided_by")
    return reviews.prefetch_related("campaign__texts", "remarks").in_bulk([message.subject_id for message in messages])


def volunteers_by_id(messages: Sequence[Message]) -> Mapping[int, Volunteer]:
    return Volunteer.objects.for_mail().in_bulk([message.subject_id for message in messages])


def hand_ins_by_id(messages: Sequence[Message]) -> Mapping[int, HandIn]:
    hand_ins = HandIn.objects.select_related("campaign__organisation", "point")
    return hand_ins.prefetch_related("campaign__texts", "point__texts").in_bulk(
        [message.subject_id for message in messages]
    )


def exports_by_id(messages: Sequence[Message]) -> Mapping[int, Export]:
    exports = Export.objects.for_desk().select_related("campaign__organisation").prefetch_related("campaign__texts")
    return exports.in_bulk([message.subject_id for message in messages])


def coordinator_mails_by_id(messages: Sequence[Message]) -> Mapping[int, CoordinatorMail]:
    return CoordinatorMail.objects.for_mail().in_bulk([message.subject_id for message in messages])


def coordinator_copies_by_id(messages: Sequence[Message]) -> Mapping[int, CoordinatorMailCopy]:
    copies = CoordinatorMailCopy.objects.select_related(
        "mail__by", "mail__campaign__organisation", "volunteer__hand_in__campaign", "volunteer__hand_in__point"
    ).prefetch_related("volunteer__hand_in__campaign__texts", "volunteer__hand_in__point__texts")
    return copies.in_bulk([message.subject_id for message in messages])


@dataclass(frozen=True)
class News:
    """A signature with its letters, and the hand-ins at which they may have been handed over."""

    signature: Signature
    hand_ins: Mapping[tuple[int, int], HandIn]


def news_by_id(messages: Sequence[Message]) -> Mapping[int, News]:
    letters = Prefetch("dispatches", Dispatch.objects.for_news())
    signatures = (
        Signature.objects.for_mail().prefetch_related(letters).in_bulk([message.subject_id for message in messages])
    )
    campaigns = {signature.campaign_id for signature in signatures.values()}
    hand_ins = {
        (hand_in.campaign_id, hand_in.point_id): hand_in
        for hand_in in HandIn.objects.with_outcome().select_related("point").filter(campaign__in=campaigns)
    }
    return {pk: News(signature, hand_ins) for pk, signature in signatures.items()}


def updates_by_id(messages: Sequence[Message]) -> Mapping[int, UpdateMail]:
    """Those that are still wanted: whoever has unsubscribed since, withdrawn or been erased, is not among them."""
    mails = UpdateMail.objects.for_mail().in_bulk([message.subject_id for message in messages])
    wanted: dict[int, UpdateMail] = {}
    for update in {mail.update for mail in mails.values()}:
        of_it = {mail.signature_id: mail for mail in mails.values() if mail.update == update}
        still = update_rules.who_get_updates(update.campaign, update.partner).filter(pk__in=of_it)
        wanted |= {of_it[pk].pk: of_it[pk] for pk in still.values_list("pk", flat=True)}
    return wanted


def update_tests_by_id(messages: Sequence[Message]) -> Mapping[int, UpdateTest]:
    return UpdateTest.objects.for_mail().in_bulk([message.subject_id for message in messages])


def waiting_updates_by_id(messages: Sequence[Message]) -> Mapping[int, Update]:
    updates = Update.objects.select_related("campaign__organisation", "partner", "asked_by").prefetch_related(
        "campaign__texts"
    )
    return updates.in_bulk([message.subject_id for message in messages])


def own_words_by_id(messages: Sequence[Message]) -> Mapping[int, OwnWords]:
    words = OwnWords.objects.defer("words").select_related("signature__campaign__organisation")
    return words.prefetch_related("signature__campaign__texts").in_bulk([message.subject_id for message in messages])


def partnerships_by_id(messages: Sequence[Message]) -> Mapping[int, Partnership]:
    return Partnership.objects.for_pages().in_bulk([message.subject_id for message in messages])


def reports_by_id(messages: Sequence[Message]) -> Mapping[int, HandInReport]:
    reports = HandInReport.objects.select_related("hand_in__campaign__organisation", "hand_in__point").defer("note")
    return reports.prefetch_related("hand_in__campaign__texts", "hand_in__point__texts").in_bulk(
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
            writers=_writers(signature),
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
            "campaign_title": signature.campaign.title_in(message.language),
            # Called by the template, which speaks the language of the mail.
            "state_label": signature.get_state_display,
            "url": links.confirm_url(signature)
            if signature.state == Signature.State.PENDING
            else links.own_page_url(signature),
        }
        for signature in signatures
    ] + [
        {
            "campaign_title": volunteer.hand_in.campaign.title_in(message.language),
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


def news(message: Message) -> EmailMultiAlternatives | None:
    """Tells the supporter, once, what became of every letter under their signature."""
    found = message.subject
    if not isinstance(found, News) or found.signature.state != Signature.State.CONFIRMED:
        return None
    signature = found.signature
    letters = [letter for letter in signature.dispatches.all() if letter.state not in rules.NO_LETTER]
    if signature.email is None or not letters:
        return None
    places: dict[int, dict[str, Any]] = {}
    with translation.override(signature.language):
        for letter in letters:
            point = in_language(letter.point, signature.language)
            place = places.setdefault(letter.point_id, {"point": point, "sentences": []})
            hand_in = found.hand_ins.get((signature.campaign_id, letter.point_id))
            place["sentences"].append(what_became_of(letter, hand_in, point.city))  # type: ignore[union-attr]
    return _to_supporter(signature, "news", places=list(places.values()), own_url=links.own_page_url(signature))


def update(message: Message) -> EmailMultiAlternatives | None:
    """What organizers tell those who asked for it; mail programs offer to end it by one click (RFC 8058)."""
    found = message.subject
    if not isinstance(found, UpdateMail):
        return None
    signature = found.signature
    signature.campaign = found.update.campaign
    text = best_text(found.update.texts, signature.language, source=found.update.campaign.source_language)
    if text is None or signature.email is None:
        return None
    partner = found.update.partner_id
    opt_in = next((one for one in signature.opt_ins.all() if one.organisation_id == partner), None)
    if partner and opt_in is None:
        return None
    unsubscribe_url = links.unsubscribe_url(signature, opt_in)
    mail = update_mail(
        found.update, text, signature, own_url=links.own_page_url(signature), unsubscribe_url=unsubscribe_url
    )
    mail.extra_headers["List-Unsubscribe"] = f"<{unsubscribe_url}>"
    mail.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return mail


def update_mail(
    update: Update, text: UpdateText, signature: Signature, *, own_url: str, unsubscribe_url: str, **context: Any
) -> EmailMultiAlternatives:
    """As this supporter gets it. Its subject is the title, but where signing is dangerous it tells nobody anything."""
    campaign, language = update.campaign, signature.language
    organisation = in_language(update.organisation, language)
    return _mail(
        "update",
        language,
        to=signature.email,
        sender=_named(organisation.name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]),  # type: ignore[union-attr]
        name=signature.name,
        text=text,
        is_hushed=rules.signing_is_risky(signature.country),
        campaign_title=campaign.title_in(language),
        organisation=organisation,
        is_partner=update.partner is not None,
        page_url=links.update_url(update, language) if update.is_for_page else "",
        own_url=own_url,
        unsubscribe_url=unsubscribe_url,
        **context,
    )


def update_test(message: Message) -> EmailMultiAlternatives | None:
    """The same to the organizer who asked, marked as a test. Its links lead to where nothing happens to anyone."""
    test = message.subject
    if not isinstance(test, UpdateTest) or not test.by.is_active:
        return None
    campaign = test.update.campaign
    text = best_text(test.update.texts, test.language, source=campaign.source_language)
    if text is None:
        return None
    reader = Signature(campaign=campaign, language=test.language, name=str(test.by), email=test.by.email)
    mail = update_mail(test.update, text, reader, **stand_ins(test.language))
    mail.subject = f"[TEST] {mail.subject}"
    return mail


def stand_ins(language: str) -> dict[str, str]:
    """The links of a mail that nobody's signature stands behind."""
    instead = links.absolute("link_request", language=language)
    return {"own_url": instead, "unsubscribe_url": instead}


def update_waits(message: Message) -> EmailMultiAlternatives | None:
    """Asks a second person to release it; nothing once somebody has decided."""
    found = message.subject
    if not isinstance(found, Update) or found.state != Update.State.WAITING:
        return None
    campaign = found.campaign
    return _notice(
        campaign,
        "update_waits",
        message.language,
        asked_by=found.asked_by,
        count=update_rules.who_get_updates(campaign, found.partner).count(),
        update_url=settings.SITE_URL + reverse("campaign_desk:update", args=[campaign.slug, found.pk]),
    )


def hold(message: Message) -> EmailMultiAlternatives | None:
    """Tells the campaign's organizers that its letters wait for them; nothing once somebody has looked."""
    found = message.subject
    if not isinstance(found, Hold) or found.lifted_at:
        return None
    campaign = found.campaign
    return _notice(
        campaign,
        "hold",
        message.language,
        reference=found.case.reference,
        is_down=found.cause == Hold.Cause.TAKEDOWN,
        campaign_url=settings.SITE_URL + reverse("campaign_desk:waiting", args=[campaign.slug]),
    )


def point_refused(message: Message) -> EmailMultiAlternatives | None:
    """Tells an organizer of one of its campaigns that an address takes no letters; nothing once it is put right."""
    health = message.subject
    if not isinstance(health, AddressHealth) or health.state not in AddressHealth.REFUSING:
        return None
    letters = Dispatch.objects.filter(point=health.point, channel=Dispatch.Channel.EMAIL)
    return _mail(
        "point_refused",
        message.language,
        to=None,
        point=in_language(health.point, message.language),
        is_blocked=health.state == AddressHealth.State.BLOCKED,
        code=health.status_code,
        rerouted=letters.filter(state=Dispatch.State.REROUTED).count(),
        held=letters.filter(state=Dispatch.State.HELD).count(),
        address_url=settings.SITE_URL + reverse("target_desk:point", args=[health.point.target.slug, health.point_id]),
    )


def domain_paused(message: Message) -> EmailMultiAlternatives | None:
    """Tells the campaign's organizers which domains have paused by themselves; nothing once all are lifted."""
    campaign = message.subject
    if not isinstance(campaign, Campaign):
        return None
    pauses = list(Pause.objects.standing().by_themselves().filter(domain__in=_domains_of(campaign)))
    return _notice(campaign, "domain_paused", message.language, pauses=pauses, **_pauses()) if pauses else None


def _domains_of(campaign: Campaign) -> set[str]:
    return {point.domain for point in DeliveryPoint.objects.of_campaign(campaign)}


def _pauses() -> dict[str, Any]:
    return {"pauses_url": settings.SITE_URL + reverse("campaign_desk:pauses")}


def domain_paused_staff(message: Message) -> EmailMultiAlternatives | None:
    """Tells whoever may pause the whole site; nothing once it is lifted."""
    pause = message.subject
    if not isinstance(pause, Pause) or pause.lifted_at:
        return None
    return _mail("domain_paused", message.language, to=None, pauses=[pause], **_pauses())


def export_asked(message: Message) -> EmailMultiAlternatives | None:
    """Asks for a second person; nothing once it is decided."""
    export = message.subject
    if not isinstance(export, Export) or export.state != Export.State.ASKED:
        return None
    return _export_mail("export_asked", message, export)


def export_decided(message: Message) -> EmailMultiAlternatives | None:
    """Tells whoever asked."""
    export = message.subject
    if not isinstance(export, Export) or export.state not in (Export.State.RELEASED, Export.State.REFUSED):
        return None
    why = export.changes.filter(new=Export.State.REFUSED).values_list("reason", flat=True).last()
    return _export_mail("export_decided", message, export, why=why)


def _export_mail(name: str, message: Message, export: Export, **context: Any) -> EmailMultiAlternatives:
    return _notice(
        export.campaign,
        name,
        message.language,
        export=export,
        exports_url=settings.SITE_URL + reverse("campaign_desk:exports", args=[export.campaign.slug]),
        **context,
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


def partner_asked(message: Message) -> EmailMultiAlternatives | None:
    """Asks an organisation whether it stands behind another's campaign; nothing once that is answered."""
    partnership = message.subject
    if not isinstance(partnership, Partnership) or partnership.state != Partnership.State.ASKED:
        return None
    return _mail("partner_asked", message.language, to=None, **_partnership(partnership, message.language))


def partner_answered(message: Message) -> EmailMultiAlternatives | None:
    """Tells the campaign's organizers what an organisation said; nothing where it was asked anew meanwhile."""
    partnership = message.subject
    if not isinstance(partnership, Partnership) or partnership.state == Partnership.State.ASKED:
        return None
    return _notice(
        partnership.campaign,
        "partner_answered",
        message.language,
        accepted=partnership.state == Partnership.State.ACCEPTED,
        partner=in_language(partnership.organisation, message.language),
        desk_url=settings.SITE_URL + reverse("campaign_desk:partners", args=[partnership.campaign.slug]),
    )


def _partnership(partnership: Partnership, language: str) -> dict[str, Any]:
    return {
        "campaign_title": partnership.campaign.title_in(language),
        "organisation": in_language(partnership.campaign.organisation, language),
        "partner": in_language(partnership.organisation, language),
        "desk_url": settings.SITE_URL + reverse("campaign_desk:partnership", args=[partnership.pk]),
    }


def volunteer_offered(message: Message) -> EmailMultiAlternatives | None:
    """Tells the organizers that somebody waits for their answer. The name stands at the desk alone."""
    volunteer = message.subject
    if not isinstance(volunteer, Volunteer) or volunteer.state != Volunteer.State.CONFIRMED:
        return None
    return _notice(
        volunteer.hand_in.campaign,
        "volunteer_offered",
        message.language,
        point=in_language(volunteer.hand_in.point, message.language),
        desk_url=_hand_in_url(volunteer.hand_in),
    )


def hand_in_reported(message: Message) -> EmailMultiAlternatives | None:
    """Tells the organizers what was reported from a place; what else the coordinator wrote stands at the desk alone."""
    report = message.subject
    if not isinstance(report, HandInReport):
        return None
    return _notice(
        report.hand_in.campaign,
        "hand_in_reported",
        message.language,
        point=in_language(report.hand_in.point, message.language),
        # Called by the template, which speaks the language of the mail.
        outcome=report.get_outcome_display,
        at=timezone.localtime(report.at, report.hand_in.point.zone),
        desk_url=_hand_in_url(report.hand_in),
    )


def coordinator_left(message: Message) -> EmailMultiAlternatives | None:
    """Tells the organizers that a place is without coordinator; nothing once there is another."""
    hand_in = message.subject
    if not isinstance(hand_in, HandIn) or hand_in.state != HandIn.State.OFFERED:
        return None
    return _notice(
        hand_in.campaign,
        "coordinator_left",
        message.language,
        point=in_language(hand_in.point, message.language),
        desk_url=_hand_in_url(hand_in),
    )


def coordinator_mail(message: Message) -> EmailMultiAlternatives | None:
    """What the organizers write to one coordinator; an answer goes to whoever wrote."""
    copy = message.subject
    if not isinstance(copy, CoordinatorMailCopy) or copy.volunteer.email is None:
        return None
    volunteer = copy.volunteer
    return _written_by_organizers(
        copy.mail,
        volunteer.language,
        to=volunteer.email,
        name=volunteer.name,
        own_url=links.coordinator_url(volunteer),
    )


def coordinator_mail_test(message: Message) -> EmailMultiAlternatives | None:
    """The same to its writer, as a coordinator would get it."""
    mail = message.subject
    if not isinstance(mail, CoordinatorMail) or not mail.by.is_active:
        return None
    written = _written_by_organizers(mail, message.language, to=mail.by.email, name=mail.by.name, own_url="")
    written.subject = f"[TEST] {written.subject}"
    return written


def _written_by_organizers(mail: CoordinatorMail, language: str, **context: Any) -> EmailMultiAlternatives:
    organisation: Any = in_language(mail.campaign.organisation, language)
    written = _mail(
        "coordinator_mail",
        language,
        sender=_named(organisation.name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]),
        mail=mail,
        organisation=organisation,
        campaign_title=mail.campaign.title_in(language),
        **context,
    )
    written.reply_to = [formataddr((organisation.name, mail.by.email))]
    return written


def words_left_out(message: Message) -> EmailMultiAlternatives | None:
    """Tells a supporter that the letter goes without their own words, and why; nothing once that is undone."""
    words = message.subject
    if not isinstance(words, OwnWords) or words.state != OwnWords.State.REJECTED or words.signature.email is None:
        return None
    signature = words.signature
    return _to_supporter(
        signature,
        "words_left_out",
        why=OwnWords.Reason(words.why).label,
        own_url=links.own_page_url(signature),
        campaign_url=settings.SITE_URL + signature.campaign.url_in(signature.language),
    )


def letter(message: Message) -> EmailMultiAlternatives | None:
    """The letter itself, to the delivery point; kept on the dispatch as it went out."""
    dispatch = message.subject
    if not isinstance(dispatch, Dispatch) or dispatch.signature.state != Signature.State.CONFIRMED:
        return None
    if dispatch.signature.email is None:
        return None
    mail = letter_mail(dispatch)
    return mail if _keep_as_sent(dispatch, str(mail.body)) else None


def letter_mail(dispatch: Dispatch, kind: str = "letter", **context: Any) -> EmailMultiAlternatives:
    """As it would go at this moment."""
    signature = dispatch.signature
    main, beside = letter_texts(signature)
    name = signature.shown_name
    return _mail(
        kind,
        main.language,
        to=dispatch.point.email,
        sender=_named(name, settings.LETTERS_FROM_EMAIL),
        letter=main,
        letter_beside=beside,
        shown_name=name,
        own_words=signature.own_words,
        place=countries.place(signature.city, signature.country, main.language),
        place_beside=countries.place(signature.city, signature.country, beside.language) if beside else "",
        campaign_title=signature.campaign.title_in(main.language),
        organisation=in_language(signature.campaign.organisation, main.language),
        **context,
    )


def test_letter(message: Message) -> EmailMultiAlternatives | None:
    """The letter as it would go to a delivery point, to the organizer who asked: marked, and counted nowhere."""
    test = message.subject
    if not isinstance(test, TestLetter) or not test.by.is_active:
        return None
    point, language = test.point, message.language
    mail = letter_mail(
        Dispatch(point=point, signature=test.signature()), "test_letter", point=point, tester_language=language
    )
    mail.subject = f"[TEST] {mail.subject}"
    mail.to = [formataddr((", ".join(filter(None, [point.name, point.email])), test.by.email))]
    return mail


def test_confirmation(message: Message) -> EmailMultiAlternatives | None:
    """The mail that asks to confirm, to the organizer who tries the form: marked, and its links lead to the desk."""
    test = message.subject
    if not isinstance(test, TestSignature) or not test.by.is_active or test.confirmed_at:
        return None
    confirm_url = settings.SITE_URL + reverse("campaign_desk:trial_confirm", args=[test.campaign.slug, test.pk])
    mail = _to_supporter(
        test.signature(),
        "confirmation",
        organisation=in_language(test.campaign.organisation, test.language),
        confirm_url=confirm_url,
        erase_url=confirm_url,
        expires_on=test.signed_at + rules.CONFIRM_WITHIN,
    )
    mail.subject = f"[TEST] {mail.subject}"
    return mail


def campaign_submitted(message: Message) -> EmailMultiAlternatives | None:
    """Tells whoever may open it that a campaign waits; nothing once somebody has decided."""
    review = message.subject
    if not isinstance(review, Review) or review.verdict:
        return None
    return _notice(review.campaign, "campaign_submitted", message.language, **_review(review))


def campaign_returned(message: Message) -> EmailMultiAlternatives | None:
    """Tells the organizers what is to be mended; nothing once the campaign is on its way again."""
    review = message.subject
    if not isinstance(review, Review) or review.campaign.state != Campaign.State.DRAFT:
        return None
    remarks = [remark.text for remark in review.remarks.all()]
    return _notice(review.campaign, "campaign_returned", message.language, remarks=remarks, **_review(review))


def campaign_approved(message: Message) -> EmailMultiAlternatives | None:
    """Tells the organizers that it is open, or when it will be."""
    review = message.subject
    if not isinstance(review, Review) or review.verdict != Review.Verdict.OPENED:
        return None
    campaign = review.campaign
    return _notice(
        campaign,
        "campaign_approved",
        message.language,
        is_open=campaign.state == Campaign.State.OPEN,
        opens_at=campaign.opens_at.astimezone(campaign.zone),
        time_zone=campaign.time_zone,
        public_url=settings.SITE_URL + campaign.url_in(message.language),
    )


def _review(review: Review) -> dict[str, Any]:
    page = "steps" if review.verdict else "review"
    return {
        "submitted_by": review.submitted_by.name,
        "note": review.note,
        "desk_url": settings.SITE_URL + reverse(f"campaign_desk:{page}", args=[review.campaign.slug]),
    }


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


@dataclass(frozen=True)
class Signer:
    """How one person stands in a digest, as far as they wish to be seen."""

    number: int
    name: str
    place: str
    words: str

    @property
    def indented_words(self) -> str:
        return indent(self.words, "   ")


@transaction.atomic
def digest(message: Message) -> EmailMultiAlternatives | None:
    """One letter and all who signed it, to the delivery point; on each dispatch is kept what its own supporter reads.

    The signers' rows are locked until that is written: whoever leaves at this moment is not in it, or leaves after it.
    """
    found = message.subject
    if not isinstance(found, Digest):
        return None
    letter = _main_text(found.letter, found.campaign)
    in_it = Signature.objects.filter(dispatches__digest=found)
    confirmed = in_it.filter(state=Signature.State.CONFIRMED, erased_at=None).locked().order_by("pk").in_bulk()
    dispatches = list(Dispatch.objects.locked().filter(digest=found).order_by("pk"))
    signers: list[Signer] = []
    for dispatch in dispatches:
        signature = confirmed.get(dispatch.signature_id)
        if signature is None:
            dispatch.move(Dispatch.State.CANCELLED, reason="no longer signed", digest=None)
            continue
        place = countries.place(signature.city, signature.country, letter.language)
        signers.append(Signer(len(signers) + 1, signature.shown_name, place, signature.own_words or ""))
        with translation.override(letter.language):
            own = {"letter": letter, "signer": signers[-1]}
            dispatch.as_sent = render_to_string("emails/digest/own.txt", own).strip() + "\n"
    if not signers:
        return None
    Dispatch.objects.bulk_update([one for one in dispatches if one.digest_id], ["as_sent"])
    Digest.objects.filter(pk=found.pk).update(count=len(signers))
    organisation = in_language(found.campaign.organisation, letter.language)
    return _mail(
        "digest",
        letter.language,
        to=found.point.email,
        sender=_named(organisation.name, settings.LETTERS_FROM_EMAIL),  # type: ignore[union-attr]
        letter=letter,
        signers=signers,
        number=found.number,
        organisation=organisation,
    )


def letter_texts(signature: Signature) -> tuple[LetterText, LetterText | None]:
    """The letter in the addressee's language, and the one that the supporter read where that is another."""
    texts = {text.language: text for text in signature.letter.texts.all()}
    campaign = signature.campaign
    signed = texts.get(signature.language) or texts[campaign.source_language]
    main = texts.get(campaign.addressee_language, signed)
    return main, signed if signed != main else None


def _main_text(letter: Letter, campaign: Campaign) -> LetterText:
    """In the addressee's language, or the campaign's own where it is not written in that."""
    texts = {text.language: text for text in letter.texts.all()}
    return texts.get(campaign.addressee_language) or texts[campaign.source_language]


def _hand_in_url(hand_in: HandIn) -> str:
    """Where its organizers look after it."""
    return settings.SITE_URL + reverse("campaign_desk:hand_in", args=[hand_in.campaign.slug, hand_in.pk])


def _to_supporter(signature: Signature, kind: str, **context: Any) -> EmailMultiAlternatives:
    return _mail(
        kind,
        signature.language,
        to=signature.email,
        name=signature.name,
        campaign_title=signature.campaign.title_in(signature.language),
        **context,
    )


def _to_volunteer(volunteer: Volunteer, kind: str, **context: Any) -> EmailMultiAlternatives:
    return _mail(
        kind,
        volunteer.language,
        to=volunteer.email,
        name=volunteer.name,
        campaign_title=volunteer.hand_in.campaign.title_in(volunteer.language),
        point=in_language(volunteer.hand_in.point, volunteer.language),
        **context,
    )


def _writers(signature: Signature) -> list[Any]:
    """Whose updates the supporter has asked for, beside the mails that everyone gets."""
    own = [signature.campaign.organisation] if signature.wants_updates else []
    return [in_language(each, signature.language) for each in (*own, *signature.partners_asked)]


def _notice(campaign: Campaign, kind: str, language: str, **context: Any) -> EmailMultiAlternatives:
    """To somebody who works here: `accounts.notices` says to whom."""
    return _mail(kind, language, to=None, campaign_title=campaign.title_in(language), **context)


def _mail(
    kind: str, language: str, *, to: str | None, sender: str | None = None, **context: Any
) -> EmailMultiAlternatives:
    context |= {"site_url": settings.SITE_URL, "language": language, "today": timezone.localdate()}
    with translation.override(language):
        mail = EmailMultiAlternatives(
            subject=" ".join(render_to_string(f"emails/{kind}/subject.txt", context).split()),
            body=render_to_string(f"emails/{kind}/body.txt", context).strip() + "\n",
            from_email=sender,
            to=[to] if to else None,
            headers={"Content-Language": language},
        )
        mail.attach_alternative(render_to_string(f"emails/{kind}/body.html", context), "text/html")
    return mail


def _named(name: str, address: str) -> str:
    """The sender's name as far as it may be shown; from the system's address, so that mail servers can check it."""
    return formataddr((f"{name} (Maninso)" if name else "Maninso", address))
