"""A reply as plain text, for a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import assert_never

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
    Mention,
    Node,
    Person,
    Picture,
    Reply,
    Row,
    Rows,
    Span,
    Text,
    When,
    Where,
)


def to_text(reply: Reply) -> str:
    """Write a reply line by line; nothing in it can move a terminal's cursor."""
    lines = [_text(reply.text)]
    for node in reply.nodes:
        lines += _node(node)
    return "\n".join(line for line in lines if line)


def _node(node: Node) -> Iterator[str]:
    match node:
        case Card(title, body, picture, fields, buttons, drawn):
            said = drawn if picture is not None else ()  # the picture's own words say these
            if title:
                yield f"── {_text(title)}"
            if "body" not in said:
                yield _text(body)
            if picture is not None:
                yield from _picture(picture)
            yield from (f"{_clean(label)}: {_text(value)}" for label, value in fields if label not in said)
            yield _buttons(buttons)
        case Rows(rows):
            yield from map(_row, rows)
        case Picture():
            yield from _picture(node)
        case Buttons(buttons):
            yield _buttons(buttons)
        case Form(title, submit, _, fields):
            yield f"── {_clean(title)}"
            yield from (f"{_clean(f.label)}: {_known(f)}{f' ({_clean(f.hint)})' if f.hint else ''}" for f in fields)
            yield f"[{_clean(submit)}]"
        case _:
            assert_never(node)


def _known(field: Field) -> str:
    """Give what a form's question is answered with already."""
    match field.value:
        case bool(yes):
            return "☑" if yes else "☐"
        case tuple(several):
            names = [one.name if isinstance(one, Person) else one for one in several]
        case one:
            names = [one] if one else []
    labels = {option.value: option.label for option in field.options}
    return ", ".join(_clean(labels.get(name, name)) for name in names) or "…"


def _row(row: Row) -> str:
    detail = _text(row.detail)
    return " ".join(
        part for part in (f"• {_text(row.title)}", f"- {detail}" if detail else "", _buttons(row.buttons)) if part
    )


def _picture(picture: Picture) -> Iterator[str]:
    yield from (f"│ {_clean(line)}" for line in picture.alt.splitlines() if line.strip())


def _buttons(buttons: tuple[Button, ...]) -> str:
    labels = (f"[{_clean(b.label)}]" + (f" ({_clean(b.does)})" if isinstance(b.does, str) else "") for b in buttons)
    return " ".join(labels)


def _text(text: Text) -> str:
    return "".join(_span(span) for span in text)


def _span(span: Span) -> str:
    match span:
        case str():
            return _clean(span)
        case Bold(text) | Italic(text) | Code(text):
            return _clean(text)
        case Link(text, url):
            return _clean(text) if text == url else f"{_clean(text)} ({_clean(url)})"
        case Mention(_, name):
            return f"@{_clean(name)}"
        case When(at, style):
            return at.strftime("%Y-%m-%d" if style == "date" else "%Y-%m-%d %H:%M %Z")
        case Where(place):
            return f"#{_clean(place.id)}"
        case _:
            assert_never(span)


def _clean(text: str) -> str:
    # Control characters steer a terminal; half characters cannot be written to one.
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))
