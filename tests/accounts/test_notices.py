"""What people who work here are told: at the desk always, by mail as each has chosen, and each alone."""

import datetime as dt
import re
from urllib.parse import urlsplit

import pytest
from django.core.mail import EmailMessage
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import actions, links, members, notice_kinds, notices
from accounts.models import Mailing, Notice, NoticeChoice, NoticeDigest
from accounts.notice_kinds import NoticeKind, groups_for, known
from accounts.notices import choose, forget_old, make_digests, next_digest, tell
from accounts.people import change_roles
from accounts.roles import MemberRole, Role
from outbox.kinds import unregister
from outbox.models import Message
from tests.factories import make_person
from tests.logging_in import log_in
from tests.told import mails_of

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
# A Wednesday, before the digests of the day.
NOW = dt.datetime(2027, 9, 1, 6, 30, tzinfo=dt.UTC)
KIND = "export_asked"


def told(*people, kind=KIND, subject_id=7, now=NOW, **fields):
    tell(people, kind, subject_id=subject_id, path="/desk/", about="Light the way", language="en", now=now, **fields)


@pytest.fixture
def people(organisation):
    return [make_person(name, organisation=organisation, is_staff=True) for name in ("Ines", "Jude", "Kim")]


# --- One door --------------------------------------------------------------------------------------------------------


def test_each_is_told_at_the_desk_and_gets_a_mail_of_their_own(people):
    told(*people)
    assert set(Notice.objects.values_list("person", flat=True)) == {person.pk for person in people}
    messages = Message.objects.filter(kind=KIND)
    assert set(messages.values_list("subject_id", flat=True)) == set(Notice.objects.values_list("pk", flat=True))


@pytest.fixture
def made_up():
    """One whose mail is composed without a row, and wrongly to everybody."""
    words = "Something happened"
    kind = NoticeKind(
        name="test_kind", words=words, group="", compose=lambda message: EmailMessage(words, to=["a", "b"])
    )
    notices.register(kind)
    yield kind.name
    notice_kinds._kinds.pop(kind.name)
    unregister(kind.name)


def test_a_mail_goes_to_one_person_whatever_was_composed_and_not_to_who_read_it_or_left(people, dana, made_up):
    told(*people, kind=made_up)
    assert sorted(mail.to for mail in mails_of(made_up)) == sorted([person.email] for person in people)
    notices.mark_read(Notice.objects.filter(person=people[0]))
    actions.suspend_person(person=people[1], by=dana, reason="x")
    assert [mail.to for mail in mails_of(made_up)] == [[people[2].email]]


def test_people_hear_as_each_has_chosen(people):
    daily, weekly, at_desk = people
    for person, mailing in zip(people, (Mailing.DAILY, Mailing.WEEKLY, Mailing.NEVER), strict=True):
        choose(person=person, mailings={"second_person": mailing})
    told(*people)
    due = dict(Notice.objects.values_list("person", "mail_at"))
    assert due == {
        daily.pk: dt.datetime(2027, 9, 1, 8, tzinfo=dt.UTC),
        weekly.pk: dt.datetime(2027, 9, 6, 8, tzinfo=dt.UTC),
        at_desk.pk: None,
    }
    assert not Message.objects.exists()


def test_a_choice_holds_for_its_group_alone(people):
    choose(person=people[0], mailings={"second_person": Mailing.NEVER})
    told(people[0], kind="hold")
    assert Message.objects.get().kind == "hold"


def test_what_is_about_the_safety_of_the_site_always_comes_at_once(dana):
    assert known()["audit_broken"].group == ""
    NoticeChoice.objects.create(person=dana, group="", mailing=Mailing.NEVER)
    told(dana, kind="audit_broken", subject_id=None)
    assert Message.objects.get().kind == "audit_broken"


def test_whoever_has_left_is_told_nothing(people, dana):
    actions.suspend_person(person=people[0], by=dana, reason="x")
    people[0].refresh_from_db(fields=["is_active"])
    told(*people)
    assert not Notice.objects.filter(person=people[0]).exists()


@pytest.mark.parametrize("role", [None, MemberRole.VIEWER])
def test_with_a_right_that_is_taken_goes_what_was_not_read(role, people, organisation):
    owner = make_person("Olive", organisation=organisation, member=MemberRole.OWNER, is_staff=True)
    told(*people)
    membership = people[0].memberships.get()
    if role:
        members.change_member(membership=membership, role=role, by=owner)
    else:
        members.remove_member(membership=membership, by=owner)
    assert set(Notice.objects.values_list("person", flat=True)) == {people[1].pk, people[2].pk}


def test_with_a_role_that_is_given_nothing_unread_goes(people, organisation):
    owner = make_person("Olive", organisation=organisation, member=MemberRole.OWNER, is_staff=True)
    told(*people)
    members.change_member(membership=people[0].memberships.get(), role=MemberRole.OWNER, by=owner)
    assert Notice.objects.filter(person=people[0]).exists()


def test_with_a_role_of_the_site_that_is_taken_goes_what_was_not_read(db):
    root = make_person("Root", is_staff=True, is_superuser=True)
    reviewer = make_person("Fumi", role=Role.REVIEWER, is_staff=True)
    told(reviewer)
    change_roles(person=reviewer, roles=[Role.REVIEWER, Role.PUBLISHER], superuser=False, by=root, reason="x")
    assert Notice.objects.filter(person=reviewer).exists()
    change_roles(person=reviewer, roles=[Role.PUBLISHER], superuser=False, by=root, reason="x")
    assert not Notice.objects.filter(person=reviewer).exists()


def test_what_one_has_not_read_is_told_once_as_it_stands_now(people):
    ines, jude, _kim = people
    told(ines, jude)
    notices.mark_read(Notice.objects.filter(person=jude))
    told(ines, jude, now=NOW + DAY)
    told(ines, subject_id=8)
    assert list(Notice.objects.filter(person=ines, subject_id=7).values_list("at", flat=True)) == [NOW + DAY]
    assert Notice.objects.filter(person=jude).count() == 2
    assert Notice.objects.filter(person=ines).count() == 2


def test_telling_more_people_asks_no_more_of_the_database(people):
    choose(person=people[0], mailings={"second_person": Mailing.NEVER})
    choose(person=people[1], mailings={"second_person": Mailing.DAILY})
    with CaptureQueriesContext(connection) as one:
        told(people[0])
    with CaptureQueriesContext(connection) as two:
        told(*people[:2])
    assert len(one) == len(two)


@pytest.mark.parametrize(
    ("mailing", "now", "at"),
    [
        ("daily", dt.datetime(2027, 9, 1, 7, 59), dt.datetime(2027, 9, 1, 8)),
        ("daily", dt.datetime(2027, 9, 1, 8), dt.datetime(2027, 9, 2, 8)),
        ("weekly", dt.datetime(2027, 9, 6, 7), dt.datetime(2027, 9, 6, 8)),
        ("weekly", dt.datetime(2027, 9, 6, 9), dt.datetime(2027, 9, 13, 8)),
        ("at_once", dt.datetime(2027, 9, 6, 9), None),
        ("never", dt.datetime(2027, 9, 6, 9), None),
    ],
)
def test_digests_go_at_eight_and_weekly_ones_on_monday(mailing, now, at):
    assert next_digest(mailing, now.replace(tzinfo=dt.UTC)) == (at and at.replace(tzinfo=dt.UTC))


def test_eight_is_by_the_clock_of_the_site():
    with timezone.override("Asia/Seoul"):
        assert next_digest("daily", NOW) == dt.datetime(2027, 9, 1, 23, tzinfo=dt.UTC)


# --- Digests ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def reader(people):
    """Somebody who wants one mail a day."""
    choose(person=people[0], mailings={"second_person": Mailing.DAILY, "letters": Mailing.DAILY})
    return people[0]


def test_a_digest_holds_what_is_due_once(reader):
    told(reader)
    told(reader, kind="hold", subject_id=3)
    assert make_digests(now=NOW) == 0
    assert make_digests(now=NOW + DAY) == 1
    assert make_digests(now=NOW + DAY) == 0
    (mail,) = mails_of("notice_digest")
    assert (mail.to, mail.cc, mail.bcc) == ([reader.email], [], [])
    assert mail.subject == "2 notices from your desk"
    for said in ("An export of signatures waits for you", "Letters wait for you", "Light the way"):
        assert said in mail.body
    for notice in Notice.objects.all():
        assert reverse("notice_desk:notice", args=[notice.pk]) in mail.body
    told(reader, subject_id=9, now=NOW + DAY)
    assert make_digests(now=NOW + 2 * DAY) == 1
    assert NoticeDigest.objects.count() == 2


def test_what_was_read_at_the_desk_is_in_no_digest(reader):
    told(reader)
    notices.mark_read(Notice.objects.all())
    assert make_digests(now=NOW + DAY) == 0
    told(reader)
    make_digests(now=NOW + DAY)
    notices.mark_read(Notice.objects.all())
    assert mails_of("notice_digest") == []


def test_a_long_digest_says_how_many_it_leaves_out(reader):
    for number in range(53):
        told(reader, subject_id=number)
    make_digests(now=NOW + DAY)
    (mail,) = mails_of("notice_digest")
    assert mail.subject == "53 notices from your desk"
    assert mail.body.count("An export of signatures waits for you") == 50
    assert "3 more stand at your desk." in mail.body


def test_people_get_digests_of_their_own(people):
    for person in people[:2]:
        choose(person=person, mailings={"second_person": Mailing.DAILY})
    told(*people)
    assert make_digests(now=NOW + DAY) == 2
    assert sorted(mail.to[0] for mail in mails_of("notice_digest")) == sorted(p.email for p in people[:2])


def test_one_click_of_a_mail_program_ends_them(reader):
    told(reader)
    make_digests(now=NOW + DAY)
    (mail,) = mails_of("notice_digest")
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    (link,) = re.fullmatch(r"<(.+)>", mail.extra_headers["List-Unsubscribe"]).groups()
    assert link in mail.body
    told(reader, subject_id=8)
    choose(person=reader, mailings={"partners": Mailing.AT_ONCE})
    program = Client(enforce_csrf_checks=True)
    path = urlsplit(link).path
    assert program.get(path).status_code == 200
    assert program.head(path).status_code == 200
    assert Notice.objects.filter(mail_at__isnull=False).exists()
    assert program.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    chosen = dict(reader.notice_choices.values_list("group", "mailing"))
    assert chosen == {"second_person": "never", "letters": "never", "partners": "at_once"}
    assert not Notice.objects.filter(mail_at__isnull=False).exists()


def test_a_link_that_is_cut_off_ends_nothing(client, reader):
    told(reader)
    path = urlsplit(links.end_digests_url(reader)).path
    for broken in (path[:-8] + "/end/", reverse("end_digests", args=["x" * 60])):
        assert client.post(broken).status_code == 404
    assert reader.notice_choices.filter(mailing="daily").exists()


# --- The page of notices ---------------------------------------------------------------------------------------------


def test_a_notice_leads_on_and_is_read_from_then_on(client, bora):
    tell([bora], KIND, subject_id=7, path="/desk/notices/?show=unread", language="en", now=NOW)
    log_in(client, bora)
    page = client.get(reverse("notice_desk:list")).content.decode()
    assert "An export of signatures waits for you" in page
    assert "1 new notice" in page
    notice = Notice.objects.get()
    answer = client.get(reverse("notice_desk:notice", args=[notice.pk]))
    assert answer["Location"] == "/desk/notices/?show=unread"
    assert Notice.objects.get().read_at
    page = client.get(reverse("notice_desk:list") + "?show=unread").content.decode()
    assert "Nothing is unread" in page
    assert "new notice" not in page


def test_one_is_marked_as_read_or_all(client, bora):
    for number in range(3):
        told(bora, subject_id=number)
    log_in(client, bora)
    first = Notice.objects.first()
    assert client.post(reverse("notice_desk:read", args=[first.pk])).status_code == 302
    assert Notice.objects.unread().count() == 2
    page = client.post(reverse("notice_desk:read_all"), follow=True).content.decode()
    assert "All notices are marked as read." in page
    assert "Mark all as read" not in page
    assert not Notice.objects.unread().exists()


def test_nobody_sees_or_reads_the_notices_of_others(client, bora, dana):
    told(bora)
    notice = Notice.objects.get()
    log_in(client, dana)
    assert "An export of signatures" not in client.get(reverse("notice_desk:list")).content.decode()
    assert client.get(reverse("notice_desk:notice", args=[notice.pk])).status_code == 404
    assert client.post(reverse("notice_desk:read", args=[notice.pk])).status_code == 404
    client.post(reverse("notice_desk:read_all"))
    assert Notice.objects.unread().get() == notice


def test_who_was_told_nothing_reads_that(client, bora):
    assert "No notices yet" in log_in(client, bora).get(reverse("notice_desk:list")).content.decode()


def test_three_notices_cost_as_many_queries_as_one(client, bora):
    log_in(client, bora)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("notice_desk:list")).status_code == 200
        return len(queries)

    told(bora)
    cost()
    one = cost()
    for number in range(60):
        told(bora, subject_id=number, now=NOW + DAY)
    assert cost() == one
    page = client.get(reverse("notice_desk:list")).content.decode()
    assert page.count('class="entry notice-line') == 50
    assert "Page 1 of 2" in page


def test_what_was_read_is_removed_after_90_days(people, dana):
    ines, jude, kim = people
    told(*people)
    notices.mark_read(Notice.objects.filter(person=ines), now=NOW - 91 * DAY)
    notices.mark_read(Notice.objects.filter(person=jude), now=NOW - 89 * DAY)
    assert forget_old(now=NOW) == 1
    assert set(Notice.objects.values_list("person", flat=True)) == {jude.pk, kim.pk}
    actions.end_account(person=kim, by=dana, reason="x")
    forget_old(now=NOW)
    assert Notice.objects.get().person == jude


def test_old_digests_go_and_what_they_held_is_not_mailed_again(reader):
    told(reader)
    make_digests(now=NOW + DAY)
    forget_old(now=NOW + 200 * DAY)
    assert not NoticeDigest.objects.exists()
    assert make_digests(now=NOW + 200 * DAY) == 0


# --- The page of choices ---------------------------------------------------------------------------------------------


def test_people_choose_for_what_may_reach_them(client, bora, dana):
    chan = make_person("Chan", role=Role.EDITOR, is_staff=True)
    assert [group.code for group in groups_for(chan)] == ["cases"]
    assert {"hand_ins", "partners"} <= {group.code for group in groups_for(bora)}
    assert "cases" not in {group.code for group in groups_for(bora)}
    log_in(client, chan)
    page = client.get(reverse("notice_choices")).content.decode()
    assert "Cases that have to be looked at again" in page
    assert "Partner organisations" not in page
    assert client.post(reverse("notice_choices"), {"cases": "weekly"}).status_code == 302
    assert dict(chan.notice_choices.values_list("group", "mailing")) == {"cases": "weekly"}


def test_a_choice_that_there_is_not_is_said_at_the_field(client, bora):
    log_in(client, bora)
    answer = client.post(reverse("notice_choices"), {"partners": "hourly"})
    assert answer.status_code == 422
    assert not NoticeChoice.objects.exists()


def test_a_new_choice_holds_for_what_waits(reader):
    told(reader)
    choose(person=reader, mailings={"second_person": "weekly"}, now=NOW)
    assert Notice.objects.get().mail_at == dt.datetime(2027, 9, 6, 8, tzinfo=dt.UTC)
    choose(person=reader, mailings={"second_person": "at_once"}, now=NOW)
    assert Notice.objects.get().mail_at == dt.datetime(2027, 9, 1, 8, tzinfo=dt.UTC)
    choose(person=reader, mailings={"second_person": "never"}, now=NOW)
    assert Notice.objects.get().mail_at is None


# --- What the database holds to --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["https://elsewhere.example/", "//elsewhere.example/", "desk/", ""])
def test_a_notice_leads_to_no_other_site(bora, path):
    with pytest.raises(IntegrityError, match="notice_leads_to_a_page_of_this_site"), transaction.atomic():
        Notice.objects.create(person=bora, kind=KIND, path=path, language="en", at=NOW)


def test_a_notice_is_in_a_digest_or_waits_for_one(bora):
    digest = NoticeDigest.objects.create(person=bora, at=NOW)
    fields = {"person": bora, "kind": KIND, "path": "/desk/", "language": "en", "at": NOW}
    Notice.objects.create(**fields, digest=digest)
    Notice.objects.create(**fields, mail_at=NOW)
    with pytest.raises(IntegrityError, match="notice_is_mailed_in_one_digest"), transaction.atomic():
        Notice.objects.create(**fields, mail_at=NOW, digest=digest)


def test_a_person_chooses_once_for_each_group(bora):
    NoticeChoice.objects.create(person=bora, group="letters", mailing="daily")
    with pytest.raises(IntegrityError, match="one_notice_choice_per_group"), transaction.atomic():
        NoticeChoice.objects.create(person=bora, group="letters", mailing="never")
    with pytest.raises(IntegrityError, match="notice_choice_is_known"), transaction.atomic():
        NoticeChoice.objects.create(person=bora, group="partners", mailing="hourly")
