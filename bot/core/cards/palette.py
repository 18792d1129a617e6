"""Colours by name, the tints and shades made from them, and the contrast that keeps words readable."""

COLOURS: dict[str, str] = {
    "teal": "#0f766e",
    "forest": "#2f7d32",
    "olive": "#5f7a17",
    "amber": "#b7720b",
    "coral": "#d2512d",
    "crimson": "#b91c3c",
    "rose": "#cc3b7f",
    "plum": "#86328f",
    "violet": "#6d4bd0",
    "indigo": "#3f46b5",
    "sky": "#1877ae",
    "slate": "#4b5b70",
}
"""An emblem's colour by name, as `#rrggbb`; a white icon reads well on each."""

WHITE = "#ffffff"
BLACK = "#000000"
INK = "#1f2733"
"""Words that matter."""
SOFT = "#475264"
"""Words beside them."""
FAINT = "#5f6b7c"
"""Small print; still 4.5:1 on every card's ground."""


def channels(colour: str) -> tuple[int, int, int]:
    """The red, green and blue (0-255) of a `#rrggbb` colour."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(colour: str, other: str, share: float) -> str:
    """`colour` with `share` (0-1) of `other` stirred in, as `#rrggbb`."""
    pairs = zip(channels(colour), channels(other), strict=True)
    return "#" + "".join(f"{round(mine + (theirs - mine) * share):02x}" for mine, theirs in pairs)


def tint(colour: str, share: float) -> str:
    """`colour` made lighter by `share` (0-1) of white."""
    return mix(colour, WHITE, share)


def shade(colour: str, share: float) -> str:
    """`colour` made darker by `share` (0-1) of black."""
    return mix(colour, BLACK, share)


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two `#rrggbb` colours, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable(colour: str, ground: str, ratio: float = 4.5) -> str:
    """`colour`, darkened just until words in it stand out from `ground` by `ratio`."""
    for step in range(21):
        candidate = shade(colour, step / 20)
        if contrast(candidate, ground) >= ratio:
            return candidate
    return BLACK


def _luminance(colour: str) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
