"""Putting words together: translate first, then place the spans, so that a language may reorder them."""

from __future__ import annotations

import gettext
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache, singledispatch
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.core.port import Bold, Code, Italic, Link, Mention, Reply, Span, Text, When, Where

CATALOGUES = Path(__file__).parent / "locale"


@singledispatch
def reply(outcome: object, lang: str) -> Reply:
    """Say an outcome or a refusal in a language. Each topic's module registers its own."""
    raise TypeError(f"no words for {type(outcome).__name__} in {lang}")


def say(lang: str, message: str, **spans: Span | Text) -> Text:
    """Translate a message and put spans in its {places}."""
    return _placed(_catalogue(_primary(lang)).gettext(message), spans)


def say_many(lang: str, one: str, many: str, count: int, **spans: Span | Text) -> Text:
    """Translate a counted message, {count} included, with the language's own plural."""
    chosen = _catalogue(_primary(lang)).ngettext(one, many, count)
    return _placed(chosen, {"count": str(count), **spans})


def plain(lang: str, message: str, **values: str) -> str:
    """Translate a message for where only plain text can stand: labels, alt texts, pictures."""
    return "".join(str(span) for span in say(lang, message, **values))


def plain_many(lang: str, one: str, many: str, count: int, **values: str) -> str:
    """Translate a counted message for where only plain text can stand."""
    return "".join(str(span) for span in say_many(lang, one, many, count, **values))


def flat(text: Text) -> str:
    """Give a text for where only plain text can stand; a moment by its day."""
    return "".join(span if isinstance(span, str) else _flat(span) for span in text)


def _flat(span: Bold | Italic | Code | Link | Mention | When | Where) -> str:
    match span:
        case Mention(_, name):
            return name
        case When(at):
            return at.date().isoformat()
        case Where(place):
            return f"#{place.id}"
    return span.text


def listed(lang: str, spans: Sequence[Span]) -> Text:
    """Join spans as the language lists things: "Sam, Ana and Zoë"."""
    if not spans:
        return ()
    # Private-use characters stand for the spans while Babel joins them.
    stand_ins = [chr(0xE000 + index) for index in range(len(spans))]
    joined = format_list(stand_ins, locale=_locale(lang))
    text: list[Span] = []
    for character in joined:
        if character in stand_ins:
            text.append(spans[ord(character) - 0xE000])
        elif text and isinstance(text[-1], str) and text[-1] not in spans:
            text[-1] += character
        else:
            text.append(character)
    return tuple(text)


def day(lang: str, moment: datetime | date) -> str:
    """Write a day for where the platform cannot localise it itself: "23 Nov 2026"."""
    locale = _locale(lang)
    return format_date(moment, "medium" if locale.language != "en" else "d MMM y", locale=locale)


def hour(lang: str, moment: datetime) -> str:
    """Write a moment for where nobody's zone is known: "23 Nov 2026, 14:05 (UTC)"."""
    moment = moment.astimezone(UTC)
    return f"{day(lang, moment)}, {moment:%H:%M} (UTC)"


def language(tag: str, lang: str) -> str:
    """Name a language; one that nobody knows by its tag."""
    try:
        return Locale.parse(tag.replace("-", "_")).get_display_name(_locale(lang)) or tag
    except (ValueError, UnknownLocaleError):
        return tag


def _placed(message: str, spans: dict[str, Span | Text]) -> Text:
    text: list[Span] = []
    for literal, name, _, _ in Formatter().parse(message):
        if literal:
            text.append(literal)
        if name:
            span = spans[name]
            text.extend(span if isinstance(span, tuple) else [span])
    return tuple(text)


@cache
def _catalogue(lang: str) -> gettext.NullTranslations:
    path = CATALOGUES / f"{lang}.po"
    if not path.is_file():
        return gettext.NullTranslations()
    with path.open("rb") as source:
        catalogue = read_po(source, locale=lang)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _primary(lang: str) -> str:
    primary = lang.replace("_", "-").split("-")[0].lower()
    return primary if primary.isascii() and primary.isalpha() else "en"


@cache
def _locale(lang: str) -> Locale:
    """Give how lists and days are written: English, like the sentence around them, where there is no catalogue."""
    if not (CATALOGUES / f"{_primary(lang)}.po").is_file() and _primary(lang) != "en":
        return Locale("en")
    try:
        return Locale.parse(lang.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return Locale("en")
