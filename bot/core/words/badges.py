"""Words for badge classes: the form, the list, one badge."""

from __future__ import annotations

from bot.core.badges import (
    BadgeAsked,
    BadgeBack,
    BadgeFacts,
    BadgePutAway,
    BadgeSaved,
    BadgeShown,
    BadgesListed,
    StarterAdded,
)
from bot.core.cards import COLOURS, ICONS, SHAPES, Emblem
from bot.core.commands import (
    AddGoal,
    ArchiveBadge,
    AskAward,
    AskBadge,
    ListBadges,
    RestoreBadge,
    SaveBadge,
    ShowBadge,
)
from bot.core.errors import BadgeUnsound
from bot.core.port import (
    Bold,
    Button,
    Buttons,
    Card,
    Code,
    Field,
    Form,
    Node,
    Option,
    Reply,
    Row,
    Rows,
    Text,
)
from bot.core.soundness import LONGEST, LONGEST_SKILL, MOST_SKILLS
from bot.core.words.awards import pictured
from bot.core.words.levels import choices
from bot.core.words.saying import listed, plain, reply, say, say_many


@reply.register
def _(o: BadgeAsked, lang: str) -> Reply:
    if o.draft.badge:
        text = say(lang, "Badges already awarded keep their meaning; a change makes a new version.")
    else:
        text = say(lang, "What can be earned?")
    return Reply(text, (_form(o.draft, o.problems, lang),))


@reply.register
def _(o: BadgeUnsound, lang: str) -> Reply:
    [*_, (name, code)] = reversed(o.problems.items())
    return Reply(
        (problem(name, code, lang),),
        (_form(o.draft, o.problems, lang),) if o.draft.shape else (),
        kind="refused",
    )


def problem(name: str, code: str, lang: str) -> str:
    """Say what is wrong with one field of the badge form."""
    match name, code:
        case "name", "taken":
            return plain(lang, "There is a badge of this name already: choose another name.")
        case "name", "empty":
            return plain(lang, "Give the badge a name.")
        case "description", "empty":
            return plain(lang, "Say in a sentence what the badge stands for.")
        case "criteria", "empty":
            return plain(lang, "Say what somebody has to do to earn it.")
        case "skills", "many":
            return plain(lang, "Name at most {most} skills.", most=str(MOST_SKILLS))
        case "skills", "long":
            return plain(lang, "Keep each skill under {limit} characters.", limit=str(LONGEST_SKILL + 1))
        case "expires_after_days", _:
            return plain(lang, "Give a number of days from 1 to 36,500, or leave it empty.")
        case _, "long":
            return plain(lang, "Keep it to {limit} characters.", limit=str(LONGEST[name]))
        case _, "control":
            return plain(lang, "There is an invisible control character in it: type the text again.")
    return plain(lang, "Choose one from the list.")


def _form(draft: SaveBadge, problems: dict[str, str], lang: str) -> Form:
    def field(name: str, label: str, kind: str = "line", hint: str = "", **more: object) -> Field:
        said = problem(name, problems[name], lang) if name in problems else ""
        return Field(name, label, kind, getattr(draft, name), hint, said, **more)  # type: ignore[arg-type]

    def choices(values: object) -> tuple[Option, ...]:
        return tuple(Option(value, value.capitalize()) for value in values)  # type: ignore[attr-defined]

    fields = (
        field("name", plain(lang, "Name"), required=True, max_length=LONGEST["name"]),
        field(
            "description",
            plain(lang, "What it stands for"),
            "text",
            plain(lang, "One sentence that a parent or employer understands."),
            required=True,
            max_length=LONGEST["description"],
        ),
        field(
            "criteria",
            plain(lang, "How it is earned"),
            "text",
            plain(lang, "What somebody has done when they get it."),
            required=True,
            max_length=LONGEST["criteria"],
        ),
        field("skills", plain(lang, "Skills"), hint=plain(lang, "Separated by commas: Mentoring, Empathy")),
        field("shape", plain(lang, "Shape"), "choice", options=choices(SHAPES)),
        field("colour", plain(lang, "Colour"), "choice", options=choices(COLOURS)),
        field("icon", plain(lang, "Icon"), "choice", options=choices(ICONS)),
        field(
            "expires_after_days",
            plain(lang, "Valid for how many days"),
            hint=plain(lang, "Leave empty if it never expires."),
        ),
        field("evidence_required", plain(lang, "Evidence required: a link, a quoted message or a file"), "yes"),
    )
    drawable = not problems.keys() & {"shape", "colour", "icon"}
    preview = pictured(Emblem(draft.shape, draft.colour, draft.icon), draft.name) if drawable else None
    return Form(
        title=plain(lang, "Edit the badge") if draft.badge else plain(lang, "New badge"),
        submit=plain(lang, "Save"),
        command=draft,
        fields=fields,
        live=True,
        preview=preview,
    )


@reply.register
def _(o: BadgeSaved, lang: str) -> Reply:
    if o.badge.number == 1:
        text = say(lang, "{badge} is ready to be awarded.", badge=Bold(o.badge.name))
    else:
        text = say(
            lang,
            "{badge} is changed from now on; those awarded before keep their meaning.",
            badge=Bold(o.badge.name),
        )
    return Reply(text, (_card(o.badge, True, lang),))


@reply.register
def _(o: BadgeShown, lang: str) -> Reply:
    if o.badge.archived:
        text = say(lang, "{badge} is archived: it can no longer be awarded.", badge=Bold(o.badge.name))
    elif not o.badge.holders:
        text = say(lang, "Nobody holds {badge} yet.", badge=Bold(o.badge.name))
    else:
        text = say_many(
            lang,
            "{count} person holds {badge}.",
            "{count} people hold {badge}.",
            o.badge.holders,
            badge=Bold(o.badge.name),
        )
    return Reply(text, (_card(o.badge, o.may_teach, lang),))


@reply.register
def _(o: BadgesListed, lang: str) -> Reply:
    rows = Rows(tuple(_row(badge, o.may_teach, lang) for badge in o.badges))
    turn = []
    if o.page > 1:
        turn.append(Button(plain(lang, "Previous"), ListBadges(o.page - 1, o.archived)))
    if o.page < o.pages:
        turn.append(Button(plain(lang, "Next"), ListBadges(o.page + 1, o.archived)))
    if o.archived:
        turn.append(Button(plain(lang, "Badges in use"), ListBadges()))
    elif o.may_teach:
        turn.append(Button(plain(lang, "New badge"), AskBadge()))
        if o.put_away:
            turn.append(Button(plain(lang, "Archived ({count})", count=str(o.put_away)), ListBadges(archived=True)))
    nodes: list[Node] = [rows] if o.badges else []
    if turn:
        nodes.append(Buttons(tuple(turn)))
    if o.archived and not o.badges:
        return Reply(say(lang, "No badge is archived."), tuple(nodes))
    if o.archived:
        return Reply(say(lang, "Archived badges; who has one keeps it:"), tuple(nodes))
    if not o.badges:
        return Reply(say(lang, "Every badge is archived."), tuple(nodes))
    return Reply(say(lang, "Badges that can be earned here:"), tuple(nodes))


@reply.register
def _(o: BadgePutAway, lang: str) -> Reply:
    text = say(lang, "{badge} is archived. Badges already awarded stay true.", badge=Bold(o.badge.name))
    return Reply(text, (Buttons((Button(plain(lang, "Restore"), RestoreBadge(o.badge.id)),)),))


@reply.register
def _(o: BadgeBack, lang: str) -> Reply:
    return Reply(say(lang, "{badge} can be awarded again.", badge=Bold(o.badge.name)), (_card(o.badge, True, lang),))


@reply.register
def _(o: StarterAdded, lang: str) -> Reply:
    if not o.names:
        return Reply(say(lang, "The starter badges are all here already: see {list}.", list=Code("/badge list")))
    text = say_many(
        lang,
        "{count} badge added: {names}. Try {award}.",
        "{count} badges added: {names}. Try {award}.",
        len(o.names),
        names=listed(lang, [Bold(name) for name in o.names]),
        award=Code(f"/award @student {o.names[0]}"),
    )
    return Reply(text)


def _card(badge: BadgeFacts, may_teach: bool, lang: str) -> Card:
    fields: list[tuple[str, Text]] = [(plain(lang, "Criteria"), (badge.criteria,))]
    if badge.skills:
        fields.append((plain(lang, "Skills"), (", ".join(badge.skills),)))
    if badge.levels:
        fields.append((plain(lang, "Levels"), (choices(badge.levels, lang),)))
    if badge.expires_after_days:
        fields.append(
            (
                plain(lang, "Valid for"),
                say_many(lang, "{count} day", "{count} days", badge.expires_after_days),
            )
        )
    if badge.evidence_required:
        fields.append((plain(lang, "Evidence"), say(lang, "a link, a quoted message or a file is required")))
    if badge.roles:
        fields.append((plain(lang, "Gives the role"), listed(lang, [Bold(name) for name in badge.roles])))
    return Card(
        (Bold(badge.name),),
        (badge.description,),
        pictured(badge.emblem, badge.name),
        tuple(fields),
        _ways(badge, may_teach, lang),
    )


def _row(badge: BadgeFacts, may_teach: bool, lang: str) -> Row:
    show = Button(plain(lang, "Show"), ShowBadge(badge.id))
    buttons = (show, *_ways(badge, may_teach, lang)[:2])
    return Row((Bold(badge.name),), (badge.description,), pictured(badge.emblem, badge.name), buttons)


def _ways(badge: BadgeFacts, may_teach: bool, lang: str) -> tuple[Button, ...]:
    if badge.archived:
        return (Button(plain(lang, "Restore"), RestoreBadge(badge.id)),) if may_teach else ()
    if not may_teach:
        return (Button(plain(lang, "Make it my goal"), AddGoal(badge.name)),)
    return (
        Button(plain(lang, "Award"), AskAward(badge=badge.id)),
        Button(plain(lang, "Edit"), AskBadge(badge=badge.id)),
        Button(plain(lang, "Archive"), ArchiveBadge(badge.id), "danger"),
    )
