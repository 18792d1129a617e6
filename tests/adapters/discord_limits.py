"""What Discord takes: its own description of its interface, and the limits that it documents beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator

Json = dict[str, Any]
DESCRIPTION = Path(__file__).with_name("discord_schemas.json")
"""Those parts of Discord's OpenAPI description that say what a bot may send."""
V2 = 32768


@cache
def _validator(name: str) -> Draft202012Validator:
    described = json.loads(DESCRIPTION.read_text("utf-8"))
    # Discord takes ids as numbers, too, and discord.py sends some of them as such.
    described["components"]["schemas"]["SnowflakeType"]["type"] = ["string", "integer"]
    return Draft202012Validator({**described, "$ref": f"#/components/schemas/{name}"})


def _described(name: str, value: Any) -> list[str]:
    return [f"{name}: {error.json_path}: {error.message[:200]}" for error in _validator(name).iter_errors(value)]


def components(parts: list[Json]) -> Iterator[Json]:
    """Give every component, those inside others, too."""
    for part in parts:
        yield part
        yield from components(part.get("components", []))
        for inner in ("accessory", "component"):
            if inner in part:
                yield from components([part[inner]])


def problems_of_message(said: Json, files: dict[str, bytes]) -> list[str]:
    """Give what Discord would not take of a message."""
    problems = _described("MessageCreateRequest", said)
    if said.get("content") or said.get("embeds"):
        problems.append("content and embeds are switched off where there are components of the second kind")
    if not int(said.get("flags") or 0) & V2:
        problems.append("the flag of the second kind of components is missing")
    every = list(components(said.get("components") or []))
    if not 1 <= len(every) <= 40:
        problems.append(f"{len(every)} components")
    texts = [str(one["content"]) for one in every if one["type"] == 10]
    if sum(map(len, texts)) > 4000:
        problems.append(f"{sum(map(len, texts))} characters together")
    if not all(text.strip() for text in texts):
        problems.append("an empty text")
    problems += _ids(every)
    problems += [f"an address that no button takes: {one['url'][:80]}" for one in every if not _opens(one)]
    problems += [f"a label with nothing in it: {one}" for one in every if one["type"] == 2 and not one["label"].strip()]
    return problems + _pictures(said, every, files) + _mentions(said)


def problems_of_modal(said: Json) -> list[str]:
    """Give what Discord would not take of a modal."""
    problems = _described("ModalInteractionCallbackRequestData", said)
    if len(said["components"]) > 5:
        problems.append(f"{len(said['components'])} components in a modal")
    every = list(components(said["components"]))
    problems += _ids([*every, {"type": 0, "custom_id": "modal"}])
    for one in every:
        if one["type"] == 4 and len(one.get("value") or "") > one.get("max_length", 4000):
            problems.append("a value longer than its field")
        if one["type"] in (3, 5) and one.get("min_values", 1) == 0 and one.get("required", True):
            problems.append("a menu that must be answered with nothing")
    return problems


def problems_of_commands(commands: list[Json]) -> list[str]:
    """Give what Discord would not take of the application commands."""
    problems = [p for command in commands for p in _described("ApplicationCommandUpdateRequest", command)]
    for kind, most in ((1, 100), (2, 15), (3, 15)):
        names = [command["name"] for command in commands if command.get("type", 1) == kind]
        if len(names) > most or len(set(names)) < len(names):
            problems.append(f"{len(names)} commands of type {kind}")
    for command in commands:
        if command.get("type", 1) == 1:
            problems += _slash(command, command["name"])
        elif command.get("description"):
            problems.append(f"{command['name']}: a menu has no description")
    return problems


def _slash(node: Json, path: str) -> list[str]:
    problems = []
    if not re.fullmatch(r"[-_\w]{1,32}", node["name"]) or node["name"] != node["name"].lower():
        problems.append(f"{path}: its name")
    if not 1 <= len(node["description"]) <= 100:
        problems.append(f"{path}: its description")
    options = node.get("options") or []
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        problems.append(f"{path}: what is required comes first")
    if len({option["name"] for option in options}) < len(options) or len(options) > 25:
        problems.append(f"{path}: its options")
    for option in options:
        problems += _slash(option, f"{path} {option['name']}")
        if option.get("autocomplete") and option.get("choices"):
            problems.append(f"{path} {option['name']}: choices and autocomplete")
    return problems


def _ids(every: list[Json]) -> list[str]:
    ids = [one["custom_id"] for one in every if one.get("custom_id") is not None]
    values = [[o["value"] for o in one["options"]] for one in every if one["type"] == 3]
    twice = len(set(ids)) < len(ids) or any(len(set(v)) < len(v) for v in values)
    return ["an id that stands there twice"] if twice else []


def _opens(one: Json) -> bool:
    if one["type"] != 2 or "url" not in one:
        return True
    host = urlsplit(one["url"]).hostname or ""
    return "custom_id" not in one and one["style"] == 5 and ("." in host or ":" in host)


def _pictures(said: Json, every: list[Json], files: dict[str, bytes]) -> list[str]:
    there = {attachment["filename"] for attachment in said.get("attachments") or ()}
    media = [one["media"]["url"] for one in every if "media" in one]
    media += [item["media"]["url"] for one in every if one["type"] == 12 for item in one["items"]]
    wanted = {url.removeprefix("attachment://") for url in media}
    problems = [f"no file for {name}" for name in wanted - there]
    problems += [f"nothing shows {name}" for name in there - wanted]
    if sum(map(len, files.values())) > 25 * 2**20 or any(len(file) > 10 * 2**20 for file in files.values()):
        problems.append("files that are too big")
    return problems


def _mentions(said: Json) -> list[str]:
    allowed = said.get("allowed_mentions")
    if allowed is None or allowed.get("parse") or allowed.get("roles"):
        return [f"mentions that nobody meant: {allowed}"]
    return []
