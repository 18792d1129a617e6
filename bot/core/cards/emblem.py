"""Emblems: one SVG drawing each, the single source of what a page shows and a picture carries."""

from html import escape
from math import cos, pi, sin

from bot.core.cards.facts import Emblem
from bot.core.cards.icons import DRAWINGS
from bot.core.cards.palette import COLOURS, shade, tint

SIDE = 200
"""An emblem's drawing is this many units wide and high."""

Point = tuple[float, float]


def emblem_svg(emblem: Emblem, title: str = "") -> str:
    """A self-contained, square SVG of `emblem`; with a `title` it is an image so named, else decoration."""
    title = "".join(char if _fit_for_xml(char) else "\N{REPLACEMENT CHARACTER}" for char in title)
    name = f"<title>{escape(title)}</title>" if title else ""
    access = 'role="img"' if title else 'role="img" aria-hidden="true"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}" width="{SIDE}" height="{SIDE}" '
        f"{access}>{name}{elements(emblem)}</svg>"
    )


def placed(emblem: Emblem, x: float, y: float, side: float) -> str:
    """The same drawing inside a larger SVG: its top left at `x`, `y`, `side` units wide."""
    return f'<g transform="translate({x:.2f} {y:.2f}) scale({side / SIDE:.4f})">{elements(emblem)}</g>'


def elements(emblem: Emblem) -> str:
    """The emblem's SVG elements on a 200 by 200 grid; ids carry its name, so that several share a page."""
    colour = COLOURS[emblem.colour]
    key = f"laurel-{emblem.shape}-{emblem.colour}"
    outline, (x, y), reach = _OUTLINES[emblem.shape]
    round_face = emblem.shape in {"star", "rosette"}
    face = _circle(x, y, reach * 0.86) if round_face else outline
    inner = "" if round_face else _about(x, y, 0.925)
    ring = _about(x, y, 0.9 if round_face else 0.83)
    return (
        f"<defs>{_fade(key + '-rim', tint(colour, 0.3), shade(colour, 0.42))}"
        f"{_fade(key + '-face', tint(colour, 0.16), shade(colour, 0.2))}"
        f"{_fade(key + '-tail', shade(colour, 0.3), shade(colour, 0.12))}</defs>"
        f"{_tails(x, y, reach, key) if emblem.shape == 'ribbon' else ''}"
        f'<path d="{outline}" fill="{shade(colour, 0.65)}" opacity=".22" transform="translate(0 5)"/>'
        f'<path d="{outline}" fill="url(#{key}-rim)"/>'
        f'<path d="{face}" fill="url(#{key}-face)"{inner}/>'
        f'<path d="{face}" fill="none" stroke="#fff" stroke-opacity=".62" stroke-width="2.6"{ring}/>'
        f"{_icon(emblem.icon, x, y, reach, shade(colour, 0.6))}"
    )


def _icon(icon: str, x: float, y: float, reach: float, shadow: str) -> str:
    scale = reach * 1.08 / 24
    drawn = (
        f'fill="none" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round" '
        f'transform="translate({x - 12 * scale:.2f} {{top:.2f}}) scale({scale:.4f})"'
    )
    top = y - 12 * scale
    under = DRAWINGS[icon].replace("#fff", shadow)
    return (
        f'<g opacity=".3" stroke="{shadow}" {drawn.format(top=top + 3)}>{under}</g>'
        f'<g stroke="#fff" {drawn.format(top=top)}>{DRAWINGS[icon]}</g>'
    )


def _fade(key: str, top: str, bottom: str) -> str:
    return (
        f'<linearGradient id="{key}" x1="0" y1="0" x2="0" y2="1">'
        f'<stop offset="0" stop-color="{top}"/><stop offset="1" stop-color="{bottom}"/></linearGradient>'
    )


def _about(x: float, y: float, scale: float) -> str:
    return f' transform="translate({x * (1 - scale):.2f} {y * (1 - scale):.2f}) scale({scale})"'


def _tails(x: float, y: float, reach: float, key: str) -> str:
    """Two ribbon ends hanging behind a medal."""
    foot = SIDE - 6
    left = f"M{x - 42} {y + reach * 0.5:.1f}L{x - 56} {foot}l25 -13 l19 21 L{x - 2} {y + reach * 0.6:.1f}z"
    right = f"M{x + 42} {y + reach * 0.5:.1f}L{x + 56} {foot}l-25 -13 l-19 21 L{x + 2} {y + reach * 0.6:.1f}z"
    return f'<path d="{left}{right}" fill="url(#{key}-tail)" stroke-linejoin="round"/>'


def _circle(x: float, y: float, radius: float) -> str:
    return (
        f"M{x - radius:.2f} {y}a{radius:.2f} {radius:.2f} 0 1 1 {2 * radius:.2f} 0"
        f"a{radius:.2f} {radius:.2f} 0 1 1 {-2 * radius:.2f} 0z"
    )


def _around(x: float, y: float, radii: tuple[float, ...], count: int, turn: float = 0.0) -> list[Point]:
    """`count` points on circles about (x, y), clockwise from the top; `radii` take turns."""
    angles = [turn + 2 * pi * index / count - pi / 2 for index in range(count)]
    return [
        (x + radii[index % len(radii)] * cos(angle), y + radii[index % len(radii)] * sin(angle))
        for index, angle in enumerate(angles)
    ]


def _rounded(points: list[Point], corner: float) -> str:
    """A closed polygon whose corners are cut `corner` units before each point and curved through it."""
    parts: list[str] = []
    for index, here in enumerate(points):
        before, after = (
            _towards(here, points[index - 1], corner),
            _towards(here, points[(index + 1) % len(points)], corner),
        )
        parts.append(f"{'L' if parts else 'M'}{before[0]:.2f} {before[1]:.2f}")
        parts.append(f"Q{here[0]:.2f} {here[1]:.2f} {after[0]:.2f} {after[1]:.2f}")
    return "".join(parts) + "z"


def _towards(start: Point, end: Point, distance: float) -> Point:
    length = ((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5
    share = min(0.5, distance / length)
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _scalloped(x: float, y: float, radius: float, count: int) -> str:
    points = _around(x, y, (radius,), count)
    bump = radius * sin(pi / count) * 1.06
    arcs = "".join(f"A{bump:.2f} {bump:.2f} 0 0 1 {px:.2f} {py:.2f}" for px, py in [*points[1:], points[0]])
    return f"M{points[0][0]:.2f} {points[0][1]:.2f}{arcs}z"


def _fit_for_xml(char: str) -> bool:
    code = ord(char)
    return code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000


_SHIELD = (
    "M100 8C124 20 150 26 170 27c6 .3 10 4.5 10 10.5V98c0 48-34 78-74 94-4 1.6-8 1.6-12 0C54 176"
    " 20 146 20 98V37.5C20 31.5 24 27.3 30 27c20-1 46-7 70-19z"
)

_OUTLINES: dict[str, tuple[str, Point, float]] = {
    "circle": (_circle(100, 98, 90), (100, 98), 90),
    "shield": (_SHIELD, (100, 96), 84),
    "hexagon": (_rounded(_around(100, 98, (97,), 6), 16), (100, 98), 84),
    "star": (_rounded(_around(100, 98, (95, 80), 32), 9), (100, 98), 88),
    "ribbon": (_circle(100, 78, 72), (100, 78), 72),
    "diamond": (_rounded(_around(100, 98, (104,), 4), 34), (100, 98), 80),
    "rosette": (_scalloped(100, 98, 84, 14), (100, 98), 86),
    "square": (_rounded([(14, 12), (186, 12), (186, 184), (14, 184)], 54), (100, 98), 86),
}
"""Per shape: its outline as an SVG path, its middle, and how far from there the drawing may reach."""
