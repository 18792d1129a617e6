"""`/laurel help`: what the caller can do."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.case import Case
from bot.core.commands import Chat, Help
from bot.core.errors import Guess
from bot.core.grammar import guess_command
from bot.core.policy import may_teach
from bot.core.slashes import SLASHES, Slash


@dataclass(frozen=True, slots=True)
class Helped:
    """The forms that the caller may use."""

    slashes: tuple[Slash, ...]
    teaching: bool


@dataclass(frozen=True, slots=True)
class Chatted:
    """Words that are no command; `guess` is the command that they begin like."""

    guess: Guess | None
    teaching: bool
    name: str


def answer_chat(case: Case, ask: Chat) -> Chatted:
    """Answer ordinary words: the bot reads commands, and says which."""
    return Chatted(guess_command(ask.words), may_teach(case), case.me.name)


def give_help(case: Case, ask: Help) -> Helped:
    """List the caller's commands; with a topic, those of one command."""
    teaching = may_teach(case)
    mine = tuple(s for s in SLASHES if (teaching or not s.teaching) and (case.limits.roles or not s.roles))
    wanted = ask.topic.strip().lstrip("/").casefold().split(" ")[0]
    about = tuple(s for s in mine if s.form.split()[0] == f"/{wanted}")
    return Helped(about or mine, teaching)
