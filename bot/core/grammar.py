"""Reading slash commands as people type them, for platforms that have only text."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

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
from bot.core.errors import Guess, NoRecipient, NoSuchCommand, NoSuchPerson, OneAtATime
from bot.core.finding import fold
from bot.core.port import Group, Person
from bot.core.reminders import read_rhythm

QUOTES = {  # for each opening mark, those that close it in some language
    '"': '"',
    "“": "”",
    "„": "“”",
    "”": "”",
    "«": "»",
    "»": "«",
    "‹": "›",  # noqa: RUF001
    "「": "」",
    "『": "』",
    "'": "'",
    "‘": "’",  # noqa: RUF001
    "‚": "‘’",  # noqa: RUF001
}


@dataclass(frozen=True, slots=True)
class Slash:
    """One form of a slash command: what completion, help and the platforms' menus list.

    `topic` finds its sentence in `bot.core.words.helping`; `teaching` forms are for teachers and staff, those with
    `roles` for platforms that have some.
    """

    topic: str
    form: str
    teaching: bool = False
    roles: bool = False


SLASHES = (
    Slash("award", "/award @student… Badge for reason", teaching=True),
    Slash("award-level", "/award @student… Badge level Level for reason", teaching=True),
    Slash("mybadges", "/mybadges"),
    Slash("mybadges-other", "/mybadges @member"),
    Slash("mybadges-privacy", "/mybadges privacy"),
    Slash("mybadges-take", "/mybadges take"),
    Slash("mybadges-portfolio", "/mybadges portfolio"),
    Slash("mybadges-identity", "/mybadges identity address"),
    Slash("mybadges-identity-open", "/mybadges identity open"),
    Slash("goals", "/goals"),
    Slash("goals-add", "/goals add Badge or milestones by date every week"),
    Slash("goals-done", "/goals done goal"),
    Slash("goals-drop", "/goals drop goal"),
    Slash("goals-remind", "/goals remind goal every week"),
    Slash("goals-snooze", "/goals snooze goal"),
    Slash("badge-list", "/badge list"),
    Slash("badge-list-archived", "/badge list archived", teaching=True),
    Slash("badge-show", "/badge show Badge"),
    Slash("badge-new", "/badge new", teaching=True),
    Slash("badge-edit", "/badge edit Badge", teaching=True),
    Slash("badge-archive", "/badge archive Badge", teaching=True),
    Slash("badge-restore", "/badge restore Badge", teaching=True),
    Slash("badge-role", "/badge role Badge role", teaching=True, roles=True),
    Slash("badge-starter", "/badge starter", teaching=True),
    Slash("revoke", "/revoke @student Badge because reason", teaching=True),
    Slash("verify", "/verify address"),
    Slash("suspend", "/laurel suspend @student Badge because reason", teaching=True),
    Slash("reinstate", "/laurel reinstate @student Badge", teaching=True),
    Slash("identity", "/laurel identity @student address", teaching=True),
    Slash("link", "/laurel link code"),
    Slash("unlink", "/laurel unlink"),
    Slash("help", "/laurel help"),
)


NAMES = tuple(dict.fromkeys(slash.form.split()[0] for slash in SLASHES))
"""Every command's name, the most used first."""

REASONS = ("for", "because")
"""What parts a badge's name from what it is given for."""

NEAR = 75  # of 100: "/gaols", "/awrad" and "/badges" are near enough


def read(typed: Typed, badge_names: Callable[[], Collection[str]]) -> Command:
    """Read a slash command. `badge_names` gives folded names: "for" may be part of one.

    Raises `NoSuchCommand`, `NoSuchPerson` or `NoRecipient`.
    """
    words = _words(typed.words)
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
            return VerifyBadge(_text(words)) if words else AskVerify()
        case "/laurel":
            return _laurel(words, badge_names)
        case "/" | "/help":
            return Help(_plain(words))
    raise NoSuchCommand(typed.name, NAMES, _guessed(typed.name, tuple(words)))


def _award(words: list[Word], names: Collection[str]) -> Command:
    """Read who gets which badge for what; where nobody is named, the form asks for whom."""
    words, level = _level_taken(words, names, REASONS)
    badge, whom, reason = _badge_and_reason(words, names, REASONS)
    people, groups = _people(whom), tuple(w for w in whom if isinstance(w, Group))
    named = tuple(w for w in reason if isinstance(w, Person))
    if not people and not groups:
        return AskAward(badge=badge, reason=_text(reason), named=named, level=level)
    return AwardBadge(people, badge, _text(reason), named=named, level=level, groups=groups)


def _level_taken(words: list[Word], names: Collection[str], separators: tuple[str, ...]) -> tuple[list[Word], str]:
    """Take `level Advanced` out from between a badge's name and the reason.

    The word "level" is part of a badge's name where a badge is called so, and of the reason where it comes after "for".
    """
    for start, word in enumerate(words):
        if not isinstance(word, str) or word.casefold() != "level":
            continue
        head = _text([w for w in words[:start] if not _mentions(w)])
        before, known = fold(_unquoted(head)), fold(_unquoted(head)) in names
        if head[:1] in QUOTES and _unquoted(head) == head:
            continue  # inside a name in quotes
        if not before or (not known and any(str(w).casefold() in separators for w in words[:start])):
            continue
        rest = words[start + 1 :]
        end = next((i for i, w in enumerate(rest) if not isinstance(w, str) or w.casefold() in separators), len(rest))
        # A longer name that goes on after it: "Level up for good", "Swimming level 2".
        longer = (fold(_text([w for w in words[:n] if not _mentions(w)])) for n in range(start + 1, len(words) + 1))
        if not end or any(name in names for name in longer):
            continue
        return [*words[:start], *rest[end:]], _unquoted(_text(rest[:end]))
    return words, ""


def _taking(words: list[Word], names: Collection[str], example: str) -> tuple[Person, str, str]:
    """Read whose badge, which, and why. Raises `NoRecipient` or `OneAtATime`."""
    badge, whom, reason = _badge_and_reason(words, names, ("because", "for"))
    return _one(whom, example), badge, _text(reason)


def _one(words: list[Word], example: str) -> Person:
    """Give the one person named; a group is its members. Raises `NoSuchPerson`, `NoRecipient` or `OneAtATime`."""
    people = _people([one for w in words for one in (w.people if isinstance(w, Group) else (w,))])
    if not people:
        raise NoRecipient(example)
    if len(people) > 1:
        raise OneAtATime(tuple(p.name for p in people))
    return people[0]


def _mybadges(words: list[Word]) -> Command:
    match _plain(words[:1]):
        case "privacy":
            return AskPrivacy()
        case "take":
            return TakeBadges()
        case "portfolio":
            return ShowPortfolio()
        case "identity":
            return SetIdentity(_text(words[1:]))
    people = _people(words)
    if strays := [w for w in words if isinstance(w, str) and not w.isdigit()]:
        raise NoSuchPerson(strays[0])
    page = next((number for w in words if isinstance(w, str) and (number := _number(w))), 1)
    return ShowBadges(people[0] if people else None, page)


def _goals(words: list[Word]) -> Command:
    rest = _text(words[1:])
    match _plain(words[:1]):
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
    rest = _unquoted(_text(words[1:]))
    match _plain(words[:1]):
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
            return RestoreBadge(rest)
        case "role":
            return _badge_role(rest)
        case "starter":
            return AddStarterBadges()
        case asked:
            raise _unknown("/badge", asked, words)


def _badge_role(rest: str) -> Command:
    """Read which badge is meant. A role cannot be typed: platforms that have some hand it over themselves."""
    badge, _, last = rest.rpartition(" ")
    return StopRole(_unquoted(badge)) if badge and last.casefold() == "none" else GiveRole(rest)


def _badge_list(words: list[Word]) -> Command:
    archived = _plain(words[:1]) == "archived"
    return ListBadges(_number(_text(words[archived:])) or 1, archived)


def _laurel(words: list[Word], badge_names: Callable[[], Collection[str]]) -> Command:
    match _plain(words[:1]):
        case "" | "help":
            return Help(_plain(words[1:]))
        case "link":
            return LinkAccount(_text(words[1:]))
        case "unlink":
            return UnlinkAccount()
        case "suspend":
            return SuspendBadge(*_taking(words[1:], badge_names(), "suspend"))
        case "reinstate":
            return ReinstateBadge(*_taking(words[1:], badge_names(), "reinstate")[:2])
        case "identity":
            whose = _one(words[1:], "identity")
            return SetIdentity(_text([w for w in words[1:] if isinstance(w, str)]), whose)
        case asked:
            raise _unknown("/laurel", asked, words)


def _badge_and_reason(
    words: list[Word], names: Collection[str], separators: tuple[str, ...]
) -> tuple[str, list[Word], list[Word]]:
    """Part the badge's name from the reason, and the words before the separator, people too, from those after it."""
    quoted = _quoted(words, separators)
    if quoted is None:
        head, tail = _split(words, names, separators)
        badge = _text([w for w in head if not _mentions(w)])
    else:
        badge, head, tail = quoted
    return badge, head, tail


def _split(words: list[Word], names: Collection[str], separators: tuple[str, ...]) -> tuple[list[Word], list[Word]]:
    """Part at the separator that leaves a badge's name before it: the longest whole one, else the longest start.

    "Excel for Analytics for great pivots" is the badge "Excel for Analytics", where there is one.
    """
    cuts = [i for i, w in enumerate(words) if isinstance(w, str) and w.casefold() in separators]
    heads = [(fold(_text([w for w in words[:i] if not _mentions(w)])), i) for i in (*cuts, len(words))]
    whole = [i for name, i in heads if name in names]
    begun = [i for name, i in heads if name and any(known.startswith(name) for known in names)]
    cut = (whole or begun or [heads[0][1]])[-1]
    return words[:cut], words[cut + 1 :]


def _quoted(words: list[Word], separators: tuple[str, ...]) -> tuple[str, list[Word], list[Word]] | None:
    """Read `@sam "Peer Mentoring" for …`: the name, the words around it, the reason. None without quotes."""
    start = next((i for i, w in enumerate(words) if not _mentions(w)), None)
    if start is None:
        return None
    closing = QUOTES.get(str(words[start])[0])
    for end in range(start, len(words)) if closing else ():
        word = words[end]
        if not isinstance(word, str) or word[-1] not in (closing or "") or (end == start and len(word) == 1):
            continue
        name = _text(words[start : end + 1])[1:-1].strip()
        after = words[end + 1 :]
        cut = next((i for i, w in enumerate(after) if not _mentions(w)), len(after))
        reason = after[cut:]
        if reason and str(reason[0]).casefold() in separators:
            reason = reason[1:]
        return name, [*words[:start], *after[:cut]], reason
    return None


def _words(chunks: tuple[Word, ...]) -> list[Word]:
    words: list[Word] = []
    for chunk in chunks:
        words.extend(chunk.split() if isinstance(chunk, str) else [chunk])
    return words


def _mentions(word: Word) -> bool:
    """Tell whether a word stands for people, be it for nobody."""
    return not isinstance(word, str) or word.startswith("@")


def _people(words: list[Word]) -> tuple[Person, ...]:
    """Give the people mentioned, each once. A word that looks like a mention but is none is refused."""
    for word in words:
        if isinstance(word, str) and word.startswith("@"):
            raise NoSuchPerson(word)
    return tuple(dict.fromkeys(w for w in words if isinstance(w, Person)))


def _text(words: list[Word]) -> str:
    return " ".join(map(_spelled, words))


def _spelled(word: Word) -> str:
    match word:
        case Person():
            return word.name
        case Group(name):
            return f"@{name}"
    return word


def _plain(words: list[Word]) -> str:
    return _text(words).casefold()


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[-1] in QUOTES.get(text[0], ""):
        return text[1:-1].strip()
    return text


def _number(text: str) -> int | None:
    """Read a page number; None for anything else, and for one that no list is long enough for."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _goal_and_rhythm(text: str) -> tuple[str, str]:
    """Part `goal weekly`; a last word that is no rhythm belongs to the goal."""
    goal, _, rhythm = text.rpartition(" ")
    return (goal, rhythm) if goal and read_rhythm(rhythm) else (text, "")


def _unknown(name: str, asked: str, words: list[Word]) -> NoSuchCommand:
    """Refuse what follows a command, with the form that was probably meant."""
    guess = _closest(asked, [word for form in _forms(name) for word in form.split()[1:2] if word.islower()])
    meant = Guess(f"{name} {guess}", Typed(name, (guess, *words[1:]))) if guess else None
    return NoSuchCommand(f"{name} {asked}", _forms(name), meant)


def guess_command(words: Sequence[Word]) -> Guess | None:
    """Guess which command somebody means who forgot the slash; None if the words do not begin like one."""
    first, *rest = _words(tuple(words)) or [""]
    if not isinstance(first, str):
        return None
    return _guessed(f"/{first.strip('/,.:!?')}", tuple(rest))


def _guessed(name: str, words: tuple[Word, ...]) -> Guess | None:
    guess = _closest(name, (*NAMES, "/help"))
    return Guess(guess, Typed(guess, words)) if guess else None


def _closest(asked: str, known: Sequence[str]) -> str:
    found = process.extractOne(asked.casefold(), known, scorer=fuzz.ratio, score_cutoff=NEAR)
    return found[0] if found else ""


def _forms(name: str) -> tuple[str, ...]:
    """Give what can be typed of a command: a role cannot."""
    return tuple(slash.form for slash in SLASHES if slash.form.split()[0] == name and not slash.roles)
