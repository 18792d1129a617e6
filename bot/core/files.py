"""Files as evidence: what one is by its bytes, what it may be called, and how much of them there may be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

BIGGEST = 8 * 2**20
"""Bytes of one file."""
MOST_FILES = 5
"""Files of one award."""
LONGEST_NAME = 100

TEXT = "text/plain"
KINDS: dict[str, tuple[str, ...]] = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/webp": (".webp",),
    "image/gif": (".gif",),
    TEXT: (".txt", ".md", ".csv"),
}
"""What evidence may be, each with the endings that its names may have, the usual one first."""
_BEGINNINGS = {
    "application/pdf": rb"%PDF-\d",
    "image/png": rb"\x89PNG\r\n\x1a\n",
    "image/jpeg": rb"\xff\xd8\xff",
    "image/webp": rb"RIFF.{4}WEBP",
    "image/gif": rb"GIF8[79]a",
}
_NO_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_JOINERS = "\u200c\u200d"
"""Invisible, but a matter of spelling in some scripts."""
_STEM = re.compile(r"[\s_.+-]+")


def kind_of(data: bytes) -> str | None:
    """Give the media type that a file's bytes show, whatever it is called; None for what cannot be evidence."""
    for kind, beginning in _BEGINNINGS.items():
        if re.match(beginning, data, re.DOTALL):
            return kind
    if not data.strip() or _NO_TEXT.search(data):
        return None
    try:
        data.decode()
    except UnicodeDecodeError:
        return None
    return TEXT


def clean_name(name: str, kind: str) -> str:
    """Give a file's name as it can be signed, shown and saved: no path, nothing invisible, an ending that is true."""
    bare = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    seen = "".join(c for c in bare if c in _JOINERS or c.isspace() or not unicodedata.category(c).startswith("C"))
    told = " ".join(seen.split()).rstrip(". ")
    ending = next((end for end in KINDS[kind] if told.lower().endswith(end)), "")
    stem = told[: len(told) - len(ending)].strip(". ")
    ending = ending or KINDS[kind][0]
    return (stem[: LONGEST_NAME - len(ending)].strip(". ") or "file") + ending


def without_names(name: str, hide: Callable[[str], str]) -> str:
    """Take people out of a file's name: `sam_okafor-essay.pdf` and `SamOkafor.pdf` name Sam as a text would."""
    stem, dot, ending = name.rpartition(".")
    spaced = told = _STEM.sub(" ", stem)
    for spell in (str, _parted, str.title):
        hidden = hide(spell(told))
        if hidden != spell(told):
            told = hidden
    return name if told == spaced else told + dot + ending


def _parted(name: str) -> str:
    return re.sub(r"(?<=[^\W\d_])(?=[A-Z])(?<![A-Z])", " ", name)
