"""The admin, as a browser sends its forms: what an organizer can do without a shell, and what others cannot see."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.roles import MemberRole, Role
from campaign import rules
from campaign.models import AddressHealth, Campaign, Dispatch, Letter, Pack, Posting, SelfReport, Signature, Tally
from campaign.walkthrough.pages import read
from tests.factories import (
    DAY,
    NOW,
    fresh,
    make_campaign,
    make_dispatch,
    make_hand_in,
    make_letter,
    make_organisation,
    make_person,
    make_point,
    make_signature,
    make_volunteer,
    save_approved,
)

# Every kind of row that has pages.
KINDS = [
    "campaign",
    "letter",
    "dispatch",
    "signature",
    "deliverypoint",
    "addresshealth",
    "observance",
    "target",
    "handin",
    "volunteer",
    "pack",
    "selfreport",
    "reply",
]


class Desk:
    """One person's browser at the admin, which checks the CSRF token as a real one is checked."""

    def __init__(self, person):
        self.client = Client(enforce_csrf_checks=True)
        self.client.force_login(person)
        self.program = Client()
        self.program.force_login(person)

    def get(self, path):
        return self.client.get(path)

    def push(self, path, **data):
        """Posts what no form offered, past the CSRF check: only permissions stand in the way."""
        return self.program.post(path, {"post": "yes", **data})

    def page(self, path):
        response = self.get(path)
        assert response.status_code == 200, path
        return read(path, 200, response.headers, response.content.decode())

    def send(self, path, **typed):
        """Fills in the form of that page and presses its button; follows to the page after."""
        (form,) = [form for form in self.page(path).forms if form.action == path and form.method == "post"]
        # A list with nothing chosen sends nothing.
        form.fields.pop("chosen_points", None)
        response = self.client.post(path, {**form.fields, **typed}, follow=True)
        assert response.status_code == 200
        return response.content.decode()


@pytest.fixture
def superuser(db):
    return User.objects.create_superuser("root@example.com", name="Root")


@pytest.fixture
def desk(bora):
    return Desk(bora)


def url(name, *args):
    return reverse(f"admin:campaign_{name}", args=args)


def step(row, name):
    return url(f"{row._meta.model_name}_step", row.pk, name)


def moment(name, at):
    return {f"{name}_0": at.strftime("%Y-%m-%d"), f"{name}_1": at.strftime("%H:%M:%S")}


# --- The organizer's way ---------------------------------------------------------------------------------------


def test_an_organizer_makes_a_campaign_and_publishes_its_letter(desk, lantern, point):
    now = dt.datetime.now(dt.UTC)
    desk.send(
        url("campaign_add"),
        **{
            "slug": "light-the-way",
            "organisation": str(lantern.pk),
            "target": str(point.target.pk),
            "goal": "500",
            "source_language": "en",
            "addressee_language": "zh-hans",
            "addressing": "nearest",
            "texts-TOTAL_FORMS": "1",
            "texts-0-language": "en",
            "texts-0-title": "Light the way",
            "texts-0-ask": "Let them go home.",
            "texts-0-background": "Ten people.",
        },
        **moment("opens_at", now - DAY),
        **moment("closes_at", now + 10 * DAY),
        **moment("deliver_from", now - DAY),
        **moment("deliver_until", now + 20 * DAY),
    )
    campaign = Campaign.objects.get()
    assert (campaign.state, campaign.organisation, campaign.goal) == ("draft", lantern, 500)
    assert campaign.texts.get().title == "Light the way"

    words = {"addressee": "The President", "salutation": "Sir,", "subject": "Ten people", "closing": "Respectfully,"}
    texts = {"texts-TOTAL_FORMS": "2"}
    for number, language in enumerate(("en", "zh-hans")):
        body = {**words, "language": language, "body": f"Let them go. ({language})"}
        texts |= {f"texts-{number}-{name}": value for name, value in body.items()}
    desk.send(url("letter_add"), campaign=str(campaign.pk), **texts)
    letter = Letter.objects.get()
    assert (letter.version, letter.is_published, letter.texts.count()) == (1, False, 2)

    source, translation = letter.texts.order_by("language")
    save_approved(source, translation)
    assert "The letter is published." in desk.send(step(letter, "publication"))
    assert rules.current_letter(campaign) == letter


def test_a_step_asks_before_it_is_taken(desk, campaign):
    page = desk.page(step(campaign, "closure"))
    assert "Nobody can sign any more." in page.text
    assert fresh(campaign).state == "open"


def test_a_letter_that_is_not_ready_says_what_is_missing(desk, bora):
    draft = make_letter(make_campaign(letter=False), published=False)
    draft.texts.filter(language="en").delete()
    assert "The letter has no text in the campaign" in desk.send(step(draft, "publication"))


@pytest.mark.parametrize(("name", "field", "value"), [("pause", "paused", True), ("closure", "state", "closed")])
def test_an_organizer_pauses_and_closes(desk, campaign, name, field, value):
    desk.send(step(campaign, name))
    assert getattr(fresh(campaign), field) == value


def test_an_organizer_resumes(desk, bora, point):
    campaign = make_campaign(paused=True)
    desk.send(step(campaign, "resumption"))
    assert fresh(campaign).paused is False


def test_only_the_steps_that_are_possible_are_offered(desk, campaign):
    links = desk.page(url("campaign_change", campaign.pk)).links
    offered = {name for name in ("release", "pause", "resumption", "closure") if step(campaign, name) in links}
    assert offered == {"pause", "closure"}


def test_a_step_that_is_no_longer_possible_changes_nothing(desk, campaign):
    response = desk.client.get(step(campaign, "resumption"), follow=True)
    assert "This is no longer possible" in response.content.decode()
    assert fresh(campaign).state == "open"


def test_an_unknown_step_is_not_found(desk, campaign):
    assert desk.get(step(campaign, "world-peace")).status_code == 404


def test_a_step_without_the_csrf_token_is_not_taken(desk, campaign):
    assert desk.client.post(step(campaign, "closure")).status_code == 403
    assert fresh(campaign).state == "open"


def test_the_state_cannot_be_typed(desk, bora, point):
    campaign = make_campaign(state="draft")
    desk.send(url("campaign_change", campaign.pk), state="open", paused="on", goal="7")
    assert (fresh(campaign).state, fresh(campaign).paused, fresh(campaign).goal) == ("draft", False, 7)


def test_dates_that_contradict_each_other_are_said_at_the_form(desk, campaign):
    page = desk.send(url("campaign_change", campaign.pk), **moment("closes_at", NOW + 90 * DAY))
    assert "Letters signed on the last day must have time to go out." in page
    assert fresh(campaign).closes_at == campaign.closes_at


def test_what_people_signed_for_is_not_edited_under_them(desk, campaign):
    desk.send(url("campaign_change", campaign.pk), slug="elsewhere", target="1", source_language="ko")
    assert (fresh(campaign).slug, fresh(campaign).source_language) == ("light-the-way", "en")


def test_a_published_letter_has_no_fields_and_a_change_is_a_new_version(desk, campaign):
    letter = campaign.letters.get()
    page = desk.page(url("letter_change", letter.pk))
    assert not [name for form in page.forms for name in form.names if name.startswith("texts-0-body")]
    assert "Please let them go. (version 1)" in page.text
    desk.send(step(letter, "version"))
    draft = campaign.letters.get(version=2)
    desk.send(url("letter_change", draft.pk), **{"texts-0-body": "Changed."})
    assert draft.texts.filter(body="Changed.").count() == 1
    assert not letter.texts.filter(body="Changed.").exists()


def test_an_organizer_sees_what_happened_and_who_did_it(desk, campaign):
    desk.send(step(campaign, "closure"))
    text = desk.page(url("campaign_change", campaign.pk)).text
    assert "What happened" in text
    assert "Bora" in text.partition("What happened")[2]


# --- Who may not -----------------------------------------------------------------------------------------------


@pytest.fixture
def haru(db):
    """Haru organises elsewhere."""
    return make_person("Haru", role=Role.ORGANIZER, organisation=make_organisation("harbour"), is_staff=True)


@pytest.fixture
def vera(lantern):
    """Vera only looks on at Lantern, and organises elsewhere."""
    vera = make_person("Vera", role=Role.ORGANIZER, organisation=make_organisation("harbour"), is_staff=True)
    vera.memberships.create(organisation=lantern, role=MemberRole.VIEWER)
    return vera


@pytest.fixture
def rows(campaign, point):
    """A row of each kind that belongs to Lantern's campaign."""
    signature = make_signature(campaign, state="confirmed")
    draft = make_letter(campaign, version=2, published=False)
    hand_in = make_hand_in(campaign, point)
    return {
        "campaign": campaign,
        "letter": draft,
        "dispatch": make_dispatch(signature, point),
        "signature": signature,
        "handin": hand_in,
        "volunteer": make_volunteer(hand_in, state="confirmed"),
    }


def pages_of(row):
    name = row._meta.model_name
    steps = {"campaign": ["pause", "closure"], "letter": ["publication"], "volunteer": ["acceptance"]}.get(name, [])
    return [url(f"{name}_{page}", row.pk) for page in ("change", "delete", "history")] + [step(row, s) for s in steps]


def everything_of(rows):
    return {name: type(row).objects.filter(pk=row.pk).values().get() for name, row in rows.items()}


def test_an_organizer_of_another_organisation_sees_and_changes_nothing(rows, haru, campaign):
    desk, before = Desk(haru), everything_of(rows)
    for row in rows.values():
        for page in pages_of(row):
            for response in (desk.get(page), desk.push(page)):
                assert response.status_code in (302, 403, 404), page
                assert "light-the-way" not in response.content.decode()
    # A filter is shown where there are two to choose between.
    make_campaign("light-the-way-again")
    for name in ("campaign", "letter", "dispatch", "handin", "volunteer"):
        page = desk.page(url(f"{name}_changelist"))
        assert "light-the-way" not in page.text, name
        assert "Lantern" not in page.text, name
    assert "light-the-way" not in desk.page(url("letter_add")).text
    assert everything_of(rows) == before


def test_an_organizer_cannot_make_a_campaign_for_another_organisation(haru, lantern, point):
    (form,) = [form for form in Desk(haru).page(url("campaign_add")).forms if "slug" in form.names]
    assert set(form.options["organisation"]) == {"---------", "Harbour"}


def test_who_only_looks_on_changes_nothing(rows, vera, campaign):
    desk = Desk(vera)
    before = everything_of(rows)
    assert "light-the-way" in desk.page(url("campaign_changelist")).text
    for row in (rows["campaign"], rows["letter"]):
        for page in pages_of(row):
            desk.push(page)
        forms = desk.page(url(f"{row._meta.model_name}_change", row.pk)).forms
        assert not set().union(*(form.names for form in forms)) & {"goal", "texts-0-title", "texts-0-body"}
    (form,) = [form for form in desk.page(url("letter_add")).forms if "campaign" in form.names]
    assert "light-the-way" not in form.options["campaign"]
    assert everything_of(rows) == before


@pytest.mark.parametrize("name", ["chan", "dana"])
def test_staff_without_the_role_see_no_campaign(rows, name, request):
    desk, before = Desk(request.getfixturevalue(name)), everything_of(rows)
    for row in rows.values():
        for page in [url(f"{row._meta.model_name}_changelist"), *pages_of(row)]:
            for response in (desk.get(page), desk.push(page)):
                # What is not there for them is not found, or leads back to the index.
                assert response.status_code in (302, 403, 404), page
                assert "light-the-way" not in response.content.decode()
    assert everything_of(rows) == before


@pytest.mark.parametrize("who", ["stranger", "anonymous", "organizer who left"])
def test_strangers_are_asked_to_log_in(rows, eun, bora, who):
    client = Client()
    if who == "stranger":
        client.force_login(eun)
    elif who == "organizer who left":
        client.force_login(bora)
        User.objects.filter(pk=bora.pk).update(state=User.State.LEFT, is_active=False)
    for row in rows.values():
        for page in [url(f"{row._meta.model_name}_changelist"), *pages_of(row)]:
            response = client.get(page)
            assert response.status_code in (302, 403), page
            assert "light-the-way" not in response.content.decode()


def test_an_organizer_sees_no_signature(rows, desk):
    assert desk.get(url("signature_changelist")).status_code == 403
    assert desk.get(url("signature_change", rows["signature"].pk)).status_code == 403


def test_an_organizer_looks_at_places_and_changes_none(desk, point):
    assert desk.get(url("deliverypoint_change", point.pk)).status_code == 200
    response = desk.push(url("deliverypoint_change", point.pk), email="bora@example.com")
    assert response.status_code == 403
    assert fresh(point).email == "warsaw@point.example"


def test_an_editor_keeps_the_places(chan, point):
    Desk(chan).send(url("deliverypoint_change", point.pk), email="new@point.example")
    assert fresh(point).email == "new@point.example"


def test_an_editor_sets_hours_and_digests(chan, point):
    path = url("deliverypoint_change", point.pk)
    Desk(chan).send(
        path,
        time_zone="Europe/Warsaw",
        delivery_days=["1", "5"],
        delivery_from="09:00",
        delivery_until="17:00",
        shape="even",
        digest_times="09:00, 16:00",
    )
    kept = fresh(point)
    assert (kept.delivery_days, kept.delivery_from, kept.delivery_until) == ([1, 5], dt.time(9), dt.time(17))
    assert (kept.shape, kept.digest_every, kept.digest_times) == ("even", None, [dt.time(9), dt.time(16)])


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"time_zone": "Poland/Warsaw"}, "No time zone is called Poland/Warsaw."),
        ({"delivery_from": "09:00"}, "Give both times, the earlier one first, or neither."),
        ({"delivery_days": []}, "This field is required."),
        (
            {"delivery_from": "09:00", "delivery_until": "17:00", "digest_times": "17:00"},
            "E-mails do not go at this time there.",
        ),
        ({"digest_every": "2", "digest_times": "16:00"}, "or at set times: choose one."),
        ({"digest_every": "500"}, "A digest goes every 2 to 200 letters"),
        ({"email": ""}, "A point that takes the rest needs an e-mail address."),
    ],
)
def test_what_a_point_cannot_be_is_said_beside_the_form(chan, point, typed, told):
    before = fresh(point)
    assert told in Desk(chan).send(url("deliverypoint_change", point.pk), **typed)
    assert {name: getattr(fresh(point), name) for name in typed} == {name: getattr(before, name) for name in typed}


def test_a_second_point_for_one_country_is_refused_by_name(chan, point):
    other = make_point("Consulate in Gdansk")
    row = {"answers_for-TOTAL_FORMS": "1", "answers_for-0-point": other.pk, "answers_for-0-country": "PL"}
    page = Desk(chan).send(url("deliverypoint_change", other.pk), **row)
    assert "Embassy in Warsaw answers for Poland already." in page
    twice = {**row, "answers_for-TOTAL_FORMS": "2", "answers_for-1-point": other.pk, "answers_for-1-country": "DE"}
    page = Desk(chan).send(url("deliverypoint_change", other.pk), **{**twice, "answers_for-0-country": "DE"})
    assert "Germany is in this list twice." in page
    assert not other.answers_for.exists()
    Desk(chan).send(url("deliverypoint_change", other.pk), **{**row, "answers_for-0-country": "DE"})
    assert [str(answers) for answers in other.answers_for.all()] == ["DE"]


def test_a_second_point_that_takes_the_rest_is_refused(chan, point):
    other = make_point()
    page = Desk(chan).send(url("deliverypoint_change", other.pk), takes_rest="on")
    assert "Another point of this target already takes the rest." in page
    assert not fresh(other).takes_rest


def test_a_point_with_letters_is_not_deleted_and_the_organizer_reads_what_waits(superuser, campaign, point):
    make_dispatch(make_signature(campaign, state="confirmed"), point)
    make_dispatch(make_signature(campaign, state="confirmed"), point, state="accepted", accepted_at=NOW)
    desk = Desk(superuser)
    desk.client.get(url("deliverypoint_delete", point.pk))
    desk.program.post(url("deliverypoint_delete", point.pk), {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": point.pk, "post": "yes"}
    desk.program.post(url("deliverypoint_changelist"), chosen)
    assert fresh(point)
    told = desk.client.get(url("deliverypoint_delete", point.pk), follow=True).content.decode()
    assert "letters that wait for it: 1; other letters of it: 1;" in told
    assert "make it inactive" in told
    empty = make_point()
    assert desk.program.post(url("deliverypoint_delete", empty.pk), {"post": "yes"}).status_code == 302
    assert not type(empty).objects.filter(pk=empty.pk).exists()


def test_a_campaign_s_page_says_when_the_cap_cannot_empty_the_window(desk, campaign, point):
    path = url("campaign_change", campaign.pk)
    assert "For all letters that wait now." in desk.get(path).content.decode()
    type(point).objects.update(hourly_cap=1)
    Campaign.objects.update(deliver_until=NOW + 30 * dt.timedelta(minutes=1), closes_at=NOW)
    make_dispatch(make_signature(campaign, state="confirmed"), point)
    page = desk.get(path).content.decode()
    assert "Embassy in Warsaw: at 1 an hour 1 letters need 1 hours; the window has 0 left." in page


# --- What nobody sees ------------------------------------------------------------------------------------------


def test_no_sealed_value_is_shown_on_any_page_of_the_admin(superuser, campaign, point):
    """To nobody: the superuser sees every page there is."""
    from django.contrib import admin

    secrets = {"name": "Ara Kim", "email": "ara@people.example", "city": "Kraków", "own_words": "I was there."}
    signature = make_signature(campaign, state="confirmed", **secrets)
    dispatch = make_dispatch(signature, point, as_sent="Ara Kim writes")
    desk, seen = Desk(superuser), 0
    for model, model_admin in admin.site._registry.items():
        if model._meta.app_label not in ("campaign", "outbox"):
            continue
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        paths = [reverse(f"admin:{name}_changelist")]
        for row in model_admin.model.objects.all()[:5]:
            paths += [reverse(f"admin:{name}_{page}", args=[row.pk]) for page in ("change", "delete", "history")]
        for path in paths:
            content = desk.get(path).content.decode()
            assert not [secret for secret in secrets.values() if secret in content], path
            seen += 1
    assert seen > 20
    assert fresh(dispatch).as_sent == "Ara Kim writes"


def test_signatures_and_dispatches_are_looked_at_only(superuser, campaign, point):
    desk = Desk(superuser)
    dispatch = make_dispatch(make_signature(campaign, state="confirmed"), point)
    for row in (dispatch, dispatch.signature):
        name = row._meta.model_name
        for path in (url(f"{name}_add"), url(f"{name}_delete", row.pk)):
            assert desk.get(path).status_code == 403
        assert desk.push(url(f"{name}_change", row.pk), state="held").status_code == 403
    assert (Dispatch.objects.get().state, Signature.objects.get().state) == ("planned", "confirmed")


@pytest.mark.parametrize("published", [True, False])
def test_a_draft_is_deleted_only_as_long_as_its_letter_is_one(superuser, point, published):
    campaign = make_campaign(state="draft", letter=False)
    make_letter(campaign, published=published)
    response = Desk(superuser).get(url("campaign_delete", campaign.pk))
    assert response.status_code == (403 if published else 200)


# --- What it costs ---------------------------------------------------------------------------------------------


def queries_of(desk, path):
    desk.get(path)  # content types and permissions are cached from the first visit on
    with CaptureQueriesContext(connection) as queries:
        assert desk.get(path).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", KINDS)
def test_a_list_costs_the_same_with_one_row_and_with_four(superuser, campaign, point, name):
    from tests.factories import make_observance, make_target

    def add(number):
        other = make_campaign(organisation=make_organisation(f"organisation-{number}"))
        Tally.objects.create(campaign=other, dimension="all", count=number)
        AddressHealth.objects.create(point=make_point(answers_for=(["DE", "FR", "IT", "KR"][number],)))
        make_dispatch(make_signature(other, state="confirmed"), make_point())
        make_volunteer(make_hand_in(other, make_point()), state="confirmed")
        make_observance(f"day-{number}")
        make_target(f"target-{number}")
        pack = {"campaign": other, "point": point, "letter": other.letters.get(), "language": "en", "first": 1}
        made = Pack.objects.create(**pack, number=f"MNS-{number}", volume=1, count=1, channel="post")
        Posting.objects.create(pack=made, posted_on=NOW.date(), posted_by=superuser)
        SelfReport.objects.tell(campaign=other, point=point, channel="post", now=NOW)

    desk = Desk(superuser)
    add(0)
    before = queries_of(desk, url(f"{name}_changelist"))
    for number in range(1, 4):
        add(number)
    assert queries_of(desk, url(f"{name}_changelist")) == before


def test_a_campaign_s_page_costs_the_same_however_much_happened(desk, bora, campaign):
    campaign.move("closed", by=bora)
    before = queries_of(desk, url("campaign_change", campaign.pk))
    for state in ("open", "closed", "delivered"):
        fresh(campaign).move(state, by=make_person(f"Person-{state}"))
    assert queries_of(desk, url("campaign_change", campaign.pk)) == before


def test_every_kind_of_row_is_in_this_file_or_has_no_page():
    from django.contrib import admin

    registered = {model._meta.model_name for model in admin.site._registry if model._meta.app_label == "campaign"}
    assert registered == set(KINDS)
