"""A reply as Discord's components, literal but for our own marks; `fitting` then keeps them within the limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import assert_never

from bot.adapters.discord import forms
from bot.adapters.discord.fitting import (
    CHOICES,
    CUSTOM_ID,
    FILES,
    FULL,
    Detail,
    Json,
    Look,
    Message,
    Part,
    gallery,
    in_rows,
    packed,
    section,
    seen,
    text,
    thumbnail,
    together,
    written,
)
from bot.adapters.discord.markup import ADDRESS, PLATFORM, Atom, Words, atoms, is_web, lines, plain
from bot.core.cards import Emblem
from bot.core.port import Button, Buttons, Card, Form, Link, Mention, Node, Picture, Reply, Row, Rows, Text

LABEL = 80
OPTION = 100
PLACEHOLDER = 150
MENTIONS = 100
WARNING = Atom("⚠️ ", whole=True)
STYLES = {"primary": 1, "plain": 2, "danger": 4}
LINK = 5


def messages(reply: Reply, look: Look, *, mentions: bool = False) -> list[Message]:
    """Give a reply as one message, or where one has no room for it, as several in a row.

    With `mentions`, those who are mentioned are told of it; nobody else ever is.
    """
    mentioned = tuple(dict.fromkeys(_mentioned(reply)))[:MENTIONS] if mentions else ()
    for detail in Detail:
        sheets = packed(_parts(reply, look, detail))
        if len(sheets) == 1:
            break
    return [written(sheet, look, mentioned) for sheet in sheets]


def message(reply: Reply, look: Look, *, mentions: bool = False) -> Message:
    """Give a reply as the one message that stands in a channel; what has no room is seen to be left out."""
    return together(messages(reply, look, mentions=mentions))


def _parts(reply: Reply, look: Look, detail: Detail) -> Iterator[Part]:
    said = atoms(reply.text)
    if any(atom.text for atom in said):
        yield Part([text(said if reply.kind == "said" else (WARNING, *said))])
    alone = any(isinstance(node, Picture) for node in reply.nodes)
    for node in reply.nodes:
        yield from _node(node, look, detail, alone)


def _node(node: Node, look: Look, detail: Detail, alone: bool) -> Iterator[Part]:
    match node:
        case Card():
            yield _card(node)
        case Rows(rows):
            if detail is not FULL:
                small = {row.picture.drawing: row.picture for row in rows[:FILES] if row.picture is not None}
                if small and not alone:  # the pictures stand above the list then, as one
                    yield Part([gallery(tuple(small.values()))], small)
            yield from (_row(row) if detail is FULL else _spare_row(row, look) for row in rows)
        case Picture():
            yield Part([gallery((node,))], {node.drawing: node})
        case Buttons(buttons):
            yield Part(_actions(buttons))
        case Form():
            yield _form(node)
        case _:
            assert_never(node)


def _card(card: Card) -> Part:
    title = atoms(card.title, heading=True)
    heading = (Atom("### ", whole=True), *title) if any(a.text.strip() for a in title) else ()
    facts = [(Atom(f"{label.strip()}:", "**"), Atom(" "), *atoms(value)) for label, value in card.fields]
    # What the picture shows stands beside it all the same: members search their chat for words.
    words = lines([heading, atoms(card.body), *facts])
    parts: list[Json] = []
    if card.picture is None:
        parts += [text(words)] if words else []
    elif words and isinstance(card.picture.drawing, Emblem):
        parts.append(section(words, thumbnail(card.picture)))
    else:
        parts += [gallery((card.picture,)), *([text(words)] if words else [])]
    parts += _actions(card.buttons)
    shown = {card.picture.drawing: card.picture} if card.picture is not None else {}
    return Part([{"type": 17, "components": parts or [text(())]}], shown)


def _row(row: Row) -> Part:
    words = lines([_strong(row.title), atoms(row.detail)])
    if row.picture is None:
        return Part([*([text(words)] if words else []), *_actions(row.buttons)])
    shown = section(words, thumbnail(row.picture)) if words else gallery((row.picture,))
    return Part([shown, *_actions(row.buttons)], {row.picture.drawing: row.picture})


def _spare_row(row: Row, look: Look) -> Part:
    """Give a row of a long list: what can be done with it stands in a menu, addresses in its text."""
    links = [Link(b.label, b.does) for b in row.buttons if isinstance(b.does, str)]
    does = tuple(b for b in row.buttons if not isinstance(b.does, str))
    linked = tuple(atom for link in links for atom in (Atom(" · "), *atoms((link,))))
    words = (*lines([_strong(row.title), atoms(row.detail)]), *linked)
    parts = [text(words)] if words else []
    if len(does) < 2:
        return Part([*parts, *_actions(does)])
    for start in range(0, len(does), CHOICES):
        options = {(option := _option(b, look))["value"]: option for b in does[start : start + CHOICES]}
        menu = {"type": 3, "placeholder": seen(plain(row.title), PLACEHOLDER), "options": list(options.values())}
        parts.append({"type": 1, "components": [menu]})
    return Part(parts)


def _strong(title: Text) -> Words:
    return tuple(replace(a, marks="**") if not (a.marks or a.whole) else a for a in atoms(title))


def _form(form: Form) -> Part:
    """Show a form that cannot open by itself: what stands in it so far, and the buttons that open its pages."""
    pages = forms.pages(form)
    several = len(pages) > 1
    parts: list[Json] = [text(words)] if (words := forms.so_far(form)) else []
    parts += [gallery((form.preview,))] if form.preview is not None else []
    buttons: list[Json] = [
        {
            "type": 2,
            "style": STYLES["plain" if several else "primary"],
            "label": seen(
                ", ".join(dict.fromkeys(part.field.label for part in page)) if several else form.title, LABEL
            ),
            "opens": (form, number, len(pages)),
        }
        for number, page in enumerate(pages)
    ]
    buttons += [_button(Button(form.submit, form.command, "primary"))] if several else []
    shown = {form.preview.drawing: form.preview} if form.preview is not None else {}
    return Part([*parts, *in_rows(buttons)], shown)


def _asked_on(page: tuple[forms.Question, ...]) -> str:
    return ", ".join(dict.fromkeys(question.field.label for question in page))


def _actions(buttons: tuple[Button, ...]) -> list[Json]:
    """Put buttons side by side; an address that no button takes stands in a text."""
    said: list[Words] = []
    made = []
    for button in buttons:
        if not isinstance(button.does, str) or (len(button.does) <= ADDRESS and is_web(button.does)):
            made.append(_button(button))
        elif is_web(button.does):
            said.append(atoms((Link(button.label, button.does),)))
        else:
            said.append((Atom(f"{button.label}: "), Atom(button.does, "`")))
    return [*([text(lines(said))] if said else []), *in_rows(made)]


def _button(button: Button) -> Json:
    label = seen(button.label, LABEL)
    if isinstance(button.does, str):
        return {"type": 2, "style": LINK, "label": label, "url": button.does}
    return {"type": 2, "style": STYLES[button.style], "label": label, "does": button.does}


def _option(button: Button, look: Look) -> Json:
    assert not isinstance(button.does, str), "an address is no choice"  # noqa: S101
    return {"label": seen(button.label, OPTION), "value": look.carry(button.does, CUSTOM_ID)}


def _mentioned(value: object) -> Iterator[str]:
    match value:
        case Mention(who, _):
            if who.platform == PLATFORM and who.id.isascii() and who.id.isdigit():
                yield who.id
        case tuple():
            for inner in value:
                yield from _mentioned(inner)
        case Reply(said, nodes):
            yield from _mentioned((said, nodes))
        case Card(title, body, _, fields):
            yield from _mentioned((title, body, fields))
        case Rows(rows):
            yield from _mentioned(rows)
        case Row(title, detail):
            yield from _mentioned((title, detail))
