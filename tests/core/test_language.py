"""In which language the bot answers: the platform's word counts first, then the member's, then the school's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.core.models import Member, Organisation
from bot.core.words import saying
from tests.conftest import School
from tests.core.reading import words

GERMAN = {
    "You have no open goal. Try {example}.": "Du hast kein offenes Ziel. Versuche {example}.",
    "You have no open goal: set one with {add}.": "Du hast kein offenes Ziel: setze eines mit {add}.",
}


@pytest.fixture(autouse=True)
def _german_school(school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have the school speak German, of which a catalogue knows two sentences."""
    po = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'
    po += "".join(f'\nmsgid "{english}"\nmsgstr "{german}"\n' for english, german in GERMAN.items())
    (tmp_path / "de.po").write_text(po)
    monkeypatch.setattr(saying, "CATALOGUES", tmp_path)
    saying._catalogue.cache_clear()
    saying._locale.cache_clear()
    with school.app.database.write() as db:
        db.execute(update(Organisation).values(lang="de"))
    yield
    saying._catalogue.cache_clear()
    saying._locale.cache_clear()


def kept(school: School, handle: str) -> str:
    with school.app.database.read() as db:
        return db.scalars(select(Member.lang).where(Member.name == school.person(handle).name)).one()


def test_who_is_new_and_whose_platform_tells_nothing_is_answered_in_the_schools_language(school: School) -> None:
    assert "kein offenes Ziel" in words(school.type("sam", "/goals", lang="").text)
    assert kept(school, "sam") == "de"


def test_so_is_a_refusal(school: School) -> None:
    refused = school.type("sam", "/goals done it", lang="")
    assert refused.kind == "refused"
    assert "kein offenes Ziel" in words(refused.text)


def test_the_platforms_word_counts_before_the_schools_and_is_remembered(school: School) -> None:
    assert "no open goal" in words(school.type("sam", "/goals", lang="en-GB").text)
    assert "no open goal" in words(school.type("sam", "/goals", lang="").text)
    assert kept(school, "sam") == "en-GB"
