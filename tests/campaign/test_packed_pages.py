"""Public pages travel packed where the browser can unpack them, and say so to caches."""

import gzip

import pytest

from tests.factories import make_campaign

pytestmark = pytest.mark.django_db


@pytest.fixture
def address():
    return make_campaign("light-the-way").get_absolute_url()


def test_a_public_page_is_packed_for_who_can_unpack_it(client, address):
    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content) / 3


def test_a_public_page_is_plain_for_who_cannot(client, address):
    assert "Content-Encoding" not in client.get(address).headers
    assert client.get(address).content.startswith(b"<!doctype html>")


def test_caches_are_told_that_there_are_two(client, address):
    for headers in ({}, {"Accept-Encoding": "gzip"}):
        answer = client.get(address, headers=headers)
        assert "Accept-Encoding" in answer["Vary"]
        assert "Cookie" not in answer["Vary"]
