"""An independent verifier, openbadgeslib, judges what is issued here."""

import copy
import dataclasses
import json
from typing import Any

import pytest
from credentials_samples import AWARDED, BADGE, KEY, LIST, OTHER_KEY, signed
from openbadgeslib import baking as bakery
from openbadgeslib.ob3 import OB3LdpVerifier, OB3VerificationError, OB3Verifier, decode_encoded_list
from test_credentials_baking import PLAIN
from test_credentials_baking_svg import PLAIN as DRAWING

from bot.core.credentials import (
    OB2_KEYWORD,
    Issuer,
    P256Key,
    RsaKey,
    SigningKey,
    bake_png,
    bake_svg,
    credential,
    sign_jwt,
    status_list_credential,
    unbake_png,
    unbake_svg,
)


def badge(key: SigningKey = KEY) -> dict[str, Any]:
    issuer = Issuer(key.did_key, "History Department")
    # The judge reads its own clock, so this badge has no end and begins in the past.
    facts = dataclasses.replace(
        BADGE, issuer=issuer, status=None, valid_from=AWARDED.replace(year=2025), valid_until=None
    )
    return signed(credential(facts), key, key.did_key)


def test_judge_accepts_an_issued_badge() -> None:
    found = OB3LdpVerifier.for_issuer_did(KEY.did_key).verify(json.dumps(badge()))
    assert found.issuer.id == KEY.did_key


@pytest.mark.parametrize("term", ["name", "validFrom", "id"])
def test_judge_rejects_a_tampered_badge(term: str) -> None:
    document = copy.deepcopy(badge())
    document[term] = document[term].replace("2", "3", 1) if term != "name" else "Head Tutor"
    with pytest.raises(OB3VerificationError):
        OB3LdpVerifier.for_issuer_did(KEY.did_key).verify(json.dumps(document))


def test_judge_rejects_a_strangers_badge() -> None:
    with pytest.raises(OB3VerificationError):
        OB3LdpVerifier.for_issuer_did(KEY.did_key).verify(json.dumps(badge(OTHER_KEY)))


def test_judge_reads_our_status_list() -> None:
    document = status_list_credential(LIST, KEY.did_key, [0, 9, 42], AWARDED)
    bits = decode_encoded_list(document["credentialSubject"]["encodedList"])
    assert (bits[0], bits[1], bits[5], sum(bits)) == (0x80, 0x40, 0x20, 0x80 + 0x40 + 0x20)


P256, RSA = P256Key.generate(), RsaKey.generate(2048)


def unsigned(did: str) -> dict[str, Any]:
    issuer, begun = Issuer(did, "History Department"), AWARDED.replace(year=2025)
    return credential(dataclasses.replace(BADGE, issuer=issuer, status=None, valid_from=begun, valid_until=None))


def test_judge_accepts_our_jwts() -> None:
    found = OB3Verifier.for_issuer_did(P256.did_key).verify(sign_jwt(unsigned(P256.did_key), P256))
    assert found.issuer.id == P256.did_key
    did = "did:web:laurel.example"
    by_rsa = sign_jwt(unsigned(did), RSA, RSA.verification_method(did))
    assert OB3Verifier(RSA.public_pem.encode(), issuer_did=did).verify(by_rsa).issuer.id == did


def test_judge_rejects_a_tampered_jwt() -> None:
    header, payload, signature = sign_jwt(unsigned(P256.did_key), P256).split(".")
    with pytest.raises(OB3VerificationError):
        OB3Verifier.for_issuer_did(P256.did_key).verify(f"{header}.{payload[:-8]}{payload[-4:]}.{signature}")


def test_judge_reads_our_pictures_and_we_read_its() -> None:
    """JWTs in both kinds of picture, and older assertions by their own keyword and element."""
    text = sign_jwt(unsigned(P256.did_key), P256)
    assert OB3Verifier.extract_token_from_png(bake_png(PLAIN, text)) == text
    assert OB3Verifier.extract_token_from_svg(bake_svg(DRAWING, text)) == text
    assert bakery.extract_png(bake_png(PLAIN, text, OB2_KEYWORD), keyword=b"openbadges") in (text, text.encode())
    assert unbake_png(bakery.bake_png(PLAIN, text, keyword=b"openbadges"), OB2_KEYWORD) == text
    newer = {"element": bakery.SVG_ELEMENT_OB3, "namespace": bakery.SVG_NS_OB3}
    assert unbake_svg(bakery.bake_svg(DRAWING, text, **newer)) == text
    assert json.loads(unbake_svg(bakery.bake_svg(DRAWING, '{"a": "<]]>"}', as_text=True, **newer))) == {"a": "<]]>"}
