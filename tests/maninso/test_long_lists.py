"""No page of the desk costs more because there is more: as many questions to the database, and a page as long."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.logging_in import log_in
from tests.maninso.access import EVERYONE, World
from tests.maninso.crowd import Crowd
from tests.maninso.test_access import NAMES, address, line_of

pytestmark = pytest.mark.django_db
# More than the longest page holds, and twice that.
FEW, MANY = 150, 300
# Pages that show all there is, and why they may. Their queries don't grow either.
WHOLE = {
    **dict.fromkeys(
        [
            "campaign_desk:addressing",
            "campaign_desk:new",
            "campaign_desk:record_reply",
            "campaign_desk:test_letters",
            "case_pictures:add",
        ],
        "a choice among them, a line each",
    ),
    **dict.fromkeys(["case_desk:case", "case_desk:review", "case_desk:submission"], "one case is read as a whole"),
    "campaign_desk:waiting": "the points of one target: some hundreds at most",
    "campaign_desk:trial_page": "as the public sees the campaign's hand-ins",
}


def test_a_page_of_the_desk_costs_the_same_with_twice_as_much_behind_it():
    world = World.make()
    crowd = Crowd(world)
    crowd.grow(FEW)
    clients = {name: log_in(Client(), who, proven_again=True) for name, who in world.people.items() if who}
    pages = {}
    for name in NAMES:
        line = line_of(name)
        if line is None or line.may == EVERYONE or name.startswith("admin:"):
            continue
        who = next(who for who in [*clients][::-1] if who in line.may)
        path = address(name, line, world)
        cost = cost_of(clients[who], path)
        if cost:
            pages[name] = who, path, cost
    crowd.grow(MANY - FEW)
    dearer = []
    for name, (who, path, (queries, size)) in pages.items():
        then = cost_of(clients[who], path)
        if then is None or then[0] > queries or (then[1] > size * 1.2 and name not in WHOLE):
            dearer.append(f"{name} as {who}, {path}: {queries} queries and {size} bytes became {then}")
    assert not dearer, "\n" + "\n".join(dearer)


def cost_of(client: Client, path: str) -> tuple[int, int] | None:
    """Queries and bytes of a page that answers; None for one that does not."""
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path)
    if answer.status_code != 200 or answer.streaming or "html" not in answer["Content-Type"]:
        return None
    return len(queries), len(answer.content)
