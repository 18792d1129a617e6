"""What could be meant while somebody types: commands, people, channels and badges."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from bot.adapters.room.commands import words
from bot.adapters.room.store import BOT, Crowd, RoomPersona
from bot.core.app import App
from bot.core.finding import fold
from bot.core.port import Actor, Group, Person
from bot.core.slashes import SLASHES, Slash
from bot.core.suggesting import Purpose
from bot.core.words.helping import describe

MOST = 20
_AT = re.compile(r"(?:^|(?<=[\s(\[{,;]))@([\w-]*)$")
_NAMING: dict[str, tuple[Purpose, str]] = {
    "/award": ("award", " for "),
    "/revoke": ("revoke", " because "),
    "/laurel suspend": ("suspend", " because "),
    "/laurel reinstate": ("reinstate", ""),
    "/badge show": ("show", ""),
    "/badge edit": ("change", ""),
    "/badge archive": ("change", ""),
    "/badge restore": ("restore", ""),
    "/goals add": ("aim", " by "),
    "/goals done": ("goal", ""),
    "/goals drop": ("goal", ""),
    "/goals snooze": ("goal", ""),
    "/goals remind": ("goal", " every "),
}
"""Commands in which a badge or a goal is named, for what, and what usually follows its name."""
_OF_SOMEBODY = ("award", "revoke", "suspend", "reinstate")
"""Where whom comes before what."""
_SEPARATORS = re.compile(r"\s(?:for|because|by|every)(?:\s|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line of the list: `insert` takes the place of the text from `start` to the caret."""

    kind: Literal["command", "person", "group", "badge"]
    insert: str
    start: int
    label: str
    detail: str
    handle: str = ""


async def complete(app: App, crowd: Crowd, actor: Actor, text: str) -> list[Suggestion]:
    """Suggest how the text before the caret could go on, most likely first."""
    if (at := _AT.search(text)) is not None:
        return _people(crowd, at[1], at.start(), caller=actor.who.ref.id)[:MOST]
    if not text.startswith("/"):
        return []
    known = [slash for slash in SLASHES if app.limits(actor.where.platform).roles or not slash.roles]
    return _commands(known, text, actor)[:MOST] or (await _named_so(app, crowd, actor, text))[:MOST]


def _commands(known: list[Slash], text: str, actor: Actor) -> list[Suggestion]:
    wanted = " ".join(text.lower().split()) + (" " if text.endswith(" ") else "")
    matches = [slash for slash in known if _start(slash).startswith(wanted) or _start(slash) == wanted.strip()]
    if all(_start(slash) == wanted.strip() for slash in matches):
        return []  # the command is said; what it is about comes next
    matches.sort(key=lambda slash: slash.teaching and not actor.roles)  # those that most can use come first
    first = {_insertion(slash): slash for slash in reversed(matches)}  # of forms that begin alike, the plainest
    return [
        Suggestion("command", insert, 0, slash.form, describe(slash.topic, actor.lang))
        for insert, slash in reversed(first.items())
    ]


def _start(slash: Slash) -> str:
    """Give the words of a form that are typed as they stand: "/goals add" of "/goals add Badge …"."""
    command, *rest = slash.form.split()
    literal = next((rest[:n] for n in range(len(rest), 0, -1) if slash.topic.endswith("-".join(rest[:n]))), [])
    return " ".join([command, *literal])


def _insertion(slash: Slash) -> str:
    start, rest = _start(slash), slash.form.removeprefix(_start(slash)).strip()
    if rest.startswith("@"):
        return f"{start} @"
    return f"{start} " if rest else start


def _people(crowd: Crowd, typed: str, start: int, *, caller: str) -> list[Suggestion]:
    wanted = fold(typed)
    people = [p for p in crowd.personas if p.handle != caller and _named(p, wanted)]
    people.sort(key=lambda p: (not fold(p.handle).startswith(wanted), p.role == "teacher"))
    found = [Suggestion("person", f"@{p.handle} ", start, p.name, f"@{p.handle}", p.handle) for p in people]
    students = sum(p.role == "learner" and p.handle != caller for p in crowd.personas)
    found += [
        Suggestion("group", f"@{c.name} ", start, f"Everyone in {c.name}", f"{students} students")
        for c in crowd.channels
        if fold(c.name).startswith(wanted)
    ]
    if wanted and BOT.startswith(wanted):
        found.append(Suggestion("person", f"@{BOT} ", start, "Laurel", f"@{BOT}", BOT))
    return found


def _named(persona: RoomPersona, wanted: str) -> bool:
    parts = [persona.handle, persona.name, *persona.name.split()]
    return any(fold(part).startswith(wanted) for part in parts)


async def _named_so(app: App, crowd: Crowd, actor: Actor, text: str) -> list[Suggestion]:
    command = next((c for c in _NAMING if text.lower().startswith(f"{c} ")), None)
    if command is None:
        return []
    purpose, after = _NAMING[command]
    parts = words(text[len(command) :], crowd)
    last = parts[-1] if parts and isinstance(parts[-1], str) else ""
    holder = next((part for part in parts if isinstance(part, Person)), None)
    if purpose in _OF_SOMEBODY and not any(isinstance(part, Person | Group) for part in parts):
        return []
    typed = last.lstrip(' ,;:"“„«')
    if purpose != "goal" and _SEPARATORS.search(typed):
        return []
    start = len(text) - len(typed)
    found = await app.suggest(actor, purpose, typed.strip(), holder=holder, most=MOST)
    if any(fold(b.label) == fold(typed) for b in found) and typed.endswith(" "):
        return []
    return [Suggestion("badge", f"{b.label}{after}", start, b.label, b.detail) for b in found]
