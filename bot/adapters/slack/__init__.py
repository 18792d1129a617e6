"""Slack, over slack-bolt: by Socket Mode, or by signed requests to the web server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from starlette.routing import BaseRoute, Route

from bot.adapters.slack import installing
from bot.adapters.slack.answering import Answering
from bot.adapters.slack.commands import Reading
from bot.adapters.slack.delivering import Delivering
from bot.adapters.slack.directory import Directory
from bot.adapters.slack.home import Home
from bot.adapters.slack.installing import Client, Installations
from bot.adapters.slack.listening import Listening
from bot.adapters.slack.modals import Modals
from bot.adapters.slack.render import PLATFORM
from bot.adapters.slack.transport import Signed, Socket
from bot.adapters.slack.working import Work
from bot.adapters.slack.workspaces import (
    API,
    ENDED,
    Workspace,
    Workspaces,
    client,
    error_of,
    is_revoked,
    who_am_i,
)
from bot.core.app import App
from bot.core.port import Limits, MemberRef, Place, Reply, Result, Stopped

__all__ = ["API", "Access", "Client", "Slack"]

log = structlog.get_logger(__name__)

EVENTS = "/slack/events"
NOT_INSTALLED = "Laurel is not installed in this workspace: ask who runs it to install it."
"""To a workspace that the core knows nothing of."""


@dataclass(frozen=True, slots=True)
class Access:
    """What Laurel comes to Slack with: a bot's token, and an app's token (Socket Mode) or a signing secret (HTTP)."""

    bot_token: str = ""
    app_token: str = ""
    signing_secret: str = ""
    api: str = API
    oauth: Client | None = None
    """Set where workspaces install Laurel by themselves; then there is no token of one."""


class Slack:
    """Slack as a platform of the port."""

    name = PLATFORM
    limits = Limits()

    def __init__(self, app: App, access: Access, teachers: Collection[str] = ()) -> None:
        self.app, self._access = app, access
        self._installations: Installations | None = None
        if access.oauth is not None:
            self._installations = Installations(app.database, app.site.master_key, access.oauth.id)
        self.workspaces = Workspaces(access.api, self._find)
        self.directory = Directory(self.workspaces, teachers)
        self.reading = Reading(app, self.directory)
        self.answering = Answering(app, self.workspaces)
        self.home = Home(app, self.workspaces, self.reading, self.answering)
        self.work = Work(app, self.reading, self.answering, self.home, self.noticed)
        modals = Modals(app, self.workspaces, self.reading, self.answering, self.work)
        self.listening = Listening(app, self.workspaces, self.reading, self.home, modals, self.work, self)
        self._delivering = Delivering(self.workspaces, self.answering, app.clock, self.noticed)
        self._me: Workspace | None = None
        self._asking = asyncio.Lock()
        self._over = asyncio.Event()
        self._why = ""
        self._loop: asyncio.AbstractEventLoop | None = None
        app.follow(self)
        self.bolt = AsyncApp(
            authorize=_authorizing(self.workspaces),  # type: ignore[arg-type]  # None is how bolt is told of nobody
            client=client(access.api, None),
            signing_secret=access.signing_secret or "unused",
            request_verification_enabled=False,  # `Signed` has done so, before anything was read
            user_facing_authorize_error_message=NOT_INSTALLED,
            process_before_response=True,  # the listeners only begin: the acknowledgement leaves at once
        )
        self.listening.listen(self.bolt)

    def routes(self) -> list[BaseRoute]:
        """Give the address that Slack sends to, where it does not come by a socket."""
        if self._access.app_token:
            return []
        found: list[BaseRoute] = [
            Route(EVENTS, Signed(self.bolt, self._access.signing_secret).answer, methods=["POST"])
        ]
        if self._access.oauth is not None and self._installations is not None:
            api, pages = self._access.api, self.app.site.pages
            found += installing.routes(self._access.oauth, self._installations, self.app.database, api, pages)
        return found

    async def run(self) -> None:
        """Serve until cancelled. Raises `Stopped` for a token that is no longer good."""
        self._loop = asyncio.get_running_loop()
        tasks: list[asyncio.Task[Any]] = [asyncio.create_task(self._over.wait(), name="slack over")]
        if self._access.app_token:
            socket = Socket(self.bolt, self._access.app_token, self._access.api, self._stop)
            tasks.append(asyncio.create_task(socket.keep(), name="slack socket"))
        try:
            await self._greet()
            await self._over.wait()
        finally:
            self._loop = None
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.work.drain()
        raise Stopped(self._why)

    async def deliver(self, to: Place | MemberRef, reply: Reply, *, key: str, edits: str | None) -> Result:
        """Put `reply` in a channel or in somebody's direct messages, or change the message that `edits` names."""
        del key  # Slack offers nothing to tell one message sent twice by
        result = await self._delivering.deliver(to, reply, edits)
        if isinstance(to, MemberRef):  # what they are told of stands in their home, whichever process has done it
            self.work.aside(self.home.refresh(to.space, to.id))
        return result

    def changed(self, who: MemberRef) -> None:
        """Hear, on whatever thread, that somebody's badges or goals have changed: their home follows."""
        if who.platform == PLATFORM and self._loop is not None:
            with suppress(RuntimeError):  # it was closed meanwhile: then nobody has anything open
                self._loop.call_soon_threadsafe(self._renew, who)

    def _renew(self, who: MemberRef) -> None:
        self.work.aside(self.home.refresh(who.space, who.id))

    async def unfurl(self, team: str, event: Mapping[str, Any]) -> None:
        """Show a badge's address that somebody posted, or is about to, as its card."""
        cards = {}
        for link in event.get("links") or ():
            reply = await self.app.unfurl(str(link["url"]))
            if reply is not None:
                sources = await self.answering.sources(reply, team)
                cards[link["url"]] = {"blocks": await self.answering.blocks(reply, team, sources)}
        if not cards:
            return
        where = {"channel": event["channel"], "ts": event["message_ts"]}
        if event.get("unfurl_id"):  # in a message that is still being written there is no channel to name
            where = {"unfurl_id": event["unfurl_id"], "source": event["source"]}
        web = await self.workspaces.client(team)
        try:
            await web.chat_unfurl(**where, unfurls=cards)
        except SlackApiError as error:
            why = error_of(error)
            if not (why.startswith("cannot_unfurl") or why in ("not_in_channel", "channel_not_found")):
                raise
            log.debug("Slack shows no card for an address", why=why)

    async def uninstalled(self, team: str, why: str, at: float | None = None) -> None:
        """Forget a workspace that took Laurel out; where it is the only one, there is nothing left to serve.

        `at` is when it did: what it installed later stays.
        """
        self.directory.forget(team)
        log.warning("Laurel was taken out of a workspace of Slack", team=team, why=why)
        if self._installations is not None:
            await self._installations.forget(team, at)
        else:
            self._stop(why)

    async def noticed(self, error: Exception, team: str) -> None:
        """Look whether an error says that a token is no longer good."""
        if not (isinstance(error, SlackApiError) and is_revoked(error)):
            return
        if self._installations is None or (error_of(error) in ENDED and await self._is_over(team)):
            await self.uninstalled(team, error_of(error))

    async def _is_over(self, team: str) -> bool:
        """Ask about the token that is kept now: the one that was refused may be older."""
        workspace = await self._find(team)
        if workspace is None:
            return False
        try:
            await who_am_i(self._access.api, workspace.token)
        except SlackApiError as error:
            return error_of(error) in ENDED
        return False

    def _stop(self, why: str) -> None:
        self._why = f"Slack says {why}: install the app again and set its new token"
        self._over.set()

    async def _greet(self) -> None:
        """Find out at once whether the token is good; a network that is away is waited for."""
        wait = 1.0
        if self._installations is not None:
            return
        while not self._over.is_set():
            try:
                me = await self._myself()
            except SlackApiError as error:
                await self.noticed(error, "")
                if not self._over.is_set():
                    log.warning("Slack does not say who we are", why=error_of(error))
            except (OSError, TimeoutError) as error:
                log.warning("Slack cannot be reached", why=type(error).__name__)
            else:
                log.info("Slack knows us", workspace=me.name)
                return
            await asyncio.sleep(wait)
            wait = min(wait * 2, 60.0)

    async def _myself(self) -> Workspace:
        async with self._asking:
            if self._me is None:
                self._me = await who_am_i(self._access.api, self._access.bot_token)
            return self._me

    async def _find(self, team: str) -> Workspace | None:
        if self._installations is not None:
            return await self._installations.find(team)
        me = self._me or await self._myself()
        return me if me.team == team else None


def _authorizing(workspaces: Workspaces) -> Callable[..., Awaitable[AuthorizeResult | None]]:
    async def authorize(team_id: str | None) -> AuthorizeResult | None:  # bolt gives what is named like that
        workspace = await workspaces.find(team_id or "")
        return workspace.authorized() if workspace is not None else None

    return authorize
