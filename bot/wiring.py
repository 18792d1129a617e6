"""From settings to a working Laurel: the one place where everything meets."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from bot.adapters.room import Room
from bot.config import BadConfig, KeySettings, Settings
from bot.core.app import App, utc_now
from bot.core.db import Database
from bot.core.founding import Founder, found
from bot.core.issuing import default_issuer, signing_key
from bot.core.models import IssuerKey
from bot.core.outbox import Outbox
from bot.core.port import Platform
from bot.core.site import Site

KEY_BYTES = 32


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
    database = _opened(settings.database.url)
    database.migrate()
    with database.read() as db:
        sealed = db.scalar(select(IssuerKey.id).limit(1)) is not None
    site = site_of(settings, sealed=sealed)
    now = utc_now()
    wanted = settings.organisation
    with database.write() as db:
        organisation = found(db, site, now, Founder(wanted.name, wanted.url, wanted.lang, wanted.timezone))
        signing_key(site, default_issuer(db, organisation))  # a wrong master key is found now, not at the first award
    app = App(database, site, committed=committed)
    platforms: dict[str, Platform] = {}
    if settings.room.enabled:
        platforms[Room.name] = Room(app, database)
    return Laurel(settings, database, site, app, platforms, Outbox(database, site, platforms, app.clock))


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
        suspension_list=bool(web.public_url) and settings.credentials.suspension_list,
        remind_at=settings.reminders.at,
    )


def master_key(keys: KeySettings, *, sealed: bool) -> bytes:
    """Read the master key; without one, make its file, readable by nobody else. Raises `BadConfig`.

    Where keys are `sealed` with one already, none is made: it would stand in the place of the right one.
    """
    given = keys.master_key.get_secret_value()
    if given:
        return _decoded(given, "[keys] master_key:")
    path = keys.master_key_file
    try:
        if not path.exists():
            if sealed:
                says = "is not there, but this database's keys are sealed with one; restore it from your backup."
                raise BadConfig([f"[keys] master_key_file: {path} {says}"])
            _make(path)
        text = path.read_text("ascii", "replace")
    except OSError as error:
        says = f"cannot be read or made ({error.strerror}); name a file that Laurel may write."
        raise BadConfig([f"[keys] master_key_file: {path} {says}"]) from error
    return _decoded(text, f"[keys] master_key_file: {path}")


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n"
    # Written whole under another name, then linked: two first starts at once end with one key, never with half.
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def _decoded(text: str, where: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise BadConfig([f"{where} must be 32 bytes in base64; restore the one you began with from your backup."])
    return key
