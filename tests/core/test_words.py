"""Words: whatever can happen has some, every message can be said, and lists read as the language lists things."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from string import Formatter
from types import UnionType
from typing import NoReturn, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bot.core.words
from bot.core import announcing, errors
from bot.core.barring import CardBarred
from bot.core.case import Afterwards
from bot.core.celebrating import CelebrationFacts
from bot.core.collection import Earned
from bot.core.commands import Typed
from bot.core.errors import Refusal
from bot.core.goals import GoalDue
from bot.core.port import Bold
from bot.core.slashes import SLASHES
from bot.core.use_cases import USE_CASES
from bot.core.wire import KINDS
from bot.core.words.helping import describe
from bot.core.words.replies import Broke, Replayed, reply
from bot.core.words.saying import day, listed, plain, say, say_many
from tests.conftest import START, School
from tests.core.marks import on_sqlite
from tests.core.reading import words

SOURCES = sorted(Path(str(bot.core.words.__file__)).parent.glob("*.py"))
SAYING = {"say": 1, "plain": 1, "say_many": 2, "plain_many": 2}
"""What says something, and how many messages it takes after the language."""


def outcomes(use_case: Callable[..., object]) -> tuple[type, ...]:
    returned = get_type_hints(use_case)["return"]
    kinds = get_args(returned) if get_origin(returned) in (UnionType, Union) else (returned,)
    return tuple(get_args(kind)[0] if get_origin(kind) is Afterwards else kind for kind in kinds if kind != NoReturn)


def has_words(kind: type) -> bool:
    return reply.dispatch(kind) is not reply.dispatch(object)


def test_every_command_is_served() -> None:
    assert set(USE_CASES) | {Typed} == set(KINDS.values())


@pytest.mark.parametrize("use_case", USE_CASES.values(), ids=lambda use_case: use_case.__name__)
def test_every_outcome_has_words(use_case: Callable[..., object]) -> None:
    for outcome in outcomes(use_case):
        assert has_words(outcome), outcome


@pytest.mark.parametrize("kind", [k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, Refusal)])
def test_every_refusal_has_words(kind: type) -> None:
    assert kind is Refusal or has_words(kind)


@pytest.mark.parametrize("kind", [Broke, Replayed, CelebrationFacts, Earned, GoalDue, CardBarred])
def test_what_nobody_asked_for_has_words_too(kind: type) -> None:
    assert has_words(kind)


def test_every_kind_of_announcement_can_be_composed() -> None:
    kinds = {"celebration", "earned", "reminder", "link", "barred", "role", "role-barred"}
    assert set(announcing._KINDS) == kinds


@pytest.mark.parametrize("slash", SLASHES, ids=lambda slash: slash.topic)
def test_every_form_of_a_command_is_explained(slash) -> None:
    assert describe(slash.topic, "en").endswith(".")


def calls() -> Iterator[tuple[str, ast.Call, list[str]]]:
    """Give every call that says something, where it stands, and its messages."""
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYING):
                continue
            given_as = node.args[1 : 1 + SAYING[node.func.id]]
            messages = [a.value for a in given_as if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if messages and source.name != "saying.py":
                yield f"{source.name}:{node.lineno}", node, messages


@pytest.mark.parametrize(("where", "call", "messages"), calls())
def test_a_message_has_a_place_for_all_that_is_put_in_it(where: str, call: ast.Call, messages: list[str]) -> None:
    counted = {"count"} if len(messages) == 2 else set()
    given_in = {keyword.arg for keyword in call.keywords} | counted
    for message in messages:
        places = {name for _, name, _, _ in Formatter().parse(message) if name is not None}
        assert places <= given_in, where
        assert places >= given_in - counted, where
        assert all(re.fullmatch(r"[a-z0-9_]+", place) for place in places), where
        assert message == message.strip() or message.startswith(" and "), where


def test_what_is_put_in_is_never_read_as_a_message() -> None:
    assert (
        words(say("en", "{who} now holds {badge}.", who=Bold("{badge}"), badge="{who}%s"))
        == "{badge} now holds {who}%s."
    )
    assert plain("en", "{giver}", giver="{0.__class__}") == "{0.__class__}"


@pytest.mark.parametrize(
    ("names", "joined"),
    [([], ""), (["Sam"], "Sam"), (["Sam", "Ana"], "Sam and Ana"), (["Sam", "Ana", "Zoë"], "Sam, Ana, and Zoë")],
)
def test_names_are_listed(names: list[str], joined: str) -> None:
    assert words(listed("en", [Bold(name) for name in names])) == joined
    assert words(listed("en", names)) == joined


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=8), max_size=6), st.sampled_from(["en", "de", "ar", "zh-Hans", "xx", ""]))
def test_whatever_is_listed_stands_there_in_order(names: list[str], lang: str) -> None:
    assert [span.text for span in listed(lang, [Bold(name) for name in names]) if isinstance(span, Bold)] == names


@settings(max_examples=100, deadline=None)
@given(
    st.one_of(st.text(max_size=12), st.sampled_from(["en-GB", "en_US", "de-AT", "C", "POSIX", "../en", "i-klingon"]))
)
def test_no_language_tag_breaks_anything(lang: str) -> None:
    assert words(say_many(lang, "{count} day", "{count} days", 2)).startswith("2 ")
    assert words(listed(lang, ["Sam", "Ana"])).startswith("Sam")
    assert day(lang, START)


@pytest.mark.parametrize("lang", ["fr-CA", "ja", "en-GB"])
def test_a_sentence_is_in_one_language(lang: str) -> None:
    """Where a language has no catalogue, its lists and days are English too, like the sentence around them."""
    assert words(listed(lang, ["Sam", "Ana"])) == "Sam and Ana"
    assert day(lang, START) == "23 Nov 2026"
    assert words(listed("de", ["Sam", "Ana"])) == "Sam und Ana"
    assert day("de", START) == "23.11.2026"


@on_sqlite
@pytest.mark.parametrize("lang", ["de", "ar", "", "not a tag", "x" * 50])
def test_a_member_of_any_language_is_served(school: School, lang: str) -> None:
    assert school.type("rivera", "/award @sam @ana Peer Mentoring for it", lang=lang).kind == "said"
    for line in ("/goals add swim by Friday", "/goals", "/mybadges", "/laurel help"):
        assert school.type("sam", line, lang=lang).kind == "said"


@on_sqlite
def test_help_lists_what_the_caller_can_do(school: School) -> None:
    mine, teachers = school.type("sam", "/laurel help"), school.type("rivera", "/laurel help")
    assert "/award" not in str(mine)
    assert all((slash.form in str(teachers)) is not slash.roles for slash in SLASHES)
    assert "/goals add" in str(school.type("sam", "/laurel help /goals"))
    assert "/mybadges" not in str(school.type("sam", "/laurel help goals").nodes)
    assert "/goals add" in str(school.type("sam", "/laurel help nonsense"))
