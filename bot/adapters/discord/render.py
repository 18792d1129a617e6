"""A reply as pieces of Discord's messages, literal but for our own marks; `fitting` keeps them within the limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import assert_never

from bot.adapters.discord import forms
from bot.adapters.discord.fitting import FILES, FULL, Detail, Look, Message, packed, seen, written
from bot.adapters.discord.markup import ADDRESS, PLATFORM, Atom, Words, atoms, is_web, lines, plain
from bot.adapters.discord.pieces import Bar, Beside, Control, Frame, Gallery, Go, Menu, Open, Part, Press, Said
from bot.core.cards import Emblem
from bot.core.port import Button, Buttons, Card, Form, Link, Mention, Node, Picture, Reply, Row, Rows, Text

LABEL = 80
OPTION = 100
PLACEHOLDER = 150
MENTIONS = 100
WARNING = Atom("⚠️ ", whole=True)
STYLES = {"primary": 1, "plain": 2, "danger": 4}
SIDE_BY_SIDE = 5
CHOICES = 25


def messages(reply: Reply, look: Look, *, mentions: bool = False) -> list[Message]:
    """Give a reply as one message, or where one has no room for it, as several in a row.

    With `mentions`, those who are mentioned are told of it; nobody else ever is.
    """
    mentioned = _told(reply, mentions)
    return [written(sheet, look, mentioned) for sheet in _sheets(reply)]


def message(reply: Reply, look: Look, *, mentions: bool = False) -> Message:
    """Give a reply as the one message that stands in a channel; what has no room is seen to be left out."""
    first, *more = _sheets(reply)
    return written(first, look, _told(reply, mentions), more=bool(more))


def _told(reply: Reply, mentions: bool) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_mentioned(reply)))[:MENTIONS] if mentions else ()


def _sheets(reply: Reply) -> list[Part]:
    sheets: list[Part] = []
    for detail in Detail:
        sheets = packed(_parts(reply, detail))
        if len(sheets) == 1:
            break
    return sheets


def _parts(reply: Reply, detail: Detail) -> Iterator[Part]:
    said = atoms(reply.text)
    if any(atom.text for atom in said):
        yield (Said(said if reply.kind == "said" else (WARNING, *said)),)
    alone = any(isinstance(node, Picture) for node in reply.nodes)
    for node in reply.nodes:
        yield from _node(node, detail, alone)


def _node(node: Node, detail: Detail, alone: bool) -> Iterator[Part]:
    match node:
        case Card():
            yield (_card(node),)
        case Rows(rows):
            if detail is not FULL:
                small = {row.picture.drawing: row.picture for row in rows[:FILES] if row.picture is not None}
                if small and not alone:  # the pictures stand above the list then, as one
                    yield (Gallery(tuple(small.values())),)
            yield from (_row(row) if detail is FULL else _spare_row(row) for row in rows)
        case Picture():
            yield (Gallery((node,)),)
        case Buttons(buttons):
            yield tuple(_actions(buttons))
        case Form():
            yield tuple(_form(node))
        case _:
            assert_never(node)


def _card(card: Card) -> Frame:
    title = atoms(card.title, heading=True)
    heading = (Atom("### ", whole=True), *title) if any(a.text.strip() for a in title) else ()
    facts = [(Atom(f"{label.strip()}:", "**"), Atom(" "), *atoms(value)) for label, value in card.fields]
    # What the picture shows stands beside it all the same: members search their chat for words.
    words = lines([heading, atoms(card.body), *facts])
    shown = _pictured(words, card.picture, small=card.picture is not None and isinstance(card.picture.drawing, Emblem))
    return Frame((*shown, *_actions(card.buttons)) or (Said(),))


def _row(row: Row) -> Part:
    words = lines([_strong(row.title), atoms(row.detail)])
    return (*_pictured(words, row.picture, small=True), *_actions(row.buttons))


def _pictured(words: Words, picture: Picture | None, *, small: bool) -> tuple[Said | Beside | Gallery, ...]:
    """Put a text under its picture, or a small one beside it."""
    said = (Said(words),) if words else ()
    if picture is None:
        return said
    if words and small:
        return (Beside(words, picture),)
    return (Gallery((picture,)), *said)


def _spare_row(row: Row) -> Part:
    """Give a row of a long list: what can be done with it stands in a menu, addresses in its text."""
    links = [Link(b.label, b.does) for b in row.buttons if isinstance(b.does, str)]
    does = [(b, b.does) for b in row.buttons if not isinstance(b.does, str)]
    linked = tuple(atom for link in links for atom in (Atom(" · "), *atoms((link,))))
    words = (*lines([_strong(row.title), atoms(row.detail)]), *linked)
    said = (Said(words),) if words else ()
    if len(does) < 2:
        return (*said, *_actions(tuple(button for button, _ in does)))
    label = seen(plain(row.title), PLACEHOLDER)
    entries = [(seen(button.label, OPTION), command) for button, command in does]
    menus = (Menu(label, tuple(entries[start : start + CHOICES])) for start in range(0, len(entries), CHOICES))
    return (*said, *(Bar((menu,)) for menu in menus))


def _strong(title: Text) -> Words:
    return tuple(replace(a, marks="**") if not (a.marks or a.whole) else a for a in atoms(title))


def _form(form: Form) -> Iterator[Said | Gallery | Bar]:
    """Show a form that cannot open by itself: what stands in it so far, and the buttons that open its pages."""
    pages = forms.pages(form)
    several = len(pages) > 1
    if words := forms.so_far(form):
        yield Said(words)
    if form.preview is not None:
        yield Gallery((form.preview,))
    style = STYLES["plain" if several else "primary"]
    controls: list[Control] = [
        Open(seen(_asked_on(page) if several else form.title, LABEL), style, form, number, len(pages))
        for number, page in enumerate(pages)
    ]
    if several:
        controls.append(Press(seen(form.submit, LABEL), STYLES["primary"], form.command))
    yield from _bars(controls)


def _asked_on(page: tuple[forms.Question, ...]) -> str:
    return ", ".join(dict.fromkeys(question.field.label for question in page))


def _actions(buttons: tuple[Button, ...]) -> Iterator[Said | Bar]:
    """Put buttons side by side; an address that no button takes stands in a text."""
    said: list[Words] = []
    made: list[Control] = []
    for button in buttons:
        label, does = seen(button.label, LABEL), button.does
        if not isinstance(does, str):
            made.append(Press(label, STYLES[button.style], does))
        elif not is_web(does):
            said.append((Atom(f"{button.label}: "), Atom(does, "`")))
        elif len(does) > ADDRESS:
            said.append(atoms((Link(button.label, does),)))
        else:
            made.append(Go(label, does))
    if said:
        yield Said(lines(said))
    yield from _bars(made)


def _bars(controls: list[Control]) -> Iterator[Bar]:
    for start in range(0, len(controls), SIDE_BY_SIDE):
        yield Bar(tuple(controls[start : start + SIDE_BY_SIDE]))


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
