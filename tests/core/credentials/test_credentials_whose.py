"""Suspension and its undoing, 1EdTech's own list, whose badge it is, and what its evidence links to."""

import dataclasses
from typing import Any

import pytest
from credentials_samples import AWARDED, BADGE, DID, LIST, NOW, Web, school_web, signed
from hypothesis import given
from hypothesis import strategies as st
from test_credentials_checks import JSON, check

from bot.core.credentials import (
    CheckName,
    Identity,
    NotAStatusList,
    OpenBadge,
    RevocationListEntry,
    StatusEntry,
    credential,
    revocation_list,
    status_list_credential,
    verify,
)
from bot.core.credentials.evidence_check import evidence
from bot.core.credentials.recipient_check import recipient, recipient_ob2
from bot.core.credentials.status import bit_is_set, revocation_of

PAUSED = "https://laurel.example/status/history/suspended"
SUSPENDABLE = dataclasses.replace(BADGE, suspension=StatusEntry(PAUSED, 9))
BY_ID = dataclasses.replace(BADGE, status=RevocationListEntry(LIST))


def paused_web(*suspended: int) -> Web:
    web = school_web()
    web.serve(PAUSED, signed(status_list_credential(PAUSED, DID, suspended, AWARDED, purpose="suspension")))
    return web


def test_suspension_is_a_check_of_its_own_and_can_be_undone() -> None:
    badge = signed(credential(SUSPENDABLE))
    assert check(badge, paused_web()) == {}
    assert check(badge, paused_web(9)) == {"suspension": ("failed", "suspended")}
    assert check(badge, paused_web()) == {}
    result = verify(badge, fetch=paused_web(), now=NOW)
    assert (result[CheckName.REVOCATION].reason, result[CheckName.SUSPENSION].reason) == (
        "not-revoked",
        "not-suspended",
    )


def test_badge_that_only_can_be_suspended() -> None:
    badge = signed(credential(dataclasses.replace(SUSPENDABLE, status=None)))
    assert check(badge, paused_web()) == {}
    assert check(badge) == {"suspension": ("unknown", "unreachable")}


def test_list_of_another_purpose_says_nothing() -> None:
    badge = signed(credential(dataclasses.replace(BADGE, status=None, suspension=StatusEntry(LIST, 9))))
    assert check(badge) == {"suspension": ("unknown", "bad-list")}
    document = status_list_credential(PAUSED, DID, [9], AWARDED, purpose="suspension")
    with pytest.raises(NotAStatusList):
        bit_is_set(document, 9)


def listed(document: Any) -> Web:
    web = school_web()
    web.serve(LIST, document)
    return web


@pytest.mark.parametrize(
    ("document", "verdict"),
    [
        (revocation_list(LIST, DID, {"urn:other": ""}), None),
        (revocation_list(LIST, DID, {BADGE.id: ""}), ("failed", "revoked")),
        (revocation_list(LIST, DID, {BADGE.id: "A mistake"}), ("failed", "revoked-because")),
        ({"id": LIST, "issuer": DID, "revokedCredentials": [{"id": BADGE.id}]}, ("failed", "revoked")),
        ({"id": LIST, "issuer": DID, "revokedCredentials": {"id": BADGE.id, "revoked": False}}, None),
        ({"id": LIST, "issuer": DID, "revokedCredential": [{"id": BADGE.id}]}, ("failed", "revoked")),
        ({"id": LIST, "issuer": DID}, ("unknown", "bad-list")),
        ({"id": LIST, "issuer": DID, "revokedCredentials": [BADGE.id]}, ("unknown", "bad-list")),
        (revocation_list(LIST, "did:web:other.example", {}), ("unknown", "list-of-another-issuer")),
        (revocation_list("urn:x", DID, {}), ("unknown", "another-list")),
        ("a page", ("unknown", "unreachable")),
    ],
)
def test_1edtechs_own_list(document: Any, verdict: tuple[str, str] | None) -> None:
    assert check(signed(credential(BY_ID)), listed(document)) == ({} if verdict is None else {"revocation": verdict})


def test_reason_of_a_revocation_is_told() -> None:
    web = listed(revocation_list(LIST, DID, {BADGE.id: "A mistake"}))
    found = verify(signed(credential(BY_ID)), fetch=web, now=NOW)[CheckName.REVOCATION]
    assert found.facts == {"why": "A mistake"}


@given(JSON, JSON)
def test_any_list_is_read_or_refused(value: Any, credential_id: Any) -> None:
    try:
        found = revocation_of({"revokedCredentials": value}, credential_id)
    except NotAStatusList:
        return
    assert found is None or credential_id in [one["id"] for one in (value if isinstance(value, list) else [value])]


# Whose it is


def whose(typed: str | None, badge: OpenBadge = BADGE) -> tuple[str, str]:
    found = verify(signed(credential(badge)), fetch=school_web(), now=NOW, recipient=typed)[CheckName.RECIPIENT]
    return found.outcome.value, found.reason


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (None, ("passed", "not-asked")),
        ("  ", ("passed", "not-asked")),
        ("sam@laurel.example", ("passed", "match")),
        (" Sam@Laurel.example ", ("passed", "match")),
        (BADGE.recipient, ("passed", "match")),
        ("kim@laurel.example", ("failed", "another-recipient")),
        ("sam@laurel.examplesalt", ("failed", "another-recipient")),
        ("\ud800", ("failed", "another-recipient")),
        ("x" * 10_000, ("failed", "another-recipient")),
    ],
)
def test_typed_address_is_compared(typed: str | None, expected: tuple[str, str]) -> None:
    assert whose(typed) == expected


def test_badge_of_another_does_not_hold() -> None:
    result = verify(signed(), fetch=school_web(), now=NOW, recipient="kim@laurel.example")
    assert not result.holds


def test_other_ways_to_name_a_recipient() -> None:
    shown = dataclasses.replace(BADGE, identities=(Identity.show("emailAddress", "Sam@laurel.example"),))
    assert whose("sam@LAUREL.example", shown) == ("passed", "match")
    assert whose("sam@laurel.example", dataclasses.replace(BADGE, recipient="mailto:sam@laurel.example")) == (
        "passed",
        "match",
    )
    assert whose("sam@laurel.example", dataclasses.replace(BADGE, identities=())) == ("unknown", "no-identity")


@pytest.mark.parametrize(
    "one",
    [
        {"hashed": True, "identityHash": "md5$0"},
        {"hashed": "true", "identityHash": "sam@laurel.example"},
        {"hashed": True, "identityHash": 7},
        {"hashed": True, "identityHash": "sha256$0", "salt": 7},
        {},
        7,
    ],
)
def test_identity_that_cannot_be_compared_is_nobodys(one: Any) -> None:
    verdict = recipient({"identifier": [one]}, "sam@laurel.example")
    assert (verdict.outcome.value, verdict.reason) == ("unknown", "no-identity")


@given(JSON, st.text(max_size=20))
def test_any_recipient_is_judged(value: Any, typed: str) -> None:
    for judge in (recipient, recipient_ob2):
        judge(value, typed)
        judge({"identifier": value, "identity": value, "salt": value, "hashed": True}, typed)


# Evidence


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ("passed", "none")),
        ([], ("passed", "none")),
        ([{"narrative": "x"}], ("passed", "text")),
        ({"id": "urn:uuid:1"}, ("passed", "text")),
        ("https://laurel.example/1", ("passed", "links")),
        ([{"narrative": "x"}, {"id": "HTTP://laurel.example/1"}], ("passed", "links")),
        ([{"id": "https://a.example"}, {"id": "javascript:alert(1)"}], ("failed", "unsafe-link")),
        ("data:text/html,<script>", ("failed", "unsafe-link")),
        ("file:///etc/passwd", ("failed", "unsafe-link")),
        ("https://a.example/\nx", ("failed", "unsafe-link")),
        ([7], ("failed", "unsafe-link")),
        ([{"id": {}}], ("failed", "unsafe-link")),
    ],
)
def test_evidence_is_a_link_or_a_text(value: Any, expected: tuple[str, str]) -> None:
    verdict = evidence(value)
    assert (verdict.outcome.value, verdict.reason) == expected


def test_evidence_is_never_fetched() -> None:
    web = school_web()
    check(signed(), web)
    assert not [url for url in web.asked if "evidence" in url]


@given(JSON)
def test_any_evidence_is_judged(value: Any) -> None:
    evidence(value)
