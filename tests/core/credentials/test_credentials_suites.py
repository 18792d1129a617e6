"""The other ways to prove: eddsa-jcs-2022, Ed25519Signature2020 and ecdsa-rdfc-2019 against published answers."""

import copy
import dataclasses
import json
from datetime import datetime
from typing import Any

import pytest
import rfc8785
from credentials_samples import AWARDED, BADGE, DID, KEY, OTHER_KEY, VECTORS, Web, load
from hypothesis import given, settings
from hypothesis import strategies as st
from test_credentials_canonical import UNSAFE
from test_credentials_checks import JSON, check, forged, paths
from test_credentials_proofs import W3C_CONTEXTS, secret_key, text

from bot.core.credentials import (
    P256Key,
    Suite,
    UnsafeDocument,
    canonical_text,
    check_proof,
    credential,
    sign,
)
from bot.core.credentials.multibase import multibase58_encode
from bot.core.credentials.proofs import BUNDLED, _hashes, options, suite_of
from bot.core.credentials.public_keys import key_from_multikey

FOLDER = "vc-di-eddsa"
PUBLIC = load(f"{FOLDER}/keyPair.json")["publicKeyMultibase"]


def jcs(document: dict[str, Any] | None = None) -> dict[str, Any]:
    return sign(document or credential(BADGE), KEY, KEY.verification_method(DID), AWARDED, suite=Suite.EDDSA_JCS)


@pytest.mark.parametrize("name", ["arrays", "french", "structures", "unicode", "values", "weird"])
def test_canonical_json(name: str) -> None:
    """The published vectors of JCS, byte for byte: what is signed is the standard's."""
    document = json.loads((VECTORS / f"jcs/input/{name}.json").read_bytes())
    assert rfc8785.dumps(document) == (VECTORS / f"jcs/output/{name}.json").read_bytes().rstrip(b"\n")


def test_w3c_jcs_vector_byte_for_byte() -> None:
    key = secret_key(load(f"{FOLDER}/keyPair.json")["privateKeyMultibase"])
    expected = load(f"{FOLDER}/eddsa-jcs-2022/signedJCS.json")
    proof = expected["proof"]
    bare = {name: value for name, value in expected.items() if name != "proof"}
    assert rfc8785.dumps(bare).decode() == text(f"{FOLDER}/eddsa-jcs-2022/canonDocJCS.txt")
    created = datetime.fromisoformat(proof["created"])
    again = sign(expected, key, proof["verificationMethod"], created, contexts=W3C_CONTEXTS, suite=Suite.EDDSA_JCS)
    assert again["proof"] == [proof]
    assert check_proof(expected, proof, key.public_bytes, contexts=W3C_CONTEXTS)


def test_w3c_vector_of_2020() -> None:
    document = load(f"{FOLDER}/Ed25519Signature2020/signedEdSig.json")
    proof = document["proof"]
    assert suite_of(proof) is Suite.ED25519_2020
    assert check_proof(document, proof, key_from_multikey(PUBLIC), contexts=W3C_CONTEXTS)
    assert not check_proof({**document, "name": "x"}, proof, key_from_multikey(PUBLIC), contexts=W3C_CONTEXTS)


def test_w3c_vector_of_p256() -> None:
    document = load("vc-di-ecdsa/employSignedECDSAP256.json")
    proof = document["proof"]
    key = key_from_multikey(proof["verificationMethod"].partition("#")[2])
    assert check_proof(document, proof, key, contexts=W3C_CONTEXTS)
    assert not check_proof({**document, "name": "x"}, proof, key, contexts=W3C_CONTEXTS)
    assert not check_proof(document, {**proof, "created": "2023-02-24T23:36:39Z"}, key, contexts=W3C_CONTEXTS)


def test_w3c_proof_set() -> None:
    """Each proof of a set is over the document without any of them."""
    document = load(f"{FOLDER}/proof-set-chain/signedProofSet2.json")
    for proof in document["proof"]:
        key = key_from_multikey(proof["verificationMethod"].partition("#")[2])
        assert check_proof(document, proof, key, contexts=W3C_CONTEXTS)


def test_jcs_badge_holds_and_its_words_do_not_change() -> None:
    assert check(jcs()) == {}
    for name in ("name", "validUntil", "credentialStatus"):
        changed = jcs()
        changed[name] = "x"
        assert check(changed)["proof"] == ("failed", "bad-signature")


def test_context_added_behind_a_jcs_signature_is_refused() -> None:
    """The standard would let it stand, and other readers would read it."""
    document = jcs()
    document["@context"] = [*document["@context"], {"name": "urn:x"}]
    assert check(document)["proof"] == ("failed", "bad-signature")


def test_suite_is_signed_too() -> None:
    """A proof of one suite can't be passed off as one of another."""
    for suite in Suite:
        document = jcs()
        document["proof"][0]["cryptosuite"] = suite.value
        expected = ("unknown", "unsupported-proof") if suite is Suite.ED25519_2020 else ("failed", "bad-signature")
        if suite is not Suite.EDDSA_JCS:
            assert check(document)["proof"] == expected
    older = jcs()
    older["proof"][0] |= {"type": "Ed25519Signature2020"}
    assert check(older)["proof"] == ("unknown", "unsupported-proof")
    del older["proof"][0]["cryptosuite"]
    assert check(older)["proof"][0] == "failed"


def p256_signed(suite: Suite) -> dict[str, Any]:
    """A badge by a P-256 key, which only others issue."""
    key = P256Key.generate()
    issuer = dataclasses.replace(BADGE.issuer, id=key.did_key)
    document = credential(dataclasses.replace(BADGE, issuer=issuer, status=None))
    proof = options(key.verification_method(key.did_key), "2026-11-20T09:30:00Z", suite)
    if suite is Suite.ECDSA_JCS:
        proof["@context"] = document["@context"]
    signature = key.sign(_hashes(document, proof, BUNDLED, suite))
    return {**document, "proof": [{**proof, "proofValue": multibase58_encode(signature)}]}


@pytest.mark.parametrize("suite", [Suite.ECDSA_RDFC, Suite.ECDSA_JCS])
def test_p256_badge_holds(suite: Suite) -> None:
    document = p256_signed(suite)
    assert check(document, Web()) == {}
    assert check({**document, "name": "x"}, Web())["proof"] == ("failed", "bad-signature")
    value = document["proof"][0]["proofValue"]
    document["proof"][0]["proofValue"] = value[:-1] + ("2" if value[-1] != "2" else "3")
    assert check(document, Web()) == forged("bad-signature")


@pytest.mark.parametrize(("name", "change", "value", "reason"), UNSAFE, ids=[case[0] for case in UNSAFE])
def test_what_json_ld_would_drop_is_not_signed_by_jcs_either(name: str, change: Any, value: Any, reason: str) -> None:
    document = credential(BADGE)
    change(document, value)
    with pytest.raises(UnsafeDocument):
        jcs(document)


@pytest.mark.parametrize("suite", [Suite.ECDSA_RDFC, Suite.ECDSA_JCS, Suite.ED25519_2020])
def test_only_two_suites_are_made(suite: Suite) -> None:
    with pytest.raises(ValueError, match=suite.value):
        sign(credential(BADGE), KEY, KEY.verification_method(DID), AWARDED, suite=suite)


JCS_BADGE = jcs()
PATHS = paths(JCS_BADGE)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PATHS), JSON)
def test_mutated_jcs_badge_never_raises_and_holds_only_unchanged(path: tuple[str | int, ...], value: Any) -> None:
    document = copy.deepcopy(JCS_BADGE)
    parent: Any = document
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = value
    try:
        data = json.dumps(document, allow_nan=False)
    except ValueError:
        return
    if check(data) == {}:
        bare = [{k: v for k, v in one.items() if k != "proof"} for one in (document, JCS_BADGE)]
        assert rfc8785.dumps(bare[0]) == rfc8785.dumps(bare[1])
        assert canonical_text(bare[0]) == canonical_text(bare[1])


def test_stranger_of_the_same_suite() -> None:
    document = sign(credential(BADGE), OTHER_KEY, KEY.verification_method(DID), AWARDED, suite=Suite.EDDSA_JCS)
    assert check(document)["proof"] == ("failed", "bad-signature")
