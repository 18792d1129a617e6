"""Where cards go in Discord: where the badge was given, or where the settings say; and what if they cannot."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.core.db import Database
from bot.core.models import Announcement
from tests.adapters.discord_fake import BOT, CLASS, FORUM, HALL, OLD_THREAD, THREAD
from tests.adapters.discord_rig import COMMAND, DiscordRig, command
from tests.conftest import Clock
from tests.core.marks import on_sqlite

pytestmark = on_sqlite


def posts(rig: DiscordRig) -> list[list[dict[str, object]]]:
    """Give what stands in each post of the forum."""
    return [rig.discord.channels[post] for post, parent in rig.discord.parents.items() if parent == FORUM]


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
        assert [len(messages) for messages in posts(rig)] == [1, 1]
        await rig.type("teacher", "/revoke @sam Participation because of a mix-up")
        await rig.settle()
        assert "taken back" in str(posts(rig)[0][0]["components"])


@pytest.mark.parametrize("thread", [THREAD, OLD_THREAD])
async def test_cards_may_go_to_a_thread_even_if_it_is_archived_by_now(
    database: Database, clock: Clock, thread: str
) -> None:
    async with DiscordRig(database, clock, celebrations=(thread,)) as rig:
        for who in ("sam", "ana"):
            said = await rig.type("teacher", f"/award @{who} Participation")
            assert "The class sees one card where badges are celebrated." in said.text
        assert len(await rig.settled_in(thread)) == 2
        assert rig.discord.calls.count(("GET", f"/channels/{thread}")) == (thread == OLD_THREAD)


async def test_a_badge_given_in_a_thread_is_celebrated_there(database: Database, clock: Clock) -> None:
    async with DiscordRig(database, clock) as rig:
        data = command("award", student="@sam", badge="Participation")
        said = await rig.do("teacher", COMMAND, data, channel=THREAD)
        assert "The class sees one card in this channel." in said.text
        assert len(await rig.settled_in(THREAD)) == 1


@pytest.mark.parametrize("place", [THREAD, FORUM])
async def test_a_revocation_reaches_a_card_in_what_is_archived_meanwhile(
    database: Database, clock: Clock, place: str
) -> None:
    async with DiscordRig(database, clock, celebrations=(place,)) as rig:
        await rig.type("teacher", "/award @sam Participation")
        await rig.settle()
        [messages] = posts(rig) if place == FORUM else [rig.discord.channels[THREAD]]
        rig.discord.archived.add(messages[0]["channel_id"])
        await rig.type("teacher", "/revoke @sam Participation because of a mix-up")
        await rig.settle()
        assert "taken back" in str(messages[0]["components"])
        rig.discord.archived.add(messages[0]["channel_id"])
        rig.discord.locked.add(messages[0]["channel_id"])
        with database.write() as db:
            row = db.scalars(select(Announcement).where(Announcement.kind == "celebration")).one()
            row.wanted += 1
        await rig.settle()
        with database.read() as db:
            row = db.scalars(select(Announcement).where(Announcement.kind == "celebration")).one()
            assert (row.state, row.last_error) == ("gave-up", "the thread is archived and locked")


async def test_a_forum_that_asks_for_a_tag_gets_one(database: Database, clock: Clock) -> None:
    async with DiscordRig(database, clock, celebrations=(FORUM,)) as rig:
        tag = {"name": "news", "emoji_id": None, "emoji_name": None}
        rig.discord.tags = [{**tag, "id": "1", "moderated": True}, {**tag, "id": "2", "moderated": False}]
        await rig.stop()
        await rig.start()
        await rig.type("teacher", "/award @sam Participation")
        await rig.settle()
        assert [len(messages) for messages in posts(rig)] == [1]
        rig.discord.tags.pop()
        await rig.stop()
        await rig.start()
        said = await rig.type("teacher", "/award @ana Participation")
        assert "No card can stand where badges are celebrated: every post there needs a tag" in said.text
        await rig.settle()
        assert [len(messages) for messages in posts(rig)] == [1]


async def test_a_place_of_another_server_is_none_of_this_one(database: Database, clock: Clock) -> None:
    async with DiscordRig(database, clock, celebrations=("799999999999999999",)) as rig:
        said = await rig.type("teacher", "/award @sam Participation")
        assert "in this channel" in said.text
        await rig.settle()
        assert len(await rig.channel()) == 1


async def test_where_laurel_may_not_write_the_answer_says_so_and_the_card_follows(
    database: Database, clock: Clock
) -> None:
    async with DiscordRig(database, clock) as rig:
        rig.discord.closed.add(CLASS)
        said = await rig.type("teacher", "/award @sam Participation")
        assert "No card can stand here: I may not write there" in said.text
        await rig.settle()
        assert await rig.direct("teacher") == []
        rig.discord.closed.remove(CLASS)
        clock.forward(hours=1)
        await rig.settle()
        assert len(await rig.channel()) == 1


async def test_permissions_in_the_place_of_the_settings_are_looked_at(database: Database, clock: Clock) -> None:
    async with DiscordRig(database, clock, celebrations=(HALL,)) as rig:
        rig.discord.overwrites[HALL] = [{"id": BOT, "type": 1, "allow": "0", "deny": "2048"}]
        await rig.stop()
        await rig.start()
        said = await rig.type("teacher", "/award @sam Participation")
        assert "No card can stand where badges are celebrated: I may not write there" in said.text


async def test_what_only_turns_out_at_delivery_is_told_with_a_button_that_tries_again(
    database: Database, clock: Clock
) -> None:
    async with DiscordRig(database, clock) as rig:
        said = await rig.type("teacher", "/award @sam Participation")
        assert "in this channel" in said.text
        rig.discord.closed.add(CLASS)
        await rig.settle()
        [told] = await rig.direct("teacher")
        assert "The card for Participation cannot stand in" in told.text
        assert f"<#{CLASS}>" in str(told.raw)
        assert await rig.channel() == []
        rig.discord.closed.clear()
        again = await rig.press("teacher", "Try again", on=told)
        assert "is tried again" in again.text
        await rig.settle()
        assert len(await rig.channel()) == 1
        [told] = await rig.direct("teacher")
        assert "stands in" in told.text


async def test_a_card_whose_picture_stays_is_changed_without_sending_it_again(database: Database, clock: Clock) -> None:
    async with DiscordRig(database, clock) as rig:
        await rig.type("teacher", "/award @sam Participation")
        [card] = await rig.settled_in(CLASS)
        await rig.press("ana", "Congratulate", on=card)
        [card] = await rig.settled_in(CLASS)
        assert "Congratulate · 1" in card.buttons
        [message] = card.raw["messages"]
        assert "attachments" not in message["sent"]
        assert len(message["files"]) == 1
        await rig.type("teacher", "/revoke @sam Participation because of a mix-up")
        [card] = await rig.settled_in(CLASS)
        assert card.raw["messages"][0]["attachments"] == []
        assert card.raw["messages"][0]["sent"]["attachments"] == []
