"""Forms as modals, replies in a modal, and what a modal's answers are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.adapters.slack.render import (
    Json,
    Look,
    cut,
    element,
    fitted,
    image,
    node_blocks,
    opening,
    plain_text,
    rich,
    said,
)
from bot.core.port import Field, Form, Option, Person, Reply

BLOCKS = 100  # in one modal or App Home
TITLE = 24
OPTIONS = 100
CHOICE = 75
CHOSEN = 150
HINT = 2_000
INPUT = 3_000
FILES = 10
COMMAND = 2_000  # characters of a form's command: `private_metadata` takes 3,000, with a channel and an address
FORM, SHOWN = "form", "shown"
BADGES = "badges"
"""The action of a select whose choices Laurel finds while somebody types."""
ANSWER = "answer"
_FIELD = "field:"


@dataclass(frozen=True, slots=True)
class Kept:
    """What a modal remembers: where it began, where to answer, and the form's command as `App.carried` gave it."""

    channel: str = ""
    url: str = ""
    command: str = ""

    def __str__(self) -> str:
        """Write it for `private_metadata`, a line each: none of them has a line break, and nothing is escaped twice."""
        return "\n".join((self.channel, self.url, self.command))

    @classmethod
    def read(cls, text: str) -> Kept:
        """Read what was written; nothing of what was not."""
        lines = text.split("\n")
        return cls(*lines) if len(lines) == 3 else cls()


@dataclass(frozen=True, slots=True)
class Uploaded:
    """Files that were put into a modal, as Slack describes them."""

    files: tuple[Mapping[str, Any], ...]


Given = str | bool | list[str] | tuple[str, ...] | Uploaded
"""An answer: a text, yes or no, the ids of users, several choices, or files."""


def modal(reply: Reply, form: Form, look: Look, kept: Kept) -> Json:
    """Make a form into a modal, with what the reply says above it."""
    around = [block for node in reply.nodes if node is not form for block in node_blocks(node, look)]
    heading = [rich([element(cut(form.title, HINT), bold=True)])] if len(form.title) > TITLE else []
    made = [
        *heading,
        *opening(reply, look),
        *around,
        *(block for field in form.fields for block in _field(field, look, live=form.live)),
        *([image(form.preview, look)] if form.preview is not None else []),
    ]
    return {
        "type": "modal",
        "callback_id": FORM,
        "title": plain_text(form.title, TITLE),
        "submit": plain_text(form.submit, TITLE),
        "private_metadata": str(kept),
        "blocks": fitted(made, BLOCKS),
    }


def shown(reply: Reply, look: Look, title: str, kept: Kept) -> Json:
    """Make a reply into a modal that is only read: where there is no channel to answer in."""
    made = [*opening(reply, look), *(block for node in reply.nodes for block in node_blocks(node, look))]
    return {
        "type": "modal",
        "callback_id": SHOWN,
        "title": plain_text(title, TITLE),
        "private_metadata": str(kept),
        "blocks": fitted(made, BLOCKS) or [rich([element("…")])],
    }


def with_words(view: Mapping[str, Any], reply: Reply, look: Look) -> Json:
    """Give a form again that somebody sent, as it was filled in, with what Laurel says to it on top."""
    said_before = [block for block in view["blocks"] if not str(block.get("block_id", "")).startswith("said")]
    top = [*opening(reply, look), *(block for node in reply.nodes for block in node_blocks(node, look))]
    for number, block in enumerate(top):
        block["block_id"] = f"said{number}"
    keys = ("type", "callback_id", "title", "submit", "private_metadata")
    return {**{key: view[key] for key in keys if view.get(key)}, "blocks": [*top, *said_before][:BLOCKS]}


def problems(form: Form) -> dict[str, str]:
    """Give what is wrong with each answer, by the block it stands in."""
    return {_FIELD + field.name: cut(field.problem, HINT) for field in form.fields if field.problem}


def home(reply: Reply, look: Look) -> Json:
    """Make a reply into an App Home."""
    made = [*opening(reply, look), *(block for node in reply.nodes for block in node_blocks(node, look))]
    return {"type": "home", "blocks": fitted(made, BLOCKS)}


def answers(view: Mapping[str, Any], *, files: bool = True) -> dict[str, Given]:
    """Read what was put into a modal, without `files` all but those."""
    found: dict[str, Given] = {}
    for block, actions in view["state"]["values"].items():
        if block.startswith(_FIELD):
            for given in actions.values():
                answer = _answer(given)
                if files or not isinstance(answer, Uploaded):
                    found[block.removeprefix(_FIELD)] = answer
    return found


def options(found: list[Option]) -> list[Json]:
    """Make choices into options of a select."""
    return [{"text": plain_text(one.label, CHOICE), "value": one.value[:CHOSEN] or "-"} for one in found[:OPTIONS]]


def _answer(given: Mapping[str, Any]) -> Given:
    match given["type"]:
        case "multi_users_select":
            return list(given.get("selected_users") or ())
        case "multi_static_select":
            return tuple(str(one["value"]) for one in given.get("selected_options") or ())
        case "file_input":
            return Uploaded(tuple(given.get("files") or ()))
        case "checkboxes":
            return bool(given.get("selected_options"))
        case "datepicker":
            return str(given.get("selected_date") or "")
        case "static_select" | "external_select":
            return str((given.get("selected_option") or {}).get("value", ""))
    return str(given.get("value") or "")


def _field(field: Field, look: Look, *, live: bool) -> list[Json]:
    block: Json = {
        "type": "input",
        "block_id": _FIELD + field.name,
        "label": plain_text(field.label, HINT),
        "element": {"action_id": ANSWER, **_KINDS[field.kind](field)},
        "optional": not field.required or field.kind == "yes",
    }
    if field.hint:
        block["hint"] = plain_text(field.hint, HINT)
    if live and block["element"]["type"] != "file_input":
        block["dispatch_action"] = True
        if field.kind in ("line", "text"):
            block["element"]["dispatch_action_config"] = {"trigger_actions_on": ["on_enter_pressed"]}
    if not field.problem:
        return [block]
    words = said((f"⚠ {field.problem}",), look)
    return [block, {**rich(words), "block_id": f"problem:{field.name}"}]


def _written(field: Field) -> Json:
    most = min(field.max_length or INPUT, INPUT)
    made: Json = {"type": "plain_text_input", "multiline": field.kind == "text", "max_length": most}
    return {**made, "initial_value": str(field.value)[:most]} if field.value else made


def _choice(field: Field) -> Json:
    made: Json
    all_of_them = list(field.options)
    if field.badges:
        made = {"type": "external_select", "action_id": BADGES, "min_query_length": 0}
    elif len(all_of_them) > OPTIONS:
        groups = [all_of_them[start : start + OPTIONS] for start in range(0, len(all_of_them), OPTIONS)]
        made = {"type": "static_select", "option_groups": [_group(group) for group in groups[:OPTIONS]]}
    else:  # Slack takes no list that is empty
        made = {"type": "static_select", "options": options(all_of_them or [Option("", "…")])}
    chosen = [one for one in field.options if one.value == field.value]
    return {**made, "initial_option": options(chosen)[0]} if chosen else made


def _group(found: list[Option]) -> Json:
    return {"label": plain_text(f"{found[0].label[:30]} … {found[-1].label}", CHOICE), "options": options(found)}


def _people(field: Field) -> Json:
    made: Json = {"type": "multi_users_select"}
    if isinstance(field.value, tuple) and field.value:
        made["initial_users"] = [one.ref.id for one in field.value if isinstance(one, Person)]
    return made


def _yes(field: Field) -> Json:
    one = options([Option("yes", field.label)])
    return {"type": "checkboxes", "options": one, **({"initial_options": one} if field.value else {})}


def _date(field: Field) -> Json:
    return {"type": "datepicker", **({"initial_date": field.value} if field.value else {})}


def _files(field: Field) -> Json:
    if not field.options:
        return {"type": "file_input", "max_files": min(field.most or FILES, FILES)}
    chosen = [one for one in field.options if isinstance(field.value, tuple) and one.value in field.value]
    made: Json = {"type": "multi_static_select", "options": options(list(field.options))}
    return {**made, "initial_options": options(chosen)} if chosen else made


_KINDS: dict[str, Callable[[Field], Json]] = {
    "line": _written,
    "text": _written,
    "choice": _choice,
    "yes": _yes,
    "people": _people,
    "date": _date,
    "files": _files,
}
