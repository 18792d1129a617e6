"""Checking a badge that is a JWT: its signature, and that the key is the issuer's (OB 3.0, section 8.2.4)."""

from datetime import UTC, datetime

from bot.core.credentials.jws import Jws
from bot.core.credentials.keys import NotAKey
from bot.core.credentials.outcomes import Verdict, failed, passed, unknown
from bot.core.credentials.proof_check import by_another, issuer_id, unproven, unsupported
from bot.core.credentials.public_keys import algorithm_of, key_from_jwk
from bot.core.credentials.remote import Remote
from bot.core.credentials.resolving import Key, KeyRefused, KeyUnknown, keys_of, resolve_key
from bot.core.credentials.times import SKEW
from bot.core.credentials.vc_jwt import CredentialJwt


def jwt_and_issuer(jwt: CredentialJwt, remote: Remote, now: datetime) -> tuple[Verdict, Verdict]:
    """Judge the signature, then whose key made it.

    A key in the header proves nothing about who holds it: it counts once the issuer's own document lists it.
    """
    algorithm = jwt.jws.algorithm
    if jwt.jws.header.get("alg") == "none":
        return failed("no-proof"), unknown("no-proof")
    if algorithm is None:
        trouble = unchecked_algorithm(jwt.jws)
        return trouble, unproven(trouble)
    if jwt.conflict is not None:
        return failed("claims-differ", where=jwt.conflict), unknown("proof-failed")
    issuer, made = issuer_id(jwt.document), _moment(jwt, "iat")
    created = made or _moment(jwt, "nbf")
    if made is not None and made > now + SKEW:
        return failed("made-in-future"), unknown("proof-failed")
    try:
        keys = _candidates(jwt, issuer, remote, created, now)
    except KeyUnknown as error:
        return unknown(error.reason), unknown(error.reason)
    except KeyRefused as error:
        return failed(error.reason), unknown("proof-failed")
    if not keys:
        return unknown("no-keys"), unknown("no-keys")
    if not (fitting := [key for key in keys if algorithm_of(key.public) == algorithm]):
        return failed("bad-key"), unknown("proof-failed")
    holding = next((key for key in fitting if jwt.jws.holds(key.public)), None)
    if holding is None:
        return failed("bad-signature"), unknown("proof-failed")
    return passed(suite=f"JWT {algorithm}"), _belongs(holding, issuer, remote, created, now)


def _candidates(
    jwt: CredentialJwt, issuer: str | None, remote: Remote, created: datetime | None, now: datetime
) -> list[Key]:
    kid, jwk = jwt.jws.header.get("kid"), jwt.jws.header.get("jwk")
    if isinstance(jwk, dict):
        # The key at hand wins over its name, so that the signature can be judged without the web.
        try:
            return [Key(key_from_jwk(jwk), None)]
        except NotAKey as error:
            raise (KeyRefused("bad-key") if error.reason == "private" else KeyUnknown("unsupported-key")) from error
    if isinstance(kid, str):
        if ":" not in kid and issuer is not None:
            kid = f"{issuer}#{kid.removeprefix('#')}"
        return [resolve_key(kid, remote, created, now)]
    if issuer is None:
        raise KeyUnknown("no-key-named")
    # No key is named: the issuer's own are tried, those of the right kind.
    return [key for key in keys_of(issuer, remote, created, now) if algorithm_of(key.public) == jwt.jws.algorithm]


def _belongs(key: Key, issuer: str | None, remote: Remote, created: datetime | None, now: datetime) -> Verdict:
    if issuer is not None and key.controller == issuer:
        return passed(issuer=issuer)
    if key.controller is None and issuer is not None:
        try:
            listed = keys_of(issuer, remote, created, now)
        except KeyUnknown as error:
            return unknown(error.reason)
        except KeyRefused:
            listed = []
        if any(one.public == key.public for one in listed):
            return passed(issuer=issuer)
    return by_another(issuer, key.controller)


def unchecked_algorithm(jws: Jws) -> Verdict:
    """Judge a JWS that is not made in one of the ways that are checked."""
    return unsupported("crit" if "crit" in jws.header else jws.header.get("alg"))


def _moment(jwt: CredentialJwt, claim: str) -> datetime | None:
    made = jwt.jws.payload.get(claim)
    try:
        return datetime.fromtimestamp(made, UTC) if isinstance(made, int | float) else None
    except (ValueError, OverflowError, OSError):
        return None
