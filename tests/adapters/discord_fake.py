"""A Discord of one server, or two, on a loopback port: what of its gateway and its REST interface Laurel uses.

It answers as Discord does, errors by their codes, and refuses what the real one refuses: payloads outside the official
description or the documented limits, a second answer to an interaction, answers that come too late. `failures` makes
the next calls of a route fail, `BROKEN` by breaking the line; those in `deaf` fail after they were done. Without
`checks` it takes every payload unread, which is for those who measure. With two `shards` each server has a line of its
own; direct messages come by the first.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import quote, unquote

from aiohttp import WSMsgType, web

from tests.adapters.discord_limits import problems_of_commands, problems_of_message, problems_of_modal

Json = dict[str, Any]

GUILD, CLASS = "700000000000000001", "700000000000000002"
HALL, FORUM = "700000000000000005", "700000000000000006"
THREAD, OLD_THREAD = "700000000000000007", "700000000000000008"
"""Threads of the class's channel; discord.py hears nothing of the second, since it is archived."""
CLUB, CLUB_CHANNEL, CLUB_TEACHERS = "700000000004194305", "700000000004194306", "700000000004194307"
"""Another server of the school's, which is on another shard where there are two."""
PLACES = {CLASS: GUILD, HALL: GUILD, FORUM: GUILD, CLUB_CHANNEL: CLUB}
TEACHER_ROLE, CLASS_ROLE = "700000000000000003", "700000000000000004"
BOT_ROLE, MENTOR_ROLE = "700000000000000027", "700000000000000028"
MANAGE_ROLES, ADMINISTRATOR = 1 << 28, 1 << 3
BOT, APPLICATION = "700000000000000009", "700000000000000009"
OWNER = "700000000000000010"
TOKEN = "a-token-for-tests"
USERS = {
    "teacher": ("700000000000000011", "Ms Rivera"),
    "sam": ("700000000000000012", "Sam Okafor"),
    "ana": ("700000000000000013", "Ana Núñez"),
    "dmytro": ("700000000000000014", "Дмитро Коваленко"),
    "xiaoyu": ("700000000000000015", "李小雨"),
    "layla": ("700000000000000016", "ليلى حسن"),
    "zoe": ("700000000000000017", "Zoë Lindström"),
    "laurel": (BOT, "Laurel"),
}
HANDLES = {user: handle for handle, (user, _) in USERS.items()}
EPHEMERAL, LOADING, V2 = 64, 128, 32768
Failure = tuple[int, Json, dict[str, str]]
BROKEN: Failure = (0, {}, {})
DOWN: Failure = (502, {"code": 0, "message": "Bad Gateway"}, {})


class Refused(Exception):
    """Discord says no: a status and a code."""

    def __init__(self, status: int, code: int, says: str = "") -> None:
        super().__init__(says)
        self.status, self.code, self.says = status, code, says


class Line:
    """One shard's connection: what was sent down it, and how far it was heard."""

    def __init__(self) -> None:
        self.sockets: list[web.WebSocketResponse] = []
        self.sent: list[Json] = []
        self.heard = 0


class FakeDiscord:
    """What the server holds, and what it was told."""

    def __init__(self, *, checks: bool = True) -> None:
        self.checks = checks
        self.arrived: Callable[[str, int], None] = lambda *_: None
        """Told of each answer to an interaction when it comes: its token, its type (0 for what follows a promise)."""
        self.channels: dict[str, list[Json]] = defaultdict(list)
        self.known = PLACES | {THREAD: GUILD, OLD_THREAD: GUILD}
        self.guilds = [GUILD]
        self.absent: set[tuple[str, str]] = set()
        self.shards = 1
        self.interactions: dict[str, Json] = {}
        self.answers: dict[str, list[Json]] = defaultdict(list)
        self.modals: dict[str, Json] = {}
        self.choices: dict[str, list[Json]] = {}
        self.commands: list[Json] = []
        self.syncs = 0
        self.nonces: dict[tuple[str, str], Json] = {}
        self.calls: list[tuple[str, str]] = []
        self.failures: dict[str, list[Failure]] = defaultdict(list)
        self.deaf: set[str] = set()
        self.closed: set[str] = set()
        self.archived: set[str] = {OLD_THREAD}
        self.locked: set[str] = set()
        self.parents: dict[str, str] = {THREAD: CLASS, OLD_THREAD: CLASS}
        self.overwrites: dict[str, list[Json]] = {}
        self.tags: list[Json] | None = None
        """Set where the forum asks each post for a tag."""
        self.files: dict[str, bytes] = {}
        self.endless: set[str] = set()
        self.fetched: list[str] = []
        self.members_intent = True
        self.public = self.own_account = False
        self.everyone = "274877942784"  # to see channels, to write in them and in threads, to attach files
        self.roles = {
            GUILD: _role(GUILD, "@everyone", 0),
            CLASS_ROLE: _role(CLASS_ROLE, "class-8b", 1),
            MENTOR_ROLE: _role(MENTOR_ROLE, "Mentors", 2),
            BOT_ROLE: {**_role(BOT_ROLE, "Laurel", 3, MANAGE_ROLES), "managed": True, "tags": {"bot_id": BOT}},
            TEACHER_ROLE: _role(TEACHER_ROLE, "Teachers", 4),
        }
        self.had = {user: {CLASS_ROLE} for user in HANDLES}
        self.had |= {USERS["teacher"][0]: {TEACHER_ROLE}, BOT: {BOT_ROLE}}
        self.strangers: set[str] = set()
        self.reasons: list[str] = []
        self.revoked = False
        self.close_with = 0
        self.lines: dict[int, Line] = defaultdict(Line)
        self.sessions: dict[str, int] = {}
        self.sent_again: list[Json] = []
        self.identifies = self.resumes = 0
        self.lifetime = 60.0  # three seconds in truth, which a busy machine may need for itself
        self._numbers = itertools.count(800000000000000001)
        self._beaten = asyncio.Condition()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=50 * 2**20)
        for method, path, handler in (
            ("GET", "/users/@me", self._me),
            ("GET", "/oauth2/applications/@me", self._application),
            ("GET", "/gateway/bot", self._gateway),
            ("GET", "/applications/{app}/commands", self._commands),
            ("PUT", "/applications/{app}/commands", self._commands),
            ("POST", "/interactions/{id}/{token}/callback", self._callback),
            ("POST", "/webhooks/{app}/{token}", self._follow_up),
            ("GET", "/webhooks/{app}/{token}/messages/@original", self._original),
            ("PATCH", "/webhooks/{app}/{token}/messages/@original", self._edit_original),
            ("POST", "/users/@me/channels", self._direct),
            ("POST", "/channels/{channel}/messages", self._post),
            ("PATCH", "/channels/{channel}/messages/{message}", self._edit),
            ("POST", "/channels/{channel}/threads", self._thread),
            ("GET", "/channels/{channel}", self._channel),
            ("PATCH", "/channels/{channel}", self._edit_channel),
            ("GET", "/guilds/{guild}", self._one_guild),
            ("GET", "/users/@me/guilds", self._guilds),
            ("GET", "/guilds/{guild}/roles", self._roles),
            ("GET", "/guilds/{guild}/members/search", self._search),
            ("GET", "/guilds/{guild}/members/{user}", self._member),
            ("GET", "/guilds/{guild}/members", self._members),
            ("PUT", "/guilds/{guild}/members/{user}/roles/{role}", self._grant),
            ("DELETE", "/guilds/{guild}/members/{user}/roles/{role}", self._grant),
        ):
            app.router.add_route(method, f"/api/v10{path}", self._guarded(handler))
        app.router.add_get("/cdn/{file}", self._cdn)
        app.router.add_get("/gw", self._socket)
        app.router.add_get("/gw/", self._socket)
        self.runner = web.AppRunner(app, shutdown_timeout=1)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        self.cdn = f"http://127.0.0.1:{port}/cdn"
        self.api, self.gateway = f"http://127.0.0.1:{port}/api/v10", f"ws://127.0.0.1:{port}/gw"
        return self

    async def __aexit__(self, *_: object) -> None:
        for socket in self._sockets():
            await socket.close()
        await self.runner.cleanup()

    def number(self) -> str:
        return str(next(self._numbers))

    # -- people and messages -----------------------------------------------------------------------------------

    def user(self, id_: str) -> Json:
        handle = HANDLES.get(id_, "stranger")
        name = USERS.get(handle, (id_, "Stranger"))[1]
        return {
            "id": id_,
            "username": handle,
            "global_name": name,
            "discriminator": "0",
            "avatar": None,
            "bot": id_ == BOT,
        }

    def member(self, id_: str, *, inside: bool = True, guild: str = GUILD) -> Json:
        elsewhere = [CLUB_TEACHERS] if HANDLES[id_] == "teacher" else []
        made: Json = {
            "nick": None,
            "roles": sorted(self.had[id_]) if guild == GUILD else elsewhere,
            "joined_at": "2026-09-01T08:00:00+00:00",
            "deaf": False,
            "mute": False,
            "flags": 0,
            "permissions": "2048",
            "avatar": None,
        }
        return {**made, "user": self.user(id_)} if inside else made

    def direct(self, user: str) -> str:
        return "71" + user[2:]

    def channel(self, id_: str) -> Json:
        if id_ in self.parents:
            meta = {"archived": id_ in self.archived, "auto_archive_duration": 1440, "locked": id_ in self.locked}
            more = {"thread_metadata": {**meta, "archive_timestamp": "2026-11-01T08:00:00+00:00"}, "owner_id": OWNER}
            thread = {"id": id_, "type": 11, "name": "a thread", "guild_id": GUILD, "parent_id": self.parents[id_]}
            return {**thread, **more, "member_count": 1, "message_count": 1, "permissions": self.everyone}
        if id_ in self.known:
            names = {HALL: (0, "hall-of-fame"), FORUM: (15, "badges"), CLUB_CHANNEL: (0, "chess-club")}
            kind, name = names.get(id_, (0, "class-8b"))
            made: Json = {"id": id_, "type": kind, "name": name, "guild_id": self.known[id_], "position": 0}
            if kind == 15 and self.tags is not None:
                made |= {"flags": 1 << 4, "available_tags": self.tags}
            return {**made, "permissions": "2048", "permission_overwrites": self.overwrites.get(id_, [])}
        return {"id": id_, "type": 1, "recipients": [self.user("70" + id_[2:])]}

    def post(self, channel: str, user: str, content: str, files: dict[str, bytes] | None = None) -> Json:
        """Let somebody write in a channel."""
        named = [self.user(id_) for id_ in HANDLES if f"<@{id_}>" in content]
        attachments = [self.attachment(name, data) for name, data in (files or {}).items()]
        message = {**self._message(channel, user), "content": content, "mentions": named, "attachments": attachments}
        self.channels[channel].append(message)
        return message

    def attachment(self, name: str, data: bytes) -> Json:
        """Put a file where Discord keeps what members attach."""
        id_ = self.number()
        self.files[f"{id_}-{name}"] = data
        url = f"{self.cdn}/{quote(f'{id_}-{name}')}"
        return {"id": id_, "filename": name, "size": len(data), "url": url, "proxy_url": url}

    def _message(self, channel: str, author: str, **more: Any) -> Json:
        return {
            "id": self.number(),
            "channel_id": channel,
            "author": self.user(author),
            "content": "",
            "timestamp": datetime.now(UTC).isoformat(),
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "embeds": [],
            "components": [],
            "pinned": False,
            "type": 0,
            "flags": 0,
            **more,
        }

    def _drawn(self, message: Json, said: Json, files: dict[str, bytes]) -> Json:
        """Put what the bot sent into a message, as Discord gives it back; an edit without attachments keeps them."""
        if "attachments" not in said and message.get("files"):
            message |= {"sent": said, "components": _with_media(said.get("components", []))}
            return message
        attachments = [
            {
                "id": self.number(),
                "filename": told["filename"],
                "description": told.get("description"),
                "size": len(files[f"files[{told['id']}]"]),
                "url": f"https://cdn.example/{told['filename']}",
                "proxy_url": f"https://cdn.example/{told['filename']}",
                "content_type": "image/png",
                "data": files[f"files[{told['id']}]"],
            }
            for told in said.get("attachments") or ()
        ]
        message["sent"] = said
        message["files"] = {one["filename"]: one.pop("data") for one in attachments}
        message |= {"components": _with_media(said.get("components", [])), "attachments": attachments}
        message["flags"] = (message["flags"] & EPHEMERAL) | int(said.get("flags") or 0)
        return message

    # -- the gateway -------------------------------------------------------------------------------------------

    async def dispatch(self, event: str, data: Json, *, shard: int | None = None) -> None:
        """Send something down the line of its server; what nobody takes now is sent when the line is back."""
        line = self.lines[self.shard(data.get("guild_id") or "0") if shard is None else shard]
        line.sent.append({"op": 0, "t": event, "s": len(line.sent) + 1, "d": data})
        for socket in line.sockets[-1:]:
            with suppress(ConnectionError):
                await socket.send_json(line.sent[-1])

    def shard(self, guild: str) -> int:
        """Give the shard of a server; direct messages, which are of none, come by the first."""
        return (int(guild) >> 22) % self.shards

    async def join(self, guild: str) -> None:
        """Let a server take the bot in."""
        self.guilds.append(guild)
        await self.dispatch("GUILD_CREATE", self._guild(guild), shard=self.shard(guild))

    async def leave(self, guild: str) -> None:
        """Let a server take the bot out."""
        self.guilds.remove(guild)
        await self.dispatch("GUILD_DELETE", {"id": guild}, shard=self.shard(guild))

    async def outage(self, guild: str) -> None:
        """Let a server be away for a while, with the bot still in it."""
        await self.dispatch("GUILD_DELETE", {"id": guild, "unavailable": True}, shard=self.shard(guild))

    async def recover(self, guild: str) -> None:
        """Let a server be back after an outage."""
        await self.dispatch("GUILD_CREATE", self._guild(guild), shard=self.shard(guild))

    async def heard(self) -> None:
        """Wait until the bot has everything that was sent: a heartbeat that is asked for says how far it is."""
        for line in self.lines.values():
            line.heard = 0
            await line.sockets[-1].send_json({"op": 1})
        async with asyncio.timeout(60), self._beaten:
            await self._beaten.wait_for(lambda: all(line.heard >= len(line.sent) for line in self.lines.values()))

    def _sockets(self) -> list[web.WebSocketResponse]:
        return [socket for line in self.lines.values() for socket in line.sockets]

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 30000}})
        line = Line()
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            said = json.loads(message.data)
            match said["op"]:
                case 1:
                    await socket.send_json({"op": 11})
                    async with self._beaten:
                        line.heard = said["d"] or 0
                        self._beaten.notify_all()
                case 2 if self.close_with or said["d"]["token"] != TOKEN:
                    await socket.close(code=self.close_with or 4004)
                case 2:
                    self.identifies += 1
                    shard = said["d"].get("shard", [0, 1])
                    line = self.lines[shard[0]]
                    line.sent.clear()
                    line.sockets.append(socket)
                    await self._greet(shard)
                case 6:
                    self.resumes += 1
                    line = self.lines[self.sessions[said["d"]["session_id"]]]
                    line.sockets.append(socket)
                    for event in line.sent[said["d"]["seq"] :]:
                        self.sent_again.append(event)
                        await socket.send_json(event)
                    await socket.send_json({"op": 0, "t": "RESUMED", "s": len(line.sent), "d": {}})
        return socket

    async def _greet(self, shard: list[int]) -> None:
        mine = [guild for guild in self.guilds if self.shard(guild) == shard[0]]
        session = f"session-{self.identifies}"
        self.sessions[session] = shard[0]
        ready = {
            "v": 10,
            "user": self.user(BOT),
            "guilds": [{"id": guild, "unavailable": True} for guild in mine],
            "session_id": session,
            "resume_gateway_url": self.gateway,
            "application": {"id": APPLICATION, "flags": 0},
            "shard": shard,
        }
        await self.dispatch("READY", ready, shard=shard[0])
        for guild in mine:
            await self.dispatch("GUILD_CREATE", self._guild(guild), shard=shard[0])

    def _guild(self, id_: str) -> Json:
        return {
            "id": id_,
            "name": {GUILD: "Riverside", CLUB: "Riverside Chess Club"}[id_],
            "owner_id": OWNER,
            "roles": self._all_roles(id_),
            "emojis": [],
            "features": [],
            "channels": [self.channel(one) for one, guild in PLACES.items() if guild == id_],
            "threads": [self.channel(THREAD)] if id_ == GUILD else [],
            "members": [self.member(BOT, guild=id_)],
            "member_count": len(USERS),
            "preferred_locale": "en-GB",
        }

    async def change_role(self, id_: str, **how: Any) -> None:
        """Change a role, as somebody does in the server's settings."""
        self.roles[id_] |= how
        await self.dispatch("GUILD_ROLE_UPDATE", {"guild_id": GUILD, "role": self.roles[id_]})
        await self.heard()

    async def delete_role(self, id_: str) -> None:
        """Delete a role: nobody has it any more."""
        del self.roles[id_]
        for roles in self.had.values():
            roles.discard(id_)
        await self.dispatch("GUILD_ROLE_DELETE", {"guild_id": GUILD, "role_id": id_})
        await self.heard()

    async def abort(self) -> None:
        """Break the line as a network does: no goodbye."""
        for socket in self._sockets():
            if (transport := socket._req.transport) is not None:  # type: ignore[union-attr]
                transport.abort()

    def interaction(self, who: str, kind: int, data: Json, *, channel: str = CLASS, id_: str = "", **more: Any) -> Json:
        """Make an interaction as Discord sends it."""
        user, number = USERS[who][0], id_ or self.number()
        token = f"token-{number}"
        made: Json = {
            "id": number,
            "application_id": APPLICATION,
            "type": kind,
            "token": token,
            "version": 1,
            "data": data,
            "channel_id": channel,
            "channel": self.channel(channel),
            "locale": "en-GB",
            "entitlements": [],
            "authorizing_integration_owners": {"0": self.known.get(channel, GUILD)},
            "context": 0 if channel in self.known else 1,
            "attachment_size_limit": 10 * 2**20,
            "app_permissions": "0" if channel in self.closed else self.everyone,
            **more,
        }
        if channel in self.known:
            guild = self.known[channel]
            made |= {"guild_id": guild, "guild_locale": "en-GB", "member": self.member(user, guild=guild)}
        else:
            made["user"] = self.user(user)
        known = {"at": time.monotonic(), "type": kind, "channel": channel, "answered": 0}
        alone = "0" not in made["authorizing_integration_owners"]
        self.interactions.setdefault(token, {**known, "alone": alone})
        return made

    # -- REST --------------------------------------------------------------------------------------------------

    def _guarded(self, handler: Any) -> Any:
        name = handler.__name__.lstrip("_")

        async def handle(request: web.Request) -> web.StreamResponse:
            self.calls.append((request.method, request.path.removeprefix("/api/v10")))
            if self.failures[name]:
                status, body, headers = self.failures[name].pop(0)
                if name in self.deaf:
                    with suppress(Refused):
                        await handler(request)
                if not status and request.transport is not None:
                    request.transport.abort()
                return _json(body, status or 500, headers)
            if not request.path.startswith(("/api/v10/interactions", "/api/v10/webhooks")) and (
                self.revoked or request.headers.get("Authorization") != f"Bot {TOKEN}"
            ):
                return _json({"message": "401: Unauthorized", "code": 0}, 401)
            try:
                said = await handler(request)
            except Refused as no:
                return _json({"code": no.code, "message": no.says}, no.status)
            return _json(_plain(said)) if said is not None else web.Response(status=204)

        return handle

    def _must(self, problems_of: Callable[..., list[str]], *said: Any) -> None:
        if self.checks and (problems := problems_of(*said)):
            raise Refused(400, 50035, f"Invalid Form Body: {problems[:3]}")

    async def _me(self, request: web.Request) -> Json:
        del request
        return self.user(BOT)

    async def _application(self, request: web.Request) -> Json:
        del request
        return {
            "id": APPLICATION,
            "name": "Laurel",
            "description": "",
            "icon": None,
            "bot_public": self.public,
            "integration_types_config": {"0": {}, **({"1": {}} if self.own_account else {})},
            "bot_require_code_grant": False,
            "owner": self.user(OWNER),
            "verify_key": "",
            "flags": 1 << 14 if self.members_intent else 0,
        }

    async def _gateway(self, request: web.Request) -> Json:
        del request
        limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        return {"url": self.gateway, "shards": self.shards, "session_start_limit": limit}

    async def _commands(self, request: web.Request) -> list[Json]:
        if request.method == "PUT":
            commands = await request.json()
            self._must(problems_of_commands, commands)
            kept = [{k: v for k, v in command.items() if v not in (False, None)} for command in commands]
            self.commands = [{"id": self.number(), "application_id": APPLICATION, **command} for command in kept]
            self.syncs += 1
        return self.commands

    async def _cdn(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["file"]
        self.fetched.append(name)
        if name not in self.endless:
            found = self.files.get(name)
            return web.Response(status=404) if found is None else web.Response(body=found)
        answer = web.StreamResponse()
        await answer.prepare(request)
        with suppress(ConnectionError):  # until nobody reads any more
            while True:
                await answer.write(bytes(2**20))
        return answer

    async def _guilds(self, request: web.Request) -> list[Json]:
        del request
        return [{"id": GUILD, "name": "Riverside", "icon": None, "owner": False, "permissions": "0", "features": []}]

    async def _roles(self, request: web.Request) -> list[Json]:
        return self._all_roles(request.match_info["guild"])

    def _all_roles(self, guild: str) -> list[Json]:
        everyone = {**_role(guild, "@everyone", 0), "permissions": self.everyone}
        if guild != GUILD:
            return [everyone, _role(CLUB_TEACHERS, "Teachers", 1)]
        return [everyone, *(role for id_, role in self.roles.items() if id_ != GUILD)]

    async def _callback(self, request: web.Request) -> Json:
        token = request.match_info["token"]
        said, files = await _read(request)
        self.arrived(token, said["type"])
        known = self.interactions.get(token)
        if known is None or time.monotonic() - known["at"] > self.lifetime:
            raise Refused(404, 10062, "Unknown interaction")
        if known["answered"]:
            raise Refused(400, 40060, "Interaction has already been acknowledged.")
        kind, data = said["type"], said.get("data") or {}
        known["answered"] = kind
        told: Json = {"id": request.match_info["id"], "type": known["type"]}
        match kind:
            case 8:
                self.choices[token] = data["choices"]
                return {"interaction": told}
            case 9:
                if known["type"] == 5:
                    raise Refused(400, 50035, "a modal opens no modal")
                self._must(problems_of_modal, data)
                self.modals[token] = data
                return {"interaction": told}
            case 5:
                assert set(data) <= {"flags"}
                message = self._message(known["channel"], BOT, flags=data.get("flags", 0) | LOADING, sent={}, files={})
            case 4 | 7:
                self._must(problems_of_message, data, files)
                message = self._message(known["channel"], BOT, flags=data.get("flags", 0))
                self._drawn(message, data, files)
                if kind == 7:
                    message["flags"] |= EPHEMERAL
            case _:
                raise Refused(400, 50035, f"callback of type {kind}")
        assert message["flags"] & EPHEMERAL, "an answer that everyone sees"
        self.answers[token].append(message)
        return {"interaction": told, "resource": {"type": kind, "message": message}}

    async def _follow_up(self, request: web.Request) -> Json:
        token = request.match_info["token"]
        said, files = await _read(request)
        known = self.interactions.get(token)
        if known is None or not known["answered"]:
            raise Refused(404, 10015, "Unknown Webhook")
        known["follow_ups"] = known.get("follow_ups", 0) + 1
        if known["alone"] and known["follow_ups"] > 5:
            raise Refused(400, 40094, "This interaction has reached the maximum number of follow up messages.")
        self._must(problems_of_message, said, files)
        message = self._message(known["channel"], BOT, flags=said.get("flags", 0))
        self.answers[token].append(self._drawn(message, said, files))
        return message

    async def _original(self, request: web.Request) -> Json:
        if not self.answers[request.match_info["token"]]:
            raise Refused(404, 10015, "Unknown Webhook")
        return self.answers[request.match_info["token"]][0]

    async def _edit_original(self, request: web.Request) -> Json:
        token = request.match_info["token"]
        said, files = await _read(request)
        self.arrived(token, 0)
        if not self.answers[token]:
            raise Refused(404, 10015, "Unknown Webhook")
        self._must(problems_of_message, said, files)
        return self._drawn(self.answers[token][0], said, files)

    async def _direct(self, request: web.Request) -> Json:
        user = (await request.json())["recipient_id"]
        return self.channel(self.direct(str(user)))

    async def _post(self, request: web.Request) -> Json:
        channel = request.match_info["channel"]
        said, files = await _read(request)
        self._open(channel)
        if channel in self.locked:
            raise Refused(403, 160005, "Thread is locked")
        self.archived.discard(channel)  # who writes in a thread brings it back
        self._must(problems_of_message, said, files)
        nonce = (channel, str(said.get("nonce") or self.number()))
        if said.get("enforce_nonce") and nonce in self.nonces:
            return self.nonces[nonce]
        message = self._drawn(self._message(channel, BOT), said, files)
        texts = " ".join(str(one["content"]) for one in walk(said["components"]) if one.get("type") == 10)
        message["pings"] = [str(user) for user in said["allowed_mentions"].get("users", ()) if f"<@{user}>" in texts]
        self.nonces[nonce] = message
        self.channels[channel].append(message)
        return message

    async def _thread(self, request: web.Request) -> Json:
        """Make a post in a forum: a thread whose first message has the thread's own id."""
        said, files = await _read(request)
        self._must(problems_of_message, said["message"], files)
        if self.tags is not None and not set(said.get("applied_tags") or ()) & {tag["id"] for tag in self.tags}:
            raise Refused(400, 40067, "A tag is required to create a forum post in this channel")
        assert 1 <= len(said["name"]) <= 100
        message = self._drawn(self._message("", BOT), said["message"], files)
        message["channel_id"] = message["id"]
        self.known[message["id"]] = GUILD
        self.parents[message["id"]] = request.match_info["channel"]
        self.channels[message["id"]].append(message)
        thread = {"id": message["id"], "type": 11, "name": said["name"], "guild_id": GUILD, "owner_id": BOT}
        meta = {"archived": False, "auto_archive_duration": 1440, "archive_timestamp": message["timestamp"]}
        more = {"parent_id": request.match_info["channel"], "member_count": 1, "message_count": 0, "locked": False}
        return {**thread, **more, "thread_metadata": {**meta, "locked": False}, "message": message}

    async def _edit(self, request: web.Request) -> Json:
        channel = request.match_info["channel"]
        said, files = await _read(request)
        self._open(channel)
        if channel in self.archived:
            raise Refused(400, 50083, "Thread is archived")
        for message in self.channels[channel]:
            if message["id"] == request.match_info["message"]:
                kept = [{"id": one["id"], "filename": one["filename"]} for one in message["attachments"]]
                self._must(problems_of_message, {"attachments": kept, **said}, files)
                return self._drawn(message, said, files)
        raise Refused(404, 10008, "Unknown Message")

    async def _channel(self, request: web.Request) -> Json:
        if request.match_info["channel"] not in self.known:
            raise Refused(404, 10003, "Unknown Channel")
        return self.channel(request.match_info["channel"])

    async def _edit_channel(self, request: web.Request) -> Json:
        channel = request.match_info["channel"]
        assert await request.json() == {"archived": False}
        if channel in self.locked:
            raise Refused(403, 50013, "Missing Permissions")
        self.archived.discard(channel)
        return self.channel(channel)

    async def _one_guild(self, request: web.Request) -> Json:
        return self._guild(request.match_info["guild"])

    def _open(self, channel: str) -> None:
        if channel in self.closed:
            direct = channel not in self.known
            raise Refused(403, 50007 if direct else 50013, "Cannot send messages" if direct else "Missing Permissions")
        if channel in self.known and self.known[channel] not in self.guilds:
            raise Refused(403, 50001, "Missing Access")
        if channel not in self.known and "70" + channel[2:] not in HANDLES:
            raise Refused(404, 10003, "Unknown Channel")

    async def _member(self, request: web.Request) -> Json:
        guild, user = request.match_info["guild"], request.match_info["user"]
        if guild not in self.guilds:
            raise Refused(403, 50001, "Missing Access")
        if user not in HANDLES or (guild, user) in self.absent:
            raise Refused(404, 10007, "Unknown Member")
        return self.member(user, guild=guild)

    async def _grant(self, request: web.Request) -> None:
        """Give or take a role, where the bot may manage roles and stands above it."""
        user, id_ = request.match_info["user"], request.match_info["role"]
        mine = [self.roles[role] for role in self.had[BOT]]
        powers = [int(role["permissions"]) for role in mine]
        if request.match_info["guild"] != GUILD:
            raise Refused(403, 50001, "Missing Access")
        if user not in HANDLES or user in self.strangers:
            raise Refused(404, 10007, "Unknown Member")
        if id_ not in self.roles:
            raise Refused(404, 10011, "Unknown Role")
        role, highest = self.roles[id_], max((one["position"] for one in mine), default=0)
        if role["managed"] or id_ == GUILD or role["position"] >= highest:
            raise Refused(403, 50013, "Missing Permissions")
        if not any(power & (MANAGE_ROLES | ADMINISTRATOR) for power in powers):
            raise Refused(403, 50013, "Missing Permissions")
        self.reasons.append(unquote(request.headers["X-Audit-Log-Reason"]))
        if request.method == "PUT":
            self.had[user].add(id_)
        else:
            self.had[user].discard(id_)

    async def _members(self, request: web.Request) -> list[Json]:
        if not self.members_intent:
            raise Refused(403, 50001, "Missing Access")
        after = int(request.query.get("after", 0))
        guild = request.match_info["guild"]
        found = sorted(int(user) for user in HANDLES if int(user) > after and (guild, user) not in self.absent)
        return [self.member(str(user)) for user in found[: int(request.query.get("limit", 1))]]

    async def _search(self, request: web.Request) -> list[Json]:
        asked = request.query["query"].casefold()
        called = [
            user
            for handle, (user, name) in USERS.items()
            if handle.startswith(asked) or name.casefold().startswith(asked)
        ]
        return [self.member(user) for user in called]


def _role(id_: str, name: str, position: int, permissions: int = 0) -> Json:
    shown = {"color": 0, "colors": {"primary_color": 0}, "hoist": False, "mentionable": False, "flags": 0}
    return {**shown, "id": id_, "name": name, "position": position, "permissions": str(permissions), "managed": False}


def walk(value: Any) -> Iterator[Json]:
    """Give every object in what was sent, outermost first."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)


def _json(said: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Answer with the content type that discord.py waits for, letter by letter."""
    typed = {"Content-Type": "application/json", **(headers or {})}
    return web.Response(body=json.dumps(said).encode(), status=status, headers=typed)


async def _read(request: web.Request) -> tuple[Json, dict[str, bytes]]:
    if request.content_type == "application/json":
        return await request.json(), {}
    form = await request.post()
    files = {str(name): part.file.read() for name, part in form.items() if isinstance(part, web.FileField)}
    return json.loads(str(form["payload_json"])), files


def _with_media(components: list[Json]) -> list[Json]:
    """Give components with pictures where Discord put them."""
    made: list[Json] = json.loads(json.dumps(components))
    for one in walk(made):
        if "url" in one and str(one["url"]).startswith("attachment://"):
            address = str(one["url"]).replace("attachment://", "https://cdn.example/")
            one |= {"url": address, "proxy_url": address, "loading_state": 2, "flags": 0, "attachment_id": "1"}
    return made


def _plain(said: Any) -> Any:
    """Leave out what only tests look at."""
    if isinstance(said, dict):
        return {key: _plain(value) for key, value in said.items() if key not in ("sent", "files", "pings")}
    return [_plain(one) for one in said] if isinstance(said, list) else said
