"""When a goal reminds its owner: rhythms in their own time zone, and the tick that claims what is due."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import cache

from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import select

from bot.core import announcements
from bot.core.dates import day_in, zone
from bot.core.db import Database
from bot.core.models import Goal
from bot.core.site import Site

RHYTHMS: dict[str, dict[str, str]] = {
    "day": {},
    "weekday": {"day_of_week": "mon-fri"},
    "week": {"day_of_week": "mon"},
    "month": {"day": "1"},
    **{day: {"day_of_week": day} for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
}
"""Every rhythm that reminds, and the fields of its cron trigger; "never" is the one that does not."""

_SYNONYMS = {
    "daily": "day",
    "days": "day",
    "weekdays": "weekday",
    "schoolday": "weekday",
    "weekly": "week",
    "monthly": "month",
    "off": "never",
    "none": "never",
    "no": "never",
}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def read_rhythm(words: str) -> str | None:
    """Read a rhythm: "week", "weekly", "day", "Friday", "never" … None if it is none."""
    word = words.strip().casefold().removeprefix("every ")
    word = _SYNONYMS.get(word, word)
    if word in RHYTHMS or word == "never":
        return word
    return word[:3] if word.removesuffix("s") in _WEEKDAYS else None


def next_reminder(goal: Goal, now: datetime, at: time, timezone: str) -> datetime | None:
    """Give the next time to remind: the rhythm's, or the day before the due date if that comes first.

    None if the rhythm is "never" or the goal is no longer open. `at` is the local time of day.
    """
    if goal.state != "open" or goal.rhythm not in RHYTHMS:
        return None
    trigger = _trigger(tuple(RHYTHMS[goal.rhythm].items()), at, timezone)
    following: datetime | None = trigger.get_next_fire_time(None, now + timedelta(seconds=1))
    if goal.due is None or following is None:
        return following
    eve = datetime.combine(goal.due - timedelta(days=1), at, tzinfo=zone(timezone))
    return min(following, eve) if eve > now else following


def snoozed(days: int, now: datetime, at: time, timezone: str) -> datetime:
    """Give the time to remind `days` from today."""
    return datetime.combine(day_in(now, timezone) + timedelta(days=days), at, tzinfo=zone(timezone))


@cache
def _trigger(fields: tuple[tuple[str, str], ...], at: time, timezone: str) -> CronTrigger:
    return CronTrigger(hour=at.hour, minute=at.minute, timezone=zone(timezone), **dict(fields))


def tick(database: Database, site: Site, now: datetime) -> int:
    """Turn every reminder due into an announcement, and set the goal's next; give how many.

    Both happen in one transaction that holds the goals locked: several replicas never remind twice.
    """
    with database.write() as db:
        due = db.scalars(
            select(Goal)
            .where(Goal.state == "open", Goal.remind_at <= now)
            .order_by(Goal.remind_at)
            .limit(500)
            .with_for_update(skip_locked=True)
        ).all()
        for goal in due:
            goal.remind_at = next_reminder(goal, now, site.remind_at, goal.member.timezone)
            announcements.remind(db, now, goal)
        return len(due)
