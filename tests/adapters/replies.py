"""Replies of every shape, with texts that want to be more than text, for every platform to show within its limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import strategies as st

from bot.core import cards
from bot.core.commands import AwardBadge, Congratulate, ShowBadges
from bot.core.port import (
    Bold,
    Button,
    Buttons,
    Card,
    Code,
    Field,
    Form,
    Italic,
    Link,
    MemberRef,
    Mention,
    Option,
    Person,
    Picture,
    Place,
    Reply,
    Row,
    Rows,
    When,
    Where,
)

HOSTILE = (
    "<!channel>",
    "<!subteam^S1>",
    "<@U1>",
    "<@&1>",
    "<#C1>",
    "@everyone",
    "@here",
    "*bold* _italic_ ~gone~ `code`",
    "```\nblock",
    "> quote",
    "# title",
    "-# small",
    "||spoiler||",
    "[text](https://example.org)",
    "<https://example.org|text>",
    "<t:1:R>",
    ":tada:",
    "<:tada:1>",
    "&lt;!channel&gt;",
    "\u202eright to left",
    "\u200b",
    "👩‍👩‍👧‍👦",
    "a\n\n\nb",
    "x" * 10_000,
    "\U0001d518" * 5_000,
    "",
    " ",
)
EMBLEM = cards.Emblem("circle", next(iter(cards.COLOURS)), next(iter(cards.ICONS)))
words = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40))
addresses = st.sampled_from(
    ["https://example.org/a?b=c&d=<e>", "http://127.0.0.1:8080/x", "https://e.org/" + "y" * 4000]
)


def people(platform: str, space: str, user: str) -> st.SearchStrategy[MemberRef]:
    """Somebody of the place, somebody of another one, somebody of another platform."""
    return st.sampled_from(
        [MemberRef(platform, space, user), MemberRef(platform, "another", user), MemberRef("room", "riverside", "sam")]
    )


def replies(platform: str, space: str, user: str) -> st.SearchStrategy[Reply]:
    """Give replies of every shape the port knows."""
    who = people(platform, space, user)
    places = st.builds(lambda ref: Place(ref.platform, ref.space, ref.id), who)
    moments = st.datetimes(datetime(2020, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
    span = st.one_of(
        words,
        st.builds(Bold, words),
        st.builds(Italic, words),
        st.builds(Code, words),
        st.builds(Link, words, addresses),
        st.builds(Mention, who, words),
        st.builds(When, moments, st.sampled_from(["date", "moment"])),
        st.builds(Where, places),
    )
    text = st.lists(span, max_size=5).map(tuple)
    picture = st.builds(Picture, st.just(EMBLEM), words)
    commands = st.one_of(
        st.just(ShowBadges()),
        st.builds(Congratulate, words),
        st.builds(AwardBadge, st.just((Person(MemberRef(platform, space, user), "Sam"),)), words, words),
    )
    styles = st.sampled_from(["plain", "primary", "danger"])
    button = st.builds(Button, words, st.one_of(commands, addresses), styles)
    buttons = st.lists(button, max_size=27).map(tuple)
    few = st.lists(button, max_size=3).map(tuple)
    fields = st.lists(st.tuples(words, text), max_size=12).map(tuple)
    maybe = st.none() | picture
    card = st.builds(Card, text, text, maybe, fields, few)
    rows = st.lists(st.builds(Row, text, text, maybe, few), max_size=10).map(lambda r: Rows(tuple(r)))
    node = st.one_of(card, rows, picture, buttons.map(Buttons), forms())
    return st.builds(Reply, text, st.lists(node, max_size=4).map(tuple), st.sampled_from(["said", "refused", "broke"]))


def forms() -> st.SearchStrategy[Form]:
    """Give forms of every kind of question."""
    options = st.tuples(words, st.sampled_from([1, 26, 101])).map(
        lambda given: tuple(Option(str(i), f"{given[0]}{i}" if i else given[0]) for i in range(given[1]))
    )
    kinds = st.sampled_from(["line", "text", "choice", "yes", "date", "files"])
    plain = st.builds(
        lambda kind, label, hint, problem, value, required, most, choices: Field(
            "name",
            label,
            kind,
            _value(kind, value, choices),
            hint,
            problem,
            required,
            most,
            choices if kind == "choice" or (kind == "files" and value) else (),
            most=most % 13,
        ),
        kinds,
        words,
        words,
        words,
        words,
        st.booleans(),
        st.sampled_from([0, 10, 1000, 5000]),
        options,
    )
    fields = st.lists(plain, min_size=1, max_size=9).map(_numbered)
    command = st.builds(AwardBadge, st.just(()), words, words)
    return st.builds(Form, words, words, command, fields)


def _numbered(fields: list[Field]) -> tuple[Field, ...]:
    return tuple(replace(field, name=f"name{i}") for i, field in enumerate(fields))


def _value(kind: str, text: str, options: tuple[Option, ...]) -> str | bool | tuple[str, ...]:
    match kind:
        case "yes":
            return bool(text)
        case "date":
            return "2026-12-01" if text else ""
        case "choice":
            return options[-1].value if text else ""
        case "files":
            return tuple(option.value for option in options[:2]) if text else ()
    return text
