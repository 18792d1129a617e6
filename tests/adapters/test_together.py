"""Slack, Discord and the room over one database: somebody with accounts in two of them has one collection."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from bot.core.db import Database
from tests.adapters.discord_rig import DiscordRig
from tests.adapters.rig import Rig
from tests.adapters.room_rig import RoomRig
from tests.adapters.slack_rig import SlackRig
from tests.conftest import Clock

YES = "Yes, both are me"
Three = tuple[SlackRig, DiscordRig, RoomRig]


@pytest.fixture
async def three(database: Database, clock: Clock) -> AsyncIterator[Three]:
    async with AsyncExitStack() as stack:
        rigs = [await stack.enter_async_context(kind(database, clock)) for kind in (SlackRig, DiscordRig, RoomRig)]
        yield rigs[0], rigs[1], rigs[2]


async def link(one: Rig, other: Rig) -> None:
    offered = await one.type("sam", "/laurel link")
    [code] = re.findall(r"/laurel link (\S+)", offered.text)
    asked = await other.type("sam", f"/laurel link {code}", where="dm")
    await one.settle()
    await other.press("sam", YES, on=asked)
    [question] = [seen for seen in await one.direct("sam") if YES in seen.buttons]
    await one.press("sam", YES, on=question)
    for rig in (one, other):
        await rig.settle()


async def test_a_collection_of_two_chats_is_one(three: Three) -> None:
    slack, discord, room = three
    await slack.type("teacher", "/award @sam Participation")
    await discord.type("teacher", "/award @sam Peer Mentoring")
    await room.type("teacher", "/award @sam Intro to Data")
    assert "Participation" not in (await discord.type("sam", "/mybadges")).text
    await link(slack, discord)
    for rig in (slack, discord):
        mine = (await rig.type("sam", "/mybadges")).text
        assert "Participation" in mine
        assert "Peer Mentoring" in mine
        assert "Intro to Data" not in mine
    await link(room, slack)
    for rig in three:
        assert "Intro to Data" in (await rig.type("sam", "/mybadges")).text
    said = await discord.type("teacher", "/award @sam Participation")
    assert "already holds Participation" in said.text


async def test_each_chat_hears_of_its_own_awards_alone(three: Three) -> None:
    await three[0].type("teacher", "/award @sam Participation")
    for rig in three:
        await rig.settle()
    assert [len(await rig.channel()) for rig in three] == [1, 0, 0]
    assert [rig.pinged() for rig in three] == [{"sam"}, set(), set()]
