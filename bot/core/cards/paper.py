"""Badges on paper: a certificate, and a section for a résumé, as PDF with a code to scan and the proof attached."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import segno
from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos

from bot.core.cards.clean import clean
from bot.core.cards.coverage import Listed
from bot.core.cards.drawing import draw
from bot.core.cards.faces import Faces, Weight, roboto, system_faces
from bot.core.cards.facts import Emblem
from bot.core.cards.palette import COLOURS, FAINT, INK, SOFT, channels, tint

MARGIN = 18.0
"""Millimetres; so are all lengths here but font sizes, which are points."""
_STYLES: dict[str, Weight] = {"": "regular", "B": "bold", "I": "italic"}
_EMBLEM_PIXELS = 480


@dataclass(frozen=True, slots=True)
class Attached:
    """A file inside the PDF: the signed credential, so that the paper's proof travels with it."""

    name: str
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Certificate:
    """One award on one page, every text already worded. `link` is what the code says; "" draws none.

    `state` says in the place of the lead what keeps the award from counting; "" where nothing does.
    """

    lang: str
    title: str
    lead: str
    recipient: str
    badge: str
    emblem: Emblem
    description: str
    fields: tuple[tuple[str, str], ...]
    note: str
    link: str
    at: datetime
    attached: tuple[Attached, ...] = ()
    state: str = ""


@dataclass(frozen=True, slots=True)
class ResumeLine:
    """One badge in a résumé: what it is, from whom and when, what it shows, and where it can be checked."""

    badge: str
    emblem: Emblem
    detail: str
    skills: str
    link: str


@dataclass(frozen=True, slots=True)
class Resume:
    """A section for a résumé, as many pages as it takes."""

    lang: str
    title: str
    name: str
    note: str
    lines: tuple[ResumeLine, ...]
    at: datetime


def certificate(facts: Certificate, faces: Faces | None = None) -> bytes:
    """Lay out a certificate: one A4 page, landscape. The same facts and fonts give the same bytes."""
    texts = (facts.title, facts.lead, facts.state, facts.recipient, facts.badge, facts.description, facts.note)
    said = (*texts, *(part for field in facts.fields for part in field))
    page = _Paper("L", facts.lang, f"{facts.badge} · {facts.recipient}", facts.at, said, faces or system_faces())
    page.frame(COLOURS[facts.emblem.colour])
    page.emblem(facts.emblem, x=(page.w - 46) / 2, y=24, side=46)
    page.set_y(76)
    page.line_of(facts.title, 11, FAINT)
    page.line_of(facts.badge, 30, INK, "B", shrink=True)
    page.line_of(facts.state or facts.lead, 11, INK if facts.state else FAINT, "B" if facts.state else "")
    page.line_of(facts.recipient, 22, INK, shrink=True)
    page.ln(2)
    page.paragraph(facts.description, 12, SOFT, width=190, most=2)
    page.ln(3)
    side = 34.0 if facts.link else 0.0
    bottom = page.h - MARGIN - 38
    if facts.link:
        page.code(facts.link, x=page.w - MARGIN - 8 - side, y=bottom, side=side)
    page.fields(facts.fields, x=MARGIN + 10, y=bottom, width=page.w - 2 * MARGIN - 26 - side)
    page.set_xy(MARGIN + 10, page.h - MARGIN - 12)
    page.paragraph(facts.note, 8.5, FAINT, width=page.w - 2 * MARGIN - 26 - side, most=2, align=Align.L)
    for file in facts.attached:
        page.embed_file(bytes=file.body, basename=file.name, mime_type=file.media_type, modification_date=facts.at)
    return bytes(page.output())


def resume(facts: Resume, faces: Faces | None = None) -> bytes:
    """Lay out a résumé's section: A4, upright, each badge with its code. The same facts give the same bytes."""
    said = (
        facts.title,
        facts.name,
        facts.note,
        *(t for one in facts.lines for t in (one.badge, one.detail, one.skills)),
    )
    page = _Paper("P", facts.lang, f"{facts.title} · {facts.name}", facts.at, said, faces or system_faces())
    page.line_of(facts.name, 20, INK, "B", Align.L, shrink=True)
    page.line_of(facts.title, 13, SOFT, align=Align.L)
    page.ln(4)
    for one in facts.lines:
        if page.get_y() + 30 > page.h - MARGIN:
            page.add_page()
        page.entry(one)
    page.paragraph(facts.note, 8.5, FAINT, width=page.epw, most=3, align=Align.L)
    return bytes(page.output())


class _Paper(FPDF):
    """A page set in our faces: Roboto, and for every other script what the system has."""

    def __init__(self, way: str, lang: str, title: str, at: datetime, texts: Iterable[str], faces: Faces) -> None:
        super().__init__("portrait" if way == "P" else "landscape", "mm", "A4")
        self.set_margin(MARGIN)
        self.set_auto_page_break(False)
        self.set_creation_date(at)
        self.set_title(title)
        self.set_lang(lang)
        for style, weight in _STYLES.items():
            self.add_font("Roboto", style, roboto(weight).path)
        others = _others("".join(texts), faces)
        for number, face in enumerate(others):
            for style in _STYLES:
                self.add_font(f"face{number}", style, face.path, collection_font_number=face.index)
        self.set_fallback_fonts([f"face{number}" for number in range(len(others))], exact_match=False)
        self.set_text_shaping(True)
        self.add_page()

    def frame(self, colour: str) -> None:
        """Draw the certificate's edge in the badge's colour."""
        self.set_draw_color(*channels(tint(colour, 0.55)))
        self.set_line_width(0.5)
        self.rect(9, 9, self.w - 18, self.h - 18, round_corners=True, corner_radius=4)
        self.set_draw_color(*channels(colour))
        self.set_line_width(1.4)
        self.line(self.w / 2 - 30, 9, self.w / 2 + 30, 9)

    def emblem(self, emblem: Emblem, *, x: float, y: float, side: float) -> None:
        """Put a badge's picture somewhere."""
        self.image(BytesIO(draw(emblem, width=_EMBLEM_PIXELS)), x=x, y=y, w=side, h=side)

    def code(self, link: str, *, x: float, y: float, side: float) -> None:
        """Put a code to scan somewhere; it can be clicked as well."""
        picture = BytesIO()
        segno.make(link, error="m").save(picture, kind="png", scale=8, border=0)
        self.image(picture, x=x, y=y, w=side, h=side, link=link, alt_text=link)

    def line_of(
        self, text: str, size: float, colour: str, style: str = "", align: Align = Align.C, *, shrink: bool = False
    ) -> None:
        """Write one line, smaller if it must be so to fit, and cut where even half the size is too wide."""
        text = "".join(clean(text))
        self._ink(size, colour, style)
        while shrink and size > 11 and self.get_string_width(text) > self.epw - 20:
            size -= 1
            self.set_font_size(size)
        self.paragraph(
            text, size, colour, width=self.epw - 20 if align is Align.C else self.epw, most=2, style=style, align=align
        )

    def paragraph(
        self,
        text: str,
        size: float,
        colour: str,
        *,
        width: float,
        most: int,
        style: str = "",
        align: Align = Align.C,
    ) -> None:
        """Write at most so many lines; what does not fit ends in an ellipsis."""
        self._ink(size, colour, style)
        height = size * 0.5
        lines = self.multi_cell(width, height, "".join(clean(text)), dry_run=True, output="LINES")
        assert isinstance(lines, list)  # noqa: S101 - what LINES gives
        shown = [str(one) for one in lines[:most]]
        if len(lines) > most:
            shown[-1] = shown[-1].rstrip(" .,;:")[:-1] + "…"
        left = (self.w - width) / 2 if align is Align.C else self.get_x()
        for one in shown:
            self.set_x(left)
            self.cell(width, height, one, align=align, new_x=XPos.LEFT, new_y=YPos.NEXT)

    def fields(self, fields: tuple[tuple[str, str], ...], *, x: float, y: float, width: float) -> None:
        """Write labelled facts side by side."""
        across = width / max(1, len(fields))
        for number, (label, value) in enumerate(fields):
            self.set_xy(x + number * across, y)
            self.paragraph(label, 8.5, FAINT, width=across - 4, most=1, align=Align.L)
            self.set_x(x + number * across)
            self.paragraph(value, 11, INK, width=across - 4, most=3, align=Align.L)

    def entry(self, one: ResumeLine) -> None:
        """Write one badge of a résumé."""
        top = self.get_y()
        self.emblem(one.emblem, x=MARGIN, y=top, side=18)
        side = 22.0 if one.link else 0.0
        if one.link:
            self.code(one.link, x=self.w - MARGIN - side, y=top, side=side)
        width = self.epw - 24 - side - 4
        for text, size, colour, style in (
            (one.badge, 13.0, INK, "B"), (one.detail, 10.0, SOFT, ""), (one.skills, 10.0, FAINT, "")
        ):  # fmt: skip
            self.set_x(MARGIN + 24)
            self.paragraph(text, size, colour, width=width, most=1, style=style, align=Align.L)
        self.set_xy(MARGIN, top + 28)

    def _ink(self, size: float, colour: str, style: str) -> None:
        self.set_font("Roboto", style, size)
        self.set_text_color(*channels(colour))


def _others(text: str, faces: Faces) -> list[Listed]:
    """Give the faces besides Roboto that a text needs; pictures of emoji cannot be put on paper."""
    chosen = (faces.choose(cluster) for cluster in dict.fromkeys(clean(text)) if not cluster.isspace())
    found = dict.fromkeys(face for face in chosen if face is not None and not face.colour)
    return [face for face in found if face != roboto("regular")]
