"""Checking the endorsements inside a badge: whether each holds, and is about this badge at all."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.core.credentials.outcomes import Outcome, Verdict, passed
from bot.core.credentials.verification import Verification

MAX_CHECKED = 8
"""Endorsements that are looked at: each may have a key and a list to ask for."""


def endorsements(document: Mapping[str, Any], check: Callable[[dict[str, Any] | str], Verification]) -> Verdict:
    """Tell how many of a badge's endorsements hold; it always passes, since a badge needs none.

    `check` verifies one, which is a credential or a JWT.
    """
    found = list(_endorsements(document))
    if not found:
        return passed("none")
    abouts = {node["id"] for node in _nodes(document) if isinstance(node.get("id"), str)}
    outcomes = [_outcome(one, abouts, check) for one in found[:MAX_CHECKED]]
    counts = {outcome.value: str(outcomes.count(outcome)) for outcome in Outcome} | {"count": str(len(found))}
    if Outcome.FAILED in outcomes:
        return passed("endorsed-falsely", **counts)
    if outcomes.count(Outcome.PASSED) < len(found):
        return passed("endorsed-in-part", **counts)
    return passed("endorsed", **counts)


def _outcome(one: Any, abouts: set[str], check: Callable[[dict[str, Any] | str], Verification]) -> Outcome:
    if not isinstance(one, dict | str):
        return Outcome.FAILED
    found = check(one)
    subject = (found.credential or {}).get("credentialSubject")
    about = subject.get("id") if isinstance(subject, dict) else None
    outcomes = {check.outcome for check in found.checks}
    if Outcome.FAILED in outcomes or about not in list(abouts):  # a list: what stands there may be anything
        return Outcome.FAILED
    return Outcome.UNKNOWN if Outcome.UNKNOWN in outcomes else Outcome.PASSED


def _nodes(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield what can be endorsed: the badge, who gave it, and what was earned."""
    subject = document.get("credentialSubject")
    achievement = subject.get("achievement") if isinstance(subject, dict) else None
    for node in (document, document.get("issuer"), achievement):
        if isinstance(node, Mapping):
            yield node


def _endorsements(document: Mapping[str, Any]) -> Iterator[Any]:
    for node in _nodes(document):
        for name in ("endorsement", "endorsementJwt"):
            value = node.get(name)
            yield from value if isinstance(value, list) else [] if value is None else [value]
