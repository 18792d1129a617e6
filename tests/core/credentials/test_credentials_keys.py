"""Keys, their names, and their seals."""

import contextlib

import pytest
from credentials_samples import KEY, load
from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.credentials import (
    NotAKey,
    NotDidWeb,
    SigningKey,
    WrongMasterKey,
    did_document,
    did_web,
    did_web_url,
    public_key_from_multikey,
    seal,
    unseal,
)
from bot.core.credentials.multibase import (
    NotMultibase,
    base58_decode,
    base58_encode,
    multibase64url_decode,
    multibase64url_encode,
)

MASTER = bytes(32)


@given(st.binary(max_size=120))
@example(b"")
@example(b"\0\0\1")
def test_base58_round_trip(data: bytes) -> None:
    assert base58_decode(base58_encode(data)) == data


@given(st.binary(max_size=120))
def test_base64url_round_trip(data: bytes) -> None:
    assert multibase64url_decode(multibase64url_encode(data)) == data


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"Hello World!", "2NEpo7TZRRrLZSi2U"), (b"\0\0\x28\x7f\xb4\xcd", "11233QC4")],
)
def test_base58_known_answers(data: bytes, text: str) -> None:
    """The examples of draft-msporny-base58."""
    assert base58_encode(data) == text
    assert base58_decode(text) == data


@given(st.text(max_size=40))
@example("u+/==")
@example("uA")
@example("z0OIl")
def test_foreign_text_is_no_multibase(text: str) -> None:
    """Whatever the text, there are bytes or a typed refusal."""
    for decode in (base58_decode, multibase64url_decode):
        with contextlib.suppress(NotMultibase):
            assert isinstance(decode(text), bytes)


def test_published_key_has_its_published_name() -> None:
    name = load("ob3-impl-guide/key.json")["publicKeyMultibase"]
    public = public_key_from_multikey(name)
    assert len(public) == 32
    assert KEY.multikey.startswith("z6Mk")
    assert KEY.did_key == f"did:key:{KEY.multikey}"
    assert KEY.verification_method("did:web:a.example") == f"did:web:a.example#{KEY.multikey}"


@pytest.mark.parametrize(
    "text", ["", "z", "z6Mk", "zDnaegE6RR3atJtHKwTRTWHsJ3kNHqFwv7n9YjTgmU7TyfU76", KEY.multikey[1:], KEY.multikey + "1"]
)
def test_other_text_is_no_key(text: str) -> None:
    with pytest.raises(NotAKey):
        public_key_from_multikey(text)


def test_key_survives_storage_and_shows_no_secret() -> None:
    key = SigningKey.generate()
    again = SigningKey.from_private_bytes(key.private_bytes)
    assert again.multikey == key.multikey
    assert key.private_bytes.hex() not in repr(key)
    assert key.multikey in repr(key)
    with pytest.raises(NotAKey):
        SigningKey.from_private_bytes(b"short")


@given(st.binary(max_size=64), st.binary(max_size=20))
def test_seal_opens_with_its_master_key_and_context(private: bytes, context: bytes) -> None:
    assert unseal(seal(private, MASTER, context), MASTER, context) == private


@pytest.mark.parametrize(
    ("sealed", "master", "context"),
    [
        (seal(b"secret", MASTER, b"history"), bytes([1] * 32), b"history"),
        (seal(b"secret", MASTER, b"history"), MASTER, b"maths"),
        (seal(b"secret", MASTER, b"history")[:-1], MASTER, b"history"),
        (b"\x02" + seal(b"secret", MASTER, b"history")[1:], MASTER, b"history"),
        (b"", MASTER, b""),
        (b"\x01", MASTER, b""),
    ],
    ids=["other master", "other context", "cut short", "other version", "empty", "version alone"],
)
def test_seal_stays_shut_otherwise(sealed: bytes, master: bytes, context: bytes) -> None:
    with pytest.raises(WrongMasterKey):
        unseal(sealed, master, context)


def test_master_key_has_32_bytes() -> None:
    for attempt in (seal, unseal):
        with pytest.raises(NotAKey):
            attempt(b"secret", b"password", b"")


def test_sealing_twice_gives_different_bytes() -> None:
    assert seal(b"secret", MASTER, b"") != seal(b"secret", MASTER, b"")


@pytest.mark.parametrize(
    ("url", "did", "document"),
    [
        ("https://a.example", "did:web:a.example", "https://a.example/.well-known/did.json"),
        ("https://a.example/", "did:web:a.example", "https://a.example/.well-known/did.json"),
        ("https://a.example/i/7", "did:web:a.example:i:7", "https://a.example/i/7/did.json"),
        ("https://a.example:8443/i", "did:web:a.example%3A8443:i", "https://a.example:8443/i/did.json"),
    ],
)
def test_did_web_names_a_url_and_leads_back(url: str, did: str, document: str) -> None:
    assert did_web(url) == did
    assert did_web_url(did) == document


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example",
        "https://",
        "https://u:p@a.example",
        "https://a.example/?q",
        "https://a.example/#f",
        "https://a.example/a//b",
        "https://[::1]/",
        "https://[",
        "did:web:a.example",
        "",
    ],
)
def test_url_without_a_did_web(url: str) -> None:
    with pytest.raises(NotDidWeb):
        did_web(url)


@pytest.mark.parametrize(
    "did",
    [
        "did:web:",
        "did:key:z6Mk",
        "did:web:a.example/x",
        "did:web:a.example#k",
        "did:web:u@a.example",
        "did:web:a..:",
        "did:web:a.example:..:b",
        "did:web:a.example:%2e%2E:b",
        "did:web:a.example%3A",
        "did:web:a.example%3Ax",
        "did:web:a.example%2Fx",
        "did:web:a.example?x",
        "did:web:ä.example",
        "did:web:a.example%3A80%3A80",
    ],
)
def test_did_that_names_no_plain_host(did: str) -> None:
    with pytest.raises(NotDidWeb):
        did_web_url(did)


def test_did_document_keeps_retired_keys_usable() -> None:
    document = did_document("did:web:a.example", ["z6MkNew"], ["z6MkOld", "z6MkNew"])
    assert document["assertionMethod"] == ["did:web:a.example#z6MkNew", "did:web:a.example#z6MkOld"]
    assert document["verificationMethod"][1] == {
        "id": "did:web:a.example#z6MkOld",
        "type": "Multikey",
        "controller": "did:web:a.example",
        "publicKeyMultibase": "z6MkOld",
    }
