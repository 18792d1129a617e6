"""Words onto a picture: shaped runs, colour emoji, boxes for what no font has; none outside its place."""

from typing import Literal

from PIL import Image, ImageDraw

from bot.core.cards.coverage import Listed
from bot.core.cards.faces import STRIKE, loaded
from bot.core.cards.palette import channels
from bot.core.cards.text import BOX, EMOJI, Block, Run, Setter, advance, direction, shown

Align = Literal["start", "centre", "end"]
"""Where a line stands in its column; the start is where reading starts, on the right in Arabic."""

_CAPITALS = 0.355
"""Half the height of a capital, in ems: what centres a line's letters on its middle."""
_OVERHANG = 0.3
"""Ems above and below a block that tall scripts may use before they are clipped."""


def paint(image: Image.Image, block: Block, box: tuple[int, ...], setter: Setter, *, colour: str, align: Align) -> None:
    """Draw `block` into the column `box` (left, top, right, bottom; pixels) of an RGBA `image`.

    It is drawn on a mask of the column's own size first: whatever a font does, no ink lands beside it.
    """
    left, top, right, bottom = box
    above = round(block.size * _OVERHANG)
    mask = Image.new("L", (max(1, right - left), max(1, bottom - top) + 2 * above))
    for number, line in enumerate(block.lines):
        runs = setter.runs(line, block.weight)
        spare = max(0.0, mask.width - sum(advance(run, block.size) for run in runs))
        along = spare / 2 if align == "centre" else spare if (align == "start") == bool(setter.base) else 0.0
        baseline = round(above + block.line_height * (number + 0.5) + block.size * _CAPITALS)
        for run in runs:
            if run.face is None:
                _boxes(mask, run.count, block.size, along, baseline)
            elif run.face.colour:
                picture, rise = _emoji(run, run.face, block.size)
                picture = picture.crop((0, 0, min(picture.width, mask.width - round(along)), picture.height))
                if picture.width:
                    image.alpha_composite(picture, (left + round(along), top - above + baseline - rise))
            else:
                ImageDraw.Draw(mask).text(
                    (along, baseline),
                    shown(run),
                    fill=255,
                    font=loaded(run.face, block.size),
                    anchor="ls",
                    direction=direction(run.level),
                )
            along += advance(run, block.size)
    image.paste(channels(colour), (left, top - above), mask)


def _boxes(mask: Image.Image, count: int, size: int, along: float, baseline: int) -> None:
    """A row of neat empty boxes: here stands something that no font at hand can draw."""
    pen = ImageDraw.Draw(mask)
    for number in range(count):
        left = along + (number + 0.09) * BOX * size
        box = (round(left), round(baseline - 0.72 * size), round(left + 0.82 * BOX * size), baseline)
        pen.rounded_rectangle(box, radius=round(0.1 * size), outline=255, width=max(1, round(0.06 * size)))


def _emoji(run: Run, face: Listed, size: int) -> tuple[Image.Image, int]:
    """A run of colour pictures at `size` pixels per em, and how many pixels of it are above the baseline."""
    shrink = size / STRIKE * EMOJI
    strip = Image.new("RGBA", (max(1, round(advance(run, size) / shrink)), round(STRIKE * 1.3)))
    ImageDraw.Draw(strip).text(
        (0, STRIKE),
        shown(run),
        font=loaded(face, size),
        anchor="ls",
        embedded_color=True,
        direction=direction(run.level),
    )
    small = max(1, round(strip.width * shrink)), max(1, round(strip.height * shrink))
    return strip.resize(small, Image.Resampling.LANCZOS), round(STRIKE * shrink)
