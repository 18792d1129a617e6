"""Bad input of every kind, by name: what is handed in, and which check must say what about it."""

import copy
import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from credentials_samples import AWARDED, BADGE, DID, KEY, LIST, NOW, OTHER_KEY, Web, school_web, signed
from test_credentials_baking import PLAIN
from test_credentials_baking_svg import PLAIN as DRAWING

from bot.core.credentials import (
    Issuer,
    P256Key,
    StatusEntry,
    bake_png,
    bake_svg,
    credential,
    did_document,
    did_web_url,
    sign,
    sign_jwt,
    status_list_credential,
)
from bot.core.credentials.baking import MAX_PICTURE
from bot.core.credentials.multibase import multibase58_encode
from bot.core.credentials.times import SKEW

GOOD = signed()
TEXT = json.dumps(GOOD)
P256 = P256Key.generate()
JWT = sign_jwt(credential(BADGE), P256)
PAUSED = "https://laurel.example/status/history/suspended"
SECOND = timedelta(seconds=1)
COMPRESSED_SECP256K1 = b"\xe7\x01" + bytes.fromhex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")


@dataclass(frozen=True)
class Case:
    """What is handed in; the check that speaks about it, or "" where the badge holds; and its outcome and reason."""

    data: Any
    check: str
    outcome: str
    reason: str
    web: Callable[[], Web] = school_web


def changed(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(GOOD) | changes


def proof(**changes: Any) -> dict[str, Any]:
    return changed(proof=[{**GOOD["proof"][0], **changes}])


def dated(**dates: Any) -> dict[str, Any]:
    return signed(credential(BADGE) | dates)


def stamp(moment: Any) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def made_at(moment: Any) -> dict[str, Any]:
    return sign(credential(BADGE), KEY, KEY.verification_method(DID), moment)


def by_key(did: str) -> dict[str, Any]:
    facts = dataclasses.replace(BADGE, issuer=Issuer(did, "Somebody"), status=None)
    return sign(credential(facts), KEY, f"{did}#{did.removeprefix('did:key:')}", AWARDED)


def cyclic() -> dict[str, Any]:
    document = copy.deepcopy(GOOD)
    document["credentialSubject"]["achievement"]["related"] = document
    return document


def cycle_by_ids() -> dict[str, Any]:
    """An achievement that is related to itself, by id."""
    document = credential(BADGE)
    achievement = document["credentialSubject"]["achievement"]
    achievement["related"] = [{"id": achievement["id"], "type": ["Related"]}]
    return document


def listing(url: str = LIST, issuer: str = DID, purpose: str = "revocation", **changes: Any) -> Callable[[], Web]:
    def web() -> Web:
        found = school_web()
        found.serve(url, signed(status_list_credential(url, issuer, [], AWARDED, purpose=purpose) | changes))
        return found

    return web


def stranger_lists(url: str, purpose: str) -> Callable[[], Web]:
    """A list that is properly signed, by another issuer."""

    def web() -> Web:
        found = school_web()
        theirs = status_list_credential(url, OTHER_KEY.did_key, [], AWARDED, purpose=purpose)
        found.serve(url, signed(theirs, OTHER_KEY, OTHER_KEY.did_key))
        return found

    return web


def key_listed(**changes: Any) -> Callable[[], Web]:
    def web() -> Web:
        found = school_web()
        document = did_document(DID, [KEY.multikey])
        document["verificationMethod"][0] |= changes
        found.serve(did_web_url(DID), document)
        return found

    return web


def ob2_web() -> Web:
    web = Web()
    web.serve("https://a.example/1", NULLS_OB2)
    return web


def presented(*badges: Any) -> dict[str, Any]:
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": list(badges),
    }


def enveloped(jwt: str) -> dict[str, Any]:
    return {
        "@context": "https://www.w3.org/ns/credentials/v2",
        "id": f"data:application/vc+jwt,{jwt}",
        "type": "EnvelopedVerifiableCredential",
    }


NULLS_OB2 = {
    "@context": "https://w3id.org/openbadges/v2",
    "type": "Assertion",
    "id": "https://a.example/1",
    "recipient": None,
    "badge": None,
    "issuedOn": None,
    "verification": {"type": "hosted"},
    "evidence": None,
    "expires": None,
}
SUSPENDABLE = signed(credential(dataclasses.replace(BADGE, suspension=StatusEntry(PAUSED, 9))))
CUT_SVG = bake_svg(DRAWING, TEXT)

CASES: dict[str, Case] = {
    # tampered
    "tampered JSON": Case(changed(name="Head Tutor"), "proof", "failed", "bad-signature"),
    "tampered PNG": Case(bake_png(PLAIN, TEXT.replace("Peer", "Poor")), "proof", "failed", "bad-signature"),
    "tampered SVG": Case(bake_svg(DRAWING, TEXT.replace("Peer", "Poor")), "proof", "failed", "bad-signature"),
    "tampered JWT": Case(JWT[:-6] + "AAAAA" + JWT[-1], "proof", "failed", "bad-signature"),
    "a term nobody signed": Case(changed(grade="A"), "proof", "failed", "undefined-term"),
    # truncated
    "truncated JSON": Case(TEXT[:-40], "format", "failed", "truncated"),
    "truncated JSON, in a word": Case(TEXT[: TEXT.index("Peer") + 2], "format", "failed", "truncated"),
    "truncated JSON, in a character": Case('{"a": "é'.encode()[:-1], "format", "failed", "truncated"),
    "truncated PNG": Case(bake_png(PLAIN, TEXT)[:-100], "format", "failed", "truncated"),
    "truncated SVG": Case(CUT_SVG[:-40], "format", "failed", "truncated"),
    "truncated SVG, in the badge": Case(CUT_SVG[: CUT_SVG.index(b"Peer")], "format", "failed", "truncated"),
    "truncated JWT": Case(JWT[: len(JWT) // 2], "format", "failed", "not-a-jwt"),
    "truncated JWT, in its header": Case(JWT[:20], "format", "failed", "not-a-jwt"),
    # oversized
    "oversized file": Case(bytes(MAX_PICTURE + 1), "format", "failed", "too-large"),
    "oversized JSON": Case(b"{" + b" " * 3_000_000 + b"}", "format", "failed", "too-large"),
    "oversized JWT": Case("eyJ" + "a" * 2_000_000, "format", "failed", "too-large"),
    "oversized list of values": Case('{"a":[' + "0," * 6_000 + "0]}", "format", "failed", "too-large"),
    # deeply nested
    "deeply nested object": Case('{"a":' * 100_000, "format", "failed", "too-deep"),
    "deeply nested array": Case("[" * 100_000, "format", "failed", "too-deep"),
    "an array": Case(json.dumps([GOOD]), "format", "failed", "a-list"),
    # cyclic
    "cyclic in memory": Case(cyclic(), "format", "failed", "not-json"),
    "cyclic by ids, signed": Case(signed(cycle_by_ids()), "", "passed", ""),
    "cyclic by ids, forged": Case(cycle_by_ids() | {"proof": GOOD["proof"]}, "proof", "failed", "bad-signature"),
    # duplicate key
    "duplicate key": Case('{"name": "A", ' + TEXT[1:], "format", "failed", "duplicate-key"),
    # null-laden
    "all null": Case(dict.fromkeys(GOOD), "format", "failed", "not-a-credential"),
    "null in optional fields": Case(
        changed(evidence=None, validUntil=None, credentialStatus=None, refreshService=None, awardedDate=None),
        "proof",
        "failed",
        "bad-signature",
    ),
    "null for the subject": Case(changed(credentialSubject=None), "schema", "failed", "wrong-shape"),
    "null for the suite": Case(proof(cryptosuite=None), "proof", "failed", "bad-proof"),
    "null for the proof": Case(changed(proof=None), "proof", "failed", "no-proof"),
    "null all over in 2.0": Case(NULLS_OB2, "schema", "failed", "wrong-shape", ob2_web),
    # wrongly encoded
    "UTF-16, little end first": Case(TEXT.encode("utf-16-le"), "format", "failed", "bad-encoding"),
    "UTF-16, big end first": Case(TEXT.encode("utf-16-be"), "format", "failed", "bad-encoding"),
    "UTF-16 with a mark": Case(TEXT.encode("utf-16"), "format", "failed", "bad-encoding"),
    "UTF-32": Case(TEXT.encode("utf-32"), "format", "failed", "bad-encoding"),
    "Latin-1": Case('{"name": "é"}'.encode("latin-1"), "format", "failed", "bad-encoding"),
    "UTF-8 with a mark": Case(TEXT.encode("utf-8-sig"), "", "passed", ""),
    "a number without end": Case('{"credits": 1e999}', "format", "failed", "bad-number"),
    # unknown contexts, suites, key types
    "unknown context": Case(
        changed(**{"@context": [*GOOD["@context"], "https://laurel.example/x"]}), "proof", "unknown", "unknown-context"
    ),
    "unknown suite": Case(proof(cryptosuite="bbs-2023"), "proof", "unknown", "unsupported-proof"),
    "unknown proof type": Case(
        proof(type="BbsBlsSignature2020", cryptosuite="x"), "proof", "unknown", "unsupported-proof"
    ),
    "unknown key type": Case(GOOD, "proof", "unknown", "unsupported-key", key_listed(type="EcdsaSecp256k1Key2019")),
    "key of secp256k1": Case(
        by_key("did:key:" + multibase58_encode(COMPRESSED_SECP256K1)), "proof", "unknown", "unsupported-key"
    ),
    "unknown way to publish a key": Case(by_key("did:example:1"), "proof", "unknown", "unsupported-method"),
    # clock skew, future dates
    "begins a little ahead": Case(dated(validFrom=stamp(NOW + SKEW - SECOND)), "", "passed", ""),
    "begins too far ahead": Case(dated(validFrom=stamp(NOW + SKEW + SECOND)), "validity", "failed", "soon"),
    "begins next month": Case(dated(validFrom=stamp(NOW + timedelta(days=30))), "validity", "failed", "not-yet"),
    "list a little ahead": Case(GOOD, "", "passed", "", listing(validFrom=stamp(NOW + SKEW - SECOND))),
    "list too far ahead": Case(
        GOOD, "revocation", "unknown", "list-not-current", listing(validFrom=stamp(NOW + SKEW + SECOND))
    ),
    "signed a little ahead": Case(made_at(NOW + SKEW - SECOND), "", "passed", ""),
    "signed in the future": Case(made_at(NOW + SKEW + SECOND), "proof", "failed", "made-in-future"),
    "awarded in the future": Case(
        dated(awardedDate=stamp(NOW + SKEW + SECOND)), "validity", "failed", "awarded-in-future"
    ),
    "expired": Case(dated(validUntil=stamp(NOW)), "validity", "failed", "expired"),
    # a key that isn't the issuer's
    "stranger's key": Case(
        signed(credential(BADGE), OTHER_KEY, OTHER_KEY.did_key), "issuer", "failed", "not-the-issuers-key"
    ),
    "stranger's key in a JWT's header": Case(JWT, "issuer", "failed", "unlisted-key"),
    "issuer in a list": Case(signed(credential(BADGE) | {"issuer": [GOOD["issuer"]]}), "issuer", "failed", "no-issuer"),
    "key not listed": Case(signed(credential(BADGE), OTHER_KEY, DID), "proof", "failed", "key-not-listed"),
    # lists
    "list of another issuer": Case(
        GOOD, "revocation", "unknown", "list-of-another-issuer", stranger_lists(LIST, "revocation")
    ),
    "suspension list of another issuer": Case(
        SUSPENDABLE, "suspension", "unknown", "list-of-another-issuer", stranger_lists(PAUSED, "suspension")
    ),
    "suspension list that cannot be had": Case(SUSPENDABLE, "suspension", "unknown", "unreachable"),
    "list over http": Case(
        signed(credential(dataclasses.replace(BADGE, status=StatusEntry("http://laurel.example/list", 4)))),
        "revocation",
        "unknown",
        "not-opened",
    ),
    # other things than one badge
    "presentation of one badge": Case(presented(GOOD), "", "passed", ""),
    "presentation of a badge in an envelope": Case(presented(enveloped(JWT)), "issuer", "failed", "unlisted-key"),
    "presentation of several": Case(presented(GOOD, GOOD), "format", "failed", "several-presented"),
    "presentation of nothing": Case(presented(), "format", "failed", "nothing-presented"),
    "presentation in a presentation": Case(presented(presented(GOOD)), "format", "failed", "nothing-presented"),
    "badge older than 2.0": Case(
        {"uid": "1", "recipient": "sha256$0", "badge": "https://a.example/b", "verify": {"type": "hosted"}},
        "format",
        "failed",
        "older-edition",
    ),
    "neither badge nor picture": Case(b"GIF89a", "format", "failed", "not-recognised"),
}
