"""The room's rig: the real web application on a real loopback port, and what its page would send."""

from __future__ import annotations

import asyncio
import itertools
import socket
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Self

import httpx
import uvicorn

from bot.adapters.room import Room, sample
from bot.core.app import App
from bot.core.db import Database
from bot.core.founding import Founder, add_starter, found
from bot.core.outbox import Outbox
from bot.core.site import Site
from bot.web import build
from tests.adapters.rig import Answer, Seen, SeenForm, Upload
from tests.conftest import Clock

PERSONAS = {"teacher": "rivera"}
HANDLES = {persona: handle for handle, persona in PERSONAS.items()}


class RoomRig:
    """A room with the sample class, served until the `async with` ends."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.site = Site(pages=self.address, master_key=bytes(range(32)))
        self.app = App(database, self.site, clock=clock)
        self.platform = Room(self.app, database)
        self.outbox = Outbox(database, self.site, {self.platform.name: self.platform}, clock)
        self.events = itertools.count()
        self._pinged: set[str] = set()

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self._furnish)
        web = build(self.app, extra=self.platform.routes(), home="/room")
        self.server = uvicorn.Server(uvicorn.Config(web, log_config=None, timeout_graceful_shutdown=2))
        self.serving = asyncio.create_task(self.server.serve(sockets=[self.socket]))
        self.running = asyncio.create_task(self.platform.run())
        self.http = httpx.AsyncClient(base_url=self.address, headers={"Origin": self.address}, timeout=60)
        # No waiting for the server: its socket listens already, so a first request waits for itself.
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.running.cancel()  # ends the open streams, for which the server would wait
        await asyncio.gather(self.running, return_exceptions=True)
        await self.http.aclose()
        self.server.should_exit = True
        await self.serving

    def _furnish(self) -> None:
        now = self.clock()
        with self.database.write() as db:
            organisation = found(db, self.site, now, Founder("Riverside School", "", "en", "Europe/London"))
            add_starter(db, now, organisation)
        sample.seed(self.database)

    # -- what people do --------------------------------------------------------------------------------------

    async def type(self, who: str, text: str, *, where: str = "class-8b", event_id: str | None = None) -> Seen:
        for handle, persona in PERSONAS.items():
            text = text.replace(f"@{handle}", f"@{persona}")
        return await self._post("send", who, event_id, where, place=where, text=text)

    async def press(self, who: str, label: str, *, on: Seen, event_id: str | None = None) -> Seen:
        [command] = [b["command"] for b in _buttons(on.raw["shown"]) if _labelled(b["label"], label)][:1]
        place = on.raw["place"]
        return await self._post("press", who, event_id, place, place=place, command=command)

    async def fill(self, who: str, seen: Seen, answers: Mapping[str, Answer], *, event_id: str | None = None) -> Seen:
        form = _form(seen.raw["shown"])
        assert form is not None, "no form is open"
        given = {f["name"]: f["value"] for f in form["fields"]}
        for name, value in answers.items():
            if _field(form, name)["kind"] != "files":
                given[name] = _answer(form, name, value)
                continue
            files = [await self._attach(who, one) for one in value if isinstance(one, Upload)]  # type: ignore[union-attr]
            if refused := [one for one in files if "reply" in one]:
                return _seen(refused[0]["reply"], {"shown": refused[0]["reply"], "place": seen.raw["place"]})
            given[name] = [one["file"] for one in files]
        given |= {f["name"]: {"files": given[f["name"]]} for f in form["fields"] if f["kind"] == "files"}
        place = seen.raw["place"]
        return await self._post("submit", who, event_id, place, place=place, command=form["command"], answers=given)

    async def _attach(self, who: str, upload: Upload) -> dict[str, Any]:
        query = {"as": PERSONAS.get(who, who), "name": upload.name}
        answer = await self.http.post("/room/attach", params=query, content=upload.data)
        answer.raise_for_status()
        held: dict[str, Any] = answer.json()
        return held

    async def award_message(self, who: str, message: Seen) -> Seen:
        return await self._post("award", who, None, message.raw["place"], message=message.raw["id"])

    # -- what people see ---------------------------------------------------------------------------------------

    async def channel(self, where: str = "class-8b") -> list[Seen]:
        return [_seen(m["shown"], m) for m in (await self.state("ana"))["places"][where]["messages"]]

    async def direct(self, who: str) -> list[Seen]:
        return [_seen(m["shown"], m) for m in (await self.state(who))["places"]["dm"]["messages"]]

    def pinged(self) -> set[str]:
        return set(self._pinged)

    async def settle(self) -> None:
        while await self.outbox.pump():
            pass
        state = await self.state("ana")
        for channel in state["channels"]:
            for message in state["places"][channel["name"]]["messages"]:
                if message["author"] == state["bot"]:
                    self._pinged |= {HANDLES.get(h, h) for h in _mentioned(message["shown"])}

    async def state(self, who: str) -> dict[str, Any]:
        answer = await self.http.get("/room/state", params={"as": PERSONAS.get(who, who)})
        answer.raise_for_status()
        state: dict[str, Any] = answer.json()
        return state

    async def _post(self, what: str, who: str, event_id: str | None, shown_in: str, **more: Any) -> Seen:
        event = event_id or f"event-{next(self.events)}"
        body = {"as": PERSONAS.get(who, who), "event": event, **more}
        answer = await self.http.post(f"/room/{what}", json=body)
        answer.raise_for_status()
        reply = answer.json()["reply"] or {"kind": "said", "text": [], "nodes": []}
        return _seen(reply, {"shown": reply, "place": shown_in})


# -- reading what the page would draw ------------------------------------------------------------------------


def _seen(shown: dict[str, Any], raw: dict[str, Any]) -> Seen:
    form = _form(shown)
    return Seen(
        text="\n".join(line for line in _lines(shown) if line),
        kind=shown["kind"],
        author=raw.get("author", "laurel"),
        buttons=tuple(b["label"] for b in _buttons(shown)),
        links=tuple(_links(shown)),
        pictures=tuple(_pictures(shown)),
        form=form
        and SeenForm(
            form["title"],
            form["submit"],
            tuple(f["name"] for f in form["fields"]),
            {f["name"]: f["problem"] for f in form["fields"] if f["problem"]},
        ),
        raw=raw,
    )


def _text(spans: list[dict[str, Any]]) -> str:
    return "".join(f"@{s['text']}" if s["is"] == "mention" else s.get("text") or s["at"] for s in spans)


def _lines(shown: dict[str, Any]) -> Iterator[str]:
    yield _text(shown["text"])
    for node in shown["nodes"]:
        match node["is"]:
            case "card":
                yield _text(node["title"])
                yield _text(node["body"])
                yield from (f"{f['label']}: {_text(f['value'])}" for f in node["fields"])
            case "rows":
                for row in node["rows"]:
                    yield _text(row["title"])
                    yield _text(row["detail"])
            case "form":
                yield node["title"]
                yield from (field["label"] for field in node["fields"])


def _walk(value: Any) -> Iterator[dict[str, Any]]:
    """Give every object in what is shown, outermost first."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner)


def _buttons(shown: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in _walk(shown) if "style" in one and "label" in one]


def _links(shown: dict[str, Any]) -> list[str]:
    return [one["url"] for one in _walk(shown) if one.get("is") == "link" or ("style" in one and "url" in one)]


def _pictures(shown: dict[str, Any]) -> list[str]:
    return [one["alt"] for one in _walk(shown) if "alt" in one]


def _mentioned(shown: dict[str, Any]) -> set[str]:
    return {one["handle"] for one in _walk(shown) if one.get("is") == "mention" and one["handle"]}


def _form(shown: dict[str, Any]) -> dict[str, Any] | None:
    return next((one for one in shown["nodes"] if one["is"] == "form"), None)


def _labelled(shown: str, wanted: str) -> bool:
    return shown == wanted or shown.startswith(f"{wanted} ")


def _field(form: dict[str, Any], name: str) -> dict[str, Any]:
    [asked] = [f for f in form["fields"] if f["name"] == name]
    return asked


def _answer(form: dict[str, Any], name: str, value: Answer) -> str | bool | list[str]:
    asked = _field(form, name)
    if isinstance(value, tuple):
        return [PERSONAS.get(handle, handle) for handle in map(str, value)]
    labels = {option["label"]: option["value"] for option in asked["options"]}
    return labels.get(value, value) if isinstance(value, str) else value
