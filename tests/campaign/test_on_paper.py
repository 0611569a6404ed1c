"""Signatures on paper: who answers for them, who counts, what is kept, and who may see what was typed."""

import datetime as dt
import io

import pytest
from django.conf import settings as project
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from accounts.roles import MemberRole, Role
from audit.models import Entry
from campaign import actions, rules
from campaign.actions.tallying import recount
from campaign.models import Dispatch, PaperBatch, PaperSheet, Signature, Tally, Unsubscription
from campaign.paper_lines import Line
from face import spreadsheets
from face.spreadsheets import BadSheet
from outbox.models import Message
from privacy.indexes import address_index, person_index
from privacy.sealed_files import sealed_places
from tests import factories
from tests.factories import DAY, NOW, fresh, make_point, make_signature
from tests.logging_in import log_in

TODAY = timezone.localdate()


@pytest.fixture
def hana(lantern):
    return factories.make_person("Hana", role=Role.ORGANIZER, organisation=lantern, is_staff=True)


@pytest.fixture
def owner(lantern):
    return factories.make_person(
        "Olga", role=Role.ORGANIZER, organisation=lantern, member=MemberRole.OWNER, is_staff=True
    )


@pytest.fixture
def third(lantern):
    return factories.make_person("Tomas", role=Role.ORGANIZER, organisation=lantern, is_staff=True)


def line(name="Maria Lopez", email="", **more):
    given = {"country": "PL", "city": "Warsaw", "language": "en", "wants_updates": False}
    return Line(name=name, email=email, **given | more)


def sheets_of(campaign, **more):
    given = {
        "letter": campaign.letters.published().first(),
        "language": "en",
        "country": "PL",
        "display": "full",
        "collected_by": "The vigil",
        "place": "Warsaw, Market Square",
        "collected_on": TODAY - DAY,
    }
    return given | more


def begin(campaign, by, *lines, **more):
    return actions.begin_batch(campaign=campaign, sheets=sheets_of(campaign, **more), by=by, lines=lines or None)


def settle(campaign, by, *lines, **more):
    return actions.settle_batch(batch=begin(campaign, by, *lines, **more), by=by)


def of(name, campaign, *args):
    return reverse(f"campaign_desk:{name}", args=[campaign.slug, *args])


def standing():
    return list(Signature.objects.filter(state="confirmed").order_by("pk"))


# --- What counts --------------------------------------------------------------------------------------------------


def test_people_on_paper_are_confirmed_signatures_and_get_no_mail_and_no_letter_by_e_mail(campaign, bora):
    batch = settle(campaign, bora, line("Maria Lopez", "maria@people.example"), line("Jan Nowak"))
    maria, jan = sorted(standing(), key=lambda signature: signature.name, reverse=True)
    assert (maria.name, maria.email, maria.batch, maria.own_words) == (
        "Maria Lopez",
        "maria@people.example",
        batch,
        None,
    )
    assert (jan.name, jan.email, jan.city) == ("Jan Nowak", None, "Warsaw")
    assert maria.signed_at.date() == TODAY - DAY
    assert [(each.old, each.new, each.reason) for each in jan.changes.all()] == [("pending", "confirmed", "on paper")]
    assert not Message.objects.exists()
    assert not Dispatch.objects.exists()


def test_nothing_counts_before_somebody_answers_for_it_and_that_is_written_down(campaign, bora, hana):
    batch = begin(campaign, bora, line())
    assert not Signature.objects.exists()
    actions.settle_batch(batch=batch, by=hana)
    settled = fresh(batch)
    assert (settled.state, settled.settled_by, settled.people, settled.lines) == ("settled", hana, 1, None)
    entry = Entry.objects.get(action="paper_batches.settled")
    assert entry.by_id == hana.pk
    assert "Maria" not in str(entry.details)
    with pytest.raises(actions.NotPrepared):
        actions.settle_batch(batch=batch, by=hana)


def test_one_address_counts_once_on_paper_and_on_the_site(campaign, bora):
    online = make_signature(campaign, email="ara@people.example", name="Ara Kim", state="confirmed")
    settle(campaign, bora, line("A. Kim", "Ara@People.Example"), line("A. K.", "ara@people.example"))
    assert [(each.pk, each.name, each.batch) for each in standing()] == [(online.pk, "Ara Kim", None)]


def test_whoever_signed_here_and_has_not_confirmed_has_signed_by_hand_and_the_old_link_opens_nothing(campaign, bora):
    pending = make_signature(campaign, email="ara@people.example", own_words="Please.", name="Ara Kim")
    shown = actions.signing.digest_of(pending)
    settle(campaign, bora, line("Ara Kim", "ara@people.example"))
    (signature,) = standing()
    assert (signature.pk, signature.revision, signature.own_words) == (pending.pk, 1, None)
    with pytest.raises(actions.LinkUsed):
        actions.confirm_signature(signature_id=pending.pk, revision=0, shown=shown)


def test_whoever_has_withdrawn_stays_withdrawn(campaign, bora):
    gone = make_signature(campaign, email="ara@people.example", state="confirmed")
    actions.withdraw_signature(signature=gone)
    settle(campaign, bora, line("Ara Kim", "ara@people.example"), line("Jan Nowak"))
    assert [signature.name for signature in standing()] == ["Jan Nowak"]
    assert fresh(gone).state == "withdrawn"


def test_without_an_address_one_name_in_one_city_is_one_person(campaign, bora):
    settle(campaign, bora, line("Jan Nowak"), line("JAN  NOWAK", city="warsaw"), line("Jan Nowak", city="Gdańsk"))
    assert sorted(signature.city for signature in standing()) == ["Gdańsk", "Warsaw"]
    settle(campaign, bora, line("Jan Nowak"))
    assert len(standing()) == 2


def test_the_index_of_a_person_is_the_same_in_any_width_and_case():
    assert person_index("Ｍaria  LOPEZ", "PL", "Warsaw ") == person_index("maria lopez", "PL", "warsaw")
    assert person_index("a b", "PL", "c") != person_index("a", "PL", "b c")


def test_where_signing_is_dangerous_no_name_is_shown_and_no_city_kept(campaign, bora):
    risky = next(iter(project.RISKY_COUNTRIES))
    settle(campaign, bora, line(country=risky))
    (signature,) = standing()
    assert (signature.display, signature.city, signature.shown_name) == ("hidden", None, "")


def test_names_are_shown_as_the_sheets_said(campaign, bora):
    settle(campaign, bora, line(), display="initials")
    assert standing()[0].shown_name == "M. L."


def test_an_unsubscription_after_the_day_of_the_sheet_stands(campaign, bora):
    one, other = "ara@people.example", "jan@people.example"
    Unsubscription.objects.create(organisation=campaign.organisation, email_index=address_index(one), cause="asked")
    settle(campaign, bora, line("Ara", one, wants_updates=True), line("Jan", other, wants_updates=True))
    assert [signature.email for signature in Signature.objects.wanting_updates(campaign)] == [other]


def test_a_campaign_that_is_over_takes_no_paper(campaign, bora):
    batch = begin(campaign, bora, line())
    campaign.move("closed")
    campaign.move("delivered")
    with pytest.raises(actions.NotPrepared):
        actions.settle_batch(batch=batch, by=bora)


def test_two_thousand_lines_are_a_handful_of_statements(campaign, bora):
    counts = []
    for people in (1, 60):
        batch = begin(
            campaign, bora, *(line(f"Person {number} of {people}", city="x" * 80) for number in range(people))
        )
        with CaptureQueriesContext(connection) as queries:
            actions.settle_batch(batch=batch, by=bora)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- Afterwards ---------------------------------------------------------------------------------------------------


def test_who_signed_on_paper_with_an_address_gets_their_links_and_can_be_erased(campaign, bora, post_office):
    settle(campaign, bora, line("Maria Lopez", "maria@people.example"))
    actions.request_links(email="maria@people.example", language="en")
    post_office.send()
    assert "Light the way" in post_office.text_to("maria@people.example")
    (signature,) = standing()
    actions.erase_signature(signature=signature)
    erased = fresh(signature)
    assert (erased.name, erased.email, erased.email_index, erased.city) == (None, None, None, None)
    assert erased.batch is not None


def test_who_signed_on_paper_and_signs_again_after_withdrawing_signs_on_the_site(campaign, bora, typed, submit):
    settle(campaign, bora, line("Ara Kim", typed["email"]))
    (signature,) = standing()
    actions.withdraw_signature(signature=signature)
    assert submit().status_code == 302
    again = fresh(signature)
    assert (again.state, again.batch) == ("pending", None)


def test_paper_answers_no_unanswered_mail(campaign, bora):
    """Who writes a stranger's address on a sheet does not open the stranger's mailbox to more confirmations."""
    settle(campaign, bora, line("Ara Kim", "ara@people.example"))
    index = address_index("ara@people.example")
    for _one in range(4):
        Message.objects.create(kind="confirmation", address_index=index, language="en", state="accepted")
    late = Message.objects.create(kind="confirmation", address_index=index, language="en")
    assert late.pk in rules.mailed_enough([late])


def test_a_batch_is_taken_back_as_a_whole_and_its_people_are_erased(campaign, bora, hana):
    other = settle(campaign, bora, line("Somebody Else"))
    batch = settle(campaign, bora, line("Maria Lopez", "maria@people.example"), line("Jan Nowak"))
    gone = Signature.objects.get(batch=batch, email__isnull=False)
    actions.withdraw_signature(signature=gone)
    actions.take_back_batch(batch=batch, reason="Wrong letter on the sheets", by=hana)
    assert [signature.batch for signature in standing()] == [other]
    assert Entry.objects.get(action="paper_batches.taken_back").reason == "Wrong letter on the sheets"
    assert actions.erase_taken_back() == 1
    assert actions.erase_taken_back() == 0
    assert (fresh(gone).state, fresh(gone).batch, fresh(gone).erased_at) == ("withdrawn", None, None)
    assert Signature.objects.filter(batch=batch, name__isnull=False).count() == 0


def test_what_was_taken_back_can_be_brought_in_anew_before_and_after_its_people_are_erased(campaign, bora):
    for erased in (False, True):
        batch = settle(campaign, bora, line("Jan Nowak"))
        actions.take_back_batch(batch=batch, reason="a mistake", by=bora)
        if erased:
            actions.erase_taken_back()
        again = settle(campaign, bora, line("Jan Nowak"))
        assert [signature.batch for signature in standing()] == [again]
        actions.take_back_batch(batch=again, reason="a mistake", by=bora)
        actions.erase_taken_back()
        assert standing() == []


def test_a_batch_that_is_taken_back_leaves_packs_that_nobody_has_fetched(campaign, bora):
    batch = settle(campaign, bora, line("Jan Nowak"))
    point = make_point(target=campaign.target)
    (pack,) = actions.ask_for_packs(campaign=campaign, point=point, channel="hand", paper="a4", language="en", by=bora)
    assert Dispatch.objects.in_pack(pack).count() == 1
    actions.take_back_batch(batch=batch, reason="a mistake", by=bora)
    assert Dispatch.objects.in_pack(pack).count() == 0
