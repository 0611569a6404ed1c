import pytest
from django.core.exceptions import ImproperlyConfigured

from privacy.keys import KeyRing, index_key, key_ring, link_key
from tests.privacy.conftest import NEW, OLD, key


def test_the_first_key_seals_and_all_are_kept():
    ring = KeyRing.parse(f"{NEW}, {OLD}")
    assert ring.sealing_id == "new"
    assert list(ring.ciphers) == ["new", "old"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "a list of id:base64"),
        (f"{OLD},", "a list of id:base64"),
        ("nothing", "a list of id:base64"),
        (f":{key(1)}", "1 to 16 characters"),
        (f"UPPER:{key(1)}", "1 to 16 characters"),
        (f"{'a' * 17}:{key(1)}", "1 to 16 characters"),
        (f"a b:{key(1)}", "1 to 16 characters"),
        (f"{OLD},old:{key(2)}", "stands there twice"),
        ("old:!!!", "not base64"),
        ("old:ключ", "not base64"),
        ("old:AAAA", "this one has 3"),
        (f"old:{key(1)}{key(1)}", "not base64"),
        ("old:", "this one has 0"),
    ],
)
def test_a_bad_key_ring_is_refused_in_a_sentence_that_holds_no_key(text, says):
    with pytest.raises(ImproperlyConfigured, match=says) as refusal:
        KeyRing.parse(text)
    assert key(1) not in str(refusal.value)


def test_the_url_safe_alphabet_is_read_too(settings):
    settings.INDEX_KEY = "-_" * 21 + "8="
    assert len(index_key()) == 32


def test_changed_settings_are_seen(settings):
    before = key_ring().sealing_id, index_key(), link_key()
    settings.SEAL_KEYS, settings.INDEX_KEY, settings.LINK_KEY = NEW, key(8), key(9)
    assert (key_ring().sealing_id, index_key(), link_key()) == ("new", bytes([8]) * 32, bytes([9]) * 32)
    assert before[0] == "old"
