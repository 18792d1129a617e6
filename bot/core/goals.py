"""Goals: what a learner wants by when, and what moves them along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from bot.core import announcements
from bot.core.aims import LONGEST, aims, parted
from bot.core.case import Case
from bot.core.commands import (
    AddGoal,
    AskGoal,
    DropGoal,
    FinishGoal,
    FinishMilestone,
    RemindGoal,
    ShowGoals,
    SnoozeGoal,
)
from bot.core.dates import day_in, read_due
from bot.core.errors import GoalEmpty, GoalEnded, GoalTooLong, NoSuchGoal, NoSuchRhythm, TooManyGoals, Unsignable
from bot.core.finding import fold, in_use
from bot.core.models import Award, BadgeClass, Goal, Milestone
from bot.core.reminders import next_reminder, read_rhythm, snoozed
from bot.core.soundness import unsignable

MOST_MILESTONES = 20
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
class GoalAsked:
    """The goal form; `badge` is the name to begin with."""

    badge: str


@dataclass(frozen=True, slots=True)
class GoalSet:
    """A new goal; `reached` at once if all its badges are held already."""

    goal: GoalFacts


@dataclass(frozen=True, slots=True)
class GoalChanged:
    """A goal after `change`: "done", "dropped", "snoozed", "milestone", "rhythm" or "ask-rhythm"."""

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


def ask_goal(_: Case, ask: AskGoal) -> GoalAsked:
    """Give the goal form."""
    return GoalAsked(ask.badge)


def add_goal(case: Case, ask: AddGoal) -> GoalSet:
    """Set a goal from words: `[title:] badge or milestone, … [by date] [every rhythm]`."""
    badges = {b.folded: b for b in in_use(case.db, case.organisation)}
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
    if len(_open(case)) >= MOST_GOALS:
        raise TooManyGoals(MOST_GOALS)
    goal = Goal(
        id=case.new_id(),
        member=case.me,
        title=title,
        due=due,
        rhythm=rhythm,
        platform=case.actor.where.platform,
        space=case.actor.where.space,
        state="open",
        created_at=case.now,
    )
    goal.milestones = [_milestone(case, position, text, badges.get(fold(text))) for position, text in enumerate(parts)]
    case.db.add(goal)
    if title == parts[0] and goal.milestones[0].badge is not None:
        goal.title = goal.milestones[0].badge.name
    goal.remind_at = next_reminder(goal, case.now, case.site.remind_at, case.me.timezone)
    _tick_held(case, goal)
    case.db.flush()
    case.audit("goal-set", goal.id)
    return GoalSet(goal_facts(case, goal))


def finish_goal(case: Case, ask: FinishGoal) -> GoalChanged:
    """Mark a goal done."""
    goal = _find(case, ask.goal)
    _end(case, goal, "done")
    return GoalChanged(goal_facts(case, goal), "done")


def finish_milestone(case: Case, ask: FinishMilestone) -> GoalChanged:
    """Tick a free-text milestone, or untick it; the last tick finishes the goal."""
    goal = _find(case, ask.goal)
    milestone = next((m for m in goal.milestones if m.id == ask.milestone and m.badge_id is None), None)
    if milestone is None:
        raise NoSuchGoal(ask.milestone, _titles(case))
    milestone.done_at = None if milestone.done_at else case.now
    if all(m.done_at for m in goal.milestones):
        _end(case, goal, "done")
        return GoalChanged(goal_facts(case, goal), "done")
    announcements.refresh(case.db, case.now, goal.id)
    return GoalChanged(goal_facts(case, goal), "milestone")


def drop_goal(case: Case, ask: DropGoal) -> GoalChanged:
    """Give a goal up."""
    goal = _find(case, ask.goal)
    _end(case, goal, "dropped")
    return GoalChanged(goal_facts(case, goal), "dropped")


def snooze_goal(case: Case, ask: SnoozeGoal) -> GoalChanged:
    """Let a goal rest for some days."""
    goal = _find(case, ask.goal)
    goal.remind_at = snoozed(min(max(ask.days, 1), 365), case.now, case.site.remind_at, case.me.timezone)
    announcements.refresh(case.db, case.now, goal.id)
    return GoalChanged(goal_facts(case, goal), "snoozed")


def remind_goal(case: Case, ask: RemindGoal) -> GoalChanged:
    """Change how often a goal reminds."""
    goal = _find(case, ask.goal)
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
            _end(case, milestone.goal, "done")
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


def _find(case: Case, asked: str) -> Goal:
    """Find one of the caller's open goals by id, or by the words its title begins with."""
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
        raise NoSuchGoal(asked, tuple(g.title for g in mine))
    return (hits or mine)[0]


def _milestone(case: Case, position: int, text: str, badge: BadgeClass | None) -> Milestone:
    return Milestone(id=case.new_id(), position=position, text=text, badge=badge)


def _tick_held(case: Case, goal: Goal) -> None:
    """Tick the badges that the owner holds already."""
    wanted = {m.badge.id: m for m in goal.milestones if m.badge is not None}
    held = case.db.scalars(
        select(Award.badge_id).where(Award.member_id == case.me.id, Award.held, Award.badge_id.in_(wanted))
    )
    for badge in held:
        wanted[badge].done_at = case.now
    if all(m.done_at for m in goal.milestones):
        _end(case, goal, "done")


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


def _end(case: Case, goal: Goal, state: str) -> None:
    goal.state = state
    goal.ended_at = case.now
    goal.remind_at = None
    announcements.refresh(case.db, case.now, goal.id)
    case.audit(f"goal-{state}", goal.id)
