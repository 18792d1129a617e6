"""Where cards go in Discord: where the badge was given, or where the settings say."""

from __future__ import annotations

from bot.core.db import Database
from tests.adapters.discord_fake import CLASS, FORUM, HALL
from tests.adapters.discord_rig import DiscordRig
from tests.conftest import Clock
from tests.core.marks import on_sqlite

pytestmark = on_sqlite


async def test_all_cards_may_go_to_one_channel(database: Database, clock: Clock) -> None:
    async with DiscordRig(database, clock, celebrations=(HALL,)) as rig:
        said = await rig.type("teacher", "/award @sam Participation")
        assert "The class sees one card where badges are celebrated." in said.text
        await rig.settle()
        assert rig.discord.channels[CLASS] == []
        [card] = rig.discord.channels[HALL]
        await rig.press("teacher", "Undo", on=said)
        await rig.settle()
        assert "it was taken back" in str(card["components"])


async def test_in_a_forum_each_award_is_a_post(database: Database, clock: Clock) -> None:
    async with DiscordRig(database, clock, celebrations=(FORUM,)) as rig:
        for who in ("sam", "ana"):
            await rig.type("teacher", f"/award @{who} Participation")
            await rig.settle()
        posts = [messages for messages in rig.discord.channels.values() if messages and messages[0]["flags"]]
        assert [len(messages) for messages in posts if messages[0]["channel_id"] == messages[0]["id"]] == [1, 1]
        await rig.type("teacher", "/revoke @sam Participation because of a mix-up")
        await rig.settle()
        first = next(m[0] for m in posts if m[0]["channel_id"] == m[0]["id"])
        assert "taken back" in str(first["components"])


async def test_a_place_of_another_server_is_none_of_this_one(database: Database, clock: Clock) -> None:
    async with DiscordRig(database, clock, celebrations=("799999999999999999",)) as rig:
        said = await rig.type("teacher", "/award @sam Participation")
        assert "in this channel" in said.text
        await rig.settle()
        assert len(await rig.channel()) == 1
