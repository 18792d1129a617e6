"""Text set in lines that fit: wrapped, then shrunk, then cut; each letter in a face that has it."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, NamedTuple
from unicodedata import category, east_asian_width

from bot.core.cards.bidi import levels, visual_order
from bot.core.cards.clean import ELLIPSIS, clean, is_emoji
from bot.core.cards.coverage import Listed
from bot.core.cards.faces import STRIKE, Faces, Region, Weight, loaded, raqm_available

BOX = 0.62
"""The advance, in ems, of the box that stands for a character no face has."""
EMOJI = 0.84
"""Colour bitmaps are drawn a little smaller than their em, to sit level with the letters."""
_CLOSING = frozenset("、。,.!?:;)]}」』】〉》）,．！？：；ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ…")  # noqa: RUF001 - they are what they look like
"""A line never starts with one of these."""
_OPENING = frozenset("([{「『【〈《（")  # noqa: RUF001
_HYPHENS = frozenset("-\N{EN DASH}\N{EM DASH}/\N{HYPHEN}")
_LEADING = frozenset("เแโใไເແໂໃໄ")
"""Vowels that open a syllable in Thai and Lao, which put no spaces between words."""
_SHRINK = 0.93
_NARROWEST = 0.15
"""No letter is narrower, in ems; tells at once that a very long text can't fit."""


class Cluster(NamedTuple):
    """A whole character, and the level its paragraph gave it: that stays, wherever lines are broken."""

    text: str
    level: int


Line = tuple[Cluster, ...]


@dataclass(frozen=True, slots=True)
class Style:
    """How a text wants to look; sizes in units of the page, leading in ems."""

    size: float
    least: float
    """The smallest size before the text is cut."""
    lines: int = 1
    weight: Weight = "regular"
    leading: float = 1.28


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring letters of one face and one direction."""

    text: str
    face: Listed | None
    level: int
    count: int
    """How many clusters it has."""


@dataclass(frozen=True, slots=True)
class Block:
    """Text laid out in pixels, ready to draw."""

    lines: tuple[Line, ...]
    size: int
    leading: float
    weight: Weight
    width: float
    """The widest line."""

    @property
    def cut(self) -> bool:
        """Whether there was no room for all of the text."""
        return bool(self.lines) and self.lines[-1][-1].text == ELLIPSIS

    @property
    def line_height(self) -> float:
        """From one baseline to the next, in pixels."""
        return self.size * self.leading

    @property
    def height(self) -> float:
        """All lines, in pixels."""
        return self.line_height * len(self.lines)


class Setter:
    """Sets text with `faces` in paragraphs of embedding level `base` (0: left to right, 1: right to left)."""

    def __init__(self, faces: Faces, base: int) -> None:
        self.faces = faces
        self.base = base

    def fit(self, text: str, style: Style, width: float, scale: float) -> Block:
        """`text` in at most `style.lines` lines of `width` pixels, where a unit is `scale` pixels."""
        clusters = self.paragraph(text)
        size, least = max(1, round(style.size * scale)), max(1, round(style.least * scale))
        while (lines := self._wrapped(clusters, style, size, width)) is None and size > least:
            size = max(least, min(size - 1, round(size * _SHRINK)))
        if lines is None:
            lines = self._wrapped(clusters, style, size, width, forced=True) or []
        elif len(lines) > 1:
            lines = self._balanced(clusters, lines, style, size, width)
        widest = max((self.measure(line, style.weight, size) for line in lines), default=0.0)
        return Block(tuple(lines), size, style.leading, style.weight, min(widest, width))

    def paragraph(self, text: str) -> Line:
        """`text` cleaned, in reading order."""
        clusters = clean(text)
        return tuple(map(Cluster, clusters, levels(clusters, self.base)))

    def measure(self, line: Line, weight: Weight, size: int) -> float:
        """The advance of one line in pixels."""
        return sum(advance(run, size) for run in self.runs(line, weight))

    def runs(self, line: Line, weight: Weight) -> list[Run]:
        """`line` split by face and direction, in visual order from left to right."""
        region: Region = _region(line)
        found: list[Run] = []
        face: Listed | None = None
        for text, level in line:
            # Spaces and punctuation stay in the face before them, so that runs are long and quick to shape.
            loose = bool(found) and category(text[0])[0] in "ZP"
            if not (loose and face and not face.colour and self.faces.has(face, text)):
                face = self.faces.choose(text, weight, emoji=is_emoji(text), region=region)
            last = found[-1] if found else None
            if last and last.face == face and last.level == level:
                found[-1] = Run(last.text + text, face, level, last.count + 1)
            else:
                found.append(Run(text, face, level, 1))
        return visual_order(found, [run.level for run in found])

    def _wrapped(
        self, clusters: Line, style: Style, size: int, width: float, *, forced: bool = False
    ) -> list[Line] | None:
        """Lines that fit; None where that takes breaking inside a word or cutting and it is not `forced`."""
        most = int(width / (size * _NARROWEST)) + 1
        if len(clusters) > most * style.lines and not forced:
            return None

        def fits(line: Line) -> bool:
            return len(line) <= most and self.measure(line, style.weight, size) <= width

        lines: list[Line] = []
        rest = clusters
        while rest and not fits(rest):
            last = len(lines) == style.lines - 1
            end = 0 if last else _longest(rest, [*_breaks(rest[: most + 1])], fits)
            if not end and not forced:
                return None
            if last:
                return [*lines, self._cut(rest[:most], fits)]
            end = end or _longest(rest, range(1, min(most, len(rest))), fits) or 1
            lines.append(_trimmed(rest[:end]))
            rest = _trimmed(rest[end:])
        return [*lines, rest] if rest else lines

    def _balanced(self, clusters: Line, lines: list[Line], style: Style, size: int, width: float) -> list[Line]:
        """The same number of lines in the narrowest column that holds them: no lonely last word."""
        narrow = width / len(lines)
        style = replace(style, lines=len(lines))
        for _ in range(6):
            middle = (narrow + width) / 2
            better = self._wrapped(clusters, style, size, middle)
            if better is None:
                narrow = middle
            else:
                lines, width = better, middle
        return lines

    def _cut(self, rest: Line, fits: Callable[[Line], bool]) -> Line:
        """As much of `rest` as fits with an ellipsis behind it."""
        dots = Cluster(ELLIPSIS, self.base)
        room = _longest(rest, range(1, len(rest) + 1), lambda line: fits((*line, dots)))
        kept = rest[:room]
        while kept and kept[-1].text in {ELLIPSIS, " "}:
            kept = kept[:-1]
        return (*kept, dots)


def advance(run: Run, size: int) -> float:
    """How far `run` moves along the line, in pixels, drawn at `size` pixels per em."""
    if run.face is None:
        return run.count * BOX * size
    return _advance(run.text, run.face, size, run.level % 2)


def direction(level: int) -> Literal["ltr", "rtl"] | None:
    """What to tell Pillow about a run of that level; nothing where the shaper is missing."""
    if not raqm_available():
        return None
    return "rtl" if level % 2 else "ltr"


def shown(run: Run) -> str:
    """The run's text as Pillow wants it: in reading order for the shaper, in visual order without one."""
    if run.level % 2 == 0 or raqm_available():
        return run.text
    return "".join(reversed(clean(run.text)))


@lru_cache(maxsize=8192)
def _advance(text: str, face: Listed, size: int, odd: int) -> float:
    width = loaded(face, size).getlength(text, direction=direction(odd))
    return width * size / STRIKE * EMOJI if face.colour else width


def _longest(line: Line, ends: Sequence[int], fits: Callable[[Line], bool]) -> int:
    """The last of the rising `ends` up to which `line` fits, 0 where none does."""
    at = bisect_left(ends, True, key=lambda end: not fits(_trimmed(line[:end])))
    return ends[at - 1] if at else 0


def _breaks(line: Line) -> Iterator[int]:
    """Where a new line may start: behind a space or a hyphen, beside an ideograph, before a leading vowel."""
    for at in range(1, len(line)):
        before, after = line[at - 1].text, line[at].text
        if after == " " or after[0] in _CLOSING or before[0] in _OPENING:
            continue
        if before == " " or before in _HYPHENS or after[0] in _LEADING or _free(before) or _free(after):
            yield at


def _free(cluster: str) -> bool:
    """Ideographs, kana and emoji: the line may break on either side."""
    char = cluster[0]
    return east_asian_width(char) == "W" and not "\uac00" <= char <= "\ud7a3"


def _trimmed(line: Line) -> Line:
    start, end = 0, len(line)
    if line and line[0].text == " ":
        start = 1
    if end > start and line[-1].text == " ":
        end -= 1
    return line[start:end]


def _region(line: Line) -> Region:
    """Which country's Han forms fit: Japanese beside kana, Korean beside Hangul, else simplified Chinese."""
    for text, _ in line:
        if "\u3041" <= text[0] <= "\u30ff":
            return "JP"
        if "\uac00" <= text[0] <= "\ud7a3":
            return "KR"
    return "SC"
