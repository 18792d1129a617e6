"""Slack's rigs: the real bolt app and Web API client, a Slack on loopback; by signed HTTP and by Socket Mode."""

from __future__ import annotations

import asyncio
import copy
import itertools
import json
import re
import socket
import time
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import ClassVar, Self
from urllib.parse import urlencode

import httpx
import uvicorn
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import select

from bot.adapters.slack import Access, Slack, views
from bot.core.app import App
from bot.core.db import Database
from bot.core.founding import Founder, add_starter, found
from bot.core.models import BadgeClass
from bot.core.outbox import Outbox
from bot.core.site import Site
from bot.web import build
from tests.adapters.rig import Answer, Seen, SeenForm, Upload
from tests.adapters.slack_fake import (
    APP_TOKEN,
    BOT,
    BOT_TOKEN,
    CLASS,
    GROUP,
    HANDLES,
    SECRET,
    TEAM,
    USERS,
    FakeSlack,
    Json,
    walk,
)
from tests.conftest import Clock


class SlackRig:
    """Laurel in a workspace, by signed requests to its web server."""

    access: ClassVar[Mapping[str, str]] = {"signing_secret": SECRET}

    def __init__(self, database: Database, clock: Clock, *, public: bool = False) -> None:
        self.database, self.clock = database, clock
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        pages = "https://badges.example.edu" if public else self.address
        self.site = Site(pages=pages, master_key=bytes(range(32)), public=public)
        self.app = App(database, self.site, clock=clock)
        self.slack = FakeSlack()
        self.events = itertools.count()
        self._pinged: set[str] = set()

    async def __aenter__(self) -> Self:
        await self.slack.__aenter__()
        await asyncio.to_thread(self._furnish)
        self.platform = self._platform()
        self.outbox = Outbox(self.database, self.site, {"slack": self.platform}, self.clock)
        web = build(self.app, extra=self.platform.routes())
        self.server = uvicorn.Server(uvicorn.Config(web, log_config=None, timeout_graceful_shutdown=2))
        self.serving = asyncio.create_task(self.server.serve(sockets=[self.socket]))
        self.running = asyncio.create_task(self.platform.run())
        self.http = httpx.AsyncClient(base_url=self.address, timeout=60)
        return self

    def _platform(self) -> Slack:
        return Slack(self.app, Access(BOT_TOKEN, **self.access, api=self.slack.api), ["teachers"])

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)
        await self.http.aclose()
        self.server.should_exit = True
        await self.serving
        await self.slack.__aexit__()
        assert not self.slack.broken, self.slack.broken[0]

    def _furnish(self) -> None:
        now = self.clock()
        with self.database.write() as db:
            organisation = found(db, self.site, now, Founder("Riverside School", "", "en", "Europe/London"))
            add_starter(db, now, organisation)

    # -- what Slack sends --------------------------------------------------------------------------------------

    async def send(self, kind: str, payload: Json, **headers: str) -> Json:
        """Send what Slack would, and give the acknowledgement."""
        if kind == "slash_commands":
            body, form = urlencode(payload), True
        elif kind == "interactive":
            body, form = urlencode({"payload": json.dumps(payload)}), True
        else:
            body, form = json.dumps(payload), False
        answer = await self.post(body, form=form, headers=headers)
        assert answer.status_code == 200, answer.text
        json_sent = answer.headers.get("content-type", "").startswith("application/json")
        return answer.json() if json_sent else {"text": answer.text}  # type: ignore[no-any-return]

    async def post(self, body: str, *, form: bool, headers: Mapping[str, str]) -> httpx.Response:
        stamp = str(int(time.time()))
        signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body) or ""
        sent = {
            "Content-Type": "application/x-www-form-urlencoded" if form else "application/json",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature,
            **headers,
        }
        return await self.http.post("/slack/events", content=body, headers=sent)

    # -- what people do ----------------------------------------------------------------------------------------

    async def type(self, who: str, text: str, *, where: str = "class-8b", event_id: str | None = None) -> Seen:
        user, channel = USERS[who][0], CLASS if where == "class-8b" else "D" + USERS[who][0][1:]
        if not text.startswith("/"):
            message = self.slack.post(channel, user, mentions(escaped(text)))
            if channel == CLASS:
                return Seen("")
            await self.event({"type": "message", "channel_type": "im", **message}, event_id)
            return self._message(self.slack.channels[channel][-1])
        name, _, rest = text.partition(" ")
        trigger = event_id or self.slack.trigger()
        self.slack.triggers.add(trigger)
        line = f"line-{next(self.events)}"
        body = {
            "command": name,
            "text": mentions(escaped(rest)),
            "team_id": TEAM,
            "user_id": user,
            "user_name": who,
            "channel_id": channel,
            "trigger_id": trigger,
            "response_url": f"{self.slack.address}/respond/{line}",
        }
        headers = {"x-slack-retry-num": "1"} if event_id else {}
        return await self._done("slash_commands", body, line, **headers)

    async def event(self, event: Json, event_id: str | None = None) -> None:
        body = {"type": "event_callback", "team_id": TEAM, "event_id": event_id or f"Ev{next(self.events)}"}
        await self.send("events_api", {**body, "event": event})
        await self.platform.listening.drain()

    async def press(self, who: str, label: str, *, on: Seen, event_id: str | None = None) -> Seen:
        [action] = [b for b in _buttons(on.raw) if labelled(b["text"]["text"], label)][:1]
        line = f"line-{next(self.events)}"
        trigger = event_id or self.slack.trigger()
        raw = on.raw
        body: Json = {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": USERS[who][0], "team_id": TEAM},
            "trigger_id": trigger,
            "actions": [{"type": "button", "action_id": action["action_id"], "value": action["value"]}],
        }
        if raw.get("type") in ("modal", "home"):
            body["view"] = raw
        else:
            body |= {
                "channel": {"id": raw.get("channel", CLASS)},
                "container": {"is_ephemeral": "ts" not in raw},
                "response_url": f"{self.slack.address}/respond/{line}",
            }
        return await self._done("interactive", body, line)

    async def fill(self, who: str, seen: Seen, answers: Mapping[str, Answer], *, event_id: str | None = None) -> Seen:
        view = copy.deepcopy(seen.raw)
        values = {}
        for block in view["blocks"]:
            if block["type"] != "input":
                continue
            name = block["block_id"].removeprefix("field:")
            given = answers.get(name)
            values[block["block_id"]] = {block["element"]["action_id"]: self._state(block["element"], given)}
            _remember(block["element"], values[block["block_id"]])
        view["state"] = {"values": values}
        body = {
            "type": "view_submission",
            "team": {"id": TEAM},
            "user": {"id": USERS[who][0], "team_id": TEAM},
            "trigger_id": event_id or self.slack.trigger(),
            "view": view,
        }
        line = views.Kept.read(view["private_metadata"]).url.rpartition("/")[2]
        before = len(self.slack.responses[line])
        ack = await self.send("interactive", body)
        await self.platform.listening.drain()
        match ack.get("response_action"):
            case "errors":
                known = seen_view(view)
                problems = {k.removeprefix("field:"): v for k, v in ack["errors"].items()}
                form = known.form and SeenForm(known.form.title, known.form.submit, known.form.fields, problems)
                return Seen(known.text, "refused", "laurel", known.buttons, form=form, raw=view)
            case "update":
                shown = self.slack.update(view["id"], ack["view"]) if view["id"] in self.slack.views else ack["view"]
                return seen_view({**view, **shown}, kind="refused")
        self.slack.close()
        return self._message(self.slack.responses[line][-1] if len(self.slack.responses[line]) > before else {})

    def _state(self, element: Json, given: Answer | None) -> Json:
        match element["type"]:
            case "multi_users_select":
                chosen = (
                    [USERS[h][0] for h in map(str, given)]
                    if isinstance(given, tuple)
                    else element.get("initial_users", [])
                )
                return {"type": element["type"], "selected_users": chosen}
            case "checkboxes":
                on = bool(element.get("initial_options")) if given is None else given
                return {"type": element["type"], "selected_options": element["options"] if on else []}
            case "file_input":
                uploads = [one for one in given if isinstance(one, Upload)] if isinstance(given, tuple) else []
                assert len(uploads) <= element["max_files"]
                return {"type": element["type"], "files": [self.slack.file(one.name, one.data) for one in uploads]}
            case "multi_static_select":
                wanted = [o for o in element["options"] if isinstance(given, tuple) and o["text"]["text"] in given]
                options = element.get("initial_options", []) if given is None else wanted
                return {"type": element["type"], "selected_options": options}
            case "datepicker":
                return {"type": element["type"], "selected_date": given or element.get("initial_date")}
            case "static_select" | "external_select":
                options = element.get("options") or self._badges()
                chosen = [o for o in options if given in (o["value"], o["text"]["text"])]
                option = chosen[0] if chosen else element.get("initial_option")
                return {"type": element["type"], "selected_option": option}
        return {"type": element["type"], "value": element.get("initial_value") if given is None else given}

    def _badges(self) -> list[Json]:
        with self.database.read() as db:
            return [{"value": b.id, "text": {"text": b.name}} for b in db.scalars(select(BadgeClass))]

    async def share(self, who: str, text: str, *files: Upload) -> Seen:
        """Let somebody write in the class's channel, with files."""
        return self._message(self.slack.post(CLASS, USERS[who][0], text, {one.name: one.data for one in files}))

    async def award_message(self, who: str, message: Seen) -> Seen:
        line = f"line-{next(self.events)}"
        raw = message.raw
        body = {
            "type": "message_action",
            "callback_id": "award_message",
            "team": {"id": TEAM, "domain": "riverside"},
            "user": {"id": USERS[who][0], "team_id": TEAM},
            "channel": {"id": raw["channel"]},
            "message": {k: raw[k] for k in ("ts", "user", "text", "files") if k in raw},
            "trigger_id": self.slack.trigger(),
            "response_url": f"{self.slack.address}/respond/{line}",
        }
        return await self._done("interactive", body, line)

    async def _done(self, kind: str, body: Json, line: str, **headers: str) -> Seen:
        opened = len(self.slack.opened)
        await self.send(kind, body, **headers)
        await self.platform.listening.drain()
        if len(self.slack.opened) > opened:
            return seen_view(self.slack.opened[-1])
        said = self.slack.responses[line]
        return self._message(said[-1] if said else {})

    # -- what people see ---------------------------------------------------------------------------------------

    async def channel(self, where: str = "class-8b") -> list[Seen]:
        del where
        return [self._message(message) for message in self.slack.channels[CLASS]]

    async def direct(self, who: str) -> list[Seen]:
        return [self._message(message) for message in self.slack.channels["D" + USERS[who][0][1:]]]

    def pinged(self) -> set[str]:
        return set(self._pinged)

    async def settle(self) -> None:
        while await self.outbox.pump():
            pass
        await self.platform.listening.drain()  # App Home follows
        for message in self.slack.channels[CLASS]:
            if message["user"] == BOT:
                self._pinged |= {HANDLES[o["user_id"]] for o in walk(message.get("blocks")) if o.get("type") == "user"}
                assert "<!" not in message["text"]
                assert "<@" not in message["text"]

    def _message(self, message: Json) -> Seen:
        if not message:
            return Seen("", raw=message)
        if "blocks" not in message:
            author = HANDLES.get(message["user"], message["user"])
            return Seen(unescaped(message["text"]), author=author, raw=message)
        return seen_blocks(message["blocks"], message)


class SlackSocketRig(SlackRig):
    """The same by Socket Mode: Laurel opens the line, and has no address of its own."""

    access: ClassVar[Mapping[str, str]] = {"app_token": APP_TOKEN}

    async def send(self, kind: str, payload: Json, **headers: str) -> Json:
        del headers
        return await self.slack.push(kind, payload)


# -- reading what Slack would draw -------------------------------------------------------------------------------


def seen_view(view: Json, kind: str = "said") -> Seen:
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    seen = seen_blocks(view["blocks"], view, kind)
    if not inputs:
        return seen
    names = tuple(block["block_id"].removeprefix("field:") for block in inputs)
    form = SeenForm(view["title"]["text"], view["submit"]["text"], names)
    return Seen(seen.text, kind, "laurel", seen.buttons, seen.links, seen.pictures, form, view)


def seen_blocks(blocks: list[Json], raw: Json, kind: str = "") -> Seen:
    said = "\n".join(filter(None, map(_text, blocks)))
    buttons = [one for one in walk(blocks) if one.get("type") == "button"]
    links = [one["url"] for one in walk(blocks) if one.get("type") in ("link", "button") and "url" in one]
    return Seen(
        said,
        kind or ("refused" if any(one.get("type") == "emoji" for one in walk(blocks)) else "said"),
        "laurel",
        tuple(b["text"]["text"] for b in buttons),
        tuple(links),
        tuple(one["alt_text"] for one in walk(blocks) if one.get("type") == "image"),
        None,
        raw,
    )


def _text(block: Json) -> str:
    match block["type"]:
        case "rich_text":
            return "".join(_element(e) for section in block["elements"] for e in section["elements"])
        case "section":
            return str(block["text"]["text"])
        case "input":
            options = [one["text"]["text"] for one in block["element"].get("initial_options", ())]
            return "\n".join([block["label"]["text"], (block.get("hint") or {}).get("text", ""), *options])
    return ""


def _element(element: Json) -> str:
    match element["type"]:
        case "user":
            return "@" + USERS[HANDLES[element["user_id"]]][1]
        case "date":
            return str(element["fallback"])
        case "channel":
            return f"#{element['channel_id']}"
        case "emoji":
            return ""
    return str(element.get("text") or element.get("url"))


def _buttons(raw: Json) -> Iterator[Json]:
    return (one for one in walk(raw.get("blocks")) if one.get("type") == "button")


def _remember(element: Json, state: Json) -> None:
    """Keep what was put in, as the modal does when it is shown again."""
    [given] = state.values()
    for name, initial in {
        "value": "initial_value",
        "selected_users": "initial_users",
        "selected_option": "initial_option",
        "selected_date": "initial_date",
        "selected_options": "initial_options",
    }.items():
        if given.get(name):
            element[initial] = given[name]


def labelled(shown: str, wanted: str) -> bool:
    return shown == wanted or shown.startswith(f"{wanted} ")


def mentions(text: str) -> str:
    """Write handles as Slack sends them."""
    text = text.replace("@class-8b", f"<!subteam^{GROUP}|@class-8b>").replace("@laurel", f"<@{BOT}|laurel>")
    for handle, (user, _) in USERS.items():
        text = re.sub(rf"@{handle}\b", f"<@{user}|{handle}>", text)
    return text


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


__all__ = ["SlackRig", "SlackSocketRig", "seen_blocks", "seen_view"]
