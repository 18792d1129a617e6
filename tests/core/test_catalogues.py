"""Every sentence in every language that Laurel speaks: translated, with the same places, and plural where it counts."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from string import Formatter

import pytest

from bot.core.words.replies import reply
from bot.core.words.saying import CATALOGUES, plain, plain_many
from tests.conftest import School
from tests.core.marks import on_sqlite
from tests.core.reading import own_words
from tests.core.reading import words as read
from tests.test_docs import reference

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("catalogue_words", ROOT / "docs/words.py")
assert SPEC is not None
catalogues = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(catalogues)  # type: ignore[union-attr]
LANGUAGES = ["de", "es"]


def places(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name)


def test_there_are_catalogues() -> None:
    assert catalogues.languages() == LANGUAGES
    assert len(catalogues.messages()) > 500


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_message_is_translated_and_nothing_else(lang: str) -> None:
    _, missing = catalogues.updated(lang)
    assert missing == [], "run: make words"
    known = {message.id for message in catalogues.catalogue(lang) if message.id}
    assert known == set(catalogues.messages()), "run: make words"


def test_every_message_stands_where_it_is_said() -> None:
    """One held in a variable is never found for the catalogues; those on checks are, in their tables."""
    unseen = []
    for path in sorted(catalogues.WORDS.glob("*.py")):
        if path.name in ("saying.py", "checks.py"):
            continue
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in catalogues.KEYWORDS:
                said = [call.args[place - 1] for place in catalogues.KEYWORDS[call.func.id]]
                unseen += [f"{path.name}:{call.lineno}" for one in said if not isinstance(one, ast.Constant)]
    assert unseen == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_translation_has_the_places_of_its_message(lang: str) -> None:
    for message in catalogues.catalogue(lang):
        if not message.id:
            continue
        asked = (message.id,) if isinstance(message.id, str) else message.id
        said = (message.string,) if isinstance(message.string, str) else message.string
        assert len(asked) == len(said)
        for english, translated in zip(asked, said, strict=True):
            assert places(english) == places(translated), english
            assert english[:1].isspace() == translated[:1].isspace(), english
            assert english[-1:] == translated[-1:] or english[-1] not in ".?:", english


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("case", "refusal"), reference.REFUSALS, ids=[case for case, _ in reference.REFUSALS])
def test_a_refusal_is_one_sentence_in_every_language(lang: str, case: str, refusal: Exception) -> None:
    text = own_words(reply(refusal, lang).text)
    assert re.fullmatch(r"[^.?!]+[.?!]", text), text


def test_counted_things_have_their_plural() -> None:
    assert [plain_many("de", "{count} day", "{count} days", n) for n in (1, 2, 0)] == ["1 Tag", "2 Tage", "0 Tage"]
    assert [plain_many("es-419", "{count} day", "{count} days", n) for n in (1, 2)] == ["1 día", "2 días"]
    assert plain("de-AT", "Evidence") == "Nachweis"
    assert plain("fr", "Evidence") == "Evidence"


@on_sqlite
@pytest.mark.parametrize(
    ("lang", "awarded", "mine", "goal"),
    [
        ("de", "Sam Okafor hat jetzt Participation.", "Du hast 1 Badge.", "/goals add Peer Mentoring by Freitag"),
        ("es", "Sam Okafor ya tiene Participation.", "Tienes 1 insignia.", "/goals add Peer Mentoring by viernes"),
    ],
)
def test_a_school_can_work_in_its_language(school: School, lang: str, awarded: str, mine: str, goal: str) -> None:
    assert awarded in read(school.type("rivera", "/award @sam Participation for it", lang=lang).text)
    assert mine in read(school.type("sam", "/mybadges", lang=lang).text)
    assert school.type("sam", goal, lang=lang).kind == "said"
    for line in ("/goals", "/badge list", "/laurel help", "/mybadges privacy", "/laurel link", "/goals add"):
        assert school.type("sam", line, lang=lang).kind == "said"


@pytest.mark.parametrize("topic", ["revoke", "award", "goals"])
def test_the_examples_of_every_language_are_commands(topic: str) -> None:
    """Their separating words stay as they are typed: "for", "because", "by", "every"."""
    english = {
        "revoke": "/revoke @student Peer Mentoring because of a mix-up",
        "award": "/award @student Peer Mentoring for helping out",
        "goals": "/goals add Academic Writing by Friday every week",
    }[topic]
    kept = [word for word in english.split() if word in ("for", "because", "by", "every")]
    for lang in LANGUAGES:
        said = plain(lang, english)
        assert said != english
        assert [word for word in said.split() if word in kept] == kept


def test_the_wheel_carries_the_catalogues(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    there = zipfile.ZipFile(wheel).namelist()
    assert {f"bot/core/words/locale/{lang}.po" for lang in LANGUAGES} <= set(there)
    assert CATALOGUES.name == "locale"
