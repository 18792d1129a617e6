"""Celebrations: what the class's card says, and who may congratulate on it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.adapters.room.terminal import to_text
from bot.core.cards import alt
from bot.core.commands import AskAward, AwardBadge, Congratulate, Quote, UndoAwards
from bot.core.port import Button, Reply
from bot.core.words.awards import QUOTED
from tests.conftest import School
from tests.core.marks import on_sqlite
from tests.core.reading import card, fields, form, press, words
from tests.core.recording import Recorder


def congratulation(reply: Reply) -> Congratulate:
    undo = press(reply, "Undo")
    assert isinstance(undo, UndoAwards)
    return Congratulate(undo.celebration)


def shown(recorder: Recorder, pump: Callable[[], int]) -> Reply:
    pump()
    return recorder.in_channel()[-1].now


def the_button(reply: Reply) -> Button:
    return card(reply).buttons[0]


def test_nobody_congratulates_themself(school: School, refused) -> None:
    button = congratulation(school.type("rivera", "/award @sam Peer Mentoring for it"))
    refused("sam", button, "This badge is your own")


def test_of_several_each_may_congratulate_the_others(school: School) -> None:
    button = congratulation(school.type("rivera", "/award @sam @ana Peer Mentoring for it"))
    assert school.ask("sam", button).kind == "said"


def test_the_button_tells_for_whom_it_is_on(school: School, recorder: Recorder, pump: Callable[[], int]) -> None:
    button = congratulation(school.type("rivera", "/award @sam Peer Mentoring for it"))
    assert the_button(shown(recorder, pump)).pressed_by == ()
    school.ask("ana", button)
    school.ask("lee", button)
    assert {who.id for who in the_button(shown(recorder, pump)).pressed_by} == {"ana", "lee"}
    school.ask("ana", button)
    assert {who.id for who in the_button(shown(recorder, pump)).pressed_by} == {"lee"}


def test_a_quoted_message_stands_on_the_card(school: School, recorder: Recorder, pump: Callable[[], int]) -> None:
    quote = Quote(school.person("ana"), "Sam sat with me until I got it.", school.clock.now)
    school.ask("rivera", AwardBadge((school.person("sam"),), "Peer Mentoring", "patience", quote))
    said = shown(recorder, pump)
    assert fields(card(said))["For this message"] == "Ana Núñez: Sam sat with me until I got it."
    assert "For this message" not in card(said).drawn


@on_sqlite
def test_a_long_message_is_shortened(school: School, recorder: Recorder, pump: Callable[[], int]) -> None:
    quote = Quote(school.person("ana"), "so good " * 100, school.clock.now)
    school.ask("rivera", AwardBadge((school.person("sam"),), "Peer Mentoring", "", quote))
    text = fields(card(shown(recorder, pump)))["For this message"]
    assert text.endswith("…")
    assert len(text) <= len("Ana Núñez: ") + QUOTED


@on_sqlite
@pytest.mark.parametrize("reason", ["sitting with Ana every Tuesday", "explaining until everybody got it", "界" * 30])
def test_what_the_picture_says_need_not_be_repeated(
    school: School, recorder: Recorder, pump: Callable[[], int], reason: str
) -> None:
    school.type("rivera", f"/award @sam Peer Mentoring for {reason}")
    said = shown(recorder, pump)
    assert card(said).drawn == {"body", "Awarded by"}
    assert card(said).picture is not None
    assert reason in alt(card(said).picture.drawing)  # type: ignore[union-attr]
    assert to_text(said).count(reason) == 1
    assert words(card(said).body) == reason


@on_sqlite
@pytest.mark.parametrize("reason", ["see https://example.org/essay", "W" * 150, "word " * 50])
def test_what_the_picture_does_not_show_whole_is_said(
    school: School, recorder: Recorder, pump: Callable[[], int], reason: str
) -> None:
    school.type("rivera", f"/award @sam Peer Mentoring for {reason}")
    said = shown(recorder, pump)
    assert card(said).drawn == {"Awarded by"}
    assert reason.strip() in to_text(said)


@on_sqlite
def test_the_award_form_offers_others_only(school: School) -> None:
    [who] = [f for f in form(school.ask("rivera", AskAward())).fields if f.name == "recipients"]
    assert who.others
