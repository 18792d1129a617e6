"""Cutting the words of a command: a badge's name from whom it is for, from its level, and from the reason."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import pairwise

from bot.core.addresses import ADDRESS
from bot.core.commands import Word
from bot.core.finding import fold
from bot.core.port import Group, Person

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


REASONS = ("for", "because")
"""What parts a badge's name from what it is given for."""
_PAUSES = ":-–—"  # noqa: RUF001
_POINTS = f",;{_PAUSES}"
_JOINERS = ("", "and", "und", "y", "&", "+")
_AROUND = re.compile(r"(?i)(?:the\s+)?(.*?)(?:\s+badge)?(?:\s+to)?")
"""What people put around a badge's name: `the Peer Mentoring badge`, `Peer Mentoring to @sam`."""


def level_taken(words: list[Word], names: Collection[str]) -> tuple[list[Word], str]:
    """Take `level Advanced` out from between a badge's name and the reason.

    The word "level" is part of a badge's name where a badge is called so, and of the reason where it comes after "for".
    """
    for start, word in enumerate(words):
        if not isinstance(word, str) or word.casefold() != "level":
            continue
        head = joined([w for w in words[:start] if not mentions(w)])
        before, known = fold(unquoted(head)), fold(unquoted(head)) in names
        if head[:1] in QUOTES and unquoted(head) == head:
            continue  # inside a name in quotes
        if not before or (not known and any(str(w).casefold() in REASONS for w in words[:start])):
            continue
        rest = words[start + 1 :]
        end = next((i for i, w in enumerate(rest) if not isinstance(w, str) or w.casefold() in REASONS), len(rest))
        # A longer name that goes on after it: "Level up for good", "Swimming level 2".
        longer = (fold(joined([w for w in words[:n] if not mentions(w)])) for n in range(start + 1, len(words) + 1))
        if not end or any(name in names for name in longer):
            continue
        return [*words[:start], *rest[end:]], unquoted(joined(rest[:end]))
    return words, ""


def badge_and_reason(words: list[Word], names: Collection[str]) -> tuple[str, list[Word], list[Word]]:
    """Part the badge's name from the reason, and the words before the separator, people too, from those after it."""
    quoted = _quoted(words)
    if quoted is None:
        head, tail = _split(words, names)
        badge = named(head, names)
    else:
        badge, head, tail = quoted
    return badge, head, tail


def listed(words: list[Word]) -> list[Word]:
    """Leave away what only joins the people named before the reason: `@sam, @ana and @zoe`."""
    end = next((i for i, w in enumerate(words) if str(w).casefold() in REASONS or str(w)[:1] in QUOTES), len(words))
    return [w for i, w in enumerate(words) if i >= end or not _joins(words, i)]


def named(words: list[Word], names: Collection[str]) -> str:
    """Give the badge's name among words, without what people put around it: `the Peer Mentoring badge,`."""
    typed = joined([w for w in words if not mentions(w)])
    bare = typed.strip(f"{_POINTS} ")
    around = _AROUND.fullmatch(bare)
    known = (name for name in (typed, bare, around[1] if around else "") if fold(name) in names)
    return next(known, bare)


def _joins(words: list[Word], at: int) -> bool:
    """Tell whether a word only stands between people, or is a comma, colon or dash beside one."""
    word = words[at]
    if mentions(word) or (bare := str(word).casefold().strip(_POINTS)) not in _JOINERS:
        return False
    before = next((w for w in reversed(words[:at]) if mentions(w) or w.strip(_POINTS)), "")  # type: ignore[union-attr]
    after = next(iter(words[at + 1 :]), "")
    return (mentions(before) and mentions(after)) or (not bare and (mentions(before) or mentions(after)))


def _split(words: list[Word], names: Collection[str]) -> tuple[list[Word], list[Word]]:
    """Part at the separator that leaves a badge's name before it: the longest whole one, else the longest start.

    "Excel for Analytics for great pivots" is the badge "Excel for Analytics", where there is one.
    """
    cuts = [i for i, w in enumerate(words) if isinstance(w, str) and w.casefold() in REASONS]
    heads = [(fold(named(words[:i], names)), i) for i in (*cuts, len(words))]
    whole = [i for name, i in heads if name in names]
    begun = [i for name, i in heads if name and any(known.startswith(name) for known in names)]
    cut = (whole or _pauses(words, names) or begun or [heads[0][1]])[-1]
    return words[:cut], _reason(words[cut:])


def _pauses(words: list[Word], names: Collection[str]) -> list[int]:
    """Find where a badge's whole name ends without a "for": at a colon, a dash or a link."""
    return [
        i
        for i, (before, after) in enumerate(pairwise(words), 1)
        if (str(before)[-1] in _PAUSES or ADDRESS.match(str(after))) and fold(named(words[:i], names)) in names
    ][:1]


def _reason(words: list[Word]) -> list[Word]:
    """Give a reason without the word that begins it: `for it`, `because of it`."""
    while words and isinstance(words[0], str) and not words[0].strip(_PAUSES):
        words = words[1:]
    start = [str(w).casefold() for w in words[:2]]
    if not start or start[0] not in REASONS:
        return words
    return words[2:] if start == ["because", "of"] else words[1:]


def _quoted(words: list[Word]) -> tuple[str, list[Word], list[Word]] | None:
    """Read `@sam "Peer Mentoring" for …`: the name, the words around it, the reason. None without quotes."""
    start = next((i for i, w in enumerate(words) if not mentions(w)), None)
    if start is None:
        return None
    closing = QUOTES.get(str(words[start])[0])
    for end in range(start, len(words)) if closing else ():
        word = words[end]
        if not isinstance(word, str) or word[-1] not in (closing or "") or (end == start and len(word) == 1):
            continue
        name = joined(words[start : end + 1])[1:-1].strip()
        after = words[end + 1 :]
        cut = next((i for i, w in enumerate(after) if not (mentions(w) or _joins(after, i))), len(after))
        return name, [*words[:start], *after[:cut]], _reason(after[cut:])
    return None


def all_words(chunks: tuple[Word, ...]) -> list[Word]:
    """Give single words, where an adapter may hand over several in one text."""
    words: list[Word] = []
    for chunk in chunks:
        words.extend(chunk.split() if isinstance(chunk, str) else [chunk])
    return words


def mentions(word: Word) -> bool:
    """Tell whether a word stands for people, be it for nobody."""
    return not isinstance(word, str) or word.startswith("@")


def joined(words: list[Word]) -> str:
    """Write words as one text, people and groups by name."""
    return " ".join(map(_spelled, words))


def _spelled(word: Word) -> str:
    match word:
        case Person():
            return word.name
        case Group(name):
            return f"@{name}"
    return word


def plain(words: list[Word]) -> str:
    """Write words as one text that capitals make no difference to."""
    return joined(words).casefold()


def unquoted(text: str) -> str:
    """Take away the quotes around a text."""
    if len(text) > 1 and text[-1] in QUOTES.get(text[0], ""):
        return text[1:-1].strip()
    return text
