"""Help: what the bot says to who does not know what to type."""

from __future__ import annotations

import pytest

from bot.core.commands import AskAward, Chat, Typed
from tests.conftest import School
from tests.core.marks import on_sqlite
from tests.core.reading import buttons, press, rows, words

pytestmark = on_sqlite


def test_ordinary_words_are_answered_kindly_with_what_the_bot_can_do(school: School) -> None:
    reply = school.ask("sam", Chat(("hi, how are you?",)), direct=True)
    assert words(reply.text).startswith("Hello, Sam Okafor.")
    assert list(buttons(reply)) == ["My badges", "My goals", "What can be earned", "All commands"]
    assert "/mybadges" in rows(school.ask("sam", press(reply, "All commands")))


def test_a_teacher_is_offered_to_award(school: School) -> None:
    assert press(school.ask("rivera", Chat(("hello",))), "Award a badge") == AskAward()


@pytest.mark.parametrize(
    ("said", "form"),
    [("goals add read a book", "/goals"), ("Award: @sam", "/award"), ("badges", "/badge"), ("help!", "/help")],
)
def test_a_command_without_its_slash_is_understood(school: School, said: str, form: str) -> None:
    reply = school.ask("sam", Chat((said,)))
    assert f"Did you mean {form}?" in words(reply.text)
    command = press(reply, form)
    assert isinstance(command, Typed)
    assert school.ask("sam", command) is not None


def test_words_that_begin_with_somebody_are_no_command(school: School) -> None:
    assert "Did you mean" not in words(school.ask("sam", Chat((school.person("ana"), " hi"))).text)


def test_a_misspelt_command_is_a_button_away(school: School, refused) -> None:
    asked = refused("sam", "/goal add read a book", "did you mean /goals?")
    assert "Your goal read a book is set" in words(school.ask("sam", press(asked, "/goals")).text)
