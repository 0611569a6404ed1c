"""Signatures on paper: who answers for them, who counts, what is kept, and who may see what was typed."""

import io

import pytest
from django.conf import settings as project
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st
from PIL import Image

from accounts.roles import MemberRole, Role
from audit.models import Entry
from campaign import actions, paper_lines, rules
from campaign.actions.tallying import recount
from campaign.dashboard import numbers_of
from campaign.forms.on_paper import COLUMNS, read_rows
from campaign.models import Dispatch, HeldSignature, OptIn, PaperBatch, PaperSheet, Signature, Tally, Unsubscription
from campaign.paper_lines import Line
from face import spreadsheets
from face.spreadsheets import BadSheet
from outbox.models import Message
from privacy.indexes import address_index, person_index
from privacy.sealed_files import path_of, sealed_places
from tests import factories
from tests.campaign.conftest import tally
from tests.factories import DAY, NOW, fresh, make_point, make_signature
from tests.logging_in import log_in

TODAY = timezone.localdate()
# A form in which nothing is filled in.
NOTHING = {"csrfmiddlewaretoken": "x"}


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.VAR_DIR = tmp_path


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
    usual = {"country": "PL", "city": "Warsaw", "language": "en", "wants_updates": False}
    return Line(name=name, email=email, **usual | more)


def sheets_of(campaign, **more):
    usual = {
        "letter": campaign.letters.published().first(),
        "language": "en",
        "country": "PL",
        "display": "full",
        "collected_by": "The vigil",
        "place": "Warsaw, Market Square",
        "collected_on": TODAY - DAY,
    }
    return usual | more


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
    mail = {"kind": "confirmation", "address_index": address_index("ara@people.example"), "language": "en"}
    for _one in range(3):
        Message.objects.create(**mail, may_repeat=True, state="accepted", created_at=NOW, settled_at=NOW)
    settle(campaign, bora, line("Ara Kim", "ara@people.example"))
    late = Message.objects.create(**mail, may_repeat=True)
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


def test_held_for_a_check_and_released_whoever_signed_on_paper_gets_no_letter_by_e_mail(campaign, bora):
    make_point(target=campaign.target)
    settle(campaign, bora, line("Maria Lopez", "maria@people.example"))
    (maria,) = standing()
    actions.hold_signature(signature=maria, reason="Looks odd", by=bora)
    assert actions.release_held(held=HeldSignature.objects.values_list("pk", flat=True), reason="It is not", by=bora)
    assert standing() == [maria]
    assert not Dispatch.objects.exists()


def test_those_held_and_those_not_accepted_are_erased_with_a_batch_that_is_taken_back(campaign, bora):
    batch = settle(campaign, bora, line("Maria Lopez"), line("Jan Nowak"))
    for signature in standing():
        actions.hold_signature(signature=signature, reason="Looks odd", by=bora)
    rejected = HeldSignature.objects.order_by("pk").last()
    actions.reject_held(held=[rejected.pk], reason="Made up", by=bora)
    actions.take_back_batch(batch=batch, reason="a mistake", by=bora)
    assert not HeldSignature.objects.waiting().exists()
    assert actions.erase_taken_back() == 2
    assert not Signature.objects.filter(name__isnull=False).exists()


def test_paper_does_not_renew_a_yes_to_a_partners_mails_from_before(campaign, bora, typed, submit):
    partner = factories.make_organisation("harbour")
    signature = make_signature(campaign, email=typed["email"], state="confirmed")
    OptIn.objects.create(signature=signature, organisation=partner, at=NOW)
    actions.withdraw_signature(signature=signature)
    submit()
    settle(campaign, bora, line("Ara Kim", typed["email"]))
    assert standing() == [signature]
    assert not OptIn.objects.standing().exists()


def test_a_batch_that_is_taken_back_leaves_packs_that_nobody_has_fetched(campaign, bora):
    batch = settle(campaign, bora, line("Jan Nowak"))
    point = make_point(target=campaign.target)
    (pack,) = actions.ask_for_packs(campaign=campaign, point=point, channel="hand", paper="a4", language="en", by=bora)
    assert Dispatch.objects.in_pack(pack).count() == 1
    actions.take_back_batch(batch=batch, reason="a mistake", by=bora)
    assert Dispatch.objects.in_pack(pack).count() == 0


# --- The count ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_those_on_paper_are_counted_apart_and_have_no_delay(campaign, bora, client):
    make_signature(campaign, state="confirmed")
    batch = settle(campaign, bora, line("Jan Nowak"), line("Maria Lopez", "maria@people.example"))
    tally()
    assert Tally.objects.with_paper_of(campaign) == (3, 2)
    delays = Tally.objects.filter(campaign=campaign, dimension="delay").values_list("key", "count")
    assert dict(delays) == {"0": 1, "paper": 2}
    numbers = numbers_of(campaign, now=timezone.now())
    assert (numbers.confirmed, numbers.on_paper, numbers.signed, numbers.confirmed_percent) == (3, 2, 1, 100)
    assert recount(mend=False) == []
    page = client.get(f"/en/campaigns/{campaign.slug}/").content.decode()
    assert "2 of them signed on paper." in " ".join(page.split())
    actions.take_back_batch(batch=batch, reason="a mistake", by=bora)
    tally()
    assert Tally.objects.with_paper_of(campaign) == (1, 0)
    assert recount(mend=False) == []


# --- From a table -------------------------------------------------------------------------------------------------


def table_of(campaign, text, **more):
    content = text if isinstance(text, bytes) else text.encode()
    typed = sheets_of(campaign, letter=campaign.letters.published().first().pk)
    return typed | {"encoding": "", "file": SimpleUploadedFile("paper.csv", content)} | more


HEAD = "name,email,country,city,language,updates\n"


def test_a_table_is_read_shown_and_counted_when_somebody_answers_for_it(campaign, bora, client):
    log_in(client, bora)
    text = HEAD + "Maria Lopez,maria@people.example,Spain,Madrid,en,yes\nJan Nowak,,,Warsaw,,\nJan Nowak,,,Warsaw,,\n"
    shown = client.post(of("paper_table", campaign), table_of(campaign, text), follow=True)
    page = shown.content.decode()
    assert "Maria Lopez" in page
    assert "2 people" in page
    assert "who stands there twice counts once" in page
    batch = PaperBatch.objects.get()
    settling = of("paper_settling", campaign, batch.pk)
    assert client.post(settling, NOTHING).status_code == 422
    assert not Signature.objects.exists()
    assert client.post(settling, {"attested": "on"}).status_code == 302
    maria = next(signature for signature in standing() if signature.email)
    assert (maria.country, maria.city, maria.wants_updates) == ("ES", "Madrid", True)
    assert "Maria" not in client.get(of("paper_batch", campaign, batch.pk)).content.decode()


def test_each_row_that_is_wrong_says_why_and_nothing_is_kept(campaign, bora, client):
    log_in(client, bora)
    text = HEAD + (
        "Maria Lopez,not an address,,,,\nJan Nowak,,Atlantis,,,\n,nobody@people.example,,,,\n"
        "Ara Kim,,,,,yes\nBo,,,,xx,\nCy,,,,,perhaps\nFine Person,,,,,\n"
    )
    answer = client.post(of("paper_table", campaign), table_of(campaign, text))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "6 rows have to be mended first" in page
    for told in ("one e-mail address", "Atlantis", "Please give your name", "there is no e-mail address", "Write yes"):
        assert told in page, told
    assert "Fine Person" not in page
    assert "Warsaw, Market Square" in page
    assert not PaperBatch.objects.exists()


def test_a_table_in_any_encoding_is_read_and_a_formula_is_no_name(campaign, bora, client):
    log_in(client, bora)
    text = "name,city\n김하늘,서울\n"
    for encoding, said in (("cp949", "cp949"), ("utf-16", ""), ("utf-8-sig", "")):
        sent = table_of(campaign, text.encode(encoding), encoding=said)
        assert client.post(of("paper_table", campaign), sent).status_code == 302
    assert {actions.lines_of(batch)[0].name for batch in PaperBatch.objects.all()} == {"김하늘"}
    for cell in ("=1+1", "'=1+1", "+49 30 1234", '"=HYPERLINK(""http://x.example"")"'):
        assert client.post(of("paper_table", campaign), table_of(campaign, f"name\n{cell}\n")).status_code == 422


def test_sheets_are_from_the_time_in_which_the_campaign_was_open(campaign, bora, client):
    log_in(client, bora)
    for day in (TODAY + DAY, TODAY - 100 * DAY):
        sent = table_of(campaign, "name\nJan Nowak\n", collected_on=day.isoformat())
        assert client.post(of("paper_table", campaign), sent).status_code == 422
    assert not PaperBatch.objects.exists()


@given(
    content=st.binary(max_size=300) | st.text(max_size=300).map(lambda text: ("name,email,updates\n" + text).encode())
)
@tries(max_examples=150, deadline=None)
def test_whatever_a_file_holds_it_is_read_or_told_what_is_wrong(content):
    batch = PaperBatch(language="en", country="PL")
    try:
        table = spreadsheets.read(content, columns=COLUMNS, told=())
    except BadSheet:
        return
    lines, wrong = read_rows(table, batch)
    assert len(lines) + len(wrong) == len(table.rows)
    assert all(row["told"] for row in wrong)
    assert paper_lines.from_text(paper_lines.as_text(lines)) == lines


# --- Photographed sheets ------------------------------------------------------------------------------------------


def photograph(size=(3000, 4000)):
    written = io.BytesIO()
    image = Image.new("RGB", size, "white")
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    image.save(written, "JPEG", exif=exif)
    return written.getvalue()


@pytest.fixture
def sheet(campaign, bora):
    return actions.add_sheet(batch=begin(campaign, bora), photo=photograph())


def test_of_a_photograph_the_pixels_are_kept_sealed_until_the_batch_counts(
    sheet, bora, hana, django_capture_on_commit_callbacks
):
    content = actions.open_sheet(sheet)
    assert b"taken at home" not in content
    assert (sheet.width, sheet.height) == (1800, 2400)
    (place,) = sealed_places()
    assert content not in path_of(place).read_bytes()
    for person in (bora, hana):
        actions.key_in_sheet(sheet=sheet, lines=[line()], by=person)
    with django_capture_on_commit_callbacks(execute=True):
        actions.settle_batch(batch=sheet.batch, by=bora)
    assert sealed_places() == []
    assert not PaperSheet.objects.exists()
    assert [signature.name for signature in standing()] == ["Maria Lopez"]


def test_a_sheet_that_two_people_read_alike_is_agreed_and_one_person_is_not_two(sheet, bora, hana):
    once = actions.key_in_sheet(sheet=sheet, lines=[line("Wrong")], by=bora)
    again = actions.key_in_sheet(sheet=once, lines=[line(), None], by=bora)
    assert (again.second_by, again.agreed_lines) == (None, None)
    with pytest.raises(actions.NotPrepared):
        actions.settle_batch(batch=sheet.batch, by=bora)
    both = actions.key_in_sheet(sheet=again, lines=[line()], by=hana)
    assert both.agreed_lines
    with pytest.raises(actions.NotPrepared):
        actions.key_in_sheet(sheet=both, lines=[], by=bora)


def test_where_two_differ_a_third_person_or_an_owner_settles_it(sheet, bora, hana, third, owner):
    actions.key_in_sheet(sheet=sheet, lines=[line(), line("Jan Nowak"), line("Only One")], by=bora)
    actions.key_in_sheet(sheet=sheet, lines=[line(), line("Jan Novak")], by=hana)
    chosen = {2: line("Jan Novak"), 3: None}
    for one in (bora, hana):
        with pytest.raises(PermissionDenied):
            actions.agree_sheet(sheet=sheet, chosen=chosen, by=one)
    with pytest.raises(actions.NotPrepared):
        actions.agree_sheet(sheet=sheet, chosen={2: None}, by=third)
    assert rules.may_agree_sheet(owner, fresh(sheet))
    actions.agree_sheet(sheet=sheet, chosen=chosen, by=third)
    actions.settle_batch(batch=sheet.batch, by=bora)
    assert sorted(signature.name for signature in standing()) == ["Jan Novak", "Maria Lopez"]


def keyed(*names):
    sent = {"form-TOTAL_FORMS": "25", "form-INITIAL_FORMS": "0"}
    return sent | {f"form-{number}-name": name for number, name in enumerate(names) if name}


def test_the_second_does_not_see_what_the_first_typed_and_the_third_sees_both(
    campaign, sheet, bora, hana, third, client
):
    keying = of("paper_keying", campaign, sheet.batch_id, sheet.number)
    agreeing = of("paper_agreeing", campaign, sheet.batch_id, sheet.number)
    log_in(client, bora)
    assert client.get(keying).status_code == 200
    assert client.post(keying, keyed("Ara Kim", "", "Jan Nowak")).status_code == 302
    assert "Jan Nowak" in client.get(keying).content.decode()
    log_in(client, hana)
    for page in (keying, of("paper_batch", campaign, sheet.batch_id)):
        assert "Jan Nowak" not in client.get(page).content.decode()
    answer = client.post(keying, keyed("Ara Kim", "123"))
    assert answer.status_code == 422
    assert "Ara Kim" in answer.content.decode()
    assert client.post(keying, keyed("Ara Kim", "", "Jan Novak")).status_code == 302
    assert client.get(agreeing).status_code == 403
    log_in(client, third)
    page = client.get(agreeing).content.decode()
    assert "Jan Nowak" in page
    assert "Jan Novak" in page
    assert client.post(agreeing, NOTHING).status_code == 422
    assert client.post(agreeing, {"line3": "second"}).status_code == 302
    assert [each and each.name for each in actions.lines_of(sheet.batch)] == ["Ara Kim", None, "Jan Novak"]


def test_a_photograph_comes_by_the_page_and_is_for_those_who_run_the_campaign(campaign, bora, client):
    log_in(client, bora)
    batch = begin(campaign, bora)
    new = of("paper_new_sheet", campaign, batch.pk)
    assert client.post(new, {"photo": SimpleUploadedFile("x.jpg", b"no picture")}).status_code == 422
    assert client.post(new, {"photo": SimpleUploadedFile("x.jpg", photograph((60, 80)))}).status_code == 302
    photo = of("paper_photo", campaign, batch.pk, 1)
    answer = client.get(photo)
    assert answer["Content-Type"] == "image/jpeg"
    assert "no-store" in answer["Cache-Control"]
    viewer = factories.make_person("Vera", organisation=campaign.organisation, member=MemberRole.VIEWER, is_staff=True)
    log_in(client, viewer)
    assert client.get(photo).status_code == 404
    assert client.get(of("on_paper", campaign)).status_code == 200
    assert client.get(of("paper_batch", campaign, batch.pk)).status_code == 404


def test_what_nobody_has_counted_within_thirty_days_is_thrown_away(sheet, django_capture_on_commit_callbacks):
    assert actions.discard_old_batches(now=timezone.now() + 29 * DAY) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.discard_old_batches(now=timezone.now() + 31 * DAY) == 1
    assert sealed_places() == []
    assert not PaperBatch.objects.exists()


def test_what_counts_is_taken_back_and_not_thrown_away(campaign, bora, client):
    log_in(client, bora)
    batch = settle(campaign, bora, line())
    client.post(of("paper_discarding", campaign, batch.pk))
    assert len(standing()) == 1
    back = of("paper_taking_back", campaign, batch.pk)
    assert client.post(back, NOTHING).status_code == 422
    assert client.post(back, {"reason": "The wrong sheets"}).status_code == 302
    assert standing() == []
    assert client.get(back).status_code == 404


def test_the_list_costs_the_same_however_many_batches_there_are(campaign, bora, client):
    log_in(client, bora)
    costs = []
    for names in (["Ara"], ["Bo", "Cy"]):
        for name in names:
            settle(campaign, bora, line(name))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(of("on_paper", campaign)).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]
