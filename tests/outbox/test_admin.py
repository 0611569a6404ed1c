import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from outbox.models import Attempt, InboundMail, Message, State
from tests.logging_in import log_in
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
def root(client):
    """A superuser's browser."""
    person = get_user_model().objects.create_superuser(email="dana@people.example", name="Dana")
    return log_in(client, person)


@pytest.fixture
def outsider():
    """Staff to whom somebody gave every permission on mail by mistake."""
    person = get_user_model().objects.create_user(email="eun@people.example", password=None, is_staff=True)
    person.user_permissions.set(Permission.objects.filter(content_type__app_label="outbox"))
    return log_in(Client(), person)


def test_superusers_see_what_became_of_a_mail_and_can_change_nothing_by_hand(root, messages):
    page = reverse("admin:outbox_message_change", args=[messages["failed"].pk])
    assert root.get(reverse(LIST)).status_code == 200
    assert "refused" in root.get(page).content.decode()
    assert root.post(page, {"language": "ko"}).status_code == 403
    assert root.get(reverse("admin:outbox_message_add")).status_code == 403
    assert root.post(reverse("admin:outbox_message_delete", args=[messages["failed"].pk])).status_code == 403


def test_others_see_nothing_whatever_their_permissions(outsider, messages):
    assert outsider.get(reverse(LIST), follow=True).status_code == 403


def test_the_list_costs_the_same_for_one_and_for_many(root, messages, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for address in (reverse(LIST) + "?state=unknown", reverse(LIST) + "?state__in=failed,unknown"):
        root.get(address)
        with CaptureQueriesContext(connection) as queries:
            root.get(address)
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


def test_its_words_stay_sealed_and_nothing_is_typed_there(root, mails):
    page = reverse("admin:outbox_inboundmail_change", args=[mails["strange"].pk])
    assert "Strange words" not in root.get(page).content.decode()
    assert "Strange words" not in root.get(reverse(CAME_BACK)).content.decode()
    assert root.post(page, {"sort": "reply"}).status_code == 403
    assert root.get(reverse("admin:outbox_inboundmail_change", args=[mails["bounced"].pk])).status_code == 200


def test_others_see_none_of_it(outsider, mails):
    page = reverse("admin:outbox_inboundmail_change", args=[mails["strange"].pk])
    for path in (reverse(CAME_BACK), page):
        assert outsider.get(path, follow=True).status_code == 403


def test_neither_the_list_nor_the_page_opens_the_seal(root, mails, settings):
    settings.SEAL_KEYS = "k9:" + "B" * 43 + "="
    # Sessions are sealed too: a new one.
    log_in(root, get_user_model().objects.get())
    assert root.get(reverse(CAME_BACK)).status_code == 200
    assert root.get(reverse("admin:outbox_inboundmail_change", args=[mails["strange"].pk])).status_code == 200
