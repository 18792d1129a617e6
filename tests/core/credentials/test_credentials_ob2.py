"""Older badges, Open Badges 2.0: what is hosted, its hybrid for the oldest backpacks, and checking everyone's."""

import dataclasses
import json
from typing import Any

import pytest
from credentials_samples import AWARDED, BADGE, NOW, SCHOOL, TUTOR, Web
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from test_credentials_baking import PLAIN
from test_credentials_checks import JSON, check, stopped

from bot.core.credentials import (
    OB2_KEYWORD,
    CheckName,
    Evidence,
    Hosted,
    Identity,
    Image,
    OpenBadge,
    RsaKey,
    Unreachable,
    Unsignable,
    assertion_ob2,
    badge_class_ob2,
    bake_png,
    bake_svg,
    credential,
    issuer_ob2,
    legacy_assertion_ob2,
    revoked_assertion_ob2,
    sign_jwt,
    unbake_png,
    verify,
)
from bot.core.credentials.jws import make_jws

SITE = "https://laurel.example"
AT = Hosted(f"{SITE}/ob2/awards/1", f"{SITE}/ob2/badges/7", f"{SITE}/ob2/issuers/3", f"{SITE}/awards/1.png")
LEGACY = dataclasses.replace(AT, assertion=f"{SITE}/ob1/awards/1")
ASSERTION = assertion_ob2(BADGE, AT)
HYBRID = legacy_assertion_ob2(BADGE, LEGACY)
RSA = RsaKey.generate(2048)
KEY_URL, LIST = f"{SITE}/ob2/keys/1", f"{SITE}/ob2/revoked"


def hosted_web(**documents: Any) -> Web:
    web = Web()
    issuer = {**issuer_ob2(SCHOOL, AT), "publicKey": KEY_URL, "revocationList": LIST}
    web.serve(AT.assertion, documents.get("assertion", ASSERTION))
    web.serve(LEGACY.assertion, HYBRID)
    web.serve(AT.badge, documents.get("badge", badge_class_ob2(TUTOR, AT)))
    web.serve(AT.issuer, documents.get("issuer", issuer))
    web.serve(KEY_URL, documents.get("key", {"id": KEY_URL, "owner": AT.issuer, "publicKeyPem": RSA.public_pem}))
    web.serve(LIST, documents.get("list", {"id": LIST, "revokedAssertions": ["urn:other"]}))
    return web


def test_conventional_documents_have_the_standards_shape() -> None:
    assert {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Assertion",
        "id": AT.assertion,
        "badge": AT.badge,
        "image": AT.image,
        "issuedOn": "2026-11-20T09:30:00Z",
        "expires": "2027-11-20T09:30:00Z",
        "recipient": {
            "type": "email",
            "hashed": True,
            "salt": "salt",
            "identity": "sha256$0b1f2032b637a7a6d6978c2f95b145e8e8b4a88be90560f97930f17674e90735",
        },
        "verification": {"type": "hosted"},
        "narrative": BADGE.narrative,
        "evidence": [
            {
                "id": "https://laurel.example/evidence/1",
                "type": "Evidence",
                "name": "Notes",
                "narrative": "What was said",
                "description": "Photos of the board",
                "genre": "notes",
            },
            {"type": "Evidence", "narrative": "“Now I get it!”"},
        ],
    } == ASSERTION
    badge = badge_class_ob2(TUTOR, AT)
    assert (badge["criteria"], badge["issuer"], badge["tags"]) == (
        TUTOR.criteria_url,
        AT.issuer,
        ["explaining", "patience"],
    )
    assert badge["alignment"][0]["targetUrl"] == "https://skills.example/7"
    assert isinstance(badge["image"], str)
    issuer = issuer_ob2(SCHOOL, AT)
    assert (issuer["url"], issuer["email"]) == ("https://laurel.example", "history@laurel.example")
    assert isinstance(issuer["image"], str)


def test_hybrid_has_what_older_validators_ask_for_and_nothing_that_newer_ones_refuse() -> None:
    assert HYBRID["verify"] == {"type": "hosted", "url": LEGACY.assertion}
    assert HYBRID["id"] == LEGACY.assertion
    assert HYBRID["uid"] == BADGE.id
    assert HYBRID["evidence"] == "https://laurel.example/evidence/1"
    assert not {"verification", "narrative"} & HYBRID.keys()
    assert HYBRID["recipient"] == ASSERTION["recipient"]


def test_badge_without_an_address_of_its_learner() -> None:
    """The conventional document falls back on the pseudonym; the hybrid is of no use without an address."""
    nobody = dataclasses.replace(BADGE, identities=())
    assert assertion_ob2(nobody, AT)["recipient"] == {"type": "id", "hashed": False, "identity": BADGE.recipient}
    with pytest.raises(Unsignable, match="no-email"):
        legacy_assertion_ob2(nobody, LEGACY)
    shown = dataclasses.replace(BADGE, identities=(Identity.show("emailAddress", "sam@laurel.example"),))
    assert assertion_ob2(shown, AT)["recipient"]["identity"] == "sam@laurel.example"


REFUSED: list[tuple[Any, Any, str, str]] = [
    (badge_class_ob2, dataclasses.replace(TUTOR, image=None), "achievement.image", "no-image"),
    (badge_class_ob2, dataclasses.replace(TUTOR, image=Image("x")), "achievement.image.url", "not-an-iri"),
    (
        badge_class_ob2,
        dataclasses.replace(TUTOR, criteria=" ", criteria_url=None),
        "achievement.criteria",
        "no-criteria",
    ),
    (issuer_ob2, dataclasses.replace(SCHOOL, email=None), "issuer.email", "empty"),
    (issuer_ob2, dataclasses.replace(SCHOOL, url=None), "issuer.url", "empty"),
    (assertion_ob2, dataclasses.replace(BADGE, valid_until=AWARDED), "valid_until", "backwards"),
    (assertion_ob2, dataclasses.replace(BADGE, evidence=(Evidence(),)), "evidence.0", "nothing"),
    (assertion_ob2, dataclasses.replace(BADGE, narrative="\0"), "narrative", "control-character"),
]


@pytest.mark.parametrize(("build", "facts", "field", "reason"), REFUSED, ids=[f"{f}-{r}" for _, _, f, r in REFUSED])
def test_what_cannot_be_hosted_is_refused_by_field(build: Any, facts: Any, field: str, reason: str) -> None:
    with pytest.raises(Unsignable) as caught:
        build(facts, AT)
    assert (caught.value.field, caught.value.reason) == (field, reason)


def test_text_for_criteria() -> None:
    assert badge_class_ob2(dataclasses.replace(TUTOR, criteria_url=None), AT)["criteria"] == {
        "narrative": TUTOR.criteria
    }


# Checking


@pytest.mark.parametrize("document", [ASSERTION, HYBRID], ids=["conventional", "hybrid"])
def test_hosted_badge_holds_in_every_wrapping(document: dict[str, Any]) -> None:
    text, svg = json.dumps(document), b'<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>'
    baked = bake_png(PLAIN, text, OB2_KEYWORD)
    drawn = bake_svg(svg, text, ob2=True, verify=document["id"])
    for data in (document, text, baked, drawn, bake_png(PLAIN, document["id"], OB2_KEYWORD)):
        assert check(data, hosted_web()) == {}
    result = verify(text, fetch=hosted_web(), now=NOW)
    assert (result.badge_name, result.issuer_name, result.issuer_id) == ("Peer Tutor", SCHOOL.name, AT.issuer)
    assert result[CheckName.PROOF].reason == "hosted"


def test_one_picture_carries_both_editions() -> None:
    """The newer badge is the one that is checked."""
    both = bake_png(bake_png(PLAIN, json.dumps(ASSERTION), OB2_KEYWORD), json.dumps(credential(BADGE)))
    assert json.loads(unbake_png(both, OB2_KEYWORD)) == ASSERTION
    assert check(both, hosted_web())["proof"] == ("failed", "no-proof")


def gone(url: str) -> bytes:
    raise Unreachable("gone" if url == AT.assertion else "offline")


FORGED = {
    "issuer": ("unknown", "proof-failed"),
    "revocation": ("unknown", "proof-failed"),
}
NOT_THERE = dict.fromkeys(("proof", "issuer", "revocation"), ("unknown", "hosted-unreachable"))
HOSTED: dict[str, tuple[Any, Any, dict[str, tuple[str, str]]]] = {
    "another recipient": (
        {**ASSERTION, "recipient": {"type": "email", "hashed": False, "identity": "kim@laurel.example"}},
        hosted_web(),
        {"proof": ("failed", "hosted-differs"), **FORGED},
    ),
    "an expiry less": (
        {k: v for k, v in ASSERTION.items() if k != "expires"},
        hosted_web(),
        {},
    ),
    "something more": ({**ASSERTION, "x": 1}, hosted_web(), {"proof": ("failed", "hosted-differs"), **FORGED}),
    "not hosted": (
        {**ASSERTION, "verification": {"type": "word of mouth"}},
        hosted_web(),
        {"proof": ("failed", "no-proof"), **FORGED},
    ),
    "no address": ({**ASSERTION, "id": 7}, hosted_web(), {"proof": ("failed", "bad-proof"), **FORGED}),
    "another's address": (
        {**ASSERTION, "id": AT.badge},
        hosted_web(),
        {"proof": ("failed", "hosted-differs"), **FORGED},
    ),
    "offline": (ASSERTION, Web(), NOT_THERE),
    "a page there": (ASSERTION, hosted_web(assertion="<html>"), NOT_THERE),
    "revoked": (
        ASSERTION,
        hosted_web(assertion=revoked_assertion_ob2(AT, "A mistake")),
        {"revocation": ("failed", "revoked-because")},
    ),
    "gone": (
        ASSERTION,
        gone,
        {"proof": ("failed", "hosted-gone"), **FORGED, "revocation": ("failed", "revoked")},
    ),
    "no issuer": (ASSERTION, hosted_web(issuer=[]), {"issuer": ("unknown", "issuer-unreachable")}),
    "no badge class": (ASSERTION, hosted_web(badge="x"), {"issuer": ("unknown", "issuer-unreachable")}),
    "another issuer there": (
        ASSERTION,
        hosted_web(issuer={"id": "urn:x"}),
        {"issuer": ("unknown", "another-document")},
    ),
    "a misshapen badge class": (
        ASSERTION,
        hosted_web(badge={**badge_class_ob2(TUTOR, AT), "name": ""}),
        {"schema": ("failed", "wrong-shape")},
    ),
}


@pytest.mark.parametrize("name", HOSTED)
def test_what_is_hosted_counts(name: str) -> None:
    document, web, expected = HOSTED[name]
    troubles = check(document, web)
    assert {k: v for k, v in troubles.items() if k != "schema" or k in expected} == expected


STRANGER = "https://evil.example"


def test_strangers_host_cannot_speak_for_the_school() -> None:
    """An assertion elsewhere that names the school, even with the school's documents written out in place."""
    url = f"{STRANGER}/1"
    for badge in (AT.badge, {**badge_class_ob2(TUTOR, AT), "issuer": {**issuer_ob2(SCHOOL, AT), "verification": {}}}):
        document = {**ASSERTION, "id": url, "badge": badge}
        web = hosted_web()
        web.serve(url, document)
        assert check(document, web) == {"issuer": ("failed", "outside-scope")}


@pytest.mark.parametrize(
    ("policy", "holds"),
    [
        ({"startsWith": f"{SITE}/ob2/"}, True),
        ({"startsWith": ["https://other.example", f"{SITE}/ob2/"]}, True),
        ({"startsWith": f"{SITE}/NOT"}, False),
        ({"startsWith": "https://laurel"}, False),
        ({"allowedOrigins": ["laurel.example"]}, True),
        ({"allowedOrigins": SITE}, True),
        ({"allowedOrigins": "example.com"}, False),
        ({"allowedOrigins": "laurel.example", "startsWith": f"{SITE}/NOT"}, False),
        ({"startsWith": 7}, True),
    ],
)
def test_issuers_own_scope(policy: dict[str, Any], holds: bool) -> None:
    web = hosted_web(issuer={**issuer_ob2(SCHOOL, AT), "verification": policy})
    assert check(ASSERTION, web) == ({} if holds else {"issuer": ("failed", "outside-scope")})


def test_plain_http_addresses_are_asked_by_https() -> None:
    plain = json.loads(json.dumps(ASSERTION).replace(SITE, "http://laurel.example"))
    web = Web()
    for document in (ASSERTION, badge_class_ob2(TUTOR, AT), issuer_ob2(SCHOOL, AT)):
        web.serve(document["id"], json.loads(json.dumps(document).replace(SITE, "http://laurel.example")))
    assert check(plain, web) == {}
    assert all(url.startswith("https://") for url in web.asked)


# Signed

SIGNED = {**ASSERTION, "id": "urn:uuid:1", "verification": {"type": "signed", "creator": KEY_URL}}


def signed(key: Any = RSA, **changes: Any) -> str:
    return make_jws({**SIGNED, **changes}, key, {"typ": "JWT"})


BAD = {"issuer": ("unknown", "proof-failed"), "revocation": ("unknown", "proof-failed")}
SIGNATURES: dict[str, tuple[str, Web, dict[str, tuple[str, str]]]] = {
    "good": (signed(), hosted_web(), {}),
    "by a stranger": (signed(RsaKey.generate(2048)), hosted_web(), {"proof": ("failed", "bad-signature"), **BAD}),
    "a key that is no one's": (
        signed(),
        hosted_web(issuer=issuer_ob2(SCHOOL, AT)),
        {"issuer": ("failed", "unlisted-key")},
    ),
    "a key of another's": (
        signed(),
        hosted_web(key={"id": KEY_URL, "owner": STRANGER, "publicKeyPem": RSA.public_pem}),
        {"issuer": ("failed", "not-the-issuers-key")},
    ),
    "a key that is none": (
        signed(),
        hosted_web(key={"id": KEY_URL, "publicKeyPem": "x"}),
        dict.fromkeys(("proof", "issuer", "revocation"), ("unknown", "unsupported-key")),
    ),
    "said to be hosted": (
        signed(verification={"type": "hosted"}),
        hosted_web(),
        {"proof": ("failed", "bad-proof"), **BAD},
    ),
    "revoked by id": (
        signed(),
        hosted_web(list={"id": LIST, "revokedAssertions": [{"id": "urn:uuid:1"}]}),
        {"revocation": ("failed", "revoked")},
    ),
    "revoked by uid": (
        signed(uid="7"),
        hosted_web(list={"id": LIST, "revokedAssertions": [{"uid": "7", "revocationReason": "A mistake"}]}),
        {"revocation": ("failed", "revoked-because")},
    ),
    "a list that is none": (
        signed(),
        hosted_web(list={"id": LIST, "revokedAssertions": 7}),
        {"revocation": ("unknown", "bad-list")},
    ),
    "no list there": (signed(), hosted_web(list="x"), {"revocation": ("unknown", "unreachable")}),
    "offline": (
        signed(),
        Web(),
        dict.fromkeys(("proof", "issuer", "revocation"), ("unknown", "unreachable")),
    ),
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_signed_badge(name: str) -> None:
    text, web, expected = SIGNATURES[name]
    assert check(text, web) == expected


def test_signed_badge_cannot_bring_its_own_school() -> None:
    """The school's profile written out in place, with the forger's key in it, is not believed."""
    forger = RsaKey.generate(2048)
    url = f"{STRANGER}/key"
    web = hosted_web()
    web.serve(url, {"id": url, "owner": AT.issuer, "publicKeyPem": forger.public_pem})
    badge = {**badge_class_ob2(TUTOR, AT), "issuer": {**issuer_ob2(SCHOOL, AT), "publicKey": url}}
    text = signed(forger, badge=badge, verification={"type": "signed", "creator": url})
    assert check(text, web) == {"issuer": ("failed", "unlisted-key")}


def test_newer_jwt_is_not_taken_for_an_older_badge() -> None:
    assert check(sign_jwt(credential(BADGE), RSA), hosted_web())["issuer"] == ("unknown", "unreachable")
    assert check({**ASSERTION, "type": "BadgeClass"}) == stopped("failed", "not-an-assertion")


PARTS = ["badge", "issuer", "assertion", "key", "list"]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PARTS), st.sampled_from(sorted(ASSERTION)), JSON)
def test_nonsense_anywhere_never_raises(part: str, name: str, value: Any) -> None:
    assume("Infinity" not in json.dumps(value) and "NaN" not in json.dumps(value))  # no JSON could say these
    given_, web = {**ASSERTION, name: value}, hosted_web(**{part: value})
    for document in (given_, make_jws(given_, RSA, {}), signed(badge=value, issuer=value)):
        check(document, web)
    check(ASSERTION, hosted_web(assertion={**ASSERTION, name: value}))
    check(signed(), hosted_web(**{part: {"id": LIST, name: value, "revokedAssertions": [value], "issuer": value}}))


def test_published_dates() -> None:
    again: OpenBadge = dataclasses.replace(BADGE, awarded=None, valid_until=None)
    assert assertion_ob2(again, AT)["issuedOn"] == "2026-11-20T09:30:00Z"
    assert "expires" not in assertion_ob2(again, AT)
