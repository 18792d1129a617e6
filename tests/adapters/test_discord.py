"""What only Discord asks of Laurel: promises, restarts, resumes, closed messages, limits, menus, tokens that end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.adapters import discord
from bot.adapters.discord import Access, Discord, directory, listening
from bot.adapters.discord.people import LOOKED_UP
from bot.core.commands import Command
from bot.core.db import Database
from bot.core.models import Account, Announcement, Award, BadgeClass, Evidence
from bot.core.port import EVERYWHERE, Actor, Closed, Delivered, GaveUp, MemberRef, Place, Reply, RetryAt, Stopped
from tests.adapters.discord_fake import (
    BROKEN,
    CLASS,
    DOWN,
    GUILD,
    LOADING,
    OWNER,
    TEACHER_ROLE,
    TOKEN,
    USERS,
    Failure,
    walk,
)
from tests.adapters.discord_rig import COMMAND, COMPONENT, TYPING, DiscordRig, command, seen_messages
from tests.conftest import Clock
from tests.core.marks import on_sqlite

pytestmark = on_sqlite
SAM = MemberRef("discord", GUILD, USERS["sam"][0])
HERE = Place("discord", GUILD, CLASS)
HELLO = Reply(("Hello",))


@pytest.fixture
async def rig(database: Database, clock: Clock) -> AsyncIterator[DiscordRig]:
    async with DiscordRig(database, clock) as rig:
        yield rig


def awards(database: Database) -> int:
    with database.read() as db:
        return db.scalar(select(func.count()).select_from(Award)) or 0


def limit(seconds: float) -> tuple[int, dict[str, object], dict[str, str]]:
    return 429, {"message": "slow", "retry_after": seconds, "global": False}, {"Via": "1.1 google"}


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110 - what happens on another end of a line sets no event here
            await asyncio.sleep(0.01)


# -- answers in time ---------------------------------------------------------------------------------------------


async def test_what_takes_long_is_promised_and_then_given_with_its_picture(
    rig: DiscordRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "PATIENCE", 0.0)
    said = await rig.type("sam", "/mybadges")
    [kind] = {known["answered"] for known in rig.discord.interactions.values()}
    assert kind == 5  # a promise came first
    assert "You have no badge yet" in said.text
    assert len(said.pictures) == 1
    [message] = said.raw["messages"]
    assert [name for name, data in message["files"].items() if data] == ["picture-0.png"]


async def test_a_form_that_comes_too_late_to_open_by_itself_is_one_press_away(
    rig: DiscordRig, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(listening, "PATIENCE", 0.0)
        token = await rig.send("teacher", COMMAND, command("award"))
    assert token not in rig.discord.modals
    seen = await rig.answered("teacher", rig.discord.answers[token], CLASS)
    assert seen.form is not None
    assert seen.form.fields == ("recipients", "badge", "reason", "links", "files")
    await rig.fill("teacher", seen, {"recipients": ("sam", "zoe"), "badge": "Participation", "reason": "for it"})
    assert awards(database) == 2


async def test_an_answer_that_discord_no_longer_takes_comes_directly(rig: DiscordRig, database: Database) -> None:
    rig.discord.lifetime = 0.0
    await rig.type("teacher", "/award @sam Participation")
    assert awards(database) == 1
    [told] = await rig.direct("teacher")
    assert "Sam Okafor now holds Participation." in told.text
    assert "Undo" in told.buttons


async def test_a_core_that_is_slow_is_promised_and_a_quick_one_answers_at_once(
    rig: DiscordRig, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rig.type("sam", "/laurel help")
    do = rig.app.do

    def slow(actor: Actor, command: Command) -> Reply:
        time.sleep(0.5)
        return do(actor, command)

    monkeypatch.setattr(rig.app, "do", slow)
    monkeypatch.setattr(listening, "PATIENCE", 0.1)
    said = await rig.type("teacher", "/award @sam Participation")
    assert "Sam Okafor now holds Participation." in said.text
    assert awards(database) == 1
    assert [known["answered"] for known in rig.discord.interactions.values()] == [4, 5]


async def test_suggestions_that_take_long_are_none(rig: DiscordRig, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object, **__: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(rig.app, "suggest", never)
    monkeypatch.setattr(listening, "TYPING", 0.1)
    data = command("award", badge="exc")
    data["options"][0]["focused"] = True
    token = await rig.send("teacher", TYPING, data)
    assert rig.discord.choices[token] == []


GIVEN = "Sam Okafor now holds Participation."
AWARD = command("award", student="@sam", badge="Participation")


@pytest.mark.parametrize("failures", [[BROKEN], [DOWN] * 5], ids=["broken", "down"])
async def test_an_answer_that_is_lost_on_its_way_comes_directly(
    rig: DiscordRig, database: Database, failures: list[Failure]
) -> None:
    rig.discord.failures["callback"] = failures
    token = await rig.send("teacher", COMMAND, AWARD)
    assert awards(database) == 1
    assert rig.discord.answers[token] == []
    [told] = await rig.direct("teacher")
    assert GIVEN in told.text
    assert "Undo" in told.buttons


@pytest.mark.parametrize("failure", [BROKEN, DOWN], ids=["broken", "down"])
async def test_an_answer_that_got_through_unheard_stands_there_once(rig: DiscordRig, failure: Failure) -> None:
    rig.discord.failures["callback"], rig.discord.deaf = [failure], {"callback"}
    said = await rig.do("teacher", COMMAND, AWARD)
    assert GIVEN in said.text
    assert len(said.raw["messages"]) == 1
    assert await rig.direct("teacher") == []


@pytest.mark.parametrize("deaf", [True, False])
@pytest.mark.parametrize("failure", [BROKEN, DOWN], ids=["broken", "down"])
async def test_a_promise_whose_end_nobody_knows_is_kept(
    rig: DiscordRig, monkeypatch: pytest.MonkeyPatch, failure: Failure, deaf: bool
) -> None:
    monkeypatch.setattr(listening, "PATIENCE", 0.0)
    rig.discord.failures["callback"], rig.discord.deaf = [failure], {"callback"} if deaf else set()
    said = await rig.do("teacher", COMMAND, AWARD)
    assert GIVEN in said.text
    [message] = said.raw["messages"]
    assert not message["flags"] & LOADING
    assert await rig.direct("teacher") == []


async def test_a_promise_that_cannot_be_kept_where_it_was_given_is_kept_directly(
    rig: DiscordRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "PATIENCE", 0.0)
    rig.discord.failures["edit_original"] = [BROKEN] * 2
    await rig.send("teacher", COMMAND, AWARD)
    assert GIVEN in (await rig.direct("teacher"))[0].text


async def test_a_form_that_found_no_way_to_open_is_one_press_away(rig: DiscordRig, database: Database) -> None:
    rig.discord.failures["callback"] = [BROKEN]
    await rig.send("teacher", COMMAND, command("award"))
    [told] = await rig.direct("teacher")
    assert told.form is None
    await rig.fill("teacher", told, {"recipients": ("sam",), "badge": "Participation"})
    assert awards(database) == 1


async def test_an_interaction_that_another_process_answered_is_left_alone(rig: DiscordRig, database: Database) -> None:
    made = rig.discord.interaction("teacher", COMMAND, command("award", student="@sam", badge="Participation"))
    rig.discord.interactions[made["token"]]["answered"] = 4
    await rig.discord.dispatch("INTERACTION_CREATE", made)
    await rig.settled()
    assert awards(database) == 1
    assert await rig.direct("teacher") == []


async def test_a_fault_is_answered(rig: DiscordRig) -> None:
    rig.discord.failures["member"] = [(400, {"code": 0, "message": "?"}, {})] * 5
    said = await rig.do("sam", COMMAND, command("goals", "add", what="<@700000000000000099>"))
    assert "Something broke on our side" in said.text


async def test_what_nobody_knows_is_answered(rig: DiscordRig) -> None:
    for id_ in ("what?", "{", '{"Nothing":{}}', "kept:" + "0" * 40, "f1.2.00000000:{}", "3|"):
        message = rig.discord.post(CLASS, USERS["laurel"][0], "x")
        seen = await rig.do("sam", COMPONENT, {"custom_id": id_, "component_type": 2}, message=message)
        assert seen.kind == "refused", id_
        sent = await rig.do("sam", 5, {"custom_id": id_, "components": [], "resolved": {}})
        assert sent.kind == "refused", id_
    assert "/badge list" in (await rig.do("sam", COMMAND, command("badge", "fly"))).text
    assert (await rig.do("sam", COMMAND, command("nonsense"))).kind == "refused"


# -- restarts ----------------------------------------------------------------------------------------------------


async def test_buttons_and_forms_survive_a_restart(rig: DiscordRig, database: Database) -> None:
    said = await rig.type("teacher", "/award @sam Participation")
    modal = await rig.do("teacher", COMMAND, command("award"))
    sheet = await rig.fill("teacher", await rig.type("teacher", "/badge new"), {"name": "Participation"})
    await rig.stop()
    await rig.start()
    await rig.press("teacher", "Undo", on=said)
    await rig.fill("teacher", modal, {"recipients": ("zoe",), "badge": "Participation"})
    assert awards(database) == 2
    again = await rig.fill("teacher", sheet, {"name": "Chess", "description": "d", "criteria": "c", "icon": "Trophy"})
    assert "Chess is ready to be awarded." in again.text
    with database.read() as db:
        made = db.scalars(select(BadgeClass).where(BadgeClass.name == "Chess")).one()
        assert made.now.icon == "trophy"


async def test_the_commands_are_told_to_discord_only_when_they_changed(rig: DiscordRig) -> None:
    assert rig.discord.syncs == 1
    await rig.stop()
    await rig.start()
    assert rig.discord.syncs == 1
    rig.discord.commands[0]["description"] = "old"
    await rig.stop()
    await rig.start()
    assert rig.discord.syncs == 2


# -- the line ----------------------------------------------------------------------------------------------------


async def test_a_line_that_breaks_is_taken_up_and_nothing_is_lost_or_done_twice(
    rig: DiscordRig, database: Database
) -> None:
    fake = rig.discord
    done = fake.interaction("teacher", COMMAND, command("award", student="@sam", badge="Participation"))
    await fake.dispatch("INTERACTION_CREATE", done)
    await rig.settled()
    missed = fake.interaction("teacher", COMMAND, command("award", student="@zoe", badge="Participation"))
    letter = fake.post(fake.direct(SAM.id), SAM.id, "hello")
    await fake.abort()
    for event, data in (
        ("INTERACTION_CREATE", missed),
        ("INTERACTION_CREATE", done),
        ("MESSAGE_CREATE", letter),
        ("INTERACTION_CREATE", missed),
    ):
        await fake.dispatch(event, data)
    await until(lambda: fake.resumes == 1 and len(fake.channels[fake.direct(SAM.id)]) > 1)
    await rig.settled()
    assert [event["d"]["id"] for event in fake.sent_again] == [missed["id"], done["id"], letter["id"], missed["id"]]
    assert fake.identifies == 1
    assert awards(database) == 2
    for made in (done, missed):
        assert "now holds Participation." in seen_messages(fake.answers[made["token"]], CLASS).text
        assert len(fake.answers[made["token"]]) == 1
    asked, answered = await rig.direct("sam")
    assert (asked.text, "Hello, Sam Okafor." in answered.text) == ("hello", True)


async def test_an_interaction_that_comes_again_after_a_restart_does_nothing_twice(
    rig: DiscordRig, database: Database
) -> None:
    first = await rig.do("teacher", COMMAND, AWARD, event_id="the same")
    undone = await rig.press("teacher", "Undo", on=first, event_id="undone")
    assert undone.kind == "said"
    await rig.stop()
    await rig.start()
    callbacks = [path for _, path in rig.discord.calls if path.endswith("/callback")]
    again = await rig.do("teacher", COMMAND, AWARD, event_id="the same")
    assert len([path for _, path in rig.discord.calls if path.endswith("/callback")]) == len(callbacks) + 1
    assert again.text == first.text  # the answer that stands there stays
    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(Award).where(Award.revoked_at.is_(None))) == 0


@pytest.mark.parametrize(("code", "says"), [(4004, "token"), (4014, "intent"), (4013, "4013")])
async def test_a_connection_that_cannot_come_back_stops_the_platform(rig: DiscordRig, code: int, says: str) -> None:
    rig.discord.close_with = code
    fake = rig.discord
    with pytest.raises(Stopped, match=says):
        await asyncio.wait_for(Discord(rig.app, Access(TOKEN, api=fake.api, gateway=fake.gateway)).run(), 60)


async def test_a_wrong_token_stops_the_platform(rig: DiscordRig) -> None:
    fake = rig.discord
    with pytest.raises(Stopped, match="token"):
        await asyncio.wait_for(Discord(rig.app, Access("wrong", api=fake.api, gateway=fake.gateway)).run(), 60)


async def test_a_discord_that_is_away_is_waited_for(rig: DiscordRig) -> None:
    await rig.stop()
    rig.discord.failures["me"] = [(403, {"code": 0, "message": "?"}, {})]
    await rig.start()
    assert "Your badges and goals" in (await rig.type("sam", "/laurel help")).text


@pytest.mark.parametrize(
    ("route", "waits"), [("me", True), ("application", True), ("gateway", True), ("commands", False)]
)
async def test_a_long_limit_on_the_way_in_is_waited_for(
    rig: DiscordRig, monkeypatch: pytest.MonkeyPatch, route: str, waits: bool
) -> None:
    rested = []

    async def rest(seconds: float) -> None:
        rested.append(seconds)

    monkeypatch.setattr(discord, "_rest", rest)
    await rig.stop()
    rig.discord.failures[route] = [limit(300)]
    await rig.start()
    assert "Your badges and goals" in (await rig.type("sam", "/laurel help")).text
    assert not rig.running.done()
    assert rested == [300.0] * waits


async def test_an_answer_that_is_limited_for_long_comes_directly(rig: DiscordRig, database: Database) -> None:
    rig.discord.failures["callback"] = [limit(300)]
    await rig.type("teacher", "/award @sam Participation")
    assert awards(database) == 1
    [told] = await rig.direct("teacher")
    assert "Sam Okafor now holds Participation." in told.text
    rig.discord.failures["callback"] = [limit(300)]
    rig.discord.failures["direct"] = [limit(300)]
    await rig.type("teacher", "/award @ana Participation")
    assert awards(database) == 2
    assert not rig.running.done()


async def test_an_answer_to_a_direct_message_waits_for_a_long_limit(
    rig: DiscordRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rested = []

    async def rest(seconds: float) -> None:
        rested.append(seconds)

    monkeypatch.setattr(listening, "_rest", rest)
    rig.discord.failures["post"] = [limit(300)]
    assert "Hello, Sam Okafor." in (await rig.type("sam", "hello", where="dm")).text
    assert rested == [300.0]


# -- deliveries --------------------------------------------------------------------------------------------------


async def test_what_is_delivered_twice_stands_there_once(rig: DiscordRig) -> None:
    first, again = [await rig.platform.deliver(HERE, HELLO, key="the-same", edits=None) for _ in range(2)]
    assert first == again
    assert isinstance(first, Delivered)
    assert len(await rig.channel()) == 1
    changed = await rig.platform.deliver(HERE, Reply(("Bye",)), key="the-same", edits=first.message)
    assert changed == first
    assert [seen.text for seen in await rig.channel()] == ["Bye"]


async def test_a_short_limit_is_waited_for_and_a_long_one_put_off(rig: DiscordRig, clock: Clock) -> None:
    rig.discord.failures["post"] = [limit(0.05)]
    assert isinstance(await rig.platform.deliver(HERE, HELLO, key="1", edits=None), Delivered)
    rig.discord.failures["post"] = [limit(300)]
    put_off = await rig.platform.deliver(HERE, HELLO, key="2", edits=None)
    assert isinstance(put_off, RetryAt)
    assert put_off.at == clock.now + timedelta(seconds=300)


@pytest.mark.parametrize(
    ("status", "code", "then"),
    [
        (404, 10003, GaveUp),
        (403, 50001, Closed),
        (403, 50013, Closed),
        (403, 50007, Closed),
        (403, 160005, Closed),
        (503, 0, RetryAt),
        (401, 0, RetryAt),
    ],
)
async def test_what_discord_says_decides_whether_it_is_tried_again(
    rig: DiscordRig, status: int, code: int, then: type
) -> None:
    rig.discord.failures["post"] = [(status, {"code": code, "message": "no"}, {})] * 5
    result = await rig.platform.deliver(HERE, HELLO, key="1", edits=None)
    assert isinstance(result, then)
    assert not isinstance(result, Delivered)


async def test_a_message_that_was_deleted_is_given_up(rig: DiscordRig) -> None:
    assert isinstance(await rig.platform.deliver(HERE, HELLO, key="1", edits=f"{CLASS}:1"), GaveUp)
    assert isinstance(await rig.platform.deliver(Place("discord", GUILD, "x"), HELLO, key="1", edits=None), GaveUp)


async def test_who_is_not_connected_delivers_later(rig: DiscordRig) -> None:
    away = Discord(rig.app, Access(TOKEN))
    assert isinstance(await away.deliver(HERE, HELLO, key="1", edits=None), RetryAt)


async def test_who_takes_no_direct_messages_is_told_when_they_come_by(rig: DiscordRig, database: Database) -> None:
    rig.discord.closed.add(rig.discord.direct(SAM.id))
    said = await rig.type("teacher", "/award @sam Participation")
    await rig.type("teacher", "/award @sam Peer Mentoring")
    await rig.settle()
    with database.read() as db:
        waiting = db.scalars(select(Announcement).where(Announcement.state == "waiting")).all()
    assert len(waiting) == 2
    await rig.press("teacher", "Undo", on=said)
    await rig.stop()  # what waits is not forgotten
    await rig.start()
    seen = await rig.type("sam", "/goals")
    [goals, told] = seen.raw["messages"]
    assert "You earned Peer Mentoring" in seen_messages([told], CLASS).text
    assert "earned" not in seen_messages([goals], CLASS).text
    assert len((await rig.type("sam", "/goals")).raw["messages"]) == 1
    rig.discord.closed.clear()
    rig.clock.forward(days=8)
    await rig.settle()
    assert await rig.direct("sam") == []


@pytest.mark.parametrize("alone", [False, True])
async def test_no_more_is_shown_at_once_than_discord_lets_follow(rig: DiscordRig, alone: bool) -> None:
    rig.discord.closed.add(rig.discord.direct(SAM.id))
    badges = ("Participation", "Peer Mentoring", "Peer Feedback", "Academic Writing", "Critical Questioning")
    for badge in badges:
        await rig.type("teacher", f"/award @sam {badge}")
    await rig.settle()
    owners = {"authorizing_integration_owners": {"1": SAM.id} if alone else {"0": GUILD}}
    shown = []
    for _ in range(3):
        token = await rig.send("sam", COMMAND, command("goals"), **owners)
        shown += [seen_messages([one], CLASS).text for one in rig.discord.answers[token][1:]]
    assert sorted(badge for badge in badges for said in shown if f"You earned {badge} " in said) == sorted(badges)
    assert max(known.get("follow_ups", 0) for known in rig.discord.interactions.values()) == 4


# -- who is who --------------------------------------------------------------------------------------------------


async def test_who_runs_the_server_may_award_and_roles_count_by_id(database: Database, clock: Clock) -> None:
    async with DiscordRig(database, clock, teachers=(TEACHER_ROLE,)) as rig:
        await rig.type("teacher", "/award @sam Participation")
        assert awards(database) == 1
        data = command("award", student="@zoe", badge="Participation")
        made = rig.discord.interaction("ana", COMMAND, data)
        made["member"]["permissions"] = "8"
        await rig.discord.dispatch("INTERACTION_CREATE", made)
        await rig.settled()
        assert awards(database) == 2
    assert OWNER not in USERS


async def test_a_server_that_is_not_the_schools_vouches_for_nobody(database: Database, clock: Clock) -> None:
    async with DiscordRig(database, clock, servers=("1",)) as rig:
        said = await rig.type("teacher", "/award @sam Participation")
        assert "Only teachers award badges" in said.text
        assert awards(database) == 0


async def test_who_writes_directly_is_who_they_are_on_the_server(rig: DiscordRig, database: Database) -> None:
    await rig.type("teacher", "/award @sam Participation", where="dm")
    assert awards(database) == 1
    await rig.type("sam", "/mybadges")
    assert "You hold 1 badge" in (await rig.type("sam", "/mybadges", where="dm")).text
    with database.read() as db:
        assert {account.met_in for account in db.scalars(select(Account))} == {GUILD}


@pytest.mark.parametrize("context", [0, 2], ids=["a foreign server", "somebody else's conversation"])
@pytest.mark.parametrize("servers", [(), (GUILD,)], ids=["any server", "the school's server"])
async def test_who_has_laurel_on_their_account_sees_their_badges_anywhere(
    database: Database, clock: Clock, context: int, servers: tuple[str, ...]
) -> None:
    async with DiscordRig(database, clock, servers=servers) as rig:
        await rig.type("teacher", "/award @sam Participation")

        async def there(who: str, data: dict[str, Any]) -> str:
            made = rig.discord.interaction(who, COMMAND, data, channel="55500")
            made |= {"context": context, "authorizing_integration_owners": {"1": USERS[who][0]}}
            if context == 0:  # as on a server that has not taken Laurel in; who asks owns it
                member = {**rig.discord.member(USERS[who][0]), "permissions": "8"}
                made |= {"guild_id": "555", "guild": {"id": "555", "locale": "en-GB", "features": []}, "member": member}
                made["channel"] = {**rig.discord.channel(CLASS), "id": "55500", "guild_id": "555"}
            else:
                made["channel"] = {"id": "55500", "type": 3, "recipients": [], "name": None}
            await rig.discord.dispatch("INTERACTION_CREATE", made)
            await rig.settled()
            [message] = rig.discord.answers[made["token"]]  # and every answer is seen by the caller alone
            return seen_messages([message], CLASS).text

        assert "You hold 1 badge" in await there("sam", command("mybadges", "show"))
        assert "read a book" in await there("sam", command("goals", "add", what="read a book"))
        refused = await there("ana", command("laurel", "suspend", student="@sam", badge="Participation", reason="x"))
        assert "Only" in refused  # whoever runs another server is nobody here
        with database.read() as db:
            assert {account.space for account in db.scalars(select(Account))} == {EVERYWHERE}


async def test_ordinary_words_are_answered_with_what_there_is(rig: DiscordRig) -> None:
    said = await rig.type("sam", "hello there", where="dm")
    assert "Hello, Sam Okafor." in said.text
    assert "My badges" in said.buttons
    assert "You have no badge yet" in (await rig.press("sam", "My badges", on=said)).text


async def test_a_roles_members_need_the_members_intent(rig: DiscordRig, database: Database) -> None:
    rig.discord.members_intent = False
    said = await rig.type("teacher", "/award @class-8b Participation")
    assert said.kind == "refused"
    assert "I may not see who has the role class-8b" in said.text
    assert awards(database) == 0


async def test_a_role_of_nobody_else_is_said_to_be_one(rig: DiscordRig, database: Database) -> None:
    for handle, (user, _) in USERS.items():
        if handle != "laurel":
            rig.discord.absent.add((GUILD, user))
    rig.discord.absent.remove((GUILD, USERS["teacher"][0]))
    data = command("award", role="@everyone", badge="Participation")
    data["options"][0]["value"] = GUILD
    data["resolved"]["roles"] = {GUILD: {"id": GUILD, "name": "@everyone"}}
    assert "@everyone has no member but you" in (await rig.do("teacher", COMMAND, data)).text
    assert awards(database) == 0


async def test_evidence_given_without_a_student_stands_in_the_form(rig: DiscordRig, database: Database) -> None:
    form = await rig.do("teacher", COMMAND, command("award", evidence="https://example.org/notes"))
    assert "https://example.org/notes" in str(form.raw)
    form = await rig.do(
        "teacher", COMMAND, command("award", badge="Participation", evidence="https://example.org/notes")
    )
    done = await rig.fill("teacher", form, {"recipients": ("sam",)})
    assert "Sam Okafor now holds Participation." in done.text
    with database.read() as db:
        assert [row.url for row in db.scalars(select(Evidence))] == ["https://example.org/notes"]


async def test_a_reason_full_of_names_asks_discord_for_some_of_them_once(rig: DiscordRig, database: Database) -> None:
    form = await rig.do("teacher", COMMAND, command("award", badge="Participation"))
    reason = " ".join(f"@zoe @x{number}" for number in range(30))
    await rig.fill("teacher", form, {"recipients": ("sam",), "reason": reason})
    assert awards(database) == 1
    searched = [path for _, path in rig.discord.calls if path.endswith("/members/search")]
    assert len(searched) == LOOKED_UP


async def test_several_can_be_mentioned_at_once(rig: DiscordRig, database: Database) -> None:
    data = command("award", student="@sam", students="@zoe, @ana and @sam", badge="Participation")
    said = await rig.do("teacher", COMMAND, data)
    assert "Nobody here is called @and" in said.text
    data = command(
        "award", student="@sam", students="@zoe, @ana", badge="Participation", evidence="https://a.example/x"
    )
    await rig.do("teacher", COMMAND, data)
    assert awards(database) == 3


@pytest.mark.parametrize(
    ("size", "says"),
    [
        (5, "The file is neither a badge nor a picture with a badge inside."),
        (50_000_000, "The file is far larger than any badge."),
    ],
)
async def test_a_badge_that_is_posted_is_checked(rig: DiscordRig, size: int, says: str) -> None:
    fake, name = rig.discord, "badge.png"
    fake.files[name] = b"no badge"
    file = {"id": "5", "filename": name, "size": size, "url": f"{fake.cdn}/{name}", "proxy_url": f"{fake.cdn}/{name}"}
    data = command("verify")
    data["options"].append({"name": "file", "type": 11, "value": "5"})
    data["resolved"]["attachments"] = {"5": file}
    said = await rig.do("sam", COMMAND, data)
    message = {**fake.post(fake.direct(SAM.id), SAM.id, ""), "attachments": [file]}
    await fake.dispatch("MESSAGE_CREATE", message)
    await rig.settled()
    told = (await rig.direct("sam"))[-1]
    assert told.text == said.text
    assert says in said.text


async def test_every_file_of_a_direct_message_is_checked_and_its_words_are_answered(rig: DiscordRig) -> None:
    fake, files = rig.discord, []
    for id_, (name, data) in enumerate({"a.png": b"no badge", "b.json": b"{}"}.items()):
        fake.files[name] = data
        url = f"{fake.cdn}/{name}"
        files.append({"id": str(id_), "filename": name, "size": len(data), "url": url, "proxy_url": url})
    await fake.dispatch("MESSAGE_CREATE", {**fake.post(fake.direct(SAM.id), SAM.id, "hello"), "attachments": files})
    await rig.settled()
    asked, words, picture, document = await rig.direct("sam")
    assert asked.text == "hello"
    assert "Hello, Sam Okafor." in words.text
    assert "neither a badge nor a picture" in picture.text
    assert document.text
    assert document.text != picture.text


async def test_a_server_of_too_many_members_is_not_searched(rig: DiscordRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory, "PAGE", 3)
    monkeypatch.setattr(directory, "PAGES", 2)  # as Discord's count is not exact, it is found out on the way
    rig.platform.client.guilds[0]._member_count = 6  # type: ignore[union-attr]
    said = await rig.type("teacher", "/award @class-8b Participation")
    assert said.kind == "refused"
    assert "too many members to look through for those with the role class-8b" in said.text
    monkeypatch.setattr(directory, "PAGES", 1)
    before = len(rig.discord.calls)
    said = await rig.type("teacher", "/award @class-8b Participation")
    assert "too many members" in said.text
    assert all("members" not in path for _, path in rig.discord.calls[before:])


# -- menus and suggestions ---------------------------------------------------------------------------------------


async def test_badges_are_suggested_while_somebody_types(rig: DiscordRig) -> None:
    data = command("award", badge="exc")
    data["options"][0]["focused"] = True
    token = await rig.send("teacher", TYPING, data)
    assert rig.discord.choices[token][0]["name"] == "Excel for Analytics"
    data = command("award", badge="")
    data["options"][0]["focused"] = True
    assert len(rig.discord.choices[await rig.send("teacher", TYPING, data)]) == 10


async def test_only_what_the_caller_may_do_is_suggested(rig: DiscordRig) -> None:
    await rig.type("teacher", "/award @sam Participation")
    await rig.type("teacher", "/badge archive Participation")
    for who, student, wanted in (("teacher", "@sam", ["Participation"]), ("teacher", "@ana", []), ("zoe", "@sam", [])):
        data = command("revoke", student=student, badge="")
        data["options"][1]["focused"] = True
        assert [one["name"] for one in rig.discord.choices[await rig.send(who, TYPING, data)]] == wanted
    data = command("award", badge="")
    data["options"][0]["focused"] = True
    assert rig.discord.choices[await rig.send("sam", TYPING, data)] == []


async def test_goals_and_archived_badges_are_suggested_too(rig: DiscordRig) -> None:
    for title in ("read a book", "Excel for Analytics"):
        await rig.type("sam", f"/goals add {title}")
        rig.clock.forward(seconds=1)
    for goal, wanted in (("", ["Excel for Analytics", "read a book"]), ("BOOK", ["read a book"])):
        data = command("goals", "done", goal=goal)
        data["options"][0]["options"][0]["focused"] = True
        found = rig.discord.choices[await rig.send("sam", TYPING, data)]
        assert [one["name"] for one in found] == wanted
    assert rig.discord.choices[await rig.send("zoe", TYPING, data)] == []
    done = await rig.do("sam", COMMAND, command("goals", "done", goal=found[0]["value"]))
    assert "read a book" in done.text
    await rig.type("teacher", "/badge archive Participation")
    data = command("badge", "restore", badge="part")
    data["options"][0]["options"][0]["focused"] = True
    assert [one["name"] for one in rig.discord.choices[await rig.send("teacher", TYPING, data)]] == ["Participation"]


async def test_a_suggestion_that_was_chosen_is_awarded(rig: DiscordRig, database: Database) -> None:
    data = command("award", badge="exc")
    data["options"][0]["focused"] = True
    token = await rig.send("teacher", TYPING, data)
    chosen = rig.discord.choices[token][0]["value"]
    await rig.do("teacher", COMMAND, command("award", student="@sam", badge=chosen))
    assert awards(database) == 1


async def test_a_person_can_be_awarded_and_looked_at_from_their_menu(rig: DiscordRig, database: Database) -> None:
    user = USERS["sam"][0]
    resolved = {"users": {user: rig.discord.user(user)}, "members": {user: rig.discord.member(user, inside=False)}}
    data = {"id": "1", "type": 2, "target_id": user, "resolved": resolved}
    form = await rig.do("teacher", COMMAND, {**data, "name": "Award a badge"})
    await rig.fill("teacher", form, {"badge": "Participation"})
    assert awards(database) == 1
    seen = await rig.do("sam", COMMAND, {**data, "name": "Show badges"})
    assert "Sam Okafor holds 1 badge" in seen.text or "You hold 1 badge" in seen.text


async def test_a_list_turns_its_page_in_place(rig: DiscordRig) -> None:
    await rig.fill(
        "teacher", await rig.type("teacher", "/badge new"), {"name": "A", "description": "d", "criteria": "c"}
    )
    first = await rig.type("teacher", "/badge list")
    second = await rig.press("teacher", "Next", on=first)
    assert [known["answered"] for known in rig.discord.interactions.values()][-1] == 7
    assert "Previous" in second.buttons
    refused = await rig.type("teacher", "/award @teacher Participation")
    assert all("custom_id" not in one for one in walk(refused.raw["messages"][0]["sent"]))
