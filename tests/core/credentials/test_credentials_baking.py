"""Badges in pictures: the pixels untouched, one chunk, and every hostile file refused with a code."""

import contextlib
import io
import struct
import tracemalloc
import zlib

import pytest
from credentials_samples import VECTORS
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bot.core.credentials import NotABadge, bake_png, unbake_png, unbake_svg
from bot.core.credentials.baking import MAX_PICTURE, MAX_TEXT, PNG_SIGNATURE


def picture(info: PngInfo | None = None) -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").save(file, "PNG", pnginfo=info)
    return file.getvalue()


PLAIN = picture()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def kinds(data: bytes) -> list[bytes]:
    found, offset = [], 8
    while offset < len(data):
        length, kind = struct.unpack_from(">I4s", data, offset)
        found.append(kind)
        offset += 12 + length
    return found


def with_chunk(kind: bytes, body: bytes) -> bytes:
    """The plain picture with one more chunk behind its header."""
    return PLAIN[:33] + chunk(kind, body) + PLAIN[33:]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_round_trip(text: str) -> None:
    assert unbake_png(bake_png(PLAIN, text)) == text


def test_pillow_reads_what_is_baked_and_sees_the_same_pixels() -> None:
    baked = bake_png(PLAIN, '{"name": "Œuvre"}')
    with Image.open(io.BytesIO(baked)) as after, Image.open(io.BytesIO(PLAIN)) as before:
        assert after.text["openbadgecredential"] == '{"name": "Œuvre"}'
        assert after.tobytes() == before.tobytes()
    without = [kind for kind in kinds(baked) if kind != b"iTXt"]
    assert without == kinds(PLAIN)
    assert b'openbadgecredential\0\0\0\0\0{"name"' in baked


def test_baking_again_leaves_exactly_one_and_keeps_other_texts() -> None:
    info = PngInfo()
    info.add_itxt("openbadges", "an older badge", zip=True)
    info.add_text("openbadgecredential", "a wrong kind of chunk")
    info.add_text("Author", "Sam")
    baked = bake_png(bake_png(picture(info), "first"), "second")
    assert unbake_png(baked) == "second"
    assert unbake_png(baked, "openbadges") == "an older badge"
    assert baked.count(b"openbadgecredential") == 1
    assert b"Author" in baked


def test_compressed_and_older_chunks_are_read() -> None:
    info = PngInfo()
    info.add_itxt("openbadgecredential", "œ", zip=True)
    assert unbake_png(picture(info)) == "œ"
    assert unbake_png(with_chunk(b"tEXt", b"openbadgecredential\0plain")) == "plain"
    assert unbake_png(with_chunk(b"zTXt", b"openbadgecredential\0\0" + zlib.compress(b"small"))) == "small"


IEND = PLAIN[-12:]
KEYWORD = b"openbadgecredential\0"
HOSTILE = {
    "empty": (b"", "not-a-png"),
    "jpeg": (b"\xff\xd8\xff\xe0", "not-a-png"),
    "signature alone": (PNG_SIGNATURE, "truncated"),
    "cut": (PLAIN[:-1], "truncated"),
    "cut in a chunk": (PLAIN[:40], "truncated"),
    "length beyond the file": (PNG_SIGNATURE + struct.pack(">I4s", 2**32 - 1, b"IHDR"), "truncated"),
    "wrong checksum": (PLAIN[:30] + bytes([PLAIN[30] ^ 1]) + PLAIN[31:], "bad-checksum"),
    "no header": (PNG_SIGNATURE + chunk(b"IEND", b""), "not-a-png"),
    "two headers": (PLAIN[:33] + PLAIN[8:], "not-a-png"),
    "no badge": (PLAIN, "no-credential"),
    "too large": (PLAIN + bytes(MAX_PICTURE), "too-large"),
    "endless chunks": (PLAIN[:33] + chunk(b"tEXt", b"") * 30_000, "too-large"),
    "bomb": (with_chunk(b"iTXt", KEYWORD + b"\1\0\0\0" + zlib.compress(bytes(50 * MAX_TEXT), 9)), "too-large"),
    "old bomb": (with_chunk(b"zTXt", KEYWORD + b"\0" + zlib.compress(bytes(50 * MAX_TEXT), 9)), "too-large"),
    "bad compression": (with_chunk(b"iTXt", KEYWORD + b"\1\0\0\0nonsense"), "bad-compression"),
    "cut compression": (with_chunk(b"zTXt", KEYWORD + b"\0" + zlib.compress(b"abc")[:-3]), "bad-compression"),
    "unknown compression flag": (with_chunk(b"iTXt", KEYWORD + b"\2\0\0\0x"), "bad-compression"),
    "not UTF-8": (with_chunk(b"iTXt", KEYWORD + b"\0\0\0\0\xff"), "bad-text"),
    "cut text chunk": (with_chunk(b"iTXt", KEYWORD + b"\0"), "truncated"),
    "text chunk without separators": (with_chunk(b"iTXt", KEYWORD + b"\0\0en"), "truncated"),
    "keyword alone": (with_chunk(b"iTXt", KEYWORD[:-1]), "truncated"),
    "two different badges": (
        with_chunk(b"tEXt", KEYWORD + b"a")[:-12] + chunk(b"tEXt", KEYWORD + b"b") + IEND,
        "several-credentials",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_picture_is_refused(name: str) -> None:
    data, reason = HOSTILE[name]
    with pytest.raises(NotABadge) as caught:
        unbake_png(data)
    assert caught.value.reason == reason


def test_nothing_is_baked_into_a_broken_picture_or_beyond_the_bound() -> None:
    with pytest.raises(NotABadge):
        bake_png(b"GIF89a", "x")
    with pytest.raises(NotABadge):
        bake_png(PLAIN, "x" * (MAX_TEXT + 1))


@pytest.mark.parametrize("same", [True, False])
def test_many_small_bombs_are_no_more_than_one(same: bool) -> None:
    texts = [bytes(MAX_TEXT - 9) + b"%9d" % (0 if same else number) for number in range(40)]
    picture = PLAIN[:33] + b"".join(chunk(b"zTXt", KEYWORD + b"\0" + zlib.compress(text, 9)) for text in texts) + IEND
    tracemalloc.start()
    try:
        with pytest.raises(NotABadge) as caught:
            unbake_png(picture)
        assert caught.value.reason == ("too-large" if same else "several-credentials")
        assert tracemalloc.get_traced_memory()[1] < 8 * MAX_TEXT
    finally:
        tracemalloc.stop()


@settings(max_examples=300)
@given(st.integers(0, len(PLAIN) + 200), st.binary(min_size=1, max_size=4))
def test_damaged_picture_is_read_or_refused(place: int, damage: bytes) -> None:
    baked = bytearray(bake_png(PLAIN, "x" * 100))
    baked[place : place + len(damage)] = damage
    with contextlib.suppress(NotABadge):
        unbake_png(bytes(baked))


def test_published_pictures() -> None:
    assert unbake_png((VECTORS / "1edtech/simple-json.png").read_bytes()).lstrip().startswith("{")
    assert unbake_svg((VECTORS / "1edtech/simple-json.svg").read_bytes()).lstrip().startswith("{")
    assert unbake_svg((VECTORS / "1edtech/simple-jwt.svg").read_bytes()).startswith("eyJ")


def svg(inside: str, before: str = "") -> bytes:
    return (
        f'{before}<svg xmlns="http://www.w3.org/2000/svg" '
        f'xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0">{inside}</svg>'
    ).encode()


BADGE = "<openbadges:credential>{}</openbadges:credential>"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not-an-svg"),
        (b"<svg", "not-an-svg"),
        (b"<html/>", "not-an-svg"),
        (svg(""), "no-credential"),
        (svg(BADGE + BADGE.replace("{}", "[]")), "several-credentials"),
        (svg("&a;", '<!DOCTYPE svg [<!ENTITY a "b">]>'), "entities"),
        (svg(BADGE, '<?xml version="1.0" encoding="nonsense"?>'), "not-an-svg"),
        (svg("<g>" * 300 + "</g>" * 300), "too-large"),
        (svg(BADGE.replace("{}", "x" * (MAX_TEXT + 1))), "too-large"),
        (bytes(MAX_PICTURE + 1), "too-large"),
    ],
)
def test_hostile_svg_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(NotABadge) as caught:
        unbake_svg(data)
    assert caught.value.reason == reason


def test_svg_with_cdata_and_a_plain_document_type() -> None:
    doctype = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    inside = BADGE.replace("{}", '<![CDATA[{"a": "<&>"}]]>')
    assert unbake_svg(svg(inside, doctype)) == '{"a": "<&>"}'
