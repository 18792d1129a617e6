"""Whatever of Slack's ways is closed, who asked gets their answer; a modal is acknowledged before anything slow."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select

from bot.core.db import Database
from bot.core.models import Event, Evidence
from tests.adapters.rig import Seen
from tests.adapters.slack_fake import CLASS, TEAM, Json, walk
from tests.adapters.slack_rig import SlackRig, SlackSocketRig, seen_blocks
from tests.conftest import Clock
from tests.core.marks import on_sqlite

pytestmark = on_sqlite


@pytest.fixture
async def rig(database: Database, clock: Clock) -> AsyncIterator[SlackRig]:
    async with SlackRig(database, clock) as rig:
        yield rig


async def at_home(rig: SlackRig, user: str) -> Seen:
    await rig.event({"type": "app_home_opened", "user": user, "tab": "home"})
    return seen_blocks(rig.slack.homes[user]["blocks"], rig.slack.homes[user])


# -- every way -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", ["internal_error", "invalid_arguments", "missing_scope", "expired_trigger_id"])
async def test_a_form_that_will_not_open_is_offered_by_a_button(rig: SlackRig, error: str) -> None:
    rig.slack.failures["views.open"] = [(error, 200)]
    said = await rig.type("teacher", "/award")
    assert said.form is None
    assert (await rig.press("teacher", "Award a badge", on=said)).form is not None


@pytest.mark.parametrize(
    ("where", "method", "error"),
    [
        ("home", "views.open", "internal_error"),
        ("home", "views.open", "expired_trigger_id"),
        ("modal", "views.update", "not_found"),
        ("modal", "views.update", "invalid_arguments"),
        ("mention", "chat.postEphemeral", "user_not_in_channel"),
        ("mention", "chat.postEphemeral", "internal_error"),
    ],
)
async def test_an_answer_takes_another_way(rig: SlackRig, where: str, method: str, error: str) -> None:
    """In App Home, in a modal opened there, and in a channel without a line: at the end there is a direct message."""
    rig.slack.failures[method] = [(error, 200)] * 3
    home = await at_home(rig, "U0SAM")
    match where:
        case "home":
            await rig.press("sam", "Help", on=home)
        case "modal":
            [help_button] = [b for b in walk(home.raw) if b.get("type") == "button" and b["text"]["text"] == "Help"]
            modal = {"type": "modal", "id": "V1", "blocks": [{"type": "actions", "elements": [help_button]}]}
            await rig.press("sam", "Help", on=Seen("", raw=modal))
        case _:
            await rig.event({"type": "app_mention", "user": "U0SAM", "channel": CLASS, "text": "hi", "ts": "1"})
    assert "/goals" in (await rig.direct("sam"))[-1].text


async def test_a_modal_that_was_closed_meanwhile_loses_no_answer(rig: SlackRig) -> None:
    listed = await rig.press("sam", "All badges", on=await at_home(rig, "U0SAM"))
    rig.slack.close()
    await rig.press("sam", "Show", on=listed)
    assert "Academic Writing" in (await rig.direct("sam"))[-1].text


async def test_a_line_that_is_dead_loses_no_answer(rig: SlackRig) -> None:
    body = {"command": "/laurel", "text": "help", "team_id": TEAM, "user_id": "U0SAM", "channel_id": CLASS}
    await rig.send("slash_commands", {**body, "trigger_id": "1", "response_url": "http://127.0.0.1:9/nobody"})
    await rig.platform.listening.drain()
    [said] = rig.slack.ephemeral
    assert "/goals" in seen_blocks(said["blocks"], said).text


async def test_a_fourth_view_takes_the_place_of_the_one_below(rig: SlackRig) -> None:
    shown = await rig.press("sam", "All badges", on=await at_home(rig, "U0SAM"))
    rig.slack.stack += ["V-second", "V-third"]
    new = [b for b in walk(rig.slack.homes["U0SAM"]) if b.get("type") == "button" and b["text"]["text"] == "New goal"]
    asked = {**shown.raw, "blocks": [{"type": "actions", "elements": new}]}
    aimed = await rig.press("sam", "New goal", on=Seen("", raw=asked))
    assert aimed.form is not None
    assert aimed.raw["id"] == shown.raw["id"]


# -- long texts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["Привіт усім, це моя відповідь на задачу. " * 17, "李小雨" * 220, 'he said "yes" \\ ' * 80]
)
async def test_a_long_message_in_any_script_is_awarded(rig: SlackRig, database: Database, text: str) -> None:
    form = await rig.award_message("teacher", Seen(text, raw=rig.slack.post(CLASS, "U0ZOE", text)))
    assert form.form is not None
    await rig.fill("teacher", form, {"badge": "Statistics Basics", "reason": "for it"})
    with database.read() as db:
        [evidence] = db.scalars(select(Evidence))
    assert evidence.text == text


@pytest.mark.parametrize("known", [True, False])
async def test_a_message_becomes_evidence_with_its_address_time_and_hash(
    rig: SlackRig, database: Database, known: bool
) -> None:
    message = rig.slack.post(CLASS, "U0ZOE", "It hardly moves.")
    if not known:
        rig.slack.failures["chat.getPermalink"] = [("channel_not_found", 200)]
    form = await rig.award_message("teacher", Seen(message["text"], raw=message))
    await rig.fill("teacher", form, {"badge": "Statistics Basics", "reason": "for it"})
    with database.read() as db:
        [evidence] = db.scalars(select(Evidence))
    assert evidence.url == f"https://riverside.slack.com/archives/{CLASS}/p{message['ts'].replace('.', '')}"
    assert evidence.sha256 == hashlib.sha256(b"It hardly moves.").hexdigest()
    assert evidence.said_at is not None
    assert evidence.said_at.timestamp() == pytest.approx(float(message["ts"]))


# -- acknowledged in time ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [SlackRig, SlackSocketRig])
async def test_a_modal_is_acknowledged_while_its_picture_is_still_on_the_way(
    kind: type[SlackRig], database: Database, clock: Clock
) -> None:
    async with kind(database, clock) as rig:
        form = await rig.press("teacher", "New badge", on=await at_home(rig, "U0RIVERA"))
        arrived = rig.slack.slow["files.getUploadURLExternal"] = asyncio.Event()
        values: Json = {
            f"field:{name}": {"answer": {"type": "plain_text_input", "value": "Chess"}}
            for name in ("name", "description", "criteria")
        }
        for block in form.raw["blocks"]:
            if block.get("element", {}).get("type") == "static_select":  # a picture that was never shown before
                last = block["element"]["options"][-1]
                values[block["block_id"]] = {"answer": {"type": "static_select", "selected_option": last}}
        body = {
            "type": "view_submission",
            "team": {"id": TEAM},
            "user": {"id": "U0RIVERA", "team_id": TEAM},
            "trigger_id": rig.slack.trigger(),
            "view": {**form.raw, "state": {"values": values}},
        }
        ack = await rig.send("interactive", body)
        assert ack["response_action"] == "update"
        assert "Chess" in json.dumps(ack["view"])
        assert not any("slack_file" in one for one in walk(ack["view"]))
        arrived.set()
        await rig.platform.listening.drain()
        assert any("slack_file" in one for one in walk(rig.slack.views[form.raw["id"]]))


# -- App Home ------------------------------------------------------------------------------------------------------


async def test_home_shows_settings_and_follows_what_a_modal_changed(rig: SlackRig, database: Database) -> None:
    home = await at_home(rig, "U0SAM")
    for says in ("Only I and my teachers", "Not shown", "A random number", "English", "Europe/London", "on Slack"):
        assert says in home.text
    for label in ("Who may see what", "What my badges know me by", "Link an account"):
        assert home.buttons.count(label) == 1
    assert "Who may see them" not in home.buttons
    form = await rig.press("sam", "Who may see what", on=home)
    await rig.fill("sam", form, {"collection": "Everyone in this chat", "public_name": True})
    home = seen_blocks(rig.slack.homes["U0SAM"]["blocks"], rig.slack.homes["U0SAM"])
    assert "Everyone in this chat" in home.text
    assert "Not shown" not in home.text
    assert rig.slack.homes["U0SAM"]["type"] == "home"


async def test_home_follows_a_modal_that_was_opened_in_a_channel(rig: SlackRig) -> None:
    await at_home(rig, "U0SAM")
    form = await rig.type("sam", "/goals add")
    await rig.fill("sam", form, {"what": "Read a book"})
    assert "Read a book" in json.dumps(rig.slack.homes["U0SAM"])


async def test_a_home_that_is_renewed_takes_nobody_elses_place(rig: SlackRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.adapters.slack.home.MOST_OPEN", 2)
    for user in ("U0SAM", "U0ANA", "U0ANA"):
        await at_home(rig, user)
    await rig.type("sam", "/goals add Read a book")
    assert "Read a book" in json.dumps(rig.slack.homes["U0SAM"])


async def test_home_is_one_question(rig: SlackRig, database: Database) -> None:
    with database.read() as db:
        before = db.scalar(select(func.count()).select_from(Event)) or 0
    await at_home(rig, "U0SAM")
    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(Event)) == before + 1


# -- where it was asked --------------------------------------------------------------------------------------------


async def test_an_answer_stands_in_the_thread_that_it_was_asked_in(rig: SlackRig) -> None:
    event = {"type": "app_mention", "user": "U0SAM", "channel": CLASS, "text": "hi", "ts": "2", "thread_ts": "1"}
    await rig.event(event)
    assert rig.slack.ephemeral[-1]["thread_ts"] == "1"
    direct = {"type": "message", "channel_type": "im", "user": "U0SAM", "channel": "D0SAM", "text": "hi", "ts": "4"}
    await rig.event({**direct, "thread_ts": "3"})
    assert rig.slack.channels["D0SAM"][-1]["thread_ts"] == "3"
    await rig.event(direct)
    assert "thread_ts" not in rig.slack.channels["D0SAM"][-1]


# -- groups --------------------------------------------------------------------------------------------------------


async def test_groups_that_slack_will_not_list_make_nobody_a_teacher_and_break_nothing(rig: SlackRig) -> None:
    rig.slack.failures["usergroups.list"] = [("plan_upgrade_required", 200)] * 9
    assert "no open goal" in (await rig.type("sam", "/goals")).text
    assert "Only teachers award badges" in (await rig.type("teacher", "/award @sam Participation")).text
    assert sum(method == "usergroups.list" for method, _ in rig.slack.calls) == 1
    rig.platform.directory.groups_changed(TEAM)
    rig.slack.failures.clear()
    assert "now holds" in (await rig.type("teacher", "/award @sam Participation")).text


async def test_who_teaches_goes_on_teaching_while_slack_is_away(rig: SlackRig) -> None:
    known = rig.platform.directory._teaching
    assert "now holds" in (await rig.type("teacher", "/award @sam Participation")).text
    known.drop(lambda _: True)  # as five minutes do
    rig.slack.failures["usergroups.list"] = [("service_unavailable", 503)]
    assert "now holds" in (await rig.type("teacher", "/award @ana Participation")).text
    known.drop(lambda _: True)
    rig.slack.failures["usergroups.list"] = [("missing_scope", 200)]
    assert "Only teachers award badges" in (await rig.type("teacher", "/award @zoe Participation")).text


async def test_whoever_may_no_longer_teach_does_not_while_slack_is_away(rig: SlackRig) -> None:
    assert "now holds" in (await rig.type("teacher", "/award @sam Participation")).text
    rig.platform.directory.groups_changed(TEAM)
    rig.slack.failures["usergroups.list"] = [("service_unavailable", 503)]
    assert "Only teachers award badges" in (await rig.type("teacher", "/award @ana Participation")).text


async def test_a_group_whose_members_slack_will_not_tell_breaks_nothing(rig: SlackRig) -> None:
    rig.slack.failures["usergroups.users.list"] = [("internal_error", 500)] * 9
    assert "no open goal" in (await rig.type("sam", "/goals")).text
