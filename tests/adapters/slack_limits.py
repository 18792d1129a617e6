"""The limits that Slack documents for blocks and views: what breaks one of them is refused."""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]


def walk(value: Any) -> Any:
    """Give every object in what was sent, outermost first."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)


def check(made: list[Json], most: int) -> None:
    """Raise `AssertionError` for blocks that Slack would not take."""
    assert 1 <= len(made) <= most
    words = 0
    ids = [block["block_id"] for block in made if "block_id" in block]
    assert len(ids) == len(set(ids))
    assert all(1 <= len(one) <= 255 for one in ids)
    for one in walk(made):
        match one.get("type"):
            case "text":
                assert 1 <= len(one["text"]) <= 3000
                words += len(one["text"])
            case "link":
                assert 1 <= len(one["url"]) <= 3000
                assert one["text"]
            case "plain_text":
                assert 1 <= len(one["text"]) <= 3000
            case "button":
                assert len(one["text"]["text"]) <= 75
                assert len(one.get("value", "")) <= 2000
                assert len(one.get("url", "")) <= 3000
                assert len(one["action_id"]) <= 255
            case "image":
                assert 1 <= len(one["alt_text"]) <= 2000
                assert "slack_file" in one or one["image_url"].startswith("http")
            case "actions":
                ids = [b["action_id"] for b in one["elements"]]
                assert 1 <= len(ids) == len(set(ids)) <= 25
            case "rich_text":
                assert one["elements"][0]["elements"]
            case "input":
                _check_input(one)
            case "mrkdwn":
                raise AssertionError("only rich and plain texts are shown literally")
    assert words <= 13_200
    assert len(json.dumps(made)) <= 250 * 1024


def check_view(view: Json) -> None:
    """Raise `AssertionError` for a modal or an App Home that Slack would not take."""
    assert view["type"] in ("modal", "home")
    check(view["blocks"], 100)
    assert len(view.get("private_metadata", "")) <= 3000
    assert len(view.get("callback_id", "")) <= 255
    assert len(json.dumps(view)) <= 250 * 1024
    if view["type"] == "modal":
        assert 1 <= len(view["title"]["text"]) <= 24
        inputs = any(block["type"] == "input" for block in view["blocks"])
        assert "submit" in view or not inputs
        assert 1 <= len(view.get("submit", view["title"])["text"]) <= 24


def _check_input(block: Json) -> None:
    assert 1 <= len(block["label"]["text"]) <= 2000
    assert len(block.get("hint", {}).get("text", "")) <= 2000
    element = block["element"]
    match element["type"]:
        case "plain_text_input":
            assert 1 <= element["max_length"] <= 3000
            assert len(element.get("initial_value", "")) <= element["max_length"]
        case "static_select":
            groups = element.get("option_groups") or [element]
            assert 1 <= len(groups) <= 100
            assert all(1 <= len(group["options"]) <= 100 for group in groups)
            assert all(1 <= len(group["label"]["text"]) <= 75 for group in element.get("option_groups", ()))
            there = [option for group in groups for option in group["options"]]
            assert element.get("initial_option", there[0]) in there
        case "checkboxes":
            assert 1 <= len(element["options"]) <= 10
        case "multi_users_select":
            assert len(element.get("initial_users", ())) <= 100
    for option in [*element.get("options", ()), *filter(None, [element.get("initial_option")])]:
        assert 1 <= len(option["text"]["text"]) <= 75
        assert 1 <= len(option["value"]) <= 150
