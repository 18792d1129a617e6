"""What verifying a badge of any kind gives back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.core.credentials.outcomes import Check, CheckName, Outcome, Verdict, failed, unknown
from bot.core.credentials.reading import Kind


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found out about a badge. The facts beside the checks are only as good as the checks say."""

    checks: tuple[Check, ...]
    kind: Kind | None = None
    credential: dict[str, Any] | None = None
    badge_name: str | None = None
    issuer_id: str | None = None
    issuer_name: str | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None

    @property
    def holds(self) -> bool:
        """Whether every one of the checks was made and passed."""
        return {check.name for check in self.checks} == set(CheckName) and all(
            check.outcome is Outcome.PASSED for check in self.checks
        )

    def __getitem__(self, name: CheckName) -> Check:
        """Return the check of that name."""
        return next(check for check in self.checks if check.name is name)


def in_order(verdicts: Mapping[CheckName, Verdict]) -> tuple[Check, ...]:
    """Name the verdicts, in the order they are reported."""
    return tuple(verdicts[name].as_check(name) for name in CheckName)


def too_large() -> Verification:
    """Say what is found of a file that nobody read, since it has more than `MAX_PICTURE` bytes."""
    return Verification(only_format(failed("too-large"), "not-a-badge"))


def only_format(form: Verdict, reason: str) -> tuple[Check, ...]:
    """Make the checks of something that got no further than being looked at."""
    return in_order(dict.fromkeys(CheckName, unknown(reason)) | {CheckName.FORMAT: form})
