"""What mail services tell by webhook: checked by their own signatures, once each, in whatever order they come."""

import base64
import hashlib
import hmac
import json

import pytest

from outbox.models import InboundMail, Message, State
from outbox.return_addresses import make_token
from tests.outbox.conftest import sending_to
from tests.outbox.mail_server import MailServer

pytestmark = pytest.mark.django_db

KEY = "a-signing-key"
Sort = InboundMail.Sort


@pytest.fixture
def mail_server(settings):
    yield from sending_to(MailServer(), settings)


@pytest.fixture
def told():
    return []


@pytest.fixture
def sent(register, enqueue, send, mail_server, told) -> Message:
    kind = register(
        "some_letter",
        may_repeat=False,
        moved=lambda message, old: told.append(message.state),
        answered=lambda message, back: None,
        complained=lambda message: told.append("complaint"),
    )
    message = enqueue(kind)
    send()
    told.clear()
    return Message.objects.get(pk=message.pk)


@pytest.fixture
def mailgun(settings):
    settings.MAIL_SERVICE, settings.MAIL_SERVICE_SECRET = "mailgun", KEY
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": KEY}


@pytest.fixture
def tell(client):
    """As Mailgun calls: the event in JSON, signed."""

    def tell(message: Message, event: str, *, number: int = 1, key: str = KEY, **data):
        token = f"token-{number}"
        signature = hmac.new(key.encode(), f"1821866400{token}".encode(), hashlib.sha256).hexdigest()
        body = {
            "signature": {"timestamp": "1821866400", "token": token, "signature": signature},
            "event-data": {
                "event": event,
                "timestamp": 1821866400.5,
                "recipient": "embassy@mofa.example",
                "user-variables": {"mail": make_token("bounces", message)},
                **data,
            },
        }
        return client.post("/hooks/mail/mailgun/", json.dumps(body), content_type="application/json")

    return tell


REFUSED = {"severity": "permanent", "delivery-status": {"message": "550 5.1.1 no such user", "code": 550}}


def state(message: Message) -> str:
    return Message.objects.values_list("state", flat=True).get(pk=message.pk)


@pytest.mark.parametrize("service", ["mailgun", "postmark", "nobody"])
def test_without_a_service_there_is_no_such_page(service, client, settings):
    assert client.post(f"/hooks/mail/{service}/", {}, content_type="application/json").status_code == 404
    settings.MAIL_SERVICE = service
    assert client.post(f"/hooks/mail/{service}/", {}, content_type="application/json").status_code == 404


def test_another_service_s_page_is_none(mailgun, client):
    assert client.post("/hooks/mail/postmark/", {}, content_type="application/json").status_code == 404


def test_a_refusal_has_bounced_and_says_why(mailgun, tell, sent, told):
    assert tell(sent, "failed", **REFUSED).status_code == 200
    assert (state(sent), sent.refusal, told) == (State.BOUNCED, "5.1.1", [State.BOUNCED])


def test_a_wrong_signature_changes_nothing(mailgun, tell, sent):
    assert tell(sent, "failed", key="another", **REFUSED).status_code == 400
    assert state(sent) == State.ACCEPTED
    assert not InboundMail.objects.exists()


def test_the_same_event_twice_is_one(mailgun, tell, sent, told):
    tell(sent, "failed", **REFUSED)
    tell(sent, "failed", **REFUSED)
    assert InboundMail.objects.count() == 1
    assert told == [State.BOUNCED]


@pytest.mark.parametrize("order", [("failed", "delivered"), ("delivered", "failed")])
def test_the_order_of_events_does_not_matter(order, mailgun, tell, sent):
    for number, event in enumerate(order):
        tell(sent, event, number=number, **(REFUSED if event == "failed" else {}))
    assert state(sent) == State.BOUNCED


def test_what_is_deferred_is_no_refusal(mailgun, tell, sent):
    tell(sent, "failed", **{**REFUSED, "severity": "temporary"})
    assert (state(sent), InboundMail.objects.get().sort) == (State.ACCEPTED, Sort.NOTICE)


def test_a_complaint_is_told_and_no_bounce(mailgun, tell, sent, told):
    tell(sent, "complained")
    assert (state(sent), told) == (State.ACCEPTED, ["complaint"])


def test_a_delivery_settles_an_unknown_letter(mailgun, tell, sent):
    Message.objects.filter(pk=sent.pk).update(state=State.UNKNOWN)
    tell(sent, "delivered")
    assert state(sent) == State.ACCEPTED


@pytest.mark.parametrize("event", ["opened", "clicked", "accepted", "unsubscribed", "something new"])
def test_what_is_no_news_of_arriving_is_not_kept(event, mailgun, tell, sent):
    assert tell(sent, event).status_code == 200
    assert not InboundMail.objects.exists()


def test_events_of_mails_that_are_none_of_ours_are_not_kept(mailgun, tell, sent):
    assert tell(sent, "failed", **{**REFUSED, "user-variables": {}}).status_code == 200
    assert (
        tell(sent, "failed", number=2, **{**REFUSED, "user-variables": {"mail": "aaaaaaaaaaaaaaaaaaa"}}).status_code
        == 200
    )
    assert not InboundMail.objects.exists()


def test_what_comes_while_it_is_being_sent_is_asked_for_again(mailgun, tell, sent):
    Message.objects.filter(pk=sent.pk).update(state=State.SENDING, settled_at=None, lease_until=sent.created_at)
    response = tell(sent, "failed", **REFUSED)
    assert (response.status_code, response["Retry-After"]) == (503, "60")
    assert not InboundMail.objects.exists()


@pytest.mark.parametrize("body", ["", "x", "[]", "{}", '{"signature": 1}', '{"signature": {"token": 1}}'])
def test_what_is_no_event_is_refused(body, mailgun, client):
    assert client.post("/hooks/mail/mailgun/", body, content_type="application/json").status_code == 400


@pytest.mark.parametrize(
    ("service", "header", "says"),
    [
        ("brevo", "X-Mailin-custom", '{{"mail": "{}"}}'),
        ("mailgun", "X-Mailgun-Variables", '{{"mail": "{}"}}'),
        ("mailjet", "X-MJ-EventPayload", '{{"mail": "{}"}}'),
        ("postmark", "X-PM-Metadata-mail", "{}"),
        ("sendgrid", "X-SMTPAPI", '{{"unique_args": {{"mail": "{}"}}}}'),
        ("sparkpost", "X-MSYS-API", '{{"metadata": {{"mail": "{}"}}}}'),
    ],
)
def test_a_mail_names_itself_to_the_service_that_sends_it(
    service, header, says, note, enqueue, send, mail_server, settings
):
    settings.MAIL_SERVICE, settings.MAIL_SERVICE_SECRET = service, KEY
    message = enqueue(note)
    send()
    assert mail_server.mails[0][header] == says.format(make_token("bounces", message))


# What each of those that send user:password says of a refusal; tests of anymail know them all.
EVENTS = {
    "postmark": lambda token: {
        "RecordType": "Bounce",
        "Type": "HardBounce",
        "ID": 42,
        "Details": "smtp;550 5.1.1 no such user",
        "Email": "embassy@mofa.example",
        "BouncedAt": "2027-09-24T09:00:00Z",
        "Metadata": {"mail": token},
    },
    "brevo": lambda token: {
        "event": "hard_bounce",
        "email": "embassy@mofa.example",
        "reason": "550 5.1.1 no such user",
        "ts_epoch": 1821866400000,
        "message-id": "<x@y.example>",
        "X-Mailin-custom": json.dumps({"mail": token}),
    },
    "mailjet": lambda token: {
        "event": "bounce",
        "hard_bounce": True,
        "email": "embassy@mofa.example",
        "time": 1821866400,
        "MessageID": 7,
        "comment": "550 5.1.1 no such user",
        "error_related_to": "recipient",
        "error": "user unknown",
        "Payload": json.dumps({"mail": token}),
    },
    "sparkpost": lambda token: [
        {
            "msys": {
                "message_event": {
                    "type": "bounce",
                    "bounce_class": "10",
                    "event_id": "92356927693813856",
                    "message_id": "x",
                    "rcpt_to": "embassy@mofa.example",
                    "raw_reason": "550 5.1.1 no such user",
                    "timestamp": "1821866400",
                    "rcpt_meta": {"mail": token},
                }
            }
        }
    ],
}


@pytest.mark.parametrize("service", EVENTS)
def test_a_service_without_signatures_proves_itself_by_user_and_password(service, client, settings, sent):
    settings.MAIL_SERVICE, settings.MAIL_SERVICE_SECRET = service, "user:word"
    settings.ANYMAIL = {"WEBHOOK_SECRET": "user:word"}
    body = json.dumps(EVENTS[service](make_token("bounces", sent)))

    def call(password: str) -> int:
        basic = base64.b64encode(f"user:{password}".encode()).decode()
        path = f"/hooks/mail/{service}/"
        return client.post(
            path, body, content_type="application/json", headers={"Authorization": f"Basic {basic}"}
        ).status_code

    assert call("guess") == 400
    assert state(sent) == State.ACCEPTED
    assert call("word") == 200
    assert (state(sent), sent.refusal[:1]) == (State.BOUNCED, "5")
