"""What Laurel's tokens can and cannot do in a workspace, found out by asking Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection

from slack_sdk.errors import SlackApiError

from bot.adapters.found import Found
from bot.adapters.slack.installing import Installations
from bot.adapters.slack.manifest import SCOPES
from bot.adapters.slack.workspaces import UNREACHED, client, error_of, who_am_i, why


async def look(
    api: str, bot_token: str, app_token: str, teachers: Collection[str], *, public: bool
) -> AsyncIterator[Found]:
    """Ask Slack about the tokens, the scopes and the groups that teach."""
    try:
        said = await client(api, bot_token).auth_test()
    except SlackApiError as error:
        says = f"Slack does not take the bot token ({error_of(error)}): install the app again and set its new token"
        yield Found(False, says)
        return
    except UNREACHED as error:
        yield Found(False, f"Slack cannot be reached at {api} ({why(error)})")
        return
    yield Found(True, f"the bot is {said.get('user')} in {said.get('team')}")
    headers = {name.lower(): value for name, value in said.headers.items()}
    granted = {scope.strip() for scope in str(headers.get("x-oauth-scopes") or "").split(",")}
    for scope, purpose in SCOPES.items():
        if scope in granted:
            yield Found(True, f"{scope}, {purpose}")
        elif public or scope not in ("links:read", "links:write"):
            says = f"{scope} is missing, {purpose}: put the manifest of `laurel slack manifest` in, and install again"
            yield Found(False, says)
    if app_token:
        yield await _socket(api, app_token)
    if teachers and "usergroups:read" in granted:
        async for found in _groups(api, bot_token, teachers):
            yield found


async def look_at_installed(api: str, installations: Installations) -> AsyncIterator[Found]:
    """Ask Slack about the token of each workspace that installed Laurel by itself."""
    everywhere = await installations.all()
    if not everywhere:
        yield Found(True, "no workspace has installed Laurel yet")
    for workspace in everywhere:
        name = f"{workspace.name or workspace.team} ({workspace.team})"
        try:
            await who_am_i(api, workspace.token)
        except SlackApiError as error:
            yield Found(
                False, f"{name}: Slack does not take its token ({error_of(error)}): let it install Laurel again"
            )
        except UNREACHED as error:
            yield Found(False, f"{name}: Slack cannot be reached at {api} ({why(error)})")
        else:
            yield Found(True, f"{name} has Laurel")


async def _socket(api: str, app_token: str) -> Found:
    try:
        await client(api, app_token).apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        says = f"Socket Mode is refused ({error_of(error)}): make an app token with connections:write and set it"
        return Found(False, says)
    except UNREACHED as error:
        return Found(False, f"Slack cannot be asked for a line at {api} ({why(error)})")
    return Found(True, "Socket Mode is open")


async def _groups(api: str, bot_token: str, teachers: Collection[str]) -> AsyncIterator[Found]:
    try:
        said = await client(api, bot_token).usergroups_list()
    except UNREACHED as error:
        says = f"Slack does not tell the user groups ({why(error)}): grant roles with `laurel grant` instead"
        yield Found(False, says)
        return
    known = {name.casefold() for group in said["usergroups"] for name in (group["id"], group["handle"])}
    for name in teachers:
        if name.removeprefix("@").casefold() in known:
            yield Found(True, f"the members of {name} teach")
        else:
            yield Found(False, f"there is no user group {name}: correct [slack] teachers")
