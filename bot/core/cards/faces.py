"""The font faces at hand, and which of them draws a character: Roboto first, then what the system has."""

import os
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

import font_roboto
from PIL import ImageFont, features

from bot.core.cards.coverage import Coverage, Listed, coverage, listed

Weight = Literal["regular", "medium", "bold", "italic"]
Region = Literal["SC", "JP", "KR"]
Font = ImageFont.FreeTypeFont

STRIKE = 109
"""The only size, in pixels per em, at which Noto's colour bitmaps load."""

_ROBOTO: dict[Weight, str] = {
    "regular": font_roboto.Roboto,
    "medium": font_roboto.RobotoMedium,
    "bold": font_roboto.RobotoBold,
    "italic": font_roboto.RobotoItalic,
}
_SUFFIXES = {".ttf", ".otf", ".ttc"}
_MOST_FILES = 5000
"""Where there are more font files than this, the rest are left alone: the walk must end soon."""
_MOST_CHOICES = 20_000
_STYLES: dict[Weight, tuple[tuple[str, ...], ...]] = {
    "regular": (("", "regular", "book", "roman"), ("medium",), ("bold",)),
    "medium": (("medium", "semibold"), ("", "regular", "book", "roman"), ("bold",)),
    "bold": (("bold",), ("semibold", "medium"), ("", "regular", "book", "roman")),
    "italic": (("italic", "oblique"), ("", "regular", "book", "roman"), ("medium",)),
}
"""Per weight, the style names to look for, best first."""


def raqm_available() -> bool:
    """Whether text can be shaped (joined Arabic, Indic clusters); without it letters stand side by side."""
    return bool(features.check("raqm"))


class Faces:
    """A fixed choice of font faces: Roboto, then whatever lies in `directories`, the most fitting first.

    Nothing is read from disk until a character asks for it; what was read is kept.
    """

    def __init__(self, *directories: Path) -> None:
        self._directories = directories
        self._chosen: dict[tuple[str, Weight, bool, Region], Listed | None] = {}
        self._orders: dict[tuple[Weight, bool, Region], list[Listed]] = {}
        self._others: list[Listed] | None = None

    def choose(
        self, cluster: str, weight: Weight = "regular", *, emoji: bool = False, region: Region = "SC"
    ) -> Listed | None:
        """The first face that draws all of `cluster`, else its first character; None where no face does.

        `emoji` prefers colour pictures; `region` is the Han form to prefer.
        """
        key = cluster, weight, emoji, region
        if key not in self._chosen:
            if len(self._chosen) >= _MOST_CHOICES:
                self._chosen.clear()
            self._chosen[key] = self._search([ord(char) for char in cluster if not _ignorable(char)], key)
        return self._chosen[key]

    def has(self, face: Listed, cluster: str) -> bool:
        """Whether `face` draws all of `cluster`."""
        return all(ord(char) in _coverage(face) for char in cluster if not _ignorable(char))

    def _search(self, codes: list[int], key: tuple[str, Weight, bool, Region]) -> Listed | None:
        _, weight, emoji, region = key
        plain = roboto(weight)
        if not emoji and all(code in _coverage(plain) for code in codes):
            return plain  # without a look at the system's fonts: most text never needs them
        for wanted in (codes, codes[:1]):
            for face in self._order(weight, emoji, region):
                if all(code in _coverage(face) for code in wanted) and _opens(face):
                    return face
        return None

    def _order(self, weight: Weight, emoji: bool, region: Region) -> list[Listed]:
        key = weight, emoji, region
        if key not in self._orders:
            if self._others is None:
                self._others = [face for path in _files(self._directories) for face in listed(path)]
            ranked = sorted(self._others, key=lambda face: _rank(face, weight, emoji, region))
            at = sum(face.colour for face in ranked) if emoji else 0
            self._orders[key] = [*ranked[:at], roboto(weight), *ranked[at:]]
        return self._orders[key]


ROBOTO_ONLY = Faces()
"""The bundled face alone: the same picture on every machine."""


@cache
def system_faces() -> Faces:
    """Roboto and the fonts installed in this system's usual places."""
    home = Path.home()
    return Faces(
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        home / ".local/share/fonts",
        home / ".fonts",
        Path("/System/Library/Fonts"),
        Path("/Library/Fonts"),
        Path(os.environ.get("WINDIR", "C:\\Windows"), "Fonts"),
    )


@cache
def roboto(weight: Weight) -> Listed:
    """The bundled face of that weight."""
    return Listed(Path(_ROBOTO[weight]), 0, "Roboto", weight, colour=False)


@lru_cache(maxsize=128)
def loaded(face: Listed, size: int) -> Font:
    """`face` ready to draw at `size` pixels per em; colour bitmaps load at `STRIKE`, whatever `size` says."""
    engine = ImageFont.Layout.RAQM if raqm_available() else ImageFont.Layout.BASIC
    return ImageFont.truetype(face.path, STRIKE if face.colour else size, index=face.index, layout_engine=engine)


@cache
def _coverage(face: Listed) -> Coverage:
    return coverage(face)


@cache
def _opens(face: Listed) -> bool:
    """Whether FreeType takes the file: a damaged font must not cost anyone their card."""
    try:
        loaded(face, 16)
    except OSError:
        return False
    return True


def _ignorable(char: str) -> bool:
    """Joiners and variation selectors: a face need not know them to draw what they stand beside."""
    return char in "\u200c\u200d" or 0xFE00 <= ord(char) <= 0xFE0F


def _files(directories: tuple[Path, ...]) -> list[Path]:
    found: list[Path] = []
    for directory in directories:
        for folder, _, names in os.walk(directory):
            found += [Path(folder, name) for name in names if Path(name).suffix.lower() in _SUFFIXES]
            if len(found) >= _MOST_FILES:
                return sorted(found[:_MOST_FILES])
    return sorted(found)


def _rank(face: Listed, weight: Weight, emoji: bool, region: Region) -> tuple[int, int, int, str, str, int]:
    """Sorts faces: plain sans-serif families before the special ones, then the nearest style."""
    family, style = face.family.lower(), face.style.lower()
    if face.colour:
        kind = -1 if emoji else 9
    elif any(word in family for word in ("last resort", "lastresort", "blank", "mono", "condensed")):
        kind = 5  # covers a great deal and draws it badly
    elif family.startswith("noto sans"):
        kind = 0
    elif family.startswith("noto"):
        kind = 1
    elif family.startswith("dejavu sans"):
        kind = 2
    else:
        kind = 3
    foreign = int(" cjk " in family and not family.endswith(region.lower()))
    nearness = next((at for at, names in enumerate(_STYLES[weight]) if style in names), 3)
    return kind, foreign, nearness, face.family, str(face.path), face.index
