"""eddsa-rdfc-2022 against the published known answers."""

import hashlib
from datetime import datetime
from typing import Any

import pytest
from credentials_samples import AWARDED, BADGE, KEY, OTHER_KEY, VECTORS, load, signed

from bot.core.credentials import SigningKey, UnsafeDocument, canonical_text, check_proof, credential, sign
from bot.core.credentials.canonical import Contexts
from bot.core.credentials.contexts import bundled_contexts
from bot.core.credentials.multibase import multibase58_decode

W3C_CONTEXTS = Contexts(
    bundled_contexts()
    | {
        "https://www.w3.org/ns/credentials/examples/v2": load("contexts/credentials-examples-v2.jsonld"),
        "https://w3id.org/citizenship/v4rc1": load("contexts/citizenship-v4rc1.jsonld"),
    }
)


def secret_key(multibase: str) -> SigningKey:
    """Read a Multikey secret: two bytes of codec, 32 of key, perhaps the public half behind them."""
    return SigningKey.from_private_bytes(multibase58_decode(multibase)[2:34])


def text(name: str) -> str:
    return (VECTORS / name).read_text(encoding="utf-8")


def test_implementation_guide_byte_for_byte() -> None:
    """1EdTech's Open Badges 3.0 example: canonical texts, hashes and signature all come out as printed."""
    expected, key = load("ob3-impl-guide/signed.json"), load("ob3-impl-guide/key.json")
    proof = expected.pop("proof")
    assert canonical_text(expected) == text("ob3-impl-guide/document-canon.txt").rstrip("\n") + "\n"
    assert hashlib.sha256(canonical_text(expected).encode()).hexdigest() == key["documentHash"]
    options = {**proof, "@context": expected["@context"]}
    del options["proofValue"]
    assert canonical_text(options) == text("ob3-impl-guide/proof-canon.txt").rstrip("\n") + "\n"
    assert hashlib.sha256(canonical_text(options).encode()).hexdigest() == key["proofHash"]

    created = datetime.fromisoformat(proof["created"])
    document = sign(expected, secret_key(key["secretKeyMultibase"]), key["id"], created)
    assert document["proof"] == [proof]
    assert proof["proofValue"].startswith("z5x9aCBYovW3")


@pytest.mark.parametrize("folder", ["eddsa-rdfc-2022", "eddsa-rdfc-2022/employ"])
def test_w3c_vector(folder: str) -> None:
    """Both examples of the W3C's cryptosuite specification, signed again with their published key."""
    key = secret_key(load("vc-di-eddsa/keyPair.json")["privateKeyMultibase"])
    expected = load(f"vc-di-eddsa/{folder}/signedDataInt.json")
    proof = expected.pop("proof")
    assert W3C_CONTEXTS.canonical_text(expected) == text(f"vc-di-eddsa/{folder}/canonDocDataInt.txt")
    created = datetime.fromisoformat(proof["created"])
    again = sign(expected, key, proof["verificationMethod"], created, contexts=W3C_CONTEXTS)
    assert again["proof"] == [proof]
    assert check_proof(again, proof, key.public_bytes, contexts=W3C_CONTEXTS)


def test_proof_holds_for_its_own_key_and_words_only() -> None:
    document = signed()
    [proof] = document["proof"]
    assert check_proof(document, proof, KEY.public_bytes)
    assert not check_proof(document, proof, OTHER_KEY.public_bytes)
    assert not check_proof({**document, "name": "Peer Tutors"}, proof, KEY.public_bytes)
    assert not check_proof(document, {**proof, "created": "2026-11-20T09:30:01Z"}, KEY.public_bytes)


@pytest.mark.parametrize("value", [None, 7, "", "z", "x123", "z0OIl", "z" + "1" * 90, "z" * 100_000])
def test_nonsense_for_a_signature_does_not_hold(value: Any) -> None:
    document = signed()
    assert not check_proof(document, {**document["proof"][0], "proofValue": value}, KEY.public_bytes)


def test_signing_replaces_an_older_proof() -> None:
    assert signed(signed(key=OTHER_KEY)) == signed()


def test_unsafe_document_is_never_signed() -> None:
    with pytest.raises(UnsafeDocument):
        signed({**credential(BADGE), "naem": "Peer Tutor"})


def test_unsafe_key_name_is_never_signed() -> None:
    with pytest.raises(UnsafeDocument):
        sign(credential(BADGE), KEY, KEY.multikey, AWARDED)
