"""Badges inside pictures: writing and reading Open Badges 3.0's PNG chunk, without touching the pixels."""

import struct
import zlib
from collections.abc import Iterator

from bot.core.credentials.faults import Fault

KEYWORD = "openbadgecredential"
OB2_KEYWORD = "openbadges"

MAX_PICTURE = 16 * 1024 * 1024
MAX_TEXT = 2 * 1024 * 1024
"""Largest picture read and largest credential taken out of one."""

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MAX_CHUNKS = 20_000
_TEXT_CHUNKS = {b"iTXt", b"tEXt", b"zTXt"}


class NotABadge(Fault):
    """No badge can be read from this file, or written into it.

    `reason` is a code: "not-a-png", "not-an-svg", "not-recognised", "truncated", "bad-checksum", "too-large",
    "no-credential", "several-credentials", "bad-compression", "bad-text", "entities", "damaged", "not-a-jwt",
    "a-list", "older-edition", "nothing-presented", "several-presented" or what `NotJson` says.
    """


def is_png(data: bytes) -> bool:
    """Say whether the bytes begin as a PNG does."""
    return data.startswith(PNG_SIGNATURE)


def bake_png(picture: bytes, credential: str, keyword: str = KEYWORD) -> bytes:
    """Return the PNG with the credential in one uncompressed iTXt chunk (OB 3.0, section 5.3.1).

    `credential` is the JSON text (or compact JWS); `keyword` is `OB2_KEYWORD` for an OB 2.0 assertion, which may
    stand beside the other. One of the same keyword is replaced; every other chunk stays as it is byte for byte.
    Raises `NotABadge`.
    """
    text = credential.encode()
    if len(text) > MAX_TEXT:
        raise NotABadge("too-large")
    baked = [PNG_SIGNATURE]
    for position, (kind, body) in enumerate(_chunks(picture)):
        if kind not in _TEXT_CHUNKS or _keyword(body) != keyword:
            baked.append(_chunk(kind, body))
        if position == 0:  # after IHDR: found by readers that stop at the pixels
            # Keyword, not compressed, method 0, no language, no translated keyword.
            baked.append(_chunk(b"iTXt", keyword.encode() + b"\0\0\0\0\0" + text))
    return b"".join(baked)


def unbake_png(picture: bytes, keyword: str = KEYWORD) -> str:
    """Take the credential's text out of a baked PNG; raises `NotABadge`.

    Reads compressed iTXt and the older tEXt and zTXt forms too. Two chunks with different texts are refused:
    programs would disagree about which badge this is.
    """
    found: str | None = None
    length = 0
    for kind, body in _chunks(picture):
        if kind not in _TEXT_CHUNKS or _keyword(body) != keyword:
            continue
        text = _chunk_text(kind, body)
        # One after the other: a small picture has room for thousands of chunks that each unpack to the bound.
        if found is not None and text != found:
            raise NotABadge("several-credentials")
        found = text
        length += len(text)
        if length > MAX_TEXT:
            raise NotABadge("too-large")
    if found is None:
        raise NotABadge("no-credential")
    return found


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Walk the chunks from IHDR to IEND; what follows IEND is no part of the picture and is left out."""
    if len(picture) > MAX_PICTURE:
        raise NotABadge("too-large")
    if not is_png(picture):
        raise NotABadge("not-a-png")
    offset = len(PNG_SIGNATURE)
    for number in range(_MAX_CHUNKS):
        if offset + 12 > len(picture):
            raise NotABadge("truncated")
        length, kind = struct.unpack_from(">I4s", picture, offset)
        end = offset + 12 + length
        if end > len(picture):
            raise NotABadge("truncated")
        body = picture[offset + 8 : end - 4]
        if struct.unpack_from(">I", picture, end - 4)[0] != zlib.crc32(kind + body):
            raise NotABadge("bad-checksum")
        if (number == 0) != (kind == b"IHDR"):
            raise NotABadge("not-a-png")
        yield kind, body
        if kind == b"IEND":
            return
        offset = end
    raise NotABadge("too-large")


def _keyword(body: bytes) -> str:
    return body.partition(b"\0")[0].decode("latin-1")


def _chunk_text(kind: bytes, body: bytes) -> str:
    _, _, rest = body.partition(b"\0")
    match kind:
        case b"tEXt":
            return _decoded(rest)
        case b"zTXt":
            return _decoded(_unpacked(rest[1:]))
    if len(rest) < 2 or rest[2:].count(b"\0") < 2:
        raise NotABadge("truncated")
    text = rest[2:].split(b"\0", 2)[2]
    match rest[0]:
        case 0:
            return _decoded(text)
        case 1:
            return _decoded(_unpacked(text))
        case _:
            raise NotABadge("bad-compression")


def _unpacked(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(packed, MAX_TEXT)
    except zlib.error as error:
        raise NotABadge("bad-compression") from error
    if not unpacker.eof:
        raise NotABadge("too-large" if unpacker.unconsumed_tail else "bad-compression")
    return text


def _decoded(text: bytes) -> str:
    if len(text) > MAX_TEXT:
        raise NotABadge("too-large")
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        raise NotABadge("bad-text") from error
