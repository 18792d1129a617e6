"""Checking older badges, Open Badges 2.0: hosted ones by their address, signed ones by the issuer's key."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from bot.core.credentials.evidence_check import evidence
from bot.core.credentials.jwt_check import unchecked_algorithm
from bot.core.credentials.keys import NotAKey
from bot.core.credentials.ob2_shape import misshapen
from bot.core.credentials.outcomes import (
    GONE,
    CheckName,
    Outcome,
    Unreachable,
    Verdict,
    failed,
    not_had,
    passed,
    unknown,
)
from bot.core.credentials.proof_check import by_another, unproven
from bot.core.credentials.public_keys import key_from_pem
from bot.core.credentials.reading import Kind, Reading
from bot.core.credentials.recipient_check import recipient_ob2
from bot.core.credentials.remote import Remote
from bot.core.credentials.times import parse_timestamp
from bot.core.credentials.validity_check import between
from bot.core.credentials.verification import Verification, in_order, only_format

HOSTED = ("hosted", "HostedBadge")
SIGNED = ("signed", "SignedBadge")

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Chain:
    """The assertion's badge class and its issuer, or why they could not be had."""

    badge: Document
    issuer: Document
    trouble: Verdict | None


def verify_ob2(reading: Reading, remote: Remote, now: datetime, typed: str | None) -> Verification:
    """Verify an OB 2.0 assertion (section 4). The hosted document counts, what was handed in must agree with it."""
    given, url = reading.document, reading.url
    if url is None and given.get("type") not in ("Assertion", ["Assertion"]):
        return Verification(only_format(failed("not-an-assertion"), "not-a-badge"), Kind.OPEN_BADGES_2)
    if reading.jws is None:
        assertion, proof = _hosted(given, url or given.get("id"), remote)
        chain = _chain(assertion, remote)
        issuer = chain.trouble or _in_scope(assertion, chain)
    else:
        assertion = given
        chain = _chain(assertion, remote)
        proof, issuer = _signed(reading, chain, remote)
    if proof.outcome is not Outcome.PASSED:
        issuer = unproven(proof)
    verdicts = {
        CheckName.FORMAT: passed("ob2"),
        CheckName.SCHEMA: _shape(assertion, chain),
        CheckName.PROOF: proof,
        CheckName.ISSUER: issuer,
        CheckName.REVOCATION: _revocation(reading, assertion, proof, chain, remote),
        CheckName.SUSPENSION: passed("none"),
        CheckName.VALIDITY: between(assertion, now, "issuedOn", "expires"),
        CheckName.RECIPIENT: recipient_ob2(assertion.get("recipient"), typed),
        CheckName.EVIDENCE: evidence(assertion.get("evidence")),
        CheckName.ENDORSEMENTS: passed("not-looked-at") if _endorsed(assertion, chain) else passed("none"),
    }
    return Verification(
        checks=in_order(verdicts),
        kind=Kind.OPEN_BADGES_2,
        credential=dict(assertion),
        badge_name=_text(chain.badge.get("name")),
        issuer_id=_text(chain.issuer.get("id")),
        issuer_name=_text(chain.issuer.get("name")),
        valid_from=parse_timestamp(assertion.get("issuedOn")),
        valid_until=parse_timestamp(assertion.get("expires")),
    )


def _hosted(given: Document, url: Any, remote: Remote) -> tuple[Document, Verdict]:
    """Get the document at the assertion's own address, and compare."""
    if given and _verification(given).get("type") not in HOSTED:
        return given, failed("no-proof")
    if not isinstance(url, str):
        return given, failed("bad-proof")
    try:
        hosted = remote.json_object(url, upgrade=True)
    except Unreachable as error:
        if error.reason == GONE:
            return given, failed("hosted-gone")
        return given, not_had(error, "hosted-unreachable")
    if hosted.get("revoked") is True and hosted.get("id") == url:
        return {**given, **hosted}, passed("hosted", url=url)
    if hosted.get("id") != url or hosted.get("type") not in ("Assertion", ["Assertion"]):
        return given, failed("hosted-differs", where="id")
    for name, value in given.items():
        # A newer document may say more than an older copy of it; it must not say anything else.
        if name != "@context" and hosted.get(name) != value:
            return given, failed("hosted-differs", where=name[:80])
    return hosted, passed("hosted", url=url)


def _signed(reading: Reading, chain: _Chain, remote: Remote) -> tuple[Verdict, Verdict]:
    jws, assertion = reading.jws, reading.document
    creator = _verification(assertion).get("creator", chain.issuer.get("publicKey"))
    if jws is None or _verification(assertion).get("type") not in SIGNED:
        return failed("bad-proof"), unknown("proof-failed")
    if jws.algorithm is None:
        return unchecked_algorithm(jws), unknown("unsupported-proof")
    if not isinstance(creator, str):
        trouble = failed("bad-proof") if chain.trouble is None else unknown("no-keys")
        return trouble, unknown("no-keys")
    try:
        document = remote.json_object(creator, upgrade=True)
    except Unreachable as error:
        return not_had(error, url=creator), not_had(error)
    try:
        key = key_from_pem(str(document.get("publicKeyPem")))
    except NotAKey:
        return unknown("unsupported-key"), unknown("unsupported-key")
    if not jws.holds(key):
        return failed("bad-signature", method=creator), unknown("proof-failed")
    issuer = _text(chain.issuer.get("id")) or ""
    keys = chain.issuer.get("publicKey")
    listed = [one.get("id") if isinstance(one, dict) else one for one in (keys if isinstance(keys, list) else [keys])]
    owner = document.get("owner")
    verdict = passed(issuer=issuer)
    if document.get("id") != creator or owner != issuer or creator not in listed:
        verdict = by_another(issuer, _text(owner) if owner != issuer else None)
    return passed(suite=f"JWS {jws.algorithm}", method=creator), chain.trouble or verdict


def _chain(assertion: Document, remote: Remote) -> _Chain:
    """Get the badge class, which may stand in place, and the issuer, which is always asked at its own address.

    An issuer's document inside the badge could name any school and the forger's own key.
    """
    badge: Document = {}
    try:
        badge = _fetched(assertion.get("badge"), remote)
        given = badge.get("issuer")
        return _Chain(badge, _fetched(given.get("id") if isinstance(given, dict) else given, remote), None)
    except Unreachable as error:
        differs = error.reason == "another-document"
        return _Chain(badge, {}, unknown("another-document") if differs else not_had(error, "issuer-unreachable"))


def _fetched(value: Any, remote: Remote) -> Document:
    if isinstance(value, dict):
        return value
    document = remote.json_object(str(value), upgrade=True)
    if document.get("id") != value:
        raise Unreachable("another-document")
    return document


def _in_scope(assertion: Document, chain: _Chain) -> Verdict:
    """Judge whether the issuer vouches for what is hosted there (section 4.3)."""
    address, issuer = _text(assertion.get("id")) or "", _text(chain.issuer.get("id")) or ""
    policy = _verification(chain.issuer)
    starts, origins = _texts(policy.get("startsWith")), _texts(policy.get("allowedOrigins"))
    if not starts and not origins:
        origins = [_host(issuer)]
    # "https://a.example" is the beginning of "https://a.example.evil" too, so that hosts are compared beside it.
    begins = not starts or any(address.startswith(one) and _host(one) == _host(address) for one in starts)
    at_home = not origins or _host(address) in {_host(one) or one.lower() for one in origins}
    return passed(issuer=issuer) if begins and at_home else failed("outside-scope", issuer=issuer)


def _revocation(reading: Reading, assertion: Document, proof: Verdict, chain: _Chain, remote: Remote) -> Verdict:
    if proof.reason == "hosted-gone":
        return failed("revoked")
    if proof.outcome is not Outcome.PASSED:
        return unknown("proof-failed" if proof.outcome is Outcome.FAILED else proof.reason)
    if reading.jws is None:
        return _taken_back(assertion) if assertion.get("revoked") is True else passed("not-revoked")
    if chain.trouble is not None:
        return unknown("unreachable")
    url = chain.issuer.get("revocationList")
    if url is None:
        return passed("none")
    try:
        listed = remote.json_object(str(url), upgrade=True)
    except Unreachable as error:
        return not_had(error, url=str(url)[:200])
    entries = listed.get("revokedAssertions")
    if listed.get("id") != url or not isinstance(entries, list):
        return unknown("bad-list", url=str(url)[:200])
    for entry in entries:
        named = entry if isinstance(entry, dict) else {"id": entry}
        if any(named.get(name) is not None and named[name] == assertion.get(name) for name in ("id", "uid")):
            return _taken_back(named)
    return passed("not-revoked")


def _taken_back(entry: Document) -> Verdict:
    why = _text(entry.get("revocationReason"))
    return failed("revoked-because", why=why[:200]) if why else failed("revoked")


def _shape(assertion: Document, chain: _Chain) -> Verdict:
    path = misshapen(assertion, chain.badge or None, chain.issuer or None)
    return passed("ob2") if path is None else failed("wrong-shape", path=path, rule="required")


def _endorsed(assertion: Document, chain: _Chain) -> bool:
    return any("endorsement" in one for one in (assertion, chain.badge, chain.issuer))


def _verification(document: Document) -> Document:
    value = document.get("verification", document.get("verify"))  # the latter is the older name
    return value if isinstance(value, dict) else {}


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _texts(value: Any) -> list[str]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]
