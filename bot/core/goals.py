"""Goals: what a learner wants by when, and what moves them along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select

from bot.core import announcements
from bot.core.case import Case
from bot.core.commands import (
    DropGoal,
    FinishGoal,
    FinishMilestone,
    RemindGoal,
    ReopenGoal,
    ShowGoals,
    SnoozeGoal,
)
from bot.core.dates import day_in
from bot.core.errors import GoalEnded, NoSuchGoal, NoSuchRhythm, TooManyGoals
from bot.core.finding import MOST_SUGGESTED, fold
from bot.core.models import Award, Goal, Milestone
from bot.core.reminders import next_reminder, read_rhythm, snoozed

MOST_GOALS = 50
PAGE = 10


@dataclass(frozen=True, slots=True)
class MilestoneFacts:
    """One checkpoint; `is_badge` ones are ticked by earning, the others by hand."""

    id: str
    text: str
    done: bool
    is_badge: bool


@dataclass(frozen=True, slots=True)
class GoalFacts:
    """One goal. `days_left` is negative when overdue, None without a due date."""

    id: str
    title: str
    due: date | None
    days_left: int | None
    rhythm: str
    milestones: tuple[MilestoneFacts, ...]
    state: str
    remind_at: datetime | None

    @property
    def done(self) -> int:
        """How many milestones are done."""
        return sum(m.done for m in self.milestones)


@dataclass(frozen=True, slots=True)
class GoalsShown:
    """One page of the caller's open goals, the nearest due date first, and how many were reached so far."""

    goals: tuple[GoalFacts, ...]
    total: int
    reached: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class GoalChanged:
    """A goal after `change`: "done", "dropped", "open", "snoozed", "milestone", "rhythm" or "ask-rhythm"."""

    goal: GoalFacts
    change: str


@dataclass(frozen=True, slots=True)
class GoalDue:
    """What the bot reminds a learner of."""

    goal: GoalFacts


def show_goals(case: Case, ask: ShowGoals) -> GoalsShown:
    """Show the caller's own goals, ten at a time."""
    goals = case.db.scalars(select(Goal).where(Goal.member_id == case.me.id)).all()
    facts = [goal_facts(case, g) for g in goals if g.state == "open"]
    facts.sort(key=lambda g: (g.due or date.max, g.id))
    pages = max(1, -(-len(facts) // PAGE))
    page = min(max(ask.page, 1), pages)
    shown = tuple(facts[(page - 1) * PAGE : page * PAGE])
    return GoalsShown(shown, len(facts), sum(g.state == "done" for g in goals), page, pages)


def finish_goal(case: Case, ask: FinishGoal) -> GoalChanged:
    """Mark a goal done."""
    goal = _find(case, ask)
    end_goal(case, goal, "done")
    return GoalChanged(goal_facts(case, goal), "done")


def finish_milestone(case: Case, ask: FinishMilestone) -> GoalChanged:
    """Tick a free-text milestone, or untick it; the last tick finishes the goal."""
    goal = _find(case, ask)
    milestone = next((m for m in goal.milestones if m.id == ask.milestone and m.badge_id is None), None)
    if milestone is None:
        raise NoSuchGoal(ask.milestone, _titles(case))
    milestone.done_at = None if milestone.done_at else case.now
    if all(m.done_at for m in goal.milestones):
        end_goal(case, goal, "done")
        return GoalChanged(goal_facts(case, goal), "done")
    announcements.refresh(case.db, case.now, goal.id)
    return GoalChanged(goal_facts(case, goal), "milestone")


def drop_goal(case: Case, ask: DropGoal) -> GoalChanged:
    """Give a goal up."""
    goal = _find(case, ask)
    end_goal(case, goal, "dropped")
    return GoalChanged(goal_facts(case, goal), "dropped")


def reopen_goal(case: Case, ask: ReopenGoal) -> GoalChanged:
    """Take back that a goal was done or dropped. Raises `NoSuchGoal` or `TooManyGoals`."""
    goal = case.db.get(Goal, ask.goal)
    if goal is None or goal.member_id != case.me.id:
        raise NoSuchGoal(ask.goal, _titles(case))
    if goal.state != "open":
        require_room(case)
        goal.state, goal.ended_at = "open", None
        goal.remind_at = next_reminder(goal, case.now, case.site.remind_at, case.me.timezone)
        announcements.refresh(case.db, case.now, goal.id)
        case.audit("goal-reopened", goal.id)
    return GoalChanged(goal_facts(case, goal), "open")


def require_room(case: Case) -> None:
    """Raise `TooManyGoals` if the caller has as many open goals as anybody may."""
    if len(_open(case)) >= MOST_GOALS:
        raise TooManyGoals(MOST_GOALS)


def snooze_goal(case: Case, ask: SnoozeGoal) -> GoalChanged:
    """Let a goal rest for some days."""
    goal = _find(case, ask)
    goal.remind_at = snoozed(min(max(ask.days, 1), 365), case.now, case.site.remind_at, case.me.timezone)
    announcements.refresh(case.db, case.now, goal.id)
    return GoalChanged(goal_facts(case, goal), "snoozed")


def remind_goal(case: Case, ask: RemindGoal) -> GoalChanged:
    """Change how often a goal reminds."""
    goal = _find(case, ask)
    if not ask.rhythm:
        return GoalChanged(goal_facts(case, goal), "ask-rhythm")
    rhythm = read_rhythm(ask.rhythm)
    if rhythm is None:
        raise NoSuchRhythm(ask.rhythm)
    goal.rhythm = rhythm
    goal.remind_at = next_reminder(goal, case.now, case.site.remind_at, case.me.timezone)
    return GoalChanged(goal_facts(case, goal), "rhythm")


def note_award(case: Case, award: Award) -> None:
    """Tick what an award reaches in its holder's open goals; a goal all ticked is done by itself."""
    for milestone in _waiting(case, award):
        milestone.done_at = case.now
        if all(m.done_at for m in milestone.goal.milestones):
            end_goal(case, milestone.goal, "done")
        else:
            announcements.refresh(case.db, case.now, milestone.goal_id)


def forget_award(case: Case, award: Award) -> None:
    """Take back what an award ticked; a goal that it had reached is open again."""
    ticked = case.db.scalars(
        select(Milestone)
        .join(Goal)
        .where(
            Milestone.badge_id == award.badge_id,
            Goal.member_id == award.member_id,
            Goal.state != "dropped",
            Milestone.done_at >= award.awarded_at,
        )
        .order_by(Goal.id)
        .with_for_update(of=Goal)
    ).all()
    for milestone in ticked:
        goal, ticked_at = milestone.goal, milestone.done_at
        milestone.done_at = None
        if goal.ended_at == ticked_at:  # this tick had ended it; one that its owner ended stays so
            goal.state, goal.ended_at = "open", None
            goal.remind_at = next_reminder(goal, case.now, case.site.remind_at, award.member.timezone)
        announcements.refresh(case.db, case.now, goal.id)


def goal_facts(case: Case, goal: Goal) -> GoalFacts:
    """Give the facts of a goal as of now, in its owner's zone."""
    return facts_on(goal, day_in(case.now, case.me.timezone))


def facts_on(goal: Goal, today: date) -> GoalFacts:
    """Give the facts of a goal on a day."""
    return GoalFacts(
        id=goal.id,
        title=goal.title,
        due=goal.due,
        days_left=(goal.due - today).days if goal.due else None,
        rhythm=goal.rhythm,
        milestones=tuple(
            MilestoneFacts(m.id, m.badge.name if m.badge else m.text, m.done_at is not None, m.badge_id is not None)
            for m in goal.milestones
        ),
        state=goal.state,
        remind_at=goal.remind_at,
    )


def _open(case: Case) -> Sequence[Goal]:
    return case.db.scalars(
        select(Goal).where(Goal.member_id == case.me.id, Goal.state == "open").order_by(Goal.id).with_for_update()
    ).all()


def _titles(case: Case) -> tuple[str, ...]:
    return tuple(g.title for g in _open(case))


def _find(case: Case, ask: FinishGoal | FinishMilestone | DropGoal | SnoozeGoal | RemindGoal) -> Goal:
    """Find one of the caller's open goals by id, or by the words its title begins with."""
    asked = ask.goal
    by_id = case.db.get(Goal, asked)
    if by_id is not None and by_id.member_id == case.me.id and by_id.state != "open":
        raise GoalEnded(by_id.title, by_id.state == "done")
    mine = _open(case)
    wanted = fold(asked)
    hits = (
        [g for g in mine if g.id == asked]
        or [g for g in mine if wanted and fold(g.title) == wanted]
        or [g for g in mine if wanted and fold(g.title).startswith(wanted)]
    )
    if len(hits) != 1 and not (len(mine) == 1 and not wanted):
        meant = hits or mine
        close = tuple((g.title, replace(ask, goal=g.id)) for g in meant) if len(meant) <= MOST_SUGGESTED else ()
        raise NoSuchGoal(asked, tuple(g.title for g in meant), close)
    return (hits or mine)[0]


def _waiting(case: Case, award: Award) -> Sequence[Milestone]:
    return case.db.scalars(
        select(Milestone)
        .join(Goal)
        .where(
            Milestone.badge_id == award.badge_id,
            Milestone.done_at.is_(None),
            Goal.member_id == award.member_id,
            Goal.state == "open",
        )
        .order_by(Goal.id)
        .with_for_update(of=Goal)  # two badges at once: the second sees what the first ticked
    ).all()


def end_goal(case: Case, goal: Goal, state: str) -> None:
    """Let a goal be "done" or "dropped", with every message about it."""
    goal.state = state
    goal.ended_at = case.now
    goal.remind_at = None
    announcements.refresh(case.db, case.now, goal.id)
    case.audit(f"goal-{state}", goal.id)
