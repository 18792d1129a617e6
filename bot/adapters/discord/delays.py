"""When to try again what Discord has no time for now."""

from __future__ import annotations

from datetime import datetime, timedelta

import discord

from bot.core.port import RetryAt

SOON, LATER = timedelta(seconds=5), timedelta(hours=1)


def later(now: datetime, error: discord.HTTPException) -> RetryAt | None:
    """Say when to try again what Discord has no time for now, whatever it was; None for another answer."""
    if error.status == 429:
        return RetryAt(now + timedelta(seconds=_retry_after(error)), "rate limit")
    if error.status >= 500:
        return RetryAt(now + SOON, f"Discord says {error.status}")
    if error.status == 401:
        return RetryAt(now + LATER, f"Discord says {error.code}: {error.text}")
    return None


def _retry_after(error: discord.HTTPException) -> float:
    try:
        return max(1.0, float(error.response.headers.get("Retry-After") or 60))
    except ValueError:
        return 60.0
