"""Verifying badges from anywhere: the published corpus, the ways to cheat, and input that is no badge at all."""

import copy
import dataclasses
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from credentials_samples import (
    AWARDED,
    BADGE,
    DID,
    KEY,
    LIST,
    NOW,
    OTHER_KEY,
    Web,
    school_web,
    signed,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from test_credentials_baking import PLAIN, svg

from bot.core.credentials import (
    CheckName,
    Issuer,
    Outcome,
    Verification,
    bake_png,
    canonical_text,
    credential,
    did_document,
    did_web_url,
    sign,
    status_list_credential,
    verify,
)
from bot.core.credentials.times import SKEW

GOOD = signed()


def outcome(result: Verification, name: CheckName) -> tuple[str, str]:
    return result[name].outcome.value, result[name].reason


def check(data: Any, web: Web | None = None, now: datetime = NOW) -> dict[str, tuple[str, str]]:
    """Verify, and return the checks that did not pass."""
    result = verify(data, fetch=school_web() if web is None else web, now=now)
    assert [one.name for one in result.checks] == list(CheckName)
    troubles = {one.name.value: (one.outcome.value, one.reason) for one in result.checks}
    troubles = {name: trouble for name, trouble in troubles.items() if trouble[0] != "passed"}
    assert result.holds == (not troubles)
    return troubles


# Good badges


@pytest.mark.parametrize(
    "data",
    [
        GOOD,
        json.dumps(GOOD),
        json.dumps(GOOD, indent=2).encode(),
        bake_png(PLAIN, json.dumps(GOOD)),
        svg(f"<openbadges:credential><![CDATA[{json.dumps(GOOD)}]]></openbadges:credential>"),
    ],
    ids=["dict", "str", "bytes", "png", "svg"],
)
def test_good_badge_holds_in_every_wrapping(data: Any) -> None:
    result = verify(data, fetch=school_web(), now=NOW)
    assert result.holds
    assert (result.badge_name, result.issuer_name, result.issuer_id) == ("Peer Tutor", "History Department", DID)
    assert (result.valid_from, result.valid_until) == (BADGE.valid_from, BADGE.valid_until)
    assert result.credential == GOOD
    assert outcome(result, CheckName.REVOCATION) == ("passed", "not-revoked")


def test_badge_without_status_and_with_did_key_needs_no_web() -> None:
    facts = dataclasses.replace(BADGE, issuer=Issuer(KEY.did_key, "Sam"), status=None)
    web = Web()
    result = verify(signed(credential(facts), controller=KEY.did_key), fetch=web, now=NOW)
    assert result.holds
    assert outcome(result, CheckName.REVOCATION) == ("passed", "none")
    assert web.asked == []


def test_badge_by_a_retired_key_still_holds() -> None:
    web = school_web()
    web.serve(did_web_url(DID), did_document(DID, [OTHER_KEY.multikey], [KEY.multikey]))
    assert check(GOOD, web) == {}


UNSUPPORTED = {"proof": ("unknown", "unsupported-proof"), "issuer": ("unknown", "unsupported-proof")}
OLDER = {"schema": ("unknown", "older-data-model"), **UNSUPPORTED}


def forged(reason: str) -> dict[str, tuple[str, str]]:
    return {
        "proof": ("failed", reason),
        "issuer": ("unknown", "proof-failed"),
        "revocation": ("unknown", "proof-failed"),
        "suspension": ("unknown", "proof-failed"),
        "endorsements": ("unknown", "proof-failed"),
    }


def stopped(outcome: str, reason: str, rest: str = "not-a-badge") -> dict[str, tuple[str, str]]:
    return {name.value: ("unknown", rest) for name in CheckName} | {"format": (outcome, reason)}


BAD_SHAPE = {"schema": ("failed", "wrong-shape")}


# Cheating with the document


def changed(change: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    document = copy.deepcopy(GOOD)
    change(document)
    return document


def hide_date(document: dict[str, Any]) -> None:
    """Write the end date under its full IRI: the same RDF, so the signature alone would hold."""
    moment = {"@value": document.pop("validUntil"), "@type": "http://www.w3.org/2001/XMLSchema#dateTime"}
    document["https://www.w3.org/2018/credentials#validUntil"] = moment


def move_date(document: dict[str, Any]) -> None:
    """Move the end date to a second copy of the root node."""
    copied = {"id": document["id"], "type": ["VerifiableCredential"], "validUntil": document.pop("validUntil")}
    document["credentialSubject"]["achievement"]["creator"] = copied


def add_proof(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda document: document["proof"].append({**document["proof"][0], **changes})


CHEATS: dict[str, tuple[dict[str, Any], dict[str, tuple[str, str]]]] = {
    "another name": (changed(lambda d: d.update(name="Head Tutor")), forged("bad-signature")),
    "another learner": (
        changed(lambda d: d["credentialSubject"].update(id="urn:uuid:0")),
        forged("bad-signature"),
    ),
    "status removed": (changed(lambda d: d.pop("credentialStatus")), forged("bad-signature")),
    "a term of their own": (changed(lambda d: d.update(grade="A")), forged("undefined-term")),
    "a term explained by a context of their own": (
        changed(lambda d: d["@context"].append({"grade": "urn:grade"})),
        {"proof": ("unknown", "inline-context"), "issuer": ("unknown", "inline-context")},
    ),
    "a context nobody has": (
        changed(lambda d: d["@context"].append("https://laurel.example/context")),
        {"proof": ("unknown", "unknown-context"), "issuer": ("unknown", "unknown-context")},
    ),
    "date hidden": (changed(hide_date), forged("not-a-term")),
    "date moved": (changed(move_date), forged("repeated-root")),
    "no proof": (
        changed(lambda d: d.update(proof=[])),
        forged("no-proof") | {"issuer": ("unknown", "no-proof")},
    ),
    "no proof, null": (
        changed(lambda d: d.update(proof=None)),
        forged("no-proof") | {"issuer": ("unknown", "no-proof")} | BAD_SHAPE,
    ),
    "a proof of another purpose": (
        changed(lambda d: d["proof"][0].update(proofPurpose="authentication")),
        forged("wrong-purpose"),
    ),
    "a second proof that is broken": (
        changed(add_proof(created="2026-11-21T00:00:00Z")),
        forged("bad-signature"),
    ),
    "an expired proof": (
        changed(lambda d: d["proof"][0].update(expires="2026-11-21T00:00:00Z")),
        forged("proof-expired"),
    ),
    "a proof with a strange date": (
        changed(lambda d: d["proof"][0].update(created="yesterday")),
        forged("bad-proof"),
    ),
    "another cryptosuite": (
        changed(lambda d: d["proof"][0].update(cryptosuite="eddsa-jcs-2022")),
        forged("bad-signature"),
    ),
    "a cryptosuite nobody has": (
        changed(lambda d: d["proof"][0].update(cryptosuite="eddsa-2022")),
        UNSUPPORTED,
    ),
    "too many proofs": (
        changed(lambda d: d.update(proof=d["proof"] * 5)),
        {"proof": ("unknown", "too-many-proofs"), "issuer": ("unknown", "too-many-proofs")},
    ),
}


@pytest.mark.parametrize("name", CHEATS)
def test_cheating_with_the_document(name: str) -> None:
    document, expected = CHEATS[name]
    troubles = check(document)
    # The schema may see it too; that is no one's business here.
    assert {k: v for k, v in troubles.items() if k != "schema" or k in expected} == expected


def test_unsupported_proof_beside_a_good_one_does_no_harm() -> None:
    assert check(changed(add_proof(cryptosuite="ecdsa-sd-2023"))) == {}


def test_forged_badge_makes_us_ask_for_the_key_only() -> None:
    web = school_web()
    check(changed(lambda d: d.update(name="Head Tutor")), web)
    assert web.asked == [did_web_url(DID)]


# Cheating with the key


def test_badge_signed_by_a_stranger() -> None:
    """The signature is good and the key well published, but it is not the issuer's."""
    document = signed(credential(BADGE), OTHER_KEY, OTHER_KEY.did_key)
    assert check(document) == {"issuer": ("failed", "not-the-issuers-key")}


def test_strangers_proof_beside_the_issuers_does_not_matter() -> None:
    both = changed(lambda d: d["proof"].extend(signed(credential(BADGE), OTHER_KEY, OTHER_KEY.did_key)["proof"]))
    assert check(both) == {}


def key_document(**changes: Any) -> dict[str, Any]:
    document = did_document(DID, [KEY.multikey])
    document["verificationMethod"][0] |= changes
    return document


UNKNOWN_KEY = {"revocation": ("unknown", "list-not-proven")}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (did_document(DID, [OTHER_KEY.multikey]), forged("key-not-listed")),
        ({**key_document(), "assertionMethod": []}, forged("key-not-for-badges")),
        ({**key_document(), "id": "did:web:other.example"}, ("unknown", "no-keys")),
        (key_document(controller="did:web:other.example"), forged("key-not-listed")),
        (key_document(revoked="2026-11-21T00:00:00Z"), forged("key-revoked")),
        (key_document(revoked="soon"), forged("key-revoked")),
        (key_document(revoked="2027-11-21T00:00:00Z"), None),
        (key_document(expires="2026-11-21T00:00:00Z"), None),
        (key_document(expires="2026-11-19T00:00:00Z"), forged("key-expired")),
        (key_document(type="JsonWebKey"), ("unknown", "unsupported-key")),
        (key_document(publicKeyMultibase="zDnaegE6"), ("unknown", "unsupported-key")),
        ({**key_document(), "verificationMethod": None, "assertionMethod": None}, ("unknown", "no-keys")),
        ({"id": DID, "assertionMethod": key_document()["verificationMethod"]}, None),
        ("a page", ("unknown", "unreachable")),
        ([], ("unknown", "unreachable")),
    ],
)
def test_what_the_key_document_says(document: Any, expected: Any) -> None:
    web = school_web()
    web.serve(did_web_url(DID), document)
    match expected:
        case None:
            expected = {}
        case tuple():
            expected = {"proof": expected, "issuer": expected, **UNKNOWN_KEY}
    assert check(GOOD, web) == expected


URL_ISSUER = "https://laurel.example/issuers/history"


def url_badge(method: str) -> dict[str, Any]:
    facts = dataclasses.replace(BADGE, issuer=Issuer(URL_ISSUER, "History"), status=None)
    return sign(credential(facts), KEY, method, AWARDED)


def test_key_in_the_issuers_own_document() -> None:
    web = Web()
    web.serve(URL_ISSUER, did_document(URL_ISSUER, [KEY.multikey]))
    assert check(url_badge(KEY.verification_method(URL_ISSUER)), web) == {}


@pytest.mark.parametrize("listed", [True, False])
def test_key_with_a_url_of_its_own_must_be_listed_by_its_controller(listed: bool) -> None:
    method = "https://laurel.example/keys/1"
    web = Web()
    key = {"id": method, "type": "Multikey", "controller": URL_ISSUER, "publicKeyMultibase": KEY.multikey}
    web.serve(method, key)
    web.serve(URL_ISSUER, {"id": URL_ISSUER, "assertionMethod": [method] if listed else []})
    assert check(url_badge(method), web) == ({} if listed else forged("key-not-for-badges"))


def test_only_https_is_asked() -> None:
    web = Web()
    check(url_badge("http://laurel.example/issuers/history#key"), web)
    check(signed(credential(BADGE), controller="did:web:a.example/../x"), web)
    assert web.asked == []


# Dates


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (
            AWARDED - timedelta(days=1, seconds=1),
            forged("made-in-future") | {"validity": ("failed", "not-yet")},
        ),
        (AWARDED - SKEW - timedelta(seconds=1), forged("made-in-future") | {"validity": ("failed", "soon")}),
        (AWARDED - SKEW + timedelta(seconds=1), {}),
        (AWARDED, {}),
        (AWARDED + timedelta(days=365) - timedelta(seconds=1), {}),
        (AWARDED + timedelta(days=365), {"validity": ("failed", "expired")}),
    ],
)
def test_dates_are_held_against_now(now: datetime, expected: dict[str, tuple[str, str]]) -> None:
    assert check(GOOD, now=now) == expected


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"validFrom": "2026-11-20"}, "bad-date"),
        ({"validFrom": "2026-11-20T09:30:00"}, "bad-date"),
        ({"validFrom": "2026-13-20T09:30:00Z"}, "bad-date"),
        ({"validUntil": ["2099-11-20T09:30:00Z"]}, "bad-date"),
        ({"validUntil": "2020-11-20T09:30:00Z"}, "backwards"),
        ({"validFrom": None}, "no-date"),
    ],
)
def test_unreadable_dates_fail(changes: dict[str, Any], reason: str) -> None:
    assert check({**GOOD, **changes})["validity"] == ("failed", reason)


def test_dates_in_other_zones_and_with_fractions() -> None:
    document = credential(BADGE) | {"validFrom": "2026-11-20T10:30:00.123456789+01:00"}
    assert check(signed(document)) == {}


# Revocation


def list_web(**changes: Any) -> Web:
    web = school_web()
    web.serve(LIST, signed(status_list_credential(LIST, DID, [7], AWARDED) | changes))
    return web


def undated_list_web(**changes: Any) -> Web:
    web, unsigned = school_web(), status_list_credential(LIST, DID, [7], AWARDED) | changes
    del unsigned["validFrom"]
    web.serve(LIST, signed(unsigned))
    return web


def served(document: Any) -> Web:
    web = school_web()
    web.serve(LIST, document)
    return web


OTHERS_LIST = sign(
    status_list_credential(LIST, OTHER_KEY.did_key, [], AWARDED),
    OTHER_KEY,
    OTHER_KEY.verification_method(OTHER_KEY.did_key),
    AWARDED,
)
CLAIMED_LIST = sign(
    status_list_credential(LIST, DID, [], AWARDED),
    OTHER_KEY,
    OTHER_KEY.verification_method(OTHER_KEY.did_key),
    AWARDED,
)


@pytest.mark.parametrize(
    ("web", "verdict"),
    [
        (school_web((42,)), ("failed", "revoked")),
        (served("nonsense"), ("unknown", "unreachable")),
        (served(GOOD), ("unknown", "bad-list")),
        (served(status_list_credential(LIST, DID, [], AWARDED)), ("unknown", "list-not-proven")),
        (served(OTHERS_LIST), ("unknown", "list-of-another-issuer")),
        (served(CLAIMED_LIST), ("unknown", "list-not-proven")),
        (list_web(id=LIST + "0"), ("unknown", "another-list")),
        (list_web(validUntil="2026-11-21T00:00:00Z"), ("unknown", "list-not-current")),
        (list_web(validFrom="2026-12-21T00:00:00Z"), ("unknown", "list-not-current")),
        (undated_list_web(validUntil="2026-11-21T00:00:00Z"), ("unknown", "list-not-current")),
    ],
    ids=["revoked", "page", "badge", "unsigned", "others", "claimed", "another", "old", "future", "undated-old"],
)
def test_what_the_status_list_says(web: Web, verdict: tuple[str, str]) -> None:
    assert check(GOOD, web) == {"revocation": verdict}


def test_a_list_need_not_say_from_when_on_it_counts() -> None:
    """VC 2.0, section 4.9: `validFrom` may be left out; Open Badges alone asks for it."""
    assert check(GOOD, undated_list_web()) == {}


def test_unreachable_list_leaves_revocation_unknown() -> None:
    web = school_web()
    del web[LIST]
    assert check(GOOD, web) == {"revocation": ("unknown", "unreachable")}


STATUS = GOOD["credentialStatus"]


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (STATUS | {"statusListIndex": "7"}, ("failed", "revoked")),
        (STATUS | {"statusListIndex": 7}, ("failed", "revoked")),
        (STATUS | {"statusListIndex": "131072"}, ("unknown", "bad-list")),
        (STATUS | {"statusListIndex": "-1"}, ("unknown", "bad-status")),
        (STATUS | {"statusListIndex": "\u0667"}, ("unknown", "bad-status")),
        (STATUS | {"statusListIndex": "9" * 5000}, ("unknown", "bad-status")),
        (STATUS | {"statusPurpose": "message"}, ("unknown", "unsupported-status")),
        (STATUS | {"statusSize": 2}, ("unknown", "unsupported-status")),
        (STATUS | {"statusListCredential": "http://laurel.example/list"}, ("unknown", "not-opened")),
        ([STATUS, STATUS | {"id": "urn:x", "statusListIndex": "7"}], ("failed", "revoked")),
        ([STATUS] * 5, ("unknown", "unsupported-status")),
        ({"id": LIST, "type": "1EdTechRevocationList"}, ("unknown", "bad-list")),
    ],
)
def test_what_the_status_entry_says(status: Any, verdict: tuple[str, str]) -> None:
    troubles = check(signed(credential(BADGE) | {"credentialStatus": status}))
    assert troubles.get("revocation") == verdict
    assert "proof" not in troubles


# Anything at all

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200) | JSON.map(json.dumps))
def test_arbitrary_input_never_raises_and_never_holds(data: bytes | str) -> None:
    assert check(data) != {}


def paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        found += [one for key, item in value.items() for one in paths(item, (*path, key))]
    elif isinstance(value, list):
        found += [one for n, item in enumerate(value) for one in paths(item, (*path, n))]
    return found


PATHS = paths(GOOD)
PARTS = [GOOD, GOOD["issuer"], GOOD["proof"][0], GOOD["credentialSubject"], GOOD["name"], GOOD["id"]]


def at(document: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        document = document[step]
    return document


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_mutated_badge_never_raises_and_holds_only_if_it_says_the_same(data: st.DataObject) -> None:
    """A change anywhere in a good badge breaks a check, unless it changed nothing that was signed."""
    document = copy.deepcopy(GOOD)
    for path in data.draw(st.lists(st.sampled_from(PATHS), min_size=1, max_size=2)):
        try:
            parent = at(document, path[:-1])
            match data.draw(st.sampled_from(["replace", "remove", "add", "rename"])):
                case "replace":
                    parent[path[-1]] = copy.deepcopy(data.draw(JSON | st.sampled_from(PARTS)))
                case "remove":
                    del parent[path[-1]]
                case "add" if isinstance(parent, dict):
                    key = data.draw(st.text(max_size=5) | st.sampled_from(["@id", "validUntil", "name", "type"]))
                    parent[key] = copy.deepcopy(data.draw(JSON | st.sampled_from(PARTS)))
                case "rename" if isinstance(parent, dict):
                    parent[data.draw(st.sampled_from(["@type", "name", "https://schema.org/name"]))] = parent.pop(
                        path[-1]
                    )
        except (LookupError, TypeError):
            continue  # the first change took away where the second was to be
    try:
        text = json.dumps(document)
    except ValueError:
        return
    if check(text) == {}:
        bare = [{k: v for k, v in one.items() if k != "proof"} for one in (document, GOOD)]
        assert canonical_text(bare[0]) == canonical_text(bare[1])
        for term in ("validFrom", "validUntil", "credentialStatus", "name"):
            assert document[term] == GOOD[term]
        assert document["issuer"]["id"] == DID


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(json.dumps(GOOD)) - 1), st.binary(min_size=1, max_size=3))
def test_damaged_text_never_raises(place: int, damage: bytes) -> None:
    text = bytearray(json.dumps(GOOD).encode())
    text[place : place + len(damage)] = damage
    verify(bytes(text), fetch=school_web(), now=NOW)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not-recognised"),
        ("[" * 100_000, "too-deep"),
        ("[{}]", "a-list"),
        ('{"a":' * 100_000, "too-deep"),
        ('{"a":' + "[" * 60 + "]" * 60 + "}", "too-deep"),
        ('{"a":[' + "0," * 6_000 + "0]}", "too-large"),
        (b"{" + b" " * 3_000_000 + b"}", "too-large"),
        ('{"id": 1, "id": 2}', "duplicate-key"),
        ('{"a": NaN}', "not-json"),
        ('{"a": ' + "9" * 10_000 + "}", "bad-number"),
        ('{"a": 1e999}', "bad-number"),
        (b'{"a": "\xff"}', "bad-encoding"),
        ("\ud800", "bad-text"),
        (r'{"a": ["\ud800"]}', "bad-text"),
        (r'{"\udc00\ud800": 1}', "bad-text"),
        (r'{"a": "\ud83c\udf93"}', "not-a-credential"),
        ({"a": {1}}, "not-json"),
        ({"a": float("nan")}, "not-json"),
        ({}, "not-a-credential"),
    ],
)
def test_what_is_not_a_badge_is_named(data: Any, reason: str) -> None:
    assert check(data) == stopped("failed", reason)


def test_a_verification_of_fewer_checks_does_not_hold() -> None:
    result = verify(GOOD, fetch=school_web(), now=NOW)
    assert not dataclasses.replace(result, checks=result.checks[1:]).holds
    assert not dataclasses.replace(result, checks=()).holds
    assert all(one.outcome is Outcome.PASSED for one in result.checks)
