"""Forms as Discord's modals: at most five questions a page, as many pages as it takes, and what was answered."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.adapters.discord.fitting import Json, cut, seen, visible
from bot.adapters.discord.markup import Atom, Words, atoms, lines, write
from bot.core.commands import Command
from bot.core.port import Field, Form, Option, Person, Text

QUESTIONS = 5  # on one page
TITLE = 45
LABEL = 45
HINT = 100
INPUT = 4_000
CHOICES = 25
CHOICE = 100
TICKS = 10
TEXT = 4_000
SHOWN = 300
"""Characters of an answer that is shown before the form is sent."""
NOTHING = "∅"
"""Stands for an empty choice, which Discord does not know."""
REMEMBERED = 2_000
PAGE = re.compile(r"([mf])(\d+)\.(\d+)\.([0-9a-f]{8}):(.*)", re.DOTALL)
"""The id of a modal (`m`), or of the button that opens one (`f`): page, pages, where it is kept, what is carried."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that stands open somewhere: what was said with it, and the command that asked for it."""

    form: Form
    asked: Command
    text: Text = ()


class Shelf:
    """Forms that stand open, the newest of them: whoever comes back to an older one is asked anew."""

    def __init__(self) -> None:
        self._kept: dict[str, Kept] = {}

    def keep(self, kept: Kept) -> str:
        """Put a form away; give its place."""
        while len(self._kept) >= REMEMBERED:
            del self._kept[next(iter(self._kept))]
        place = secrets.token_hex(4)
        self._kept[place] = kept
        return place

    def get(self, place: str) -> Kept | None:
        """Give what was put there."""
        return self._kept.get(place)


@dataclass(frozen=True, slots=True)
class Uploaded:
    """Files that were chosen in a modal, by the ids that Discord resolves."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ticked:
    """Those of several choices that were made."""

    values: tuple[str, ...]


Given = str | bool | list[str] | Uploaded | Ticked
"""An answer: a text, yes or no, the ids of users, files, or several choices."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a page: a field, or for more choices than one menu holds, a part of it."""

    field: Field
    options: tuple[Option, ...] = ()
    number: int = 0
    of: int = 1

    @property
    def name(self) -> str:
        """Give the id of its component."""
        return self.field.name if self.of == 1 else f"{self.field.name}#{self.number}"


def pages(form: Form) -> list[tuple[Question, ...]]:
    """Part a form into pages."""
    questions = [question for field in form.fields for question in _questions(field)]
    return [tuple(questions[start : start + QUESTIONS]) for start in range(0, len(questions), QUESTIONS)] or [()]


def so_far(form: Form) -> Words:
    """Give what stands in a form, and what is wrong with it."""
    said: list[Words] = []
    for field in form.fields:
        label = Atom(f"{field.label.strip()}:", "**")
        if value := cut(_value(field), SHOWN):
            said.append((label, Atom(" "), Atom(value)))
        if field.problem:
            said.append((Atom("⚠ ", whole=True), *(() if value else (label, Atom(" "))), Atom(field.problem)))
    return lines(said)


def modal(kept: Kept, page: int, custom_id: str) -> Json:
    """Make a page of a form into a modal."""
    every = pages(kept.form)
    questions = every[min(page, len(every) - 1)]
    title = kept.form.title if len(every) == 1 else f"{cut(kept.form.title, TITLE - 6)} {page + 1}/{len(every)}"
    made = [_label(question) for question in questions]
    said = write(atoms(kept.text), TEXT)
    if said and len(made) < QUESTIONS:
        made = [{"type": 10, "content": visible(said)}, *made]
    elif said and not every[0][0].field.problem and page == 0:  # no room of its own: it stands below the first question
        words = " · ".join(filter(None, ("".join(atom.text for atom in atoms(kept.text)), made[0].get("description"))))
        made[0]["description"] = seen(words, HINT)
    return {"custom_id": custom_id, "title": seen(title, TITLE), "components": made or [_nothing()]}


def answers(data: Mapping[str, Any]) -> dict[str, Given]:
    """Read what was put into a modal."""
    return dict(_given(data.get("components") or ()))


def settled(given: Mapping[str, Given], kept: Kept | None, command: Command) -> dict[str, Any]:
    """Put the parts of one question together again, and what was read in the place of what is sent back."""
    found: dict[str, Any] = {}
    for name, value in given.items():
        whole, part, _ = name.partition("#")
        if not part:
            found[whole] = value
            continue
        before = getattr(command, whole, "")
        # Of several menus for one question the one counts in which something else is chosen than before.
        if value and (value != before or not found.get(whole)):
            found[whole] = value
        found.setdefault(whole, "")
    for field in kept.form.fields if kept is not None else ():
        chosen = found.get(field.name)
        if field.kind == "choice" and chosen and isinstance(chosen, str):
            labels = {option.label.casefold(): option.value for option in field.options}
            found[field.name] = labels.get(chosen.strip().casefold(), chosen)
    return found


def filled(kept: Kept, answered: Mapping[str, Any], command: Command, files: Mapping[str, str]) -> Kept:
    """Give a form as somebody left it; `files` are the names of those that were taken in: they can be left out."""
    fields = tuple(
        replace(
            field,
            value=answered[field.name],
            problem="",
            options=field.options or tuple(Option(id_, name) for id_, name in files.items())
            if field.kind == "files"
            else field.options,
        )
        if field.name in answered
        else field
        for field in kept.form.fields
    )
    return replace(kept, form=replace(kept.form, fields=fields, command=command))


def _given(components: Any) -> Iterator[tuple[str, Given]]:
    for component in components:
        inner = component.get("component")
        if inner is None:
            yield from _given(component.get("components") or ())
            continue
        name = str(inner.get("custom_id"))
        values = [str(value) for value in inner.get("values") or ()]
        match inner.get("type"):
            case 3:
                yield name, "" if values[:1] in ([], [NOTHING]) else values[0]
            case 5:
                yield name, values
            case 19:
                yield name, Uploaded(tuple(values))
            case 22:
                yield name, Ticked(tuple(values))
            case 23:
                yield name, bool(inner.get("value"))
            case 4:
                yield name, str(inner.get("value") or "")


def _questions(field: Field) -> Iterator[Question]:
    if field.kind != "choice" or not field.options or (field.badges and len(field.options) > CHOICES):
        yield Question(field)  # a badge may be typed: the core finds it by its name
        return
    parts = [field.options[start : start + CHOICES] for start in range(0, len(field.options), CHOICES)]
    for number, options in enumerate(parts):
        yield Question(field, options, number, len(parts))


def _label(question: Question) -> Json:
    field = question.field
    label = field.label if question.of == 1 else f"{field.label} {question.number + 1}/{question.of}"
    hints = [f"⚠ {field.problem}" if field.problem else field.hint]
    if len(label) > LABEL:
        hints.append(field.label)
    hint = " · ".join(filter(None, hints))
    made: Json = {"type": 18, "label": seen(label, LABEL), "component": _KINDS[field.kind](question)}
    return {**made, "description": seen(hint, HINT)} if hint else made


def _nothing() -> Json:
    return {"type": 10, "content": "…"}


def _written(question: Question) -> Json:
    field = question.field
    labels = {option.value: option.label for option in field.options}
    value = str(field.value) if isinstance(field.value, str) else ""
    value = labels.get(value, value)[:INPUT]
    most = min(max(field.max_length or INPUT, len(value)), INPUT)
    style = 2 if field.kind == "text" else 1
    made: Json = {"type": 4, "custom_id": question.name, "style": style, "required": field.required, "max_length": most}
    return {**made, "value": value} if value else made


def _choice(question: Question) -> Json:
    field = question.field
    if not question.options:
        return _written(question)
    required = field.required and question.of == 1
    options = {
        (option.value or NOTHING)[:CHOICE]: {
            "label": seen(option.label, CHOICE),
            "value": (option.value or NOTHING)[:CHOICE],
            **({"default": True} if option.value == field.value else {}),
        }
        for option in question.options
    }
    return {
        "type": 3,
        "custom_id": question.name,
        "options": list(options.values()),
        "required": required,
        "min_values": int(required),
        "max_values": 1,
    }


def _people(question: Question) -> Json:
    field = question.field
    made: Json = {
        "type": 5,
        "custom_id": question.name,
        "required": field.required,
        "min_values": int(field.required),
        "max_values": CHOICES,
    }
    people = field.value if isinstance(field.value, tuple) else ()
    chosen = [{"type": "user", "id": one.ref.id} for one in people[:CHOICES] if isinstance(one, Person)]
    return {**made, "default_values": chosen} if chosen else made


def _yes(question: Question) -> Json:
    return {"type": 23, "custom_id": question.name, "default": bool(question.field.value)}


def _files(question: Question) -> Json:
    field = question.field
    made: Json = {"custom_id": question.name, "required": field.required, "min_values": int(field.required)}
    if not field.options:
        return {**made, "type": 19, "max_values": min(field.most or TICKS, TICKS)}
    chosen = field.value if isinstance(field.value, tuple) else ()
    options = [
        {"label": seen(one.label, CHOICE), "value": one.value, **({"default": True} if one.value in chosen else {})}
        for one in field.options[:TICKS]
    ]
    return {**made, "type": 22, "max_values": len(options), "options": options}


_KINDS: dict[str, Callable[[Question], Json]] = {
    "line": _written,
    "text": _written,
    "choice": _choice,
    "yes": _yes,
    "people": _people,
    "date": _written,
    "files": _files,
}


def _value(field: Field) -> str:
    match field.value:
        case bool():
            return "✓" if field.value else ""
        case str():
            return {option.value: option.label for option in field.options}.get(field.value, field.value).strip()
        case several:
            labels = {option.value: option.label for option in field.options}
            return ", ".join(one.name if isinstance(one, Person) else labels.get(one, one) for one in several)
