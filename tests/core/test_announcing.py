"""What the class and the learner read: made when it is delivered, and kept equal to the facts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.core import cards
from bot.core.commands import Congratulate
from bot.core.port import Limits, Place
from tests.conftest import School
from tests.core.marks import on_sqlite
from tests.core.reading import buttons, card, fields, own_words, press, words
from tests.core.recording import Recorder

Pump = Callable[[], int]


def test_the_class_sees_one_card_with_who_what_why_and_by_whom(school: School, recorder: Recorder, pump: Pump) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for patient explanations")
    assert pump() == 2
    [message] = recorder.in_channel()
    assert message.to == Place("room", "riverside", "class-8b")
    assert words(message.now.text) == "@Sam Okafor earned Peer Mentoring."
    shown = card(message.now)
    assert words(shown.body) == "patient explanations"
    assert fields(shown)["Awarded by"] == "Ms Rivera"
    assert shown.picture is not None
    assert isinstance(shown.picture.drawing, cards.Celebration)
    assert isinstance(press(message.now, "Congratulate"), Congratulate)
    assert str(buttons(message.now)["See and verify"]).startswith("https://badges.example.edu/awards/")


def test_a_group_is_one_card_with_a_page_for_each(school: School, recorder: Recorder, pump: Pump) -> None:
    school.type("rivera", "/award @sam @ana @lee Peer Mentoring for the mural")
    assert pump() == 4
    [message] = recorder.in_channel()
    assert words(message.now.text) == "@Sam Okafor, @Ana Núñez, and @Lee earned Peer Mentoring."
    assert fields(card(message.now))["See and verify"] == "Sam Okafor, Ana Núñez, and Lee"


@on_sqlite
def test_a_crowd_is_named_in_part_and_counted(school: School, recorder: Recorder, pump: Pump) -> None:
    school.type("rivera", "/award " + " ".join(f"@s{n}" for n in range(25)) + " Peer Mentoring")
    pump()
    [message] = recorder.in_channel()
    assert words(message.now.text).endswith("and 5 more earned Peer Mentoring.")


def test_the_learner_is_told_directly(school: School, recorder: Recorder, pump: Pump) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for patient explanations")
    pump()
    [message] = recorder.direct("sam")
    assert words(message.now.text) == "You earned Peer Mentoring from Ms Rivera."
    assert list(buttons(message.now)) == ["Open its page", "Verify", "Download", "Share"]


def test_what_is_undone_before_delivery_is_never_announced(school: School, recorder: Recorder, pump: Pump) -> None:
    reply = school.type("rivera", "/award @sam @ana Peer Mentoring for it")
    school.ask("rivera", press(reply, "Undo"))
    assert pump() == 0
    assert recorder.messages == {}
    assert pump() == 0


def test_what_is_undone_after_delivery_is_corrected_where_it_stands(
    school: School, recorder: Recorder, pump: Pump
) -> None:
    reply = school.type("rivera", "/award @sam Peer Mentoring for it")
    pump()
    school.ask("rivera", press(reply, "Undo"))
    pump()
    [message] = recorder.in_channel()
    assert words(message.now.text) == "An award stood here; it was taken back."
    assert message.now.nodes == ()
    [told] = recorder.direct("sam")
    assert words(told.now.text) == "Peer Mentoring was given by mistake, and taken back at once."


def test_one_of_a_group_revoked_leaves_the_others_on_the_card(school: School, recorder: Recorder, pump: Pump) -> None:
    school.type("rivera", "/award @sam @ana Peer Mentoring for it")
    school.type("rivera", "/revoke @ana Peer Mentoring because it was a mistake")
    pump()
    [message] = recorder.in_channel()
    assert words(message.now.text) == "@Sam Okafor earned Peer Mentoring."
    assert recorder.direct("ana") == []


def test_everyone_sees_how_many_congratulate(school: School, recorder: Recorder, pump: Pump, refused) -> None:
    undo = press(school.type("rivera", "/award @sam Peer Mentoring for it"), "Undo")
    pump()
    [message] = recorder.in_channel()
    congratulate = press(message.now, "Congratulate")
    for handle in ("ana", "lee", "kit"):
        assert words(school.ask(handle, congratulate).text) == "You congratulated on Peer Mentoring."
    pump()
    assert "Congratulate · 3" in buttons(message.now)
    assert words(school.ask("lee", congratulate).text).endswith("is taken back.")
    pump()
    assert "Congratulate · 2" in buttons(message.now)
    school.ask("rivera", undo)
    refused("lee", congratulate, "no longer there")


def test_many_congratulations_are_one_edit(school: School, recorder: Recorder, pump: Pump) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for it")
    pump()
    [message] = recorder.in_channel()
    for n in range(30):
        school.ask(f"s{n}", press(message.now, "Congratulate"))
    assert pump() == 1
    assert len(message.versions) == 2
    assert "Congratulate · 30" in buttons(message.now)


def test_congratulations_before_delivery_stand_on_the_first_card(
    school: School, recorder: Recorder, pump: Pump
) -> None:
    undo = press(school.type("rivera", "/award @sam Peer Mentoring for it"), "Undo")
    school.ask("ana", Congratulate(undo.celebration))  # type: ignore[union-attr]
    pump()
    [message] = recorder.in_channel()
    assert "Congratulate · 1" in buttons(message.now)
    assert len(message.versions) == 1


@on_sqlite
def test_where_nothing_can_be_edited_a_card_stays_as_it_was(school: School, recorder: Recorder, pump: Pump) -> None:
    recorder.limits = Limits(edits=False)
    school.type("rivera", "/award @sam Peer Mentoring for it")
    pump()
    [message] = recorder.in_channel()
    school.ask("ana", press(message.now, "Congratulate"))
    assert pump() == 0
    assert len(message.versions) == 1
    assert sum(recorder.asked.values()) == 2


@on_sqlite
@pytest.mark.parametrize(
    "hostile", ["*bold* _it_ <script>", "{badge} {0} %s", "<!everyone> <!channel> <@U1>", "`x` [a](b)"]
)
def test_what_somebody_typed_never_becomes_our_own_words(
    school: School, recorder: Recorder, pump: Pump, hostile: str
) -> None:
    school.type("rivera", f"/award @sam Peer Mentoring for {hostile}")
    pump()
    [message] = recorder.in_channel()
    assert words(card(message.now).body) == hostile
    assert hostile not in own_words(message.now.text) + own_words(card(message.now).body)
