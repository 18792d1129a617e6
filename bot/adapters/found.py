"""What was found by asking a platform about Laurel's tokens there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """One thing looked at, in a sentence that says what to do where it is not well."""

    well: bool
    says: str
