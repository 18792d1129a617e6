"""Who is who in a workspace, as Slack tells it: asked once, kept for a while, renewed when Slack says it changed."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot.adapters.remembered import MOST, Remembered
from bot.adapters.slack.markup import Lookup
from bot.adapters.slack.render import PLATFORM
from bot.adapters.slack.workspaces import UNREACHED, Workspaces, error_of, is_a_no, is_revoked, why
from bot.core.port import MemberRef, Person

log = structlog.get_logger(__name__)

AN_HOUR = 3600.0
FIVE_MINUTES = 300.0
ONE_BY_ONE = 20
"""Unknown members of a group who are asked for singly; for more, the whole workspace is read a page at a time."""
PAGES = 10
"""Pages of 200 that are read to find out who `@zoe` is, where a form's text says so."""
_UNKNOWN = ("user_not_found", "user_not_visible", "no_such_subteam", "subteam_not_found", "invalid_arguments")
_SLACKBOT = "USLACKBOT"


@dataclass(frozen=True, slots=True)
class Known:
    """A user as `users.info` tells: names, zone, language, whether the workspace is theirs to run."""

    person: Person
    lang: str = ""
    timezone: str = ""
    email: str = ""
    runs: bool = False
    handle: str = ""


class Directory:
    """Answers who somebody is. `teachers` are handles or ids of the user groups whose members teach."""

    def __init__(self, workspaces: Workspaces, teachers: Collection[str]) -> None:
        self._workspaces = workspaces
        self._teachers = {name.removeprefix("@").casefold() for name in teachers}
        self._users: Remembered[tuple[str, str], Known] = Remembered(AN_HOUR)
        self._read: Remembered[str, bool] = Remembered(AN_HOUR)
        self._reading: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._groups: Remembered[tuple[str, str], tuple[str, ...]] = Remembered(FIVE_MINUTES)
        self._teaching: Remembered[str, frozenset[str]] = Remembered(FIVE_MINUTES)
        self._taught: dict[str, frozenset[str]] = {}
        """What Slack said last of who teaches."""

    async def user(self, team: str, user: str) -> Known | None:
        """Give somebody; None for whom Slack does not know. Raises `SlackApiError`."""
        return await self._users.ask((team, user), lambda: self._ask_who_is(team, user))

    async def _ask_who_is(self, team: str, user: str) -> Known | None:
        try:
            said = await (await self._workspaces.client(team)).users_info(user=user, include_locale=True)
        except SlackApiError as error:
            if error_of(error) in _UNKNOWN:
                return None
            raise
        return _known(team, said["user"])

    def learn(self, team: str, user: Mapping[str, Any]) -> Known:
        """Keep what Slack says of a user."""
        return self._users.put((team, user["id"]), _known(team, user))

    def changed(self, team: str, user: Mapping[str, Any]) -> None:
        """Keep what Slack says of a user by itself; it does not tell the language then."""
        before = self._users.get((team, user["id"]))
        if before is not None:
            self.learn(team, {"locale": before.lang, **user})

    async def person(self, team: str, user: str) -> Person | None:
        """Give somebody as the port knows them."""
        known = await self.user(team, user)
        return known.person if known is not None else None

    async def roles(self, team: str, user: str) -> frozenset[str]:
        """Give the roles that Slack vouches for: who runs the workspace is staff, some groups' members teach."""
        known = await self.user(team, user)
        roles = {"staff"} if known is not None and known.runs else set()
        if self._teachers and user in await self._taught_by(team):
            roles.add("teacher")
        return frozenset(roles)

    async def group(self, team: str, group: str) -> tuple[Person, ...] | None:
        """Give a user group's members; None for a group that is not there."""
        members = await self._members(team, group)
        if members is None:
            return None
        async with self._reading[team]:  # a whole class asks at the same moment, and one of them reads
            if sum(self._users.get((team, user)) is None for user in members) > ONE_BY_ONE:
                await self._read_all(team)
        known = await asyncio.gather(*(self.person(team, user) for user in members))
        return tuple(person for person in known if person is not None)

    def lookup(self, team: str) -> Lookup:
        """Give what finds people in a text."""
        return Lookup(lambda user: self.person(team, user), lambda group: self.group(team, group))

    async def called(self, team: str) -> list[tuple[str, Person]]:
        """Give what people are called: whole names and handles, with who it is; of big workspaces, those met so far."""
        async with self._reading[team]:
            if self._read.get(team) is None:
                await self._read_all(team, PAGES)
        known = self._users.values(lambda key: key[0] == team)
        return [(name, k.person) for k in known for name in dict.fromkeys((k.person.name, k.handle)) if name]

    def forget(self, team: str) -> None:
        """Let go of all that is known of a workspace."""
        self._users.drop(lambda key: key[0] == team)
        self._read.drop(lambda key: key == team)
        self.groups_changed(team)

    def groups_changed(self, team: str) -> None:
        """Ask anew who is in which group; until Slack has answered, nobody teaches who may no longer be in one."""
        self._groups.drop(lambda key: key[0] == team)
        self._teaching.drop(lambda key: key == team)
        self._taught.pop(team, None)

    async def _members(self, team: str, group: str) -> tuple[str, ...] | None:
        return await self._groups.ask((team, group), lambda: self._ask_who_is_in(team, group))

    async def _ask_who_is_in(self, team: str, group: str) -> tuple[str, ...] | None:
        try:
            said = await (await self._workspaces.client(team)).usergroups_users_list(usergroup=group)
        except SlackApiError as error:
            if error_of(error) in _UNKNOWN:
                return None
            raise
        return tuple(said["users"])

    async def _taught_by(self, team: str) -> frozenset[str]:
        return await self._teaching.ask(team, lambda: self._told_who_teaches(team)) or frozenset()

    async def _told_who_teaches(self, team: str) -> frozenset[str]:
        try:
            self._taught[team] = await self._ask_who_teaches(team)
        except UNREACHED as error:
            if is_revoked(error):
                raise
            # Everything but teaching by a group works without: nobody else waits for what only a plan may have.
            log.warning("Slack does not tell who is in the groups that teach", team=team, why=why(error))
            if is_a_no(error):
                self._taught.pop(team, None)
        return self._taught.get(team, frozenset())

    async def _ask_who_teaches(self, team: str) -> frozenset[str]:
        said = await (await self._workspaces.client(team)).usergroups_list(include_disabled=False)
        chosen = [g["id"] for g in said["usergroups"] if {g["id"].casefold(), g["handle"].casefold()} & self._teachers]
        return frozenset([user for group in chosen for user in await self._members(team, group) or ()])

    async def _read_all(self, team: str, pages: int = MOST // 200) -> None:
        cursor = ""
        client = await self._workspaces.client(team)
        for _ in range(pages):
            said = await client.users_list(limit=200, cursor=cursor, include_locale=True)
            for user in said["members"]:
                self.learn(team, user)
            cursor = (said.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        self._read.put(team, True)


def _known(team: str, user: Mapping[str, Any]) -> Known:
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name"), user["id"])
    person = Person(
        MemberRef(PLATFORM, team, user["id"]),
        next(str(name) for name in names if name),
        is_bot=bool(user.get("is_bot")) or user["id"] == _SLACKBOT,
    )
    return Known(
        person,
        lang=str(user.get("locale") or ""),
        timezone=str(user.get("tz") or ""),
        email=str(profile.get("email") or ""),
        handle=str(user.get("name") or ""),
        runs=any(user.get(flag) for flag in ("is_admin", "is_owner", "is_primary_owner")),
    )
