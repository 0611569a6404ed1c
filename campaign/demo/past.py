"""Last year's edition, finished, and this year's hand-ins, as past.toml tells them.

Signatures, volunteers and what mail servers said are rows that went through their doors; nobody is written to. What is
on paper goes the real way: asked for, typeset, fetched, reported, released.
"""

import datetime as dt
import io
import uuid
from collections.abc import Iterator
from itertools import count
from typing import Any

from django.db.models import F
from django.utils import timezone
from PIL import Image, ImageDraw

from accounts.models import User
from campaign import actions
from campaign.actions.deliveries import plan_dispatches
from campaign.models import (
    Campaign,
    DeliveryPoint,
    Dispatch,
    HandIn,
    Letter,
    OwnWords,
    Pack,
    SelfReport,
    Signature,
    Volunteer,
)
from outbox import actions as outbox
from outbox.models import Message
from privacy.indexes import address_index
from states import remember

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
# Where mail servers refused letters, and they went by post; where the connection broke; where nothing ever came back.
REFUSING, BROKEN = ("Mexico City", "Buenos Aires"), "Pretoria"
# So many have signed when most packs are asked for.
FIRST = 90
State = Dispatch.State


def load_past(letter: Letter, told: dict[str, Any], *, by: User) -> None:
    """All that happened to the edition of this letter, which is open."""
    campaign = letter.campaign
    before = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    hand_ins = [(_hand_in(campaign, row, by=by), row) for row in told["hand_ins"]]
    taken = [(hand_in, row) for hand_in, row in hand_ins if row["outcome"] != HandIn.State.CANCELLED]
    _sign(letter, told)
    # Some fetch their pack when few have signed: theirs is thin, and soon typeset.
    _confirm(campaign, FIRST, by=by)
    for hand_in, row in taken:
        if not row.get("late"):
            _claim(hand_in, row, by=by)
    _confirm(campaign, campaign.signatures.count(), by=by)
    for hand_in, row in taken:
        if row.get("late"):
            _claim(hand_in, row, by=by)
    _make_all(campaign, now=campaign.closes_at - 2 * DAY)
    _mail(campaign)
    _post(campaign, by=by)
    for hand_in, row in taken:
        _report(hand_in, row, by=by)
    for hand_in, row in hand_ins:
        if row["outcome"] == HandIn.State.CANCELLED:
            actions.cancel_hand_in(hand_in=hand_in, by=by, reason="nobody was found")
    _answers(campaign, told["replies"], by=by)
    _own_letters(campaign)
    actions.close_campaign(campaign=campaign, by=by, reason="its closing time has come")
    Campaign.objects.locked().get(pk=campaign.pk).move(Campaign.State.DELIVERED, by=by)
    _silence(before)


def load_coming(campaign: Campaign, rows: list[dict[str, Any]], *, by: User) -> None:
    """Places that want somebody, somebody who waits for an answer, and coordinators with and without their pack."""
    before = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for row in rows:
        if campaign.hand_ins.filter(point=_point(campaign, row["city"])).exists():
            continue
        hand_in = _hand_in(campaign, row, by=by)
        if row["state"] == "waiting":
            _volunteer(hand_in, row)
        elif row["state"] != "offered":
            volunteer = _claim(hand_in, row, by=by)
            if row["state"] == "ready":
                _make_all(campaign, now=timezone.now())
                _fetch(volunteer)
    _silence(before)


def _silence(before: int) -> None:
    """Nobody is written to about what is invented."""
    for kind, subject_id in Message.objects.filter(pk__gt=before, subject_id__isnull=False).values_list(
        "kind", "subject_id"
    ):
        outbox.cancel(kind=kind, subject_id=subject_id or 0, reason="demonstration")


def _point(campaign: Campaign, city: str) -> DeliveryPoint:
    """The embassy there, or the consulate; not a mission."""
    return DeliveryPoint.objects.filter(target=campaign.target, city=city).order_by("kind", "pk")[0]


# --- Who signed


def _sign(letter: Letter, told: dict[str, Any]) -> None:
    campaign = letter.campaign
    people = [
        Signature(
            campaign=campaign,
            letter=letter,
            language=person["language"],
            email=person["email"],
            email_index=address_index(person["email"]),
            name=person["name"],
            country=person["country"],
            city=person["city"] or None,
            own_words=person["words"] or None,
            display=person["display"],
            signed_at=_moment(number, campaign),
        )
        for number, person in enumerate(_people(told))
    ]
    Signature.objects.bulk_create(people)


def _confirm(campaign: Campaign, number: int, *, by: User) -> None:
    """The first so many, each half an hour after signing; their own words are read at once."""
    pending = campaign.signatures.filter(state=Signature.State.PENDING).order_by("signed_at")[:number]
    chosen = campaign.signatures.filter(pk__in=list(pending.values_list("pk", flat=True)))
    chosen.update(state=Signature.State.CONFIRMED, confirmed_at=F("signed_at") + HOUR / 2)
    for signature in chosen.order_by("confirmed_at"):
        plan_dispatches(signature, now=signature.confirmed_at or signature.signed_at)
    for words in OwnWords.objects.unread().filter(campaign=campaign):
        actions.accept_words(words=words, by=by)


def _people(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    turns = {pool: count() for pool in told["names"]}
    number = count()
    for row in told["countries"]:
        pool = told["names"][row["names"]]
        for turn in range(row["count"]):
            each = next(number)
            words = told["words"].get(row["language"], [])
            yield {
                "name": _name(pool, next(turns[row["names"]])),
                "email": f"last-year-{each}@supporters.example",
                "country": row["code"],
                "city": row["cities"][turn % len(row["cities"])],
                "language": row["language"],
                "words": words[each // 12 % len(words)] if words and each % 12 == 0 else "",
                "display": ["full", "full", "full", "initials", "full", "full", "hidden"][each % 7],
            }


def _name(pool: dict[str, Any], turn: int) -> str:
    """Each given name with each family name once, neighbours never alike."""
    given, family = pool["given"], pool["family"]
    first = given[turn % len(given)]
    last = family[(turn // len(given) + turn % len(given)) % len(family)]
    return f"{last} {first}".replace(" ", "") if pool.get("family_first") else f"{first} {last}"


def _moment(number: int, campaign: Campaign) -> dt.datetime:
    """Most in the last weeks before packs are made, none twice at the same time: the golden ratio spreads them."""
    share = number * 0.618034 % 1
    return campaign.closes_at - 3 * DAY - share**3 * (campaign.closes_at - campaign.opens_at - 4 * DAY)


# --- What mail servers said


def _mail(campaign: Campaign) -> None:
    letters = Dispatch.objects.filter(signature__campaign=campaign, channel=Dispatch.Channel.EMAIL)
    remember(by=None, reason="demonstration")
    letters.update(state=State.QUEUED, queued_at=F("planned_at") + HOUR)
    letters.update(state=State.SENDING)
    letters.filter(point__city=BROKEN, signature__display="full").update(state=State.UNKNOWN)
    arrived = letters.filter(state=State.SENDING).exclude(point__city__in=REFUSING)
    arrived.update(state=State.ACCEPTED, accepted_at=F("queued_at") + HOUR / 60)
    remember(by=None, reason="")
    actions.presume_delivered(now=campaign.deliver_until)


def _post(campaign: Campaign, *, by: User) -> None:
    """What was refused went by post: delivered in one city, back from the other."""
    for city, outcome, reason in zip(REFUSING, ("delivered", "returned"), ("", "refused at the gate"), strict=True):
        point = _point(campaign, city)
        refused = Dispatch.objects.filter(signature__campaign=campaign, point=point, channel=Dispatch.Channel.EMAIL)
        refused.update(state=State.BOUNCED)
        asked = actions.ask_for_packs(
            campaign=campaign,
            point=point,
            channel=Dispatch.Channel.POST,
            paper=Pack.Paper.LETTER,
            language=campaign.addressee_language,
            by=by,
            now=campaign.closes_at,
        )
        _make_all(campaign, now=campaign.closes_at)
        for pack in asked:
            actions.hand_out_pack(pack=pack, by=by)
            day = campaign.closes_at.date()
            posting = actions.post_pack(pack=pack, day=day, tracking="DEMONSTRATION 1", by=by)
            actions.settle_posting(posting=posting, outcome=outcome, day=day + 6 * DAY, reason=reason, by=by)
        refused.update(state=State.REROUTED)


# --- At the doors


def _hand_in(campaign: Campaign, row: dict[str, Any], *, by: User) -> HandIn:
    point = _point(campaign, row["city"])
    day = campaign.observance_date()
    assert day
    return actions.offer_hand_in(
        campaign=campaign, point=point, day=day + row.get("days_late", 0) * DAY, by=by, opening_hours="9:00–12:00"
    )


def _volunteer(hand_in: HandIn, row: dict[str, Any]) -> Volunteer:
    """With a confirmed address."""
    email = f"coordinator-{hand_in.pk}@supporters.example"
    offered_at = min(hand_in.campaign.closes_at - 20 * DAY, timezone.now() - HOUR)
    volunteer = Volunteer.objects.create(
        hand_in=hand_in,
        name=row["coordinator"],
        email=email,
        email_index=address_index(email),
        about=row.get("about"),
        named_in_public=row.get("named", False),
        language="en",
        safety_read_at=offered_at,
        offered_at=offered_at,
    )
    volunteer.move(Volunteer.State.CONFIRMED)
    return volunteer


def _claim(hand_in: HandIn, row: dict[str, Any], *, by: User) -> Volunteer:
    volunteer = _volunteer(hand_in, row)
    actions.accept_volunteer(volunteer=volunteer, by=by, now=volunteer.offered_at + DAY)
    return Volunteer.objects.get(pk=volunteer.pk)


def _make_all(campaign: Campaign, *, now: dt.datetime) -> None:
    while Pack.objects.to_make().filter(campaign=campaign).exists() and actions.make_next_pack(now=now):
        """One after the other."""


def _fetch(volunteer: Volunteer) -> None:
    for pack in Pack.objects.filter(point=volunteer.hand_in.point, campaign=volunteer.hand_in.campaign, channel="hand"):
        actions.hand_out_kit(volunteer=volunteer, pack=pack)


def _report(hand_in: HandIn, row: dict[str, Any], *, by: User) -> None:
    hand_in = HandIn.objects.get(pk=hand_in.pk)
    volunteer = hand_in.coordinator
    assert volunteer
    _fetch(volunteer)
    at = dt.datetime.combine(hand_in.day, dt.time(row["hour"], 20), hand_in.point.zone)
    report = actions.report_hand_in(
        volunteer=volunteer,
        key=uuid.uuid5(uuid.NAMESPACE_URL, f"{hand_in}"),
        outcome=row["outcome"],
        at=at,
        note=row.get("note", ""),
        photos=[_picture(kind) for kind in row.get("photos", [])],
        now=at + HOUR,
    )
    if row.get("closed"):
        actions.release_report(hand_in=hand_in, photos=report.photos.all(), by=by)


def _picture(kind: str) -> bytes:
    """Drawn, and of nobody: a door, a mailbox, or an envelope."""
    picture = Image.new("RGB", (1200, 800), "#d9d2c3")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 620, 1200, 800), fill="#a49b88")
    if kind == "door":
        draw.rectangle((430, 150, 770, 700), fill="#5b4636")
        draw.rectangle((460, 190, 590, 400), fill="#7a604c")
        draw.rectangle((610, 190, 740, 400), fill="#7a604c")
        draw.ellipse((715, 440, 745, 470), fill="#c9a24a")
    elif kind == "mailbox":
        draw.rectangle((420, 250, 780, 640), fill="#3f5a56")
        draw.rectangle((470, 320, 730, 350), fill="#1b1a17")
        draw.rectangle((520, 280, 680, 335), fill="#fbf8f2")
    else:
        draw.rectangle((250, 220, 950, 640), fill="#fbf8f2", outline="#8a8172", width=6)
        draw.line((250, 220, 600, 460, 950, 220), fill="#8a8172", width=6)
        draw.ellipse((555, 420, 645, 510), fill="#b3261e")
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


# --- What came back


def _answers(campaign: Campaign, rows: list[dict[str, Any]], *, by: User) -> None:
    for row in rows:
        point = _point(campaign, row["city"])
        letters = Dispatch.objects.filter(
            signature__campaign=campaign, point=point, channel="email", state=State.PRESUMED_DELIVERED
        )
        actions.record_reply(
            campaign=campaign,
            point=point,
            kind=row["kind"],
            received_at=campaign.closes_at + row["days_after"] * DAY,
            text=row["text"],
            excerpt=row.get("excerpt", ""),
            dispatch=letters.order_by("pk").first(),
            by=by,
        )


def _own_letters(campaign: Campaign) -> None:
    points = DeliveryPoint.objects.of_campaign(campaign).order_by("pk")
    for number in range(31):
        SelfReport.objects.tell(
            campaign=campaign,
            point=points[number % 9],
            channel=["post", "email", "post", "hand"][number % 4],
            now=campaign.closes_at - number * DAY,
        )
