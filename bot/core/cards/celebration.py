"""The celebration card: who earned what, and why, beside the emblem in its laurels."""

from bot.core.cards.emblem import placed
from bot.core.cards.faces import Faces
from bot.core.cards.facts import Celebration
from bot.core.cards.laurels import confetti, laurels, rays
from bot.core.cards.page import MARGIN, WIDTH, Page, plate
from bot.core.cards.palette import COLOURS, FAINT, INK, SOFT, WHITE, readable, tint
from bot.core.cards.text import Block, Style

RECIPIENTS_SHOWN = 6
"""How many names a grouped card has room for, one less beside `more`."""

_PANEL = 176
_COLUMN = _PANEL + 20
_ROOM = WIDTH - _COLUMN - MARGIN
_HEADLINE = Style(17, 13, lines=2, weight="medium")
_BADGE = (
    Style(29, 17, lines=2, weight="bold", leading=1.18),
    Style(18, 15, lines=3, weight="bold", leading=1.18),
)
_REASON = Style(15.5, 12.5, lines=3, weight="regular", leading=1.38)
_CHIPS = tuple(Style(size, size, weight="medium") for size in (13.5, 12.5, 11.5))
_FOOTER = Style(12.5, 11.5), Style(11.5, 10.5, lines=2)
_CHIP_HEIGHT, _CHIP_GAP, _CHIP_INSET = 25, 6, 10


def height(celebration: Celebration) -> int:
    """The card's height in units."""
    return 222 + 6 + _most_rows(celebration) * 30 if _grouped(celebration) else 222


def page(celebration: Celebration, pixels: int, faces: Faces) -> Page:
    """The card, ready to become a PNG."""
    return _Card(celebration, pixels, faces).page


def whole(celebration: Celebration, faces: Faces) -> bool:
    """Whether there is room for all of the reason."""
    reason = _Card(celebration, WIDTH, faces).reason
    return reason is not None and not reason.cut


def _grouped(celebration: Celebration) -> bool:
    return len(celebration.recipients) > 1 or bool(celebration.more)


def _most_rows(celebration: Celebration) -> int:
    """How many rows of names there is room for: two names fit in every row, whatever they are."""
    return 2 if len(celebration.recipients) + bool(celebration.more) <= 4 else 3


class _Card:
    def __init__(self, celebration: Celebration, pixels: int, faces: Faces) -> None:
        texts = (celebration.headline, celebration.badge, celebration.reason, celebration.footer)
        self.facts = celebration
        self.page = Page(height(celebration), pixels, faces, texts)
        self.colour = COLOURS[celebration.emblem.colour]
        self._ground()
        self._words()

    def _ground(self) -> None:
        page, tall = self.page, self.page.height
        left = page.left(0, _PANEL)
        page.add(
            f'<defs><linearGradient id="panel" x1="0" y1="0" x2="0" y2="1">'
            f'<stop offset="0" stop-color="{tint(self.colour, 0.82)}"/>'
            f'<stop offset="1" stop-color="{tint(self.colour, 0.7)}"/></linearGradient>'
            f'<clipPath id="card"><rect width="{WIDTH}" height="{tall}" rx="16"/></clipPath></defs>'
            f'<g clip-path="url(#card)"><rect width="{WIDTH}" height="{tall}" fill="#fff"/>'
            f'<rect x="{left}" width="{_PANEL}" height="{tall}" fill="url(#panel)"/>'
            f'<clipPath id="panel-edge"><rect x="{left}" width="{_PANEL}" height="{tall}"/></clipPath>'
            f'<g clip-path="url(#panel-edge)">{rays(left + _PANEL / 2, tall / 2, tall)}</g>'
            f"{confetti(left, _PANEL, tall, self.colour)}</g>"
            f"{plate(0, 0, WIDTH, tall, corner=16, fill='none', line=tint(self.colour, 0.6))}"
        )
        side = 104
        page.add(laurels(left + _PANEL / 2, tall / 2, 1, tint(self.colour, 0.25)))
        page.add(placed(self.facts.emblem, left + (_PANEL - side) / 2, (tall - side) / 2, side))

    def _words(self) -> None:
        facts, page = self.facts, self.page
        headline = page.fit(facts.headline, _ROOM, _HEADLINE)
        badge = page.fit(facts.badge, _ROOM, *_BADGE)
        footer = page.fit(facts.footer, _ROOM, *_FOOTER)
        rows = self._chip_rows() if _grouped(facts) else []
        chips = len(rows) * (_CHIP_HEIGHT + _CHIP_GAP) + 12 if rows else 0
        floor = page.height - MARGIN - page.tall(footer) - (8 if footer.lines else 0)
        taken = page.tall(headline) + 3 + page.tall(badge) + chips
        self.reason = reason = self._reason(floor - MARGIN - taken - 8)
        tall = taken + (page.tall(reason) + 8 if reason else 0)
        y = MARGIN + max(0.0, (floor - MARGIN - tall) / 2)
        y = page.write(headline, _COLUMN, y, width=_ROOM, colour=SOFT) + 3
        y = page.write(badge, _COLUMN, y, width=_ROOM, colour=readable(self.colour, WHITE, 5.5))
        if rows:
            y = self._chips(rows, y + 8) + 4
        if reason:
            page.write(reason, _COLUMN, y + 8, width=_ROOM, colour=INK)
        bottom = page.height - MARGIN - page.tall(footer)
        page.write(footer, _COLUMN, bottom, width=_ROOM, colour=FAINT)

    def _reason(self, room: float) -> Block | None:
        """The reason in as many lines as there is room for, units."""
        lines = min(_REASON.lines, int(room / (_REASON.size * _REASON.leading)))
        if lines < 1 or not self.facts.reason.strip():
            return None
        style = Style(_REASON.size, _REASON.least, lines, _REASON.weight, _REASON.leading)
        return self.page.fit(self.facts.reason, _ROOM, style)

    def _chip_rows(self) -> list[list[Block]]:
        """The names in as few rows as there is room for: smaller first, then shortened."""
        most = RECIPIENTS_SHOWN - bool(self.facts.more)
        names = [name for name in self.facts.recipients if name.strip()]
        hidden = len(names) - most
        if hidden > 0 and not self.facts.more:
            most, hidden = most - 1, hidden + 1
        last = " · ".join(([f"+{hidden}"] if hidden > 0 else []) + ([self.facts.more] if self.facts.more else []))
        texts = names[:most] + ([last] if last else [])
        rows: list[list[Block]] = []
        smallest = _CHIPS[-1]
        choices = [(style, _ROOM) for style in _CHIPS]  # smaller letters before cut names, one size for all
        for style, widest in (*choices, (smallest, _ROOM * 0.62), (smallest, (_ROOM - _CHIP_GAP) / 2)):
            blocks = [self.page.fit(text, widest - 2 * _CHIP_INSET - 0.1, style) for text in texts]
            rows = self._packed(blocks)
            if len(rows) <= _most_rows(self.facts):
                break
        return rows

    def _packed(self, blocks: list[Block]) -> list[list[Block]]:
        rows: list[list[Block]] = []
        used = 0.0
        for block in blocks:
            wide = self.page.wide(block) + 2 * _CHIP_INSET
            if not rows or used + wide > _ROOM:
                rows.append([])
                used = 0.0
            rows[-1].append(block)
            used += wide + _CHIP_GAP
        return rows

    def _chips(self, rows: list[list[Block]], y: float) -> float:
        page, ground = self.page, tint(self.colour, 0.87)
        ink = readable(self.colour, ground, 6)
        for row in rows:
            x = float(_COLUMN)
            for block in row:
                wide = page.wide(block) + 2 * _CHIP_INSET
                page.add(plate(page.left(x, wide), y, wide, _CHIP_HEIGHT, corner=_CHIP_HEIGHT / 2, fill=ground))
                # Half an inset of slack on each side is for letters that lean out of their advance.
                inner, top = wide - _CHIP_INSET, y + (_CHIP_HEIGHT - page.tall(block)) / 2
                page.write(block, x + _CHIP_INSET / 2, top, width=inner, colour=ink, align="centre")
                x += wide + _CHIP_GAP
            y += _CHIP_HEIGHT + _CHIP_GAP
        return y - _CHIP_GAP
