"""What Laurel's tokens can and cannot do in a workspace, found out by asking Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError

from bot.adapters.slack.manifest import SCOPES
from bot.adapters.slack.workspaces import client, error_of


@dataclass(frozen=True, slots=True)
class Found:
    """One thing looked at, in a sentence that says what to do where it is not well."""

    well: bool
    says: str


async def look(
    api: str, bot_token: str, app_token: str, teachers: Collection[str], *, public: bool
) -> AsyncIterator[Found]:
    """Ask Slack about the tokens, the scopes and the groups that teach."""
    try:
        said = await client(api, bot_token).auth_test()
    except SlackApiError as error:
        why = error_of(error)
        yield Found(False, f"Slack does not take the bot token ({why}): install the app again and set its new token")
        return
    except OSError as error:
        yield Found(False, f"Slack cannot be reached at {api} ({type(error).__name__})")
        return
    yield Found(True, f"the bot is {said.get('user')} in {said.get('team')}")
    headers = {name.lower(): value for name, value in said.headers.items()}
    granted = {scope.strip() for scope in str(headers.get("x-oauth-scopes") or "").split(",")}
    for scope, why in SCOPES.items():
        if scope in granted:
            yield Found(True, f"{scope}, {why}")
        elif public or scope not in ("links:read", "links:write"):
            says = f"{scope} is missing, {why}: put the manifest of `laurel slack manifest` in, and install again"
            yield Found(False, says)
    if app_token:
        yield await _socket(api, app_token)
    if teachers and "usergroups:read" in granted:
        async for found in _groups(api, bot_token, teachers):
            yield found


async def _socket(api: str, app_token: str) -> Found:
    try:
        await client(api, app_token).apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        why = error_of(error)
        return Found(False, f"Socket Mode is refused ({why}): make an app token with connections:write and set it")
    return Found(True, "Socket Mode is open")


async def _groups(api: str, bot_token: str, teachers: Collection[str]) -> AsyncIterator[Found]:
    said = await client(api, bot_token).usergroups_list()
    known = {name.casefold() for group in said["usergroups"] for name in (group["id"], group["handle"])}
    for name in teachers:
        if name.removeprefix("@").casefold() in known:
            yield Found(True, f"the members of {name} teach")
        else:
            yield Found(False, f"there is no user group {name}: correct [slack] teachers")
