"""Badges that give roles on a server: who has which, and what is said where Discord would not let Laurel give one."""

from __future__ import annotations

from collections.abc import AsyncIterator

import discord
import pytest
from sqlalchemy import select

from bot.adapters.discord import Access, Discord
from bot.core import role_keeping
from bot.core.db import Database
from bot.core.founding import grant
from bot.core.models import Announcement, Organisation
from bot.core.port import Delivered, MemberRef, RetryAt
from tests.adapters.discord_fake import (
    BOT,
    BOT_ROLE,
    CLASS_ROLE,
    GUILD,
    MANAGE_ROLES,
    MENTOR_ROLE,
    TEACHER_ROLE,
    USERS,
)
from tests.adapters.discord_rig import COMMAND, DiscordRig, command
from tests.adapters.rig import Seen
from tests.conftest import Clock
from tests.core.marks import on_sqlite

pytestmark = on_sqlite
BADGE = "Peer Mentoring"
SAM, ANA = USERS["sam"][0], USERS["ana"][0]


@pytest.fixture
async def rig(database: Database, clock: Clock) -> AsyncIterator[DiscordRig]:
    async with DiscordRig(database, clock) as rig:
        with database.write() as db:
            grant(db, clock.now, db.scalars(select(Organisation)).one(), "discord", USERS["teacher"][0], "staff")
        yield rig


async def give(rig: DiscordRig, role: str = "Mentors", *, badge: str = BADGE, who: str = "teacher") -> Seen:
    return await rig.do(who, COMMAND, command("badge", "role", badge=badge, role=role))


async def stop(rig: DiscordRig, badge: str = BADGE) -> Seen:
    return await rig.do("teacher", COMMAND, command("badge", "role", badge=badge, stop=True))


def mentors(rig: DiscordRig) -> set[str]:
    return {user for user, roles in rig.discord.had.items() if MENTOR_ROLE in roles}


def asked(rig: DiscordRig) -> list[str]:
    """Give how Discord was asked to change roles."""
    return [method for method, path in rig.discord.calls if "/roles/" in path]


async def test_an_award_gives_the_role_and_a_revocation_takes_it_back(rig: DiscordRig) -> None:
    said = await give(rig)
    assert said.text == "Whoever gets Peer Mentoring from now on gets the role Mentors, too."
    await rig.type("teacher", f"/award @sam {BADGE} for it")
    await rig.settle()
    assert mentors(rig) == {SAM}
    await rig.type("teacher", f"/revoke @sam {BADGE} because it was a mix-up")
    await rig.settle()
    assert mentors(rig) == set()
    assert rig.discord.reasons == ["Holds the badge Peer Mentoring.", "Holds no badge any more that gives it."]
    assert rig.discord.had[SAM] == {CLASS_ROLE}


async def test_an_undo_takes_it_back_and_what_was_never_given_is_left_alone(rig: DiscordRig) -> None:
    await give(rig)
    said = await rig.type("teacher", f"/award @sam @ana {BADGE} for it")
    await rig.settle()
    assert mentors(rig) == {SAM, ANA}
    await rig.press("teacher", "Undo", on=said)
    await rig.settle()
    assert mentors(rig) == set()
    rig.discord.had[USERS["zoe"][0]].add(MENTOR_ROLE)  # by hand
    said = await rig.type("teacher", f"/award @zoe {BADGE} for it")
    await rig.press("teacher", "Undo", on=said)
    calls = asked(rig)
    await rig.settle()
    assert asked(rig) == calls
    assert mentors(rig) == {USERS["zoe"][0]}


async def test_who_holds_the_badge_already_gets_the_role_and_loses_it_when_it_is_stopped(rig: DiscordRig) -> None:
    await rig.type("teacher", f"/award @sam @ana {BADGE} for it")
    said = await give(rig)
    assert "2 people who hold it already get it now" in said.text
    await rig.settle()
    assert mentors(rig) == {SAM, ANA}
    shown = await rig.type("zoe", f"/badge show {BADGE}")
    assert "Gives the role" in shown.text
    assert "Mentors" in shown.text
    said = await rig.press("teacher", "Stop giving Mentors", on=said)
    assert said.text == "Peer Mentoring gives Mentors no more; 2 people who had it by this badge alone lose it now."
    await rig.settle()
    assert mentors(rig) == set()
    assert (await stop(rig)).kind == "refused"
    assert "gives no role here" in (await rig.type("teacher", f"/badge role {BADGE}")).text


async def test_what_two_badges_give_stays_while_one_of_them_stands(rig: DiscordRig) -> None:
    for badge in (BADGE, "Participation"):
        await give(rig, badge=badge)
        await rig.type("teacher", f"/award @sam {badge} for it")
    await rig.settle()
    await rig.type("teacher", f"/revoke @sam {BADGE} because it was a mix-up")
    await rig.settle()
    assert mentors(rig) == {SAM}
    said = await stop(rig, "Participation")
    assert "1 person who had it by this badge alone loses it now" in said.text
    await rig.settle()
    assert mentors(rig) == set()


async def test_a_badge_that_expires_takes_its_role_along(rig: DiscordRig, database: Database) -> None:
    form = await rig.type("teacher", "/badge new")
    draft = {"name": "First Aid", "description": "d", "criteria": "c", "expires_after_days": "30"}
    await rig.fill("teacher", form, draft)
    await give(rig, badge="First Aid")
    await rig.type("teacher", "/award @sam First Aid for it")
    await rig.settle()
    rig.clock.forward(days=29)
    assert role_keeping.tick(database, rig.clock.now) == 0
    rig.clock.forward(days=1)
    assert role_keeping.tick(database, rig.clock.now) == 1
    await rig.settle()
    assert mentors(rig) == set()
    assert role_keeping.tick(database, rig.clock.now) == 0


# -- what is checked before ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "broken", "says"),
    [
        ("Mentors", {BOT_ROLE: {"permissions": "0"}}, "give my role the permission Manage Roles"),
        ("Mentors", {MENTOR_ROLE: {"position": 9}}, "drag my role above it"),
        ("Mentors", {MENTOR_ROLE: {"permissions": str(1 << 3)}}, "run the server (Administrator)"),
        ("Mentors", {MENTOR_ROLE: {"permissions": str(MANAGE_ROLES)}}, "run the server (Manage Roles)"),
        ("Mentors", {MENTOR_ROLE: {"managed": True}}, "belongs to an app or a subscription"),
        ("Laurel", {}, "belongs to an app or a subscription"),
        ("@everyone", {}, "everybody has it"),
        ("Teachers", {TEACHER_ROLE: {"position": 1}}, "makes teachers"),
    ],
)
async def test_what_is_missing_is_said_before_anything_is_set(
    rig: DiscordRig, role: str, broken: dict[str, dict[str, object]], says: str
) -> None:
    for id_, how in broken.items():
        await rig.discord.change_role(id_, **how)
    await rig.type("teacher", f"/award @sam {BADGE} for it")
    said = await give(rig, role)
    assert said.kind == "refused"
    assert says in said.text
    await rig.settle()
    assert asked(rig) == []
    assert "gives no role here" in (await rig.type("teacher", f"/badge role {BADGE}")).text


async def test_only_staff_decide(rig: DiscordRig) -> None:
    said = await give(rig, who="sam")
    assert "Only the school's staff decide which roles a badge gives" in said.text


async def test_badges_are_completed_and_the_command_has_its_options(rig: DiscordRig) -> None:
    [badge] = [one for one in rig.discord.commands if one["name"] == "badge"]
    [role] = [sub for sub in badge["options"] if sub["name"] == "role"]
    assert [(option["name"], option["type"]) for option in role["options"]] == [("badge", 3), ("role", 8), ("stop", 5)]


# -- what is lost later -------------------------------------------------------------------------------------------


async def test_a_permission_lost_later_is_told_once_and_the_role_comes_when_it_is_back(rig: DiscordRig) -> None:
    await give(rig)
    await rig.discord.change_role(BOT_ROLE, permissions="0")
    await rig.type("teacher", f"/award @sam @ana {BADGE} for it")
    await rig.settle()
    await rig.settle()
    assert asked(rig) == []  # Discord counts what it refuses
    [told] = await rig.direct("teacher")
    assert told.text == (
        "I can no longer give the role Mentors, nor take it back, since I may not manage roles: "
        "give my role the permission Manage Roles. I try again every hour."
    )
    await rig.discord.change_role(BOT_ROLE, permissions=str(MANAGE_ROLES))
    rig.clock.forward(minutes=59)
    await rig.settle()
    assert mentors(rig) == set()
    rig.clock.forward(minutes=1)
    await rig.settle()
    assert mentors(rig) == {SAM, ANA}
    await rig.discord.change_role(MENTOR_ROLE, position=9)
    await rig.type("teacher", f"/revoke @ana {BADGE} because it was a mix-up")
    await rig.settle()
    assert mentors(rig) == {SAM, ANA}
    assert "drag my role above it" in (await rig.direct("teacher"))[-1].text
    await rig.discord.change_role(MENTOR_ROLE, position=2)
    await give(rig)  # staff need not wait
    await rig.type("teacher", f"/award @zoe {BADGE} for it")
    rig.clock.forward(hours=1)
    await rig.settle()
    assert mentors(rig) == {SAM, USERS["zoe"][0]}
    assert len(await rig.direct("teacher")) == 2


async def test_discord_has_the_last_word(rig: DiscordRig) -> None:
    await give(rig)
    rig.discord.failures["grant"] = [(403, {"code": 50013, "message": "Missing Permissions"}, {})]
    await rig.type("teacher", f"/award @sam {BADGE} for it")
    await rig.settle()
    assert mentors(rig) == set()
    assert "I may not manage roles" in (await rig.direct("teacher"))[-1].text
    rig.clock.forward(hours=1)
    await rig.settle()
    assert mentors(rig) == {SAM}


async def test_what_discord_has_no_time_for_is_tried_again(rig: DiscordRig) -> None:
    await give(rig)
    slow = {"message": "slow", "retry_after": 300, "global": False}
    rig.discord.failures["grant"] = [(429, slow, {"Via": "1.1 google"})]
    await rig.type("teacher", f"/award @sam {BADGE} for it")
    await rig.settle()
    assert mentors(rig) == set()
    rig.clock.forward(seconds=300)
    await rig.settle()
    assert mentors(rig) == {SAM}


async def test_a_role_that_is_deleted_is_told_of_and_can_be_let_go(rig: DiscordRig, database: Database) -> None:
    await give(rig)
    await rig.type("teacher", f"/award @sam {BADGE} for it")
    await rig.settle()
    await rig.discord.delete_role(MENTOR_ROLE)
    await rig.type("teacher", f"/award @ana {BADGE} for it")
    await rig.settle()
    assert (await rig.direct("teacher"))[-1].text == (
        "I can no longer give the role Mentors, nor take it back, since it is gone: "
        "let the badge give another with /badge role."
    )
    await stop(rig)
    await rig.settle()
    with database.read() as db:
        rows = db.scalars(select(Announcement).where(Announcement.kind == "role")).all()
    assert [row.message for row in rows] == [None, None]
    assert await rig.outbox.pump() == 0


async def test_who_has_left_is_given_up_and_who_comes_back_has_it_with_the_next_look(rig: DiscordRig) -> None:
    await give(rig)
    rig.discord.strangers.add(SAM)
    await rig.type("teacher", f"/award @sam {BADGE} for it")
    await rig.settle()
    assert mentors(rig) == set()
    rig.discord.strangers.clear()
    await give(rig)
    await rig.settle()
    assert mentors(rig) == {SAM}
    rig.discord.strangers.add(SAM)
    await rig.type("teacher", f"/revoke @sam {BADGE} because it was a mix-up")
    await rig.settle()
    assert await rig.outbox.pump() == 0


async def test_what_got_through_unheard_is_the_same_the_second_time(rig: DiscordRig) -> None:
    await give(rig)
    await rig.type("teacher", f"/award @sam {BADGE} for it")
    rig.discord.failures["grant"] = [(503, {"code": 0, "message": "?"}, {})]
    await rig.settle()
    rig.clock.forward(minutes=2)
    await rig.settle()
    assert mentors(rig) == {SAM}
    sam, role = MemberRef("discord", GUILD, SAM), f"{GUILD}/{MENTOR_ROLE}"
    first, again = [await rig.platform.grant(sam, role, held=True, why="again") for _ in range(2)]
    assert first == again == Delivered("had")
    assert [await rig.platform.grant(sam, role, held=False, why="no more") for _ in range(2)] == [Delivered("")] * 2
    assert mentors(rig) == set()


async def test_where_laurel_is_not_it_waits(rig: DiscordRig) -> None:
    sam = MemberRef("discord", GUILD, SAM)
    assert isinstance(await rig.platform.grant(sam, f"1/{MENTOR_ROLE}", held=True, why="?"), RetryAt)
    away = Discord(rig.app, Access("x"))
    assert isinstance(await away.grant(sam, f"{GUILD}/{MENTOR_ROLE}", held=True, why="?"), RetryAt)


async def test_only_what_laurel_stands_above_is_within_its_reach(rig: DiscordRig) -> None:
    """The Discord of these tests refuses by itself: what is checked before is checked for a reason."""
    client = rig.platform.client
    assert client is not None
    for role in (TEACHER_ROLE, BOT_ROLE, GUILD):
        with pytest.raises(discord.Forbidden):
            await client.http.add_role(int(GUILD), int(SAM), int(role))
    rig.discord.had[BOT].clear()
    with pytest.raises(discord.Forbidden):
        await client.http.add_role(int(GUILD), int(SAM), int(CLASS_ROLE))
