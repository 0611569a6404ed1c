"""Cases full of canaries: one that the public reads, and all that it must not read beside it."""

from dataclasses import dataclass

from accounts.models import User
from accounts.roles import Role
from campaign.models import Campaign
from cases.actions.media import add_picture, redact_picture
from cases.models import (
    Adherence,
    Article,
    Authority,
    BestInterests,
    Case,
    CaseChange,
    Claim,
    Consent,
    Decision,
    Event,
    FormDraft,
    Instrument,
    Intervention,
    Involvement,
    Media,
    Member,
    Publication,
    Reservation,
    ReviewReminder,
    SavedFilter,
    SealedReading,
    Source,
    Status,
    Submission,
    Takedown,
    Update,
)
from cases.models.law import Citation
from cases.pictures import Box
from face.words import made
from tests import factories
from tests.cases import making, photographs, telling
from tests.cases.canaries import KEPT, PUBLISHED, Canaries
from tests.factories import fresh, make_person

REFERENCE = "MNS-2013-900"
# One that nobody has published, related to the public one.
UNPUBLISHED = "MNS-2099-777"


@dataclass
class Seeded:
    canaries: Canaries
    case: Case
    unpublished: Case
    picture: Media
    unpublished_picture: Media
    campaign: Campaign


def seed() -> Seeded:
    """The public case is rich and harmless; whatever else is in the database is a canary."""
    canaries = Canaries()
    # A review follows a verification: so do their years.
    for which in ("earlier", "unpublished", "edited"):
        canaries.day(f"{which} Case.last_verified")
    editor = make_person("Chan", role=Role.EDITOR, is_staff=True)
    publisher = make_person("Hana")
    User.objects.filter(pk=publisher.pk).update(name=canaries.word("Publication.published_by"))
    canaries.add("Publication.published_by (address)", publisher.email)
    case = telling.rich_case(REFERENCE)
    picture = _add_picture(canaries, case, editor, "published")
    _add_what_is_never_published(canaries, case)
    _add_earlier_wordings(canaries)
    unpublished = _add_an_unpublished_case(canaries, case)
    publication = telling.publish(case)
    campaign = factories.make_campaign("light-the-way")
    campaign.cases.add(case)
    unpublished_picture = _edit_without_publishing(canaries, fresh(case), editor)
    _add_the_work_of_reviewers(canaries, fresh(case), publication)
    _add_the_desk(canaries, fresh(case))
    fresh(case).move(Case.State.IN_REVIEW)
    return Seeded(canaries, fresh(case), unpublished, picture, unpublished_picture, campaign)


def _add_picture(canaries: Canaries, case: Case, editor: User, which: str) -> Media:
    """A photograph that says where it was taken; each of its own size."""
    content = photographs.telling(size=(1400 + 4 * case.media.count(), 1100))
    picture = add_picture(
        case=case, content=content, by=editor, alt=made(en="A bus."), credit="A. Photographer", licence="CC BY 4.0"
    )
    redact_picture(media=picture, boxes=[Box(1013, 13, 1019, 1021)], by=editor, seen=1)
    canaries.add("metadata of the photograph", photographs.CANARY)
    canaries.add("Media.redactions", "1013")
    canaries.add("Media.original" if which == "published" else "unpublished Media.original", picture.original)
    return fresh(picture)


def _add_what_is_never_published(canaries: Canaries, case: Case) -> None:
    member, event = case.members.first(), case.events.first()
    making.make_consent(case, member)
    BestInterests.objects.create(case=case, scopes=["story"], **canaries.values(BestInterests, KEPT))
    told_in_confidence = canaries.values(Source, PUBLISHED, which="confidential", type="interview")
    secret = Source.objects.create(confidential=True, **told_in_confidence)
    said = canaries.values(Claim, PUBLISHED, which="confidential")
    for about in ({}, {"member": member}, {"event": event}):
        Claim.objects.create(case=case, source=secret, field="place", chosen=True, **about, **said)
    Adherence.objects.filter(in_force_from=None).update(source=secret)
    # What nobody disputes stands on the page as it is; the words of its source do not.
    undisputed = canaries.values(Claim, PUBLISHED, which="undisputed")
    Claim.objects.create(case=case, source=making.make_source(), member=member, field="sex", **undisputed)
    right = member.statuses.last()
    corrected = canaries.values(Status, PUBLISHED, KEPT, which="corrected", kind="deceased")
    wrong = Status.objects.create(case=case, member=member, **corrected)
    mended = canaries.values(Status, KEPT, kind=right.kind, date=right.date, corrects=wrong)
    Status.objects.create(case=case, member=member, **mended)
    for model in (Case, Member, Consent, Source, Adherence, Instrument):
        for row in model.objects.all():
            canaries.put_into(row, KEPT)
    for picture in Media.objects.all():
        canaries.put_into(picture, KEPT, redactions=picture.redactions, original=picture.original)


def _add_earlier_wordings(canaries: Canaries) -> None:
    """Saved, and mended before the publication: the history has them."""
    for model in (Case, Member, Event, Update):
        for row in model.objects.all():
            mended = {name: getattr(row, name) for name in PUBLISHED[model.__name__].split()}
            empty = {name: value for name, value in mended.items() if value == {}}
            canaries.put_into(row, PUBLISHED, which="earlier", **empty)
            canaries.put_into(row, **mended)


def _add_an_unpublished_case(canaries: Canaries, case: Case) -> Case:
    canaries.add("unpublished Case.reference", UNPUBLISHED)
    words = canaries.values(Case, PUBLISHED, which="unpublished", next_review=canaries.day("Case.next_review"))
    unpublished = making.make_case(reference=UNPUBLISHED, **words)
    making.make_member(unpublished, canaries.word("unpublished Member.label"))
    making.make_event(unpublished, **canaries.values(Event, PUBLISHED, which="unpublished", place={}))
    telling.relate(case, unpublished)
    return unpublished


def _edit_without_publishing(canaries: Canaries, case: Case, editor: User) -> Media:
    """Each column that the publication was made from says something else in the record by now."""
    picture = _add_picture(canaries, case, editor, "unpublished")
    in_confidence = {Source: {"confidential": True}, Claim: {"source__confidential": True}}
    canaries.put_into(fresh(case), PUBLISHED, which="edited")
    canaries.put_into(fresh(case), KEPT)
    for model in (Member, Event, Claim, Involvement, Intervention, Media, Update, Citation, Source, Authority, Article):
        also = {Event: {"precision": "city"}, Intervention: {"outcome": "answered"}}.get(model, {})
        for row in model.objects.exclude(**in_confidence.get(model, {"pk": None})):
            canaries.put_into(row, PUBLISHED, which="edited", **also)
    for row in Reservation.objects.all():
        canaries.put_into(row, PUBLISHED, which="edited")
    for row in Instrument.objects.all():
        canaries.put_into(row, PUBLISHED, which="edited", **({"code": row.code} if row.pk % 2 else {}))
    for row in Adherence.objects.filter(in_force_from__isnull=False):
        canaries.put_into(row, PUBLISHED, which="edited")
    late = canaries.values(Status, PUBLISHED, KEPT, which="unpublished", kind="released")
    Status.objects.create(case=case, member=case.members.first(), **late)
    return picture


def _add_the_work_of_reviewers(canaries: Canaries, case: Case, publication: Publication) -> None:
    unpublished = Submission.objects.create(case=case, **canaries.values(Submission, PUBLISHED, KEPT))
    for submission in (unpublished, publication.submission):
        sent_back = canaries.values(Decision, KEPT, role="reviewer", verdict="sent_back")
        Decision.objects.create(submission=submission, **sent_back)
    Takedown.objects.create(publication=publication, **canaries.values(Takedown, KEPT))
    CaseChange.objects.create(row=case, old="published", new="draft", **canaries.values(CaseChange, KEPT))


def _add_the_desk(canaries: Canaries, case: Case) -> None:
    SealedReading.objects.create(**canaries.values(SealedReading, KEPT))
    for form in (f"/desk/cases/{case.reference}/facts/", canaries.word("FormDraft.form")):
        FormDraft.objects.create(**canaries.values(FormDraft, KEPT, form=form))
    SavedFilter.objects.create(**canaries.values(SavedFilter, KEPT))
    ReviewReminder.objects.create(case=case, **canaries.values(ReviewReminder, KEPT))
