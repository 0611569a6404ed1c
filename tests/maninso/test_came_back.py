"""Mail that no machine understood: opened by superusers at the desk, and it is written down that they did."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from audit.models import Entry
from outbox.models import InboundMail
from tests import factories
from tests.factories import NOW
from tests.logging_in import log_in

pytestmark = pytest.mark.django_db
LIST = reverse("came_back:mails")


def came(number=1, sort="unreadable", raw="Subject: x\r\n\r\nStrange words from the ministry <b>\r\n"):
    digest = bytes([number]) * 32
    return InboundMail.objects.create(digest=digest, sort=sort, raw=raw, received_at=NOW, size=len(raw))


def at(mail, name="mail"):
    return reverse(f"came_back:{name}", args=[mail.pk])


@pytest.fixture
def dana():
    return factories.make_person("Dana", is_staff=True, is_superuser=True)


@pytest.fixture
def root(dana):
    """Her browser, which checks the CSRF token as a real one is checked."""
    return log_in(Client(enforce_csrf_checks=True), dana, proven_again=True)


def press(client, page, path):
    return client.post(path, {"csrfmiddlewaretoken": client.get(page).context["csrf_token"]})


def test_the_list_shows_what_waits_for_a_person_and_nothing_else(root):
    strange, bounced = came(1), came(2, sort="bounced")
    html = root.get(LIST).content.decode()
    assert at(strange) in html
    assert at(bounced) not in html
    assert root.get(at(bounced)).status_code == 404


def test_there_is_a_word_where_nothing_waits(root):
    assert "Nothing to look at" in root.get(LIST).content.decode()


def test_its_words_are_sealed_until_somebody_opens_it_which_is_written_down(root, dana):
    mail = came()
    assert "Strange words" not in root.get(LIST).content.decode() + root.get(at(mail)).content.decode()
    assert not Entry.objects.filter(action="sealed_fields.read").exists()
    html = press(root, at(mail), at(mail)).content.decode()
    assert "Strange words from the ministry &lt;b&gt;" in html
    assert "Subject: x" in html
    entry = Entry.objects.get(action="sealed_fields.read")
    assert (entry.by_id, entry.kind, entry.key) == (dana.pk, "outbox.inboundmail", str(mail.pk))


def test_who_has_looked_is_kept_and_it_waits_no_more(root, dana):
    mail = came()
    assert [need.count for need in root.get(reverse("desk")).context["needs"]] == [1]
    assert press(root, at(mail), at(mail, "looked_at")).status_code == 302
    mail.refresh_from_db()
    assert (mail.handled_by, mail.handled_at is not None) == (dana, True)
    assert at(mail) not in root.get(LIST).content.decode()
    assert root.get(reverse("desk")).context["needs"] == []


def test_an_address_alone_says_nothing_for_anybody(root):
    """Nor does a form from elsewhere."""
    mail = came()
    assert root.get(at(mail, "looked_at")).status_code == 405
    for path in (at(mail), at(mail, "looked_at")):
        assert root.post(path).status_code == 403
    assert InboundMail.objects.to_look_at().exists()
    assert not Entry.objects.filter(action="sealed_fields.read").exists()


def test_whoever_opens_it_has_proven_again_who_they_are(dana):
    dana.set_password("lantern-harbour-47")
    dana.save()
    client, mail = log_in(Client(), dana), came()
    assert reverse("account_reauthenticate") in client.post(at(mail))["Location"]
    assert not Entry.objects.filter(action="sealed_fields.read").exists()


@pytest.mark.parametrize("role", Role)
def test_no_role_opens_it(role):
    client, mail = log_in(Client(), factories.make_person("Eun", role=role, is_staff=True), proven_again=True), came()
    for path in (LIST, at(mail)):
        assert client.get(path).status_code == 403
    for path in (at(mail), at(mail, "looked_at")):
        assert client.post(path).status_code == 403
    assert InboundMail.objects.to_look_at().exists()
    assert "Mails that no machine understood" not in client.get(reverse("desk")).content.decode()


def test_the_list_costs_the_same_for_one_and_for_three(root):
    counts = []
    for numbers in ((1,), (2, 3)):
        for number in numbers:
            came(number)
        root.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            root.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1]
