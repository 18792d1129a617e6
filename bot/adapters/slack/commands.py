"""What members do in Slack, as an actor and a command of the port."""

from __future__ import annotations

import asyncio
import base64
import dataclasses
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters import names
from bot.adapters.slack import markup
from bot.adapters.slack.answering import Line
from bot.adapters.slack.directory import Directory
from bot.adapters.slack.files import attached, fetch
from bot.adapters.slack.render import PLATFORM
from bot.adapters.slack.views import Given, Kept, Uploaded
from bot.adapters.slack.workspaces import UNREACHED
from bot.core.app import App
from bot.core.commands import AskAward, AwardBadge, Chat, Command, Quote, Typed, VerifyBadge
from bot.core.credentials.baking import MAX_PICTURE
from bot.core.errors import Refusal
from bot.core.holding import Offered
from bot.core.port import Actor, MemberRef, Person, Place, Reply
from bot.core.words.replies import reply as in_words

Body = Mapping[str, Any]
PERMALINK_PATIENCE = 1.0
"""Seconds that a message's address may take: the modal has to open within three."""


def team_of(body: Body) -> str:
    """Give the workspace that something happened in."""
    return str(body.get("team_id") or (body.get("team") or {}).get("id") or (body.get("user") or {}).get("team_id"))


def user_of(body: Body) -> str:
    """Give who did it."""
    user = body.get("user")
    return str(user["id"] if isinstance(user, Mapping) else user or body.get("user_id"))


def is_direct(channel: str) -> bool:
    """Tell whether a channel is a conversation of two."""
    return channel.startswith("D")


def line_of(body: Body) -> Line:
    """Give where an answer can go to something that was pressed, sent or chosen."""
    view = body.get("view") or {}
    modal = view.get("type") == "modal"
    kept = Kept.read(view.get("private_metadata") or "") if modal else Kept()
    channel = str((body.get("channel") or {}).get("id") or kept.channel)
    return Line(
        team_of(body),
        user_of(body),
        channel,
        url=str(body.get("response_url") or kept.url),
        trigger=str(body.get("trigger_id") or ""),
        view=str(view["id"]) if modal and body.get("type") == "block_actions" else "",
        home=view.get("type") == "home",
        direct=is_direct(channel) and not body.get("response_url"),
        replaces=bool((body.get("container") or {}).get("is_ephemeral")),
    )


class Reading:
    """Reads what Slack sends. May raise `SlackApiError` where Slack does not say who somebody is.

    And a `Refusal`, where a file that was attached cannot be evidence.
    """

    def __init__(self, app: App, directory: Directory) -> None:
        self._app, self.directory = app, directory

    async def actor(self, line: Line, event_id: str, name: str = "") -> Actor:
        """Give who asks, from where, with what Slack knows of them."""
        known, roles = await asyncio.gather(
            self.directory.user(line.team, line.user), self.directory.roles(line.team, line.user)
        )
        ref = MemberRef(PLATFORM, line.team, line.user)
        # In App Home, and in a modal that was opened there, nobody is in a channel.
        place = Place(PLATFORM, line.team, line.channel or line.user, is_direct(line.channel) or not line.channel)
        if known is None:
            return Actor(Person(ref, name or line.user), place, event_id, roles)
        return Actor(known.person, place, event_id, roles, known.lang, known.timezone, known.email)

    async def slash(self, body: Body) -> Typed:
        """Read a slash command."""
        team = team_of(body)
        words = await markup.words(str(body.get("text") or ""), self.directory.lookup(team))
        if any(isinstance(word, str) and names.mentioned(word) for word in words):  # not chosen from Slack's list
            called = await self.directory.called(team)
            parts = (names.parted(word, called) if isinstance(word, str) else (word,) for word in words)
            words = tuple(part for some in parts for part in some)
        return Typed(str(body["command"]).lower(), words)

    async def chat(self, team: str, text: str) -> Chat:
        """Read ordinary words to the bot."""
        return Chat(await markup.words(text, self.directory.lookup(team)))

    async def posted(self, file: Mapping[str, Any], client: AsyncWebClient) -> VerifyBadge:
        """Read a file that somebody sent to Laurel: a badge to check. What is too large for one is not fetched."""
        if int(file.get("size") or 0) > MAX_PICTURE:
            return VerifyBadge(too_large=True)
        return VerifyBadge(file=base64.b64encode(await fetch(file, client, MAX_PICTURE)).decode())

    async def award_message(self, body: Body, client: AsyncWebClient) -> AskAward:
        """Read "Award for this message": the message becomes evidence."""
        team, message = team_of(body), body["message"]
        author_id = str(message.get("user") or message.get("bot_id") or "")
        lookup = self.directory.lookup(team)
        author, (text, named), url, offered = await asyncio.gather(
            self.directory.person(team, author_id),
            markup.prose(str(message.get("text") or ""), lookup),
            _permalink(body, client),
            self._offered(line_of(body), message.get("files") or (), client),
        )
        author = author or Person(MemberRef(PLATFORM, team, author_id), author_id, is_bot="bot_id" in message)
        at = datetime.fromtimestamp(float(message["ts"]), UTC)
        quote = Quote(author, text, at, url, named) if text or offered == Offered((), ()) else None
        return AskAward(quote, files=offered.held, left_out=offered.left_out, author=author)

    async def _offered(self, line: Line, files: Sequence[Body], client: AsyncWebClient) -> Offered:
        if not files:
            return Offered((), ())
        actor = await self.actor(line, "")
        await self._app.hold(actor, ())  # who may not award has nothing fetched
        return await self._app.offer(actor, await asyncio.gather(*(attached(file, client) for file in files)))

    async def answered(self, line: Line, answers: Mapping[str, Given], client: AsyncWebClient) -> dict[str, object]:
        """Put people in the place of users' ids in a form's answers, and take in its files."""
        found: dict[str, object] = {}
        for name, value in answers.items():
            match value:
                case Uploaded(files):
                    fetched = await asyncio.gather(*(attached(file, client) for file in files))
                    found[name] = await self._app.hold(await self.actor(line, ""), fetched) if files else ()
                case list():
                    people = await asyncio.gather(*(self.directory.person(line.team, user) for user in value))
                    found[name] = tuple(person for person in people if person is not None)
                case _:
                    found[name] = value
        return found

    async def refused(self, line: Line, refusal: Refusal) -> Reply:
        """Say why something could not be asked."""
        known = await self.directory.user(line.team, line.user)
        return in_words(refusal, known.lang if known is not None else "")

    async def named(self, team: str, command: Command) -> Command:
        """Look who is mentioned in the reason that a form asked for."""
        if not isinstance(command, AwardBadge) or "@" not in command.reason:
            return command
        reason, named = names.in_prose(command.reason, await self.directory.called(team))
        return dataclasses.replace(command, reason=reason, named=named)


async def _permalink(body: Body, client: AsyncWebClient) -> str:
    channel, stamp = str(body["channel"]["id"]), str(body["message"]["ts"])
    try:
        asked = client.chat_getPermalink(channel=channel, message_ts=stamp)
        said = await asyncio.wait_for(asked, PERMALINK_PATIENCE)
    except UNREACHED:  # of a channel that the bot is not in, Slack tells it nothing
        domain = (body.get("team") or {}).get("domain")
        host = "slack-gov.com" if "slack-gov.com" in client.base_url else "slack.com"
        return f"https://{domain}.{host}/archives/{channel}/p{stamp.replace('.', '')}" if domain else ""
    return str(said["permalink"])
