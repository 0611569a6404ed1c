"""The log at the desk: who may read it, how it is narrowed, and what leaves with an export."""

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from audit import chain, words
from audit.log import record
from audit.models import Entry
from maninso import audit_log
from tests import factories
from tests.audit.committing import as_if_committed
from tests.logging_in import log_in

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
LOG, EXPORT = "/desk/audit/", "/desk/audit/export/"


@pytest.fixture
def hana(db):
    return factories.make_person("Hana", role=Role.AUDITOR, is_staff=True)


@pytest.fixture
def auditor(client, hana):
    return log_in(client, hana, proven_again=True)


def listed(answer) -> list[int]:
    return [entry.number for entry in answer.context["entries"]]


def write(count: int, **given) -> None:
    for number in range(count):
        record("campaigns.closed", **{"reason": f"reason {number}", **given})
    as_if_committed()


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.AUDITOR, Role.PUBLISHER)])
@pytest.mark.parametrize("path", [LOG, "/desk/audit/1/", EXPORT])
def test_other_roles_may_not_read_it(client, role, path):
    log_in(client, factories.make_person("Eun", role=role, is_staff=True), proven_again=True)
    assert client.get(path).status_code == 403
    assert client.post(EXPORT, {"format": "csv"}).status_code == 403
    assert not Entry.objects.filter(action="audit.exported").exists()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.PUBLISHER])
def test_auditors_and_publishers_read_it(client, role):
    log_in(client, factories.make_person("Gil", role=role, is_staff=True))
    as_if_committed()
    answer = client.get(LOG)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert LOG in client.get(reverse("desk")).content.decode()


def test_the_latest_stand_first_and_pages_begin_where_the_one_before_ended(auditor, monkeypatch):
    monkeypatch.setattr(audit_log, "PER_PAGE", 4)
    write(9)
    last = chain.head().number
    first = auditor.get(LOG)
    assert listed(first) == [last, last - 1, last - 2, last - 3]
    assert not first.context["newer"]
    second = auditor.get(f"{LOG}?{first.context['older']}")
    assert listed(second) == [last - 4, last - 5, last - 6, last - 7]
    assert listed(auditor.get(f"{LOG}?{second.context['newer']}")) == listed(first)
    assert not auditor.get(f"{LOG}?before=4").context["older"]
    assert auditor.get(f"{LOG}?before=3&after=x").status_code == 200


def test_a_page_costs_the_same_with_one_entry_and_with_many(auditor):
    write(1)
    auditor.get(LOG)
    with CaptureQueriesContext(connection) as first:
        auditor.get(LOG)
    write(30)
    with CaptureQueriesContext(connection) as second:
        auditor.get(LOG)
    assert len(first) == len(second)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("words=because+it+rained", ["because"]),
        ("words=7712", ["number"]),
        ("action=cases.taken_down", ["case"]),
        ("action=no.such", ["because", "number", "case"]),
        ("person=BORA", ["case"]),
        ("thing=accounts.organisation:{organisation}", ["number"]),
        ("thing=Lantern", ["number"]),
        ("person=99999999999999999999999", []),
        ("since=2999-01-01", []),
        ("until=2000-01-01", []),
        ("since=2000-01-01&until=2999-01-01", ["because", "number", "case"]),
        ("until=9999-12-31", ["because", "number", "case"]),
        ("since=yesterday", ["because", "number", "case"]),
        ("words=nothing+says+this", []),
        ("words=%00", ["because", "number", "case"]),
    ],
)
def test_the_log_is_narrowed(auditor, bora, lantern, query, found):
    record("campaigns.closed", reason="Because it rained")
    record("packs.asked", about=lantern, rows=7712)
    record("cases.taken_down", by=bora)
    as_if_committed()
    answer = auditor.get(f"{LOG}?{query.format(organisation=lantern.pk)}")
    assert answer.status_code == 200
    names = {"campaigns.closed": "because", "packs.asked": "number", "cases.taken_down": "case"}
    shown = [names[entry.action] for entry in reversed(answer.context["entries"]) if entry.action in names]
    assert shown == found
    if not answer.context["entries"]:
        assert "No entry matches" in answer.content.decode()


def test_an_entry_leads_to_its_neighbours_and_to_all_of_the_same_person_and_thing(auditor, bora, lantern):
    write(1)
    record("packs.asked", by=bora, about=lantern, reason="<b>now</b>", rows=7712, point=[1, "x"])
    write(1)
    number = chain.head().number - 1
    page = auditor.get(f"{LOG}{number}/").content.decode()
    for link in (f"{LOG}{number - 1}/", f"{LOG}{number + 1}/", f"?person={bora.pk}", "?action=packs.asked"):
        assert f'href="{link}' in page or link in page, link
    assert f"?thing=accounts.organisation%3A{lantern.pk}" in page
    assert "&lt;b&gt;now&lt;/b&gt;" in page
    assert Entry.objects.get(number=number).hash_hex in page
    assert "neither was changed" in page
    assert listed(auditor.get(f"{LOG}?person={bora.pk}")) == [number]
    assert auditor.get(f"{LOG}{number + 2}/").status_code == 404
    assert auditor.get(f"{LOG}{'9' * 25}/").status_code == 404


def test_the_first_entry_has_nothing_before_it(auditor):
    as_if_committed()
    page = auditor.get(f"{LOG}1/").content.decode()
    assert "neither was changed" in page
    assert "nothing: it is the first" in page


def taken_out(client, kind: str, query: str = "") -> bytes:
    answer = client.post(EXPORT + query, {"format": kind})
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    return b"".join(answer.streaming_content)


def check_by_a_stranger(tmp_path, content: bytes) -> subprocess.CompletedProcess:
    """With the program in the documentation, and a Python that knows nothing of this site."""
    text = (ROOT / "docs/audit-log.md").read_text(encoding="utf-8")
    program = re.search(r"```python\n(.*?)```", text, re.DOTALL)[1]
    (tmp_path / "check.py").write_text(program, encoding="utf-8")
    (tmp_path / "log.jsonl").write_bytes(content)
    command = [sys.executable, "-I", "check.py", "log.jsonl"]
    return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)


@pytest.mark.django_db(transaction=True)
def test_a_stranger_can_check_an_export(auditor, tmp_path):
    write(5, reason="왜, =1+1 \n and so on", about=None, n=[1.5, "é"])
    content = taken_out(auditor, "jsonl")
    checked = check_by_a_stranger(tmp_path, content)
    assert checked.returncode == 0, checked.stderr
    forged = content.replace("왜".encode(), "왝".encode(), 1)
    assert check_by_a_stranger(tmp_path, forged).returncode == 1
    lines = content.splitlines(keepends=True)
    assert check_by_a_stranger(tmp_path, b"".join(lines[:2] + lines[3:])).stdout.count("left out") == 1


@pytest.mark.django_db(transaction=True)
def test_an_export_of_a_part_can_be_checked_too(auditor, tmp_path):
    write(2)
    record("cases.taken_down", reason="this one")
    write(2)
    content = taken_out(auditor, "jsonl", "?action=cases.taken_down")
    assert [json.loads(line)["reason"] for line in content.splitlines()] == ["this one"]
    assert check_by_a_stranger(tmp_path, content).returncode == 0


@pytest.mark.django_db(transaction=True)
def test_a_spreadsheet_computes_nothing_of_what_somebody_wrote(auditor):
    write(1, reason="=HYPERLINK(1)")
    write(1, reason="'quoted")
    rows = list(csv.DictReader(io.StringIO(taken_out(auditor, "csv").decode("utf-8-sig"))))
    assert [row["reason"] for row in rows[-3:-1]] == ["'=HYPERLINK(1)", "''quoted"]
    assert all(row["hash"] for row in rows)


@pytest.mark.django_db(transaction=True)
def test_that_it_was_taken_out_is_an_entry(auditor, hana):
    write(3)
    before = chain.head().number
    taken_out(auditor, "csv", "?words=reason&since=x")
    entry = Entry.objects.get(action="audit.exported")
    assert (entry.by_id, entry.details) == (hana.pk, {"rows": 3, "format": "csv", "filters": {"words": "reason"}})
    assert chain.head().number == entry.number == before + 1


@pytest.mark.django_db(transaction=True)
def test_that_it_was_taken_out_is_the_last_entry_of_an_export_of_everything(auditor, hana):
    """Whatever others write while it is on its way."""
    write(2)
    with connection.execute_wrapper(_one_more_after(action="audit.exported")):
        content = taken_out(auditor, "jsonl")
    *_before, own = (json.loads(line) for line in content.splitlines())
    assert (own["action"], own["by"]) == ("audit.exported", "Hana")
    assert chain.head().number == int(own["number"]) + 1


def _one_more_after(*, action: str):
    """Somebody else's entry, committed as soon as that one is."""
    looking = True

    def wrapper(execute, sql, params, many, context):
        nonlocal looking
        if looking and not connection.in_atomic_block:
            looking = False
            looking = not Entry.objects.filter(action=action).exists()
            if not looking:
                record("campaigns.closed")
        return execute(sql, params, many, context)

    return wrapper


def test_an_export_asks_for_the_password_once_more(client, hana):
    # Nobody without a password can be asked for one.
    hana.set_password("a lantern above the gate")
    hana.save()
    log_in(client, hana)
    for answer in (client.get(EXPORT), client.post(EXPORT, {"format": "csv"})):
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert not Entry.objects.filter(action="audit.exported").exists()


def test_the_page_before_an_export_says_how_much_leaves(auditor):
    write(3)
    page = auditor.get(f"{EXPORT}?words=reason").content.decode()
    assert "3 entries leave" in page
    assert auditor.post(EXPORT, {"format": "pdf"}).status_code == 422


def test_every_action_that_is_recorded_has_words():
    """The source is read: what a room records, it registers words for."""
    recorded = set()
    for room in ("accounts", "cases", "campaign", "maninso"):
        for path in (ROOT / room).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            recorded |= set(re.findall(r"\brecord\(\s*\"([a-z_]+\.[a-z_]+)\"", source))
            recorded |= {name for pair in re.findall(r'record\("(\S+)" if \w+ else "(\S+)"', source) for name in pair}
    assert len(recorded) > 20
    assert not recorded - set(words.known()), "register words for these in <room>/audit_words.py"


def test_words_are_registered_once():
    with pytest.raises(ValueError, match=r"campaigns\.closed"):
        words.register({"campaigns.closed": "again"})
    assert words.of("no.longer_known") == "no.longer_known"
