"""Data Integrity proofs: making them with eddsa-rdfc-2022 or eddsa-jcs-2022, checking these and their kin."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bot.core.credentials.canonical import BUNDLED, Contexts
from bot.core.credentials.keys import SigningKey
from bot.core.credentials.multibase import NotMultibase, multibase58_decode, multibase58_encode
from bot.core.credentials.public_keys import PublicKey, signed_by
from bot.core.credentials.rdf import UnsafeDocument
from bot.core.credentials.times import timestamp

CRYPTOSUITE = "eddsa-rdfc-2022"
PROOF_TYPE = "DataIntegrityProof"
PROOF_PURPOSE = "assertionMethod"
ED25519_2020 = "Ed25519Signature2020"


class Suite(StrEnum):
    """The ways to sign that are checked; `sign` makes the first two."""

    EDDSA_RDFC = CRYPTOSUITE
    EDDSA_JCS = "eddsa-jcs-2022"
    ECDSA_RDFC = "ecdsa-rdfc-2019"
    ECDSA_JCS = "ecdsa-jcs-2019"
    ED25519_2020 = ED25519_2020


_JCS = frozenset({Suite.EDDSA_JCS, Suite.ECDSA_JCS})
_ECDSA = frozenset({Suite.ECDSA_RDFC, Suite.ECDSA_JCS})


def suite_of(proof: Mapping[str, Any]) -> Suite | None:
    """Say how a proof is made; None for a way that isn't checked here."""
    kind = proof.get("type")
    kind = kind[0] if isinstance(kind, list) and len(kind) == 1 else kind
    name = proof.get("cryptosuite") if kind == PROOF_TYPE else kind if "cryptosuite" not in proof else None
    # A proof of the older type must not be taken for one of the newer, or the other way round.
    if not isinstance(name, str) or name not in set(Suite) or (name == ED25519_2020) != (kind == ED25519_2020):
        return None
    return Suite(name)


def options(verification_method: str, created: str, suite: Suite = Suite.EDDSA_RDFC) -> dict[str, Any]:
    """Give the proof but for its `proofValue`; `created` is a timestamp."""
    return {
        "type": PROOF_TYPE,
        "created": created,
        "verificationMethod": verification_method,
        "cryptosuite": suite.value,
        "proofPurpose": PROOF_PURPOSE,
    }


def sign(
    document: Mapping[str, Any],
    key: SigningKey,
    verification_method: str,
    created: datetime,
    *,
    contexts: Contexts = BUNDLED,
    suite: Suite = Suite.EDDSA_RDFC,
) -> dict[str, Any]:
    """Return the document with its proof: `proof` as an array of one, as Open Badges verifiers like it.

    `verification_method` is the key's id ("<issuer DID>#z6Mk..."), `created` needs a zone. A proof already in
    the document is replaced. `suite` is eddsa-rdfc-2022 or, for an export only, eddsa-jcs-2022: 1EdTech's
    validator refuses the latter. Raises `UnsafeDocument` when the signature would not cover the whole document,
    by whatever suite: a term that JSON-LD drops is no part of a valid badge.
    """
    if suite not in (Suite.EDDSA_RDFC, Suite.EDDSA_JCS):
        raise ValueError(suite)
    proof = options(verification_method, timestamp(created), suite)
    bare = {name: value for name, value in document.items() if name != "proof"}
    if suite is Suite.EDDSA_JCS:
        contexts.canonical_text(bare)
        proof["@context"] = document["@context"]
    signature = key.sign(_hashes(document, proof, contexts, suite))
    return {**bare, "proof": [{**proof, "proofValue": multibase58_encode(signature)}]}


def check_proof(
    document: Mapping[str, Any],
    proof: Mapping[str, Any],
    public_key: bytes | PublicKey,
    *,
    contexts: Contexts = BUNDLED,
) -> bool:
    """Say whether this proof over the document is by the holder of the public key (Ed25519's may be 32 bytes).

    Only the mathematics: whose key it is, what it may be used for and when is `checks`' business.
    Raises `UnsafeDocument` when the document or proof has parts no signature covers.
    """
    suite, value = suite_of(proof), proof.get("proofValue")
    if suite is None or not isinstance(value, str):
        return False
    try:
        key = Ed25519PublicKey.from_public_bytes(public_key) if isinstance(public_key, bytes) else public_key
        signature = multibase58_decode(value)
    except (NotMultibase, ValueError):
        return False
    if not isinstance(key, EllipticCurvePublicKey if suite in _ECDSA else Ed25519PublicKey):
        return False
    # vc-di-eddsa, section 3.3.2, takes a document whose context begins with the proof's. Here it must be the
    # same: what was added behind it would be read by others, and nobody signed it.
    if suite in _JCS and proof.get("@context", document.get("@context")) != document.get("@context"):
        return False
    return signed_by(key, signature, _hashes(document, proof, contexts, suite))


def _hashes(document: Mapping[str, Any], proof: Mapping[str, Any], contexts: Contexts, suite: Suite) -> bytes:
    """Hash the proof options, then the document: the proof comes first (sections 3.2.4 and 3.3.4)."""
    bare = {name: value for name, value in document.items() if name != "proof"}
    configured = {name: value for name, value in proof.items() if name != "proofValue"}
    if suite in _JCS:
        texts = [_jcs(part) for part in (configured, bare)]
    else:
        # The options are read in the document's own context, which the finished proof doesn't repeat.
        configured["@context"] = document.get("@context")
        texts = [contexts.canonical_text(part).encode() for part in (configured, bare)]
    return b"".join(hashlib.sha256(text).digest() for text in texts)


def _jcs(document: dict[str, Any]) -> bytes:
    try:
        return rfc8785.dumps(document)
    except (rfc8785.IntegerDomainError, rfc8785.FloatDomainError) as error:
        raise UnsafeDocument("bad-number") from error
    except ValueError as error:  # a lone surrogate
        raise UnsafeDocument("bad-text") from error
    except RecursionError as error:
        raise UnsafeDocument("too-deep") from error
