"""A member's home: all that is theirs on one page, where a platform has a page for it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.case import Case
from bot.core.collection import BadgesShown, show_badges
from bot.core.commands import ShowBadges, ShowGoals, ShowHome
from bot.core.goals import GoalsShown, show_goals
from bot.core.policy import may_teach


@dataclass(frozen=True, slots=True)
class Settings:
    """What a member chose, or their platform tells of them. `accounts` are a platform and their name there, each."""

    collection: str
    public_name: bool
    lang: str
    timezone: str
    email: str
    did: str
    accounts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class HomeShown:
    """Whose home it is, whether they may teach, and what is theirs."""

    name: str
    teaching: bool
    badges: BadgesShown
    goals: GoalsShown
    settings: Settings


def show_home(case: Case, ask: ShowHome) -> HomeShown:
    """Show the caller all that is theirs."""
    del ask
    me = case.me
    settings = Settings(
        collection=me.collection,
        public_name=me.public_name,
        lang=me.lang,
        timezone=me.timezone,
        email=me.email or "",
        did=me.did or "",
        accounts=tuple((account.platform, account.name) for account in me.accounts),
    )
    return HomeShown(me.name, may_teach(case), show_badges(case, ShowBadges()), show_goals(case, ShowGoals()), settings)
