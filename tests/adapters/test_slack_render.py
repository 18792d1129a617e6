"""Whatever the core says, Slack gets blocks within its documented limits, and no text in them acts."""

from __future__ import annotations

from typing import Any

import blockkit
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.adapters.slack import views
from bot.adapters.slack.files import is_slacks
from bot.adapters.slack.render import Look, blocks, fallback
from bot.adapters.slack.workspaces import API
from bot.core import keeping, wire
from bot.core.cards import Drawing
from bot.core.commands import Command, SaveBadge, ShowBadges
from bot.core.port import Field, Form, Option, Reply
from tests.adapters.replies import forms, replies
from tests.adapters.slack_limits import check, check_view, walk

TEAM = "T1"
slow = settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=60)

COMPONENTS = {
    "rich_text": blockkit.RichText,
    "rich_text_section": blockkit.RichTextSection,
    "text": blockkit.RichTextEl,
    "link": blockkit.RichLinkEl,
    "user": blockkit.RichUserEl,
    "channel": blockkit.RichChannelEl,
    "date": blockkit.RichDateEl,
    "emoji": blockkit.RichEmojiEl,
    "section": blockkit.Section,
    "actions": blockkit.Actions,
    "button": blockkit.Button,
    "input": blockkit.Input,
    "plain_text_input": blockkit.PlainTextInput,
    "static_select": blockkit.StaticSelect,
    "external_select": blockkit.ExternalSelect,
    "multi_users_select": blockkit.MultiUsersSelect,
    "checkboxes": blockkit.Checkboxes,
    "datepicker": blockkit.DatePicker,
    "file_input": blockkit.FileInput,
    "multi_static_select": blockkit.MultiStaticSelect,
    "divider": blockkit.Divider,
}


def carry(command: Command) -> str:
    text = wire.to_json(command)
    return text if len(text) <= 2000 else keeping.token(text, bytes(32))


def image(drawing: Drawing) -> dict[str, Any]:
    return {"slack_file": {"id": "F1"}}


def unseen(drawing: Drawing) -> None:
    return None


LOOKS = st.sampled_from([Look(TEAM, image, carry, ShowBadges()), Look(TEAM, unseen, carry)])


def judged(value: Any, inside: str = "") -> Any:
    """Make a payload with another implementation's classes, which check as they build."""
    if isinstance(value, list):
        return [judged(one, inside) for one in value]
    if not isinstance(value, dict):
        return value
    given = {key: judged(one, key) for key, one in value.items() if key != "type"}
    if given.get("min_query_length") == 0:
        given["min_query_length"] = 1  # Slack itself takes 0: then choices stand there before anything is typed
    match value.get("type"):
        case "plain_text":
            return blockkit.Text(given["text"], emoji=given["emoji"], type=blockkit.Text.PLAIN)
        case "image":
            given["alt_text"] = given["alt_text"][:255]  # Slack itself takes 2,000
            return (blockkit.ImageEl if inside == "accessory" else blockkit.Image)(**given)
        case None if inside == "style":
            return blockkit.RichStyle(**given)
        case None if inside == "slack_file":
            return blockkit.SlackFile(**given)
        case None if inside == "option_groups":
            return blockkit.OptionGroup(**given)
        case "static_select" if "option_groups" in value:
            given.pop("initial_option", None)  # they compare it with the groups; `check_view` looks inside them
            return blockkit.StaticSelect(**given)
        case None if inside in ("options", "initial_option", "initial_options"):
            return blockkit.Option(**given)
        case None:
            return blockkit.DispatchActionConfig(**given)
    return COMPONENTS[value["type"]](**given)


def check_by_others(made: list[dict[str, Any]]) -> None:
    for block in made:
        judged(block).build()
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()


@slow
@given(replies("slack", TEAM, "U1"), LOOKS)
def test_a_message_stays_within_the_limits(reply: Reply, look: Look) -> None:
    made = blocks(reply, look)
    if made:
        check(made, 50)
        check_by_others(made)
    assert 1 <= len(fallback(reply, look)) <= 12_000
    mentioned = {one["user_id"] for one in walk(made) if one.get("type") == "user"}
    assert mentioned <= {"U1"}
    assert not {"broadcast", "usergroup"} & {one.get("type") for one in walk(made)}
    assert {one["channel_id"] for one in walk(made) if one.get("type") == "channel"} <= {"U1"}
    assert "<" not in fallback(reply, look)


@slow
@given(forms(), LOOKS)
def test_a_modal_stays_within_the_limits(form: Form, look: Look) -> None:
    view = views.modal(Reply(("Say:",), (form,)), form, look, views.Kept("C1", "https://x/" * 5, carry(form.command)))
    check_view(view)
    check_by_others(view["blocks"])
    View(**view).validate_json()
    inputs = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    assert inputs == [f"field:{field.name}" for field in form.fields]


@settings(slow, max_examples=30)
@given(
    st.text(st.sampled_from('ж"\\\n李👩'), max_size=views.COMMAND + 100),
    st.integers(0, 400),
)
def test_a_modal_remembers_its_command_within_the_limit(text: str, length: int) -> None:
    command = carry(SaveBadge(text, "", ""))
    kept = views.Kept("C0123456789", "https://hooks.slack.com/" + "x" * length, command)
    assert views.Kept.read(str(kept)) == kept
    assert len(str(kept)) <= 3000


@pytest.mark.parametrize("text", ["", "x", '["a", "b", "c"]', "a\nb", "a\nb\nc\nd"])
def test_what_a_modal_never_remembered_is_nothing(text: str) -> None:
    assert views.Kept.read(text) == views.Kept()


@settings(slow, max_examples=15)
@given(replies("slack", TEAM, "U1"), LOOKS)
def test_a_home_stays_within_the_limits(reply: Reply, look: Look) -> None:
    made = views.home(reply, look)
    if made["blocks"]:
        check_view(made)
        check_by_others(made["blocks"])


@pytest.mark.parametrize("many", [0, 1, 100, 101, 950])
def test_a_choice_of_any_length_is_one_of_its_own_options(many: int) -> None:
    options = tuple(Option(f"v{number}", f"Choice {number}") for number in range(many))
    field = Field("which", "Which", "choice", f"v{many - 1}", options=options)
    look = Look(TEAM, unseen, carry)
    view = views.modal(Reply(()), Form("Choose", "Go", ShowBadges(), (field,)), look, views.Kept())
    check_view(view)
    check_by_others(view["blocks"])
    assert sum("value" in one and "text" in one for one in walk(view["blocks"])) >= many


@pytest.mark.parametrize(
    ("url", "api", "ours"),
    [
        ("https://files.slack.com/files-pri/T1-F1/download/essay.pdf", API, True),
        ("https://slack.com/x", API, True),
        ("https://files.slack-gov.com/x", API, True),
        ("http://files.slack.com/x", API, False),
        ("https://slack.com.example.org/x", API, False),
        ("https://notslack.com/x", API, False),
        ("https://docs.example.org/x", API, False),
        ("https://user@docs.example.org:443/slack.com", API, False),
        ("http://127.0.0.1:81/x", "http://127.0.0.1:81/api/", True),
        ("http://127.0.0.1:82/x", "http://127.0.0.1:81/api/", False),
        ("", API, False),
    ],
)
def test_the_token_is_for_slack_alone(url: str, api: str, ours: bool) -> None:
    assert is_slacks(url, api) == ours
