"""Baking a badge into its picture, beside opening and saving the same PNG with Pillow."""

from io import BytesIO

from PIL import Image

from benchmarks.badges import AWARDED, KEY, METHOD, learners
from benchmarks.measure import Contest, repeat
from bot.core.cards import Emblem, draw
from bot.core.credentials import BadgeSigner, bake_png, unbake_png

WIDTH = 512


def bake_contest() -> Contest:
    """Make the contest of baking."""
    picture = draw(Emblem("shield", "forest", "book"), width=WIDTH)
    [text] = BadgeSigner().sign_batch(learners(1), KEY, METHOD, AWARDED)
    assert unbake_png(bake_png(picture, text)) == text

    def pillow() -> None:
        with Image.open(BytesIO(picture)) as opened:
            opened.save(BytesIO(), "PNG")

    contest = Contest(
        f"Bake {len(text):,} characters into an emblem of {len(picture):,} bytes, {WIDTH} pixels wide",
        "Pillow, open and save",
        {"Laurel": repeat(lambda: bake_png(picture, text)), "Pillow, open and save": repeat(pillow)},
    )
    contest.asked = [("Laurel", "Pillow, open and save", 10)]
    return contest
