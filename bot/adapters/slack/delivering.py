"""What the core wants to stand in a channel or in somebody's direct messages."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.answering import NO_PICTURE, PROCESSED, Answering
from bot.adapters.slack.workspaces import NotInstalled, Workspaces, error_of, is_revoked, retry_after
from bot.core.port import Closed, Delivered, GaveUp, MemberRef, Obstacle, Place, Reply, Result, RetryAt

AN_HOUR = timedelta(hours=1)
TEN_MINUTES = timedelta(minutes=10)
NEVER = frozenset(
    (
        "cant_update_message",
        "edit_window_closed",
        "is_inactive",
        "message_not_found",
        "user_not_found",
        "user_not_visible",
    )
)
"""What Slack says where trying again is of no use."""
OBSTACLES: Mapping[str, Obstacle] = {
    "channel_not_found": "absent",  # so it is called, too, where it is private and Laurel was not invited
    "not_in_channel": "absent",
    "is_archived": "archived",
    "restricted_action": "restricted",
    "restricted_action_read_only_channel": "restricted",
    "restricted_action_thread_only_channel": "restricted",
    "restricted_action_non_threadable_channel": "restricted",
    "ekm_access_denied": "scope",
    "missing_scope": "scope",
    "no_permission": "scope",
    "cannot_dm_bot": "direct",
    "messages_tab_disabled": "direct",
    "user_disabled": "direct",
}
"""What Slack says where somebody can mend what is in the way."""
MOST_TRIES = 4
"""With its pictures, once they are taken in, with pictures that are uploaded anew, and without."""
MOVING = "org_login_required"
"""What Slack says while a workspace is being moved into an organisation."""


class Delivering:
    """Posts and edits messages. `clock` gives the aware time; `noticed` is told what may be a token's end."""

    def __init__(
        self,
        workspaces: Workspaces,
        answering: Answering,
        clock: Callable[[], datetime],
        noticed: Callable[[Exception, str], Awaitable[None]],
    ) -> None:
        self._workspaces, self._answering, self._clock, self._noticed = workspaces, answering, clock, noticed

    async def deliver(self, to: Place | MemberRef, reply: Reply, edits: str | None) -> Result:
        """Put `reply` where it belongs; the message's id is its channel and its time stamp.

        Slack has nothing to know a message by that is sent twice: where the connection breaks after Slack took one,
        it may stand there twice.
        """
        try:
            client = await self._workspaces.client(to.space, patient=False)
            return Delivered(await self._put(to, reply, edits, client))
        except NotInstalled:
            return GaveUp("Laurel is not installed in this workspace")
        except SlackApiError as error:
            wait, why = retry_after(error), error_of(error)
            if wait is not None:
                return RetryAt(self._clock() + timedelta(seconds=wait), "rate limit")
            if why == MOVING:
                return RetryAt(self._clock() + TEN_MINUTES, f"Slack says {why}")
            if is_revoked(error):  # until somebody installs it anew, which may be soon
                await self._noticed(error, to.space)
                return RetryAt(self._clock() + AN_HOUR, f"Slack says {why}")
            if why in OBSTACLES:
                return Closed(f"Slack says {why}", OBSTACLES[why])
            if why in NEVER:
                return GaveUp(f"Slack says {why}")
            raise
        except (aiohttp.ClientError, TimeoutError) as error:
            return RetryAt(self._clock() + timedelta(seconds=5), type(error).__name__)

    async def _put(self, to: Place | MemberRef, reply: Reply, edits: str | None, client: AsyncWebClient) -> str:
        words = self._answering.words(reply, to.space)
        shown = await self._answering.sources(reply, to.space, patient=False)
        tries = MOST_TRIES if any("slack_file" in source for source in shown.values()) else 1
        for tried in range(1, tries + 1):
            message = {"text": words, "blocks": await self._answering.blocks(reply, to.space, shown)}
            try:
                return await _send(to, message, edits, client)
            except SlackApiError as error:
                if error_of(error) not in NO_PICTURE or tried == tries:
                    raise
            match tried:
                case 1:  # they may not be taken in yet
                    await asyncio.sleep(PROCESSED)
                case 2:  # or the workspace has deleted them since
                    self._answering.forget_pictures(shown, to.space)
                    shown = await self._answering.sources(reply, to.space, patient=False)
                    await asyncio.sleep(PROCESSED)
                case _:
                    shown = {}
        raise AssertionError("the last try returns or raises")


async def _send(to: Place | MemberRef, message: dict[str, Any], edits: str | None, client: AsyncWebClient) -> str:
    if edits is not None:
        channel, _, stamp = edits.partition(":")
        await client.chat_update(channel=channel, ts=stamp, **message)
        return edits
    said = await client.chat_postMessage(channel=to.id, unfurl_links=False, unfurl_media=False, **message)
    return f"{said['channel']}:{said['ts']}"
