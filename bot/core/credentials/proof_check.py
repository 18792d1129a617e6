"""Checking a credential's proofs, and that the key belongs to the issuer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.core.credentials.compiled import COMPILED
from bot.core.credentials.outcomes import Outcome, Verdict, failed, passed, unknown
from bot.core.credentials.proofs import PROOF_PURPOSE, PROOF_TYPE, check_proof, suite_of
from bot.core.credentials.rdf import UnsafeDocument
from bot.core.credentials.remote import Remote
from bot.core.credentials.resolving import KeyRefused, KeyUnknown, resolve_key
from bot.core.credentials.times import SKEW, parse_timestamp

MAX_PROOFS = 4

# The document may be fine; we can't tell without the context, or without more work than is allowed.
_NOT_THE_DOCUMENTS_FAULT = frozenset({"unknown-context", "inline-context", "json-literal", "too-complex", "too-large"})


def issuer_id(document: Mapping[str, Any]) -> str | None:
    """Return the id of a credential's issuer, an object or a bare string (VC 2.0, section 4.7)."""
    issuer = document.get("issuer")
    if isinstance(issuer, dict):
        issuer = issuer.get("id")
    return issuer if isinstance(issuer, str) else None


def proof_and_issuer(document: Mapping[str, Any], remote: Remote, now: datetime) -> tuple[Verdict, Verdict]:
    """Judge the proofs, then whose key made them.

    At least one proof of a supported kind must hold and none may fail; at least one that holds must be by
    the issuer's own key.
    """
    proofs = document.get("proof")
    listed = proofs if isinstance(proofs, list) else [] if proofs is None else [proofs]
    if not listed:
        return failed("no-proof"), unknown("no-proof")
    if len(listed) > MAX_PROOFS:
        return unknown("too-many-proofs"), unknown("too-many-proofs")
    judged = [_judge(document, proof, remote, now) for proof in listed]
    proof = _together([verdict for verdict, _ in judged])
    if proof.outcome is not Outcome.PASSED:
        return proof, unproven(proof)
    controllers = [controller for verdict, controller in judged if verdict.outcome is Outcome.PASSED]
    named = issuer_id(document)
    if named is not None and named in controllers:
        return proof, passed(issuer=named)
    return proof, by_another(named, controllers[0])


def unsupported(kind: object) -> Verdict:
    """Judge a signature made in a way that isn't checked; one that says nothing of its way is misshapen."""
    return unknown("unsupported-proof", type=kind[:80]) if isinstance(kind, str) and kind else failed("bad-proof")


def unproven(proof: Verdict) -> Verdict:
    """Judge whose the key is when nobody is shown to have signed: there is no one to compare with the issuer."""
    return unknown("proof-failed" if proof.outcome is Outcome.FAILED else proof.reason, **proof.facts)


def by_another(named: str | None, controller: str | None) -> Verdict:
    """Judge a signature that holds, but is by no key of the issuer's; `controller` is whose key it is, if known."""
    if not named:
        return failed("no-issuer")
    if not controller:
        return failed("unlisted-key", issuer=named[:200])
    return failed("not-the-issuers-key", issuer=named[:200], controller=controller[:200])


def _together(verdicts: list[Verdict]) -> Verdict:
    for outcome in (Outcome.FAILED, Outcome.PASSED):
        for verdict in verdicts:
            if verdict.outcome is outcome:
                return verdict
    # A key that can't be had today may be had tomorrow; that is better to know than what will never work.
    return min(verdicts, key=lambda verdict: verdict.reason == "unsupported-proof")


def _judge(document: Mapping[str, Any], proof: Any, remote: Remote, now: datetime) -> tuple[Verdict, str | None]:
    """Judge one proof; returns the controller of its key beside the verdict."""
    if not isinstance(proof, dict):
        return failed("bad-proof"), ""
    suite = suite_of(proof)
    if suite is None:
        kind = proof.get("cryptosuite") if proof.get("type") in (PROOF_TYPE, [PROOF_TYPE]) else proof.get("type")
        return unsupported(kind), ""
    if "previousProof" in proof:
        return unknown("unsupported-proof", type="previousProof"), ""
    if proof.get("proofPurpose") != PROOF_PURPOSE:
        return failed("wrong-purpose"), ""
    created, expires = parse_timestamp(proof.get("created")), parse_timestamp(proof.get("expires"))
    if ("created" in proof and created is None) or ("expires" in proof and expires is None):
        return failed("bad-proof"), ""
    if created is not None and created > now + SKEW:
        return failed("made-in-future"), ""
    if expires is not None and expires <= now:
        return failed("proof-expired"), ""
    method = proof.get("verificationMethod")
    if not isinstance(method, str):
        return failed("bad-proof"), ""
    try:
        key = resolve_key(method, remote, created, now)
        holds = check_proof(document, proof, key.public, contexts=COMPILED)
    except KeyUnknown as error:
        return unknown(error.reason, method=method), ""
    except KeyRefused as error:
        return failed(error.reason, method=method), ""
    except UnsafeDocument as error:
        verdict = unknown if error.reason in _NOT_THE_DOCUMENTS_FAULT else failed
        return verdict(error.reason, where=error.where), ""
    return (
        passed(method=method, suite=suite.value) if holds else failed("bad-signature", method=method)
    ), key.controller
