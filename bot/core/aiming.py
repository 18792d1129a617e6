"""Setting a goal: from what a learner types, or writes in the form, to its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rapidfuzz import fuzz, process
from sqlalchemy import select

from bot.core.aims import LONGEST, aims, parted
from bot.core.case import Case
from bot.core.commands import AddGoal, AskGoal
from bot.core.dates import read_due
from bot.core.errors import (
    DatePast,
    GoalEmpty,
    GoalNearMiss,
    GoalTooLong,
    GoalUnsound,
    NoSuchDate,
    NoSuchRhythm,
    Unsignable,
)
from bot.core.finding import fold, in_use
from bot.core.goals import GoalFacts, end_goal, goal_facts, require_room
from bot.core.models import Award, BadgeClass, Goal, Milestone
from bot.core.reminders import next_reminder, read_rhythm
from bot.core.soundness import unsignable

MOST_MILESTONES = 20
NEAR = 80  # of 100: one letter in five may differ
BEGUN = 4  # letters from which a beginning counts as the badge that begins so
MOST_NEAR = 3


@dataclass(frozen=True, slots=True)
class GoalAsked:
    """The goal form, with what is in it."""

    draft: AddGoal


@dataclass(frozen=True, slots=True)
class GoalSet:
    """A new goal; `reached` at once if all its badges are held already."""

    goal: GoalFacts


@dataclass(frozen=True, slots=True)
class _Plan:
    title: str
    parts: tuple[str, ...]
    due: date | None
    rhythm: str


def ask_goal(_: Case, ask: AskGoal) -> GoalAsked:
    """Give the goal form."""
    return GoalAsked(AddGoal(ask.badge, rhythm="week"))


def add_goal(case: Case, ask: AddGoal) -> GoalSet:
    """Set a goal from words: `[title:] badge or milestone, … [by date] [every rhythm]`.

    Raises `GoalUnsound` where what is wrong belongs to a field of the form, `GoalNearMiss`, `TooManyGoals`.
    """
    badges = {b.folded: b for b in in_use(case.db, case.organisation)}
    try:
        plan = _plan(case, ask, badges)
    except (DatePast, NoSuchDate, GoalEmpty, GoalTooLong, NoSuchRhythm) as problem:
        if ask.due or ask.rhythm:  # given apart, as the form does
            raise GoalUnsound(ask, _field(problem), problem) from problem
        raise
    if not ask.as_typed:
        _check_near(plan, badges)
    require_room(case)
    goal = Goal(
        id=case.new_id(),
        member=case.me,
        title=plan.title,
        due=plan.due,
        rhythm=plan.rhythm,
        platform=case.actor.who.ref.platform,
        space=case.actor.who.ref.space,
        state="open",
        created_at=case.now,
    )
    goal.milestones = [
        Milestone(id=case.new_id(), position=position, text=text, badge=badges.get(fold(text)))
        for position, text in enumerate(plan.parts)
    ]
    case.db.add(goal)
    if plan.title == plan.parts[0] and goal.milestones[0].badge is not None:
        goal.title = goal.milestones[0].badge.name
    goal.remind_at = next_reminder(goal, case.now, case.site.remind_at, case.me.timezone)
    _tick_held(case, goal)
    case.db.flush()
    case.audit("goal-set", goal.id)
    return GoalSet(goal_facts(case, goal))


def _plan(case: Case, ask: AddGoal, badges: Mapping[str, BadgeClass]) -> _Plan:
    what, due_words, rhythm_words = parted(ask, badges)
    due = read_due(due_words, case.now, case.me.timezone, case.actor.lang) if due_words else None
    rhythm = read_rhythm(rhythm_words or "week")
    if rhythm is None:
        raise NoSuchRhythm(rhythm_words)
    title, parts = aims(what, badges)
    if not parts:
        raise GoalEmpty
    if unsignable(what):
        raise Unsignable("goal")
    if any(len(text) > LONGEST for text in (title, *parts)) or len(parts) > MOST_MILESTONES:
        raise GoalTooLong(LONGEST, MOST_MILESTONES)
    return _Plan(title, tuple(parts), due, rhythm)


def _field(problem: Exception) -> str:
    match problem:
        case DatePast() | NoSuchDate():
            return "due"
        case NoSuchRhythm():
            return "rhythm"
    return "what"


def _check_near(plan: _Plan, badges: Mapping[str, BadgeClass]) -> None:
    """Raise `GoalNearMiss` for the first part that is nearly a badge's name: nobody earns what is misspelt."""
    own = plan.title not in (plan.parts[0], ", ".join(plan.parts)[:LONGEST])

    def reworded(parts: Sequence[str]) -> AddGoal:
        what = ", ".join(parts)
        return AddGoal(f"{plan.title}: {what}" if own else what, plan.due.isoformat() if plan.due else "", plan.rhythm)

    for at, part in enumerate(plan.parts):
        if fold(part) not in badges and (near := _near(fold(part), badges)):
            offers = [(b.name, reworded((*plan.parts[:at], b.name, *plan.parts[at + 1 :]))) for b in near]
            raise GoalNearMiss(part, tuple(offers), replace(reworded(plan.parts), as_typed=True))


def _near(wanted: str, badges: Mapping[str, BadgeClass]) -> list[BadgeClass]:
    begun = [name for name in badges if len(wanted) >= BEGUN and name.startswith(wanted)]
    alike = process.extract(wanted, list(badges), scorer=fuzz.ratio, limit=MOST_NEAR, score_cutoff=NEAR)
    return [badges[name] for name in dict.fromkeys([*begun, *(name for name, *_ in alike)])][:MOST_NEAR]


def _tick_held(case: Case, goal: Goal) -> None:
    """Tick the badges that the owner holds already."""
    wanted = {m.badge.id: m for m in goal.milestones if m.badge is not None}
    held = case.db.scalars(
        select(Award.badge_id).where(Award.member_id == case.me.id, Award.held, Award.badge_id.in_(wanted))
    )
    for badge in held:
        wanted[badge].done_at = case.now
    if all(m.done_at for m in goal.milestones):
        end_goal(case, goal, "done")
