"""The collection wall: a member's badges in rows, and the skills they show."""

from bot.core.cards.emblem import placed
from bot.core.cards.faces import Faces
from bot.core.cards.facts import Skill, Tile, Wall
from bot.core.cards.icons import DRAWINGS
from bot.core.cards.laurels import laurels
from bot.core.cards.page import MARGIN, WIDTH, Page, plate
from bot.core.cards.palette import COLOURS, FAINT, INK, SOFT, WHITE, readable, tint
from bot.core.cards.text import Style

TILES_SHOWN = 12
SKILLS_SHOWN = 6

_BRAND = COLOURS["teal"]
_ACROSS = 3
_GAP = 10
_TILE = (WIDTH - 2 * MARGIN - (_ACROSS - 1) * _GAP) / _ACROSS
_TILE_HEIGHT = 150
_EMBLEM = 72
_HEADER = 62
_SKILL_HEIGHT = 30
_EMPTY_HEIGHT = 158
_SKILL_WIDTH = (WIDTH - 2 * MARGIN - _GAP) / 2
_TITLE = Style(21, 14, weight="bold")
_NAME = (
    Style(14.5, 12.5, lines=2, weight="medium", leading=1.2),
    Style(12.5, 10.5, lines=3, weight="medium", leading=1.16),
)
_CAPTION = Style(12, 10)
_EMPTY = Style(16, 12, lines=4, leading=1.4)
_SKILL = Style(13, 10.5, weight="medium")
_MORE = Style(13.5, 11)


def height(wall: Wall) -> int:
    """The picture's height in units: it follows from how much there is, not from how it reads."""
    if not wall.tiles:
        tiles = _EMPTY_HEIGHT
    else:
        rows = -(-min(len(wall.tiles), TILES_SHOWN) // _ACROSS)
        tiles = rows * (_TILE_HEIGHT + _GAP) - _GAP
    skill_rows = -(-min(len(wall.skills), SKILLS_SHOWN) // 2)
    skills = skill_rows * (_SKILL_HEIGHT + 8) + 14 if skill_rows else 0
    return _HEADER + tiles + (30 if _more(wall) else 0) + skills + MARGIN


def page(wall: Wall, pixels: int, faces: Faces) -> Page:
    """The wall, ready to become a PNG."""
    tall = height(wall)
    texts = (wall.title, wall.empty, wall.more, *(tile.badge for tile in wall.tiles[:TILES_SHOWN]))
    page = Page(tall, pixels, faces, texts)
    page.add(plate(0, 0, WIDTH, tall, corner=16, fill=WHITE, line=tint(_BRAND, 0.7)))
    room = WIDTH - 2 * MARGIN
    title = page.fit(wall.title, room, _TITLE)
    page.write(title, MARGIN, MARGIN + (28 - page.tall(title)) / 2, width=room, colour=INK)
    y = float(_HEADER)
    if wall.tiles:
        for index, tile in enumerate(wall.tiles[:TILES_SHOWN]):
            row, column = divmod(index, _ACROSS)
            _tile(page, tile, MARGIN + column * (_TILE + _GAP), y + row * (_TILE_HEIGHT + _GAP))
        y += -(-min(len(wall.tiles), TILES_SHOWN) // _ACROSS) * (_TILE_HEIGHT + _GAP) - _GAP
    else:
        _empty(page, wall.empty, y)
        y += _EMPTY_HEIGHT
    if more := _more(wall):
        block = page.fit(more, room, _MORE)
        page.write(block, MARGIN, y + 8, width=room, colour=SOFT, align="centre")
        y += 30
    for index, skill in enumerate(wall.skills[:SKILLS_SHOWN]):
        row, column = divmod(index, 2)
        _skill(page, skill, MARGIN + column * (_SKILL_WIDTH + _GAP), y + 14 + row * (_SKILL_HEIGHT + 8))
    return page


def _more(wall: Wall) -> str:
    hidden = len(wall.tiles) - TILES_SHOWN
    return wall.more or (f"+{hidden}" if hidden > 0 else "")


def _tile(page: Page, tile: Tile, x: float, y: float) -> None:
    colour = COLOURS[tile.emblem.colour]
    ground = tint(colour, 0.92)
    left = page.left(x, _TILE)
    page.add(plate(left, y, _TILE, _TILE_HEIGHT, corner=12, fill=ground))
    page.add(placed(tile.emblem, left + (_TILE - _EMBLEM) / 2, y + 10, _EMBLEM))
    inner = _TILE - 16
    name = page.fit(tile.badge, inner, *_NAME)
    caption = page.fit(tile.caption, inner, _CAPTION)
    room = _TILE_HEIGHT - _EMBLEM - 10
    top = y + 10 + _EMBLEM + (room - page.tall(name) - page.tall(caption) - 2) / 2 - 1
    ink, faint = readable(colour, ground, 7), readable(FAINT, ground)
    below = page.write(name, x + 8, top, width=inner, colour=ink, align="centre")
    page.write(caption, x + 8, below + 2, width=inner, colour=faint, align="centre")


def _empty(page: Page, text: str, y: float) -> None:
    """Laurels around a sprout: something is about to grow here."""
    room = WIDTH - 2 * MARGIN
    middle, centre = page.left(MARGIN + 86, 0), y + _EMPTY_HEIGHT / 2
    page.add(
        f'<rect x="{MARGIN}" y="{y}" width="{room}" height="{_EMPTY_HEIGHT}" rx="12" '
        f'fill="{tint(_BRAND, 0.94)}" '
        f'stroke="{tint(_BRAND, 0.55)}" stroke-width="1.5" stroke-dasharray="5 6"/>'
        f"{laurels(middle, centre, 0.74, tint(_BRAND, 0.42))}"
        f'<g transform="translate({middle - 25.2:.2f} {centre - 27:.2f}) scale(2.1)" fill="none" '
        f'stroke="{tint(_BRAND, 0.2)}" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round">'
        f"{DRAWINGS['sprout']}</g>"
    )
    block = page.fit(text, room - 188, _EMPTY)
    page.write(block, MARGIN + 168, y + (_EMPTY_HEIGHT - page.tall(block)) / 2, width=room - 188, colour=SOFT)


def _skill(page: Page, skill: Skill, x: float, y: float) -> None:
    left, room = page.left(x, _SKILL_WIDTH), _SKILL_WIDTH - 54
    page.add(plate(left, y, _SKILL_WIDTH, _SKILL_HEIGHT, corner=15, fill="#eef1f5"))
    page.add(plate(page.left(x + _SKILL_WIDTH - 34, 30), y + 4, 30, 22, corner=11, fill=WHITE))
    name = page.fit(skill.name, room, _SKILL)
    page.write(name, x + 12, y + (_SKILL_HEIGHT - page.tall(name)) / 2, width=room, colour=INK)
    count = page.fit(str(max(0, min(skill.count, 999))), 26, _SKILL)
    top = y + (_SKILL_HEIGHT - page.tall(count)) / 2
    page.write(count, x + _SKILL_WIDTH - 32, top, width=26, colour=SOFT, align="centre")
