"""Commands as text: what was written is read again, and whatever else comes is no command."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.commands import AddGoal, AwardBadge, Command, Help, Quote, SaveBadge, SetPrivacy, ShowBadges
from bot.core.port import MemberRef, Person
from bot.core.wire import KINDS, NotACommand, fill, from_json, to_json

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
WHOLE = st.integers(-(2**53), 2**53)
PEOPLE = st.builds(Person, st.builds(MemberRef, TEXT, TEXT, TEXT), TEXT, is_bot=st.booleans())
QUOTES = st.builds(
    Quote,
    PEOPLE,
    TEXT,
    st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - zone given
    TEXT,
    st.lists(PEOPLE, max_size=2).map(tuple),
)
st.register_type_strategy(str, TEXT)
st.register_type_strategy(int, WHOLE)
st.register_type_strategy(Person, PEOPLE)
st.register_type_strategy(Quote, QUOTES)
SAM = Person(MemberRef("room", "riverside", "sam"), "Sam Okafor")


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_command_comes_back_as_it_was(kind: type[Command]) -> None:
    @settings(max_examples=25, deadline=None)
    @given(st.from_type(kind))
    def check(command: Command) -> None:
        assert from_json(to_json(command)) == command

    check()


def test_the_text_holds_only_what_differs_from_the_default() -> None:
    assert to_json(Help()) == '{"Help":{}}'
    assert to_json(ShowBadges(None, 2)) == '{"ShowBadges":{"page":2}}'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '"Help"',
        '{"Help":null}',
        '{"Help":[]}',
        '{"Help":{},"ShowGoals":{}}',
        '{"Person":{}}',
        '{"__class__":{}}',
        '{"UndoAwards":{}}',
        '{"UndoAwards":{"celebration":7}}',
        '{"ShowBadges":{"page":"many"}}',
        '{"ShowBadges":{"page":1e999}}',
        '{"ShowBadges":{"page":' + "9" * 5000 + "}}",
        '{"SetPrivacy":{"collection":"class","public_name":"perhaps"}}',
        '{"AwardBadge":{"recipients":[{"name":"x"}],"badge":"y"}}',
        "[" * 100_000,
    ],
)
def test_junk_is_no_command(text: str) -> None:
    with pytest.raises(NotACommand):
        from_json(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(st.text(max_size=40), st.dictionaries(st.sampled_from([*KINDS, "x"]), JSON, max_size=2).map(json.dumps))
)
def test_whatever_comes_is_a_command_or_is_not(text: str) -> None:
    with suppress(NotACommand):
        assert type(from_json(text)) in KINDS.values()


def test_a_forms_answers_fill_its_command() -> None:
    assert fill(AddGoal(""), {"what": "swim", "due": "Friday", "rhythm": "day"}) == AddGoal("swim", "Friday", "day")
    asked = AwardBadge((), "", "", Quote(SAM, "hello", datetime(2026, 11, 23, tzinfo=UTC)))
    filled = fill(asked, {"recipients": (SAM,), "badge": "Peer Mentoring", "reason": "it"})
    assert filled == AwardBadge((SAM,), "Peer Mentoring", "it", asked.quote)
    assert fill(SetPrivacy("private", False), {"public_name": True}) == SetPrivacy("private", True)


def test_only_a_command_that_knows_drafts_can_be_asked_for_one() -> None:
    assert fill(SaveBadge(), {"name": "Night Owl"}, draft=True) == SaveBadge(name="Night Owl", draft=True)
    with pytest.raises(NotACommand):
        fill(AddGoal(""), {"what": "swim"}, draft=True)


@pytest.mark.parametrize("answers", [{"who": "me"}, {"what": None}, {"what": ["swim"]}])
def test_answers_that_have_no_place_are_refused(answers: dict[str, object]) -> None:
    with pytest.raises(NotACommand):
        fill(AddGoal(""), answers)


def test_the_line_ends_of_a_browser_are_those_of_everybody_else() -> None:
    assert fill(AddGoal(""), {"what": "swim\r\nclimb"}) == AddGoal("swim\nclimb")


def test_a_quotes_moment_has_a_zone() -> None:
    naive = to_json(AwardBadge((SAM,), "x", "", Quote(SAM, "hello", datetime(2026, 11, 23, tzinfo=UTC)))).replace(
        "Z", ""
    )
    with pytest.raises(NotACommand):
        from_json(naive)
