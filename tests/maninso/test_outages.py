"""One process of the product whose database or broker is not there: a clear page, or a signature all the same.

The stops and starts of a whole running stack are in tests/stack.
"""

import json
import os
import subprocess
import sys

import pytest

from campaign.models import Signature
from outbox.models import Message
from tests.databases import url_of_this_test
from tests.factories import make_campaign, make_point
from tests.outbox.mail_server import free_port

# One request after another in a process of its own, answered as JSON.
ASK = """
import json, sys
import django
django.setup()
from django.conf import settings
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
from django.test import Client
client = Client(raise_request_exception=False, SERVER_NAME="localhost")
answers = []
for method, path, fields in json.load(sys.stdin):
    response = getattr(client, method)(path, fields)
    page = response.content.decode()
    answers.append({"status": response.status_code, "headers": dict(response.headers), "page": page})
json.dump(answers, sys.stdout)
"""


def ask(*requests, **variables):
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        input=json.dumps(requests),
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "maninso.settings", **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.fixture
def form():
    return {"name": "Ara Kim", "email": "ara@people.example", "country": "PL", "display": "full"}


@pytest.fixture
def test_database():
    """The URL of the database that this test writes to."""
    return url_of_this_test()


def refused_database():
    return f"postgresql://maninso@127.0.0.1:{free_port()}/maninso"


def test_without_a_database_every_page_is_a_clear_503(form):
    answers = ask(
        ("get", "/en/", {}),
        ("post", "/en/campaigns/light-the-way/sign/", {**form, "letter": "1"}),
        ("get", "/ko/", {}),
        DATABASE_URL=refused_database(),
    )
    for answer in answers:
        assert answer["status"] == 503
        assert answer["headers"]["Retry-After"] == "30"
        assert answer["headers"]["Cache-Control"] == "no-store"
        assert "<h1>" in answer["page"]
        assert "Traceback" not in answer["page"]
        assert "postgresql" not in answer["page"].lower()
        assert "Set-Cookie" not in answer["headers"]
    assert '<html lang="ko"' in answers[-1]["page"]


def test_a_form_that_is_wrong_anyway_needs_the_database_for_its_page_and_says_so(form):
    (answer,) = ask(
        ("post", "/en/campaigns/light-the-way/sign/", {**form, "email": "ara"}), DATABASE_URL=refused_database()
    )
    assert answer["status"] == 503


def test_that_the_process_lives_can_be_asked_without_a_database():
    (answer,) = ask(("get", "/healthz/", {}), DATABASE_URL=refused_database())
    assert (answer["status"], answer["page"]) == (200, "ok\n")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broker", ["unix:///nowhere/valkey.sock?db=0", "redis://127.0.0.1:{port}/0"])
def test_signing_works_while_the_broker_is_away(form, test_database, broker):
    make_point(takes_rest=True)
    letter = make_campaign("light-the-way").letters.get()
    (answer,) = ask(
        ("post", "/en/campaigns/light-the-way/sign/", {**form, "letter": str(letter.pk)}),
        DATABASE_URL=test_database,
        REDIS_URL=broker.format(port=free_port()),
    )
    assert answer["status"] == 302
    assert Signature.objects.get().state == "pending"
    assert Message.objects.get().state == "queued"
