"""What only the room does: its doors, its list of suggestions, its live line, and its care with any text."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select

from bot.adapters.room import NotLoopback, Room, check_loopback, commands, sample, store, to_text
from bot.adapters.room.errors import EmptyRoom, NoSuchChannel, NoSuchPersona, NothingSaid, TooLong
from bot.adapters.room.render import is_web, to_json
from bot.core import cards, wire
from bot.core.addresses import links_in
from bot.core.app import App
from bot.core.commands import AskAward, AwardBadge, ShowBadges
from bot.core.db import Database
from bot.core.models import Award
from bot.core.port import (
    Bold,
    Button,
    Card,
    Code,
    Delivered,
    Field,
    Form,
    GaveUp,
    Group,
    Italic,
    Link,
    MemberRef,
    Mention,
    Option,
    Person,
    Picture,
    Place,
    Reply,
    Row,
    Rows,
    When,
    Where,
)
from tests.adapters.room_rig import RoomRig
from tests.conftest import Clock

CLASS = Place("room", "riverside", "class-8b")


@pytest.fixture
async def rig(database: Database, clock: Clock) -> AsyncIterator[RoomRig]:
    async with RoomRig(database, clock) as rig:
        yield rig


# -- doors -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_is_served(host: str) -> None:
    check_loopback(host)


@pytest.mark.parametrize(
    "host",
    ["0.0.0.0", "::", "192.168.0.7", "10.0.0.1", "example.org", "localhost.example.org", "", "127.0.0.1.nip.io"],  # noqa: S104
)
def test_any_other_address_is_refused(host: str) -> None:
    with pytest.raises(NotLoopback, match="this machine only"):
        check_loopback(host)


async def test_a_foreign_host_reads_nothing(rig: RoomRig) -> None:
    for host in ("badges.example.org", "127.0.0.1.nip.io", "169.254.169.254", "evil@", "[::ffff", "localhost@x"):
        for address in ("/room", "/room/state?as=rivera", "/room/stream?as=rivera", "/room/static/main.js"):
            answer = await rig.http.get(address, headers={"Host": host})
            assert answer.status_code in (400, 403), (host, address)
            assert "Rivera" not in answer.text


FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://127.0.0.1:1"},
    {"X-Forwarded-For": "203.0.113.9"},
    {"Forwarded": "for=203.0.113.9"},
]


async def test_a_foreign_page_sends_nothing(rig: RoomRig) -> None:
    body = {"as": "rivera", "event": "e1", "place": "class-8b", "text": "hello"}
    for headers in FOREIGN:
        assert (await rig.http.post("/room/send", json=body, headers=headers)).status_code == 403, headers
    assert await rig.channel() == []


async def test_every_answer_lets_nothing_foreign_in(rig: RoomRig) -> None:
    for address in ("/room", "/room/state", "/room/static/main.js", "/room/static/nothing.js", "/room/send"):
        headers = (await rig.http.get(address)).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


async def test_the_page_holds_no_inline_script_or_style(rig: RoomRig) -> None:
    page = (await rig.http.get("/room")).text
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick" not in page
    assert all("src=" in tag.partition(">")[0] for tag in page.split("<script")[1:])
    assert "Riverside School" in page


# -- junk ------------------------------------------------------------------------------------------

GOOD = {"as": "rivera", "event": "e1", "place": "class-8b"}
JUNK: list[tuple[str, bytes]] = [
    ("send", b""),
    ("send", b"\xff\xfe"),
    ("send", b"[]"),
    ("send", b"[" * 100_000),
    ("send", b'{"as": "rivera"}'),
    ("send", json.dumps({**GOOD, "text": "hi", "more": 1}).encode()),
    ("send", json.dumps({**GOOD, "text": 7}).encode()),
    ("send", json.dumps({**GOOD, "text": "\0"}).encode()),
    ("send", json.dumps({**GOOD, "text": "\ud800"}).encode()),
    ("send", json.dumps({**GOOD, "text": "  "}).encode()),
    ("send", json.dumps({**GOOD, "text": "x" * 5000}).encode()),
    ("send", json.dumps({**GOOD, "text": "x" * 500_000}).encode()),
    ("send", json.dumps({**GOOD, "text": "hi", "as": "nobody"}).encode()),
    ("send", json.dumps({**GOOD, "text": "hi", "place": "dm:sam"}).encode()),
    ("send", json.dumps({**GOOD, "text": "hi", "event": ""}).encode()),
    ("press", json.dumps({**GOOD, "command": "{}"}).encode()),
    ("press", json.dumps({**GOOD, "command": "[" * 9000}).encode()),
    ("press", json.dumps({**GOOD, "command": '{"ShowAward": {"award": 7}}'}).encode()),
    ("press", json.dumps({**GOOD, "command": '{"ShowAward": {"award": "\\u0000"}}'}).encode()),
    ("press", json.dumps({**GOOD, "command": '{"Rm": {}}'}).encode()),
    ("submit", json.dumps({**GOOD, "command": '{"AskAward": {}}', "answers": {"stray": "x"}}).encode()),
    ("submit", json.dumps({**GOOD, "command": '{"AwardBadge":{}}', "answers": {"recipients": ["x"]}}).encode()),
    ("submit", json.dumps({**GOOD, "command": '{"AskAward": {}}', "answers": {}, "draft": True}).encode()),
    ("award", json.dumps({"as": "rivera", "event": "e1", "message": "no such"}).encode()),
    ("award", json.dumps({"as": "nobody", "event": "e1", "message": "no such"}).encode()),
]


async def test_junk_is_refused_and_changes_nothing(rig: RoomRig) -> None:
    for what, body in JUNK:
        answer = await rig.http.post(f"/room/{what}", content=body, headers={"Content-Type": "application/json"})
        assert 400 <= answer.status_code < 500, (what, body[:100])
        assert answer.json()["error"]
    assert await rig.channel() == []


ODD = [
    "/room/history?as=rivera&place=nowhere",
    "/room/history?as=rivera&place=class-8b&before=-1",
    "/room/history?as=rivera&place=class-8b&before=99999999999999999999",
    "/room/history?as=nobody&place=class-8b",
    "/room/stream?as=nobody",
    "/room/stream?as=rivera&since=soon",
    "/room/complete?as=nobody&place=class-8b&text=/",
    "/room/complete?as=rivera&place=nowhere&text=/",
    "/room/complete?as=rivera&place=class-8b&text=%00",
    "/room/static/../store.py",
    "/room/static/%2e%2e/store.py",
    "/room/nothing",
]


async def test_odd_questions_are_refused(rig: RoomRig) -> None:
    for address in ODD:
        assert 400 <= (await rig.http.get(address)).status_code < 500, address


async def test_only_json_is_read(rig: RoomRig) -> None:
    """A form of another site could send plain text without asking first."""
    body = json.dumps({**GOOD, "text": "hi"})
    answer = await rig.http.post("/room/send", content=body, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415


# -- what is typed ---------------------------------------------------------------------------------


async def test_words_stand_in_the_channel_once(rig: RoomRig) -> None:
    first = await rig.type("sam", "Hello @ana!", event_id="same")
    again = await rig.type("sam", "Hello @ana!", event_id="same")
    assert first.text == again.text == ""
    [message] = await rig.channel()
    assert (message.author, message.text) == ("sam", "Hello @Ana Núñez!")


async def test_words_sent_again_stay_as_they_were_said_first(rig: RoomRig) -> None:
    """Else the class would see other words than those that "Award for this message" quotes."""
    await rig.type("sam", "first words", event_id="same")
    await rig.type("sam", "other words", event_id="same")
    [message] = await rig.channel()
    assert message.text == "first words"
    form = await rig.award_message("teacher", message)
    assert "first words" in form.text


async def test_a_refused_award_form_keeps_who_is_mentioned(rig: RoomRig, database: Database) -> None:
    """The form comes back with names for handles, whom nobody has met yet; sent again, they are still hidden."""
    form = await rig.type("teacher", "/award")
    refused = await rig.fill("teacher", form, {"recipients": ("sam",), "reason": "with @zoe"})
    assert refused.form is not None
    await rig.fill("teacher", refused, {"badge": "Participation"})
    with database.read() as db:
        [document] = db.scalars(select(Award.document)).all()
    assert '"with [\\u2026]"' in json.dumps(json.loads(document))


async def test_ordinary_words_in_direct_messages_are_answered(rig: RoomRig) -> None:
    seen = await rig.type("sam", "hello there", where="dm")
    assert "this I can do for you" in seen.text
    assert "My goals" in seen.buttons
    assert [message.text for message in await rig.direct("sam")] == ["hello there"]
    assert await rig.channel() == []


async def test_an_answer_to_words_stands_below_them(rig: RoomRig) -> None:
    body = {"as": "sam", "event": "e1", "place": "dm", "text": "hello there"}
    for _ in range(2):  # sent again, it is the same
        answer = (await rig.http.post("/room/send", json=body)).json()
        [message] = (await rig.state("sam"))["places"]["dm"]["messages"]
        assert answer["number"] == message["number"]
    command = {**body, "event": "e2", "text": "/goals"}
    assert (await rig.http.post("/room/send", json=command)).json()["number"] is None


async def test_ordinary_words_in_a_channel_are_for_the_class(rig: RoomRig) -> None:
    seen = await rig.type("sam", "hello there")
    assert seen.text == ""
    assert [message.text for message in await rig.channel()] == ["hello there"]


async def test_a_misspelt_command_can_be_pressed(rig: RoomRig) -> None:
    seen = await rig.type("teacher", "/awrad @sam Peer Mentoring for it")
    await rig.press("teacher", "/award", on=seen)
    await rig.settle()
    assert rig.pinged() == {"sam"}


async def test_a_private_reply_is_for_the_caller_alone(rig: RoomRig) -> None:
    seen = await rig.type("teacher", "/award @sam Peer Mentoring for explaining fractions")
    await rig.settle()
    assert "now holds" in seen.text
    [card] = await rig.channel()
    assert card.author == "laurel"
    assert "now holds" not in card.text
    assert rig.pinged() == {"sam"}
    [told] = await rig.direct("sam")
    assert "Peer Mentoring" in told.text
    assert await rig.direct("ana") == []


async def test_a_button_cannot_rename_anybody_or_reach_another_platform(rig: RoomRig) -> None:
    renamed = Person(MemberRef("room", "riverside", "sam"), "Mallory")
    elsewhere = Person(MemberRef("slack", "T1", "U1"), "Somebody")
    for who, status in ((renamed, 200), (elsewhere, 400)):
        body = {**GOOD, "event": f"e-{status}", "command": wire.to_json(ShowBadges(who))}
        answer = await rig.http.post("/room/press", json=body)
        assert answer.status_code == status
        assert "Mallory" not in answer.text


async def test_award_for_a_message_takes_it_along(rig: RoomRig) -> None:
    await rig.type("sam", "I wrote notes for everyone who was ill")
    [message] = await rig.channel()
    seen = await rig.award_message("teacher", message)
    assert seen.form is not None
    assert "I wrote notes" in seen.text
    done = await rig.fill("teacher", seen, {"badge": "Peer Mentoring"})
    await rig.settle()
    assert "Sam Okafor" in done.text
    assert rig.pinged() == {"sam"}


async def test_a_refused_form_says_why(rig: RoomRig) -> None:
    seen = await rig.type("teacher", "/badge new")
    refused = await rig.fill("teacher", seen, {"name": ""})
    assert refused.kind == "refused"
    assert refused.form is not None
    assert "name" in refused.form.problems


async def test_a_form_is_checked_while_typing_and_nothing_is_written(rig: RoomRig) -> None:
    seen = await rig.type("teacher", "/badge new")
    form = seen.raw["shown"]["nodes"][0]
    answers = {f["name"]: f["value"] for f in form["fields"]} | {"name": "Peer Mentoring"}
    body = {**GOOD, "event": "draft", "command": form["command"], "answers": answers, "draft": True}
    reply = (await rig.http.post("/room/submit", json=body)).json()["reply"]
    checked = reply["nodes"][0]
    assert checked["fields"][0]["problem"]
    assert checked["preview"]["url"].startswith("/pictures/")
    picture = await rig.http.get(checked["preview"]["url"])
    assert picture.headers["content-type"] == "image/png"


async def test_the_room_answers_in_sentences(database: Database, app: App) -> None:
    room = Room(app, database)
    with pytest.raises(EmptyRoom, match="laurel init --sample"):
        await room.say("rivera", "class-8b", "hi", "e1")
    sample.seed(database)
    sample.seed(database)
    with pytest.raises(NoSuchPersona, match="rivera, sam"):
        await room.say("nobody", "class-8b", "hi", "e1")
    with pytest.raises(NoSuchChannel, match="class-8b, general, and dm"):
        await room.say("rivera", "class-9", "hi", "e1")
    with pytest.raises(NothingSaid):
        await room.say("rivera", "class-8b", " \n", "e1")
    with pytest.raises(TooLong, match="4000"):
        await room.say("rivera", "class-8b", "x" * 4001, "e1")


# -- suggestions -----------------------------------------------------------------------------------


async def suggested(rig: RoomRig, text: str, who: str = "rivera") -> list[dict[str, Any]]:
    answer = await rig.http.get("/room/complete", params={"as": who, "place": "class-8b", "text": text})
    answer.raise_for_status()
    found: list[dict[str, Any]] = answer.json()
    return found


async def test_commands_are_suggested_with_a_sentence(rig: RoomRig) -> None:
    [award] = await suggested(rig, "/aw")
    assert (award["kind"], award["insert"]) == ("command", "/award @")
    assert award["detail"]
    inserts = {one["insert"] for one in await suggested(rig, "/goals ")}
    assert {"/goals add ", "/goals done "} <= inserts


async def test_what_everybody_can_use_comes_first_for_students(rig: RoomRig) -> None:
    for_student = [one["insert"] for one in await suggested(rig, "/", "sam")]
    assert for_student.index("/mybadges") < for_student.index("/award @")


async def test_people_are_found_by_handle_and_by_name_in_any_script(rig: RoomRig) -> None:
    for typed, handle in (("@xi", "xiaoyu"), ("@李", "xiaoyu"), ("@núñ", "ana"), ("@Ков", "dmytro"), ("@حد", "layla")):
        assert [one["insert"] for one in await suggested(rig, f"/award {typed}")] == [f"@{handle} "]


async def test_the_whole_class_is_suggested(rig: RoomRig) -> None:
    groups = [one["insert"] for one in await suggested(rig, "/award @cl")]
    assert groups == ["@class-8b "]


async def test_badges_are_suggested_once_somebody_is_named(rig: RoomRig) -> None:
    assert await suggested(rig, "/award Peer") == []
    found = await suggested(rig, "/award @sam peer m")
    assert found[0]["insert"] == "Peer Mentoring for "
    assert "/award @sam peer m"[: found[0]["start"]] == "/award @sam "
    assert await suggested(rig, "/award @sam Peer Mentoring for help") == []
    assert (await suggested(rig, "/badge show peer m"))[0]["insert"] == "Peer Mentoring"
    assert await suggested(rig, "/award @sam peer m", "ana") == []  # who may not award
    assert await suggested(rig, "/revoke @sam ") == []  # who holds nothing


async def test_ordinary_words_suggest_nothing(rig: RoomRig) -> None:
    assert await suggested(rig, "good morning") == []
    assert await suggested(rig, "mail me at sam@ana") == []


# -- the live line ---------------------------------------------------------------------------------


@asynccontextmanager
async def listening(rig: RoomRig, who: str, since: int = 0, **headers: str) -> AsyncIterator[AsyncIterator[Any]]:
    """Follow the stream as a tab does; gives (id, message) pairs."""
    query = {"as": who, "since": str(since)}
    async with rig.http.stream("GET", "/room/stream", params=query, headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield _events(answer)


async def _events(answer: httpx.Response) -> AsyncIterator[tuple[int, dict[str, Any]]]:
    number, kind = 0, ""
    async for line in answer.aiter_lines():
        name, _, value = line.partition(": ")
        if name == "id":
            number = int(value)
        elif name == "event":
            kind = value
        elif name == "data":
            yield (number, json.loads(value)) if kind == "message" else (-1, {})


async def following(events: AsyncIterator[Any]) -> tuple[int, dict[str, Any]]:
    found: tuple[int, dict[str, Any]] = await asyncio.wait_for(anext(events), 60)
    return found


async def test_new_and_edited_messages_reach_every_tab(rig: RoomRig) -> None:
    async with listening(rig, "ana") as ana, listening(rig, "sam") as sam:
        await rig.type("teacher", "/award @sam Peer Mentoring for helping")
        await rig.settle()
        _, card = await following(ana)
        heard = [(await following(sam))[1] for _ in range(2)]  # channels are served side by side, in any order
        assert {one["place"]: one["id"] for one in heard}["class-8b"] == card["id"]
        assert {one["place"] for one in heard} == {"class-8b", "dm"}
        [shown] = await rig.channel()
        await rig.press("zoe", "Congratulate", on=shown)
        await rig.settle()
        _, edited = await following(ana)
        assert edited["id"] == card["id"]
        assert edited["number"] == card["number"]
        assert "Congratulate · 1" in json.dumps(edited, ensure_ascii=False)


async def test_another_process_is_heard(rig: RoomRig) -> None:
    """`laurel say` writes to the same database and tells nobody."""
    other = Room(rig.app, rig.database)
    async with listening(rig, "ana") as ana:
        await other.say("sam", "general", "from a terminal", "cli-1")
        _, message = await following(ana)
        assert (message["place"], message["author"]) == ("general", "sam")


async def test_a_tab_that_was_away_hears_what_it_missed_and_no_more(rig: RoomRig) -> None:
    await rig.type("sam", "one")
    await rig.type("sam", "two")
    async with listening(rig, "ana") as ana:
        number, _ = await following(ana)
    async with listening(rig, "ana", **{"Last-Event-ID": str(number)}) as ana:
        _, message = await following(ana)
        assert message["shown"]["text"][0]["text"] == "two"


async def test_a_tab_without_a_line_hears_the_same_by_asking(rig: RoomRig) -> None:
    await rig.type("sam", "a secret", where="dm")
    await rig.type("sam", "for all")
    news = (await rig.http.get("/room/news", params={"as": "ana", "since": "0"})).json()
    assert [m["shown"]["text"][0]["text"] for m in news["messages"]] == ["for all"]
    again = (await rig.http.get("/room/news", params={"as": "ana", "since": str(news["since"])})).json()
    assert again == {"anew": False, "since": news["since"], "messages": []}
    assert (await rig.http.get("/room/news", params={"as": "ana", "since": "999"})).json()["anew"] is True
    assert (await rig.http.get("/room/news", params={"as": "nobody"})).status_code == 404


async def test_a_tab_of_another_database_begins_anew(rig: RoomRig) -> None:
    async with listening(rig, "ana", since=999) as ana:
        assert (await following(ana))[0] == -1


async def test_streams_end_with_the_room(rig: RoomRig) -> None:
    async with listening(rig, "ana") as ana:
        rig.platform.feed.close()
        with pytest.raises(StopAsyncIteration):
            await following(ana)


async def test_direct_messages_are_heard_by_their_owner_alone(rig: RoomRig) -> None:
    async with listening(rig, "ana") as ana:
        await rig.type("sam", "a secret", where="dm")
        await rig.type("sam", "for all")
        _, message = await following(ana)
        assert message["shown"]["text"][0]["text"] == "for all"


async def test_earlier_messages_can_be_asked_for(rig: RoomRig) -> None:
    for number in range(53):
        await rig.type("sam", f"number {number}")
    here = (await rig.state("ana"))["places"]["class-8b"]
    assert here["earlier"] is True
    assert len(here["messages"]) == 50
    query = {"as": "ana", "place": "class-8b", "before": str(here["messages"][0]["number"])}
    earlier = (await rig.http.get("/room/history", params=query)).json()
    assert [m["shown"]["text"][0]["text"] for m in earlier["messages"]] == ["number 0", "number 1", "number 2"]
    assert earlier["earlier"] is False


# -- delivery --------------------------------------------------------------------------------------


async def test_the_same_key_never_stands_twice(rig: RoomRig) -> None:
    first = await rig.platform.deliver(CLASS, Reply(("hello",)), key="k1", edits=None)
    again = await rig.platform.deliver(CLASS, Reply(("hello, newer",)), key="k1", edits=None)
    assert first == again
    assert [seen.text for seen in await rig.channel()] == ["hello, newer"]


async def test_two_deliveries_of_one_key_at_once_stand_once(rig: RoomRig) -> None:
    tries = (rig.platform.deliver(CLASS, Reply(("hello",)), key="k1", edits=None) for _ in range(8))
    assert len(set(await asyncio.gather(*tries))) == 1
    assert len(await rig.channel()) == 1


async def test_an_edit_keeps_the_place_of_a_message(rig: RoomRig) -> None:
    first = await rig.platform.deliver(CLASS, Reply(("one",)), key="k1", edits=None)
    await rig.platform.deliver(CLASS, Reply(("two",)), key="k2", edits=None)
    assert isinstance(first, Delivered)
    await rig.platform.deliver(CLASS, Reply(("one, edited",)), key="k1", edits=first.message)
    assert [seen.text for seen in await rig.channel()] == ["one, edited", "two"]


async def test_a_place_that_is_gone_is_given_up(rig: RoomRig) -> None:
    gone = (Place("room", "riverside", "nowhere"), MemberRef("room", "riverside", "x"), Place("room", "x", "class-8b"))
    for to in gone:
        assert isinstance(await rig.platform.deliver(to, Reply(("hi",)), key="k1", edits=None), GaveUp)


async def test_a_message_that_is_gone_is_given_up(rig: RoomRig) -> None:
    assert isinstance(await rig.platform.deliver(CLASS, Reply(("hi",)), key="k1", edits="no such"), GaveUp)


# -- any text --------------------------------------------------------------------------------------


def _crowd() -> store.Crowd:
    people = tuple(
        store.RoomPersona(
            handle=handle, space_id="riverside", name=name, role=role, lang="en", timezone="UTC", position=at
        )
        for at, (handle, name, role) in enumerate(sample.PERSONAS)
    )
    channels = tuple(
        store.RoomChannel(name=name, space_id="riverside", about=about, position=at)
        for at, (name, about) in enumerate(sample.CHANNELS)
    )
    return store.Crowd("riverside", "Riverside School", people, channels)


CROWD = _crowd()


def mentioned(text: str) -> list[str]:
    return [word.ref.id for word in commands.words(text, CROWD) if isinstance(word, Person)]


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("@sam Peer Mentoring", ["sam"]),
        ("@sam, @ana: (@zoe)", ["sam", "ana", "zoe"]),
        ("@sam,@ana", ["sam", "ana"]),
        ("@SAM's", ["sam"]),
        ("@samuel @sam_ @nobody", ["sam"]),
        ("mail sam@ana.example or https://example.org/@sam", []),
        ("@laurel", ["laurel"]),
        ("@", []),
        ("@Zoë Peer Mentoring", ["zoe"]),
        ("@Zoë Lindström, @ana  núñez and @SAM OKAFOR's", ["zoe", "ana", "sam"]),
        ("@Дмитро @Дмитро Коваленко", ["dmytro", "dmytro"]),
        ("@ليلى حداد", ["layla"]),
        ("谢谢@李小雨帮忙", ["xiaoyu"]),
        ("@Ms Rivera", ["rivera"]),
        ("@Lindström", []),
    ],
)
def test_mentions_are_found(text: str, handles: list[str]) -> None:
    assert mentioned(text) == handles


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("thanks @Dmytro and @ana's", "thanks Дмитро Коваленко and Ana Núñez's"),
        ("@ana_ @zoe-, @class-8b and @nobody", "Ana Núñez _ Zoë Lindström-, @class-8b and @nobody"),
        ("谢谢@xiaoyu帮忙", "谢谢 李小雨 帮忙"),
        ("谢谢@李小雨帮忙", "谢谢 李小雨 帮忙"),
        ("thanks @Zoë and @Ana Núñez's cat", "thanks Zoë Lindström and Ana Núñez's cat"),
        ("@anaïs", "@anaïs"),
        ("look: https://e.org/a?(@sam)", "look: https://e.org/a?(@sam)"),
        ("mail sam@ana.example, or ask @laurel", "mail sam@ana.example, or ask Laurel"),
    ],
)
def test_mentions_in_prose_read_as_names(text: str, reads: str) -> None:
    assert commands.prose(text, CROWD)[0] == reads


def test_those_named_in_prose_are_found_however_they_are_named() -> None:
    _, named = commands.prose("@sam, zoë  lindström, @laurel and the sample", CROWD)
    assert [who.ref.id for who in named] == ["sam", "zoe"]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("(see https://e.org/x_(y)).", "https://e.org/x_(y)"),
        ("(https://e.org/x!)?", "https://e.org/x"),
        ("https://e.org/.,!", "https://e.org/"),
    ],
)
def test_an_address_ends_where_its_evidence_ends(text: str, url: str) -> None:
    shown = commands.chat(text, CROWD)["text"]
    assert [span["url"] for span in shown if span["is"] == "link"] == links_in(text) == [url]


def test_a_channel_stands_for_its_students() -> None:
    [group] = commands.words("@class-8b", CROWD)
    assert isinstance(group, Group)
    assert group.name == "class-8b"
    assert "rivera" not in [who.ref.id for who in group.people]


def test_only_the_bot_is_a_bot() -> None:
    words = commands.words("@laurel @sam", CROWD)
    assert [w.is_bot for w in words if isinstance(w, Person)] == [True, False]


def test_a_first_name_that_two_have_is_nobodys() -> None:
    twin = store.RoomPersona(
        handle="okonkwo",
        space_id="riverside",
        name="Zoë Okonkwo",
        role="learner",
        lang="en",
        timezone="UTC",
        position=9,
    )
    crowd = store.Crowd(CROWD.space, CROWD.school, (*CROWD.personas, twin), CROWD.channels)
    assert [w for w in commands.words("@zoë", crowd) if isinstance(w, Person)] == []
    assert [w.ref.id for w in commands.words("@zoë okonkwo", crowd) if isinstance(w, Person)] == ["okonkwo"]


any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
typed_text = st.lists(
    st.one_of(
        any_text, st.sampled_from(["@sam", "@class-8b", "@", " ", "@nobody", "https://x.example/@sam", "@sam@ana"])
    ),
    max_size=8,
).map("".join)


@given(typed_text)
def test_no_word_is_lost(text: str) -> None:
    """Put back, the mentions make the text again."""
    parts = commands.words(text, CROWD)
    if "class-8b" in text.lower() or "general" in text.lower():
        return
    back = "".join(f"@{part.ref.id}" if isinstance(part, Person) else part for part in parts)
    assert back.lower() == text.lower()


@given(typed_text)
def test_what_is_shown_of_words_reads_like_them(text: str) -> None:
    names = {"@" + handle: "@" + name for handle, name, _ in sample.PERSONAS}
    shown = commands.chat(text, CROWD)["text"]
    if any(span["is"] == "mention" for span in shown):
        assert all(f"@{span['text']}" in [*names.values(), "@Laurel"] for span in shown if span["is"] == "mention")
    else:
        assert "".join(span["text"] for span in shown) == text


AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SAM = Person(MemberRef("room", "riverside", "sam"), "Sam")
EMBLEM = Picture(cards.Emblem("shield", "teal", "star"), "")
span = st.one_of(
    any_text,
    any_text.map(Bold),
    any_text.map(Italic),
    any_text.map(Code),
    st.builds(Link, any_text, st.one_of(any_text, st.just("https://example.org/"), st.just("javascript:alert(1)"))),
    any_text.map(lambda name: Mention(SAM.ref, name)),
    st.just(When(AT)),
    st.just(When(AT, "moment")),
    any_text.map(lambda name: Where(Place("room", "riverside", name))),
)
text = st.lists(span, max_size=4).map(tuple)
button = st.builds(Button, any_text, st.one_of(st.just(AskAward()), any_text, st.just("javascript:alert(1)")))
buttons = st.lists(button, max_size=2).map(tuple)
node = st.one_of(
    st.builds(Card, text, text, st.just(EMBLEM), st.lists(st.tuples(any_text, text), max_size=2).map(tuple), buttons),
    st.builds(Row, text, text, st.none(), buttons).map(lambda row: Rows((row,))),
    any_text.map(lambda label: Form(label, label, AwardBadge((SAM,), label), (Field("badge", label, value=label),))),
    st.just(EMBLEM),
)


@given(st.builds(Reply, text, st.lists(node, max_size=3).map(tuple)))
def test_any_reply_can_be_shown(reply: Reply) -> None:
    """Text stays text; only http and https can be opened; a terminal's cursor stays where it is."""
    shown = json.loads(json.dumps(to_json(reply, lambda _: "/pictures/x.png")))
    for one in _objects(shown):
        assert one.get("url", "") == "" or one["url"].startswith("/pictures/") or is_web(one["url"])
        if "command" in one:
            wire.from_json(one["command"])
    assert not any(ord(c) < 32 and c != "\n" for c in to_text(reply))
    to_text(reply).encode()


def _objects(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value, *(inner for v in value.values() for inner in _objects(v))]
    if isinstance(value, list):
        return [inner for v in value for inner in _objects(v)]
    return []


def test_a_reply_in_a_terminal() -> None:
    reply = Reply(
        ("Look: ", Bold("Peer"), " ", Link("here", "https://example.org"), " ", Mention(SAM.ref, "Sam"), " ", When(AT)),
        (
            Card((Bold("Title"),), ("Body",), None, (("On", (When(AT, "moment"),)),), (Button("Go", AskAward()),)),
            Rows((Row(("One",), ("detail",), None, (Button("Open", "https://example.org/1"),)),)),
            Form(
                "Ask",
                "Send",
                AskAward(),
                (
                    Field("badge", "Badge", hint="Any"),
                    Field("level", "Level", "choice", "2", options=(Option("1", "Begun"), Option("2", "Ready"))),
                    Field("recipients", "Who", "people", (Person(SAM.ref, "Sam"),)),
                    Field("open", "Shown", "yes", value=True),
                ),
            ),
        ),
    )
    assert to_text(reply) == "\n".join(
        [
            "Look: Peer here (https://example.org) @Sam 2026-11-23",
            "── Title",
            "Body",
            "On: 2026-11-23 09:00 UTC",
            "[Go]",
            "• One - detail [Open] (https://example.org/1)",
            "── Ask",
            "Badge: … (Any)",
            "Level: Ready",
            "Who: Sam",
            "Shown: ☑",
            "[Send]",
        ]
    )


async def test_an_empty_room_says_how_to_fill_it(rig: RoomRig) -> None:
    with rig.database.write() as db:
        for table in (store.RoomChannel, store.RoomPersona, store.RoomSpace):
            db.execute(delete(table))
    page = await rig.http.get("/room")
    assert page.status_code == 200
    assert "laurel init --sample" in page.text
    assert (await rig.http.get("/room/state")).status_code == 409
