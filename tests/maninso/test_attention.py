"""One list of all that needs a person: what is late first, and of what somebody may act on."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from campaign.models import Reply
from cases.models import Case
from tests.factories import DAY, NOW, make_campaign, make_person, make_point
from tests.logging_in import log_in

pytestmark = pytest.mark.django_db
ATTENTION = "attention"


def page_of(client, person, query=""):
    return log_in(client, person).get(reverse(ATTENTION) + query)


@pytest.fixture
def point(db):
    return make_point(verified_on=NOW.date())


def make_need(campaign, point, *, at=NOW):
    return Reply.objects.create(campaign=campaign, point=point, kind="unread", received_at=at)


def names(answer):
    return [str(need.name) for need in answer.context["page"]]


def test_what_is_late_comes_first_and_then_what_waits_longest(client, point, lantern):
    root = make_person("Root", is_staff=True, is_superuser=True)
    make_need(make_campaign("light-the-way", organisation=lantern), point, at=NOW - 2 * DAY)
    Case.objects.create(reference="MNS-2013-001", next_review=NOW.date() - DAY)
    make_campaign(state="draft").move("in_review")
    answer = page_of(client, root)
    assert names(answer) == ["Cases to look at again", "Replies to read", "Campaigns to review"]
    page = answer.content.decode()
    assert page.count("badge-problem") == 1
    assert "Its organizers" in page
    assert "Case editors" in page


def test_each_sees_what_they_may_act_on(client, point, bora, chan, dana):
    make_need(make_campaign("light-the-way", organisation=bora.organisations.get()), point)
    Case.objects.create(reference="MNS-2013-001", next_review=NOW.date() - DAY)
    make_campaign(state="draft").move("in_review")
    assert names(page_of(client, bora)) == ["Replies to read"]
    assert names(page_of(client, chan)) == ["Cases to look at again"]
    assert names(page_of(client, dana)) == ["Campaigns to review"]
    nia = make_person("Nia", role=Role.AUDITOR, is_staff=True)
    assert "Nothing waits for you" in page_of(client, nia).content.decode()


def test_it_is_narrowed_to_one_room(client, point):
    root = make_person("Root", is_staff=True, is_superuser=True)
    make_need(make_campaign(), point)
    Case.objects.create(reference="MNS-2013-001", next_review=NOW.date() - DAY)
    assert names(page_of(client, root, "?room=cases")) == ["Cases to look at again"]
    assert names(page_of(client, root, "?room=campaigns")) == ["Replies to read"]
    assert len(names(page_of(client, root, "?room=cellar"))) == 2


def test_many_needs_cost_as_many_queries_as_one(client, point):
    root = make_person("Root", is_staff=True, is_superuser=True)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(ATTENTION)).status_code == 200
        return len(queries)

    make_need(make_campaign(), point)
    page_of(client, root)
    one = cost()
    for _ in range(60):
        make_need(make_campaign(), point)
    assert cost() == one
    assert "Page 1 of 2" in client.get(reverse(ATTENTION)).content.decode()
    overview = client.get(reverse("desk")).content.decode()
    assert overview.count('class="entry need"') == 12
    assert "49 more that wait" in overview
