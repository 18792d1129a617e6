"""Reading replies as a member would: their words, their buttons, and whether a refusal is a good one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import func, select

from bot.core.commands import Command
from bot.core.db import Database
from bot.core.port import (
    Bold,
    Button,
    Buttons,
    Card,
    Code,
    Form,
    Italic,
    Link,
    Mention,
    Reply,
    Rows,
    Span,
    Text,
    When,
    Where,
)
from bot.core.tables import Base


def words(text: Text) -> str:
    """Give a text as it reads."""
    return "".join(_word(span) for span in text)


def _word(span: Span) -> str:
    match span:
        case str():
            return span
        case Bold(text) | Italic(text) | Code(text) | Link(text):
            return text
        case Mention(_, name):
            return f"@{name}"
        case When(at):
            return at.date().isoformat()
        case Where(place):
            return f"#{place.id}"


def own_words(text: Text) -> str:
    """Give only what we say ourselves: what stands in spans is quoted from somebody."""
    return "".join(span if isinstance(span, str) else "□" for span in text)


def buttons(reply: Reply) -> dict[str, Command | str]:
    """Give what can be pressed, by label."""
    return {button.label: button.does for button in _buttons(reply)}


def press(reply: Reply, label: str) -> Command:
    """Give the command behind the button whose label begins like that."""
    [does] = {repr(b.does): b.does for b in _buttons(reply) if b.label.startswith(label)}.values()
    assert not isinstance(does, str), f"{label} opens an address"
    return does


def _buttons(reply: Reply) -> Iterator[Button]:
    for node in reply.nodes:
        match node:
            case Card(buttons=some) | Buttons(some):
                yield from some
            case Rows(rows):
                for row in rows:
                    yield from row.buttons


def card(reply: Reply) -> Card:
    [only] = [node for node in reply.nodes if isinstance(node, Card)]
    return only


def form(reply: Reply) -> Form:
    [only] = [node for node in reply.nodes if isinstance(node, Form)]
    return only


def fields(of: Card) -> dict[str, str]:
    return {label: words(text) for label, text in of.fields}


def rows(reply: Reply) -> list[str]:
    """Give the titles of all rows."""
    return [words(row.title) for node in reply.nodes if isinstance(node, Rows) for row in node.rows]


def assert_refused(reply: Reply, *says: str) -> None:
    """Check that a reply is a refusal of one sentence which says what to do next: after a colon, in our words."""
    assert reply.kind == "refused", words(reply.text)
    sentence = own_words(reply.text)
    assert re.fullmatch(r"[^.!?]+[.!?]", sentence), sentence
    next_step = sentence.partition(":")[2] or sentence.partition(";")[2]
    directive = re.match(r"(try|Say|Choose|Give|Name|Keep)\b|.*\b(try|ask)\b", sentence)
    assert len(next_step) > 2 or directive, f"no next step in: {sentence}"
    for phrase in says:
        assert phrase in words(reply.text)


def counted(database: Database) -> dict[str, int]:
    """Count the rows of every table."""
    with database.read() as db:
        return {
            table.name: db.scalar(select(func.count()).select_from(table)) or 0 for table in Base.metadata.sorted_tables
        }
