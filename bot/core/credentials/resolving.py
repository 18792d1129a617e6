"""Finding the key a proof names: did:key, did:jwk, did:web and https documents (Controlled Identifiers 1.0)."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from bot.core.credentials.dids import NotDidWeb, did_web_url
from bot.core.credentials.faults import Fault
from bot.core.credentials.keys import NotAKey
from bot.core.credentials.multibase import NotMultibase, base64url_decode
from bot.core.credentials.outcomes import Unreachable, not_had
from bot.core.credentials.public_keys import PublicKey, key_from_jwk, key_from_multikey
from bot.core.credentials.remote import Remote
from bot.core.credentials.strict_json import NotJson, parse_json
from bot.core.credentials.times import parse_timestamp

_KEY_TYPES = ("Multikey", "JsonWebKey", "JsonWebKey2020", "Ed25519VerificationKey2020")
_Spelling = TypeVar("_Spelling")


class KeyUnknown(Fault):
    """The key could not be looked up.

    "unreachable", "not-opened", "unsupported-method", "unsupported-key" or "no-keys".
    """


class KeyRefused(Fault):
    """The key must not be used.

    "bad-method", "bad-key", "key-not-listed", "key-not-for-badges", "key-revoked" or "key-expired".
    """


@dataclass(frozen=True, slots=True)
class Key:
    """A public key and who controls it; `controller` is None when only the key itself was found."""

    public: PublicKey
    controller: str | None


def resolve_key(method: str, remote: Remote, created: datetime | None, now: datetime) -> Key:
    """Return the key with the id `method`, checked to be listed for assertions by its controller.

    `created` is when the proof says it was made: an expired key still counts for what it signed before.
    A revoked one never does, since its thief can write any date. A bare JWK behind an https URL is a key
    without a controller. Raises `KeyUnknown` and `KeyRefused`.
    """
    controller, _, fragment = method.partition("#")
    if controller.startswith(("did:key:", "did:jwk:")):
        return _own_name(controller, fragment)
    document = _controller_document(controller, remote)
    if "kty" in document and controller.startswith("https://"):
        return Key(_read(document, key_from_jwk), None)
    if document.get("type") in _KEY_TYPES and document.get("id") == method:
        # The URL is the key's own; who controls it must say so in a document of their own.
        return _listed_elsewhere(method, document, remote, created, now)
    return _listed_key(method, controller, document, created, now)


def keys_of(controller: str, remote: Remote, created: datetime | None, now: datetime) -> list[Key]:
    """Return every usable key that a controller lists for assertions. Raises `KeyUnknown`, `KeyRefused`."""
    if controller.startswith(("did:key:", "did:jwk:")):
        return [_own_name(controller, "")]
    document = _controller_document(controller, remote)
    entries = _objects(document.get("verificationMethod")) + _objects(document.get("assertionMethod"))
    if not entries:
        raise KeyUnknown("no-keys")
    found: list[tuple[str, Key]] = []
    for entry in entries:
        method = _absolute(entry.get("id"), controller)
        if isinstance(method, str) and method not in {known for known, _ in found}:
            with suppress(KeyUnknown, KeyRefused):
                found.append((method, _listed_key(method, controller, document, created, now)))
    return [key for _, key in found]


def _own_name(did: str, fragment: str) -> Key:
    """Read a DID that is its key's own spelling."""
    text = did.split(":", 2)[2]
    if did.startswith("did:key:"):
        if fragment not in ("", text):
            raise KeyRefused("bad-method")
        return Key(_read(text, key_from_multikey), did)
    if fragment not in ("", "0"):
        raise KeyRefused("bad-method")
    try:
        jwk = parse_json(base64url_decode(text))
    except (NotMultibase, NotJson) as error:
        raise KeyUnknown("unsupported-key") from error
    if not isinstance(jwk, dict):
        raise KeyUnknown("unsupported-key")
    return Key(_read(jwk, key_from_jwk), did)


def _controller_document(controller: str, remote: Remote) -> dict[str, Any]:
    url = controller
    if controller.startswith("did:web:"):
        try:
            url = did_web_url(controller)
        except NotDidWeb as error:
            raise KeyRefused("bad-method") from error
    elif not controller.startswith("https://"):
        raise KeyUnknown("unsupported-method")
    try:
        document = remote.json_object(url)
    except Unreachable as error:
        raise KeyUnknown(not_had(error).reason, url) from error
    speaks_for_itself = document.get("type") in _KEY_TYPES or "kty" in document
    if document.get("id") != controller and (url != controller or not speaks_for_itself):
        raise KeyUnknown("no-keys", url)  # it speaks about someone else
    return document


def _listed_elsewhere(
    method: str, key: Mapping[str, Any], remote: Remote, created: datetime | None, now: datetime
) -> Key:
    controller = key.get("controller")
    if not isinstance(controller, str):
        raise KeyRefused("bad-key")
    document = _controller_document(controller, remote)
    if not _names(document.get("assertionMethod"), method, controller):
        raise KeyRefused("key-not-for-badges")
    return _usable(key, controller, created, now)


def _listed_key(
    method: str, controller: str, document: Mapping[str, Any], created: datetime | None, now: datetime
) -> Key:
    methods = document.get("verificationMethod")
    listed = _objects(methods) + _objects(document.get("assertionMethod"))
    if not listed:
        raise KeyUnknown("no-keys")  # a page or a profile, which says nothing against the key
    matching = [one for one in listed if _absolute(one.get("id"), controller) == method]
    if not matching or any(one != matching[0] for one in matching):
        raise KeyRefused("key-not-listed")
    if not _names(document.get("assertionMethod"), method, controller):
        raise KeyRefused("key-not-for-badges")
    if matching[0].get("controller") != controller:
        raise KeyRefused("key-not-listed")
    return _usable(matching[0], controller, created, now)


def _usable(entry: Mapping[str, Any], controller: str, created: datetime | None, now: datetime) -> Key:
    if "revoked" in entry:
        revoked = parse_timestamp(entry["revoked"])
        if revoked is None or revoked <= now:
            raise KeyRefused("key-revoked")
    if "expires" in entry:
        expires = parse_timestamp(entry["expires"])
        if expires is None or expires <= (created or now):
            raise KeyRefused("key-expired")
    match entry:
        case {"type": "Multikey" | "Ed25519VerificationKey2020", "publicKeyMultibase": str(text)}:
            return Key(_read(text, key_from_multikey), controller)
        case {"type": "JsonWebKey" | "JsonWebKey2020", "publicKeyJwk": dict(jwk)}:
            return Key(_read(jwk, key_from_jwk), controller)
    raise KeyUnknown("unsupported-key")


def _read(spelling: _Spelling, reader: Callable[[_Spelling], PublicKey]) -> PublicKey:
    try:
        return reader(spelling)
    except NotAKey as error:
        raise KeyUnknown("unsupported-key") from error


def _objects(value: Any) -> list[Mapping[str, Any]]:
    listed = value if isinstance(value, list) else [value]
    return [one for one in listed if isinstance(one, dict)]


def _names(value: Any, method: str, controller: str) -> bool:
    """Say whether a verification relationship lists the key, by id or as a whole."""
    listed = value if isinstance(value, list) else [value]
    ids = [one.get("id") if isinstance(one, dict) else one for one in listed]
    return any(_absolute(one, controller) == method for one in ids)


def _absolute(identifier: Any, controller: str) -> Any:
    if isinstance(identifier, str) and identifier.startswith("#"):
        return controller + identifier
    return identifier
