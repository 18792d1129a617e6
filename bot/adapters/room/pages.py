"""The room's addresses: one page, what it asks and sends, and the stream of what is new."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.adapters.room import commands, completion, requests, store
from bot.adapters.room.errors import EmptyRoom, RoomRefusal, Unreadable
from bot.adapters.room.guard import Guard
from bot.adapters.room.store import Crowd, RoomMessage
from bot.core import wire
from bot.core.errors import Refusal
from bot.core.port import Reply
from bot.core.soundness import unstorable
from bot.core.words.replies import reply as in_words

if TYPE_CHECKING:
    from bot.adapters.room import Room

HERE = Path(__file__).parent
PAGE = 50
"""Messages of a place that a tab begins with, and gets at a time when it asks for earlier ones."""

Answer = Callable[[Request], Awaitable[Response]]


def routes(room: Room) -> list[BaseRoute]:
    """Give everything under /room, for the web application to mount."""
    return _Pages(room).routes()


class _Pages:
    def __init__(self, room: Room) -> None:
        self.room = room
        loader = FileSystemLoader(HERE / "templates")
        self.templates = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)

    def routes(self) -> list[BaseRoute]:
        guard = [Middleware(Guard)]
        asked = {
            "state": self.state,
            "history": self.history,
            "news": self.news,
            "complete": self.complete,
            "stream": self.stream,
        }
        sent = {
            "send": self.send,
            "press": self.press,
            "submit": self.submit,
            "award": self.award,
            "attach": self.attach,
        }
        return [
            Route("/room", _answered(self.page), middleware=guard),
            *(Route(f"/room/{name}", _answered(f), middleware=guard) for name, f in asked.items()),
            *(Route(f"/room/{name}", _answered(f), methods=["POST"], middleware=guard) for name, f in sent.items()),
            Mount("/room/static", _Static(directory=HERE / "static"), middleware=guard),
        ]

    # -- what a tab asks --------------------------------------------------------------------------------------

    async def page(self, _: Request) -> Response:
        try:
            crowd = await asyncio.to_thread(self.room.crowd)
        except EmptyRoom as empty:
            return HTMLResponse(self.templates.get_template("empty.html").render(sentence=str(empty)))
        return HTMLResponse(self.templates.get_template("room.html").render(school=crowd.school))

    async def state(self, request: Request) -> Response:
        handle = request.query_params.get("as", "")
        return JSONResponse(await asyncio.to_thread(self._state, handle))

    def _state(self, handle: str) -> dict[str, Any]:
        crowd = self.room.crowd()
        # A tab of somebody who is not here (any more) becomes the first one who is.
        me = next((p for p in crowd.personas if p.handle == handle), crowd.personas[0])
        channels = [c.name for c in crowd.channels]
        with self.room.database.read() as db:
            since = store.tip(db)
            places = {}
            for name in (*channels, commands.DIRECT):
                there = store.history(db, commands.place_id(crowd, me.handle, name), most=PAGE + 1)
                places[name] = {
                    "messages": [_message(m, me.handle) for m in there[-PAGE:]],
                    "earlier": len(there) > PAGE,
                }
        return {
            "school": crowd.school,
            "me": me.handle,
            "bot": store.BOT,
            "since": since,
            "people": [{"handle": p.handle, "name": p.name, "role": p.role} for p in crowd.personas],
            "channels": [{"name": c.name, "about": c.about} for c in crowd.channels],
            "places": places,
        }

    async def history(self, request: Request) -> Response:
        handle, place = request.query_params.get("as", ""), request.query_params.get("place", "")
        before = requests.number(request.query_params.get("before", "")) or None

        def earlier() -> dict[str, Any]:
            crowd = self.room.crowd()
            commands.persona(crowd, handle)
            with self.room.database.read() as db:
                there = store.history(db, commands.place_id(crowd, handle, place), before, PAGE + 1)
            return {"messages": [_message(m, handle) for m in there[-PAGE:]], "earlier": len(there) > PAGE}

        return JSONResponse(await asyncio.to_thread(earlier))

    async def news(self, request: Request) -> Response:
        """Say what the stream would have said, for a tab beyond those that a browser keeps on the line."""
        handle = request.query_params.get("as", "")
        since = requests.number(request.query_params.get("since", ""))

        def changed() -> dict[str, Any]:
            crowd = self.room.crowd()
            commands.persona(crowd, handle)
            with self.room.database.read() as db:
                anew = since > store.tip(db)
                news = store.changes(db, since)
            places = store.seen_by(handle, (c.name for c in crowd.channels))
            return {
                "anew": anew,
                "since": news[-1].changed if news else since,
                "messages": [_message(m, handle) for m in news if m.place in places],
            }

        return JSONResponse(await asyncio.to_thread(changed))

    async def complete(self, request: Request) -> Response:
        text = request.query_params.get("text", "")
        if len(text) > commands.LONGEST or unstorable(text):
            raise Unreadable
        crowd = await asyncio.to_thread(self.room.crowd)
        query = request.query_params
        actor = commands.actor(crowd, query.get("as", ""), query.get("place", ""), "")
        found = await completion.complete(self.room.app, crowd, actor, text)
        return JSONResponse([asdict(one) for one in found])

    async def stream(self, request: Request) -> Response:
        asked = request.headers.get("last-event-id") or request.query_params.get("since", "")
        since = requests.number(asked)
        handle = request.query_params.get("as", "")
        crowd = await asyncio.to_thread(self.room.crowd)
        commands.persona(crowd, handle)
        return StreamingResponse(
            self._events(crowd, handle, since),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    async def _events(self, crowd: Crowd, handle: str, since: int) -> AsyncIterator[str]:
        yield "retry: 1000\n\n"
        if since > await asyncio.to_thread(self._tip):  # another database than the tab has seen
            yield "event: anew\ndata: {}\n\n"
        places = store.seen_by(handle, (c.name for c in crowd.channels))
        async for changed in self.room.feed.follow(since):
            if not changed:
                yield ": still here\n\n"
            for message in changed:
                if message.place in places:
                    data = json.dumps(_message(message, handle))
                    yield f"id: {message.changed}\nevent: message\ndata: {data}\n\n"

    def _tip(self) -> int:
        with self.room.database.read() as db:
            return store.tip(db)

    # -- what a tab sends ---------------------------------------------------------------------------------------

    async def send(self, request: Request) -> Response:
        sent = await requests.read(request, requests.Send)
        reply = await self.room.say(sent.handle, sent.place, sent.text, sent.event)
        # The tab may hear of the answer before it hears of the words: it has to know which stand first.
        number = await asyncio.to_thread(self._number, sent.handle, sent.event)
        return await self._replied(reply, number=number)

    def _number(self, handle: str, event: str) -> int | None:
        with self.room.database.read() as db:
            return store.number_of(db, commands.key(handle, event))

    async def press(self, request: Request) -> Response:
        pressed = await requests.read(request, requests.Press)
        crowd = await asyncio.to_thread(self.room.crowd)
        actor = commands.actor(crowd, pressed.handle, pressed.place, pressed.event)
        command = commands.trusted(wire.from_json(pressed.command), crowd)
        return await self._replied(await self.room.app.ask(actor, command))

    async def submit(self, request: Request) -> Response:
        form = await requests.read(request, requests.Submit)
        crowd = await asyncio.to_thread(self.room.crowd)
        actor = commands.actor(crowd, form.handle, form.place, form.event)
        answers = {name: _answer(value, crowd) for name, value in form.answers.items()}
        asked = wire.fill(wire.from_json(form.command), answers, draft=form.draft)
        command = commands.trusted(asked, crowd)
        return await self._replied(await self.room.app.ask(actor, commands.mentioning(command, crowd)))

    async def award(self, request: Request) -> Response:
        chosen = await requests.read(request, requests.AwardMessage)
        return await self._replied(await commands.award_message(self.room, chosen.handle, chosen.message, chosen.event))

    async def attach(self, request: Request) -> Response:
        """Take in a file for a form that stands open; the form's answer names it by the id that this gives."""
        file = await requests.file(request)
        crowd = await asyncio.to_thread(self.room.crowd)
        actor = commands.actor(crowd, request.query_params.get("as", ""), commands.DIRECT, "")
        try:
            [held] = await self.room.app.hold(actor, [file])
        except Refusal as refusal:
            return await self._replied(in_words(refusal, actor.lang))
        return JSONResponse({"file": held})

    async def _replied(self, reply: Reply | None, **more: int | None) -> Response:
        shown = None if reply is None else await asyncio.to_thread(self.room.shown, reply)
        return JSONResponse({"reply": shown, **more})


class _Static(StaticFiles):
    """Files of the page: asked for each time, sent only when changed."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


def _answered(answer: Answer) -> Answer:
    """Turn what the room refuses, and what is no request of its page, into an answer that says so."""

    async def answered(request: Request) -> Response:
        try:
            return await answer(request)
        except RoomRefusal as refusal:
            return JSONResponse({"error": str(refusal)}, refusal.status)
        except wire.NotACommand:
            return JSONResponse({"error": str(Unreadable())}, 400)

    return answered


def _answer(given: str | bool | list[str] | requests.Files, crowd: Crowd) -> object:
    """Give a form's answer as a command has it: people for their handles, files by their ids."""
    match given:
        case requests.Files(files=files):
            return tuple(files)
        case list():
            return commands.people(given, crowd)
    return given


def _message(message: RoomMessage, handle: str) -> dict[str, Any]:
    mine = message.place == store.direct(handle)
    return {
        "id": message.id,
        "place": commands.DIRECT if mine else message.place,
        "author": message.author,
        "at": message.at.isoformat(),
        "edited": message.edited,
        "number": message.number,
        "changed": message.changed,
        "shown": message.shown,
    }
