"""Many servers, one school: one collection for whoever is on several; a server that goes and comes loses nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.core.db import Database
from bot.core.models import Account, Announcement, Award, Member, Space
from tests.adapters.discord_fake import CLUB, GUILD, USERS
from tests.adapters.discord_rig import COMMAND, DiscordRig, command
from tests.conftest import Clock
from tests.core.marks import on_sqlite

pytestmark = on_sqlite


@pytest.fixture
async def rig(database: Database, clock: Clock) -> AsyncIterator[DiscordRig]:
    """Two servers on two shards; the second takes Laurel in while it runs."""
    async with DiscordRig(database, clock, shards=2) as rig:
        assert rig.discord.shard(GUILD) != rig.discord.shard(CLUB)
        await rig.discord.join(CLUB)
        await rig.settled()
        yield rig


def count(database: Database, what: type) -> int:
    with database.read() as db:
        return db.scalar(select(func.count()).select_from(what)) or 0


async def test_badges_of_two_servers_are_one_collection(rig: DiscordRig, database: Database) -> None:
    await rig.type("teacher", "/award @sam Participation")
    await rig.type("teacher", "/award @sam Intro to Data", where="chess-club")
    for where in ("class-8b", "chess-club", "dm"):
        assert "You hold 2 badges" in (await rig.type("sam", "/mybadges", where=where)).text
    assert "already" in (await rig.type("teacher", "/award @sam Participation", where="chess-club")).text
    await rig.settle()
    assert [len(await rig.channel(where)) for where in ("class-8b", "chess-club")] == [1, 1]
    assert rig.pinged() == {"sam"}
    with database.read() as db:
        assert set(db.scalars(select(Space.external_id))) == {GUILD, CLUB}
        assert db.scalar(select(func.count()).select_from(Member)) == 2


async def test_a_refused_first_command_decides_nothing(rig: DiscordRig, database: Database) -> None:
    """What was refused was rolled back, whichever server it came from, and again after a restart."""
    for where in ("class-8b", "chess-club"):
        assert (await rig.type("sam", "/award @ana Participation", where=where)).kind == "refused"
    assert count(database, Space) == 0
    await rig.type("teacher", "/award @sam Participation")
    await rig.stop()
    await rig.start()
    await rig.type("teacher", "/award @sam Intro to Data", where="chess-club")
    assert "You hold 2 badges" in (await rig.type("sam", "/mybadges", where="chess-club")).text
    assert count(database, Member) == 2


async def test_a_server_that_takes_laurel_out_and_in_again_loses_nothing(
    rig: DiscordRig, database: Database, clock: Clock
) -> None:
    await rig.type("teacher", "/award @sam Participation", where="chess-club")
    await rig.type("sam", "/goals add Peer Mentoring by Friday", where="chess-club")
    await rig.discord.leave(CLUB)  # before the card could be posted
    await rig.settled()
    assert rig.named() == ["Riverside"]
    await rig.settle()
    assert await rig.channel("chess-club") == []
    assert "You hold 1 badge" in (await rig.type("sam", "/mybadges")).text
    assert "You hold 1 badge" in (await rig.type("sam", "/mybadges", where="dm")).text
    await rig.discord.join(CLUB)
    await rig.settled()
    clock.now += timedelta(hours=1)
    await rig.settle()
    [card] = await rig.channel("chess-club")
    assert "Sam Okafor" in card.text
    assert "Peer Mentoring" in (await rig.type("sam", "/goals", where="chess-club")).text
    said = await rig.type("teacher", "/revoke @sam Participation because of a mix-up", where="chess-club")
    assert "no longer holds" in said.text
    await rig.settle()
    assert "taken back" in (await rig.channel("chess-club"))[0].text
    assert count(database, Award) == 1


async def test_an_outage_of_a_server_is_no_farewell(rig: DiscordRig, database: Database) -> None:
    await rig.type("teacher", "/award @sam Participation", where="chess-club")
    await rig.discord.outage(CLUB)
    await rig.settled()
    assert "You hold 1 badge" in (await rig.type("sam", "/mybadges", where="dm")).text
    await rig.discord.recover(CLUB)
    await rig.type("teacher", "/award @sam Intro to Data", where="chess-club")
    await rig.settle()
    assert len(await rig.channel("chess-club")) == 2
    with database.read() as db:
        assert set(db.scalars(select(Announcement.state))) == {"open"}


async def test_who_writes_directly_first_is_the_same_once_met_on_a_server(rig: DiscordRig, database: Database) -> None:
    sam = USERS["sam"][0]
    rig.discord.absent |= {(GUILD, sam), (CLUB, sam)}
    await rig.type("sam", "/goals add read a book by Friday", where="dm")
    with database.read() as db:
        assert db.scalars(select(Account)).one().met_in is None
    await rig.type("teacher", "/award @sam Participation", where="chess-club")
    assert "You hold 1 badge" in (await rig.type("sam", "/mybadges", where="dm")).text
    assert "read a book" in (await rig.type("sam", "/goals", where="chess-club")).text
    with database.read() as db:
        assert db.scalars(select(Account).where(Account.external_id == sam)).one().met_in == CLUB


async def test_in_a_direct_message_the_server_counts_where_one_was_met_last(
    rig: DiscordRig, database: Database
) -> None:
    """Kept across a restart, and nobody else is asked; where they are there no longer, the others are."""
    teacher = USERS["teacher"][0]
    await rig.type("teacher", "/goals", where="chess-club")
    await rig.stop()
    rig.discord.calls.clear()
    await rig.start()
    data = command("award", student="@sam", badge="Participation")
    await rig.do("teacher", COMMAND, data, channel=rig.discord.direct(teacher))
    assert count(database, Award) == 1
    asked = {path for method, path in rig.discord.calls if path.endswith(f"/members/{teacher}")}
    assert asked == {f"/guilds/{CLUB}/members/{teacher}"}
    rig.discord.absent.add((CLUB, teacher))
    await rig.stop()
    await rig.start()
    await rig.type("teacher", "/award @ana Participation", where="dm")
    assert count(database, Award) == 2
