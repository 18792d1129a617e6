"""Every kind of picture looks as it did when somebody last looked at it.

After a change that is meant to be seen, write the goldens anew and look at each of them:

    LAUREL_GOLDENS=write pytest tests/core/cards/test_cards_goldens.py

They are drawn with Roboto alone, so that they look the same on every machine. A tolerance leaves room for
another version of FreeType; it is far below a moved line, a changed colour or a missing letter.
"""

import os
from io import BytesIO
from pathlib import Path

import pytest
from cards_samples import SAMPLES
from PIL import Image, ImageChops, ImageStat

from bot.core.cards import ROBOTO_ONLY, draw

GOLDEN = Path(__file__).parent / "golden"
WIDTH = 720
MEAN = 1.2
"""The mean difference allowed in each channel, of 255."""
STRIKING = 0.006
"""The share of pixels allowed to differ by more than 64 in some channel."""


@pytest.mark.parametrize("name", SAMPLES)
def test_picture_looks_as_it_did(name: str) -> None:
    """Within the tolerance, the picture is the one kept beside this test."""
    drawn = draw(SAMPLES[name], width=WIDTH // 3 if name.startswith("emblem") else WIDTH, faces=ROBOTO_ONLY)
    path = GOLDEN / f"{name}.png"
    if os.environ.get("LAUREL_GOLDENS") == "write":
        path.write_bytes(drawn)
    ours, kept = (Image.open(BytesIO(data)).convert("RGBA") for data in (drawn, path.read_bytes()))
    assert ours.size == kept.size
    difference = ImageChops.difference(ours, kept)
    assert max(ImageStat.Stat(difference).mean) < MEAN
    worst = ImageChops.lighter(
        ImageChops.lighter(difference.getchannel("R"), difference.getchannel("G")),
        ImageChops.lighter(difference.getchannel("B"), difference.getchannel("A")),
    )
    striking = sum(worst.histogram()[65:])
    assert striking < STRIKING * ours.width * ours.height


def test_every_golden_is_still_drawn() -> None:
    """No picture is kept for a sample that is gone."""
    assert {path.stem for path in GOLDEN.glob("*.png")} == set(SAMPLES)
