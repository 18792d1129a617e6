"""Discord's application commands: the room's, with typed options; their words come from the core."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import discord

from bot.adapters.discord.fitting import Json, cut
from bot.core.slashes import NAMES
from bot.core.words.helping import describe
from bot.core.words.menus import group, menu, option, rhythm

DESCRIPTION = 100
STUDENTS = tuple(f"student{n}" for n in range(2, 11))
TEXT, YES, USER, ROLE, FILE = 3, 5, 6, 8, 11
LONGEST = 4_000
AWARD_MESSAGE, AWARD_PERSON, SHOW_BADGES = "award-message", "award-person", "show-badges"
RHYTHMS = ("day", "weekday", "week", "month", "never")
MENUS = {AWARD_MESSAGE: 3, AWARD_PERSON: 2, SHOW_BADGES: 2}
SERVER, DIRECT, ELSEWHERE = 0, 1, 2
"""Contexts: servers, the conversation with Laurel, other people's conversations."""
BY_SERVER, BY_USER = 0, 1
"""Who installed Laurel."""

Say = Callable[[str], str]


@cache
def commands() -> tuple[Json, ...]:
    """Give every command as Discord's API takes it."""
    badge = _option("badge", TEXT, autocomplete=True, required=True)
    made = [
        _slash(
            "award",
            "award",
            _option("student", USER),
            _option("badge", TEXT, autocomplete=True),
            _option("reason", TEXT),
            _option("evidence", TEXT),
            _option("level", TEXT),
            _option("file", FILE, "attachment"),
            *(_option(name, USER, "another") for name in STUDENTS),
            _option("students", TEXT),
            _option("role", ROLE),
        ),
        _group(
            "mybadges",
            _sub("show", "mybadges", _option("member", USER, "whose")),
            _sub("privacy", "mybadges-privacy"),
            _sub("take", "mybadges-take"),
            _sub("portfolio", "mybadges-portfolio"),
            _sub("identity", "mybadges-identity", _option("address", TEXT, "identity")),
            everywhere=True,
        ),
        _group(
            "goals",
            _sub("list", "goals"),
            _sub("add", "goals-add", _option("what", TEXT), _option("due", TEXT), _every()),
            _sub("done", "goals-done", _option("goal", TEXT, autocomplete=True, required=True)),
            _sub("drop", "goals-drop", _option("goal", TEXT, autocomplete=True, required=True)),
            _sub("remind", "goals-remind", _option("goal", TEXT, autocomplete=True, required=True), _every()),
            _sub("snooze", "goals-snooze", _option("goal", TEXT, autocomplete=True, required=True)),
            everywhere=True,
        ),
        _group(
            "badge",
            _sub("list", "badge-list", _option("archived", YES)),
            _sub("show", "badge-show", badge),
            _sub("new", "badge-new", _option("name", TEXT)),
            _sub("edit", "badge-edit", badge),
            _sub("archive", "badge-archive", badge),
            _sub(
                "restore", "badge-restore", _option("badge", TEXT, "archived-badge", autocomplete=True, required=True)
            ),
            _sub("role", "badge-role", badge, _option("role", ROLE, "given-role"), _option("stop", YES)),
            _sub("starter", "badge-starter"),
        ),
        _slash("revoke", "revoke", *_taking("because")),
        _slash(
            "verify",
            "verify",
            _option("url", TEXT),
            _option("recipient", TEXT),
            _option("file", FILE),
            everywhere=True,
        ),
        _group(
            "laurel",
            _sub("help", "help", _option("topic", TEXT, choices=[_same(name.lstrip("/")) for name in NAMES])),
            _sub("link", "link", _option("code", TEXT)),
            _sub("unlink", "unlink"),
            _sub("suspend", "suspend", *_taking("because")),
            _sub("reinstate", "reinstate", *_taking()),
            _sub(
                "identity",
                "identity",
                _option("student", USER, "learner", required=True),
                _option("address", TEXT, "learner-identity", required=True),
            ),
            everywhere=True,
        ),
        *(_menu(name, kind) for name, kind in MENUS.items()),
    ]
    return tuple(made)


@cache
def menu_called() -> Mapping[str, str]:
    """Give which entry of a menu has which name, in the language that Discord sends back."""
    return {cut(menu(name, "en"), 32): name for name in MENUS}


def compared(command: Mapping[str, Any]) -> str:
    """Give what of a command Laurel decides, whether it is ours or Discord's copy of it."""
    return json.dumps(_said(command), sort_keys=True, ensure_ascii=False)


_DEFAULTS: dict[str, Any] = {
    "type": None,
    "name": None,
    "description": "",
    "name_localizations": None,
    "description_localizations": None,
    "options": [],
    "required": False,
    "autocomplete": False,
    "choices": [],
    "max_length": None,
    "contexts": None,
    "integration_types": None,
}


def _said(given: Mapping[str, Any]) -> Json:
    said: Json = {}
    for key, default in _DEFAULTS.items():
        value = given.get(key, default)
        if value is None or value in (default, {}):
            continue
        if key == "options":
            said[key] = [_said(one) for one in value]
        elif key == "choices":
            kept = ("name", "value", "name_localizations")
            said[key] = [{k: one[k] for k in kept if one.get(k)} for one in value]
        elif key in ("contexts", "integration_types"):
            said[key] = sorted(value)
        else:
            said[key] = value
    said.setdefault("type", 1)
    return said


def _taking(*more: str) -> Iterable[Json]:
    yield _option("student", USER, "holder", required=True)
    yield _option("badge", TEXT, autocomplete=True, required=True)
    for name in more:
        yield _option("reason", TEXT, name, required=True)


def _every() -> Json:
    return _option("every", TEXT, choices=[_choice(name) for name in RHYTHMS])


def _choice(name: str) -> Json:
    return {**_worded("name", lambda lang: rhythm(name, lang)), "value": name}


def _option(name: str, kind: int, topic: str = "", **more: Any) -> Json:
    made: Json = {"type": kind, "name": name, **_worded("description", lambda lang: option(topic or name, lang))}
    if kind == TEXT and "choices" not in more:
        made["max_length"] = LONGEST
    return {**made, **more}


def _same(name: str) -> Json:
    return {"name": name, "value": name}


def _slash(name: str, topic: str, *options: Json, everywhere: bool = False) -> Json:
    described = _worded("description", lambda lang: describe(topic, lang))
    return {"type": 1, "name": name, **described, "options": list(options), **_where(everywhere)}


def _group(name: str, *subs: Json, everywhere: bool = False) -> Json:
    described = _worded("description", lambda lang: group(name, lang))
    return {"type": 1, "name": name, **described, "options": list(subs), **_where(everywhere)}


def _sub(name: str, topic: str, *options: Json) -> Json:
    return {
        "type": 1,
        "name": name,
        **_worded("description", lambda lang: describe(topic, lang)),
        "options": list(options),
    }


def _menu(name: str, kind: int) -> Json:
    return {"type": kind, **_worded("name", lambda lang: cut(menu(name, lang), 32)), **_where(False)}


def _where(everywhere: bool) -> Json:
    """Give where a command is offered: what only concerns the caller anywhere, the rest where Laurel is a member."""
    if everywhere:
        return {"contexts": [SERVER, DIRECT, ELSEWHERE], "integration_types": [BY_SERVER, BY_USER]}
    return {"contexts": [SERVER, DIRECT], "integration_types": [BY_SERVER]}


def _worded(key: str, words: Say) -> Json:
    """Give a text, and what it is in those of Discord's languages that the core speaks."""
    said = cut(words("en"), DESCRIPTION)
    others = {lang.value: cut(words(lang.value), DESCRIPTION) for lang in discord.Locale}
    localised = {lang: text for lang, text in others.items() if text != said}
    return {key: said, **({f"{key}_localizations": localised} if localised else {})}
