"""The demonstration: Save North Korean Refugees Day, its letter in four languages, and invented people."""

import datetime as dt
import secrets
import tomllib
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts import notice_kinds
from accounts.models import Membership, Notice, Organisation, OrganisationText, User
from accounts.organisations import set_logo
from accounts.roles import Role
from accounts.rules import who_have
from accounts.second_factor import give_app
from campaign import actions, demo
from campaign.demo import past
from campaign.models import (
    AnswersFor,
    Campaign,
    CampaignText,
    DeliveryPoint,
    DeliveryPointText,
    Letter,
    LetterText,
    Observance,
    ObservanceDate,
    ObservanceText,
    OwnWords,
    Signature,
    Target,
    TargetText,
)
from campaign.models.translated import TranslatedText
from cases import demo as cases_demo
from cases.models import Case
from outbox import actions as outbox
from privacy.indexes import address_index

FOLDER = Path(demo.__file__).parent
DAY = dt.timedelta(days=1)
# Own words of the last days that nobody has read yet.
UNREAD_FOR = 2


class Command(BaseCommand):
    help = "Load the demonstration content. Running it again changes nothing that is there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--past", action="store_true", help="also last year's edition, and this year's hand-ins")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is no demonstration (DEMO is off): invented people would stand beside real ones.")
        with transaction.atomic():
            self.load()
        if options["past"]:
            with transaction.atomic():
                self.load_past()
        self.stdout.write(
            f"{Campaign.objects.count()} campaigns, {DeliveryPoint.objects.count()} delivery points, "
            f"{Case.objects.count()} cases"
        )

    def load(self) -> None:
        organisations = {row["slug"]: load_organisation(row) for row in _read("organisations")["organisations"]}
        people = _read("people")
        staff = [load_person(row, organisations) for row in people["staff"]]
        write_logins(staff)
        cases_demo.load(case_team([person for person, _password in staff]))
        observance = load_observance(_read("observance"))
        points = _read("points")
        targets = {row["slug"]: load_target(row) for row in points["targets"]}
        for row in points["points"]:
            load_point(row, targets[row["target"]])
        now = timezone.now()
        for row in _read("campaigns")["campaigns"]:
            letter = open_edition(row, observance.next_date(now.date()).year, now=now)
            if letter:
                stand_behind(row["partners"], letter.campaign)
                signatures = [person for person in people["signatures"] if person["campaign"] == row["slug"]]
                load_signatures(signatures, letter, now=now)

    def load_past(self) -> None:
        """Takes seconds: its packs are typeset."""
        told = _read("past")
        by = User.objects.filter(is_superuser=True).order_by("pk")[0]
        for row in _read("campaigns")["campaigns"]:
            coming = Campaign.objects.filter(observance__slug=row["observance"], organisation__slug=row["organisation"])
            campaign = coming.latest("edition")
            assert campaign.edition
            past.load_coming(campaign, told["coming"], by=by)
            letter = open_edition(row, campaign.edition - 1)
            if letter:
                past.load_past(letter, told, by=by)


def load_organisation(row: dict[str, Any]) -> Organisation:
    own, *others = row["texts"].items()
    organisation, made = Organisation.objects.get_or_create(
        slug=row["slug"], defaults={"language": own[0], **_stripped(own[1])}
    )
    if made:
        for language, words in others:
            OrganisationText.objects.create(organisation=organisation, language=language, **_stripped(words))
    return organisation


def load_person(row: dict[str, Any], organisations: dict[str, Organisation]) -> tuple[User, str | None]:
    """The person, and the password where the account was made just now."""
    person = User.objects.filter(email=row["email"]).first()
    if person is not None:
        return person, None
    password = secrets.token_urlsafe(12)
    person = User.objects.create_user(
        row["email"], password, name=row["name"], is_staff=True, is_superuser=row["superuser"]
    )
    person.vouch_for_email()
    give_app(person)
    person.groups.set(Group.objects.filter(name__in=row["roles"]))
    for membership in row["memberships"]:
        Membership.objects.create(
            user=person, organisation=organisations[membership["organisation"]], role=membership["role"]
        )
    return person, password


def case_team(staff: list[User]) -> cases_demo.Team:
    def first(role: Role) -> User:
        return next(person for person in staff if person.groups.filter(name=role).exists())

    return cases_demo.Team(editor=first(Role.EDITOR), reviewer=first(Role.REVIEWER), protection=first(Role.PROTECTION))


def write_logins(staff: list[tuple[User, str | None]]) -> None:
    """Random passwords, kept beside the data of this machine alone; bin/start prints them."""
    made = {person.email: f"{person.email}  {password}  {person.name}" for person, password in staff if password}
    if made:
        path = settings.VAR_DIR / "demo-logins.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        # A newer demonstration may bring new people: the passwords of those who were there still work.
        kept = [line for line in path.read_text(encoding="utf-8").splitlines() if line.split()[0] not in made]
        path.write_text("\n".join([*kept, *made.values()]) + "\n", encoding="utf-8")


def load_observance(row: dict[str, Any]) -> Observance:
    observance, made = Observance.objects.get_or_create(
        slug=row["slug"], defaults={"month": row["month"], "day": row["day"]}
    )
    if made:
        for year, date in row["overrides"].items():
            ObservanceDate.objects.create(observance=observance, year=int(year), date=date)
        for language, words in row["texts"].items():
            ObservanceText.objects.create(observance=observance, language=language, **_stripped(words))
    return observance


def load_target(row: dict[str, Any]) -> Target:
    target, made = Target.objects.get_or_create(slug=row["slug"])
    if made:
        for language, words in row["texts"].items():
            TargetText.objects.create(target=target, language=language, **_stripped(words))
    return target


def load_point(row: dict[str, Any], target: Target) -> None:
    fields = {name: row[name] for name in row if name not in ("target", "name", "answers_for", "texts")}
    point, made = DeliveryPoint.objects.get_or_create(target=target, name=row["name"], defaults=fields)
    if made:
        for country in row["answers_for"]:
            AnswersFor.objects.create(point=point, country=country)
        for language, words in row["texts"].items():
            DeliveryPointText.objects.create(point=point, language=language, **_stripped(words))


def stand_behind(partners: list[str], campaign: Campaign) -> None:
    """Its organizer asks them; somebody of each says yes, and brings the logo."""
    organizer = campaign.organisation.organizers()[0]
    for organisation in Organisation.objects.filter(slug__in=partners):
        member = organisation.organizers()[0]
        set_logo(organisation=organisation, content=(FOLDER / f"{organisation.slug}.png").read_bytes(), by=member)
        asked = actions.ask_partner(campaign=campaign, organisation=organisation, by=organizer)
        actions.accept_partnership(partnership=asked, by=member)
        tell_nobody("partners", asked.pk)


def open_edition(row: dict[str, Any], year: int, *, now: dt.datetime | None = None) -> Letter | None:
    """Open from the day after the one before, delivering until a week after its day; None if it is there already.

    Its organizer sends it for review, and the reviewer opens it. One that opened long ago is opened as of then.
    """
    observance = Observance.objects.get(slug=row["observance"])
    slug = f"{row['slug']}-{year}"
    if Campaign.objects.filter(slug=slug).exists():
        return None
    date = observance.date_in(year)
    opens_at = _midnight(observance.date_in(year - 1) + DAY)
    campaign = Campaign.objects.create(
        slug=slug,
        organisation=Organisation.objects.get(slug=row["organisation"]),
        observance=observance,
        edition=year,
        target=Target.objects.get(slug=row["target"]),
        source_language="en",
        addressee_language="zh-hans",
        goal=row["goal"],
        opens_at=opens_at,
        closes_at=_midnight(date + DAY),
        deliver_from=opens_at,
        deliver_until=_midnight(date + 8 * DAY),
    )
    written = [
        CampaignText(campaign=campaign, language=code, **_stripped(words)) for code, words in row["texts"].items()
    ]
    _save_approved(written, campaign.source_language, at=opens_at)
    campaign.cases.set(Case.objects.filter(reference__in=row["cases"]))
    for source in row["sources"]:
        campaign.sources.create(publisher=source["publisher"], title=source["title"], date=source["date"])
    letter = Letter.objects.create(campaign=campaign, version=1)
    letters = [_read(f"letters/{row['slug']}.{language}") for language, _name in settings.LANGUAGES]
    texts = [LetterText(letter=letter, **_stripped(words)) for words in letters]
    _save_approved(texts, campaign.source_language, at=opens_at)
    organizer, reviewer = campaign.organisation.organizers()[0], who_have(Role.REVIEWER).exclude(is_superuser=True)[0]
    then = max(now or opens_at, opens_at)
    actions.publish_letter(letter=letter, by=organizer, now=opens_at)
    review = actions.submit_campaign(campaign=campaign, by=organizer, now=then)
    actions.approve_campaign(campaign=campaign, by=reviewer, now=then)
    tell_nobody("campaigns", review.pk)
    return letter


def tell_nobody(group: str, subject_id: int) -> None:
    """What was done to show it is no news, and no mail of it goes."""
    for notice in Notice.objects.filter(kind__in=notice_kinds.in_group(group), subject_id=subject_id):
        outbox.cancel(kind=notice.kind, subject_id=notice.pk, reason="demonstration")
        notice.delete()


def _save_approved(texts: Sequence[TranslatedText], source_language: str, *, at: dt.datetime) -> None:
    """Its translations came with the site: they stand, and nobody here is said to have approved them."""
    source = next(text for text in texts if text.language == source_language)
    for text in texts:
        if text is not source:
            text.approve(source=source, by=None, at=at)
        text.save()


def load_signatures(rows: list[dict[str, Any]], letter: Letter, *, now: dt.datetime) -> None:
    """Invented supporters, confirmed in the past days: they count, and no letter of theirs goes out."""
    for row in rows:
        at = now - row["days_ago"] * DAY
        signature = Signature.objects.create(
            campaign=letter.campaign,
            letter=letter,
            language=row["language"],
            email_index=address_index(row["email"]),
            email=row["email"],
            name=row["name"],
            country=row["country"],
            city=row["city"] or None,
            own_words=row["own_words"] or None,
            display=row["display"],
            signed_at=at,
        )
        signature.move(Signature.State.CONFIRMED, confirmed_at=at)
        if signature.own_words and row["days_ago"] <= UNREAD_FOR:
            OwnWords.objects.create(signature=signature, campaign=letter.campaign, since=at)


def _midnight(date: dt.date) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(), tzinfo=dt.UTC)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def _stripped(words: dict[str, str]) -> dict[str, str]:
    return {name: text.strip() for name, text in words.items()}
