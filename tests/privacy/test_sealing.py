import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.sealing import CannotUnseal, is_current, seal, sealing_key, unseal
from tests.privacy.conftest import NEW, OLD, key

HERE = "campaign.Signature.name"


@given(st.text())
def test_every_text_comes_back(text):
    assert unseal(seal(text, context=HERE), context=HERE) == text


def test_the_text_does_not_show_and_equal_texts_look_different():
    sealed = {seal("Ara Kim", context=HERE) for _ in range(1000)}
    assert len(sealed) == 1000
    assert not any(b"Ara" in value or b"Kim" in value for value in sealed)


def test_a_change_of_any_byte_is_noticed():
    sealed = seal("Ara", context=HERE)
    for position in range(len(sealed)):
        for flip in (0x01, 0x80, 0xFF):
            altered = bytearray(sealed)
            altered[position] ^= flip
            with pytest.raises(CannotUnseal):
                unseal(bytes(altered), context=HERE)


def test_a_value_that_was_cut_or_lengthened_does_not_open():
    sealed = seal("Ara", context=HERE)
    for length in range(len(sealed)):
        with pytest.raises(CannotUnseal):
            unseal(sealed[:length], context=HERE)
    with pytest.raises(CannotUnseal):
        unseal(sealed + b"\0", context=HERE)


@given(st.binary(max_size=200))
def test_bytes_that_nobody_sealed_are_refused(noise):
    with pytest.raises(CannotUnseal):
        unseal(noise, context=HERE)


def test_a_value_moved_to_another_column_does_not_open():
    with pytest.raises(CannotUnseal, match=r"campaign\.Signature\.city"):
        unseal(seal("Ara", context=HERE), context="campaign.Signature.city")


def test_another_key_under_the_same_id_does_not_open(settings):
    sealed = seal("Ara", context=HERE)
    settings.SEAL_KEYS = f"old:{key(7)}"
    with pytest.raises(CannotUnseal, match="another key old"):
        unseal(sealed, context=HERE)


def test_a_missing_key_is_named_and_the_text_is_not(settings):
    sealed = seal("Ara", context=HERE)
    settings.SEAL_KEYS = NEW
    with pytest.raises(CannotUnseal, match="sealed with the key old, which is not in SEAL_KEYS") as refusal:
        unseal(sealed, context=HERE)
    assert "Ara" not in str(refusal.value)


def test_a_new_key_in_front_seals_and_the_old_one_still_opens(settings):
    before = seal("Ara", context=HERE)
    settings.SEAL_KEYS = f"{NEW},{OLD}"
    after = seal("Ara", context=HERE)
    assert (sealing_key(before), sealing_key(after)) == ("old", "new")
    assert (is_current(before), is_current(after)) == (False, True)
    assert unseal(before, context=HERE) == unseal(after, context=HERE) == "Ara"


def test_the_way_back_works_as_well(settings):
    settings.SEAL_KEYS = f"{NEW},{OLD}"
    sealed = seal("Ara", context=HERE)
    settings.SEAL_KEYS = f"{OLD},{NEW}"
    assert unseal(sealed, context=HERE) == "Ara"
    assert not is_current(sealed)


def test_an_id_that_begins_like_another_is_not_taken_for_it(settings):
    settings.SEAL_KEYS = f"k1:{key(1)},k:{key(2)}"
    long = seal("Ara", context=HERE)
    settings.SEAL_KEYS = f"k:{key(2)},k1:{key(1)}"
    assert not is_current(long)
    assert unseal(long, context=HERE) == "Ara"
