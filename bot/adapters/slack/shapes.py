"""The shapes of what Slack sends. What has none of them is junk, and is refused before anything reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Fits = Callable[[Any], bool]


def sound(body: object) -> bool:
    """Tell whether a body is one that Slack sends and Laurel reads."""
    if not isinstance(body, Mapping) or not _COMMON(body):
        return False
    if "command" in body:
        return _SLASH(body)
    if "ssl_check" in body:
        return True
    shape = _BY_TYPE.get(body["type"]) if isinstance(body.get("type"), str) else None
    return shape is not None and shape(body)


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _flag(value: Any) -> bool:
    return isinstance(value, bool | str)


def _number(value: Any) -> bool:
    return isinstance(value, int | float)


def _stamp(value: Any) -> bool:
    return isinstance(value, str) and value.replace(".", "", 1).isdecimal() and value.isascii() and len(value) < 30


def _maybe(fits: Fits) -> Fits:
    return lambda value: value is None or fits(value)


def _either(*several: Fits) -> Fits:
    return lambda value: any(fits(value) for fits in several)


def _each(fits: Fits, *, least: int = 0) -> Fits:
    return lambda value: isinstance(value, list) and len(value) >= least and all(map(fits, value))


def _values(fits: Fits) -> Fits:
    return lambda value: isinstance(value, dict) and all(map(fits, value.values()))


def _having(needed: Mapping[str, Fits], maybe: Mapping[str, Fits] | None = None) -> Fits:
    """Make what fits an object: with all that is `needed`, and what may be there as it should be."""
    wanted = dict(needed) | {name: _maybe(fits) for name, fits in (maybe or {}).items()}
    required = frozenset(needed)

    def fits(value: Any) -> bool:
        if not (isinstance(value, Mapping) and required <= value.keys()):
            return False
        return all(name not in value or fits(value[name]) for name, fits in wanted.items())

    return fits


_NAMED = _having({"id": _text}, {"domain": _text, "enterprise_id": _text, "team_id": _text, "name": _text})
_VIEW = _having(
    {"id": _text, "type": _text},
    {
        "app_installed_team_id": _text,
        "blocks": _each(_having({"type": _text})),
        "callback_id": _text,
        "hash": _text,
        "private_metadata": _text,
        "team_id": _text,
    },
)
_OPTION = _having({"value": _text})
_GIVEN = _having(
    {"type": _text},
    {
        "selected_date": _text,
        "selected_option": _OPTION,
        "selected_options": _each(_OPTION),
        "selected_users": _each(_text),
        "value": _text,
    },
)
_FORM = _having(
    {
        "id": _text,
        "blocks": _each(_having({"type": _text})),
        "callback_id": _text,
        "hash": _text,
        "private_metadata": _text,
        "state": _having({"values": _values(_values(_GIVEN))}),
    }
)


def _done(needed: Mapping[str, Fits], maybe: Mapping[str, Fits] | None = None) -> Fits:
    """Make what fits something that a member pressed, sent or chose."""
    return _having({"user": _NAMED, **needed}, {"channel": _NAMED, "team": _NAMED, **(maybe or {})})


# What bolt itself looks at, wherever it stands.
_COMMON = _having(
    {},
    {
        "assistant_thread": _having({}),
        "authorizations": _each(
            _having({}, {"enterprise_id": _text, "is_enterprise_install": _flag, "team_id": _text, "user_id": _text})
        ),
        "bot_access_token": _text,
        "channel": _either(_text, _NAMED),
        "channel_id": _text,
        "container": _having({}),
        "enterprise": _either(_text, _NAMED),
        "enterprise_id": _text,
        "event": _having({}),
        "event_id": _text,
        "event_time": _number,
        "function_data": _having({}),
        "function_execution_id": _text,
        "is_enterprise_install": _flag,
        "is_ext_shared_channel": _flag,
        "item": _having({}),
        "message": _having({}),
        "previous_message": _having({}),
        "response_url": _text,
        "response_urls": _each(_having({})),
        "team": _either(_text, _NAMED),
        "team_id": _text,
        "thread_ts": _text,
        "user": _either(_text, _NAMED),
        "user_id": _text,
        "view": _VIEW,
    },
)
_SLASH = _having(
    {"command": _text, "user_id": _text, "team_id": _text},
    {"text": _text, "channel_id": _text, "user_name": _text, "trigger_id": _text, "response_url": _text},
)
_EVENT = _having(
    {"type": _text},
    {
        "bot_id": _text,
        "channel": _either(_text, _having({})),
        "team": _text,
        "thread_ts": _text,
        "user": _either(_text, _having({"id": _text})),
        "user_team": _text,
    },
)
_BY_TYPE: dict[str, Fits] = {
    "block_actions": _done({"trigger_id": _text, "actions": _each(_having({"action_id": _text}), least=1)}),
    "block_suggestion": _done({"action_id": _text}, {"value": _text}),
    "event_callback": _having({"event": _EVENT, "event_id": _text, "team_id": _text}),
    "message_action": _done(
        {
            "trigger_id": _text,
            "callback_id": _text,
            "channel": _NAMED,
            "message": _having({"ts": _stamp}, {"user": _text, "bot_id": _text, "text": _text}),
        }
    ),
    "url_verification": _having({"challenge": _text}),
    "view_submission": _done({"view": _FORM}, {"trigger_id": _text}),
}
