"""What Discord offers while somebody types into an option: badges that can be awarded, archived ones, goals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.adapters.discord.slashes import Slash
from bot.core.app import App
from bot.core.finding import fold, matching, put_away
from bot.core.models import Goal
from bot.core.people import account_of, first_organisation, owner_of
from bot.core.port import Actor, Choice
from bot.core.site import Site

MOST = 25


async def suggest(app: App, actor: Actor, slash: Slash) -> tuple[Choice, ...]:
    """Give what fits what is typed so far, best first."""
    typed = slash.text(slash.focused)
    if slash.focused == "goal":
        return await app.look(_goals, actor, typed)
    if slash.path == ("badge", "restore"):
        return await app.look(_archived, actor, typed)
    return await app.suggest_badges(actor, typed, MOST)


def _goals(db: Session, site: Site, now: datetime, actor: Actor, typed: str) -> tuple[Choice, ...]:
    """Give the caller's own open goals, the newest first."""
    del site, now
    account = account_of(db, actor.who.ref)
    if account is None:
        return ()
    mine = select(Goal).where(Goal.member_id == account.member_id, Goal.state == "open").order_by(Goal.id.desc())
    return _fitting(((goal.id, goal.title) for goal in db.scalars(mine)), typed)


def _archived(db: Session, site: Site, now: datetime, actor: Actor, typed: str) -> tuple[Choice, ...]:
    del site, now
    owner = owner_of(db, actor.who.ref.platform, actor.who.ref.space)
    found = matching(put_away(db, owner or first_organisation(db)), typed, MOST)
    return tuple(Choice(badge.id, badge.name) for badge in found)


def _fitting(named: Iterable[tuple[str, str]], typed: str) -> tuple[Choice, ...]:
    wanted = fold(typed)
    fit = [(id_, name) for id_, name in named if wanted in fold(name)]
    fit.sort(key=lambda one: not fold(one[1]).startswith(wanted))
    return tuple(Choice(id_, name) for id_, name in fit[:MOST])
