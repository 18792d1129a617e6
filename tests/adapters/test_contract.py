"""What every platform must do. A new platform adds its rig to RIGS and inherits these; no scenario changes."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select

from bot.core import reminders
from bot.core.db import Database
from bot.core.models import Announcement, Award, BadgeClass, Evidence, EvidenceFile, Goal
from tests.adapters.discord_rig import DiscordRig
from tests.adapters.rig import Rig, Seen, Upload
from tests.adapters.room_rig import RoomRig
from tests.adapters.slack_rig import SlackRig, SlackSocketRig
from tests.conftest import Clock

RIGS = [RoomRig, SlackRig, SlackSocketRig, DiscordRig]
HOSTILE = "<!channel> @everyone *x* `y` <@U1>"


@pytest.fixture(params=RIGS, ids=lambda rig: rig.__name__)
async def rig(request: pytest.FixtureRequest, database: Database, clock: Clock) -> AsyncIterator[Rig]:
    async with request.param(database, clock) as rig:
        yield rig


def count(database: Database, what: type) -> int:
    with database.read() as db:
        return db.scalar(select(func.count()).select_from(what)) or 0


async def cards(rig: Rig) -> list[Seen]:
    return [seen for seen in await rig.channel() if seen.author == "laurel"]


async def test_an_award_is_confirmed_to_the_teacher_and_celebrated_once(rig: Rig) -> None:
    said = await rig.type("teacher", "/award @sam Peer Mentoring for helping with https://example.org/notes")
    assert "Sam Okafor now holds Peer Mentoring." in said.text
    assert "Undo" in said.buttons
    await rig.settle()
    [card] = await cards(rig)
    assert "Sam Okafor earned Peer Mentoring" in card.text.replace("@", "")
    assert "helping with https://example.org/notes" in card.text
    assert "Ms Rivera" in card.text
    assert any("Peer Mentoring" in alt for alt in card.pictures)
    assert any("/awards/" in link for link in card.links)
    assert rig.pinged() == {"sam"}


async def test_several_recipients_share_one_card(rig: Rig) -> None:
    await rig.type("teacher", "/award @sam @ana @xiaoyu Participation")
    await rig.settle()
    [card] = await cards(rig)
    for name in ("Sam Okafor", "Ana Núñez", "李小雨"):
        assert name in card.text
    assert rig.pinged() == {"sam", "ana", "xiaoyu"}


async def test_a_whole_class_can_be_awarded_at_once(rig: Rig, database: Database) -> None:
    await rig.type("teacher", "/award @class-8b Participation")
    assert count(database, Award) == 6


async def test_each_learner_hears_of_it_directly(rig: Rig) -> None:
    await rig.type("teacher", "/award @sam Peer Feedback")
    await rig.settle()
    [told] = await rig.direct("sam")
    assert "You earned Peer Feedback from Ms Rivera." in told.text
    assert {"Verify", "Share"} <= set(told.buttons)
    assert await rig.direct("ana") == []


@pytest.mark.parametrize(
    ("who", "text", "says"),
    [
        ("sam", "/award @ana Participation", "Only teachers award badges"),
        ("teacher", "/award @sam Chess", "There is no badge called Chess"),
        ("teacher", "/award @sam Peer", "Several badges begin with Peer"),
        ("teacher", "/award @teacher Participation", "You can't award yourself"),
        ("teacher", "/award @laurel Participation", "is a bot"),
        ("teacher", "/award @nobody Participation", "Nobody here is called @nobody"),
        ("teacher", "/award @sam Participation for " + "x" * 1001, "shorten it to 1000"),
        ("ana", "/mybadges @sam", "keeps their badges to themselves"),
        ("sam", "/badge new", "Only teachers make and change badges"),
        ("sam", "/goals add x by yesterday", "is over"),
        ("sam", "/revoke @ana Participation because", "Only teachers take badges back"),
    ],
)
async def test_a_refusal_is_private_and_writes_nothing(
    rig: Rig, database: Database, who: str, text: str, says: str
) -> None:
    said = await rig.type(who, text)
    await rig.settle()
    assert said.kind == "refused"
    assert says in said.text
    assert await rig.channel() == []
    assert [count(database, what) for what in (Award, Announcement, Goal)] == [0, 0, 0]


async def test_where_nobody_is_named_the_form_opens_with_the_badge(rig: Rig, database: Database) -> None:
    form = await rig.type("teacher", "/award Participation for taking part")
    assert form.form is not None
    assert count(database, Award) == 0
    done = await rig.fill("teacher", form, {"recipients": ("sam",)})
    assert "Sam Okafor now holds Participation." in done.text
    await rig.settle()
    [card] = await cards(rig)
    assert "taking part" in card.text


async def test_the_nearest_badge_is_one_press_away(rig: Rig) -> None:
    said = await rig.type("teacher", "/award @sam Exel for great pivots")
    done = await rig.press("teacher", "Excel for Analytics", on=said)
    assert "Sam Okafor now holds Excel for Analytics." in done.text
    await rig.settle()
    [card] = await cards(rig)
    assert "great pivots" in card.text


async def test_those_who_hold_it_can_be_left_out_with_one_press(rig: Rig, database: Database) -> None:
    await rig.type("teacher", "/award @sam Participation")
    said = await rig.type("teacher", "/award @sam @ana Participation")
    assert said.kind == "refused"
    await rig.press("teacher", "Award the others", on=said)
    assert count(database, Award) == 2


async def test_a_badge_with_a_hostile_name_pings_nobody_but_its_holder(rig: Rig) -> None:
    form = await rig.type("teacher", "/badge new")
    await rig.fill("teacher", form, {"name": HOSTILE, "description": HOSTILE, "criteria": HOSTILE})
    await rig.type("teacher", f'/award @sam "{HOSTILE}" for {HOSTILE}')
    await rig.settle()
    assert rig.pinged() == {"sam"}
    [card] = await cards(rig)
    assert HOSTILE in card.text


async def test_an_event_sent_again_does_nothing_twice(rig: Rig, database: Database) -> None:
    for _ in range(2):
        await rig.type("teacher", "/award @sam Participation", event_id="the-same")
        await rig.settle()
    assert count(database, Award) == 1
    assert len(await cards(rig)) == 1


async def test_undo_takes_back_what_the_class_saw(rig: Rig) -> None:
    said = await rig.type("teacher", "/award @sam @ana Participation")
    await rig.settle()
    await rig.press("teacher", "Undo", on=said)
    await rig.settle()
    [card] = await cards(rig)
    assert "it was taken back" in card.text
    assert "Okafor" not in card.text


async def test_what_is_undone_at_once_was_never_announced(rig: Rig) -> None:
    said = await rig.type("teacher", "/award @sam Participation")
    await rig.press("teacher", "Undo", on=said)
    await rig.settle()
    assert await cards(rig) == []
    assert await rig.direct("sam") == []


async def test_everyone_sees_the_count_of_congratulations(rig: Rig) -> None:
    await rig.type("teacher", "/award @sam Participation")
    await rig.settle()
    for who in ("ana", "zoe", "ana"):  # pressing again takes it back
        [card] = await cards(rig)
        await rig.press(who, "Congratulate", on=card)
        await rig.settle()
    [card] = await cards(rig)
    assert "Congratulate · 1" in card.buttons


async def test_a_revocation_reaches_the_card(rig: Rig) -> None:
    await rig.type("teacher", "/award @sam Participation")
    await rig.settle()
    said = await rig.type("teacher", "/revoke @sam Participation because of a mix-up")
    assert "no longer holds" in said.text
    await rig.settle()
    [card] = await cards(rig)
    assert "taken back" in card.text


async def test_a_message_becomes_evidence(rig: Rig, database: Database) -> None:
    await rig.type("zoe", "The median hardly moves, so the outlier does not matter here.")
    [message] = await rig.channel()
    form = await rig.award_message("teacher", message)
    assert form.form is not None
    assert "Zoë Lindström" in form.text
    await rig.fill("teacher", form, {"badge": "Statistics Basics", "reason": "for seeing it at once"})
    with database.read() as db:
        evidence = db.scalars(select(Evidence)).one()
        assert evidence.text == "The median hardly moves, so the outlier does not matter here."
        assert evidence.sha256 is not None
        assert evidence.author is not None
        assert evidence.author.name == "Zoë Lindström"


PDF = b"%PDF-1.7\nan essay"


async def test_an_attached_file_becomes_evidence(rig: Rig, database: Database) -> None:
    form = await rig.type("teacher", "/award")
    chosen = {"recipients": ("sam",), "badge": "Academic Writing"}
    said = await rig.fill("teacher", form, {**chosen, "files": (Upload("essay.pdf", PDF), Upload("notes", b"plain"))})
    assert "Sam Okafor now holds Academic Writing." in said.text
    with database.read() as db:
        files = {row.name: row for row in db.scalars(select(Evidence).order_by(Evidence.id))}
        assert {name: row.media_type for name, row in files.items()} == {
            "essay.pdf": "application/pdf",
            "notes.txt": "text/plain",
        }
        assert db.get_one(EvidenceFile, files["essay.pdf"].sha256).data == PDF


async def test_a_file_that_cannot_be_evidence_is_refused_and_nothing_typed_is_lost(
    rig: Rig, database: Database
) -> None:
    form = await rig.type("teacher", "/award")
    chosen = {"recipients": ("sam",), "badge": "Peer Mentoring", "reason": "for the mural"}
    said = await rig.fill("teacher", form, {**chosen, "files": (Upload("film.mp4", b"\0\0\0 ftypmp42"),)})
    assert said.kind == "refused"
    assert "film.mp4 can't be evidence" in said.text
    assert [count(database, what) for what in (Award, Evidence, EvidenceFile)] == [0, 0, 0]


async def test_nobody_mentioned_stands_in_the_signed_document(rig: Rig, database: Database) -> None:
    """Neither by handle nor by name: they have not agreed to be named."""
    await rig.type("sam", "Thanks @dmytro and @ana, we solved it.")
    [message] = await rig.channel()
    form = await rig.award_message("teacher", message)
    await rig.fill("teacher", form, {"badge": "Peer Mentoring", "reason": "well done @zoe"})
    await rig.settle()
    [card] = await cards(rig)
    assert "Zoë Lindström" in card.text  # the class may read it
    with database.read() as db:
        [document] = db.scalars(select(Award.document)).all()
        [text] = db.scalars(select(Evidence.text)).all()
    assert "Дмитро Коваленко" in (text or "")
    facts = json.loads(document)
    del facts["proof"]  # whose value may spell any three letters
    signed = json.dumps(facts, ensure_ascii=False)
    assert "we solved it" in signed
    assert "well done" in signed
    for name in ("dmytro", "Дмитро Коваленко", "@ana", "Ana Núñez", "zoe", "Zoë Lindström"):
        assert name not in signed


async def test_awarding_in_a_direct_message_shows_the_class_nothing(rig: Rig) -> None:
    said = await rig.type("teacher", "/award @sam Participation", where="dm")
    await rig.settle()
    assert "No channel was told" in said.text
    assert await rig.channel() == []
    assert len(await rig.direct("sam")) == 1


async def test_a_collection_is_drawn_with_a_row_for_each_badge(rig: Rig, clock: Clock) -> None:
    await rig.type("teacher", "/award @sam Participation")
    clock.forward(seconds=1)
    await rig.type("teacher", "/award @sam Intro to Data")
    mine = await rig.type("sam", "/mybadges")
    assert mine.text.index("Intro to Data") < mine.text.index("Participation")
    assert [mine.buttons.count(label) for label in ("Show", "Verify", "Share")] == [2, 2, 2]
    assert "Intro to Data" in mine.pictures[0]
    verified = await rig.press("sam", "Verify", on=mine)
    assert "Intro to Data is genuine: every check holds." in verified.text


async def test_a_collection_opens_when_its_owner_says_so(rig: Rig) -> None:
    await rig.type("teacher", "/award @sam Participation")
    form = await rig.type("sam", "/mybadges privacy")
    await rig.fill("sam", form, {"collection": "Everyone in this chat"})
    assert "Sam Okafor holds 1 badge." in (await rig.type("ana", "/mybadges @sam")).text


async def test_a_badge_form_says_what_is_wrong_and_keeps_the_rest(rig: Rig, database: Database) -> None:
    before = count(database, BadgeClass)
    form = await rig.type("teacher", "/badge new")
    again = await rig.fill("teacher", form, {"name": "Participation", "description": "d", "criteria": "c"})
    assert again.kind == "refused"
    assert again.form is not None
    assert "already" in again.form.problems["name"]
    assert count(database, BadgeClass) == before
    saved = await rig.fill("teacher", again, {"name": "Chess"})
    assert "Chess is ready to be awarded." in saved.text


async def test_a_goal_reminds_directly_and_can_be_answered(rig: Rig, database: Database, clock: Clock) -> None:
    await rig.type("sam", "/goals add Peer Mentoring, read a book by 2026-12-31 every day")
    clock.forward(days=1)
    assert reminders.tick(database, rig.app.site, clock.now) == 1
    await rig.settle()
    [reminder] = await rig.direct("sam")
    assert "0 of 2 done" in reminder.text
    assert {"Done", "Snooze 3 days", "Drop"} <= set(reminder.buttons)
    await rig.press("sam", "Snooze", on=reminder)
    clock.forward(days=1)
    assert reminders.tick(database, rig.app.site, clock.now) == 0
    [reminder] = await rig.direct("sam")
    done = await rig.press("sam", "Drop", on=reminder)
    assert "dropped" in done.text


async def test_earning_the_badge_reaches_the_goal_by_itself(rig: Rig) -> None:
    await rig.type("sam", "/goals add Peer Mentoring by Friday")
    await rig.type("teacher", "/award @sam Peer Mentoring")
    await rig.settle()
    [told] = await rig.direct("sam")
    assert "With it you reached your goal Peer Mentoring." in told.text
    assert "You have no open goal." in (await rig.type("sam", "/goals")).text


async def test_help_names_what_the_caller_may_do(rig: Rig) -> None:
    teacher = (await rig.type("teacher", "/laurel help")).text
    student = (await rig.type("sam", "/laurel help")).text
    assert "/award" in teacher
    assert "/award" not in student
    assert "/goals" in student


async def test_an_unknown_command_is_refused_with_what_there_is(rig: Rig) -> None:
    said = await rig.type("sam", "/badge fly")
    assert said.kind == "refused"
    assert re.search(r"/badge list", said.text)
