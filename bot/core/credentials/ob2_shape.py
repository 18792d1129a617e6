"""What Open Badges 2.0 requires of its three documents; it has no published JSON Schema."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.core.credentials.times import parse_timestamp

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"]+", re.ASCII)
_Rule = Callable[[Any], bool]


def misshapen(
    assertion: Mapping[str, Any], badge: Mapping[str, Any] | None, issuer: Mapping[str, Any] | None
) -> str | None:
    """Name the first property that is missing or of the wrong kind ("badge.image"); None when all is well.

    A revoked assertion needs no more than its id. Documents that could not be had are None, and not judged.
    """
    rules = _REVOKED if assertion.get("revoked") is True else _ASSERTION
    for place, document, required in (
        ("", assertion, rules),
        ("badge.", badge, _BADGE),
        ("issuer.", issuer, _ISSUER),
    ):
        for name, rule in required.items() if document is not None else ():
            if not rule((document or {}).get(name)):
                return place + name
    return None


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _iri(value: Any) -> bool:
    return isinstance(value, str) and _IRI.fullmatch(value) is not None


def _iri_or_object(value: Any) -> bool:
    return isinstance(value, dict) or _iri(value)


def _moment(value: Any) -> bool:
    return parse_timestamp(value) is not None


def _kind(*names: str) -> _Rule:
    return lambda value: any(name in (value if isinstance(value, list) else [value]) for name in names)


def _recipient(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and _text(value.get("type"))
        and isinstance(value.get("hashed"), bool)
        and _text(value.get("identity"))
    )


_REVOKED: dict[str, _Rule] = {"id": _iri, "type": _kind("Assertion")}
_ASSERTION: dict[str, _Rule] = {
    **_REVOKED,
    "recipient": _recipient,
    "badge": _iri_or_object,
    "issuedOn": _moment,
}
_BADGE: dict[str, _Rule] = {
    "id": _iri,
    "type": _kind("BadgeClass"),
    "name": _text,
    "description": _text,
    "image": _iri_or_object,
    "criteria": _iri_or_object,
    "issuer": _iri_or_object,
}
_ISSUER: dict[str, _Rule] = {
    "id": _iri,
    "type": _kind("Profile", "Issuer"),
    "name": _text,
    "url": _iri,
    "email": _text,
}
