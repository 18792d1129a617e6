"""A picture in the making: SVG art below, text above, lengths in units of which a card is 480 wide."""

from io import BytesIO

from PIL import Image
from resvg_py import svg_to_bytes

from bot.core.cards.bidi import rightward
from bot.core.cards.faces import Faces
from bot.core.cards.ink import Align, paint
from bot.core.cards.text import Block, Setter, Style

WIDTH = 480
"""Units across a card: about what a chat shows; pictures carry two pixels for each."""
MARGIN = 20
"""Units along every edge that no ink of a text or emblem enters."""

_CORNERS = 16
_MANY_COLOURS = 9000
"""Beyond this, 256 colours would show as bands."""


class Page:
    """One picture of `WIDTH` by `height` units, `pixels` wide; right-to-left cards mirror their layout."""

    def __init__(self, height: float, pixels: int, faces: Faces, texts: tuple[str, ...]) -> None:
        self.height = height
        self.pixels = pixels
        self.scale = pixels / WIDTH
        self.mirrored = not rightward(texts)
        self._setter = Setter(faces, int(self.mirrored))
        self._art: list[str] = []
        self._words: list[tuple[Block, float, float, float, str, Align]] = []

    def left(self, x: float, width: float) -> float:
        """Where something `width` wide goes that a left-to-right card has at `x`."""
        return WIDTH - x - width if self.mirrored else x

    def add(self, svg: str) -> None:
        """Draw SVG elements, in units, over the art so far; the caller mirrors with `left`."""
        self._art.append(svg)

    def fit(self, text: str, width: float, *styles: Style) -> Block:
        """`text` set in a column `width` units wide, in the first of `styles` that need not cut it."""
        for style in styles:
            block = self._setter.fit(text, style, width * self.scale, self.scale)
            if not block.cut:
                break
        return block

    def tall(self, block: Block) -> float:
        """The height of `block` in units, 0 without text."""
        return block.height / self.scale

    def wide(self, block: Block) -> float:
        """The width of `block` in units."""
        return block.width / self.scale

    def write(self, block: Block, x: float, y: float, *, width: float, colour: str, align: Align = "start") -> float:
        """Put `block` into the column at (x, y), `width` units wide; returns the y below it."""
        self._words.append((block, self.left(x, width), y, width, colour, align))
        return y + self.tall(block)

    def art(self) -> Image.Image:
        """Everything but the words, RGBA."""
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self.height}" '
            f'width="{WIDTH}" height="{self.height}">{"".join(self._art)}</svg>'
        )
        return rasterised(svg, self.pixels)

    def image(self) -> Image.Image:
        """The finished picture, RGBA."""
        image = self.art()
        for block, x, y, width, colour, align in self._words:
            box = tuple(round(length * self.scale) for length in (x, y, x + width, y + self.tall(block)))
            paint(image, block, box, self._setter, colour=colour, align=align)
        return image

    def png(self) -> bytes:
        """The finished picture as a file."""
        return encoded(_compact(self.image()))


def plate(x: float, y: float, width: float, height: float, *, corner: float, fill: str, line: str = "") -> str:
    """SVG of a rounded rectangle; `line` is its outline's colour, 1.5 units thick and inside its edge."""
    inset = 0.75 if line else 0.0
    outline = f' stroke="{line}" stroke-width="1.5"' if line else ""
    return (
        f'<rect x="{x + inset:.2f}" y="{y + inset:.2f}" width="{width - 2 * inset:.2f}" '
        f'height="{height - 2 * inset:.2f}" rx="{corner - inset:.2f}" fill="{fill}"{outline}/>'
    )


def rasterised(svg: str, pixels: int) -> Image.Image:
    """An SVG drawn `pixels` wide."""
    return Image.open(BytesIO(bytes(svg_to_bytes(svg_string=svg, width=pixels, skip_system_fonts=True)))).convert(
        "RGBA"
    )


def encoded(image: Image.Image) -> bytes:
    """`image` as a PNG, without a date or any other passing thing in it."""
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _compact(image: Image.Image) -> Image.Image:
    """The same card in 256 colours, a third of the bytes; a wall of many hues stays as it is.

    Only the rounded corners are transparent. They get their own 16 colours, the border's in rising opacity.
    """
    if image.getcolors(_MANY_COLOURS) is None:
        return image
    alpha = image.getchannel("A")
    solid = image.convert("RGB").quantize(256 - _CORNERS, Image.Quantize.MEDIANCUT, kmeans=2)
    steps = [256 - _CORNERS + value * (_CORNERS - 1) // 255 for value in range(256)]
    places = Image.frombytes("L", image.size, solid.tobytes())
    places.paste(alpha.point(steps), mask=alpha.point([255] * 255 + [0]))
    small = Image.frombytes("P", image.size, places.tobytes())
    colours = (solid.getpalette() or [])[: 3 * (256 - _CORNERS)]
    colours += [0] * (3 * (256 - _CORNERS) - len(colours))
    border = image.convert("RGB").crop((image.width // 2, 0, image.width // 2 + 1, 1)).tobytes()
    small.putpalette([*colours, *border * _CORNERS])
    opacity = [255] * (256 - _CORNERS) + [255 * step // (_CORNERS - 1) for step in range(_CORNERS)]
    small.info["transparency"] = bytes(opacity)
    return small
