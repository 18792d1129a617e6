"""Which font draws which letter, and what is said when none does."""

import struct
from pathlib import Path
from shutil import copy

import font_roboto
import pytest

from bot.core.cards import ROBOTO_ONLY, Celebration, Emblem, Faces, draw, missing_scripts, raqm_available
from bot.core.cards.coverage import coverage, listed
from bot.core.cards.faces import roboto


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Zoë Müller, Дмитрий, Ελένη — “5 €”", ()),
        ("سارة", ("Arabic",)),
        ("שרה and नमस्ते", ("Hebrew", "Devanagari")),
        ("李小龙 さくら 김", ("Han", "Hiragana", "Hangul")),
        ("Party 🎉🎉", ("Emoji",)),
        ("a → b", ("Symbols",)),
        ("", ()),
        ("\u200d\u202e\n", ()),
    ],
)
def test_scripts_without_a_font_are_named(text: str, missing: tuple[str, ...]) -> None:
    assert missing_scripts(text, ROBOTO_ONLY) == missing


def test_nothing_late_in_a_long_text_is_overlooked() -> None:
    assert missing_scripts("a" * 100_000 + "س", ROBOTO_ONLY) == ("Arabic",)


def test_roboto_comes_in_four_weights() -> None:
    assert len({roboto(weight).path for weight in ("regular", "medium", "bold", "italic")}) == 4


def test_coverage_is_read_from_the_font_itself() -> None:
    [face] = listed(Path(font_roboto.RobotoBold))
    assert (face.family, face.style, face.colour) == ("Roboto", "Bold", False)
    covered = coverage(face)
    assert all(ord(char) in covered for char in "AzÄЖΩ€")
    assert not any(ord(char) in covered for char in "سक中🎉")


def test_fonts_are_found_in_directories_and_damaged_ones_are_passed_over(tmp_path: Path) -> None:
    """A broken file among the system's fonts must not cost anyone their card."""
    (tmp_path / "deep").mkdir()
    copy(font_roboto.RobotoLight, tmp_path / "deep" / "good.TTF")
    data = Path(font_roboto.Roboto).read_bytes()
    for name, content in {
        "empty.ttf": b"",
        "noise.otf": b"\0\1\0\0" + b"\xff" * 400,
        "text.ttc": b"ttcf and then nothing of use",
        "half.ttf": data[:300],
        "notes.txt": data,
    }.items():
        (tmp_path / name).write_bytes(content)
    faces = Faces(tmp_path)
    assert faces.choose("A") == roboto("regular")
    assert faces.choose("س") is None
    assert missing_scripts("س", faces) == ("Arabic",)


def arabic_font(*, damaged: bool) -> bytes:
    """Roboto with a character map of a single letter, seen; `damaged` beyond what FreeType opens."""
    data = bytearray(Path(font_roboto.Roboto).read_bytes())
    for row in range(12, 12 + 16 * struct.unpack_from(">H", data, 4)[0], 16):
        tag, _, offset, length = struct.unpack_from(">4sIII", data, row)
        if tag == b"cmap":
            table = struct.pack(">HHHHIHHIIIIII", 0, 1, 3, 10, 12, 12, 0, 28, 0, 1, ord("س"), ord("س"), 36)
            data[offset : offset + len(table)] = table
        elif tag == b"head" and damaged:
            data[offset : offset + length] = bytes(length)
    return bytes(data)


def test_a_letter_roboto_lacks_comes_from_the_system(tmp_path: Path) -> None:
    (tmp_path / "a-damaged.ttf").write_bytes(arabic_font(damaged=True))
    assert Faces(tmp_path).choose("س") is None
    (tmp_path / "b-sound.ttf").write_bytes(arabic_font(damaged=False))
    face = Faces(tmp_path).choose("س")
    assert face is not None
    assert face.path.name == "b-sound.ttf"
    assert missing_scripts("سش", Faces(tmp_path)) == ("Arabic",)
    card = Celebration("س", "س", Emblem("star", "teal", "star"))
    assert draw(card, width=200, faces=Faces(tmp_path)) != draw(card, width=200, faces=ROBOTO_ONLY)


def test_raqm_is_reported_as_pillow_sees_it() -> None:
    assert isinstance(raqm_available(), bool)
