"""Texts as Discord's markdown, in which nothing but our own marks acts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never
from urllib.parse import quote, urlsplit

from bot.core.port import Bold, Code, Italic, Link, Mention, Span, Text, When, Where

PLATFORM = "discord"
ADDRESS = 512
"""Characters of an address that a button takes; longer ones stand as links in the text."""

_ACTS = re.compile(r"[\\*_~`|<>\[\]()@#:]|^\s*([-+]|\d+\.)(?=\s)", re.MULTILINE)
"""Whatever Discord could read as more than itself: marks, mentions, emoji, headings, lists."""
_ADDRESS = re.compile(r"https?://[^\s<>]+[^\s<>.,:;\"'\])]")
"""As Discord's own clients find addresses, which read no marks in them."""
_STYLES = {"date": "D", "moment": "f"}


@dataclass(frozen=True, slots=True)
class Atom:
    """A piece of a text: `text` between two `marks`; one that is `whole` is written as it is, or left out."""

    text: str
    marks: str = ""
    whole: bool = False

    def __str__(self) -> str:
        """Write it."""
        if self.whole or not self.text:
            return self.text
        if self.marks == "`":
            return _code(self.text)
        kept = self.text.strip()
        if not self.marks or not kept:
            return escaped(self.text)
        before, _, after = self.text.partition(kept)
        return f"{before}{self.marks}{escaped(kept, marked=True)}{self.marks}{after}"


Words = tuple[Atom, ...]
LINE = Atom("\n", whole=True)


def escaped(text: str, *, marked: bool = False) -> str:
    """Take the meaning from everything in a text that has one; addresses stay as they are, so that they open.

    They stand in angle brackets, which nobody sees: without, what follows would belong to them, escapes included.
    Inside marks an address with marks in it is escaped, too: it would end them.
    """
    parts, end = [], 0
    for hit in _ADDRESS.finditer(text):
        if marked and _ACTS.search(hit[0].replace(":", "")):
            continue
        parts += [_escaped(text[end : hit.start()]), f"<{hit[0]}>"]
        end = hit.end()
    return "".join([*parts, _escaped(text[end:])])


def _escaped(text: str) -> str:
    return _ACTS.sub(lambda hit: re.sub(r"(\S)$", r"\\\1", hit[0]), text)


def _code(text: str) -> str:
    if "`" in text or "\n" in text or not text.strip():
        return escaped(text)
    return f"`{text}`"


def atoms(text: Text, *, heading: bool = False) -> Words:
    """Part a text into pieces; a heading is one line."""
    made = tuple(_atom(span) for span in text)
    if heading:
        made = tuple(Atom(" ".join(a.text.splitlines()), a.marks, a.whole) for a in made)
    return made


def lines(parts: Iterable[Words]) -> Words:
    """Put texts under each other; those that say nothing are left out."""
    made: list[Atom] = []
    for part in parts:
        if any(atom.text for atom in part):
            made += [LINE, *part] if made else part
    return tuple(made)


def write(words: Words, most: int) -> str:
    """Write a text of at most `most` characters; what has no room is seen to be left out."""
    said, before = "", ""
    for atom in words:
        piece = str(atom)
        if atom.marks and atom.marks == before and said.endswith(atom.marks):
            piece = "\u200b" + piece  # two marked pieces that touch would open a third mark between them
        if len(said) + len(piece) <= most:
            said += piece
            before = atom.marks
            continue
        return said + _cut(atom, most - len(said))
    return said


def _cut(atom: Atom, most: int) -> str:
    if not atom.whole:
        low, high = 0, min(len(atom.text), most)
        while low < high:  # the longest start that fits once it is written
            middle = (low + high + 1) // 2
            fits = len(str(Atom(atom.text[:middle], atom.marks))) < most
            low, high = (middle, high) if fits else (low, middle - 1)
        if low:
            return f"{Atom(atom.text[:low], atom.marks)}…"
    return "…" if most else ""


def plain(text: Text) -> str:
    """Give a text without any marks, for where Discord reads none."""
    return "".join(_plain(span) for span in text)


def is_web(url: str) -> bool:
    """Tell whether Discord takes an address on a button or as a link."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    host = parts.hostname or ""
    return parts.scheme in ("http", "https") and ("." in host.strip(".") or ":" in host) and not re.search(r"\s", url)


def _atom(span: Span) -> Atom:
    match span:
        case str():
            return Atom(span)
        case Bold(text):
            return Atom(text, "**")
        case Italic(text):
            return Atom(text, "*")
        case Code(text):
            return Atom(text, "`")
        case Link(text, url):
            return _link(text, url)
        case Mention(who, name):
            known = who.platform == PLATFORM and who.id.isascii() and who.id.isdigit()
            return Atom(f"<@{who.id}>", whole=True) if known else Atom(name, "**")
        case When(at, style):
            return Atom(f"<t:{int(at.timestamp())}:{_STYLES[style]}>", whole=True)
        case Where(place):
            known = place.platform == PLATFORM and place.id.isascii() and place.id.isdigit()
            return Atom(f"<#{place.id}>", whole=True) if known else Atom(f"#{place.id}")
        case _:
            assert_never(span)


def _link(text: str, url: str) -> Atom:
    if not is_web(url):
        return Atom(text)
    shown = text.strip()
    if not shown or "://" in shown:  # Discord shows no link whose words are an address
        return Atom(url)
    safe = quote(url, safe=":/?#[]@!$&'*+,;=%~_.-")
    return Atom(f"[{escaped(shown, marked=True)}]({safe})", whole=True)


def _plain(span: Span) -> str:
    match span:
        case str():
            return span
        case Mention(_, name):
            return name
        case When(at, style):
            return at.strftime("%Y-%m-%d" if style == "date" else "%Y-%m-%d %H:%M %Z")
        case Where(place):
            return f"#{place.id}"
    return span.text
