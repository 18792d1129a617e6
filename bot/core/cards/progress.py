"""Progress bars: how far along each thing is, and which of them can't wait."""

from bot.core.cards.faces import Faces
from bot.core.cards.facts import Bar, Progress
from bot.core.cards.page import MARGIN, WIDTH, Page, plate
from bot.core.cards.palette import COLOURS, FAINT, INK, SOFT, WHITE, readable, tint
from bot.core.cards.text import Style

BARS_SHOWN = 10

_BRAND = COLOURS["teal"]
_DONE = COLOURS["forest"]
_URGENT = COLOURS["crimson"]
_HEADER = 62
_ROW = 70
_LINE = 22
_BAR = 14
_ROOM = WIDTH - 2 * MARGIN
_TITLE = Style(21, 14, weight="bold")
_NAME = Style(15.5, 12, weight="medium")
_COUNT = Style(15.5, 11, weight="bold")
_CAPTION = Style(12.5, 10.5)
_MOST = 99_999


def height(progress: Progress) -> int:
    """The picture's height in units."""
    shown = min(len(progress.bars), BARS_SHOWN)
    return _HEADER + shown * _ROW + (26 if len(progress.bars) > BARS_SHOWN else 0) + 8


def page(progress: Progress, pixels: int, faces: Faces) -> Page:
    """The bars, ready to become a PNG."""
    tall = height(progress)
    bars = progress.bars[:BARS_SHOWN]
    page = Page(tall, pixels, faces, (progress.title, *(text for bar in bars for text in (bar.title, bar.caption))))
    page.add(
        f'<defs><pattern id="hatch" width="9" height="9" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="9" height="9" fill="{_URGENT}"/>'
        f'<rect width="4" height="9" fill="{tint(_URGENT, 0.28)}"/></pattern></defs>'
    )
    page.add(plate(0, 0, WIDTH, tall, corner=16, fill=WHITE, line=tint(_BRAND, 0.7)))
    title = page.fit(progress.title, _ROOM, _TITLE)
    page.write(title, MARGIN, MARGIN + (28 - page.tall(title)) / 2, width=_ROOM, colour=INK)
    for index, bar in enumerate(bars):
        _bar(page, bar, _HEADER + index * _ROW)
    if len(progress.bars) > BARS_SHOWN:
        more = page.fit(f"+{len(progress.bars) - BARS_SHOWN}", _ROOM, _NAME)
        page.write(more, MARGIN, _HEADER + BARS_SHOWN * _ROW - 4, width=_ROOM, colour=SOFT, align="centre")
    return page


def _bar(page: Page, bar: Bar, y: float) -> None:
    total = max(0, min(bar.total, _MOST))
    done = max(0, min(bar.done, total))
    full = total > 0 and done == total
    colour = _DONE if full else _URGENT if bar.urgent else _BRAND
    count = page.fit(f"{done}/{total}", 90, _COUNT)
    wide = page.wide(count) + 2
    mark = 22 if full or bar.urgent else 0
    room = _ROOM - wide - 14 - mark
    name = page.fit(bar.title, room, _NAME)
    page.write(name, MARGIN + mark, y + (_LINE - page.tall(name)) / 2, width=room, colour=INK)
    top, ink = y + (_LINE - page.tall(count)) / 2, readable(colour, WHITE)
    page.write(count, WIDTH - MARGIN - wide, top, width=wide, colour=ink, align="end")
    if mark:
        page.add(_mark(page.left(MARGIN, 17), y + 2.5, colour, full=full))
    pressing = bar.urgent and not full
    page.add(_track(page, y + _LINE + 4, done / total if total else 0.0, colour, hatched=pressing))
    caption = page.fit(bar.caption, _ROOM, _CAPTION)
    page.write(caption, MARGIN, y + _LINE + _BAR + 6, width=_ROOM, colour=ink if pressing else FAINT)


def _track(page: Page, y: float, share: float, colour: str, *, hatched: bool) -> str:
    track = plate(MARGIN, y, _ROOM, _BAR, corner=_BAR / 2, fill=tint(colour, 0.84))
    if not share:
        return track
    wide = max(_BAR, share * _ROOM)  # never narrower than its own round ends
    fill = "url(#hatch)" if hatched else colour
    return track + plate(page.left(MARGIN, wide), y, wide, _BAR, corner=_BAR / 2, fill=fill)


def _mark(x: float, y: float, colour: str, *, full: bool) -> str:
    """A tick in a disc for what is complete, an exclamation mark in a triangle for what is urgent."""
    if full:
        drawn = (
            '<circle cx="8.5" cy="8.5" r="8.5" stroke="none"/>'
            '<path d="M4.7 8.8l2.7 2.7 5-5.4" fill="none" stroke="#fff"/>'
        )
    else:
        drawn = (
            '<path d="M8.5 1.2L16.4 15.2H.6z"/><path d="M8.5 6v4.4" stroke="#fff"/>'
            '<circle cx="8.5" cy="13" r="1" fill="#fff" stroke="none"/>'
        )
    return (
        f'<g transform="translate({x:.2f} {y:.2f})" fill="{colour}" stroke="{colour}" stroke-width="1.8" '
        f'stroke-linecap="round" stroke-linejoin="round">{drawn}</g>'
    )
