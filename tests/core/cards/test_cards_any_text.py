"""Whatever people write, a card is drawn, keeps its size, and no ink reaches its edge."""

from dataclasses import replace
from io import BytesIO

import pytest
from cards_samples import CELEBRATION, GROUP, PROGRESS, SAMPLES, WALL
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from bot.core.cards import (
    ROBOTO_ONLY,
    Bar,
    Celebration,
    Drawing,
    Emblem,
    Progress,
    Skill,
    Tile,
    Wall,
    alt,
    celebration,
    draw,
    progress,
    size,
    system_faces,
    wall,
)
from bot.core.cards.page import WIDTH, Page

PIXELS = 240
CLEAR = 10
"""Units along each edge that must stay free: half the margin, the other half is for tall scripts."""

HOSTILE = (
    "W" * 10_000,
    "i" * 10_000,
    "word " * 2_000,
    "سلام" * 2_500,
    "漢" * 10_000,
    "Z" + "\u0351\u0321\u0489" * 3_000 + "algo",
    "\u0e01" + "\u0e49" * 5_000,
    "line\nbreak\r\n\ttab\v\f\u2028\u2029end",
    "\u202e\u2066\u2067evil\u2069\u202c txt.exe\u200f",
    "\u200b\u200c\u200d\ufeff" * 2_000,
    "\u00ad".join("soft hyphens everywhere"),
    "👩🏽\u200d🔬" * 800,
    "👩" + "\u200d👩" * 3_000,
    "\u0915\u094d" * 4_000,
    "\ud800 half a pair \udfff",
    "\x00\x1b[31m\x7f",
    "\U0010ffff\ufffe\ue000",
    "שלום (world) 123 — عالم",
    "<b>&amp;\"'</b>]]>",
    "\ufdfd" * 300,
    "",
    " ",
)
texts = st.one_of(
    st.sampled_from([text[:600] for text in HOSTILE]),  # short enough to read in a report, past every limit
    st.text(max_size=60),
    st.builds(lambda part, times: part * times, st.text(min_size=1, max_size=4), st.integers(1, 300)),
)
emblems = st.sampled_from([drawing for drawing in SAMPLES.values() if isinstance(drawing, Emblem)])
counts = st.integers(-5, 10**30)
celebrations = st.builds(
    Celebration,
    texts,
    texts,
    emblems,
    st.lists(texts, max_size=9).map(tuple),
    texts,
    texts,
    st.sampled_from(["", "+9"]),
)
walls = st.builds(
    Wall,
    texts,
    st.lists(st.builds(Tile, texts, emblems, texts), max_size=4).map(tuple),
    st.lists(st.builds(Skill, texts, counts), max_size=4).map(tuple),
    texts,
    texts,
)
progresses = st.builds(
    Progress,
    texts,
    st.lists(st.builds(Bar, texts, counts, counts, texts, st.booleans()), max_size=4).map(tuple),
)


def page_of(drawing: Drawing) -> Page:
    match drawing:
        case Celebration():
            return celebration.page(drawing, PIXELS, ROBOTO_ONLY)
        case Wall():
            return wall.page(drawing, PIXELS, ROBOTO_ONLY)
        case Progress():
            return progress.page(drawing, PIXELS, ROBOTO_ONLY)
        case Emblem():
            raise AssertionError(drawing)


def assert_ink_stays_inside(drawing: Drawing) -> None:
    page = page_of(drawing)
    image, clear = page.image(), round(CLEAR * PIXELS / WIDTH)
    assert image.size == size(drawing, width=PIXELS)
    ink = ImageChops.difference(image.convert("RGB"), page.art().convert("RGB")).getbbox()
    if ink:
        left, top, right, bottom = ink
        assert min(left, top, image.width - right, image.height - bottom) >= clear, ink


@settings(max_examples=30, deadline=None)
@given(celebrations)
def test_celebration_holds_any_text(drawing: Celebration) -> None:
    assert_ink_stays_inside(drawing)


@settings(max_examples=25, deadline=None)
@given(walls)
def test_wall_holds_any_text(drawing: Wall) -> None:
    assert_ink_stays_inside(drawing)


@settings(max_examples=25, deadline=None)
@given(progresses)
def test_progress_holds_any_text_and_any_number(drawing: Progress) -> None:
    assert_ink_stays_inside(drawing)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_hostile_text_fits_with_the_fonts_of_this_system_too(text: str) -> None:
    drawing = Celebration(text, text, CELEBRATION.emblem, (text,) * 3, text, text, text)
    drawn = Image.open(BytesIO(draw(drawing, width=PIXELS, faces=system_faces())))
    assert drawn.size == size(drawing, width=PIXELS)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_chips_of_a_group_stay_on_the_card(text: str) -> None:
    """Their plates are art, not words: right of the panel, the card's edge stays white."""
    art = page_of(replace(GROUP, recipients=(text,) * 9)).art().convert("RGB")
    edge = art.crop((art.width - 9, 20, art.width - 3, art.height - 20))  # 18 to 6 units from the side
    assert edge.getextrema() == ((255, 255),) * 3


@pytest.mark.parametrize(
    "drawing", [CELEBRATION, GROUP, WALL, PROGRESS, CELEBRATION.emblem], ids=lambda it: type(it).__name__
)
def test_same_facts_give_the_same_bytes(drawing: Drawing) -> None:
    assert draw(drawing, width=300) == draw(drawing, width=300)


def test_celebration_is_light_enough_for_any_chat() -> None:
    assert len(draw(CELEBRATION, faces=ROBOTO_ONLY)) < 60_000
    assert len(draw(GROUP, faces=ROBOTO_ONLY)) < 80_000


@pytest.mark.parametrize(("asked", "given_"), [(None, 960), (1, 32), (480, 480), (99_999, 2400)])
def test_width_is_kept_within_reason(asked: int | None, given_: int) -> None:
    assert size(CELEBRATION, width=asked)[0] == given_


def test_what_does_not_fit_is_counted() -> None:
    """Names, tiles and bars beyond the room are told as a number rather than lost."""
    many = replace(GROUP, recipients=tuple(f"Name {number}" for number in range(30)), more="")
    assert draw(many, width=PIXELS) != draw(replace(many, recipients=many.recipients[:6]), width=PIXELS)
    assert size(replace(WALL, tiles=WALL.tiles * 9, more="")) == size(replace(WALL, tiles=WALL.tiles * 10, more=""))
    bars = replace(PROGRESS, bars=PROGRESS.bars * 9)
    assert size(bars)[1] > size(replace(bars, bars=bars.bars[:10]))[1]


def test_corners_are_transparent_and_the_rest_is_not() -> None:
    """A card stands on a white chat and on a black one."""
    for drawing in (CELEBRATION, WALL, PROGRESS):
        alpha = Image.open(BytesIO(draw(drawing, width=480))).convert("RGBA").getchannel("A")
        assert alpha.getpixel((0, 0)) == 0
        assert alpha.getpixel((240, 0)) == 255
        assert alpha.crop((8, 8, 472, alpha.height - 8)).getextrema() == (255, 255)


def test_alt_text_is_what_the_picture_says() -> None:
    assert alt(CELEBRATION) == (
        "Sam Okafor earned Peer Tutor\n"
        "For helping three classmates with the chi-squared homework on Thursday.\n"
        "Awarded by Ms Rivera · 23 Nov 2026 · Lincoln High"
    )
    assert alt(GROUP).splitlines()[1:3] == [", ".join(GROUP.recipients), "and 2 more"]
    assert alt(PROGRESS).splitlines()[1] == "Finish the statistics pathway: 3/5. Due Friday 4 December"
    assert alt(Wall("Ana's badges", empty="Nothing yet.")) == "Ana's badges\nNothing yet."
    assert alt(CELEBRATION.emblem) == ""
