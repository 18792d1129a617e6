"""The facts a picture is made of: frozen values of already worded text, whole numbers and emblems."""

from dataclasses import dataclass

from bot.core.cards.icons import ICONS
from bot.core.cards.palette import COLOURS

SHAPES: tuple[str, ...] = ("circle", "shield", "hexagon", "star", "ribbon", "diamond", "rosette", "square")
"""Every emblem's outline, in the order a picker should offer them."""


class UnknownEmblem(ValueError):
    """An emblem names a shape, colour or icon that nobody has drawn."""

    def __init__(self, part: str, value: str, known: tuple[str, ...]) -> None:
        super().__init__(part, value, known)
        self.part = part
        """"shape", "colour" or "icon"."""
        self.value = value
        self.known = known


@dataclass(frozen=True, slots=True)
class Emblem:
    """A badge's own sign: an outline from `SHAPES`, a name from `COLOURS`, a drawing from `ICONS`."""

    shape: str
    colour: str
    icon: str

    def __post_init__(self) -> None:
        for part, value, known in (
            ("shape", self.shape, SHAPES),
            ("colour", self.colour, tuple(COLOURS)),
            ("icon", self.icon, ICONS),
        ):
            if value not in known:
                raise UnknownEmblem(part, value, known)


@dataclass(frozen=True, slots=True)
class Celebration:
    """One award, or one badge earned by several at once.

    `recipients` become name chips only when there are several (or `more` says so): the headline
    already names a single one. `celebration.RECIPIENTS_SHOWN` of them are drawn; `more` words the rest.
    """

    headline: str
    badge: str
    emblem: Emblem
    recipients: tuple[str, ...] = ()
    reason: str = ""
    footer: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill and how many badges show it."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Tile:
    """One badge on a wall; `caption` is usually the day it was earned."""

    badge: str
    emblem: Emblem
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Wall:
    """A collection of badges; `more` words what is not drawn, `empty` is drawn when there is no tile.

    At most `wall.TILES_SHOWN` tiles and `wall.SKILLS_SHOWN` skills are drawn.
    """

    title: str
    tiles: tuple[Tile, ...] = ()
    skills: tuple[Skill, ...] = ()
    more: str = ""
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One thing under way: `done` of `total` steps; `urgent` when its day is near or past."""

    title: str
    done: int
    total: int
    caption: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """Several bars under one title; at most `progress.BARS_SHOWN` are drawn."""

    title: str
    bars: tuple[Bar, ...] = ()


Drawing = Emblem | Celebration | Wall | Progress
