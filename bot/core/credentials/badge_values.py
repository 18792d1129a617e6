"""A badge's facts read straight into a form's values, without building the document first."""

import json
from collections.abc import Hashable
from dataclasses import fields, replace
from datetime import UTC, datetime
from functools import lru_cache
from operator import truth

from bot.core.credentials.facts import (
    Achievement,
    Evidence,
    Identity,
    Issuer,
    OpenBadge,
    Result,
    RevocationListEntry,
    StatusEntry,
)
from bot.core.credentials.shapes import Irregular, literal, whole_iri
from bot.core.credentials.times import timestamp


def read(badge: OpenBadge) -> tuple[Hashable, list[str]]:
    """Give a badge's shape, and its values as `shapes.take_apart` would take them from its document.

    Badges of one shape, issuer and achievement differ in these values alone. Raises `Irregular` for a badge
    that may be refused, or that is better signed the general way.
    """
    if badge.endorsements:
        raise Irregular  # signed elsewhere, and different for each badge
    _check_order(badge)
    values = [
        whole_iri(badge.id),
        _text(badge.name) or _class_name(badge.achievement.name),
        stamp_of(badge.valid_from),
        "" if badge.valid_until is None else stamp_of(badge.valid_until),
        "" if badge.awarded is None else stamp_of(badge.awarded),
        whole_iri(badge.recipient),
        _text(badge.narrative),
    ]
    shape: list[Hashable] = []
    for identity in badge.identities:
        if identity.hashed is not True and identity.hashed is not False:
            raise Irregular
        shape.append(identity.hashed)
        values += (_needed(identity.kind), _needed(identity.value), _text(identity.salt))
    for result in badge.results:
        shape.append((result.of, result.level, result.status, result.alignments))
        values.append(_text(result.value))
    for evidence in badge.evidence:
        values += _evidence(evidence)
    for entry in (badge.status, badge.suspension):
        values += _status(entry)
    values.append("" if badge.refresh_url is None else whole_iri(badge.refresh_url))
    present = tuple(map(truth, values))
    credits_earned = repr(badge.credits_earned)  # 2 and 2.0 are equal, and written differently
    counts = (len(badge.identities), len(badge.results), len(badge.evidence))
    return (present, counts, tuple(shape), credits_earned, _unread(badge)), list(filter(None, values))


def class_key(issuer: Issuer, achievement: Achievement) -> Hashable:
    """Give what tells badge classes apart, to the byte."""
    credits_available = repr(achievement.credits_available)
    if not achievement.endorsements:
        return issuer, achievement, credits_available
    endorsements = json.dumps(achievement.endorsements)
    return issuer, replace(achievement, endorsements=()), credits_available, endorsements


def _check_order(badge: OpenBadge) -> None:
    if badge.valid_from.tzinfo is None:
        raise Irregular
    until = badge.valid_until
    if until is not None and (until.tzinfo is None or until <= badge.valid_from):
        raise Irregular
    status, suspension = badge.status, badge.suspension
    if status is not None and suspension is not None and status.list_url == suspension.list_url:
        raise Irregular


def _text(text: str | None) -> str:
    return "" if not text or text.isspace() else literal(text)


def _needed(text: str) -> str:
    if not text or text.isspace():
        raise Irregular
    return literal(text)


def stamp_of(moment: datetime) -> str:
    """Write a moment as `timestamp` does. Raises `Irregular` for one without a zone."""
    if moment.tzinfo is None:
        raise Irregular
    return _utc_stamp(moment) if moment.tzinfo is UTC else timestamp(moment)


# Only for UTC: elsewhere the two moments of a repeated hour are equal to Python.
_utc_stamp = lru_cache(maxsize=4096)(timestamp)


def _evidence(evidence: Evidence) -> tuple[str, ...]:
    parts = (
        "" if evidence.url is None else whole_iri(evidence.url),
        _text(evidence.name),
        _text(evidence.narrative),
        _text(evidence.description),
        _text(evidence.genre),
    )
    if not any(parts[:4]):
        raise Irregular
    return parts


def _status(entry: StatusEntry | RevocationListEntry | None) -> tuple[str, str, str]:
    if entry is None:
        return "", "", ""
    url = _list_url(entry.list_url)
    if isinstance(entry, RevocationListEntry):
        return url, "", ""
    if entry.index < 0:
        raise Irregular
    return f"{url}#{entry.index}", url, str(entry.index)


# Thousands of badges share these.
_list_url = lru_cache(maxsize=256)(whole_iri)
_class_name = lru_cache(maxsize=256)(_needed)


def _names(kind: type, *read_here: str) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.name not in read_here)


# Fields the facts may be given one day: until they are read above, each of their values makes a shape of its own.
_BADGE = _names(
    OpenBadge,
    *("id", "issuer", "achievement", "recipient", "valid_from", "valid_until", "awarded", "name", "narrative"),
    *("identities", "results", "evidence", "status", "suspension", "credits_earned", "endorsements", "refresh_url"),
)
_IDENTITY = _names(Identity, "kind", "value", "hashed", "salt")
_RESULT = _names(Result, "of", "value", "level", "status", "alignments")
_EVIDENCE = _names(Evidence, "url", "name", "narrative", "description", "genre")
_ENTRIES = _names(StatusEntry, "list_url", "index") + _names(RevocationListEntry, "list_url")
_GROWN = bool(_BADGE or _IDENTITY or _RESULT or _EVIDENCE or _ENTRIES)


def _unread(badge: OpenBadge) -> Hashable:
    if not _GROWN:
        return ()
    return (
        tuple(getattr(badge, name) for name in _BADGE),
        tuple(getattr(one, name) for one in badge.identities for name in _IDENTITY),
        tuple(getattr(one, name) for one in badge.results for name in _RESULT),
        tuple(getattr(one, name) for one in badge.evidence for name in _EVIDENCE),
        tuple(getattr(one, name, None) for one in (badge.status, badge.suspension) for name in _ENTRIES),
    )
