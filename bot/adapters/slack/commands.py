"""What members do in Slack, as an actor and a command of the port."""

from __future__ import annotations

import asyncio
import base64
import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack import markup
from bot.adapters.slack.answering import Line
from bot.adapters.slack.directory import Directory
from bot.adapters.slack.render import PLATFORM
from bot.adapters.slack.views import Kept
from bot.core.commands import AskAward, AwardBadge, Chat, Command, Quote, Typed, VerifyBadge
from bot.core.credentials.baking import MAX_PICTURE
from bot.core.port import Actor, MemberRef, Person, Place

Body = Mapping[str, Any]
FILE_PATIENCE = 30.0
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
    """Reads what Slack sends. May raise `SlackApiError` where Slack does not say who somebody is."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory

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
        lookup = self.directory.lookup(team_of(body), user_of(body))
        return Typed(str(body["command"]).lower(), await markup.words(str(body.get("text") or ""), lookup))

    async def chat(self, team: str, user: str, text: str) -> Chat:
        """Read ordinary words to the bot."""
        return Chat(await markup.words(text, self.directory.lookup(team, user)))

    async def posted(self, file: Mapping[str, Any], client: AsyncWebClient) -> VerifyBadge:
        """Read a file that somebody sent to Laurel: a badge to check. What is too large for one is not fetched."""
        if int(file.get("size") or 0) > MAX_PICTURE:
            return VerifyBadge(too_large=True)
        headers = {"Authorization": f"Bearer {client.token}"}
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=FILE_PATIENCE)) as http,
            http.get(str(file["url_private_download"]), headers=headers) as answer,
        ):
            answer.raise_for_status()
            body = await answer.content.read(MAX_PICTURE)
        return VerifyBadge(file=base64.b64encode(body).decode())

    async def award_message(self, body: Body, client: AsyncWebClient) -> AskAward:
        """Read "Award for this message": the message becomes evidence, its author comes along as recipient."""
        team, caller, message = team_of(body), user_of(body), body["message"]
        author_id = str(message.get("user") or message.get("bot_id") or "")
        lookup = self.directory.lookup(team, caller)
        author, (text, named), url = await asyncio.gather(
            self.directory.person(team, author_id),
            markup.prose(str(message.get("text") or ""), lookup),
            _permalink(body["channel"]["id"], message["ts"], client),
        )
        author = author or Person(MemberRef(PLATFORM, team, author_id), author_id, is_bot="bot_id" in message)
        at = datetime.fromtimestamp(float(message["ts"]), UTC)
        recipients = () if author_id == caller or author.is_bot else (author,)
        return AskAward(Quote(author, text, at, url, named), recipients)

    async def answered(self, team: str, answers: Mapping[str, str | bool | list[str]]) -> dict[str, object]:
        """Put people in the place of users' ids in a form's answers."""
        found: dict[str, object] = {}
        for name, value in answers.items():
            if not isinstance(value, list):
                found[name] = value
                continue
            people = await asyncio.gather(*(self.directory.person(team, user) for user in value))
            found[name] = tuple(person for person in people if person is not None)
        return found

    async def named(self, team: str, command: Command) -> Command:
        """Look who is mentioned in the reason that a form asked for."""
        if not isinstance(command, AwardBadge) or "@" not in command.reason:
            return command
        reason, named = markup.typed(command.reason, await self.directory.called(team))
        return dataclasses.replace(command, reason=reason, named=named)


async def _permalink(channel: str, stamp: str, client: AsyncWebClient) -> str:
    try:
        asked = client.chat_getPermalink(channel=channel, message_ts=stamp)
        said = await asyncio.wait_for(asked, PERMALINK_PATIENCE)
    except (SlackApiError, TimeoutError):  # a channel that the bot is not in has no address that it can know
        return ""
    return str(said["permalink"])
