from datetime import date, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from privacy.networks import client_address, client_network
from tests.privacy.conftest import key

DAY = date(2026, 9, 24)


def request(remote: str, forwarded: str | None = None):
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return RequestFactory().get("/", REMOTE_ADDR=remote, headers=headers)


def network(remote: str, *, day: date = DAY) -> str:
    return client_network(request(remote), day=day)


@pytest.mark.parametrize("remote", ["203.0.113.9", "2001:db8::9", ""])
def test_nobody_is_believed_by_default(settings, remote):
    settings.TRUSTED_PROXIES = []
    assert client_address(request(remote, "198.51.100.1")) == remote


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("198.51.100.1", "198.51.100.1"),
        ("2001:db8::1", "2001:db8::1"),
        # What stands further left was written by the client.
        ("192.0.2.66, 198.51.100.1", "198.51.100.1"),
        ("192.0.2.66, 198.51.100.1, 10.0.0.7", "198.51.100.1"),
        ("not-an-address, 198.51.100.1", "198.51.100.1"),
        ("::ffff:198.51.100.1", "198.51.100.1"),
        # Malformed: the proxy itself is the last thing that is known.
        ("", "10.0.0.5"),
        ("198.51.100.1,", "10.0.0.5"),
        ("198.51.100.1, nonsense", "10.0.0.5"),
        ("198.51.100.1:4711", "10.0.0.5"),
        ("999.1.1.1", "10.0.0.5"),
        ("10.0.0.6", "10.0.0.5"),
        (None, "10.0.0.5"),
    ],
)
def test_a_trusted_proxy_names_the_client(settings, forwarded, client):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    assert client_address(request("10.0.0.5", forwarded)) == client


def test_a_stranger_who_sends_the_header_is_not_believed(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8", "unix"]
    assert client_address(request("203.0.113.9", "198.51.100.1")) == "203.0.113.9"


def test_a_mapped_address_of_a_trusted_proxy_is_that_proxy(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    assert client_address(request("::ffff:10.0.0.5", "198.51.100.1")) == "198.51.100.1"


def test_a_unix_socket_is_trusted_only_by_name(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    assert client_address(request("", "198.51.100.1")) == ""
    settings.TRUSTED_PROXIES = ["unix"]
    assert client_address(request("", "198.51.100.1")) == "198.51.100.1"


def test_a_proxy_list_that_cannot_be_read_is_refused(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.5/8"]
    with pytest.raises(ImproperlyConfigured, match="CIDR"):
        client_address(request("10.0.0.5"))


def test_neighbours_share_a_network_and_others_do_not():
    assert network("203.0.113.1") == network("203.0.113.254") != network("203.0.114.1")
    assert network("2001:db8:0:1::1") == network("2001:db8:0:ff::1") != network("2001:db8:0:100::1")
    assert network("::ffff:203.0.113.1") == network("203.0.113.1")
    assert network("") != network("203.0.113.1")


def test_a_network_is_another_one_tomorrow_and_under_another_key(settings):
    today = network("203.0.113.1")
    assert network("203.0.113.1", day=DAY + timedelta(days=1)) != today
    settings.INDEX_KEY = key(9)
    assert network("203.0.113.1") != today


def test_a_network_shows_no_address():
    assert len(network("203.0.113.1")) == 32
    assert set(network("203.0.113.1")) <= set("0123456789abcdef")
