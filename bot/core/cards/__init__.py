"""Pictures for the chat: facts in, PNG or SVG out; no database, no network, no clock.

Every text is already worded by the caller. `draw` makes the picture, `alt` says the same in words,
`size` tells a page how much room to keep. Text is set in Roboto and, where that lacks a letter, in the
fonts of the system; `missing_scripts` tells what neither has.
"""

from bot.core.cards.celebration import RECIPIENTS_SHOWN
from bot.core.cards.drawing import alt, draw, missing_scripts, size, whole
from bot.core.cards.emblem import emblem_svg
from bot.core.cards.faces import ROBOTO_ONLY, Faces, raqm_available, system_faces
from bot.core.cards.facts import (
    SHAPES,
    Bar,
    Celebration,
    Drawing,
    Emblem,
    Progress,
    Skill,
    Tile,
    UnknownEmblem,
    Wall,
)
from bot.core.cards.icons import ICONS
from bot.core.cards.palette import COLOURS
from bot.core.cards.paper import Attached, Certificate, Resume, ResumeLine, certificate, resume
from bot.core.cards.progress import BARS_SHOWN
from bot.core.cards.wall import SKILLS_SHOWN, TILES_SHOWN

__all__ = [
    "BARS_SHOWN",
    "COLOURS",
    "ICONS",
    "RECIPIENTS_SHOWN",
    "ROBOTO_ONLY",
    "SHAPES",
    "SKILLS_SHOWN",
    "TILES_SHOWN",
    "Attached",
    "Bar",
    "Celebration",
    "Certificate",
    "Drawing",
    "Emblem",
    "Faces",
    "Progress",
    "Resume",
    "ResumeLine",
    "Skill",
    "Tile",
    "UnknownEmblem",
    "Wall",
    "alt",
    "certificate",
    "draw",
    "emblem_svg",
    "missing_scripts",
    "raqm_available",
    "resume",
    "size",
    "system_faces",
    "whole",
]
