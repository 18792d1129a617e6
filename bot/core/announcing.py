"""From an announcement's facts to what stands in the chat, made afresh at each delivery."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import role_keeping
from bot.core.barring import barred_facts
from bot.core.celebrating import celebration_facts
from bot.core.collection import Earned, award_facts
from bot.core.dates import day_in
from bot.core.goals import GoalDue, facts_on
from bot.core.linking import link_facts
from bot.core.links import Link
from bot.core.models import Announcement, Award, Goal, Member, Milestone
from bot.core.port import Reply
from bot.core.site import Site
from bot.core.words.replies import reply

Wanted = Reply | role_keeping.Holding
"""What ought to stand: a message, or a member's role."""


def compose(db: Session, site: Site, now: datetime, announcement: Announcement) -> Wanted | None:
    """Say what an announcement shows now; None if there is nothing to show and nothing to correct."""
    return _KINDS[announcement.kind](db, site, now, announcement)


def _celebration(db: Session, site: Site, _: datetime, announcement: Announcement) -> Reply | None:
    facts = celebration_facts(db, site, announcement.subject, announcement.platform, announcement.space)
    if facts.withdrawn and not announcement.may_stand:
        return None
    return reply(facts, facts.lang)


def _earned(db: Session, site: Site, _: datetime, announcement: Announcement) -> Reply | None:
    award = db.get_one(Award, announcement.subject)
    if award.revoked_at is not None and not announcement.may_stand:
        return None
    reached = db.scalars(
        select(Goal.title)
        .join(Milestone)
        .where(Milestone.badge_id == award.badge_id, Goal.member_id == award.member_id)
        .where(Goal.state == "done", Goal.ended_at == award.awarded_at)
    ).all()
    revoked = award.revoked_at is not None
    why = (award.suspended_why or "") if award.suspended else award.revoked_for
    facts = Earned(award_facts(site, award), tuple(reached), revoked, award.suspended, why)
    return reply(facts, award.member.lang)


def _reminder(db: Session, site: Site, now: datetime, announcement: Announcement) -> Reply | None:
    del site
    goal = db.get_one(Goal, announcement.subject)
    if goal.state != "open" and not announcement.may_stand:
        return None
    return reply(GoalDue(facts_on(goal, day_in(now, goal.member.timezone))), goal.member.lang)


def _link(db: Session, site: Site, now: datetime, announcement: Announcement) -> Reply | None:
    del site
    link = db.get_one(Link, announcement.subject)
    asker = (announcement.platform, announcement.space) == (link.account.platform, link.account.space)
    mine = link.account if asker or link.other is None else link.other
    facts = link_facts(now, link, mine)
    if asker and facts.state in ("stopped", "over") and not announcement.may_stand:
        return None  # it was over before they could be asked
    return reply(facts, mine.member.lang)


def _role(db: Session, site: Site, now: datetime, announcement: Announcement) -> role_keeping.Holding | None:
    del site
    return role_keeping.holding(db, now, announcement)


def _role_barred(db: Session, site: Site, _: datetime, announcement: Announcement) -> Reply | None:
    del site
    facts = role_keeping.barred_facts(db, announcement)
    return reply(facts, db.get_one(Member, announcement.member_id).lang) if facts is not None else None


def _barred(db: Session, site: Site, now: datetime, announcement: Announcement) -> Reply | None:
    del site, now
    facts = barred_facts(db, announcement)
    if facts.state in ("stands", "withdrawn") and not announcement.may_stand:
        return None
    return reply(facts, db.get_one(Member, announcement.member_id).lang)


_KINDS: dict[str, Callable[[Session, Site, datetime, Announcement], Wanted | None]] = {
    "celebration": _celebration,
    "earned": _earned,
    "reminder": _reminder,
    "link": _link,
    "role": _role,
    "role-barred": _role_barred,
    "barred": _barred,
}
