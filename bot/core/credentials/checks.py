"""Verifying a badge from anywhere: ten named checks, none of which can raise."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.core.credentials.baking import NotABadge
from bot.core.credentials.contexts import CREDENTIALS_V1, CREDENTIALS_V2
from bot.core.credentials.endorsement_check import endorsements
from bot.core.credentials.evidence_check import evidence
from bot.core.credentials.jwt_check import jwt_and_issuer
from bot.core.credentials.ob2_check import verify_ob2
from bot.core.credentials.outcomes import CheckName, Fetch, Outcome, Verdict, failed, passed, unknown
from bot.core.credentials.proof_check import issuer_id, proof_and_issuer
from bot.core.credentials.reading import Kind, Reading, read_badge
from bot.core.credentials.recipient_check import recipient as whose
from bot.core.credentials.remote import Remote
from bot.core.credentials.schema_check import ACHIEVEMENT, ENDORSEMENT, schema
from bot.core.credentials.status_check import revocation, suspension
from bot.core.credentials.validity_check import valid_from, valid_until, validity
from bot.core.credentials.verification import Verification, in_order, only_format

BADGE_TYPES = frozenset({"OpenBadgeCredential", "AchievementCredential"})
ENDORSEMENT_TYPES = frozenset({"EndorsementCredential"})


def verify(
    data: bytes | str | dict[str, Any], *, fetch: Fetch, now: datetime, recipient: str | None = None
) -> Verification:
    """Verify a badge given as JSON (text or parsed), JWT, baked PNG or baked SVG. Never raises on any input.

    Open Badges 3.0 of either VC data model, and 2.0 hosted and signed. `fetch` gets the issuer's keys, lists
    and hosted documents; it raises `Unreachable` for what it can't get, which leaves the checks that needed it
    unknown. `now` needs a zone. `recipient` is the e-mail address (or DID) someone says it is for. A check that
    doesn't apply passes and says so: a badge without `credentialStatus` passes revocation with the reason
    "none", and nobody's address passes the recipient's with "not-asked".
    """
    try:
        reading = read_badge(data)
    except NotABadge as error:
        return Verification(only_format(failed(error.reason), "not-a-badge"))
    if reading.kind is Kind.OPEN_BADGES_2:
        return verify_ob2(reading, Remote(fetch), now, recipient)
    return _verify(reading, Remote(fetch), now, recipient, BADGE_TYPES, ACHIEVEMENT)


def verify_endorsement(data: bytes | str | dict[str, Any], *, fetch: Fetch, now: datetime) -> Verification:
    """Verify a signed `EndorsementCredential` by the same checks; `credential` says whom it endorses."""
    return _endorsement(data, Remote(fetch), now)


def _endorsement(data: bytes | str | dict[str, Any], remote: Remote, now: datetime) -> Verification:
    try:
        reading = read_badge(data)
    except NotABadge as error:
        return Verification(only_format(failed(error.reason), "not-a-badge"))
    if reading.kind is Kind.OPEN_BADGES_2:
        return Verification(only_format(failed("not-an-endorsement"), "not-a-badge"), reading.kind)
    return _verify(reading, remote, now, None, ENDORSEMENT_TYPES, ENDORSEMENT)


def _verify(
    reading: Reading, remote: Remote, now: datetime, typed: str | None, types: frozenset[str], shape: str
) -> Verification:
    document = reading.document
    form = _format(reading, document, types)
    if form.outcome is not Outcome.PASSED:
        return Verification(only_format(form, "not-a-badge"), reading.kind)
    if reading.jwt is not None:
        proof, issuer = jwt_and_issuer(reading.jwt, remote, now)
    else:
        proof, issuer = proof_and_issuer(document, remote, now)
    # A forged document's status entry could point anywhere: nobody is asked on its word.
    forged = proof.outcome is Outcome.FAILED
    verdicts = {
        CheckName.FORMAT: form,
        CheckName.SCHEMA: schema(document, shape),
        CheckName.PROOF: proof,
        CheckName.ISSUER: issuer,
        CheckName.REVOCATION: unknown("proof-failed") if forged else revocation(document, remote, now),
        CheckName.SUSPENSION: unknown("proof-failed") if forged else suspension(document, remote, now),
        CheckName.VALIDITY: validity(document, now),
        CheckName.RECIPIENT: whose(document.get("credentialSubject"), typed),
        CheckName.EVIDENCE: evidence(document.get("evidence")),
        CheckName.ENDORSEMENTS: unknown("proof-failed") if forged else _endorsements(document, types, remote, now),
    }
    return Verification(
        checks=in_order(verdicts),
        kind=reading.kind,
        credential=document,
        badge_name=_badge_name(document),
        issuer_id=issuer_id(document),
        issuer_name=_text(_object(document.get("issuer")).get("name")),
        valid_from=valid_from(document),
        valid_until=valid_until(document),
    )


def _endorsements(document: Mapping[str, Any], types: frozenset[str], remote: Remote, now: datetime) -> Verdict:
    # What is said of an endorsement by others is no matter: there would be no end.
    if types is ENDORSEMENT_TYPES:
        return passed("none")
    return endorsements(document, lambda one: _endorsement(one, remote, now))


def _format(reading: Reading, document: Mapping[str, Any], expected: frozenset[str]) -> Verdict:
    declared = document.get("@context")
    contexts = declared if isinstance(declared, list) else [declared]
    if contexts[:1] not in ([CREDENTIALS_V2], [CREDENTIALS_V1]):
        return failed("not-a-credential")
    types = document.get("type")
    if not isinstance(types, list) or "VerifiableCredential" not in types:
        return failed("not-a-credential")
    if not any(isinstance(one, str) and one in expected for one in types):
        return failed("not-an-open-badge" if expected is BADGE_TYPES else "not-an-endorsement")
    return passed(reading.source)


def _badge_name(document: Mapping[str, Any]) -> str | None:
    achievement = _object(_object(document.get("credentialSubject")).get("achievement"))
    return _text(achievement.get("name")) or _text(document.get("name"))


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    """Read a text that may be a JSON-LD value object ({"@value", "@language"})."""
    value = _object(value).get("@value", value)
    return value if isinstance(value, str) else None
