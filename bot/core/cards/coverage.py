"""Which characters a font file can draw, read from its own tables without loading the outlines."""

import struct
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO


@dataclass(frozen=True, slots=True)
class Coverage:
    """Code points as sorted, inclusive ranges."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def __contains__(self, code: int) -> bool:
        at = bisect_right(self.starts, code) - 1
        return at >= 0 and code <= self.ends[at]


@dataclass(frozen=True, slots=True)
class Listed:
    """One face inside a font file, as its tables describe it."""

    path: Path
    index: int
    """Its place in a collection (.ttc), 0 in a plain file."""
    family: str
    style: str
    colour: bool
    """Colour bitmaps (emoji) rather than outlines."""


def listed(path: Path) -> list[Listed]:
    """The faces of a font file that Pillow can draw; empty for a file that is no font or is damaged."""
    try:
        with path.open("rb") as file:
            return [face for index, at in enumerate(_offsets(file)) if (face := _describe(file, path, index, at))]
    except (OSError, struct.error, UnicodeError):
        return []


def coverage(face: Listed) -> Coverage:
    """What `face` draws; nothing where its character map can't be read."""
    try:
        with face.path.open("rb") as file:
            tables = _tables(file, _offsets(file)[face.index])
            return _merged(_ranges(_read(file, *tables["cmap"])))
    except (OSError, struct.error, KeyError, IndexError):
        return Coverage((), ())


def _read(file: BinaryIO, offset: int, length: int) -> bytes:
    file.seek(offset)
    return file.read(length)


def _offsets(file: BinaryIO) -> tuple[int, ...]:
    head = _read(file, 0, 12)
    if head[:4] != b"ttcf":
        return (0,)
    count = min(struct.unpack(">I", head[8:12])[0], 64)
    return struct.unpack(f">{count}I", _read(file, 12, 4 * count))


def _tables(file: BinaryIO, at: int) -> dict[str, tuple[int, int]]:
    head = _read(file, at, 12)
    if head[:4] not in (b"\0\1\0\0", b"OTTO", b"true"):
        return {}
    count = struct.unpack(">H", head[4:6])[0]
    rows = struct.iter_unpack(">4sIII", _read(file, at + 12, 16 * count))
    return {tag.decode("latin-1"): (offset, length) for tag, _, offset, length in rows}


def _describe(file: BinaryIO, path: Path, index: int, at: int) -> Listed | None:
    tables = _tables(file, at)
    colour = "CBDT" in tables
    if "cmap" not in tables or not (colour or tables.keys() & {"glyf", "CFF ", "CFF2"}):
        return None
    names = _names(_read(file, *tables["name"])) if "name" in tables else {}
    family = names.get(16) or names.get(1) or path.stem
    return Listed(path, index, family, names.get(17) or names.get(2) or "", colour)


def _names(table: bytes) -> dict[int, str]:
    """Family and style (name ids 1, 2, 16, 17) as the font's Windows names give them."""
    _, count, strings = struct.unpack_from(">HHH", table)
    found: dict[int, str] = {}
    for row in range(count):
        platform, _, language, name, length, offset = struct.unpack_from(">6H", table, 6 + 12 * row)
        if platform == 3 and name in (1, 2, 16, 17) and (language == 0x409 or name not in found):
            start = strings + offset
            found[name] = table[start : start + length].decode("utf-16-be")
    return found


def _ranges(table: bytes) -> list[tuple[int, int]]:
    """The best Unicode map in a `cmap` table: the full one (format 12) before the basic one (format 4)."""
    count = struct.unpack_from(">H", table, 2)[0]
    formats: dict[int, int] = {}
    for row in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", table, 4 + 8 * row)
        if platform == 0 or (platform == 3 and encoding in (1, 10)):
            formats[struct.unpack_from(">H", table, offset)[0]] = offset
    if 12 in formats:
        groups = struct.unpack_from(">I", table, formats[12] + 12)[0]
        body = table[formats[12] + 16 : formats[12] + 16 + 12 * groups]
        return [(start, end) for start, end, glyph in struct.iter_unpack(">III", body) if glyph]
    if 4 in formats:
        return _basic_ranges(table[formats[4] :])
    return []


def _basic_ranges(table: bytes) -> list[tuple[int, int]]:
    count = struct.unpack_from(">H", table, 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", table, 14)
    starts = struct.unpack_from(f">{count}H", table, 16 + 2 * count)
    at = 16 + 6 * count
    offsets = struct.unpack_from(f">{count}H", table, at)
    ranges: list[tuple[int, int]] = []
    for row, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if start == 0xFFFF:
            continue
        if not offsets[row]:
            ranges.append((start, end))
            continue
        place = at + 2 * row + offsets[row]
        glyphs = struct.unpack_from(f">{end - start + 1}H", table, place)
        ranges += [(start + step, start + step) for step, glyph in enumerate(glyphs) if glyph]
    return ranges


def _merged(ranges: list[tuple[int, int]]) -> Coverage:
    starts: list[int] = []
    ends: list[int] = []
    for start, end in sorted(ranges):
        if ends and start <= ends[-1] + 1:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
    return Coverage(tuple(starts), tuple(ends))
