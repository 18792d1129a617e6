"""Checking whose badge it is, against what a visitor typed: an e-mail address, or another identity."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from bot.core.credentials.outcomes import Verdict, failed, passed, unknown

MAX_IDENTITIES = 20
MAX_TYPED = 320  # the longest e-mail address
_SHA256 = "sha256$"


def recipient(subject: Any, typed: str | None) -> Verdict:
    """Judge an OB 3.0 subject: its `identifier`s and its own id. Nobody asked: passes with "not-asked"."""
    subject = subject if isinstance(subject, dict) else {}
    identifiers = subject.get("identifier")
    listed = identifiers if isinstance(identifiers, list) else [identifiers]
    identities = [(one.get("hashed"), one.get("identityHash"), one.get("salt")) for one in listed if _is_object(one)]
    return _judge(identities, subject.get("id"), typed)


def recipient_ob2(recipient_object: Any, typed: str | None) -> Verdict:
    """Judge an OB 2.0 `recipient`, whose `identity` is plain or hashed."""
    one = recipient_object if isinstance(recipient_object, dict) else {}
    return _judge([(one.get("hashed"), one.get("identity"), one.get("salt"))], None, typed)


def _judge(identities: Iterable[tuple[Any, Any, Any]], own_id: Any, typed: str | None) -> Verdict:
    typed = (typed or "").strip()
    if not typed:
        return passed("not-asked")
    # Addresses are hashed as written; people write them in capitals, and most issuers do not.
    spellings = {typed, typed.lower(), f"mailto:{typed.lower()}"} if len(typed) <= MAX_TYPED else set()
    if isinstance(own_id, str) and own_id in spellings:
        return passed("match")
    known = list(identities)[:MAX_IDENTITIES]
    verdicts = {_is_of(hashed, value, salt, spellings) for hashed, value, salt in known}
    if True in verdicts:
        return passed("match")
    if None in verdicts or not verdicts:
        # Nothing in it can be compared with what was typed; that doesn't make it someone else's.
        return unknown("no-identity")
    return failed("another-recipient")


def _is_of(hashed: Any, value: Any, salt: Any, spellings: set[str]) -> bool | None:
    """Compare one identity; None when it is of a kind that can't be compared."""
    if not isinstance(value, str) or not isinstance(salt, str | None):
        return None
    if hashed is False:
        return value in spellings or value.lower() in spellings
    if hashed is not True or not value.lower().startswith(_SHA256):
        return None
    try:
        digests = [hashlib.sha256((one + (salt or "")).encode()).hexdigest() for one in spellings]
    except UnicodeEncodeError:  # a lone surrogate
        return False
    found = value.lower().encode(errors="replace")
    return any(secrets.compare_digest(found, (_SHA256 + digest).encode()) for digest in digests)


def _is_object(value: Any) -> bool:
    return isinstance(value, Mapping)
