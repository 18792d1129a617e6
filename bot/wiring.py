"""From settings to a working Laurel: the one place where everything meets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from bot import fetching
from bot.adapters.room import Room
from bot.config import BadConfig, Settings
from bot.core import keyring
from bot.core.app import App, utc_now
from bot.core.db import Database
from bot.core.founding import Founder, found
from bot.core.issuing import default_issuer, signing_key
from bot.core.models import IssuerKey
from bot.core.outbox import Outbox
from bot.core.port import Platform
from bot.core.site import Site
from bot.master_key import master_key

if TYPE_CHECKING:
    from bot.adapters import discord


@dataclass(frozen=True, slots=True)
class Laurel:
    """Everything that a command of the terminal or the server needs."""

    settings: Settings
    database: Database
    site: Site
    app: App
    platforms: dict[str, Platform]
    outbox: Outbox

    @property
    def room(self) -> Room:
        """The built-in room. Raises `BadConfig` if it is switched off."""
        room = self.platforms.get(Room.name)
        if not isinstance(room, Room):
            raise BadConfig(
                ["[room] enabled: the room is switched off; set it to true (or LAUREL_ROOM__ENABLED=true)."]
            )
        return room


def open_laurel(settings: Settings, *, committed: Callable[[], None] = lambda: None) -> Laurel:
    """Open the database, bring it up to date, make sure there is an organisation, and wire the rest.

    Raises `BadConfig`, `WrongMasterKey`, or SQLAlchemy's `OperationalError` when the database stops answering.
    """
    database, site = open_database(settings)
    now = utc_now()
    wanted = settings.organisation
    with database.write() as db:
        organisation = found(db, site, now, Founder(wanted.name, wanted.url, wanted.lang, wanted.timezone))
        issuer = default_issuer(db, organisation)
        signing_key(site, issuer)  # a wrong master key is found now, not at the first award
        keyring.complete(db, site, now, issuer)
    platforms: dict[str, Platform] = {}
    app = App(database, site, committed=committed, fetch=fetching.fetch, platforms=platforms)
    if settings.room.enabled:
        platforms[Room.name] = Room(app, database)
    # A platform's SDK is loaded where it is set up: each takes as long as all the rest of a short command.
    slack = settings.slack
    if slack.enabled:
        from bot.adapters.slack import Access, Client, Slack

        bot_token, app_token, secret = (
            s.get_secret_value() for s in (slack.bot_token, slack.app_token, slack.signing_secret)
        )
        client = Client(slack.client_id, slack.client_secret.get_secret_value()) if slack.client_id else None
        access = Access(bot_token, app_token, secret, slack.api_url, client)
        platforms[Slack.name] = Slack(app, access, slack.teachers)
    if settings.discord.enabled:
        from bot.adapters.discord import Discord

        platforms[Discord.name] = Discord(app, discord_access(settings))
    return Laurel(settings, database, site, app, platforms, Outbox(database, site, platforms, app.clock))


def discord_access(settings: Settings) -> discord.Access:
    """Give what Laurel comes to Discord with."""
    from bot.adapters import discord

    wanted = settings.discord
    return discord.Access(
        wanted.token.get_secret_value(),
        wanted.teacher_roles,
        wanted.servers,
        wanted.celebrations,
        wanted.api_base,
        wanted.gateway,
    )


def open_database(settings: Settings, *, keys_lost: bool = False) -> tuple[Database, Site]:
    """Open the database and bring it up to date; with `keys_lost`, a new master key may be made. Raises `BadConfig`."""
    database = _opened(settings.database.url)
    database.migrate()
    with database.read() as db:
        sealed = not keys_lost and db.scalar(select(IssuerKey.id).limit(1)) is not None
    return database, site_of(settings, sealed=sealed)


def _opened(url: str) -> Database:
    try:
        database = Database(url)
        database.engine.connect().close()
    except OSError as error:
        says = f"its folder cannot be made ({error.strerror}); name a folder that Laurel may write to."
    except DBAPIError as error:
        says = f"the database does not answer: {str(error.orig).splitlines()[0]}"
    else:
        return database
    raise BadConfig([f"[database] url: {says}"])


def site_of(settings: Settings, *, sealed: bool) -> Site:
    """Give the facts of the installation; the master key comes from the environment or its file."""
    web = settings.web
    host = f"[{web.host}]" if ":" in web.host else web.host
    return Site(
        pages=web.public_url or f"http://{host}:{web.port}",
        master_key=master_key(settings.keys, sealed=sealed),
        public=bool(web.public_url),
        linkedin_id=settings.organisation.linkedin_id,
        contact=settings.organisation.email,
        lists_ids=settings.credentials.revocation == "1edtech",
        suspension_list=bool(web.public_url) and settings.credentials.suspension_list,
        remind_at=settings.reminders.at,
    )
