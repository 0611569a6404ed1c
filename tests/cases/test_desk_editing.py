"""Editing at the desk: rows in the page and on their own, what was typed and not saved, and two editors at once."""

import pytest
from django.test import Client

from accounts.roles import Role
from cases.models import Case, Citation, Claim, FormDraft, Member, SealedReading, Source, Status
from face.words import is_old, made
from tests.cases.desk import CANARY, client_of, make_full_case, make_staff, typed, url
from tests.cases.making import make_case, make_claim, make_event, make_law, make_source
from tests.factories import fresh

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def editor(chan) -> Client:
    return client_of(chan)


@pytest.fixture
def case(chan) -> Case:
    return make_full_case(chan)


def test_a_case_begins_with_a_title_in_its_language(editor, chan):
    answer = editor.post(url("new"), {"title": "아홉 사람", "kind": "group", "written_in": "ko"})
    case = Case.objects.get()
    assert answer["Location"] == url("case", case.reference)
    assert case.title == made("ko", ko="아홉 사람")
    assert case.edited_by == chan


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_row_is_added_and_changed_with_and_without_javascript(editor, case, headers):
    add = url("add", case.reference, "members")
    sent = typed(editor, add, label_en="the tall boy", real_name="sealed name")
    answer = editor.post(add, sent, headers=headers)
    assert answer.status_code == (200 if headers else 302)
    member = Member.objects.get(label__en__text="the tall boy")
    assert member.real_name == "sealed name"
    edit = url("edit", case.reference, "members", member.pk)
    answer = editor.post(edit, typed(editor, edit, label_en="the tallest boy"), headers=headers)
    assert answer.status_code == (200 if headers else 302)
    assert str(fresh(member)) == "the tallest boy"
    assert fresh(member).real_name == "sealed name"


def test_a_row_with_an_error_is_shown_again_with_what_was_typed(editor, case):
    add = url("add", case.reference, "events")
    sent = typed(editor, add, date="2013-02-30", kind="arrest", what_en="Stopped at night.")
    for headers in ({}, HTMX):
        answer = editor.post(add, sent, headers=headers)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "There is no such day" in page
        assert "Stopped at night." in page
        assert 'href="#id_date"' in page
    assert case.events.count() == 1


def test_people_of_an_event_are_saved_with_it(editor, case):
    event, member = case.events.get(), case.members.get()
    edit = url("edit", case.reference, "events", event.pk)
    editor.post(edit, typed(editor, edit, members=[member.pk]))
    assert list(event.members.all()) == [member]


def test_a_row_is_removed_after_asking_and_not_where_others_stand_on_it(editor, case):
    claim, member = case.claims.first(), case.members.get()
    removal = url("remove", case.reference, "claims", claim.pk)
    assert "Remove this?" in editor.get(removal).content.decode()
    editor.post(removal, {"seen": claim.version})
    assert not Claim.objects.filter(pk=claim.pk).exists()
    answer = editor.post(url("remove", case.reference, "members", member.pk), {"seen": member.version})
    assert answer.status_code == 200
    assert Member.objects.filter(pk=member.pk).exists()


# --- what was typed and not saved


def keep(client, form, **given):
    return client.post(url("keep_draft"), {"form": form, **given}, headers=HTMX)


def test_what_was_typed_is_kept_sealed_restored_with_a_notice_and_forgotten_when_saved(editor, case, chan):
    form = url("add", case.reference, "updates")
    assert "not saved yet" in keep(editor, form, title_en="Half a sen", day="2014-03-01").content.decode()
    draft = FormDraft.objects.get(by=chan)
    assert "Half" in draft.typed
    page = editor.get(form).content.decode()
    assert 'value="Half a sen"' in page
    assert "Discard it" in page
    editor.post(form, typed(editor, form, title_en="A sentence", body_en="Text.", day="2014-03-01"))
    assert not FormDraft.objects.exists()
    assert "Half a sen" not in editor.get(form).content.decode()


def test_a_draft_is_discarded_by_its_button(editor, case):
    form = url("facts", case.reference)
    keep(editor, form, title_en="Another title", seen=case.version)
    assert "Another title" in editor.get(form).content.decode()
    assert editor.post(url("discard_draft"), {"form": form})["Location"] == form
    assert "Another title" not in editor.get(form).content.decode()


def test_a_draft_is_its_writers_alone(editor, case):
    form = url("facts", case.reference)
    keep(editor, form, title_en="Mine")
    assert "Mine" not in client_of(make_staff(Role.EDITOR)).get(form).content.decode()


@pytest.mark.parametrize("form", ["/", "https://evil.example/", "/desk/", "", "/desk/cases/" + "9" * 300])
def test_a_draft_belongs_to_a_form_of_this_desk(editor, form):
    assert keep(editor, form, title_en="x").status_code == 404
    assert editor.post(url("discard_draft"), {"form": form}).status_code == 404


# --- somebody else saved first


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_who_saves_second_is_shown_both_and_nothing_is_overwritten(editor, case, headers):
    member = case.members.get()
    edit = url("edit", case.reference, "members", member.pk)
    mine = typed(editor, edit, label_en="mine", age_min="11")
    other = client_of(make_staff(Role.EDITOR))
    other.post(edit, typed(other, edit, label_en="theirs", sex="male"))
    answer = editor.post(edit, mine, headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert str(fresh(member)) == "theirs"
    assert "mine" in page
    assert "theirs" in page
    sides = {each.name: each.proposed for each in answer.context["differences"]}
    assert sides == {"label": None, "sex": "theirs", "age_min": "yours"}

    chosen = {**mine, "seen": fresh(member).version, "begun": mine["seen"], "asked": ["label", "sex", "age_min"]}
    # A side that was not chosen is asked for again.
    again = editor.post(edit, {**chosen, "keep_sex": "theirs", "keep_age_min": "yours"}, headers=headers)
    assert again.status_code == 409
    assert {each.name: each.proposed for each in again.context["differences"]}["label"] is None
    assert str(fresh(member)) == "theirs"
    sides = {"keep_label": "yours", "keep_sex": "theirs", "keep_age_min": "yours"}
    assert editor.post(edit, {**chosen, **sides}, headers=headers).status_code in (200, 302)
    member = fresh(member)
    assert (str(member), member.sex, member.age_min) == ("mine", "male", 11)


def test_a_row_that_somebody_removed_is_not_found(editor, case):
    claim = case.claims.first()
    edit = url("edit", case.reference, "claims", claim.pk)
    mine = typed(editor, edit)
    claim.delete()
    assert editor.post(edit, mine).status_code == 404


def test_a_draft_remembers_which_version_it_was_typed_over(editor, case):
    form = url("facts", case.reference)
    mine = typed(editor, form, title_en="Mine")
    keep(editor, form, **mine)
    other = client_of(make_staff(Role.EDITOR))
    other.post(form, typed(other, form, title_en="Theirs"))
    restored = editor.get(form).context["form"]
    assert int(restored.initial["seen"]) == int(mine["seen"])
    assert editor.post(form, mine).status_code == 409


# --- statuses, law, claims


def test_a_status_is_recorded_and_a_mistake_corrected_by_another(editor, case):
    member = case.members.get()
    wrong = member.statuses.get()
    page = url("statuses", case.reference, member.pk)
    assert editor.post(page, {"kind": "detained", "date": ""}).status_code == 422
    assert editor.post(f"{page}?corrects={wrong.pk}", {"kind": "detained", "date": "2013-05"}).status_code == 302
    assert Status.objects.get(corrects=wrong).kind == "detained"
    assert editor.get(f"{page}?corrects={wrong.pk}").status_code == 404


def test_an_article_that_did_not_bind_the_state_is_refused_in_words(editor, chan):
    case = make_case()
    event = make_event(case, country="LA")
    article = make_law("refugees-again", state="LA", since=None)
    page = url("law", case.reference, event.pk)
    answer = editor.post(page, {"state": "LA", "article": article.pk})
    assert answer.status_code == 422
    assert "is not a party to" in answer.content.decode()
    assert not Citation.objects.exists()


def test_a_claim_is_chosen_with_a_reason_and_another_steps_back(editor, case):
    first, second = case.claims.order_by("pk")
    assert editor.post(url("choice", case.reference, first.pk), {"seen": 1, "why_chosen_en": ""}).status_code == 422
    for claim in (first, second):
        editor.post(url("choice", case.reference, claim.pk), {"seen": fresh(claim).version, "why_chosen_en": "Seen."})
    assert not fresh(first).chosen
    assert fresh(second).why_chosen == made(en="Seen.")


def test_a_claim_says_a_value_or_what_no_value_can_say_in_words(editor, case):
    page = url("add", case.reference, "claims")
    source = make_source()
    sent = typed(editor, page, field="to_state", value="China", said_en="China, by rail", source=source.pk)
    editor.post(page, sent)
    claim = case.claims.get(source=source)
    assert (claim.value, claim.said) == ("CN", made(en="China, by rail"))
    answer = editor.post(page, sent | {"value": "its embassy"})
    assert answer.status_code == 422
    assert "value" in answer.context["form"].errors


def test_what_a_claim_says_in_words_is_translated_with_the_other_texts(editor, case):
    claim = make_claim(case, field="people", said=made(en="about thirty"), locator=made(en="p. 3"))
    page = editor.get(url("texts", case.reference) + "?language=ko").text
    assert f'id="claim-{claim.pk}"' in page
    assert "about thirty" in page


def test_claims_that_differ_stand_side_by_side(editor, case):
    groups = editor.get(url("section", case.reference, "claims")).context["groups"]
    (group,) = [group for group in groups if group["differ"]]
    assert {claim.value for claim in group["claims"]} == {"14", "16-17"}


def test_a_source_is_added_and_leads_back_to_where_it_is_needed(editor, case):
    back = url("add", case.reference, "claims")
    page = f"{url('shared_add', 'sources')}?next={back}"
    sent = typed(editor, page, publisher="A paper", title="A report", type="report", date="2013~")
    assert editor.post(page, sent)["Location"] == back
    assert Source.objects.get(publisher="A paper").date == "2013~"
    evil = page.replace(back, "https://evil.example/")
    assert editor.post(evil, {**sent, "title": "Another"})["Location"] == url("shared", "sources")


# --- sealed


def test_a_sealed_field_is_shown_after_a_reason_that_is_kept(editor, case, chan):
    page = url("sealed", case.reference, "member", case.members.get().pk, "real_name")
    assert CANARY not in editor.get(page).content.decode()
    assert editor.post(page, {"reason": " "}).status_code == 200
    assert not SealedReading.objects.exists()
    assert CANARY in editor.post(page, {"reason": "The family asked."}).content.decode()
    reading = SealedReading.objects.get()
    assert (reading.by, reading.case, reading.reason) == (chan, case.reference, "The family asked.")


def test_an_editor_writes_a_sealed_field_anew_and_a_reviewer_does_not(editor, case, dana):
    member = case.members.get()
    page = url("sealed", case.reference, "member", member.pk, "kin")
    client_of(dana).post(page, {"value": "by a reviewer", "seen": member.version})
    assert fresh(member).kin == CANARY
    editor.post(page, {"value": "An aunt.", "seen": member.version})
    assert fresh(member).kin == "An aunt."


# --- texts


def test_a_translator_writes_a_translation_and_ticks_an_old_one(case):
    translator = client_of(make_staff(Role.TRANSLATOR))
    address = url("translation", case.reference, "case", case.pk, "ko")
    prefix = f"case-{case.pk}"
    sent = {f"{prefix}-title": "아홉 사람", f"{prefix}-summary": "", f"{prefix}-seen": case.version}
    assert translator.post(address, sent, headers=HTMX).status_code == 200
    case = fresh(case)
    assert case.title["ko"]["text"] == "아홉 사람"
    Case.objects.filter(pk=case.pk).update(title={**case.title, "en": {"text": "Ten"}})
    assert is_old(fresh(case).title, "ko")
    ticked = {f"{prefix}-title": "아홉 사람", f"{prefix}-title_right": "on", f"{prefix}-seen": case.version}
    translator.post(address, ticked, headers=HTMX)
    assert not is_old(fresh(case).title, "ko")


def test_two_translators_of_different_languages_do_not_meet(case):
    translator = client_of(make_staff(Role.TRANSLATOR))
    for language in ("ko", "ja"):
        address = url("translation", case.reference, "case", case.pk, language)
        sent = {f"case-{case.pk}-title": language, f"case-{case.pk}-seen": case.version}
        assert translator.post(address, sent, headers=HTMX).status_code == 200
    assert fresh(case).title["ko"]["text"] == "ko"


def test_a_translator_whose_source_changed_meanwhile_is_told_and_keeps_the_words(case, editor):
    translator = client_of(make_staff(Role.TRANSLATOR))
    address = url("translation", case.reference, "case", case.pk, "ko")
    sent = {f"case-{case.pk}-title": "아홉 사람", f"case-{case.pk}-seen": case.version}
    facts = url("facts", case.reference)
    editor.post(facts, typed(editor, facts, title_en="Ten people"))
    answer = translator.post(address, sent, headers=HTMX)
    assert answer.status_code == 409
    assert "아홉 사람" in answer.content.decode()
    assert "ko" not in fresh(case).title


def test_no_text_is_written_in_the_language_of_the_case_from_there(case):
    translator = client_of(make_staff(Role.TRANSLATOR))
    assert translator.post(url("translation", case.reference, "case", case.pk, "en"), {}).status_code == 404


def test_related_cases_show_each_other(editor, case):
    other = make_case()
    editor.post(url("related", case.reference), {"reference": other.reference.lower()})
    assert case.reference in editor.get(url("case", other.reference)).content.decode()
    page = editor.post(url("related", case.reference), {"reference": case.reference}, follow=True)
    assert "not related to itself" in page.content.decode()
    editor.post(url("unrelate", case.reference, other.pk))
    assert not Case.objects.related_to(case).exists()
