"""What the product stands on goes away for a while: people can sign where that is possible, and all is well after."""

import signal

import pytest

from tests.stack.running import Running, until

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]


def arrives_once(running: Running, email: str) -> None:
    until(lambda: running.mails.to(email), within=60)
    # The last message is this one: nobody else is signing.
    until(lambda: last_message(running)[0] == "accepted", within=10)
    assert running.mails.to(email) == {email: 1}


def last_message(running: Running) -> tuple[str, int]:
    [[state, tries]] = running.sql("SELECT state, tries FROM outbox_message ORDER BY id DESC LIMIT 1")
    return state, tries


def test_mail_arrives_once_after_the_mail_server_was_away(running: Running) -> None:
    log = running.var / "log" / "confirmations.log"
    said = log.read_text().count("outbox.unreachable")
    with running.without("mailbox"):
        assert running.sign(running.sign_form(), "smtp@outages.example").status == 200
        until(lambda: log.read_text().count("outbox.unreachable") > said, within=30)
        assert last_message(running) == ("queued", 0)

    arrives_once(running, "smtp@outages.example")
    assert last_message(running) == ("accepted", 1)


def test_people_can_sign_while_the_broker_is_away(running: Running) -> None:
    with running.without("valkey"):
        page = running.sign(running.sign_form(), "broker@outages.example")

        assert page.status == 200
        assert page.url.endswith("/sign/sent/")
        assert last_message(running)[0] == "queued"

    arrives_once(running, "broker@outages.example")


def test_without_the_database_a_clear_page_asks_for_patience_and_nothing_is_half_done(running: Running) -> None:
    form = running.sign_form()
    signed = running.sql("SELECT count(*), max(id) FROM campaign_signature")
    # "Fast": as an operator would stop it, to upgrade for example.
    with running.without("postgresql", signal.SIGINT):
        for page in (running.site.get(form.action), running.sign(form, "database@outages.example")):
            assert page.status == 503
            assert int(page.headers["Retry-After"]) > 0
            assert page.headers["Cache-Control"] == "no-store"
            assert "Traceback" not in page.text
            assert page.heading

    # So many answers in a row come from every process of the web server.
    until(lambda: {running.site.get(form.action).status for _ in range(20)} == {200}, within=30)
    assert running.sql("SELECT count(*), max(id) FROM campaign_signature") == signed
    assert running.sign(form, "database@outages.example").status == 200
    arrives_once(running, "database@outages.example")
