from privacy.indexes import address_index, blind_index
from tests.privacy.conftest import key


def test_equal_values_have_equal_indexes_of_32_bytes():
    assert blind_index("ara", purpose="x") == blind_index("ara", purpose="x")
    assert len(blind_index("", purpose="x")) == 32


def test_purposes_are_kept_apart():
    assert blind_index("ara", purpose="x") != blind_index("ara", purpose="y")
    assert blind_index("bc", purpose="a") != blind_index("c", purpose="ab")


def test_without_the_key_the_index_cannot_be_made(settings):
    before = blind_index("ara", purpose="x")
    settings.INDEX_KEY = key(9)
    assert blind_index("ara", purpose="x") != before


def test_spellings_of_one_mailbox_share_an_index():
    assert address_index("A.Ra+signs@GoogleMail.com") == address_index("ara@gmail.com")
    assert address_index("ara@gmail.com") != address_index("bora@gmail.com")
