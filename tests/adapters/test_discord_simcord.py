"""A second opinion on Discord: the adapter on SimCord, another implementation of what Discord accepts and does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import simcord
from sqlalchemy import func, select

from bot.adapters.discord import Access, Discord
from bot.adapters.discord.client import Client
from bot.core.app import App
from bot.core.db import Database
from bot.core.founding import Founder, add_starter, found
from bot.core.models import Award
from bot.core.outbox import Outbox
from bot.core.site import Site
from tests.adapters.discord_limits import components
from tests.adapters.discord_rig import shown
from tests.conftest import Clock
from tests.core.marks import on_sqlite

pytestmark = on_sqlite


@dataclass
class School:
    """A server on SimCord with a teacher and a student."""

    env: Any
    guild: Any
    app: App
    outbox: Outbox
    database: Database
    channel: Any
    teacher: Any
    sam: Any
    direct: Any

    def awards(self) -> int:
        with self.database.read() as db:
            return db.scalar(select(func.count()).select_from(Award)) or 0

    async def restart(self) -> None:
        """Go on with an adapter that knows nothing of the one before."""
        platform = Discord(self.app, Access("token", ("Teachers",)))
        self.outbox = Outbox(self.database, self.app.site, {"discord": platform}, self.app.clock)
        await self.env.restart_bot(connected(platform))


def connected(platform: Discord) -> Client:
    client = Client(platform)
    platform.client = platform.directory.client = client
    return client


@asynccontextmanager  # no fixture: SimCord's clock is the task's that began it
async def simulated(database: Database, clock: Clock) -> AsyncIterator[School]:
    site = Site(pages="http://127.0.0.1:8080", master_key=bytes(range(32)))
    app = App(database, site, clock=clock)
    with database.write() as db:
        add_starter(db, clock(), found(db, site, clock(), Founder("Riverside School", "", "en", "Europe/London")))
    platform = Discord(app, Access("token", ("Teachers",)))
    client = connected(platform)
    async with simcord.run(client, shard_count=1) as env:
        guild = env.create_guild("Riverside")
        channel = guild.create_text_channel("class-8b")
        role = guild.create_role("Teachers")
        teacher = guild.add_member(env.create_user("rivera", global_name="Ms Rivera"), roles=[role])
        user = env.create_user("sam", global_name="Sam Okafor")
        sam = guild.add_member(user)
        outbox = Outbox(database, site, {"discord": platform}, clock)
        yield School(env, guild, app, outbox, database, channel, teacher, sam, user)


def text(message: Any) -> str:
    return "\n".join(shown(one["content"]) for one in components(message.components) if one["type"] == 10)


def congratulate(channel: Any) -> str:
    made = [c.to_dict() for c in channel.last_message.components]
    [label] = [one["label"] for one in components(made) if one.get("label", "").startswith("Congratulate")]
    return str(label)


def sent(channel: Any) -> str:
    return text(SimpleNamespace(components=[c.to_dict() for c in channel.last_message.components]))


async def test_an_award_is_confirmed_announced_and_undone(database: Database, clock: Clock) -> None:
    async with simulated(database, clock) as school:
        said = await school.teacher.slash(school.channel, "award", student=school.sam, badge="Participation")
        assert said.ephemeral
        assert "Sam Okafor now holds Participation." in text(said.response)
        await school.outbox.pump()
        card = school.channel.last_message
        assert "earned Participation" in sent(school.channel)
        assert [user.id for user in card.mentions] == [school.sam.id]
        assert "You earned Participation from Ms Rivera." in sent(school.direct.dm_channel)
        congratulated = await school.teacher.click(card, label="Congratulate")
        assert congratulated.ephemeral
        undone = await school.teacher.click(said.response, label="Undo")
        assert undone.acknowledged
        await school.outbox.pump()
        assert "it was taken back" in sent(school.channel)


async def test_a_form_opens_and_is_sent(database: Database, clock: Clock) -> None:
    async with simulated(database, clock) as school:
        opened = await school.teacher.slash(school.channel, "award")
        assert opened.modal is not None
        [first] = await school.teacher.autocomplete(school.channel, "award", "badge", "exc")
        given = {"recipients": [school.sam], "badge": [first["value"]], "reason": "for pivots"}
        said = await school.teacher.submit_modal(opened, given)
        assert "Sam Okafor now holds Excel for Analytics." in text(said.response)
        assert school.awards() == 1


async def test_a_message_becomes_evidence(database: Database, clock: Clock) -> None:
    async with simulated(database, clock) as school:
        message = await school.sam.send(school.channel, "The median hardly moves.")
        opened = await school.teacher.context_menu(school.channel, "Award for this message", message)
        assert opened.modal is not None
        # A form of five questions has room for its text under the first one only.
        said = [one.get("content") or one.get("description") or "" for one in opened.modal["components"]]
        assert "The median hardly moves." in shown(said[0])


async def test_a_refusal_is_private(database: Database, clock: Clock) -> None:
    async with simulated(database, clock) as school:
        said = await school.sam.slash(school.channel, "award", student=school.teacher, badge="Participation")
        assert said.ephemeral
        assert "Only teachers award badges" in text(said.response)
        mine = await school.sam.slash(school.channel, "mybadges show")
        assert "You have no badge yet" in text(mine.response)
        assert school.awards() == 0


async def test_who_congratulates_is_counted_on_the_card(database: Database, clock: Clock) -> None:
    async with simulated(database, clock) as school:
        await school.teacher.slash(school.channel, "award", student=school.sam, badge="Participation")
        await school.outbox.pump()
        zoe = school.guild.add_member(school.env.create_user("zoe", global_name="Zoë Lindström"))
        counts = []
        for member in (school.teacher, zoe, zoe):  # who presses again takes it back
            await member.click(school.channel.last_message, label=congratulate(school.channel))
            await school.outbox.pump()
            counts.append(congratulate(school.channel))
        assert counts == ["Congratulate · 1", "Congratulate · 2", "Congratulate · 1"]


async def test_what_is_typed_is_completed_with_what_can_be_awarded(database: Database, clock: Clock) -> None:
    async with simulated(database, clock) as school:
        every = await school.teacher.autocomplete(school.channel, "award", "badge", "")
        assert len(every) == 10
        assert await school.teacher.autocomplete(school.channel, "award", "badge", "no such badge") == []
        found, *_ = await school.teacher.autocomplete(school.channel, "award", "badge", "partic")
        said = await school.teacher.slash(school.channel, "award", student=school.sam, badge=found["value"])
        assert "Sam Okafor now holds Participation." in text(said.response)


async def test_a_button_of_an_earlier_process_still_works(database: Database, clock: Clock) -> None:
    async with simulated(database, clock) as school:
        said = await school.teacher.slash(school.channel, "award", student=school.sam, badge="Participation")
        await school.outbox.pump()
        await school.restart()
        undone = await school.teacher.click(said.response, label="Undo")
        assert undone.acknowledged
        await school.outbox.pump()
        assert "it was taken back" in sent(school.channel)


async def test_an_answer_that_discord_fails_to_take_comes_directly(database: Database, clock: Clock) -> None:
    async with simulated(database, clock) as school:
        school.env.inject_error("POST", "/interactions/*/*/callback", status=404, code=10062, message="too late")
        await school.teacher.slash(school.channel, "award", student=school.sam, badge="Participation")
        assert school.awards() == 1
        assert "Sam Okafor now holds Participation." in sent(school.teacher.user.dm_channel)


async def test_a_channel_that_fails_gets_its_card_later(database: Database, clock: Clock) -> None:
    async with simulated(database, clock) as school:
        school.env.inject_error("POST", f"/channels/{school.channel.id}/messages", status=403, code=50013, message="no")
        await school.teacher.slash(school.channel, "award", student=school.sam, badge="Participation")
        await school.outbox.pump()
        assert school.channel.last_message is None
        clock.forward(hours=2)
        await school.outbox.pump()
        assert "earned Participation" in sent(school.channel)
