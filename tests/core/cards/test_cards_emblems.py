"""Emblems: every combination is drawn, as SVG that any parser and any page accepts."""

from io import BytesIO
from itertools import product
from xml.etree import ElementTree as ET

import pytest
from cards_samples import SAMPLES
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pydantic import TypeAdapter

from bot.core.cards import COLOURS, ICONS, SHAPES, Drawing, Emblem, UnknownEmblem, draw, emblem_svg, size
from bot.core.cards.palette import FAINT, INK, SOFT, WHITE, contrast, readable, tint

SVG = "{http://www.w3.org/2000/svg}"


def test_there_is_enough_to_choose_from() -> None:
    assert len(SHAPES) == 8
    assert len(COLOURS) == 12
    assert len(ICONS) >= 20


@pytest.mark.parametrize("shape", SHAPES)
def test_every_icon_and_colour_draws_in_every_shape(shape: str) -> None:
    """All are well-formed and self-contained; a few are looked at as pictures."""
    for colour, icon in product(COLOURS, ICONS):
        svg = emblem_svg(Emblem(shape, colour, icon))
        ET.fromstring(svg)  # noqa: S314 - our own drawing
        assert "href" not in svg
    picture = Image.open(BytesIO(draw(Emblem(shape, "teal", ICONS[0]), width=64)))
    assert picture.size == size(Emblem(shape, "teal", ICONS[0]), width=64) == (64, 64)
    opaque = sum(picture.getchannel("A").histogram()[200:]) / 64**2
    assert 0.35 < opaque < 0.9
    assert picture.getpixel((0, 0))[3] == 0


def test_icons_differ() -> None:
    """No two icons look alike, nor does any of them vanish at the size of a thumbnail."""
    assert len({draw(Emblem("circle", "teal", icon), width=32) for icon in ICONS}) == len(ICONS)


@given(st.text(st.characters(exclude_categories=())))
def test_any_title_is_well_formed_xml(title: str) -> None:
    root = ET.fromstring(emblem_svg(Emblem("star", "plum", "heart"), title).encode())  # noqa: S314 - our own
    assert root.get("role") == "img"
    found = root.find(f"{SVG}title")
    assert (found is not None) == bool(title)


def test_title_names_the_picture() -> None:
    root = ET.fromstring(emblem_svg(Emblem("star", "plum", "heart"), 'Tom & "Jerry" <3'))  # noqa: S314 - our own
    assert root.findtext(f"{SVG}title") == 'Tom & "Jerry" <3'
    assert root.get("aria-hidden") is None


@pytest.mark.parametrize(
    ("part", "emblem"),
    [
        ("shape", ("blob", "teal", "star")),
        ("colour", ("star", "#fff", "star")),
        ("icon", ("star", "teal", "")),
    ],
)
def test_unknown_parts_are_refused_by_name(part: str, emblem: tuple[str, str, str]) -> None:
    with pytest.raises(UnknownEmblem) as refusal:
        Emblem(*emblem)
    assert refusal.value.part == part
    assert refusal.value.value in emblem
    assert "teal" in refusal.value.known or "star" in refusal.value.known


@pytest.mark.parametrize("name", SAMPLES)
def test_facts_survive_json(name: str) -> None:
    """The outbox may keep a drawing's facts: they are plain data."""
    facts = TypeAdapter(Drawing)
    assert facts.validate_json(facts.dump_json(SAMPLES[name])) == SAMPLES[name]


@pytest.mark.parametrize("colour", COLOURS.values(), ids=COLOURS)
def test_words_and_icons_stand_out(colour: str) -> None:
    """Words reach 4.5:1 on every ground a card gives them; a white icon reaches 3:1 on its emblem."""
    for ground in (WHITE, tint(colour, 0.92), tint(colour, 0.87)):
        assert contrast(readable(colour, ground), ground) >= 4.5
        assert contrast(readable(FAINT, ground), ground) >= 4.5
    assert min(contrast(ink, WHITE) for ink in (INK, SOFT, FAINT)) >= 4.5
    assert contrast(INK, "#eef1f5") >= 4.5
    assert contrast(colour, WHITE) >= 3
