"""Words for goals and their reminders."""

from __future__ import annotations

from bot.core import cards, errors
from bot.core.aiming import GoalAsked, GoalSet
from bot.core.aims import LONGEST
from bot.core.cards import BARS_SHOWN
from bot.core.commands import (
    AddGoal,
    AskGoal,
    DropGoal,
    FinishGoal,
    FinishMilestone,
    RemindGoal,
    ReopenGoal,
    ShowGoals,
    SnoozeGoal,
)
from bot.core.goals import GoalChanged, GoalDue, GoalFacts, GoalsShown
from bot.core.port import Bold, Button, Buttons, Card, Code, Field, Form, Node, Option, Reply, Row, Rows, Text, When
from bot.core.words.awards import pictured
from bot.core.words.refusals import offers, refused, short
from bot.core.words.saying import day, flat, listed, plain, plain_many, reply, say, say_many

TICKS = 3
"""As many "Done: …" buttons as one goal shows for its free-text milestones."""
SOON = 3
"""Days before the due date from which a goal looks urgent."""


@reply.register
def _(o: GoalsShown, lang: str) -> Reply:
    add = Button(plain(lang, "New goal"), AskGoal(), "primary")
    if not o.goals:
        text = say(
            lang,
            "You have no open goal. Try {example}.",
            example=Code(plain(lang, "/goals add Academic Writing by Friday every week")),
        )
        return Reply((*text, *_reached(o.reached, lang)), (Buttons((add,)),))
    text = say_many(lang, "You have {count} open goal.", "You have {count} open goals.", o.total)
    turn = []
    if o.page > 1:
        turn.append(Button(plain(lang, "Previous"), ShowGoals(o.page - 1)))
    if o.page < o.pages:
        turn.append(Button(plain(lang, "Next"), ShowGoals(o.page + 1)))
    nodes: list[Node] = [
        pictured(_progress(o.goals, lang)),
        Rows(tuple(_row(goal, lang) for goal in o.goals)),
        Buttons((*turn, add)),
    ]
    return Reply((*text, *_reached(o.reached, lang)), tuple(nodes))


def _reached(count: int, lang: str) -> Text:
    if not count:
        return ()
    return (" ", *say_many(lang, "{count} reached so far.", "{count} reached so far.", count))


def _progress(goals: tuple[GoalFacts, ...], lang: str) -> cards.Progress:
    bars = tuple(
        cards.Bar(g.title, g.done, len(g.milestones), _due(g, lang), g.days_left is not None and g.days_left < SOON)
        for g in goals[:BARS_SHOWN]
    )
    return cards.Progress(plain(lang, "My goals"), bars)


def _due(goal: GoalFacts, lang: str) -> str:
    left = goal.days_left
    if goal.due is None or left is None:
        return plain(lang, "no due date")
    if left < 0:
        return plain_many(lang, "{count} day overdue", "{count} days overdue", -left)
    if left == 0:
        return plain(lang, "due today")
    if left == 1:
        return plain(lang, "due tomorrow")
    return plain(lang, "due {date}, in {days} days", date=day(lang, goal.due), days=str(left))


def _row(goal: GoalFacts, lang: str) -> Row:
    return Row((Bold(goal.title),), _detail(goal, lang), buttons=_buttons(goal, lang))


def _detail(goal: GoalFacts, lang: str) -> Text:
    steps = ", ".join(f"{'✓' if m.done else '○'} {m.text}" for m in goal.milestones)
    return (f"{_due(goal, lang)} · {_rhythm(goal.rhythm, lang)} · ", steps)


def _buttons(goal: GoalFacts, lang: str) -> tuple[Button, ...]:
    waiting = [m for m in goal.milestones if not m.done and not m.is_badge]
    ticks = [
        Button(plain(lang, "Done: {milestone}", milestone=m.text), FinishMilestone(goal.id, m.id))
        for m in waiting[:TICKS]
    ]
    return (
        *(ticks if len(goal.milestones) > 1 else ()),
        Button(plain(lang, "Done"), FinishGoal(goal.id), "primary"),
        Button(plain(lang, "Snooze 3 days"), SnoozeGoal(goal.id, 3)),
        Button(plain(lang, "Drop"), DropGoal(goal.id), "danger"),
    )


def _rhythm(rhythm: str, lang: str) -> str:
    return _rhythms(lang)[rhythm]


def _rhythms(lang: str) -> dict[str, str]:
    return {
        "day": plain(lang, "reminds every day"),
        "weekday": plain(lang, "reminds on weekdays"),
        "week": plain(lang, "reminds every week"),
        "month": plain(lang, "reminds every month"),
        "mon": plain(lang, "reminds on Mondays"),
        "tue": plain(lang, "reminds on Tuesdays"),
        "wed": plain(lang, "reminds on Wednesdays"),
        "thu": plain(lang, "reminds on Thursdays"),
        "fri": plain(lang, "reminds on Fridays"),
        "sat": plain(lang, "reminds on Saturdays"),
        "sun": plain(lang, "reminds on Sundays"),
        "never": plain(lang, "does not remind"),
    }


@reply.register
def _(o: GoalAsked, lang: str) -> Reply:
    return Reply(say(lang, "What is next?"), (_form(o.draft, {}, lang),))


@reply.register
def _(r: errors.GoalUnsound, lang: str) -> Reply:
    text = reply(r.problem, lang).text
    return Reply(text, (_form(r.draft, {r.field: flat(text)}, lang),), kind="refused")


@reply.register
def _(r: errors.GoalNearMiss, lang: str) -> Reply:
    return refused(
        say(lang, "There is no badge called {asked}: did you mean one of these?", asked=Bold(r.asked)),
        *(Button(name, goal, "primary") for name, goal in r.close),
        Button(plain(lang, "No, it is a step of my own"), r.own),
    )


def _form(draft: AddGoal, problems: dict[str, str], lang: str) -> Form:
    fields = (
        Field(
            "what",
            plain(lang, "What do you want to reach?"),
            "text",
            draft.what,
            plain(lang, "A badge, several badges, or steps of your own, separated by commas."),
            problems.get("what", ""),
            required=True,
            max_length=LONGEST * 4,
        ),
        Field(
            "due",
            plain(lang, "By when"),
            "date",
            draft.due,
            plain(lang, "Leave it empty if no day matters."),
            problems.get("due", ""),
        ),
        Field(
            "rhythm",
            plain(lang, "Remind me"),
            "choice",
            draft.rhythm,
            problem=problems.get("rhythm", ""),
            options=tuple(Option(value, label.capitalize()) for value, label in _rhythm_choices(lang)),
        ),
    )
    return Form(plain(lang, "New goal"), plain(lang, "Set the goal"), AddGoal(""), fields)


def _rhythm_choices(lang: str) -> list[tuple[str, str]]:
    return [
        ("day", plain(lang, "every day")),
        ("weekday", plain(lang, "on weekdays")),
        ("week", plain(lang, "every week")),
        ("month", plain(lang, "every month")),
        ("never", plain(lang, "never")),
    ]


@reply.register
def _(o: GoalSet, lang: str) -> Reply:
    goal = o.goal
    if goal.state == "done":
        return Reply(say(lang, "{goal} is reached already: you hold what it needs.", goal=Bold(goal.title)))
    text = say(
        lang,
        "Your goal {goal} is set: {due}, {rhythm}.",
        goal=Bold(goal.title),
        due=_due(goal, lang),
        rhythm=_rhythm(goal.rhythm, lang),
    )
    return Reply(text, (pictured(_progress((goal,), lang)), Buttons(_buttons(goal, lang))))


@reply.register
def _(o: GoalChanged, lang: str) -> Reply:
    title, rhythm = Bold(o.goal.title), _rhythm(o.goal.rhythm, lang)
    match o.change:
        case "done":
            return Reply(say(lang, "{goal} is done. Well done!", goal=title), _undo(o.goal, lang))
        case "dropped":
            return Reply(say(lang, "{goal} is dropped.", goal=title), _undo(o.goal, lang))
        case "open":
            text = say(lang, "{goal} goes on: {due}, {rhythm}.", goal=title, due=_due(o.goal, lang), rhythm=rhythm)
            return Reply(text, (pictured(_progress((o.goal,), lang)), Buttons(_buttons(o.goal, lang))))
        case "snoozed":
            until = When(o.goal.remind_at) if o.goal.remind_at is not None else ""
            return Reply(say(lang, "{goal} rests; I will remind you on {day}.", goal=title, day=until))
        case "rhythm":
            return Reply(say(lang, "{goal}: {rhythm}.", goal=title, rhythm=rhythm))
        case "milestone":
            text = say(
                lang,
                "{goal}: {done} of {total} done.",
                goal=title,
                done=str(o.goal.done),
                total=str(len(o.goal.milestones)),
            )
            return Reply(text, (pictured(_progress((o.goal,), lang)), Buttons(_buttons(o.goal, lang))))
    choices = tuple(Button(label.capitalize(), RemindGoal(o.goal.id, value)) for value, label in _rhythm_choices(lang))
    return Reply(say(lang, "When shall I remind you of {goal}?", goal=title), (Buttons(choices),))


def _undo(goal: GoalFacts, lang: str) -> tuple[Node, ...]:
    return (Buttons((Button(plain(lang, "Undo"), ReopenGoal(goal.id)),)),)


@reply.register
def _(o: GoalDue, lang: str) -> Reply:
    goal = o.goal
    title = Bold(goal.title)
    if goal.state == "done":
        return Reply(say(lang, "{goal} is done. Well done!", goal=title))
    if goal.state == "dropped":
        return Reply(say(lang, "{goal} is dropped; you can set it again any time.", goal=title))
    text = say(
        lang,
        "Your goal {goal}: {done} of {total} done, {due}.",
        goal=title,
        done=str(goal.done),
        total=str(len(goal.milestones)),
        due=_due(goal, lang),
    )
    card = Card((title,), picture=pictured(_progress((goal,), lang)), buttons=_buttons(goal, lang))
    return Reply(text, (card,))


@reply.register
def _(r: errors.NoSuchGoal, lang: str) -> Reply:
    if not r.titles:
        return refused(say(lang, "You have no open goal: set one with {add}.", add=Code("/goals add")))
    titles = listed(lang, [Bold(title) for title in r.titles[:10]])
    text = say(lang, "Say which goal by the start of its name: {titles}.", titles=titles)
    return refused(text, *offers(r.close))


@reply.register
def _(r: errors.GoalEnded, lang: str) -> Reply:
    goals = Code("/goals")
    if r.done:
        return refused(
            say(lang, "{goal} is done already: see your goals with {goals}.", goal=Bold(r.title), goals=goals)
        )
    return refused(
        say(lang, "{goal} was dropped before: see your goals with {goals}.", goal=Bold(r.title), goals=goals)
    )


@reply.register
def _(_: errors.GoalEmpty, lang: str) -> Reply:
    example = plain(lang, "/goals add Academic Writing by Friday every week")
    return refused(say(lang, "Say what you want to reach: {example}.", example=Code(example)))


@reply.register
def _(r: errors.GoalTooLong, lang: str) -> Reply:
    return refused(
        say(
            lang,
            "That is too much for one goal: keep each part under {limit} characters, and at most {most} of them.",
            limit=str(r.limit + 1),
            most=str(r.most),
        )
    )


@reply.register
def _(r: errors.TooManyGoals, lang: str) -> Reply:
    return refused(
        say(
            lang,
            "You have {limit} open goals: finish or drop one with {goals} first.",
            limit=str(r.limit),
            goals=Code("/goals"),
        )
    )


@reply.register
def _(r: errors.NoSuchDate, lang: str) -> Reply:
    return refused(
        say(
            lang,
            "I can't read {asked} as a day: say it like {examples}.",
            asked=Bold(short(r.asked)),
            examples=Code(plain(lang, "Friday, in two weeks or 2027-01-31")),
        )
    )


@reply.register
def _(r: errors.DatePast, lang: str) -> Reply:
    return refused(say(lang, "{asked} is over: choose a day to come.", asked=Bold(short(r.asked))))


@reply.register
def _(r: errors.NoSuchRhythm, lang: str) -> Reply:
    return refused(
        say(
            lang,
            "I can't remind every {asked}: say day, weekday, Monday, week, month or never.",
            asked=Bold(short(r.asked)),
        )
    )
