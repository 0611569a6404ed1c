import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse

from outbox.models import Attempt, InboundMail, Message, State
from tests.outbox.conftest import NOW

pytestmark = pytest.mark.django_db

LIST = "admin:outbox_message_changelist"


@pytest.fixture
def messages() -> dict[str, Message]:
    def settled(subject_id: int, state: str, may_repeat: bool) -> Message:
        message = Message.objects.create(
            kind="test_note", subject_id=subject_id, language="en", may_repeat=may_repeat, state=state, settled_at=NOW
        )
        Attempt.objects.create(
            message=message, number=1, started_at=NOW, ended_at=NOW, outcome="refused", internet_message_id="<1@x>"
        )
        return message

    return {
        "failed": settled(1, State.FAILED, True),
        "failed letter": settled(2, State.FAILED, False),
        "unknown letter": settled(3, State.UNKNOWN, False),
    }


@pytest.fixture
def as_staff(client):
    """A browser logged in as somebody with these permissions."""

    def as_staff(*permissions: str):
        person = get_user_model().objects.create_user(email="dana@people.example", password=None, is_staff=True)
        person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        client.force_login(person)
        return client

    return as_staff


def test_staff_see_what_became_of_a_mail_and_can_change_nothing_by_hand(as_staff, messages):
    client = as_staff("view_message", "change_message", "delete_message", "add_message", "view_attempt")
    page = reverse("admin:outbox_message_change", args=[messages["failed"].pk])
    assert client.get(reverse(LIST)).status_code == 200
    assert "refused" in client.get(page).content.decode()
    assert client.post(page, {"language": "ko"}).status_code == 403
    assert client.get(reverse("admin:outbox_message_add")).status_code == 403
    assert client.post(reverse("admin:outbox_message_delete", args=[messages["failed"].pk])).status_code == 403


def test_a_stranger_sees_nothing(as_staff, messages):
    assert as_staff().get(reverse(LIST)).status_code == 403


def test_the_list_costs_the_same_for_one_and_for_many(as_staff, messages, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = as_staff("view_message")
    counts = []
    for address in (reverse(LIST) + "?state=unknown", reverse(LIST) + "?state__in=failed,unknown"):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- Mail that came back ---------------------------------------------------------------------------------------------

CAME_BACK = "admin:outbox_inboundmail_changelist"


@pytest.fixture
def mails() -> dict[str, InboundMail]:
    def came(number: int, sort: str, raw: str | None = None) -> InboundMail:
        digest = bytes([number]) * 32
        return InboundMail.objects.create(digest=digest, sort=sort, raw=raw, received_at=NOW, size=10)

    return {
        "strange": came(1, "unreadable", "Subject: x\r\n\r\nStrange words from the ministry\r\n"),
        "bounced": came(2, "bounced"),
    }


def test_the_list_opens_with_what_a_person_has_to_look_at(as_staff, mails):
    client = as_staff("view_inboundmail")
    shown = client.get(reverse(CAME_BACK)).context["cl"].result_list
    assert list(shown) == [mails["strange"]]
    assert len(client.get(reverse(CAME_BACK) + "?waits=all").context["cl"].result_list) == 2


def test_its_words_are_read_on_its_own_page_and_nothing_is_typed_there(as_staff, mails):
    client = as_staff("view_inboundmail", "change_inboundmail", "delete_inboundmail")
    page = reverse("admin:outbox_inboundmail_change", args=[mails["strange"].pk])
    assert "Strange words from the ministry" in client.get(page).content.decode()
    assert "Strange words" not in client.get(reverse(CAME_BACK)).content.decode()
    assert client.post(page, {"sort": "reply"}).status_code == 403
    assert client.get(reverse("admin:outbox_inboundmail_change", args=[mails["bounced"].pk])).status_code == 200


def test_who_has_looked_is_written_down(as_staff, mails):
    client = as_staff("view_inboundmail", "change_inboundmail")
    client.post(reverse(CAME_BACK), {"action": "looked_at", "_selected_action": [mails["strange"].pk]})
    looked_at = InboundMail.objects.get(pk=mails["strange"].pk)
    assert (looked_at.handled_by.email, looked_at.handled_at is not None) == ("dana@people.example", True)
    assert LogEntry.objects.get().object_id == str(looked_at.pk)
    assert list(client.get(reverse(CAME_BACK)).context["cl"].result_list) == []


@pytest.mark.parametrize("permissions", [(), ("view_message",)])
def test_others_see_none_of_it(permissions, as_staff, mails):
    client = as_staff(*permissions)
    assert client.get(reverse(CAME_BACK)).status_code == 403
    assert client.get(reverse("admin:outbox_inboundmail_change", args=[mails["strange"].pk])).status_code == 403


def test_whoever_may_only_read_says_for_nobody_that_it_is_done(as_staff, mails):
    as_staff("view_inboundmail").post(
        reverse(CAME_BACK), {"action": "looked_at", "_selected_action": [mails["strange"].pk]}
    )
    assert InboundMail.objects.to_look_at().exists()


def test_the_list_opens_no_seal(as_staff, mails, settings):
    client = as_staff("view_inboundmail")
    settings.SEAL_KEYS = "k9:" + "B" * 43 + "="
    assert client.get(reverse(CAME_BACK)).status_code == 200
