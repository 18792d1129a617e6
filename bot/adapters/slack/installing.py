"""Workspaces that install Laurel by themselves: Slack's OAuth flow, and their tokens, sealed."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass

from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models.bot import Bot
from slack_sdk.oauth.installation_store.models.installation import Installation
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore
from sqlalchemy import delete, func, select
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.adapters.slack.manifest import SCOPES
from bot.adapters.slack.workspaces import Workspace, client
from bot.core.credentials.keys import seal, unseal
from bot.core.db import Database
from bot.core.tables import Base

INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"
STATE_LASTS = 600
"""Seconds that somebody has to press "Allow"."""
ONE_BY_ONE = "Laurel is installed in one workspace at a time. Choose one in place of the whole organisation:"
"""To who installs it for an organisation; the address follows."""
_SECRETS = ("bot_token", "bot_refresh_token", "user_token", "user_refresh_token", "incoming_webhook_url")

# The SDK's own tables, known to the migrations like every other.
SQLAlchemyInstallationStore.build_bots_table(Base.metadata, "slack_bots")
SQLAlchemyInstallationStore.build_installations_table(Base.metadata, "slack_installations")
SQLAlchemyOAuthStateStore.build_oauth_states_table(Base.metadata, "slack_oauth_states")


@dataclass(frozen=True, slots=True)
class Client:
    """The app, as Slack's OAuth flow knows it."""

    id: str
    secret: str


class WholeOrganisation(Exception):
    """Somebody installed Laurel for all workspaces of an Enterprise Grid organisation at once."""


class Installations(AsyncInstallationStore):
    """What workspaces gave Laurel: one installation for each, its tokens sealed under the master key."""

    def __init__(self, database: Database, master: bytes, client_id: str) -> None:
        self._store, self._master = SQLAlchemyInstallationStore(client_id, database.engine), master

    async def async_save(self, installation: Installation) -> None:
        """Keep an installation in the place of an earlier one."""
        await asyncio.to_thread(self._save, installation)

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """Give a workspace's bot, whatever organisation it belongs to; tokens are open."""
        del enterprise_id, is_enterprise_install
        return await asyncio.to_thread(self._find, team_id or "")

    async def find(self, team: str) -> Workspace | None:
        """Give a workspace; None for one that never installed Laurel, or no longer has it."""
        bot = await asyncio.to_thread(self._find, team)
        return None if bot is None else _workspace(team, bot)

    async def all(self) -> list[Workspace]:
        """Give every workspace that has Laurel."""
        return await asyncio.to_thread(self._all)

    async def forget(self, team: str, at: float | None = None) -> None:
        """Let go of what a workspace gave: its tokens are no longer good. What was installed after `at` is kept."""
        await asyncio.to_thread(self._forget, team, at)

    def _forget(self, team: str, at: float | None) -> None:
        bot = self._store.find_bot(enterprise_id=None, team_id=team)
        # Slack tells the time in whole seconds, and tells of an end late if need be: after a new beginning.
        if bot is None or at is None or bot.installed_at < at + 1:
            self._store.delete_all(enterprise_id=None, team_id=team)

    def _all(self) -> list[Workspace]:
        bots = self._store.bots
        with self._store.engine.connect() as db:
            teams = db.scalars(select(bots.c.team_id).where(bots.c.client_id == self._store.client_id).distinct()).all()
        found = [(team, self._find(team)) for team in sorted(teams)]
        return [_workspace(team, bot) for team, bot in found if bot is not None]

    def _save(self, installation: Installation) -> None:
        if installation.is_enterprise_install or not installation.team_id:
            raise WholeOrganisation
        kept = Installation(**{**installation.to_dict(), "enterprise_id": None})  # Slack tells it only sometimes
        team = kept.team_id or ""
        for name in _SECRETS:
            if value := getattr(kept, name, None):
                sealed = seal(value.encode(), self._master, _context(team, name))
                setattr(kept, name, base64.b64encode(sealed).decode())
        self._store.save(kept)
        # Afterwards, so that a workspace never is without one: the newest counts.
        with self._store.engine.begin() as db:
            for table in (self._store.bots, self._store.installations):
                ours = (table.c.client_id == self._store.client_id) & (table.c.team_id == team)
                newest = db.scalar(select(func.max(table.c.id)).where(ours))
                db.execute(delete(table).where(ours, table.c.id != newest))

    def _find(self, team: str) -> Bot | None:
        bot = self._store.find_bot(enterprise_id=None, team_id=team)
        if bot is not None:
            sealed = base64.b64decode(bot.bot_token)
            bot.bot_token = unseal(sealed, self._master, _context(team, "bot_token")).decode()
        return bot


class _States(AsyncOAuthStateStore):
    """States of the flow: each is good once, and for ten minutes."""

    def __init__(self, database: Database) -> None:
        self._store = SQLAlchemyOAuthStateStore(STATE_LASTS, database.engine)

    async def async_issue(self, *_: object, **__: object) -> str:
        return await asyncio.to_thread(self._store.issue)

    async def async_consume(self, state: str) -> bool:
        return await asyncio.to_thread(self._store.consume, state)


def routes(app: Client, installations: Installations, database: Database, api: str, pages: str) -> list[BaseRoute]:
    """Give the two addresses of the flow: where it begins, and where Slack sends people back to."""
    flow = AsyncOAuthFlow(
        client=client(api, None),
        settings=AsyncOAuthSettings(
            client_id=app.id,
            client_secret=app.secret,
            scopes=list(SCOPES),
            redirect_uri=f"{pages}{REDIRECT}",
            install_path=INSTALL,
            redirect_uri_path=REDIRECT,
            install_page_rendering_enabled=False,  # the question is Slack's to ask
            authorization_url=f"{api.removesuffix('api/')}oauth/v2/authorize",
            installation_store=installations,
            state_store=_States(database),
            state_expiration_seconds=STATE_LASTS,
        ),
    )

    async def begin(request: Request) -> Response:
        return to_starlette_response(await flow.handle_installation(to_async_bolt_request(request, b"")))

    async def end(request: Request) -> Response:
        try:
            return to_starlette_response(await flow.handle_callback(to_async_bolt_request(request, b"")))
        except WholeOrganisation:
            return PlainTextResponse(f"{ONE_BY_ONE} {pages}{INSTALL}", 400)

    return [Route(INSTALL, begin), Route(REDIRECT, end)]


def _workspace(team: str, bot: Bot) -> Workspace:
    return Workspace(team, bot.bot_token, bot.bot_id, bot.bot_user_id, bot.team_name or "")


def _context(team: str, name: str) -> bytes:
    return f"slack:{team}:{name}".encode()
