"""What verifying a badge answers: named checks, each passed, failed or unknown. Codes, never sentences."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.core.credentials.faults import Fault

Fetch = Callable[[str], bytes]
"""Gets an https URL's body, bounded in size and time; raises `Unreachable` for what it can't or won't get."""


GONE = "gone"
"""A fetcher's reason for HTTP 410: how OB 2.0 takes a hosted assertion back (section 4.4)."""
NOT_OPENED = "not-opened"
"""A fetcher's reason for an address that nobody's badge gets opened: not https, or not of the public internet."""


class Unreachable(Fault):
    """The document behind a URL could not be had; `reason` is `GONE`, `NOT_OPENED` or the fetcher's own code."""


class Outcome(StrEnum):
    """How a check ended; UNKNOWN says that it could not be made, and is never good enough."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"


class CheckName(StrEnum):
    """The checks, in the order they are reported."""

    FORMAT = "format"
    SCHEMA = "schema"
    PROOF = "proof"
    ISSUER = "issuer"
    REVOCATION = "revocation"
    SUSPENSION = "suspension"
    VALIDITY = "validity"
    RECIPIENT = "recipient"
    EVIDENCE = "evidence"
    ENDORSEMENTS = "endorsements"


@dataclass(frozen=True, slots=True)
class Check:
    """One check's outcome: a reason code, and facts to fill the sentence with."""

    name: CheckName
    outcome: Outcome
    reason: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome and its reason, before it is known which check it belongs to."""

    outcome: Outcome
    reason: str
    facts: Mapping[str, str] = field(default_factory=dict)

    def as_check(self, name: CheckName) -> Check:
        """Name the check this is the outcome of."""
        return Check(name, self.outcome, self.reason, self.facts)


def passed(reason: str = "ok", **facts: str) -> Verdict:
    """Make a verdict that the check was made and holds."""
    return Verdict(Outcome.PASSED, reason, facts)


def failed(reason: str, **facts: str) -> Verdict:
    """Make a verdict that the check was made and doesn't hold."""
    return Verdict(Outcome.FAILED, reason, facts)


def unknown(reason: str, **facts: str) -> Verdict:
    """Make a verdict that the check could not be made."""
    return Verdict(Outcome.UNKNOWN, reason, facts)


def not_had(error: Unreachable, reason: str = "unreachable", **facts: str) -> Verdict:
    """Make a verdict that a document could not be had: for `reason`, or since its address is never opened."""
    return unknown(NOT_OPENED if error.reason == NOT_OPENED else reason, **facts)
