"""Two members become one: everything of the one moves to the other, and can be put back."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.orm import InstrumentedAttribute

from bot.core import announcements, role_keeping
from bot.core.case import Case
from bot.core.finding import fold
from bot.core.links import Link
from bot.core.models import (
    Account,
    Announcement,
    Award,
    BadgeVersion,
    Celebration,
    Congratulation,
    Evidence,
    Goal,
    Member,
    Milestone,
    Portfolio,
)
from bot.core.reminders import next_reminder

MOVING: tuple[InstrumentedAttribute[Any], ...] = (
    Account.member_id,
    Announcement.member_id,
    Award.member_id,
    Award.revoked_by,
    BadgeVersion.created_by,
    Celebration.awarded_by,
    Evidence.author_id,
    Goal.member_id,
)
"""Every column that names a member and moves row by row. Congratulations, of which each has one, are apart."""

IDENTITIES = ("email", "did")
"""By which credentials know a member: the older member's, or the other's where that one has none."""

Moved = dict[str, Any]


def merge(case: Case, kept: Member, absorbed: Member) -> Moved:
    """Move everything of one member to another; give what `part` needs to put it back.

    Of a badge that both hold, the award that lasts longer stands in the collection, the earlier one if both last as
    long; of a goal that both have, the one that is due first. Of the privacy settings the stricter win.
    """
    moved: Moved = {"outshone": _outshine(case, kept, absorbed)}
    for column in MOVING:
        table = _table(column)
        ids = list(case.db.scalars(select(table.id).where(column == absorbed.id)))
        _move(case, column, ids, absorbed.id, kept.id)
        moved[str(column)] = ids
    moved |= _merge_congratulations(case, kept, absorbed)
    case.db.flush()
    case.db.expire_all()
    _be_strict(kept, absorbed)
    # A page that one of them published does not come to show what the other has, without their asking for it.
    case.db.execute(update(Portfolio).where(Portfolio.member_id.in_((kept.id, absorbed.id))).values(published_at=None))
    for name in IDENTITIES:
        if getattr(kept, name) is None and (theirs := getattr(absorbed, name)) is not None:
            setattr(kept, name, theirs)
            moved[name] = theirs
    moved |= _merge_goals(case, kept)
    case.db.flush()
    role_keeping.follow_all(case, [kept])
    return moved


def part(case: Case, link: Link, kept: Member, absorbed: Member) -> None:
    """Put back what a link moved; what has come since goes where it came.

    Who leaves has the stricter of the privacy settings of then and now.
    """
    moved = link.moved
    for column in MOVING:
        _move(case, column, moved[str(column)], kept.id, absorbed.id)
    for column, since in _come_since(case, kept, absorbed).items():
        _move(case, column, since, kept.id, absorbed.id)
    _part_congratulations(case, moved, kept, absorbed)
    case.db.flush()
    case.db.expire_all()
    _be_strict(absorbed, kept)
    for name in IDENTITIES:
        if name in moved and getattr(kept, name) == moved[name]:
            setattr(kept, name, None)
    if kept.email is None:
        kept.email_open_at = None
    for award in case.db.scalars(select(Award).where(Award.id.in_(moved["outshone"]), Award.revoked_at.is_(None))):
        if award.badge_id not in _held(case, award.member_id):
            award.held = True
            case.db.flush()
    _part_goals(case, link, (kept.id, absorbed.id))
    case.db.flush()
    role_keeping.follow_all(case, [kept, absorbed])


def _come_since(case: Case, kept: Member, absorbed: Member) -> dict[InstrumentedAttribute[Any], Sequence[str]]:
    """Give the badges, goals and messages that reached the joint member in the chats of who leaves."""
    chats = select(Account.platform, Account.space).where(Account.member_id == absorbed.id)
    there = tuple_(Announcement.platform, Announcement.space).in_(chats)
    told = select(Announcement.subject).where(Announcement.kind == "earned", there)
    goals = select(Goal.id).where(Goal.member_id == kept.id, tuple_(Goal.platform, Goal.space).in_(chats))
    return {
        Award.member_id: case.db.scalars(select(Award.id).where(Award.member_id == kept.id, Award.id.in_(told))).all(),
        Goal.member_id: case.db.scalars(goals).all(),
        Announcement.member_id: case.db.scalars(
            select(Announcement.id).where(Announcement.member_id == kept.id, there)
        ).all(),
    }


def _table(column: InstrumentedAttribute[Any]) -> Any:
    return column.parent.class_


def _move(case: Case, column: InstrumentedAttribute[Any], ids: Sequence[str], source: str, target: str) -> None:
    """Hand rows over, as far as they still are the source's."""
    table = _table(column)
    chosen = update(table).where(table.id.in_(ids), column == source).values({column: target})
    case.db.execute(chosen.execution_options(synchronize_session=False))


def _be_strict(one: Member, other: Member) -> None:
    """Give `one` the stricter of two members' settings."""
    if "private" in (one.collection, other.collection):
        one.collection = "private"
    one.public_name = one.public_name and other.public_name


# -- awards ----------------------------------------------------------------------------------------------------


def _outshine(case: Case, kept: Member, absorbed: Member) -> list[str]:
    """Let one award of each badge that both hold stand; give the others. They stay valid, as they were signed."""
    mine, theirs = _held(case, kept.id), _held(case, absorbed.id)
    outshone = []
    for badge in mine.keys() & theirs.keys():
        loser = min(mine[badge], theirs[badge], key=_lasting)
        loser.held = False
        outshone.append(loser.id)
    case.db.flush()
    return sorted(outshone)


def _held(case: Case, member: str) -> dict[str, Award]:
    held = case.db.scalars(select(Award).where(Award.member_id == member, Award.held))
    return {award.badge_id: award for award in held}


def _lasting(award: Award) -> tuple[bool, float, float]:
    until = award.expires_at.timestamp() if award.expires_at else 0.0
    return award.expires_at is None, until, -award.awarded_at.timestamp()


# -- congratulations ----------------------------------------------------------------------------------------------


def _merge_congratulations(case: Case, kept: Member, absorbed: Member) -> Moved:
    mine, theirs = _congratulated(case, kept.id), _congratulated(case, absorbed.id)
    _hand_congratulations(case, theirs - mine, absorbed.id, kept.id)
    case.db.execute(delete(Congratulation).where(Congratulation.member_id == absorbed.id))
    _recount(case, theirs & mine)
    return {"congratulated": sorted(theirs - mine), "congratulated_both": sorted(theirs & mine)}


def _part_congratulations(case: Case, moved: Moved, kept: Member, absorbed: Member) -> None:
    _hand_congratulations(case, moved["congratulated"], kept.id, absorbed.id)
    again = _congratulated(case, kept.id) & {*moved["congratulated_both"]}
    case.db.add_all(
        Congratulation(celebration_id=one, member_id=absorbed.id, created_at=case.now) for one in sorted(again)
    )
    case.db.flush()
    _recount(case, again)


def _congratulated(case: Case, member: str) -> set[str]:
    return set(case.db.scalars(select(Congratulation.celebration_id).where(Congratulation.member_id == member)))


def _hand_congratulations(case: Case, celebrations: Iterable[str], source: str, target: str) -> None:
    case.db.execute(
        update(Congratulation)
        .where(Congratulation.member_id == source, Congratulation.celebration_id.in_(celebrations))
        .values(member_id=target)
        .execution_options(synchronize_session=False)
    )


def _recount(case: Case, celebrations: Iterable[str]) -> None:
    for celebration in sorted(celebrations):
        announcements.refresh(case.db, case.now, celebration)


# -- goals ------------------------------------------------------------------------------------------------------------


def _merge_goals(case: Case, kept: Member) -> Moved:
    """Let one of each goal that both had go on, and tick what is held now."""
    ticked: list[str] = []
    ended: list[str] = []
    going: dict[object, Goal] = {}
    goals = case.db.scalars(select(Goal).where(Goal.member_id == kept.id, Goal.state == "open")).all()
    for goal in sorted(goals, key=lambda g: (g.due or date.max, g.created_at, g.id)):
        first = going.setdefault(_what(goal), goal)
        if first is not goal:
            done = {_checkpoint(m) for m in goal.milestones if m.done_at}
            ticked += _tick(case, [m for m in first.milestones if _checkpoint(m) in done])
            _end(case, goal, "dropped")
            ended.append(goal.id)
    held = _held(case, kept.id)
    for goal in going.values():
        ticked += _tick_held(case, goal, held)
        if goal.state == "done":
            ended.append(goal.id)
    return {"ticked": ticked, "ended": ended}


def _what(goal: Goal) -> object:
    return fold(goal.title), frozenset(map(_checkpoint, goal.milestones))


def _checkpoint(milestone: Milestone) -> str:
    return milestone.badge_id or fold(milestone.text) or milestone.text


def _tick(case: Case, milestones: Iterable[Milestone]) -> list[str]:
    fresh = [m for m in milestones if m.done_at is None]
    for milestone in fresh:
        milestone.done_at = case.now
    return [m.id for m in fresh]


def _tick_held(case: Case, goal: Goal, held: Container[str | None]) -> list[str]:
    ticked = _tick(case, [m for m in goal.milestones if m.badge_id in held])
    if all(m.done_at for m in goal.milestones):
        _end(case, goal, "done")
    return ticked


def _end(case: Case, goal: Goal, state: str) -> None:
    goal.state, goal.ended_at, goal.remind_at = state, case.now, None
    announcements.refresh(case.db, case.now, goal.id)


def _part_goals(case: Case, link: Link, members: Sequence[str]) -> None:
    """Untick what is only ticked because they were one, and open again what had ended by that."""
    held = {member: _held(case, member) for member in members}
    since = select(Milestone).join(Goal).where(Goal.member_id.in_(members), Milestone.done_at >= link.linked_at)
    for milestone in case.db.scalars(since).all():
        goal, ticked_at = milestone.goal, milestone.done_at
        by_link = milestone.id in link.moved["ticked"] and ticked_at == link.linked_at
        if milestone.badge_id in held[goal.member_id] or (milestone.badge_id is None and not by_link):
            continue
        milestone.done_at = None
        if goal.state == "done" and goal.ended_at == ticked_at:
            _reopen(case, goal)
    for goal in case.db.scalars(select(Goal).where(Goal.id.in_(link.moved["ended"]), Goal.state == "dropped")).all():
        if goal.ended_at == link.linked_at:
            _reopen(case, goal)
            _tick_held(case, goal, held[goal.member_id])


def _reopen(case: Case, goal: Goal) -> None:
    goal.state, goal.ended_at = "open", None
    goal.remind_at = next_reminder(goal, case.now, case.site.remind_at, goal.member.timezone)
    announcements.refresh(case.db, case.now, goal.id)
