"""Commands as text and back, so that a button, a form or another process can carry one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from bot.core import commands
from bot.core.commands import Command

KINDS: dict[str, type[Command]] = {kind.__name__: kind for kind in get_args(commands.Command)}
_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in KINDS.values()}


class NotACommand(ValueError):
    """The text is no command, or a field of it has the wrong type."""


def to_json(command: Command) -> str:
    """Give the command as one JSON object: its name, and those fields that differ from their default."""
    kind = type(command)
    fields = _ADAPTERS[kind].dump_python(command, mode="json", exclude_defaults=True)
    return json.dumps({kind.__name__: fields}, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Command:
    """Read what `to_json` wrote.

    Raises `NotACommand` for anything else: the text may come from a browser and cannot be trusted.
    What the command may do is decided when it is asked, by who asks it.
    """
    try:
        [(name, fields)] = json.loads(text).items()
        return _checked(KINDS[name], fields)
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise NotACommand(str(error)[:200]) from error


def fill(command: Command, answers: Mapping[str, object], *, draft: bool = False) -> Command:
    """Put a form's answers into its command; with `draft`, ask only to have them checked.

    Raises `NotACommand` when an answer has no place in the command or the wrong type, or when a command
    that knows no drafts is asked for one: it would be carried out.
    """
    kind = type(command)
    known = _ADAPTERS[kind].dump_python(command)
    asked = answers.keys() | ({"draft"} if draft else set())
    if strays := asked - known.keys():
        raise NotACommand(f"{kind.__name__} has no {', '.join(sorted(strays))}")
    # Browsers end lines with CR LF; a CR alone has no business in a text that is signed.
    said = {name: a.replace("\r\n", "\n") if isinstance(a, str) else a for name, a in answers.items()}
    return _checked(kind, {**known, **said, **({"draft": True} if draft else {})})


def _checked(kind: type[Command], fields: object) -> Command:
    try:
        command: Command = _ADAPTERS[kind].validate_python(fields)
    except ValidationError as error:
        raise NotACommand(f"{kind.__name__}: {error.error_count()} wrong fields") from error
    quote = getattr(command, "quote", None)
    if quote is not None and quote.at.tzinfo is None:
        raise NotACommand(f"{kind.__name__}: a moment without a time zone")
    return command
