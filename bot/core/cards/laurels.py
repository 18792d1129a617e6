"""Laurel's own ornaments: two branches about an emblem, and a little confetti, always in the same places."""

from itertools import cycle
from math import cos, degrees, pi, sin

from bot.core.cards.palette import COLOURS, tint

_LEAF = "M0 0C3.5 -5.5 10.5 -6.5 17 0C10.5 4.5 4.5 4.5 0 0z"
_LEAVES = 8
_STEP = 0.255
"""Radians from one pair of leaves to the next."""
_RADIUS = 68
_RAYS = 18
_CONFETTI = (
    # share of the panel's width; units below its top, or with a minus above its bottom; turn in degrees; kind
    (0.1, 20, 20, 0), (0.28, 11, -35, 1), (0.46, 19, 80, 0), (0.64, 10, 15, 2), (0.8, 21, 40, 0),
    (0.92, 12, 50, 1), (0.06, 44, 70, 2), (0.94, 43, 10, 0), (0.21, 33, 0, 1), (0.76, 37, 0, 1),
    (0.07, -36, 35, 1), (0.15, -14, -10, 2), (0.33, -20, 60, 0), (0.5, -11, 0, 1), (0.67, -21, -50, 0),
    (0.86, -13, 25, 2), (0.95, -34, 80, 0),
)  # fmt: skip
_PIECES = (
    '<rect x="-3" y="-1.6" width="6" height="3.2" rx="1"/>',
    '<circle r="2"/>',
    '<path d="M-3.5 1.5Q-1.7 -2.5 0 0T3.5 -1.5" fill="none" stroke="{0}" stroke-width="1.7"/>',
)


def laurels(x: float, y: float, scale: float, colour: str) -> str:
    """Two laurel branches, open at the top, about (x, y); 84 units to each side at `scale` 1."""
    branch = _branch(colour)
    return (
        f'<g transform="translate({x:.2f} {y:.2f}) scale({scale})" fill="{colour}">'
        f'{branch}<g transform="scale(-1 1)">{branch}</g></g>'
    )


def rays(x: float, y: float, reach: float) -> str:
    """Faint white light from behind an emblem at (x, y), `reach` units far."""
    parts = []
    for index in range(_RAYS):
        middle, half = 2 * pi * index / _RAYS, pi / _RAYS / 2
        tips = (f"{x + reach * cos(at):.1f} {y + reach * sin(at):.1f}" for at in (middle - half, middle + half))
        parts.append(f"M{x} {y}L{'L'.join(tips)}z")
    return f'<path d="{"".join(parts)}" fill="#fff" opacity=".3"/>'


def confetti(x: float, width: float, height: float, colour: str) -> str:
    """Paper scraps along the top and bottom of a panel `width` by `height` whose left edge is at `x`."""
    inks = (tint(colour, 0.3), tint(COLOURS["amber"], 0.2), "#ffffff", tint(COLOURS["rose"], 0.35))
    return "".join(
        f'<g transform="translate({x + across * width:.1f} {down if down > 0 else height + down:.1f}) '
        f'rotate({turn})" fill="{ink}">{_PIECES[kind].format(ink)}</g>'
        for ink, (across, down, turn, kind) in zip(cycle(inks), _CONFETTI, strict=False)
    )


def _branch(colour: str) -> str:
    """The right branch from the foot upwards, about the origin."""
    parts: list[str] = []
    for index in range(_LEAVES):
        angle = pi / 2 - (0.2 + index * _STEP)
        last = index == _LEAVES - 1
        for lean, flip in ((-0.55, 1), (0.5, -1), *(((0.0, 1),) if last else ())):
            size, x, y = 0.94 - 0.035 * index, _RADIUS * cos(angle), _RADIUS * sin(angle)
            parts.append(
                f'<path d="{_LEAF}" transform="translate({x:.2f} {y:.2f}) '
                f'rotate({degrees(angle - pi / 2 + lean):.1f}) scale({size:.3f} {size * flip:.3f})"/>'
            )
    foot, tip = (
        f"{_RADIUS * cos(angle):.2f} {_RADIUS * sin(angle):.2f}"
        for angle in (pi / 2 - 0.06, pi / 2 - 0.2 - (_LEAVES - 1) * _STEP)
    )
    stem = f"M{foot}A{_RADIUS} {_RADIUS} 0 0 0 {tip}"
    parts.append(f'<path d="{stem}" fill="none" stroke="{colour}" stroke-width="1.6" stroke-linecap="round"/>')
    return "".join(parts)
