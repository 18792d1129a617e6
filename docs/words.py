"""Brings the catalogues of members' sentences up to date with the code, and tells what is still to be translated."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from bot.core.words import checks
from bot.core.words.saying import CATALOGUES

WORDS = Path(checks.__file__).parent
KEYWORDS = {"say": (2,), "plain": (2,), "say_many": (2, 3), "plain_many": (2, 3)}
"""Which arguments of the functions in `bot.core.words.saying` are messages."""

HEADER = """\
msgid ""
msgstr ""
"Language: {lang}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""
"""Nothing that changes from one run to the next: two branches that add messages merge without a conflict here."""

Message = str | tuple[str, str]


def messages() -> list[Message]:
    """Give every message that a member may read, each once."""
    found = (message for _, _, message, _, _ in extract_from_dir(WORDS, [("**.py", "python")], keywords=KEYWORDS))
    return list(dict.fromkeys([*found, *_tabled()]))


def _tabled() -> Iterator[str]:
    """Give the sentences on checks: they stand in tables."""
    for name, table in vars(checks).items():
        if name.isupper() and isinstance(table, dict):
            yield from table.values()


def languages() -> list[str]:
    """Give the languages that there are catalogues of."""
    return sorted(path.stem for path in CATALOGUES.glob("*.po"))


def catalogue(lang: str) -> Catalog:
    """Read a catalogue."""
    with (CATALOGUES / f"{lang}.po").open("rb") as file:
        return read_po(file, locale=lang)


def updated(lang: str) -> tuple[Catalog, list[str]]:
    """Give a catalogue with exactly the messages of the code, and those of them that it does not translate."""
    known, fresh, missing = catalogue(lang), Catalog(locale=lang), []
    for message in messages():
        one = message if isinstance(message, str) else message[0]
        there = known.get(one)
        said = there.string if there is not None and there.id == message and not there.fuzzy else ""
        fresh.add(message, said)
        if not said or not all(said):
            missing.append(one)
    return fresh, missing


def main() -> None:
    """Write every catalogue anew."""
    for lang in languages():
        fresh, missing = updated(lang)
        with (CATALOGUES / f"{lang}.po").open("wb") as file:
            file.write(HEADER.format(lang=lang, plurals=fresh.plural_forms).encode())
            write_po(file, fresh, width=120, sort_output=True, omit_header=True)
        print(f"{lang}: {len(fresh)} messages, {len(missing)} still to be translated")  # noqa: T201
        for one in missing:
            print(f"  {one}")  # noqa: T201


if __name__ == "__main__":
    main()
