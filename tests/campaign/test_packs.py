"""Who stands in which pack: everybody once, nobody who has left, whatever dies or runs at the same time."""

import hashlib
import os
import signal
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connections, transaction

from campaign import actions, kit, rules, tasks
from campaign.actions import packs
from campaign.models import Dispatch, Hold, Pack, Signature
from face.typesetting import NotTypeset
from privacy.sealed_files import path_of, unseal_file
from tests.campaign.papers import ask, made, make_all, many_sign, sign_and_confirm, text_of
from tests.databases import url_of_this_test
from tests.factories import NOW, fresh, make_campaign, make_dispatch, make_letter, make_point, make_signature

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path / "sealed" / "packs"


def printed_in(pack):
    """Numbers and names, in order."""
    return [(found.place, found.signature.name) for found in Dispatch.objects.in_pack(pack).select_related("signature")]


# Who is in it


def test_everybody_who_has_confirmed_is_numbered_in_the_order_in_which_they_did(campaign, point):
    sign_and_confirm(campaign, "Ara Kim", "Jan Nowak", "이하나")
    make_signature(campaign, name="Not Confirmed")
    make_signature(campaign, name="Has Left", state="withdrawn")
    (pack,) = ask(campaign, point)
    assert printed_in(pack) == [(1, "Ara Kim"), (2, "Jan Nowak"), (3, "이하나")]
    assert (pack.first, pack.count, pack.last, pack.volume) == (1, 3, 3, 1)


def test_5001_signatures_make_two_volumes(campaign, point):
    many_sign(campaign, 5001)
    first, second = ask(campaign, point)
    assert [(pack.volume, pack.first, pack.count) for pack in (first, second)] == [(1, 1, 5000), (2, 5001, 1)]
    assert Dispatch.objects.filter(channel="hand").values("signature").distinct().count() == 5001
    make_all()
    assert "5000" in text_of(fresh(first))
    assert "5001" in text_of(fresh(second))


def test_who_signs_late_is_in_a_supplement_and_nobody_twice(campaign, point):
    sign_and_confirm(campaign, "Ara Kim", "Jan Nowak")
    first = made(campaign, point)
    assert ask(campaign, point) == []
    sign_and_confirm(campaign, "Late Comer")
    second = made(campaign, point)
    assert (second.volume, second.first, printed_in(second)) == (2, 3, [(3, "Late Comer")])
    assert "Late Comer" not in text_of(first)
    assert "Ara Kim" not in text_of(second)


def test_the_database_refuses_to_print_anybody_twice_for_a_point(campaign, point):
    sign_and_confirm(campaign, "Ara Kim")
    ask(campaign, point)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_dispatch(Signature.objects.get(), point, channel="hand")


def test_another_point_gets_everybody_too(campaign, point):
    sign_and_confirm(campaign, "Ara Kim")
    ask(campaign, point)
    (pack,) = ask(campaign, make_point())
    assert printed_in(pack) == [(1, "Ara Kim")]


def test_a_letter_that_went_by_mail_is_in_the_hand_in_as_well(campaign, point):
    (signature,) = sign_and_confirm(campaign, "Ara Kim")
    make_dispatch(signature, point, state="presumed_delivered", accepted_at=NOW)
    (pack,) = ask(campaign, point)
    assert printed_in(pack) == [(1, "Ara Kim")]


def test_each_version_of_the_letter_has_volumes_of_its_own(campaign, point):
    sign_and_confirm(campaign, "Ara Kim", "Jan Nowak")
    newer = make_letter(campaign, version=2)
    sign_and_confirm(campaign, "Eva Novák", letter=newer)
    first, second = ask(campaign, point)
    assert [pack.letter.version for pack in (first, second)] == [1, 2]
    assert printed_in(second) == [(3, "Eva Novák")]
    make_all()
    assert "(version 1)" in text_of(fresh(first))
    assert "(version 2)" in text_of(fresh(second))


def test_many_own_words_make_smaller_volumes(campaign, point, monkeypatch):
    monkeypatch.setitem(packs.VOLUMES, "hand", 30)
    sign_and_confirm(campaign, *["Ara Kim"] * 4, own_words="word " * 400)
    assert [pack.count for pack in ask(campaign, point)] == [1, 1, 1, 1]
    assert Dispatch.objects.filter(channel="hand").count() == 4


def test_a_point_without_signatures_gets_the_letter_alone_once(campaign, point):
    pack = made(campaign, point)
    assert (pack.count, pack.state) == (0, Pack.State.READY)
    assert ask(campaign, point) == []
    sign_and_confirm(campaign, "Ara Kim")
    (next_one,) = ask(campaign, point)
    assert (next_one.volume, next_one.first) == (2, 1)


def test_without_a_published_letter_there_is_no_pack(point):
    assert ask(make_campaign(letter=False), point) == []


def test_nothing_is_printed_while_the_campaign_is_held(campaign, point, make_case_down):
    sign_and_confirm(campaign, "Ara Kim")
    pack = made(campaign, point)
    make_case_down(campaign)
    with pytest.raises(actions.LettersHeld):
        ask(campaign, point)
    with pytest.raises(actions.LettersHeld):
        actions.hand_out_pack(pack=pack, by=None)


@pytest.fixture
def make_case_down():
    from cases.models import Case

    def hold(campaign):
        case = Case.objects.create(reference="MNS-2026-0001")
        Hold.objects.create(campaign=campaign, case=case, cause=Hold.Cause.TAKEDOWN, at=NOW)

    return hold


# By post


def test_by_post_go_the_letters_that_did_not_go_by_mail(campaign, point):
    sent, bounced, _unsent = sign_and_confirm(campaign, "Sent", "Bounced", "Unsent")
    make_dispatch(sent, point, state="presumed_delivered", accepted_at=NOW)
    make_dispatch(bounced, point, state="bounced", accepted_at=NOW)
    (pack,) = ask(campaign, make_point(), channel="post")
    assert printed_in(pack) == [(1, "Bounced"), (2, "Unsent")]
    assert ask(campaign, point, channel="post") == []


def test_where_all_points_get_a_letter_each_gets_one_by_post(point):
    campaign = make_campaign(addressing="all")
    (signature,) = sign_and_confirm(campaign, "Ara Kim")
    make_dispatch(signature, point, state="presumed_delivered", accepted_at=NOW)
    assert ask(campaign, point, channel="post") == []
    assert len(ask(campaign, make_point(), channel="post")) == 1


# Who leaves


def test_who_withdraws_before_it_is_made_is_not_in_it_and_leaves_no_gap(campaign, point):
    _, leaving, _ = sign_and_confirm(campaign, "Ara Kim", "Jan Nowak", "이하나")
    (pack,) = ask(campaign, point)
    actions.withdraw_signature(signature=leaving)
    make_all()
    assert printed_in(pack) == [(1, "Ara Kim"), (2, "이하나")]
    assert fresh(pack).count == 2
    assert "Jan Nowak" not in text_of(fresh(pack))


def test_who_is_erased_is_not_in_packs_that_nobody_has_fetched(
    campaign, point, folder, django_capture_on_commit_callbacks
):
    leaving, _ = sign_and_confirm(campaign, "Ara Kim", "Jan Nowak")
    pack = made(campaign, point)
    assert "Ara Kim" in text_of(pack)
    with django_capture_on_commit_callbacks(execute=True):
        actions.erase_signature(signature=leaving)
    assert list(folder.iterdir()) == []
    with pytest.raises(actions.NotReadyYet):
        actions.hand_out_pack(pack=pack, by=None)
    make_all()
    assert "Ara Kim" not in text_of(fresh(pack))
    assert printed_in(pack) == [(1, "Jan Nowak")]


@pytest.mark.parametrize("leave", [actions.erase_signature, actions.withdraw_signature])
def test_who_leaves_a_pack_that_somebody_has_fetched_is_to_be_struck_out(campaign, point, bora, leave):
    _, leaving = sign_and_confirm(campaign, "Ara Kim", "Jan Nowak")
    pack = made(campaign, point)
    actions.hand_out_pack(pack=pack, by=bora)
    assert rules.to_strike_out([pack]) == {}
    leave(signature=leaving)
    assert rules.to_strike_out([pack]) == {pack.pk: [2]}
    assert fresh(pack).state == Pack.State.HANDED_OUT
    Dispatch.objects.filter(pack=pack).update(state="delivered")
    assert rules.to_strike_out([pack]) == {}


def test_who_withdraws_and_signs_again_is_in_the_next_pack(campaign, point):
    (leaving,) = sign_and_confirm(campaign, "Ara Kim")
    ask(campaign, point)
    actions.withdraw_signature(signature=leaving)
    make_all()
    again = fresh(leaving)
    again.move(Signature.State.PENDING)
    again.move(Signature.State.CONFIRMED, confirmed_at=NOW)
    (pack,) = ask(campaign, point)
    assert printed_in(pack) == [(1, "Ara Kim")]
    assert Dispatch.objects.filter(channel="hand").count() == 1


def test_who_is_held_for_a_check_is_not_printed(campaign, point):
    held, _ = sign_and_confirm(campaign, "Ara Kim", "Jan Nowak")
    (pack,) = ask(campaign, point)
    fresh(held).move(Signature.State.HELD)
    make_all()
    assert printed_in(pack) == [(1, "Jan Nowak")]


def test_who_withdraws_while_it_is_typeset_is_not_in_what_is_handed_out(campaign, point, monkeypatch):
    leaving, _ = sign_and_confirm(campaign, "Ara Kim", "Jan Nowak")
    (pack,) = ask(campaign, point)
    typeset = kit.typeset

    def typeset_slowly(*what, **how):
        if fresh(leaving).state == Signature.State.CONFIRMED:
            actions.withdraw_signature(signature=leaving)
        return typeset(*what, **how)

    monkeypatch.setitem(packs._TYPESET, "hand", typeset_slowly)
    assert make_all() == 2
    assert "Ara Kim" not in text_of(fresh(pack))
    assert fresh(pack).count == 1


# Made


def test_a_made_pack_knows_its_file_and_each_letter_its_page(campaign, point, folder):
    many_sign(campaign, 300)
    pack = made(campaign, point)
    assert pack.sha256 == hashlib.sha256(unseal_file(pack.file)).hexdigest()
    assert b"%PDF" not in path_of(pack.file).read_bytes()
    assert stat.S_IMODE(path_of(pack.file).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    pages = list(Dispatch.objects.in_pack(pack).values_list("page", flat=True))
    assert pages == sorted(pages)
    assert len(set(pages)) > 1
    assert 1 < pages[0] < pages[-1] < pack.pages


def test_the_same_pack_made_twice_is_the_same_file(campaign, point):
    sign_and_confirm(campaign, "Ara Kim")
    (pack,) = ask(campaign, point)
    entries = [kit.entry_of(Signature.objects.get(), 1)]
    assert kit.typeset(pack, entries, at=NOW).pdf == kit.typeset(pack, entries, at=NOW).pdf


def test_the_task_makes_what_was_asked_for_longest_and_is_harmless_twice(campaign, point):
    sign_and_confirm(campaign, "Ara Kim")
    (first,) = ask(campaign, point)
    (second,) = ask(campaign, make_point())
    tasks.make_packs()
    assert [fresh(pack).state for pack in (first, second)] == ["ready", "asked"]
    tasks.make_packs()
    tasks.make_packs()
    assert [fresh(pack).state for pack in (first, second)] == ["ready", "ready"]


def test_handing_out_twice_is_once(campaign, point, bora):
    pack = made(campaign, point)
    assert actions.hand_out_pack(pack=pack, by=bora) == actions.hand_out_pack(pack=pack, by=None)
    assert [(change.new, change.by) for change in pack.changes.filter(new="handed_out")] == [("handed_out", bora)]


def test_what_cannot_be_typeset_is_tried_three_times_and_then_left_to_a_person(campaign, point, bora, monkeypatch):
    def fail(*what, **how):
        raise NotTypeset("no")

    monkeypatch.setitem(packs._TYPESET, "hand", fail)
    (pack,) = ask(campaign, point)
    assert make_all() == 3
    assert fresh(pack).state == Pack.State.FAILED
    monkeypatch.setitem(packs._TYPESET, "hand", kit.typeset)
    actions.make_again(pack=pack, by=bora)
    assert make_all() == 1
    assert fresh(pack).state == Pack.State.READY


@pytest.mark.parametrize("limit", [{"MEGABYTES": 20, "SECONDS": 3}, {"SECONDS": 0}])
def test_a_child_that_takes_too_much_is_stopped(campaign, point, monkeypatch, limit):
    for name, value in limit.items():
        monkeypatch.setattr(kit, name, value)
    (pack,) = ask(campaign, point)
    with pytest.raises(NotTypeset):
        kit.typeset(pack, [], at=NOW)


# At the same time, and after a crash


@pytest.mark.django_db(transaction=True)
def test_two_planners_at_once_print_everybody_once(campaign, point):
    many_sign(campaign, 100)

    def plan(_):
        try:
            return ask(campaign, point)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as crowd:
        packs_made = [pack for found in crowd.map(plan, range(4)) for pack in found]
    assert [pack.count for pack in packs_made] == [100]
    assert Dispatch.objects.filter(channel="hand").count() == 100


@pytest.mark.django_db(transaction=True)
def test_two_makers_at_once_make_each_pack_once(campaign, point):
    points = [point, make_point(), make_point()]
    for one in points:
        ask(campaign, one)

    def make(_):
        try:
            return make_all()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as crowd:
        assert sum(crowd.map(make, range(3))) == 3
    assert set(Pack.objects.values_list("state", flat=True)) == {"ready"}
    for pack in Pack.objects.all():
        assert [change.new for change in pack.changes.order_by("pk")] == ["building", "ready"]


DIES = """
import os, signal, django
django.setup()
from campaign.actions import packs
def die(*what, **how):
    os.kill(os.getpid(), signal.SIGKILL)
packs._TYPESET["hand"] = die
packs.make_next_pack()
"""


@pytest.mark.django_db(transaction=True)
def test_a_pack_whose_maker_was_killed_is_made_by_the_next(campaign, point):
    sign_and_confirm(campaign, "Ara Kim")
    (pack,) = ask(campaign, point)
    environment = {**os.environ, "DATABASE_URL": url_of_this_test(), "DJANGO_SETTINGS_MODULE": "maninso.settings"}
    died = subprocess.run([sys.executable, "-c", DIES], env=environment, check=False)
    assert died.returncode == -signal.SIGKILL
    assert fresh(pack).state == Pack.State.BUILDING
    while not actions.make_next_pack():
        """PostgreSQL takes a moment to notice that the connection is gone."""
    assert fresh(pack).state == Pack.State.READY
    assert "Ara Kim" in text_of(fresh(pack))


def test_what_was_planned_an_hour_ago_is_still_made(campaign, point):
    sign_and_confirm(campaign, "Ara Kim")
    (pack,) = ask(campaign, point, now=NOW - timedelta(hours=1))
    make_all()
    assert fresh(pack).state == Pack.State.READY
