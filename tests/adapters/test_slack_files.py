"""Files as evidence in Slack: chosen in the form, taken from a message, fetched from Slack alone and with a bound."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from sqlalchemy import func, select

from bot.adapters.slack.files import Unfetched, fetch
from bot.adapters.slack.workspaces import client
from bot.core.db import Database
from bot.core.holding import HeldFile
from bot.core.models import Award, Evidence, EvidenceFile
from tests.adapters.rig import Upload
from tests.adapters.slack_fake import BOT_TOKEN, CLASS
from tests.adapters.slack_rig import SlackRig
from tests.conftest import Clock
from tests.core.marks import on_sqlite

pytestmark = on_sqlite
PDF = b"%PDF-1.7\nan essay"


@pytest.fixture
async def rig(database: Database, clock: Clock) -> AsyncIterator[SlackRig]:
    async with SlackRig(database, clock) as rig:
        yield rig


def evidence(database: Database) -> list[tuple[str, str | None]]:
    with database.read() as db:
        rows = db.scalars(select(Evidence).order_by(Evidence.id)).all()
        return [(row.kind, row.text or row.name) for row in rows]


async def test_files_of_a_message_are_offered_and_one_is_left_out(rig: SlackRig, database: Database) -> None:
    files = Upload("essay.pdf", PDF), Upload("film.mp4", b"\0"), Upload("notes.txt", b"measured")
    form = await rig.award_message("teacher", await rig.share("sam", "here it is", *files))
    assert "Left out: film.mp4." in form.text
    assert "notes.txt" in form.text
    await rig.fill("teacher", form, {"badge": "Academic Writing", "files": ("essay.pdf",)})
    assert evidence(database) == [("message", "here it is"), ("file", "essay.pdf")]


async def test_a_message_with_only_a_file_is_no_quote(rig: SlackRig, database: Database) -> None:
    form = await rig.award_message("teacher", await rig.share("sam", "", Upload("essay.pdf", PDF)))
    said = await rig.fill("teacher", form, {"badge": "Academic Writing"})
    assert "Sam Okafor now holds Academic Writing." in said.text
    assert evidence(database) == [("file", "essay.pdf")]
    with database.read() as db:
        assert db.scalars(select(EvidenceFile)).one().data == PDF


async def test_what_slack_does_not_give_is_left_out(rig: SlackRig, database: Database) -> None:
    message = await rig.share("sam", "", Upload("essay.pdf", PDF), Upload("gone.pdf", PDF))
    del rig.slack.files[message.raw["files"][1]["id"]]
    message.raw["files"].append({"id": "F9", "name": "elsewhere.pdf", "external_type": "gdrive"})
    form = await rig.award_message("teacher", message)
    assert "Left out: gone.pdf, elsewhere.pdf." in form.text
    await rig.fill("teacher", form, {"badge": "Academic Writing"})
    assert evidence(database) == [("file", "essay.pdf")]


async def test_a_file_without_end_is_not_waited_for(rig: SlackRig, database: Database) -> None:
    file = rig.slack.file("scan.pdf", b"")
    rig.slack.endless.add(file["id"])
    message = rig.slack.post(CLASS, "U0SAM", "")
    message["files"] = [file]
    form = await rig.award_message("teacher", (await rig.channel())[-1])
    assert "Left out: scan.pdf." in form.text
    event = {"type": "message", "channel_type": "im", "subtype": "file_share", "user": "U0ANA", "channel": "D0ANA"}
    await rig.event({**event, "files": [file]})
    assert "far larger than any badge" in (await rig.direct("ana"))[-1].text


async def test_each_file_that_somebody_sends_is_answered(rig: SlackRig) -> None:
    files = [rig.slack.file("one.txt", b"no badge"), rig.slack.file("two.txt", b"nor this")]
    event = {"type": "message", "channel_type": "im", "subtype": "file_share", "user": "U0ANA", "channel": "D0ANA"}
    await rig.event({**event, "files": files})
    answers = [one.text for one in await rig.direct("ana")]
    assert sum("neither a badge nor" in text for text in answers) == 2


async def test_a_student_leaves_no_files_here(rig: SlackRig, database: Database) -> None:
    said = await rig.award_message("sam", await rig.share("ana", "", Upload("essay.pdf", PDF)))
    assert "Only teachers award badges" in said.text
    assert rig.slack.fetched == []
    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(HeldFile)) == 0


async def test_a_form_drawn_again_keeps_the_files_offered(rig: SlackRig, database: Database) -> None:
    form = await rig.award_message("teacher", await rig.share("sam", "", Upload("essay.pdf", PDF)))
    again = await rig.fill("teacher", form, {"badge": "Academic Writing", "recipients": ("teacher",)})
    assert again.kind == "refused"
    await rig.fill("teacher", again, {"recipients": ("sam",)})
    assert evidence(database) == [("file", "essay.pdf")]
    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(Award)) == 1


async def test_a_foreign_host_is_not_even_asked(rig: SlackRig) -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.headers.get("Authorization", ""))
        return web.Response(body=PDF)

    foreign = web.Application()
    foreign.router.add_get("/{name}", answer)
    runner = web.AppRunner(foreign)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    try:
        with pytest.raises(Unfetched):
            await fetch(
                {"url_private_download": f"http://127.0.0.1:{port}/essay.pdf"}, client(rig.slack.api, BOT_TOKEN), 100
            )
    finally:
        await runner.cleanup()
    assert asked == []
