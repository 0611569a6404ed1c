"""More of everything that the desk lists, beside `World`: a page with ten rows of a kind, and with ten thousand."""

import itertools
from typing import Any

from django.db import connection
from django.db.models import Model

from accounts.models import Invitation, Membership, Notice, Organisation, User
from accounts.roles import MemberRole
from audit.log import record
from campaign.models import (
    Campaign,
    CampaignText,
    CoordinatorMail,
    DeliveryPoint,
    Dispatch,
    Export,
    HandIn,
    HeldSignature,
    OwnWords,
    Pack,
    PaperBatch,
    Partnership,
    Pause,
    Reply,
    Review,
    ReviewRemark,
    Signature,
    Target,
    TargetText,
    Update,
    UpdateText,
    Volunteer,
)
from cases.models import Authority, Case, Claim, Event, Intervention, Member, Source
from face.words import made
from outbox.models import InboundMail, Message, State
from privacy.indexes import address_index
from tests.audit.committing import as_if_committed
from tests.factories import DAY, HOUR, NOW
from tests.maninso.access import World


class Crowd:
    """`grow(n)` puts `n` more rows of each kind beside those that are there; rows only, nobody is told."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._numbers = itertools.count(1)
        owner = world.people["owner"]
        assert owner
        self.owner = owner
        self.campaign = world.campaign
        self.letter = world.campaign.letters.published().first()

    def grow(self, n: int) -> None:
        numbers = list(itertools.islice(self._numbers, n))
        self._people(numbers)
        organisations = _made(Organisation(slug=f"house-{i}", name=f"House {i}") for i in numbers)
        points = self._points(numbers)
        signatures = self._signatures(numbers)
        self._letters(signatures, points)
        self._to_look_at(signatures)
        self._campaigns(numbers)
        self._hand_ins(numbers, points)
        self._of_the_campaign(numbers, organisations, points)
        self._cases(numbers)
        for i in numbers:
            record("exports.released", by=self.owner, about=self.campaign, reason=f"reason {i}", rows=i)
        as_if_committed()
        with connection.cursor() as cursor:
            # Plans follow what is there, as they do where vacuum runs.
            cursor.execute("ANALYZE")

    def _people(self, numbers: list[int]) -> None:
        people = _made(
            User(email=f"person{i}@example.com", name=f"Person {i}", password="!", is_staff=True) for i in numbers
        )
        lantern = self.campaign.organisation
        _made(Membership(user=person, organisation=lantern, role=MemberRole.VIEWER) for person in people)
        for to in ({}, {"organisation": lantern, "member_role": MemberRole.VIEWER}):
            _made(
                Invitation(
                    email=f"guest{i}{'-member' if to else ''}@example.com",
                    invited_by=self.owner,
                    expires_at=NOW + 7 * DAY,
                    **to or {"roles": ["editor"]},
                )
                for i in numbers
            )

    def _points(self, numbers: list[int]) -> list[DeliveryPoint]:
        targets = _made(Target(slug=f"minister-{i}") for i in numbers)
        _made(TargetText(target=target, language="en", name=f"Minister {target.pk}") for target in targets)
        return _made(
            DeliveryPoint(
                target=self.campaign.target,
                kind=DeliveryPoint.Kind.EMBASSY,
                name=f"Embassy {i} of many",
                country="PL",
                city=f"City {i}",
                email=f"many{i}@point.example",
            )
            for i in numbers
        )

    def _signatures(self, numbers: list[int]) -> list[Signature]:
        signatures = _made(
            Signature(
                campaign=self.campaign,
                letter=self.letter,
                language="en",
                email=f"many{i}@people.example",
                email_index=address_index(f"many{i}@people.example"),
                name=f"Supporter {i}",
                country="PL",
                own_words=f"Words {i}",
                display=Signature.Display.FULL,
                signed_at=NOW - HOUR,
            )
            for i in numbers
        )
        Signature.objects.filter(pk__in=[signature.pk for signature in signatures]).update(
            state=Signature.State.CONFIRMED, confirmed_at=NOW - HOUR
        )
        return signatures

    def _letters(self, signatures: list[Signature], points: list[DeliveryPoint]) -> None:
        _made(
            Dispatch(signature=signature, campaign=self.campaign, point=point, planned_at=NOW)
            for signature, point in zip(signatures, points, strict=True)
        )
        _made(
            Message(
                kind="letter",
                subject_id=-signature.pk,
                language="en",
                may_repeat=False,
                state=State.UNKNOWN,
                settled_at=NOW,
            )
            for signature in signatures
        )
        _made(
            InboundMail(
                digest=signature.pk.to_bytes(32),
                sort=InboundMail.Sort.UNREADABLE,
                raw="Subject: x\r\n\r\nOut of reach.\r\n",
                received_at=NOW,
                size=32,
            )
            for signature in signatures
        )

    def _to_look_at(self, signatures: list[Signature]) -> None:
        """Every other one is held; the rest have own words that nobody has read."""
        held, written = signatures[::2], signatures[1::2]
        Signature.objects.filter(pk__in=[signature.pk for signature in held]).update(state=Signature.State.HELD)
        _made(
            HeldSignature(signature=signature, campaign=self.campaign, why="name", domain="other", held_at=NOW)
            for signature in held
        )
        _made(OwnWords(signature=signature, campaign=self.campaign, since=NOW) for signature in written)

    def _campaigns(self, numbers: list[int]) -> None:
        campaigns = _made(
            Campaign(
                slug=f"many-{i}",
                organisation=self.campaign.organisation,
                target=self.campaign.target,
                state=state,
                opens_at=NOW + DAY,
                closes_at=NOW + 30 * DAY,
                deliver_from=NOW + DAY,
                deliver_until=NOW + 40 * DAY,
            )
            for i, state in zip(numbers, itertools.cycle([Campaign.State.IN_REVIEW, Campaign.State.DRAFT]))
        )
        _made(
            CampaignText(campaign=campaign, language="en", title=f"Many {campaign.pk}", ask="Ask.", background="Why.")
            for campaign in campaigns
        )
        reviews = _made(
            Review(campaign=campaign, submitted_by=self.owner, content={})
            for campaign in campaigns
            if campaign.state == Campaign.State.IN_REVIEW
        )
        _made(ReviewRemark(review=review, field="title", text="Say more.") for review in reviews)

    def _hand_ins(self, numbers: list[int], points: list[DeliveryPoint]) -> None:
        day = (NOW + 7 * DAY).date()
        hand_ins = _made(HandIn(campaign=self.campaign, point=point, day=day) for point in points)
        _made(
            Volunteer(
                hand_in=hand_in,
                email=f"helper{i}@people.example",
                email_index=address_index(f"helper{i}@people.example"),
                name=f"Helper {i}",
                language="en",
                safety_read_at=NOW - HOUR,
                offered_at=NOW - HOUR,
            )
            for i, hand_in in zip(numbers, hand_ins, strict=True)
        )

    def _of_the_campaign(
        self, numbers: list[int], organisations: list[Organisation], points: list[DeliveryPoint]
    ) -> None:
        campaign, owner, letter = self.campaign, self.owner, self.letter
        _made(
            Pack(
                number=f"MANY{i}",
                campaign=campaign,
                point=point,
                letter=letter,
                volume=1,
                language="en",
                first=1,
                count=1,
            )
            for i, point in zip(numbers, points, strict=True)
        )
        _made(
            Reply(campaign=campaign, point=point, kind=Reply.Kind.UNREAD, received_at=NOW, text="Thank you.")
            for point in points
        )
        _made(
            Pause(scope=Pause.Scope.POINT, point=point, reason="x", paused_by=owner, paused_at=NOW) for point in points
        )
        _made(CoordinatorMail(campaign=campaign, subject=f"News {i}", words="Words.", by=owner) for i in numbers)
        _made(
            Export(
                campaign=campaign,
                fields=["name"],
                format="csv",
                purpose=f"Purpose {i}",
                rows=10,
                needs_release=False,
                asked_by=owner,
            )
            for i in numbers
        )
        updates = _made(
            Update(campaign=campaign, written_by=owner, partner=partner, is_public=partner is None)
            for partner in (None, self.world.partnership.organisation)
            for i in numbers
        )
        _made(UpdateText(update=update, language="en", title="Home", words="All of them.") for update in updates)
        day = (NOW - DAY).date()
        _made(
            PaperBatch(
                campaign=campaign,
                letter=letter,
                kind=PaperBatch.Kind.TABLE,
                language="en",
                country="PL",
                display=Signature.Display.FULL,
                collected_by="Hani",
                place=f"Hall {i}",
                collected_on=day,
                made_by=owner,
            )
            for i in numbers
        )
        _made(
            Notice(person=person, kind="campaign_submitted", path="/desk/", language="en", at=NOW)
            for person in self.world.people.values()
            if person
            for _ in numbers
        )
        _made(Partnership(campaign=campaign, organisation=house, asked_by=owner) for house in organisations)

    def _cases(self, numbers: list[int]) -> None:
        editor = self.world.people["editor"]
        _made(Case(reference=f"MNS-2014-{i:05d}", title=made(en=f"Case {i}"), edited_by=editor) for i in numbers)
        case = self.world.case
        label = made(en="somebody")
        _made(Member(case=case, label=label) for _ in numbers)
        _made(Event(case=case, kind="arrest", date="2013-05-10", country="LA") for _ in numbers)
        sources = _made(
            Source(type="article-newspaper", publisher=f"Publisher {i}", title=f"Report {i}", date="2013-05-29")
            for i in numbers
        )
        _made(Claim(case=case, source=source) for source in sources)
        authorities = _made(Authority(kind="police", name=label, country="LA") for _ in numbers)
        _made(Intervention(case=case, by=authority, date="2013-05-20", outcome="silence") for authority in authorities)


def _made(rows: Any) -> Any:
    rows = list(rows)
    if not rows:
        return []
    kind: type[Model] = type(rows[0])
    return kind._base_manager.bulk_create(rows, batch_size=1000)
