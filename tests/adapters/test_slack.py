"""What only Slack asks of Laurel: signatures, retries, modals, App Home, links, uploads and tokens that end."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import urlencode

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import func, select

from bot.adapters.slack import Access, Slack
from bot.core.cards import Emblem
from bot.core.db import Database
from bot.core.models import Announcement, Award, BadgeClass
from bot.core.port import Closed, GaveUp, MemberRef, Place, Reply, RetryAt, Stopped
from bot.core.words.awards import pictured
from tests.adapters.slack_fake import CLASS, GROUP, SECRET, TEACHERS, TEAM, walk
from tests.adapters.slack_rig import SlackRig, SlackSocketRig, seen_blocks, seen_view
from tests.conftest import Clock
from tests.core.marks import on_sqlite

pytestmark = on_sqlite


@pytest.fixture
async def rig(database: Database, clock: Clock) -> AsyncIterator[SlackRig]:
    async with SlackRig(database, clock) as rig:
        yield rig


@pytest.fixture
async def socket_rig(database: Database, clock: Clock) -> AsyncIterator[SlackSocketRig]:
    async with SlackSocketRig(database, clock) as rig:
        yield rig


def awards(database: Database) -> int:
    with database.read() as db:
        return db.scalar(select(func.count()).select_from(Award)) or 0


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110 - what follows a commit sets no event here
            await asyncio.sleep(0.01)


# -- the door ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    ["[1]", '"x"', "null", "{", "payload=notjson", "payload=[1]", "\x00", "", "é", "[" * 100_000],
)
@pytest.mark.parametrize("form", [True, False])
async def test_signed_junk_gets_a_4xx(rig: SlackRig, body: str, form: bool) -> None:
    answer = await rig.post(body, form=form, headers={})
    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Slack-Signature": "v0=00"},
        {"X-Slack-Signature": ""},
        {"X-Slack-Request-Timestamp": "abc"},
        {"X-Slack-Request-Timestamp": "١٢٣"},
        {"X-Slack-Request-Timestamp": "9" * 40},
        {"X-Slack-Request-Timestamp": str(int(time.time()) - 600)},
    ],
)
async def test_what_slack_has_not_signed_gets_a_4xx(rig: SlackRig, headers: dict[str, str]) -> None:
    sent = {name: value.encode() for name, value in headers.items()}
    answer = await rig.post("command=/award&text=x", form=True, headers=sent)  # type: ignore[arg-type]
    assert answer.status_code == 401


async def test_unsigned_bytes_that_are_no_text_get_a_4xx(rig: SlackRig) -> None:
    headers = {"X-Slack-Request-Timestamp": str(int(time.time())), "X-Slack-Signature": "v0=1"}
    answer = await rig.http.post("/slack/events", content=b"\xff\xfe\x00", headers=headers)
    assert answer.status_code == 401


async def test_a_stale_signature_that_was_once_good_gets_a_4xx(rig: SlackRig) -> None:
    stamp, body = str(int(time.time()) - 301), "command=/award"
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body) or ""
    headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature}
    answer = await rig.http.post("/slack/events", content=body, headers=headers)
    assert answer.status_code == 401


async def test_a_request_played_again_gets_a_4xx(rig: SlackRig) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "c"})
    stamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body) or "",
    }
    first, again = [await rig.http.post("/slack/events", content=body, headers=headers) for _ in range(2)]
    assert (first.status_code, first.json()) == (200, {"challenge": "c"})
    assert again.status_code == 409
    retried = await rig.http.post("/slack/events", content=body, headers={**headers, "X-Slack-Retry-Num": "1"})
    assert retried.status_code == 409  # nobody signs that header


KEYS = ["type", "command", "actions", "view", "user", "team", "event", "trigger_id", "callback_id", "event_id"]
VALUES = [
    "block_actions",
    "view_submission",
    "message_action",
    "event_callback",
    "form",
    "press:0",
    "message",
    "badges",
]
SHAPES = st.recursive(
    st.none() | st.integers() | st.sampled_from(VALUES),
    lambda inside: st.lists(inside, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inside, max_size=6),
    max_leaves=12,
)


async def test_a_signed_request_of_any_shape_never_breaks_the_server(rig: SlackRig) -> None:
    """As many shapes as fit into a second or two; one server serves them all."""

    @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.dictionaries(st.sampled_from(KEYS), SHAPES, max_size=8), st.booleans())
    def tried(payload: dict[str, object], form: bool) -> None:
        shapes.append((payload, form))

    shapes: list[tuple[dict[str, object], bool]] = []
    tried()
    for payload, form in shapes:
        body = urlencode({"payload": json.dumps(payload)}) if form else json.dumps(payload)
        answer = await rig.post(body, form=form, headers={})
        assert answer.status_code < 500, payload
    await rig.platform.listening.drain()
    assert "now holds" in (await rig.type("teacher", "/award @sam Participation")).text


WHO = {"team": {"id": TEAM}, "user": {"id": "U0SAM"}, "trigger_id": "1", "channel": {"id": CLASS}}
GENUINE: list[tuple[dict[str, Any], bool]] = [
    ({"command": "/goals", "text": "", "team_id": TEAM, "user_id": "U0SAM", "channel_id": CLASS}, True),
    ({**WHO, "type": "block_actions", "actions": [{"action_id": "press:0", "value": "kept:x"}]}, True),
    ({**WHO, "type": "message_action", "callback_id": "award_message", "message": {"ts": "1.2", "text": "x"}}, True),
    ({"type": "event_callback", "team_id": TEAM, "event_id": "E", "event": {"type": "app_mention"}}, False),
]


@pytest.mark.parametrize(("payload", "form"), GENUINE)
async def test_a_genuine_request_with_anything_out_of_shape_is_junk(
    rig: SlackRig, payload: dict[str, Any], form: bool
) -> None:
    """Each part in turn is missing, or is something else: taken in or refused, never a fault."""
    for name in (key for key in payload if key != "type"):
        for instead in (None, 1, [], {}, [1], {"id": 1}, "x", "\x00"):
            body = json.dumps({**payload, name: instead})
            sent = urlencode({"payload": body}) if form else body
            assert (await rig.post(sent, form=form, headers={})).status_code < 500, (name, instead)
    await rig.platform.listening.drain()


async def test_junk_that_comes_down_the_line_is_left_alone(
    socket_rig: SlackSocketRig, caplog: pytest.LogCaptureFixture
) -> None:
    junk = [
        {**WHO, "type": "block_actions", "actions": []},
        {**WHO, "type": "message_action", "callback_id": "award_message", "message": {"ts": "\x00"}},
        {**WHO, "type": "block_suggestion", "action_id": ["badges"]},
        {**WHO, "type": "block_actions", "actions": [{"action_id": "press:0"}], "user": {"id": 1}},
    ]
    sent = [await socket_rig.slack.send_down("interactive", payload) for payload in junk]
    assert "now holds" in (await socket_rig.type("teacher", "/award @sam Participation")).text
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    assert not set(sent) & set(socket_rig.slack.acks)


async def test_more_than_slack_ever_sends_is_not_read(rig: SlackRig) -> None:
    assert (await rig.post("x" * 2_000_000, form=True, headers={})).status_code == 413


async def test_a_workspace_that_never_installed_laurel_is_answered_nothing(rig: SlackRig, database: Database) -> None:
    body = {"command": "/award", "text": "<@U0SAM> Participation", "team_id": "T0OTHER", "user_id": "U0RIVERA"}
    said = await rig.send("slash_commands", {**body, "channel_id": CLASS, "trigger_id": "1"})
    assert "not installed" in said["text"]
    assert awards(database) == 0


# -- answers that never get lost -----------------------------------------------------------------------------------


async def test_a_fault_after_the_acknowledgement_is_answered(rig: SlackRig, database: Database) -> None:
    rig.slack.failures["users.info"] = [("internal_error", 500)] * 5
    said = await rig.type("teacher", "/award @sam Participation")
    assert "Something broke on our side and nothing was changed" in said.text
    assert awards(database) == 0


async def test_where_the_line_is_used_up_the_answer_takes_another_way(rig: SlackRig) -> None:
    body = {"command": "/laurel", "text": "help", "team_id": TEAM, "user_id": "U0SAM", "channel_id": CLASS}
    rig.slack.responses["old"] = [{}] * 5
    await rig.send("slash_commands", {**body, "trigger_id": "1", "response_url": f"{rig.slack.address}/respond/old"})
    await rig.platform.listening.drain()
    [said] = rig.slack.ephemeral
    assert said["user"] == "U0SAM"
    assert "/goals" in seen_blocks(said["blocks"], said).text


async def test_a_form_whose_moment_has_passed_opens_by_a_button(rig: SlackRig) -> None:
    rig.slack.failures["views.open"] = [("expired_trigger_id", 200)]
    said = await rig.type("teacher", "/award")
    assert said.form is None
    opened = await rig.press("teacher", "Award a badge", on=said)
    assert opened.form is not None


async def test_a_rate_limit_is_waited_out(rig: SlackRig, database: Database) -> None:
    rig.slack.failures["users.info"] = [("ratelimited", 429)]
    await rig.type("teacher", "/award @sam Participation")
    assert awards(database) == 1
    rig.slack.failures["chat.postMessage"] = [("ratelimited", 429)]
    reply = Reply(("Hello",))
    place = Place("slack", TEAM, CLASS)
    assert isinstance(await rig.platform.deliver(place, reply, key="k", edits=None), RetryAt)


async def test_a_retry_of_an_event_is_answered_once(rig: SlackRig) -> None:
    for _ in range(2):
        await rig.type("sam", "hello", where="dm", event_id="Ev1")
    assert sum(call == "chat.postMessage" for call, _ in rig.slack.calls) == 1


# -- modals --------------------------------------------------------------------------------------------------------


async def test_award_alone_opens_a_modal_with_pickers(rig: SlackRig, database: Database) -> None:
    form = await rig.type("teacher", "/award")
    kinds = {b["block_id"]: b["element"]["type"] for b in form.raw["blocks"] if b["type"] == "input"}
    assert kinds == {
        "field:recipients": "multi_users_select",
        "field:badge": "external_select",
        "field:reason": "plain_text_input",
        "field:links": "plain_text_input",
        "field:files": "file_input",
    }
    await rig.fill("teacher", form, {"recipients": ("sam", "ana"), "badge": "Peer Mentoring", "reason": "for helping"})
    assert awards(database) == 2


async def test_the_badge_picker_finds_while_somebody_types(rig: SlackRig) -> None:
    body = {
        "type": "block_suggestion",
        "action_id": "badges",
        "block_id": "field:badge",
        "value": "peer m",
        "team": {"id": TEAM},
        "user": {"id": "U0RIVERA"},
        "view": {"id": "V1", "type": "modal", "private_metadata": ""},
    }
    found = await rig.send("interactive", body)
    assert found["options"][0]["text"]["text"] == "Peer Mentoring"


async def test_a_refused_form_stays_open_with_what_was_typed(rig: SlackRig, database: Database) -> None:
    await rig.type("teacher", "/award @sam Participation")
    form = await rig.type("teacher", "/award")
    again = await rig.fill("teacher", form, {"recipients": ("sam", "ana"), "badge": "Participation", "reason": "again"})
    assert again.kind == "refused"
    assert again.buttons == ("Award the others (1)",)
    [typed] = [b["element"] for b in again.raw["blocks"] if b.get("block_id") == "field:reason"]
    assert typed["initial_value"] == "again"
    await rig.press("teacher", "Award the others", on=again)
    assert awards(database) == 2


async def test_a_badge_form_shows_what_it_will_look_like(rig: SlackRig) -> None:
    form = await rig.type("teacher", "/badge new")
    view = {**form.raw, "state": {"values": {"field:name": {"answer": {"type": "plain_text_input", "value": "Chess"}}}}}
    body = {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": "U0RIVERA"},
        "trigger_id": rig.slack.trigger(),
        "view": view,
        "actions": [{"type": "plain_text_input", "action_id": "answer", "block_id": "field:name", "value": "Chess"}],
    }
    await rig.send("interactive", body)
    await rig.platform.listening.drain()
    assert any("slack_file" in one for one in walk(rig.slack.views[form.raw["id"]]["blocks"]))


async def test_the_award_form_shows_the_card_before_it_is_sent(rig: SlackRig, database: Database) -> None:
    form = await rig.type("teacher", "/award")
    with database.read() as db:
        badge = db.scalars(select(BadgeClass.id).where(BadgeClass.name == "Peer Mentoring")).one()
    values = {
        "field:recipients": {"answer": {"type": "multi_users_select", "selected_users": ["U0SAM"]}},
        "field:badge": {"badges": {"type": "external_select", "selected_option": {"value": badge}}},
    }
    body = {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": "U0RIVERA"},
        "trigger_id": rig.slack.trigger(),
        "view": {**form.raw, "state": {"values": values}},
        "actions": [{"type": "external_select", "action_id": "badges", "block_id": "field:badge"}],
    }
    await rig.send("interactive", body)
    await rig.platform.listening.drain()
    [alt] = seen_view(rig.slack.views[form.raw["id"]]).pictures
    assert "Sam Okafor earned" in alt
    assert awards(database) == 0


# -- App Home, mentions, links ---------------------------------------------------------------------------------------


async def test_app_home_shows_badges_and_goals_and_follows_changes(rig: SlackRig) -> None:
    await rig.event({"type": "app_home_opened", "user": "U0SAM", "tab": "home"})
    assert "You have no open goal" in seen_blocks(rig.slack.homes["U0SAM"]["blocks"], {}).text
    await rig.type("teacher", "/award @sam Participation")
    await rig.settle()
    home = seen_blocks(rig.slack.homes["U0SAM"]["blocks"], rig.slack.homes["U0SAM"])
    assert "Participation" in home.text
    assert "New goal" in home.buttons
    form = await rig.press("sam", "Who may see what", on=home)
    assert form.form is not None
    done = await rig.fill("sam", form, {"collection": "Everyone in this chat"})
    assert done.text
    shown = await rig.press("sam", "All badges", on=home)
    assert "Peer Mentoring" in shown.text
    assert shown.raw["type"] == "modal"


async def test_home_follows_what_others_do_before_anybody_is_told(rig: SlackRig) -> None:
    await rig.event({"type": "app_home_opened", "user": "U0SAM", "tab": "home"})
    said = await rig.type("teacher", "/award @sam Participation")
    await until(lambda: "Participation" in seen_blocks(rig.slack.homes["U0SAM"]["blocks"], {}).text)
    await rig.press("teacher", "Undo", on=said)  # before the direct message was sent
    await until(lambda: "Participation" not in seen_blocks(rig.slack.homes["U0SAM"]["blocks"], {}).text)
    assert await rig.direct("sam") == []


async def test_a_home_is_never_overtaken_by_an_older_one_and_bursts_are_one(rig: SlackRig) -> None:
    await rig.event({"type": "app_home_opened", "user": "U0SAM", "tab": "home"})
    before = [method for method, _ in rig.slack.calls].count("views.publish")
    await rig.type("teacher", "/award @sam Participation")
    await asyncio.gather(*(rig.platform.home.refresh(TEAM, "U0SAM") for _ in range(20)))
    await rig.platform.listening.drain()
    assert [method for method, _ in rig.slack.calls].count("views.publish") - before <= 4
    assert "Participation" in seen_blocks(rig.slack.homes["U0SAM"]["blocks"], {}).text


async def test_a_mention_is_answered_with_help_to_the_caller_alone(rig: SlackRig) -> None:
    await rig.event({"type": "app_mention", "user": "U0SAM", "channel": CLASS, "text": "<@U0LAUREL> hi", "ts": "1"})
    [said] = rig.slack.ephemeral
    assert "/goals" in seen_blocks(said["blocks"], said).text
    assert rig.slack.channels[CLASS] == []


async def test_a_badge_that_is_linked_shows_its_card(rig: SlackRig, database: Database) -> None:
    await rig.type("teacher", "/award @sam Peer Mentoring")
    with database.read() as db:
        award = db.scalars(select(Award)).one()
    ours, foreign = rig.site.award_page(award.id), "https://example.org/awards/1"
    links = [{"url": ours}, {"url": foreign}, {"url": f"{rig.site.pages}/awards/none"}]
    await rig.event({"type": "link_shared", "channel": CLASS, "message_ts": "1.1", "links": links})
    [unfurled] = rig.slack.unfurls
    assert set(unfurled["unfurls"]) == {ours}
    card = seen_blocks(unfurled["unfurls"][ours]["blocks"], {})
    assert "Peer Mentoring" in card.text
    assert "Sam" not in card.text  # who has not agreed to be named


@pytest.mark.parametrize(
    ("event", "where"),
    [
        ({"channel": "D0SAM", "message_ts": "1.1"}, {"channel": "D0SAM", "ts": "1.1"}),
        (
            {"channel": "COMPOSER", "message_ts": "U-1", "unfurl_id": "C1.1.abc", "source": "composer"},
            {"unfurl_id": "C1.1.abc", "source": "composer"},
        ),
    ],
)
async def test_an_address_shows_its_card_in_a_conversation_and_while_it_is_being_written(
    rig: SlackRig, database: Database, event: dict[str, str], where: dict[str, str]
) -> None:
    await rig.type("teacher", "/award @sam Peer Mentoring")
    with database.read() as db:
        award = db.scalars(select(Award)).one()
    links = [{"url": rig.site.award_page(award.id)}]
    await rig.event({"type": "link_shared", **event, "links": links})
    [unfurled] = rig.slack.unfurls
    assert {name: unfurled[name] for name in unfurled if name != "unfurls"} == where
    rig.slack.failures["chat.unfurl"] = [("cannot_unfurl_url", 200), ("not_in_channel", 200)]
    with structlog.testing.capture_logs() as logs:
        for _ in range(2):
            await rig.event({"type": "link_shared", **event, "links": links})
    assert not [entry for entry in logs if entry["log_level"] not in ("debug", "info")]


async def test_a_badge_sent_to_laurel_is_checked(rig: SlackRig, database: Database) -> None:
    await rig.type("teacher", "/award @sam Peer Mentoring")
    with database.read() as db:
        award = db.scalars(select(Award)).one()
    picture = (await rig.http.get(f"/awards/{award.id}/badge.png")).content
    for number, (body, says) in enumerate([(picture, "is genuine"), (b"no badge", "no badge")]):
        rig.slack.files[f"F{number}"] = body
        file = {"size": len(body), "url_private_download": f"{rig.slack.address}/file/F{number}"}
        event = {"type": "message", "channel_type": "im", "subtype": "file_share", "user": "U0ANA", "channel": "D0ANA"}
        await rig.event({**event, "files": [file]})
        assert says in (await rig.direct("ana"))[-1].text


# -- people ------------------------------------------------------------------------------------------------------------


async def test_who_runs_the_workspace_is_staff_and_a_group_may_teach(rig: SlackRig, database: Database) -> None:
    rig.slack.members_of[TEACHERS] = ["U0ZOE"]
    rig.platform.directory.groups_changed(TEAM)
    assert "Only teachers award badges" in (await rig.type("teacher", "/award @sam Participation")).text
    assert "now holds" in (await rig.type("zoe", "/award @sam Participation")).text
    await rig.event({"type": "user_change", "user": {**rig.slack.user("U0RIVERA"), "is_admin": True}})
    assert "now holds" in (await rig.type("teacher", "/award @ana Participation")).text


async def test_a_new_name_is_the_name_from_then_on(rig: SlackRig) -> None:
    await rig.type("sam", "/goals")
    changed = rig.slack.user("U0SAM")
    changed["profile"]["display_name"] = "Samuel Okafor"
    await rig.event({"type": "user_change", "user": changed})
    assert "Samuel Okafor now holds" in (await rig.type("teacher", "/award @sam Participation")).text


async def test_a_change_of_who_was_never_met_leaves_their_language_to_be_asked_for(rig: SlackRig) -> None:
    changed = rig.slack.user("U0SAM")
    del changed["locale"]
    for _ in range(2):  # unknown, then known
        await rig.event({"type": "user_change", "user": changed})
        known = await rig.platform.directory.user(TEAM, "U0SAM")
        assert known is not None
        assert known.lang == "en-GB"


async def test_who_asks_is_asked_for_once(rig: SlackRig) -> None:
    await rig.type("sam", "/goals")
    assert [given["user"] for method, given in rig.slack.calls if method == "users.info"] == ["U0SAM"]


async def test_a_whole_workspace_is_read_once(rig: SlackRig) -> None:
    await asyncio.gather(*(rig.platform.directory.called(TEAM) for _ in range(5)))
    assert sum(method == "users.list" for method, _ in rig.slack.calls) == 1


async def test_a_workspace_that_comes_back_is_read_anew(rig: SlackRig) -> None:
    directory = rig.platform.directory
    known = await directory.called(TEAM)
    directory.forget(TEAM)
    assert await directory.called(TEAM) == known


async def test_a_group_that_is_nobody_is_refused(rig: SlackRig) -> None:
    body = {"command": "/award", "text": "<!subteam^S0NONE|@ghosts> Participation", "team_id": TEAM}
    line = f"{rig.slack.address}/respond/l"
    sent = {"user_id": "U0RIVERA", "channel_id": CLASS, "trigger_id": "1", "response_url": line}
    await rig.send("slash_commands", {**body, **sent})
    await rig.platform.listening.drain()
    [said] = rig.slack.responses["l"]
    assert "Nobody here is called @ghosts" in seen_blocks(said["blocks"], said).text


async def test_a_group_of_nobody_else_is_said_to_be_one(rig: SlackRig, database: Database) -> None:
    rig.slack.members_of[GROUP] = ["U0RIVERA", "ULAUREL"]
    said = await rig.type("teacher", "/award @class-8b Participation")
    assert "@class-8b has no member but you" in said.text


async def test_a_name_that_was_typed_without_slacks_list_is_found(rig: SlackRig) -> None:
    body = {"command": "/award", "text": "@Sam Okafor Participation for it", "team_id": TEAM}
    line = f"{rig.slack.address}/respond/n"
    sent = {"user_id": "U0RIVERA", "channel_id": CLASS, "trigger_id": "1", "response_url": line}
    await rig.send("slash_commands", {**body, **sent})
    await rig.platform.listening.drain()
    [said] = rig.slack.responses["n"]
    assert "Sam Okafor now holds Participation." in seen_blocks(said["blocks"], said).text


# -- pictures --------------------------------------------------------------------------------------------------------


async def test_behind_a_firewall_pictures_are_uploaded_once(rig: SlackRig) -> None:
    await rig.type("teacher", "/award @sam Participation")
    await rig.settle()
    [message] = rig.slack.channels[CLASS]
    [file] = {one["slack_file"]["id"] for one in walk(message["blocks"]) if "slack_file" in one}
    assert rig.slack.files[file].startswith(b"\x89PNG")
    uploaded = len(rig.slack.files)
    [card] = await rig.channel()
    await rig.press("ana", "Congratulate", on=card)
    await rig.settle()
    assert len(rig.slack.files) == uploaded


async def test_those_who_want_a_picture_at_the_same_moment_have_it_uploaded_once(rig: SlackRig) -> None:
    card = Reply(("Well done",), (pictured(Emblem("star", "amber", "book"), "Reading"),))
    answering = rig.platform.answering
    shown = await asyncio.gather(*(answering.sources(card, TEAM) for _ in range(30)))
    assert len(rig.slack.files) == 1
    assert all(shown)
    assert shown == shown[:1] * 30


async def test_who_is_no_longer_waiting_keeps_nobody_from_a_picture(rig: SlackRig) -> None:
    card = Reply(("Well done",), (pictured(Emblem("star", "amber", "book"), "Reading"),))
    first, second = (asyncio.create_task(rig.platform.answering.sources(card, TEAM)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert await second


async def test_a_picture_that_a_workspace_has_deleted_is_uploaded_anew(rig: SlackRig) -> None:
    card = Reply(("Well done",), (pictured(Emblem("star", "amber", "book"), "Reading"),))
    there = Place("slack", TEAM, CLASS)
    await rig.platform.deliver(there, card, key="1", edits=None)
    rig.slack.files.clear()  # as a workspace does that keeps files for some months only
    await rig.platform.deliver(there, card, key="2", edits=None)
    rig.slack.files.clear()
    many = [rig.platform.deliver(there, card, key=str(number), edits=None) for number in range(3, 9)]
    await asyncio.gather(*many)
    assert [len(said.pictures) for said in await rig.channel()] == [1] * 8
    assert len(rig.slack.files) == 1


async def test_with_a_public_address_pictures_go_by_it(database: Database, clock: Clock) -> None:
    async with SlackRig(database, clock, public=True) as rig:
        await rig.type("teacher", "/award @sam Participation")
        await rig.settle()
        [message] = rig.slack.channels[CLASS]
        [url] = {one["image_url"] for one in walk(message["blocks"]) if "image_url" in one}
        answer = await rig.http.get(url.removeprefix(rig.site.pages))
        assert answer.content.startswith(b"\x89PNG")
        assert rig.slack.files == {}


async def test_a_picture_that_slack_will_not_take_becomes_its_words(rig: SlackRig) -> None:
    rig.slack.failures["files.getUploadURLExternal"] = [("file_upload_disabled", 200)] * 9
    await rig.type("teacher", "/award @sam Participation")
    await rig.settle()
    [card] = await rig.channel()
    assert card.pictures == ()
    assert card.text.count("Participation") > 1


# -- lines and tokens ------------------------------------------------------------------------------------------


async def test_a_broken_line_is_taken_up_again(socket_rig: SlackSocketRig, database: Database) -> None:
    await socket_rig.type("teacher", "/award @sam Participation")
    await socket_rig.slack.abort()
    await asyncio.wait_for(socket_rig.slack.connected.wait(), 60)
    await socket_rig.type("teacher", "/award @ana Participation")
    assert awards(database) == 2


async def test_a_slack_that_gives_no_line_is_asked_less_and_less(socket_rig: SlackSocketRig) -> None:
    await socket_rig.type("sam", "/goals")
    asked = socket_rig.slack.calls.count(("apps.connections.open", {}))
    socket_rig.slack.failures["apps.connections.open"] = [("internal_error", 200)] * 4
    await socket_rig.slack.abort()
    await asyncio.wait_for(socket_rig.slack.connected.wait(), 60)
    assert "no open goal" in (await socket_rig.type("sam", "/goals")).text
    assert socket_rig.slack.calls.count(("apps.connections.open", {})) == asked + 5


@pytest.mark.parametrize("kind", [SlackRig, SlackSocketRig])
async def test_a_token_that_is_revoked_ends_slack_alone(kind: type[SlackRig], database: Database, clock: Clock) -> None:
    async with kind(database, clock) as rig:
        await rig.type("teacher", "/award @sam Participation")
        rig.slack.revoked = True
        await rig.settle()
        with database.read() as db:
            [state] = db.scalars(select(Announcement.state).distinct())
        assert state == "open"  # kept for the token to come
        calls = len(rig.slack.calls)
        await rig.settle()
        assert len(rig.slack.calls) == calls
        with pytest.raises(Stopped, match="install the app again"):
            await asyncio.wait_for(rig.running, 60)


async def test_being_taken_out_of_the_workspace_ends_slack(rig: SlackRig) -> None:
    await rig.event({"type": "tokens_revoked", "tokens": {"bot": ["U0LAUREL"]}})
    with pytest.raises(Stopped, match="tokens_revoked"):
        await asyncio.wait_for(rig.running, 60)


async def test_a_wrong_token_stops_at_once(rig: SlackRig) -> None:
    slack = Slack(rig.app, Access("xoxb-wrong", signing_secret=SECRET, api=rig.slack.api))
    with pytest.raises(Stopped, match="invalid_auth"):
        await asyncio.wait_for(slack.run(), 60)


@pytest.mark.parametrize(
    ("says", "then"),
    [
        ("channel_not_found", Closed),
        ("not_in_channel", Closed),
        ("is_archived", Closed),
        ("restricted_action", Closed),
        ("missing_scope", Closed),
        ("messages_tab_disabled", Closed),
        ("user_disabled", Closed),
        ("edit_window_closed", GaveUp),
        ("message_not_found", GaveUp),
    ],
)
async def test_what_slack_says_decides_whether_it_is_kept(rig: SlackRig, says: str, then: type) -> None:
    rig.slack.failures["chat.update"] = [(says, 200)]
    here = Place("slack", TEAM, CLASS)
    assert isinstance(await rig.platform.deliver(here, Reply(("Hello",)), key="k", edits=f"{CLASS}:1"), then)


async def test_nobody_is_nobody(rig: SlackRig) -> None:
    stranger = MemberRef("slack", TEAM, "U0NOBODY")
    assert "user_not_found" in str(await rig.platform.deliver(stranger, Reply(("Hello",)), key="k", edits=None))


async def test_where_laurel_is_not_in_the_channel_the_giver_is_told_and_can_try_again(
    rig: SlackRig,
) -> None:
    await rig.type("teacher", "/award @sam Participation")
    rig.slack.refuses[CLASS] = "not_in_channel"
    await rig.settle()
    [told] = await rig.direct("teacher")
    assert "The card for Participation cannot stand in" in told.text
    assert "invite me" in told.text
    assert {"type": "channel", "channel_id": CLASS} in list(walk(told.raw["blocks"]))
    assert await rig.channel() == []
    rig.slack.refuses.clear()
    await rig.press("teacher", "Try again", on=told)
    await rig.settle()
    assert len(await rig.channel()) == 1
    [told] = await rig.direct("teacher")
    assert "Try again" not in told.buttons


async def test_who_can_be_sent_nothing_directly_is_shown_it_when_they_come_by(rig: SlackRig) -> None:
    await rig.type("teacher", "/award @sam Participation")
    rig.slack.refuses["U0SAM"] = "messages_tab_disabled"
    await rig.settle()
    assert await rig.direct("sam") == []
    await rig.type("sam", "/goals")
    [answer, told] = list(rig.slack.responses.values())[-1]
    assert "You earned Participation" in seen_blocks(told["blocks"], told).text
    assert "earned" not in seen_blocks(answer["blocks"], answer).text
    await rig.type("sam", "/goals")
    assert len(list(rig.slack.responses.values())[-1]) == 1
