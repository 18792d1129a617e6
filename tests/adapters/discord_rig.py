"""Discord's rig: the real discord.py client, a Discord on loopback, and what its users' clients would send."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Self

from bot.adapters.discord import Access, Discord
from bot.core.app import App
from bot.core.db import Database
from bot.core.founding import Founder, add_starter, found
from bot.core.outbox import Outbox
from bot.core.port import Platform
from bot.core.site import Site
from tests.adapters.discord_fake import (
    BOT,
    CLASS,
    CLASS_ROLE,
    CLUB_CHANNEL,
    GUILD,
    HANDLES,
    TOKEN,
    USERS,
    FakeDiscord,
    Json,
    walk,
)
from tests.adapters.discord_limits import components
from tests.adapters.rig import Answer, Seen, SeenForm, Upload
from tests.conftest import Clock

COMMAND, COMPONENT, TYPING, MODAL = 2, 3, 4, 5
PAGE = re.compile(r"[mf](\d+)\.(\d+)\.")
MARKS = re.compile(
    r"`(?P<code>[^`\n]+)`|\\(?P<char>[^0-9A-Za-z\s])|<@(?P<user>\d+)>|<t:(?P<at>\d+):\w>"
    r"|\[(?P<text>(?:\\.|[^\]\\])*)\]\((?P<url>\S+?)\)|<(?P<bare>https?://[^\s>]+)>"
    r"|(?P<mark>\*\*|\*|\u200b|^\#\#\#\ )",
    re.MULTILINE,
)


class DiscordRig:
    """Laurel on a server with the class's channel."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        teachers: tuple[str, ...] = ("Teachers",),
        servers: tuple[str, ...] = (),
        celebrations: tuple[str, ...] = (),
        shards: int = 1,
    ) -> None:
        self.database, self.clock = database, clock
        self.site = Site(pages="http://127.0.0.1:8080", master_key=bytes(range(32)))
        self.platforms: dict[str, Platform] = {}
        self.app = App(database, self.site, clock=clock, platforms=self.platforms)
        self.discord = FakeDiscord()
        self.discord.shards = shards
        self.teachers, self.servers, self.celebrations = teachers, servers, celebrations

    async def __aenter__(self) -> Self:
        await self.discord.__aenter__()
        await asyncio.to_thread(self._furnish)
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        await self.discord.__aexit__()

    async def start(self) -> None:
        """Start Laurel, as if for the first time or again."""
        fake = self.discord
        self.platform = Discord(
            self.app, Access(TOKEN, self.teachers, self.servers, self.celebrations, fake.api, fake.gateway)
        )
        self.platforms["discord"] = self.platform
        self.outbox = Outbox(self.database, self.site, self.platforms, self.clock)
        self.running = asyncio.create_task(self.platform.run())
        async with asyncio.timeout(60):
            while len(self.named()) < len(fake.guilds):
                assert not self.running.done(), self.running.exception()
                await asyncio.sleep(0.005)

    def named(self) -> list[str]:
        """Give the names of the servers that Laurel knows itself to be in."""
        return [guild.name for guild in (self.platform.client.guilds if self.platform.client else ()) if guild.name]

    async def stop(self) -> None:
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)

    def _furnish(self) -> None:
        now = self.clock()
        with self.database.write() as db:
            organisation = found(db, self.site, now, Founder("Riverside School", "", "en", "Europe/London"))
            add_starter(db, now, organisation)

    # -- what people do ----------------------------------------------------------------------------------------

    async def type(self, who: str, text: str, *, where: str = "class-8b", event_id: str | None = None) -> Seen:
        channel = self._where(who, where)
        if text.startswith("/"):
            return await self.do(who, COMMAND, slash(text), channel=channel, event_id=event_id)
        message = self.discord.post(channel, USERS[who][0], mentioned(text))
        if channel == CLASS:
            return Seen("")
        await self.discord.dispatch("MESSAGE_CREATE", message)
        await self.settled()
        return self._message(self.discord.channels[channel][-1])

    async def do(
        self, who: str, kind: int, data: Json, *, channel: str = CLASS, event_id: str | None = None, **more: Any
    ) -> Seen:
        """Send an interaction, and give what the caller sees then."""
        token = await self.send(who, kind, data, channel=channel, event_id=event_id, **more)
        if token in self.discord.modals:
            return seen_modal(self.discord.modals[token], channel)
        return await self.answered(who, self.discord.answers[token], channel)

    async def send(
        self, who: str, kind: int, data: Json, *, channel: str = CLASS, event_id: str | None = None, **more: Any
    ) -> str:
        """Send an interaction, wait until it is served, and give its token."""
        number = str(int(hashlib.sha256(event_id.encode()).hexdigest()[:14], 16)) if event_id else ""
        made = self.discord.interaction(who, kind, data, channel=channel, id_=number, **more)
        await self.discord.dispatch("INTERACTION_CREATE", made)
        await self.settled()
        return str(made["token"])

    async def settled(self) -> None:
        await self.discord.heard()
        await self.platform.listening.drain()

    async def press(self, who: str, label: str, *, on: Seen, event_id: str | None = None) -> Seen:
        every = [found for found in _pressable(on.raw["messages"]) if labelled(found[1].pop("is"), label)]
        [(message, data)] = every[:1]
        return await self._pressed(who, message, data, event_id)

    async def _pressed(self, who: str, message: Json, data: Json, event_id: str | None = None) -> Seen:
        plain = {key: value for key, value in message.items() if key not in ("sent", "files", "pings")}
        channel = message["channel_id"]
        return await self.do(who, COMPONENT, data, channel=channel, event_id=event_id, message=plain)

    async def fill(self, who: str, seen: Seen, answers: Mapping[str, Answer], *, event_id: str | None = None) -> Seen:
        left = dict(answers)
        if "modal" in seen.raw:
            opened = seen
        else:
            opened = await self._open(who, seen, left)
        while True:
            modal = opened.raw["modal"]
            names = {name.partition("#")[0] for name in _inputs(modal)}
            given = {name: left.pop(name) for name in list(left) if name in names}
            seen = await self._sent(who, opened, given, None if left else event_id)
            if PAGE.match(modal["custom_id"])[2] == "1":  # type: ignore[index]
                assert not left, f"the form does not ask for {left}"
                return seen
            if not left:
                message, submit = _submit_of(seen.raw["messages"])
                return await self._pressed(who, message, submit, event_id)
            opened = await self._open(who, seen, left)

    async def _open(self, who: str, seen: Seen, answers: Mapping[str, Answer]) -> Seen:
        """Open that page of a form which asks for what is still to be answered."""
        opened = None
        for message, data in _openers(seen.raw["messages"]):
            opened = await self._pressed(who, message, data)
            if {name.partition("#")[0] for name in _inputs(opened.raw["modal"])} & set(answers):
                return opened
        assert opened is not None, "no form is open"
        return opened

    async def _sent(self, who: str, opened: Seen, given: Mapping[str, Answer], event_id: str | None) -> Seen:
        modal, users, attachments = opened.raw["modal"], {}, {}
        sent = []
        for component in modal["components"]:
            if component["type"] != 18:
                sent.append({"type": component["type"], "id": len(sent) + 1})
                continue
            inner = component["component"]
            name = inner["custom_id"].partition("#")[0]
            if inner["type"] == 19:
                uploads = [one for one in given.get(name, ()) if isinstance(one, Upload)]  # type: ignore[union-attr]
                there = {one["id"]: one for one in (self.discord.attachment(u.name, u.data) for u in uploads)}
                attachments |= there
                sent.append({"type": 18, "id": len(sent) + 1, "component": _chosen(inner, list(there))})
                continue
            made = _answered(inner, given.get(name))
            users |= {user: self.discord.user(user) for user in made.get("values", ()) if user in HANDLES}
            sent.append({"type": 18, "id": len(sent) + 1, "component": made})
        members = {user: self.discord.member(user, inside=False) for user in users}
        data = {
            "custom_id": modal["custom_id"],
            "components": sent,
            "resolved": {"users": users, "members": members, "attachments": attachments},
        }
        return await self.do(who, MODAL, data, channel=opened.raw["channel"], event_id=event_id)

    async def settled_in(self, channel: str) -> list[Seen]:
        """Deliver what is due, and give what stands in a channel or thread."""
        await self.settle()
        return [self._message(message) for message in self.discord.channels[channel]]

    async def share(self, who: str, text: str, *files: Upload) -> Seen:
        """Let somebody write in the class's channel, with files."""
        posted = self.discord.post(CLASS, USERS[who][0], text, {one.name: one.data for one in files})
        return self._message(posted)

    async def award_message(self, who: str, message: Seen) -> Seen:
        [raw] = message.raw["messages"]
        resolved = {"messages": {raw["id"]: raw}}
        data = {"id": "1", "type": 3, "name": "Award for this message", "target_id": raw["id"], "resolved": resolved}
        return await self.do(who, COMMAND, data)

    # -- what people see ---------------------------------------------------------------------------------------

    async def channel(self, where: str = "class-8b") -> list[Seen]:
        return [self._message(message) for message in self.discord.channels[self._where("teacher", where)]]

    async def direct(self, who: str) -> list[Seen]:
        return [self._message(message) for message in self.discord.channels[self._where(who, "dm")]]

    def pinged(self) -> set[str]:
        return {HANDLES[user] for message in self.discord.channels[CLASS] for user in message.get("pings", ())}

    async def settle(self) -> None:
        while await self.outbox.pump():
            pass

    def _where(self, who: str, where: str) -> str:
        places = {"class-8b": CLASS, "chess-club": CLUB_CHANNEL}
        return places.get(where) or self.discord.direct(USERS[who][0])

    def _message(self, message: Json) -> Seen:
        return seen_messages([message], message["channel_id"])

    async def answered(self, who: str, messages: list[Json], channel: str) -> Seen:
        """Give what somebody sees; of a form they open every page, and look."""
        seen = seen_messages(messages, channel)
        pages = [await self._pressed(who, message, data) for message, data in _openers(messages)]
        forms = [page.form for page in pages if page.form is not None]
        if not forms:
            return seen
        fields = tuple(dict.fromkeys(name for form in forms for name in form.fields))
        problems = {name: said for form in forms for name, said in form.problems.items()}
        form = SeenForm(forms[0].title, forms[0].submit, fields, problems)
        return Seen(seen.text, seen.kind, "laurel", seen.buttons, seen.links, seen.pictures, form, seen.raw)


# -- what Discord's clients make of what people type -----------------------------------------------------------------


def slash(text: str) -> Json:
    """Make a command as typed in other chats into the options that somebody would fill in."""
    name, *words = text[1:].split(" ")
    match name, *words[:1]:
        case "award", *_:
            return command(name, **_award(words))
        case "revoke", *_:
            badge, _, reason = " ".join(words[1:]).partition(" because")
            return command(name, student=words[0], badge=badge, reason=reason.strip() or "because")
        case "mybadges", str(who) if who.startswith("@"):
            return command(name, "show", member=who)
        case "mybadges", *_:
            return command(name, *(words or ["show"]))
        case "goals", "add":
            return command(name, "add", what=" ".join(words[1:]))
        case "goals", *_:
            return command(name, words[0] if words else "list", **({"goal": " ".join(words[1:])} if words[1:] else {}))
        case "badge", str(sub):
            return command(name, sub, **({"badge": " ".join(words[1:])} if words[1:] else {}))
        case "verify", *_:
            return command(name, **({"url": words[0]} if words else {}))
    return command(name, *words)


def command(name: str, *path: str, **options: Any) -> Json:
    """Make a command's data: `@sam` is chosen from a list, everything else is typed."""
    made, resolved = [], {"users": {}, "members": {}, "roles": {}}  # type: ignore[var-annotated]
    fake = FakeDiscord()
    for key, value in options.items():
        if key == "role":
            chosen = next((role for role in fake.roles.values() if role["name"] == value), fake.roles[CLASS_ROLE])
            resolved["roles"][chosen["id"]] = chosen
            made.append({"name": key, "type": 8, "value": chosen["id"]})
        elif isinstance(value, str) and value.removeprefix("@") in USERS and value.startswith("@"):
            user = USERS[value[1:]][0]
            resolved["users"][user] = fake.user(user)
            resolved["members"][user] = fake.member(user, inside=False)
            made.append({"name": key, "type": 6, "value": user})
        else:
            kind = 5 if isinstance(value, bool) else 3
            made.append({"name": key, "type": kind, "value": mentioned(value) if kind == 3 else value})
    for sub in reversed(path):
        made = [{"name": sub, "type": 1, "options": made}]
    return {"id": "1", "name": name, "type": 1, "options": made, "resolved": resolved}


def _award(words: list[str]) -> Json:
    options: Json = {}
    while words and words[0].startswith("@"):
        who = words.pop(0)
        if who == "@class-8b":
            options["role"] = who
        elif who[1:] in USERS:
            students = sum(key.startswith("student") for key in options)
            options["student" if not students else f"student{students + 1}"] = who
        else:
            options["students"] = who
    rest = " ".join(words)
    quoted = re.fullmatch(r'"([^"]*)"(?: for (.*))?', rest)
    badge, reason = (quoted[1], quoted[2]) if quoted else (rest.partition(" for ")[0], rest.partition(" for ")[2])
    return {**options, **({"badge": badge} if badge else {}), **({"reason": reason} if reason else {})}


def mentioned(text: str) -> str:
    """Make `@sam` into what Discord's clients make of it."""
    return re.sub(r"@(\w+)", lambda hit: f"<@{USERS[hit[1]][0]}>" if hit[1] in USERS else hit[0], text)


# -- reading what Discord would draw ----------------------------------------------------------------------------------


def shown(content: str) -> str:
    """Give what can be read of a text in Discord's markdown."""

    def read(hit: re.Match[str]) -> str:
        match hit.lastgroup:
            case "user":
                return "@" + USERS[HANDLES[hit["user"]]][1] if hit["user"] in HANDLES else hit[0]
            case "url" | "text":
                return shown(hit["text"])
            case "mark":
                return ""
        return hit[hit.lastgroup or 0] or ""

    return MARKS.sub(read, content)


def seen_messages(messages: list[Json], channel: str) -> Seen:
    every = [one for message in messages for one in components(message.get("components", []))]
    texts = [one["content"] for one in every if one["type"] == 10] + [m["content"] for m in messages if m["content"]]
    hits = [hit for text in texts for hit in MARKS.finditer(text)]
    links = [hit["url"] or hit["bare"] for hit in hits if hit["url"] or hit["bare"]]
    options = [option for one in every if one["type"] == 3 for option in one["options"]]
    refused = any(text.startswith("⚠") for text in texts[:1])
    for message in messages:
        assert all(file.startswith(b"\x89PNG") for file in message.get("files", {}).values())
    return Seen(
        "\n".join(map(shown, texts)),
        "refused" if refused else "said",
        HANDLES.get(messages[0]["author"]["id"], "") if messages else "",
        (*(one["label"] for one in every if one["type"] == 2), *(option["label"] for option in options)),
        (*links, *(one["url"] for one in every if one["type"] == 2 and "url" in one)),
        tuple(one["description"] for one in walk([m.get("components") for m in messages]) if "media" in one),
        None,
        {"messages": messages, "channel": channel},
    )


def seen_modal(modal: Json, channel: str) -> Seen:
    labels = [one for one in modal["components"] if one["type"] == 18]
    texts = [shown(one["content"]) for one in modal["components"] if one["type"] == 10]
    names = {one["component"]["custom_id"].partition("#")[0]: one.get("description", "") for one in labels}
    problems = {name: said.removeprefix("⚠ ") for name, said in names.items() if said.startswith("⚠ ")}
    form = SeenForm(modal["title"], "", tuple(names), problems)
    told = [shown for one in labels for shown in (one["label"], one.get("description", ""), *_ticks(one["component"]))]
    text = "\n".join([modal["title"], *texts, *told])
    return Seen(text, author="laurel", form=form, raw={"modal": modal, "channel": channel})


def _ticks(inner: Json) -> list[str]:
    return [option["label"] for option in inner["options"]] if inner["type"] == 22 else []


def labelled(shown: str, wanted: str) -> bool:
    return shown == wanted or shown.startswith(f"{wanted} ")


def _pressable(messages: list[Json]) -> Iterator[tuple[Json, Json]]:
    for message in messages:
        for one in components(message["components"]):
            if one["type"] == 2 and one.get("custom_id"):
                yield message, {"is": one["label"], "custom_id": one["custom_id"], "component_type": 2}
            for option in one["options"] if one["type"] == 3 else ():
                chosen = {"custom_id": one["custom_id"], "component_type": 3, "values": [option["value"]]}
                yield message, {"is": option["label"], **chosen}


def _openers(messages: list[Json]) -> Iterator[tuple[Json, Json]]:
    for message, data in _pressable(messages):
        if PAGE.match(data["custom_id"]) and data.pop("is"):
            yield message, data


def _submit_of(messages: list[Json]) -> tuple[Json, Json]:
    """Give the button that sends a form of several pages: it stands after those that open them."""
    message, data = [found for found in _pressable(messages) if not PAGE.match(found[1]["custom_id"])][-1]
    data.pop("is")
    return message, data


def _inputs(modal: Json) -> list[str]:
    return [one["component"]["custom_id"] for one in modal["components"] if one["type"] == 18]


def _chosen(asked: Json, values: list[str]) -> Json:
    assert asked["min_values"] <= len(values) <= asked["max_values"]
    return {"type": asked["type"], "custom_id": asked["custom_id"], "id": 9, "values": values}


def _answered(asked: Json, given: Answer | None) -> Json:
    """Make an answer into what Discord sends; what is left alone stays as it was."""
    made = {"type": asked["type"], "custom_id": asked["custom_id"], "id": 9}
    match asked["type"]:
        case 4:
            value = asked.get("value", "") if given is None else given
            assert len(str(value)) <= asked["max_length"]
            return {**made, "value": value}
        case 3:
            options = asked["options"]
            chosen = [o["value"] for o in options if given in (o["value"], o["label"])]
            default = [o["value"] for o in options if o.get("default")]
            return {**made, "values": chosen or default}
        case 5:
            default = [one["id"] for one in asked.get("default_values", ())]
            return {**made, "values": [USERS[h][0] for h in given] if isinstance(given, tuple) else default}
        case 22:
            default = [o["value"] for o in asked["options"] if o.get("default")]
            chosen = [o["value"] for o in asked["options"] if isinstance(given, tuple) and o["label"] in given]
            return _chosen(asked, default if given is None else chosen)
        case 23:
            return {**made, "value": asked.get("default", False) if given is None else given}
    raise AssertionError(asked)


__all__ = ["BOT", "GUILD", "DiscordRig", "command", "shown"]
