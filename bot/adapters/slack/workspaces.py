"""The workspaces that Laurel serves: their tokens, and clients of the Web API for each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

API = "https://slack.com/api/"
PATIENCE = 20
REVOKED = frozenset(("invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"))
"""What Slack says to a token that is no longer good: trying again is of no use."""
ENDED = frozenset(("token_revoked", "account_inactive"))
"""Those of them that say that the workspace wants no more of it."""
AWAY = frozenset(("fatal_error", "internal_error", "ratelimited", "request_timeout", "service_unavailable"))
"""What Slack says where it is not the question that is wrong."""
UNREACHED = (SlackApiError, aiohttp.ClientError, TimeoutError)
"""How a call of the Web API fails: Slack says no, or nothing at all."""


class NotInstalled(LookupError):
    """A workspace that never installed Laurel, or no longer has it."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """One workspace, and the bot in it."""

    team: str
    token: str
    bot_id: str
    bot_user: str
    name: str = ""

    def authorized(self) -> AuthorizeResult:
        """Give it as bolt asks for it."""
        return AuthorizeResult(
            enterprise_id=None,
            team_id=self.team,
            bot_id=self.bot_id,
            bot_user_id=self.bot_user,
            bot_token=self.token,
        )


Find = Callable[[str], Awaitable[Workspace | None]]


class Workspaces:
    """Finds a workspace by its team's id; one plain token, or all that installed Laurel."""

    def __init__(self, api: str, find: Find) -> None:
        self.api, self._find = api, find

    async def find(self, team: str) -> Workspace | None:
        """Give a workspace; None for one that never installed Laurel, or no longer has it."""
        return await self._find(team)

    async def client(self, team: str, *, patient: bool = True) -> AsyncWebClient:
        """Give a client for a workspace. A `patient` one waits where Slack asks it to slow down.

        Raises `NotInstalled`.
        """
        workspace = await self.find(team)
        if workspace is None:
            raise NotInstalled(team)
        return client(self.api, workspace.token, patient=patient)


def client(api: str, token: str | None, *, patient: bool = True) -> AsyncWebClient:
    """Make a client of the Web API."""
    handlers: list[AsyncRetryHandler] = [AsyncConnectionErrorRetryHandler()]
    if patient:
        handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=2))
    return AsyncWebClient(token=token, base_url=api, retry_handlers=handlers, timeout=PATIENCE)


async def who_am_i(api: str, token: str) -> Workspace:
    """Ask Slack whose token this is. Raises `SlackApiError`."""
    said = await client(api, token).auth_test()
    return Workspace(
        team=str(said["team_id"]),
        token=token,
        bot_id=str(said.get("bot_id") or ""),
        bot_user=str(said["user_id"]),
        name=str(said.get("team") or ""),
    )


def error_of(error: SlackApiError) -> str:
    """Give the name of what Slack says is wrong."""
    said = error.response.data  # a proxy's page, where it was not Slack that answered
    return str((said.get("error") if isinstance(said, dict) else "") or error.response.status_code)


def is_revoked(error: Exception) -> bool:
    """Tell whether Slack says that a token is no longer good."""
    return isinstance(error, SlackApiError) and error_of(error) in REVOKED


def is_a_no(error: Exception) -> bool:
    """Tell whether it was Slack that said no, rather than being away or having no time."""
    if not isinstance(error, SlackApiError) or error.response.status_code != 200:
        return False
    return error_of(error) not in AWAY


def why(error: Exception) -> str:
    """Name a failure for the log: as Slack does, or by its kind."""
    return error_of(error) if isinstance(error, SlackApiError) else type(error).__name__


def retry_after(error: SlackApiError) -> float | None:
    """Give for how many seconds Slack wants to hear nothing, if that is what it says."""
    if error.response.status_code != 429:
        return None
    said = {name.lower(): value for name, value in error.response.headers.items()}.get("retry-after", "1")
    try:
        return max(float(said[0] if isinstance(said, list) else said), 1.0)
    except ValueError:
        return 30.0
