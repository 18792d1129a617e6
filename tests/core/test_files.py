"""What a file is by its bytes, and what it may be called."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.core.files import KINDS, LONGEST_NAME, TEXT, clean_name, kind_of, without_names
from bot.core.soundness import unsignable


def picture(form: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (3, 2), "teal").save(made, form)
    return made.getvalue()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WebP", "GIF"])
def test_a_picture_is_known_by_its_bytes(form: str) -> None:
    assert kind_of(picture(form)) == f"image/{form.lower()}"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf"),
        ("Ein Aufsatz über Ångström.\r\n\tEnde".encode(), TEXT),
        (b"\xef\xbb\xbfwith a mark", TEXT),
        (b"<script>alert(1)</script>", TEXT),  # served as text, to be saved: nothing runs
        (b"MZ\x90\x00", None),
        (b"PK\x03\x04", None),
        (b"\x00\x00\x00 ftypisom", None),
        ("UTF-16".encode("utf-16"), None),
        ("Ångström".encode("latin-1"), None),
        (b"RIFF\x00\x00\x00\x00WAVE", None),
        (b"", None),
        (b" \n", None),
    ],
)
def test_what_else_can_be_evidence(data: bytes, kind: str | None) -> None:
    assert kind_of(data) == kind


@given(st.binary())
def test_whatever_passes_for_text_can_be_read(data: bytes) -> None:
    if kind_of(data) == TEXT:
        assert not unsignable(
            data.decode().replace("\r", "").replace("\f", "").translate(dict.fromkeys(range(128, 160)))
        )


@given(st.text(alphabet=st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc"]), min_size=1))
def test_every_text_is_text(text: str) -> None:
    assert kind_of(("x" + text).encode()) == TEXT


@given(st.text(max_size=200), st.sampled_from(sorted(KINDS)))
def test_a_name_is_safe_whatever_was_given(name: str, kind: str) -> None:
    clean = clean_name(name, kind)
    assert not unsignable(clean)
    assert not re.search(r"[/\\\n\t\u202a-\u202e\u2066-\u2069]", clean)
    assert len(clean) <= LONGEST_NAME
    assert clean.lower().endswith(KINDS[kind])
    assert clean_name(clean, kind) == clean


@pytest.mark.parametrize(
    ("given", "kind", "clean"),
    [
        ("essay.pdf", "application/pdf", "essay.pdf"),
        ("C:\\fakepath\\Essay.PDF", "application/pdf", "Essay.pdf"),
        ("../../etc/passwd", TEXT, "passwd.txt"),
        ("run.bat", TEXT, "run.bat.txt"),
        ("photo\u202egpj.exe", "image/jpeg", "photogpj.exe.jpg"),
        ("李小雨.png", "image/png", "李小雨.png"),
        ("", "image/gif", "file.gif"),
        (".pdf", "application/pdf", "file.pdf"),
        ("x" * 300 + ".pdf", "application/pdf", "x" * 96 + ".pdf"),
    ],
)
def test_a_name_tells_what_the_file_is(given: str, kind: str, clean: str) -> None:
    assert clean_name(given, kind) == clean


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Sam Okafor essay.pdf", "[…] essay.pdf"),
        ("sam_okafor-essay.pdf", "[…] Essay.pdf"),
        ("SamOkafor.pdf", "[…].pdf"),
        ("field_notes-2.pdf", "field_notes-2.pdf"),
        ("McDonald and USA.pdf", "McDonald and USA.pdf"),
    ],
)
def test_a_name_names_nobody(name: str, shown: str) -> None:
    def hide(text: str) -> str:
        return re.sub(r"\bSam Okafor\b", "[…]", text)

    assert without_names(name, hide) == shown
    assert without_names(shown, hide) == shown
