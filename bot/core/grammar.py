"""Reading slash commands as people type them, for platforms that have only text."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from bot.core.commands import (
    AddGoal,
    AddStarterBadges,
    ArchiveBadge,
    AskAward,
    AskBadge,
    AskGoal,
    AskPrivacy,
    AskVerify,
    AwardBadge,
    Command,
    DropGoal,
    FinishGoal,
    GiveRole,
    Help,
    LinkAccount,
    ListBadges,
    ReinstateBadge,
    RemindGoal,
    RestoreBadge,
    RevokeBadge,
    SetIdentity,
    ShowBadge,
    ShowBadges,
    ShowGoals,
    ShowPortfolio,
    SnoozeGoal,
    StopRole,
    SuspendBadge,
    TakeBadges,
    Typed,
    UnlinkAccount,
    VerifyBadge,
    Word,
)
from bot.core.cutting import all_words, badge_and_reason, joined, level_taken, listed, plain, unquoted
from bot.core.errors import Guess, NoRecipient, NoSuchCommand, NoSuchPerson, OneAtATime
from bot.core.port import Group, Person
from bot.core.reminders import read_rhythm
from bot.core.slashes import NAMES, closest, forms


def read(typed: Typed, badge_names: Callable[[], Collection[str]]) -> Command:
    """Read a slash command. `badge_names` gives folded names: "for" may be part of one.

    Raises `NoSuchCommand`, `NoSuchPerson` or `NoRecipient`.
    """
    words = all_words(typed.words)
    if plain(words) == "help" and typed.name in NAMES:
        return Help("" if typed.name == "/laurel" else typed.name)
    match typed.name:
        case "/award":
            return _award(words, badge_names())
        case "/revoke":
            return RevokeBadge(*_taking(words, badge_names(), "revoke"))
        case "/mybadges":
            return _mybadges(words)
        case "/goals":
            return _goals(words)
        case "/badge":
            return _badge(words)
        case "/verify":
            return VerifyBadge(joined(words)) if words else AskVerify()
        case "/laurel":
            return _laurel(words, badge_names)
        case "/" | "/help":
            return Help(plain(words))
    raise NoSuchCommand(typed.name, NAMES, _guessed(typed.name, tuple(words)))


def _award(words: list[Word], names: Collection[str]) -> Command:
    """Read who gets which badge for what; where nobody is named, the form asks for whom."""
    words, level = level_taken(listed(words), names)
    badge, whom, reason = badge_and_reason(words, names)
    people, groups = _people(whom), tuple(w for w in whom if isinstance(w, Group))
    named = tuple(w for w in reason if isinstance(w, Person))
    if not people and not groups:
        return AskAward(badge=badge, reason=joined(reason), named=named, level=level)
    return AwardBadge(people, badge, joined(reason), named=named, level=level, groups=groups)


def _taking(words: list[Word], names: Collection[str], example: str) -> tuple[Person, str, str]:
    """Read whose badge, which, and why. Raises `NoRecipient` or `OneAtATime`."""
    badge, whom, reason = badge_and_reason(listed(words), names)
    return _one(whom, example), badge, joined(reason)


def _one(words: list[Word], example: str) -> Person:
    """Give the one person named; a group is its members. Raises `NoSuchPerson`, `NoRecipient` or `OneAtATime`."""
    people = _people([one for w in words for one in (w.people if isinstance(w, Group) else (w,))])
    if not people:
        raise NoRecipient(example)
    if len(people) > 1:
        raise OneAtATime(tuple(p.name for p in people))
    return people[0]


def _mybadges(words: list[Word]) -> Command:
    match plain(words[:1]):
        case "privacy":
            return AskPrivacy()
        case "take":
            return TakeBadges()
        case "portfolio":
            return ShowPortfolio()
        case "identity":
            return SetIdentity(joined(words[1:]))
    people = _people(words)
    if strays := [w for w in words if isinstance(w, str) and not w.isdigit()]:
        raise NoSuchPerson(strays[0])
    page = next((number for w in words if isinstance(w, str) and (number := _number(w))), 1)
    return ShowBadges(people[0] if people else None, page)


def _goals(words: list[Word]) -> Command:
    rest = joined(words[1:])
    match plain(words[:1]):
        case "" | "list":
            return ShowGoals()
        case "add" | "new":
            return AddGoal(rest) if rest else AskGoal()
        case "done":
            return FinishGoal(rest)
        case "drop":
            return DropGoal(rest)
        case "snooze":
            return SnoozeGoal(rest)
        case "remind":
            every = re.match(r"(?is)(.+)\s+every\s+(.*)$", rest)
            return RemindGoal(every[1], every[2]) if every else RemindGoal(*_goal_and_rhythm(rest))
        case asked:
            raise _unknown("/goals", asked, words)


def _badge(words: list[Word]) -> Command:
    rest = unquoted(joined(words[1:]))
    match plain(words[:1]):
        case "" | "list":
            return _badge_list(words[1:])
        case "show":
            return ShowBadge(rest)
        case "new":
            return AskBadge(name=rest)
        case "edit":
            return AskBadge(badge=rest) if rest else ListBadges()
        case "archive":
            return ArchiveBadge(rest)
        case "restore":
            return RestoreBadge(rest) if rest else ListBadges(archived=True)
        case "role":
            return _badge_role(rest)
        case "starter":
            return AddStarterBadges()
        case asked:
            raise _unknown("/badge", asked, words)


def _badge_role(rest: str) -> Command:
    """Read which badge is meant. A role cannot be typed: platforms that have some hand it over themselves."""
    badge, _, last = rest.rpartition(" ")
    return StopRole(unquoted(badge)) if badge and last.casefold() == "none" else GiveRole(rest)


def _badge_list(words: list[Word]) -> Command:
    archived = plain(words[:1]) == "archived"
    return ListBadges(_number(joined(words[archived:])) or 1, archived)


def _laurel(words: list[Word], badge_names: Callable[[], Collection[str]]) -> Command:
    match plain(words[:1]):
        case "" | "help":
            return Help(plain(words[1:]))
        case "link":
            return LinkAccount(joined(words[1:]))
        case "unlink":
            return UnlinkAccount()
        case "suspend":
            return SuspendBadge(*_taking(words[1:], badge_names(), "suspend"))
        case "reinstate":
            return ReinstateBadge(*_taking(words[1:], badge_names(), "reinstate")[:2])
        case "identity":
            whose = _one(words[1:], "identity")
            return SetIdentity(joined([w for w in words[1:] if isinstance(w, str)]), whose)
        case asked:
            raise _unknown("/laurel", asked, words)


def _people(words: list[Word]) -> tuple[Person, ...]:
    """Give the people mentioned, each once. A word that looks like a mention but is none is refused."""
    for word in words:
        if isinstance(word, str) and word.startswith("@"):
            raise NoSuchPerson(word)
    return tuple(dict.fromkeys(w for w in words if isinstance(w, Person)))


def _number(text: str) -> int | None:
    """Read a page number; None for anything else, and for one that no list is long enough for."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _goal_and_rhythm(text: str) -> tuple[str, str]:
    """Part `goal weekly`; a last word that is no rhythm belongs to the goal."""
    goal, _, rhythm = text.rpartition(" ")
    return (goal, rhythm) if goal and read_rhythm(rhythm) else (text, "")


def _unknown(name: str, asked: str, words: list[Word]) -> NoSuchCommand:
    """Refuse what follows a command, with the form that was probably meant."""
    guess = closest(asked, [word for form in forms(name) for word in form.split()[1:2] if word.islower()])
    meant = Guess(f"{name} {guess}", Typed(name, (guess, *words[1:]))) if guess else None
    return NoSuchCommand(f"{name} {asked}", forms(name), meant)


def guess_command(words: Sequence[Word]) -> Guess | None:
    """Guess which command somebody means who forgot the slash; None if the words do not begin like one."""
    first, *rest = all_words(tuple(words)) or [""]
    if not isinstance(first, str):
        return None
    return _guessed(f"/{first.strip('/,.:!?')}", tuple(rest))


def _guessed(name: str, words: tuple[Word, ...]) -> Guess | None:
    guess = closest(name, (*NAMES, "/help"))
    return Guess(guess, Typed(guess, words)) if guess else None
