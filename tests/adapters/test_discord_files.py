"""Files as evidence in Discord: attached to the command, chosen in the form, taken from a message; never by address."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.core.db import Database
from bot.core.holding import HeldFile
from bot.core.models import Award, Evidence, EvidenceFile
from tests.adapters.discord_rig import COMMAND, DiscordRig, command
from tests.adapters.rig import Seen, Upload
from tests.conftest import Clock
from tests.core.marks import on_sqlite

pytestmark = on_sqlite
PDF = b"%PDF-1.7\nan essay"


@pytest.fixture
async def rig(database: Database, clock: Clock) -> AsyncIterator[DiscordRig]:
    async with DiscordRig(database, clock) as rig:
        yield rig


def awards(database: Database) -> int:
    with database.read() as db:
        return db.scalar(select(func.count()).select_from(Award)) or 0


async def award_with(rig: DiscordRig, who: str, attachment: dict[str, Any], **options: str) -> Seen:
    data = command("award", **options)
    data["options"].append({"name": "file", "type": 11, "value": attachment["id"]})
    data["resolved"]["attachments"] = {attachment["id"]: attachment}
    return await rig.do(who, COMMAND, data)


def evidence(database: Database) -> list[tuple[str, str | None]]:
    with database.read() as db:
        rows = db.scalars(select(Evidence).order_by(Evidence.id)).all()
        return [(row.kind, row.text or row.name) for row in rows]


async def test_a_file_goes_along_with_the_command(rig: DiscordRig, database: Database) -> None:
    essay = rig.discord.attachment("essay.pdf", PDF)
    said = await award_with(rig, "teacher", essay, student="@sam", badge="Academic Writing")
    assert "Sam Okafor now holds Academic Writing." in said.text
    assert evidence(database) == [("file", "essay.pdf")]
    with database.read() as db:
        assert db.scalars(select(EvidenceFile)).one().data == PDF
        assert rig.discord.cdn not in json.dumps([*db.scalars(select(Award.document))])


async def test_a_file_alone_opens_the_form_with_it(rig: DiscordRig, database: Database) -> None:
    form = await award_with(rig, "teacher", rig.discord.attachment("essay.pdf", PDF))
    assert "essay.pdf" in form.text
    await rig.fill("teacher", form, {"recipients": ("sam",), "badge": "Academic Writing"})
    assert evidence(database) == [("file", "essay.pdf")]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("film.mp4", b"\0\0\0 ftypmp42", "film.mp4 can't be evidence"),
        ("scan.pdf", None, "scan.pdf is too large: give one of at most 8 MB."),
        ("gone.pdf", b"", "gone.pdf could not be read here: download it, and attach it anew."),
    ],
)
async def test_a_file_that_will_not_do_is_refused(
    rig: DiscordRig, database: Database, name: str, data: bytes | None, says: str
) -> None:
    file = rig.discord.attachment(name, data or b"")
    if data is None:  # it never ends, whatever its size was said to be
        rig.discord.endless |= set(rig.discord.files)
    elif not data:
        rig.discord.files.clear()
    said = await award_with(rig, "teacher", file, student="@sam", badge="Participation")
    assert said.kind == "refused"
    assert says in said.text
    assert awards(database) == 0


async def test_a_student_attaches_nothing_here(rig: DiscordRig, database: Database) -> None:
    said = await award_with(
        rig, "sam", rig.discord.attachment("essay.pdf", PDF), student="@ana", badge="Academic Writing"
    )
    assert "Only teachers award badges" in said.text
    said = await rig.award_message("sam", await rig.share("ana", "", Upload("essay.pdf", PDF)))
    assert "Only teachers award badges" in said.text
    assert rig.discord.fetched == []
    with database.read() as db:
        assert db.scalars(select(HeldFile)).all() == []


async def test_files_of_a_message_are_offered_and_one_is_left_out(rig: DiscordRig, database: Database) -> None:
    files = Upload("essay.pdf", PDF), Upload("film.mp4", b"\0"), Upload("notes.txt", b"measured")
    message = await rig.share("sam", "here it is", *files)
    form = await rig.award_message("teacher", message)
    assert "Left out: film.mp4." in form.text
    assert "goes along as evidence: here it is" in form.text
    await rig.fill("teacher", form, {"badge": "Academic Writing", "files": ("essay.pdf",)})
    assert evidence(database) == [("message", "here it is"), ("file", "essay.pdf")]


async def test_a_message_with_only_a_file_is_no_quote(rig: DiscordRig, database: Database) -> None:
    form = await rig.award_message("teacher", await rig.share("sam", "", Upload("essay.pdf", PDF)))
    said = await rig.fill("teacher", form, {"badge": "Academic Writing"})
    assert "Sam Okafor now holds Academic Writing." in said.text
    assert evidence(database) == [("file", "essay.pdf")]


async def test_a_file_that_was_chosen_outlasts_a_refusal_and_a_restart(rig: DiscordRig, database: Database) -> None:
    await rig.type("teacher", "/award @sam Participation")
    form = await rig.type("teacher", "/award")
    answers = {"recipients": ("sam",), "badge": "Participation", "files": (Upload("essay.pdf", PDF),)}
    again = await rig.fill("teacher", form, answers)
    assert "already holds" in again.text
    assert "essay.pdf" in again.text
    await rig.stop()
    await rig.start()
    rig.discord.files.clear()  # Discord's addresses have ended
    await rig.fill("teacher", again, {"recipients": ("ana",)})
    assert evidence(database) == [("file", "essay.pdf")]


async def test_a_badge_without_end_is_not_waited_for(rig: DiscordRig) -> None:
    file = rig.discord.attachment("badge.png", b"")
    rig.discord.endless |= set(rig.discord.files)
    data = command("verify")
    data["options"].append({"name": "file", "type": 11, "value": file["id"]})
    data["resolved"]["attachments"] = {file["id"]: file}
    said = await rig.do("sam", COMMAND, data)
    assert "The file is far larger than any badge." in said.text
