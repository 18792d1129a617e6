"""A Slack of one workspace on a loopback port: what of its Web API, Socket Mode and uploads Laurel uses.

It answers as Slack does, errors by name, and refuses what the real one refuses: what breaks a documented limit
(`broken` tells), unknown users, pictures that were never uploaded, trigger ids used twice, views that were closed or
changed meanwhile, a fourth view on a stack, what no scope was given for. `failures` makes the next calls of a method
fail; `slow` holds a method's answers back until it is set.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import traceback
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Self

from aiohttp import WSMsgType, web

from bot.adapters.slack.manifest import SCOPES
from tests.adapters.slack_limits import check, check_view, walk

TEAM = "T0RIVERSIDE"
CLASS = "C0CLASS8B"
GROUP = "S0CLASS8B"
TEACHERS = "S0TEACHERS"
BOT = "U0LAUREL"
BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-1-test", "xapp-1-test", "not-a-real-secret"
USERS = {
    "teacher": ("U0RIVERA", "Ms Rivera"),
    "sam": ("U0SAM", "Sam Okafor"),
    "ana": ("U0ANA", "Ana Núñez"),
    "dmytro": ("U0DMYTRO", "Дмитро Коваленко"),
    "xiaoyu": ("U0XIAOYU", "李小雨"),
    "layla": ("U0LAYLA", "ليلى حسن"),
    "zoe": ("U0ZOE", "Zoë Lindström"),
}
HANDLES = {user: handle for handle, (user, _) in USERS.items()}
Json = dict[str, Any]
NEEDS = {
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.unfurl": "links:write",
    "chat.update": "chat:write",
    "files.completeUploadExternal": "files:write",
    "files.getUploadURLExternal": "files:write",
    "usergroups.list": "usergroups:read",
    "usergroups.users.list": "usergroups:read",
    "users.info": "users:read",
    "users.list": "users:read",
}
"""The scope that each method takes, as its documentation says; the others take none."""


class Refused(Exception):
    """Slack says no, by name."""


class FakeSlack:
    """What the workspace holds, and what it was told."""

    def __init__(self) -> None:
        self.arrived: Callable[[str], None] = lambda *_: None
        """Told of each answer to a response_url when it comes: the last part of the address."""
        self.channels: dict[str, list[Json]] = defaultdict(list)
        self.ephemeral: list[Json] = []
        self.views: dict[str, Json] = {}
        self.opened: list[Json] = []
        self.homes: dict[str, Json] = {}
        self.files: dict[str, bytes] = {}
        self.endless: set[str] = set()
        self.fetched: list[str] = []
        self.pending: dict[str, str] = {}
        self.shared: set[str] = set()
        self.unfurls: list[Json] = []
        self.calls: list[tuple[str, Json]] = []
        self.failures: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self.slow: dict[str, asyncio.Event] = {}
        self.broken: list[str] = []
        self.grants: Json = {}
        self.stack: list[str] = []
        self.triggers: set[str] = set()
        self.responses: dict[str, list[Json]] = defaultdict(list)
        self.refuses: dict[str, str] = {}
        """What is said of each message to somebody, by their id."""
        self.revoked = False
        self.scopes = ""
        self.tokens = {BOT_TOKEN: TEAM}
        self.sockets: list[web.WebSocketResponse] = []
        self.acks: dict[str, Json] = {}
        self.connected = asyncio.Event()
        self.members_of = {GROUP: [u for h, (u, _) in USERS.items() if h != "teacher"], TEACHERS: ["U0RIVERA"]}
        self._numbers = itertools.count(1)
        self._acked = asyncio.Condition()
        self.loop: asyncio.AbstractEventLoop

    async def __aenter__(self) -> Self:
        self.loop = asyncio.get_running_loop()
        app = web.Application(client_max_size=50 * 2**20)
        app.router.add_route("*", "/api/{method}", self._call)
        app.router.add_post("/upload/{ticket}", self._upload)
        app.router.add_get("/file/{file}", self._download)
        app.router.add_post("/respond/{line}", self._respond)
        app.router.add_get("/socket", self._socket)
        self.runner = web.AppRunner(app, shutdown_timeout=1)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        self.address = f"http://127.0.0.1:{port}"
        self.api = f"{self.address}/api/"
        return self

    async def __aexit__(self, *_: object) -> None:
        for socket in self.sockets:
            await socket.close()
        await self.runner.cleanup()

    def number(self) -> int:
        return next(self._numbers)

    def trigger(self) -> str:
        made = f"{self.number()}.trigger"
        self.triggers.add(made)
        return made

    def post(self, channel: str, user: str, text: str, files: dict[str, bytes] | None = None) -> Json:
        """Let somebody write in a channel."""
        message = {"ts": f"1790000000.{self.number():06d}", "user": user, "text": text, "channel": channel}
        if files:
            message["files"] = [self.file(name, data) for name, data in files.items()]
        self.channels[channel].append(message)
        return message

    def file(self, name: str, data: bytes) -> Json:
        """Put a file where Slack keeps what members share."""
        id_ = f"F{self.number()}"
        self.files[id_] = data
        return {"id": id_, "name": name, "size": len(data), "url_private_download": f"{self.address}/file/{id_}"}

    # -- Socket Mode -------------------------------------------------------------------------------------------

    async def push(self, kind: str, payload: Json, **more: Any) -> Json:
        """Send something down the line, and give how it was acknowledged."""
        envelope = await self.send_down(kind, payload, **more)
        async with asyncio.timeout(60), self._acked:
            await self._acked.wait_for(lambda: envelope in self.acks)
        return self.acks[envelope]

    async def send_down(self, kind: str, payload: Json, **more: Any) -> str:
        """Send something down the line; give by which id it would be acknowledged."""
        envelope = f"envelope-{self.number()}"
        await asyncio.wait_for(self.connected.wait(), 60)
        sent = {"type": kind, "envelope_id": envelope, "payload": payload, "accepts_response_payload": True, **more}
        await self.sockets[-1].send_json(sent)
        return envelope

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": 1})
        self.connected.set()
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                said = json.loads(message.data)
                async with self._acked:
                    self.acks[said["envelope_id"]] = said.get("payload") or {}
                    self._acked.notify_all()
        return socket

    async def abort(self) -> None:
        """Break the line as a network does: no goodbye."""
        self.connected.clear()
        for socket in self.sockets:
            if (transport := socket._req.transport) is not None:  # type: ignore[union-attr]
                transport.abort()

    # -- the Web API -------------------------------------------------------------------------------------------

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        given: Json = dict(request.query)
        if request.content_type == "application/json":
            given |= json.loads(await request.text() or "{}")
        elif request.method == "POST":
            given |= dict(await request.post())
        token = given.pop("token", "") or request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.calls.append((method, given))
        if self.failures[method]:
            error, status = self.failures[method].pop(0)
            headers = {"Retry-After": "1"} if status == 429 else {}
            return web.json_response({"ok": False, "error": error}, status=status, headers=headers)
        known = method == "oauth.v2.access" or token in (
            (APP_TOKEN,) if method == "apps.connections.open" else self.tokens
        )
        if self.revoked or not known:
            return web.json_response({"ok": False, "error": "token_revoked" if self.revoked else "invalid_auth"})
        if method in self.slow:
            await self.slow[method].wait()
        if NEEDS.get(method, "commands") not in (self.scopes.split(",") if self.scopes else SCOPES):
            return web.json_response({"ok": False, "error": "missing_scope"})
        answer: Callable[[Json], Awaitable[Json] | Json] = getattr(self, "_" + method.replace(".", "_"))
        try:
            said = answer({k: _decoded(v) for k, v in given.items()})
        except Refused as refused:
            return web.json_response({"ok": False, "error": str(refused)})
        return web.json_response({"ok": True, **said}, headers={"x-oauth-scopes": self.scopes})  # type: ignore[dict-item]

    def _auth_test(self, _: Json) -> Json:
        return {
            "team_id": TEAM,
            "user_id": BOT,
            "user": "laurel",
            "bot_id": "B0LAUREL",
            "team": "Riverside School",
            "url": self.address,
        }

    def _oauth_v2_access(self, given: Json) -> Json:
        if given["code"] != "good":
            raise Refused("invalid_code")
        self.tokens["xoxb-2-other"] = "T0OTHER"
        return {
            "app_id": "A1",
            "team": {"id": "T0OTHER", "name": "Hillside"},
            "enterprise": None,
            "authed_user": {"id": "U0RIVERA"},
            "access_token": "xoxb-2-other",
            "bot_user_id": BOT,
            "scope": "commands",
            "token_type": "bot",
            "is_enterprise_install": False,
            **self.grants,
        }

    def _apps_connections_open(self, _: Json) -> Json:
        return {"url": self.address.replace("http", "ws") + "/socket"}

    def _users_info(self, given: Json) -> Json:
        return {"user": self.user(given["user"])}

    def _users_list(self, _: Json) -> Json:
        return {"members": [self.user(user) for user in (*HANDLES, BOT)]}

    def user(self, user: str) -> Json:
        if user == BOT:
            return {"id": BOT, "name": "laurel", "is_bot": True, "profile": {"real_name": "Laurel"}, "locale": "en-GB"}
        if user not in HANDLES:
            raise Refused("user_not_found")
        handle = HANDLES[user]
        return {
            "id": user,
            "name": handle,
            "is_bot": False,
            "is_admin": False,
            "tz": "Europe/London",
            "locale": "en-GB",
            "profile": {"display_name": USERS[handle][1], "email": f"{handle}@riverside.example"},
        }

    def _usergroups_list(self, _: Json) -> Json:
        return {"usergroups": [{"id": GROUP, "handle": "class-8b"}, {"id": TEACHERS, "handle": "teachers"}]}

    def _usergroups_users_list(self, given: Json) -> Json:
        if given["usergroup"] not in self.members_of:
            raise Refused("no_such_subteam")
        return {"users": self.members_of[given["usergroup"]]}

    def _chat_postMessage(self, given: Json) -> Json:  # noqa: N802
        channel = given["channel"]
        if channel in self.refuses:
            raise Refused(self.refuses[channel])
        if channel.startswith("U"):
            if channel not in HANDLES:
                raise Refused("user_not_found")
            channel = "D" + channel[1:]
        elif channel != CLASS and not channel.startswith("D0"):
            raise Refused("channel_not_found")
        self._check(given, 50)
        message = {**given, "channel": channel, "ts": f"1790000000.{self.number():06d}", "user": BOT}
        self.channels[channel].append(message)
        return {"channel": channel, "ts": message["ts"], "message": message}

    def _chat_update(self, given: Json) -> Json:
        self._check(given, 50)
        for message in self.channels[given["channel"]]:
            if message["ts"] == given["ts"]:
                message.update(given)
                return {"channel": given["channel"], "ts": given["ts"]}
        raise Refused("message_not_found")

    def _chat_postEphemeral(self, given: Json) -> Json:  # noqa: N802
        if given["channel"] != CLASS:
            raise Refused("channel_not_found")
        self._check(given, 50)
        self.ephemeral.append(given)
        return {"message_ts": "1790000000.000000"}

    def _chat_getPermalink(self, given: Json) -> Json:  # noqa: N802
        if given["channel"] not in self.channels:
            raise Refused("channel_not_found")
        stamp = given["message_ts"].replace(".", "")
        return {"permalink": f"https://riverside.slack.com/archives/{given['channel']}/p{stamp}"}

    def _chat_unfurl(self, given: Json) -> Json:
        if given.keys().isdisjoint(("unfurl_id", "channel")) or given.get("channel") == "COMPOSER":
            raise Refused("cannot_find_channel")
        for card in given["unfurls"].values():
            self._check(card, 50)
        self.unfurls.append(given)
        return {}

    def _views_open(self, given: Json) -> Json:
        self.stack.clear()
        return {"view": self._view(given)}

    def _views_push(self, given: Json) -> Json:
        if len(self.stack) >= 3:
            raise Refused("push_limit_reached")
        return {"view": self._view(given)}

    def _views_update(self, given: Json) -> Json:
        return {"view": self.update(given["view_id"], given["view"], given.get("hash"))}

    def update(self, view_id: str, view: Json, version: str | None = None) -> Json:
        """Change a modal, by the Web API or by an acknowledgement."""
        if view_id not in self.views:
            raise Refused("not_found")
        known = self.views[view_id]
        if version not in (None, known["hash"]):
            raise Refused("hash_conflict")
        self._check_view(view)
        for gone in known.keys() - {"id", "state"}:
            del known[gone]
        known.update(view, hash=str(self.number()))
        self.opened.append(known)
        return known

    def close(self) -> None:
        """Let somebody close their modals."""
        for view in self.stack:
            del self.views[view]
        self.stack.clear()

    def _views_publish(self, given: Json) -> Json:
        self._check_view(given["view"])
        self.homes[given["user_id"]] = {**given["view"], "id": f"V{self.number()}", "private_metadata": ""}
        return {"view": given["view"]}

    def _view(self, given: Json) -> Json:
        if given["trigger_id"] not in self.triggers:
            raise Refused("expired_trigger_id")
        self._check_view(given["view"])
        self.triggers.discard(given["trigger_id"])
        view = {**given["view"], "id": f"V{self.number()}", "hash": str(self.number()), "state": {"values": {}}}
        self.views[view["id"]] = view
        self.stack.append(view["id"])
        self.opened.append(view)
        return view

    def _files_getUploadURLExternal(self, given: Json) -> Json:  # noqa: N802
        file = f"F{self.number()}"
        ticket = f"ticket-{file}"
        self.pending[ticket] = file
        assert int(given["length"]) > 0
        return {"upload_url": f"{self.address}/upload/{ticket}", "file_id": file}

    def _files_completeUploadExternal(self, given: Json) -> Json:  # noqa: N802
        for file in given["files"]:
            if file["id"] not in self.files:
                raise Refused("file_not_found")
        return {"files": given["files"]}

    async def _upload(self, request: web.Request) -> web.Response:
        self.files[self.pending.pop(request.match_info["ticket"])] = await request.read()
        return web.Response(text="OK")

    async def _download(self, request: web.Request) -> web.StreamResponse:
        file = request.match_info["file"]
        self.fetched.append(file)
        if request.headers.get("Authorization") != f"Bearer {BOT_TOKEN}" or file not in (*self.files, *self.endless):
            return web.Response(status=302, headers={"Location": "/signin"})
        if file not in self.endless:
            return web.Response(body=self.files[file])
        answer = web.StreamResponse()
        await answer.prepare(request)
        with suppress(ConnectionError):  # until nobody reads any more
            while True:
                await answer.write(bytes(2**20))
        return answer

    async def _respond(self, request: web.Request) -> web.Response:
        said = await request.json()
        line = request.match_info["line"]
        self.arrived(line)
        try:
            self._check(said, 50)
        except Refused as refused:
            return web.json_response({"ok": False, "error": str(refused)}, status=400)
        if len(self.responses[line]) >= 5:
            return web.Response(status=404, text="used_url")
        self.responses[line].append(said)
        return web.Response(text="ok")

    def _check(self, given: Json, most: int) -> None:
        if given.get("text") and "blocks" not in given:
            return
        self._within(lambda: check(given.get("blocks") or [], most), "invalid_blocks")
        self._known(given["blocks"])

    def _check_view(self, view: Json) -> None:
        self._within(lambda: check_view(view), "invalid_arguments")
        self._known(view["blocks"])

    def _within(self, judge: Callable[[], None], error: str) -> None:
        try:
            judge()
        except AssertionError:
            self.broken.append(traceback.format_exc())
            raise Refused(error) from None

    def _known(self, blocks: list[Json]) -> None:
        for one in walk(blocks):
            if "slack_file" in one and one["slack_file"]["id"] not in self.files:
                raise Refused("invalid_blocks")
            if one.get("type") == "user" and one["user_id"] not in (*HANDLES, BOT):
                raise Refused("invalid_blocks")


def _decoded(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(("[", "{")):
        return json.loads(value)
    return value


__all__ = ["FakeSlack", "Refused", "walk"]
