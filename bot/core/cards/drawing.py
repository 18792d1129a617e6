"""The one door: any drawing to PNG bytes, its size, its words, and the scripts its words lack a font for."""

from functools import lru_cache
from typing import assert_never
from unicodedata import category, name

from bot.core.cards import celebration, progress, wall
from bot.core.cards.clean import UNKNOWN, clean, is_emoji
from bot.core.cards.emblem import SIDE, emblem_svg
from bot.core.cards.faces import Faces, system_faces
from bot.core.cards.facts import Celebration, Drawing, Emblem, Progress, Wall
from bot.core.cards.page import WIDTH, Page, encoded, rasterised

CARD_PIXELS = 2 * WIDTH
EMBLEM_PIXELS = 400
_LEAST, _MOST = 32, 2400
_PARTS = frozenset(
    ("LETTER", "CAPITAL", "SMALL", "SYLLABLE", "SYLLABICS", "IDEOGRAPH", "VOWEL", "SIGN", "DIGIT", "MARK",
     "UNIFIED", "COMPATIBILITY", "INDEPENDENT", "SUBJOINED", "LIGATURE", "NUMBER", "CHARACTER", "HIEROGLYPH")
)  # fmt: skip
"""A character's name starts with its script; these words come after it."""


def draw(drawing: Drawing, *, width: int | None = None, faces: Faces | None = None) -> bytes:
    """`drawing` as a PNG `width` pixels wide (32 to 2400; 960 for a card, 400 for an emblem unless told).

    The same facts, fonts and width give the same bytes. Cards are opaque with transparent, rounded corners.
    `faces` is the choice of fonts, the system's unless told.
    """
    pixels, _ = _pixels(drawing, width)
    if isinstance(drawing, Emblem):
        return encoded(rasterised(emblem_svg(drawing), pixels))
    return _page(drawing, pixels, faces or system_faces()).png()


def size(drawing: Drawing, *, width: int | None = None) -> tuple[int, int]:
    """The width and height in pixels that `draw` will give; nothing is drawn to find out."""
    return _pixels(drawing, width)


@lru_cache(maxsize=256)
def whole(drawing: Celebration) -> bool:
    """Whether the picture shows all of the reason; it is laid out to find out, which takes some milliseconds."""
    return celebration.whole(drawing, system_faces())


def alt(drawing: Drawing) -> str:
    """What the picture says, in the caller's own words, for those who don't see it; empty for an emblem."""
    match drawing:
        case Emblem():
            said: list[str] = []
        case Celebration(headline=headline, badge=badge, reason=reason, footer=footer, more=more):
            names = ", ".join(drawing.recipients) if len(drawing.recipients) > 1 or more else ""
            said = [f"{headline} {badge}", names, more, reason, footer]
        case Wall(title=title, tiles=tiles, skills=skills, more=more, empty=empty):
            said = [
                title,
                *(f"{tile.badge}, {tile.caption}" if tile.caption else tile.badge for tile in tiles),
            ]
            said += [more, *(f"{skill.name} {skill.count}" for skill in skills)] if tiles else [empty]
        case Progress(title=title, bars=bars):
            said = [title, *(f"{bar.title}: {bar.done}/{bar.total}. {bar.caption}" for bar in bars)]
        case _:
            assert_never(drawing)
    return "\n".join(line for line in (" ".join(text.split()) for text in said) if line)


def missing_scripts(text: str, faces: Faces | None = None) -> tuple[str, ...]:
    """The scripts of `text` ("Arabic", "Hangul", "Emoji") that no face draws, in order of appearance."""
    chosen = faces or system_faces()
    found: dict[str, None] = {}
    for char in dict.fromkeys(text):
        for cluster in clean(char):
            if not cluster.isspace() and chosen.choose(cluster) is None:
                found[_script(cluster)] = None
    return tuple(found)


def _page(drawing: Celebration | Wall | Progress, pixels: int, faces: Faces) -> Page:
    match drawing:
        case Celebration():
            return celebration.page(drawing, pixels, faces)
        case Wall():
            return wall.page(drawing, pixels, faces)
        case Progress():
            return progress.page(drawing, pixels, faces)


def _pixels(drawing: Drawing, width: int | None) -> tuple[int, int]:
    match drawing:
        case Emblem():
            across, tall, usual = SIDE, SIDE, EMBLEM_PIXELS
        case Celebration():
            across, tall, usual = WIDTH, celebration.height(drawing), CARD_PIXELS
        case Wall():
            across, tall, usual = WIDTH, wall.height(drawing), CARD_PIXELS
        case Progress():
            across, tall, usual = WIDTH, progress.height(drawing), CARD_PIXELS
    pixels = max(_LEAST, min(width or usual, _MOST))
    return pixels, -(-pixels * tall // across)  # rounded up, as the rasteriser does


def _script(cluster: str) -> str:
    """A script's English name, the first words of its characters' names in Unicode."""
    if is_emoji(cluster):
        return "Emoji"
    if cluster == UNKNOWN or category(cluster[0])[0] not in "LMN":
        return "Symbols"
    words = name(cluster[0], "SYMBOLS").split("-")[0].split()
    end = next((at for at, word in enumerate(words) if word in _PARTS), 1)
    return " ".join(words[: max(1, end)]).title() if words[0] != "CJK" else "Han"
