"""Credentials as JWT: making them as 1EdTech's validator wants them, reading them in either data model's shape.

Open Badges 3.0, section 8.2; VC 1.1's `vc` claim (section 6.3.1) is read too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.core.credentials.canonical import BUNDLED, Contexts
from bot.core.credentials.fields import Unsignable
from bot.core.credentials.jose_keys import JwtSigner
from bot.core.credentials.jws import Jws, make_jws
from bot.core.credentials.times import parse_timestamp, timestamp

REGISTERED = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "vc", "cnf"})
_LATEST = 253_402_300_799  # the last second that a timestamp of four-digit years can say


@dataclass(frozen=True, slots=True)
class CredentialJwt:
    """A credential found in a JWT, unproven. `conflict` names a claim that says something else than it does."""

    jws: Jws
    document: dict[str, Any]
    conflict: str | None = None


def sign_jwt(
    document: Mapping[str, Any], key: JwtSigner, method: str | None = None, *, contexts: Contexts = BUNDLED
) -> str:
    """Sign a credential as a compact JWT; `method` is the key's id, without one its JWK stands in the header.

    1EdTech's validator takes ES256 and RS256 only. Raises `UnsafeDocument` as `sign` does, and `Unsignable`
    ("empty") when the subject has no id: the claim `sub` must hold it.
    """
    bare = {name: value for name, value in document.items() if name != "proof"}
    contexts.canonical_text(bare)
    subject = bare["credentialSubject"].get("id")
    if subject is None:
        raise Unsignable("recipient", "empty")
    claims = {
        "iss": _issuer(bare),
        "jti": bare["id"],
        "sub": subject,
        "nbf": _seconds(bare.get("validFrom")),
        "exp": _seconds(bare.get("validUntil")),
    }
    payload = {**bare, **{name: value for name, value in claims.items() if value is not None}}
    return make_jws(payload, key, {"typ": "JWT", **({"jwk": key.jwk} if method is None else {"kid": method})})


def credential_in(jws: Jws) -> CredentialJwt:
    """Find the credential in a JWT, in either shape.

    What only a claim says is written into the document, as VC 1.1 asks; what both say must agree.
    """
    claims = jws.payload
    older = isinstance(claims.get("vc"), dict)
    document = dict(claims["vc"]) if older else {k: v for k, v in claims.items() if k not in REGISTERED}
    starts, ends = ("issuanceDate", "expirationDate") if older else ("validFrom", "validUntil")
    conflict = None
    if "iss" in claims and claims["iss"] != (_issuer(document) or claims["iss"]):
        conflict = "iss"
    elif "iss" in claims and _issuer(document) is None:
        given = document.get("issuer")
        document["issuer"] = {**given, "id": claims["iss"]} if isinstance(given, dict) else claims["iss"]
    if "jti" in claims and document.setdefault("id", claims["jti"]) != claims["jti"]:
        conflict = conflict or "jti"
    subject = document.get("credentialSubject")
    if "sub" in claims and isinstance(subject, dict):
        document["credentialSubject"] = {"id": claims["sub"], **subject}
        if document["credentialSubject"]["id"] != claims["sub"]:
            conflict = conflict or "sub"
    for claim, name in (("nbf", starts), ("exp", ends)):
        if claim not in claims:
            continue
        seconds = claims[claim]
        if not _is_date(seconds):
            conflict = conflict or claim
        elif document.get(name) is None:
            document[name] = timestamp(datetime.fromtimestamp(seconds, UTC))
        elif _seconds(document[name]) != int(seconds):
            conflict = conflict or claim
    return CredentialJwt(jws, document, conflict)


def _issuer(document: Mapping[str, Any]) -> Any:
    issuer = document.get("issuer")
    return issuer.get("id") if isinstance(issuer, dict) else issuer


def _seconds(value: Any) -> int | None:
    moment = parse_timestamp(value)
    return None if moment is None else int(moment.timestamp())


def _is_date(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _LATEST
