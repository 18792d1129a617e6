"""Status lists: bits in the right place, reproducible bytes, and no bomb."""

import gzip

import pytest
from credentials_samples import AWARDED, DID, LIST, load, signed
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.credentials import IndexBeyondList, NotAStatusList, bit_is_set, status_list_credential
from bot.core.credentials.multibase import multibase64url_decode, multibase64url_encode
from bot.core.credentials.status import MAX_BYTES, MINIMUM_BITS, decode_bits, encode_bits


@settings(max_examples=30)
@given(st.sets(st.integers(0, MINIMUM_BITS - 1), max_size=50))
def test_exactly_the_revoked_bits_are_set(revoked: set[int]) -> None:
    bits = decode_bits(encode_bits(revoked))
    assert len(bits) * 8 == MINIMUM_BITS
    assert {n for n in range(MINIMUM_BITS) if bits[n // 8] >> (7 - n % 8) & 1} == revoked


def test_bit_0_is_the_most_significant_of_byte_0() -> None:
    assert decode_bits(encode_bits({0, 9}))[:2] == b"\x80\x40"


def test_same_revocations_make_the_same_bytes() -> None:
    assert encode_bits({5, 3}) == encode_bits({3, 5})
    assert multibase64url_decode(encode_bits(()))[4:8] == bytes(4)  # gzip's time


def test_list_credential_is_signable_and_readable() -> None:
    document = signed(status_list_credential(LIST, DID, [7, 42], AWARDED))
    assert [bit_is_set(document, index) for index in (6, 7, 42, MINIMUM_BITS - 1)] == [False, True, True, False]
    assert document["id"] == LIST
    with pytest.raises(IndexBeyondList):
        bit_is_set(document, MINIMUM_BITS)
    with pytest.raises(IndexBeyondList):
        bit_is_set(document, -1)
    with pytest.raises(NotAStatusList):
        bit_is_set(document, 7, purpose="suspension")


def test_published_list_has_its_bit() -> None:
    assert bit_is_set(load("1edtech/bitstring-list.json"), 23)


def test_index_and_size_are_bounded() -> None:
    for index in (-1, MINIMUM_BITS):
        with pytest.raises(IndexBeyondList):
            encode_bits({index})
    for size in (8, MINIMUM_BITS + 1):
        with pytest.raises(ValueError, match=str(size)):
            encode_bits((), size)


def packed(data: bytes) -> str:
    return multibase64url_encode(gzip.compress(data, mtime=0))


@pytest.mark.parametrize(
    ("encoded", "reason"),
    [
        ("", "encoding"),
        ("zabc", "encoding"),
        ("uAA==", "encoding"),
        ("uAAAA", "compression"),
        (packed(bytes(MINIMUM_BITS // 8))[:-8], "compression"),
        (multibase64url_encode(gzip.compress(bytes(MINIMUM_BITS // 8), mtime=0) * 2), "compression"),
        (packed(bytes(100)), "too-short"),
        (packed(bytes(MAX_BYTES + 1)), "too-large"),
        (packed(bytes(50 * MAX_BYTES)), "too-large"),
    ],
)
def test_unreadable_list(encoded: str, reason: str) -> None:
    with pytest.raises(NotAStatusList) as caught:
        decode_bits(encoded)
    assert caught.value.reason == reason


@given(st.text())
def test_any_text_is_a_list_or_refused(text: str) -> None:
    with pytest.raises(NotAStatusList):
        decode_bits(text)
