"""`laurel doctor`: is everything as it should be, and what to do where it is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from bot.adapters.discord import checking as discord
from bot.adapters.discord.markup import PLATFORM
from bot.adapters.found import Found
from bot.adapters.slack import checking as slack
from bot.adapters.slack.installing import Installations
from bot.config import BadConfig, Settings
from bot.core import cards, granting
from bot.core.credentials import WrongMasterKey
from bot.core.db import exists
from bot.core.issuing import signing_key
from bot.core.models import Announcement, BadgeClass, Issuer, Member
from bot.master_key import source
from bot.wiring import Laurel, open_laurel

SCRIPTS = "Łukasz Дмитро Νίκος 李小雨 さくら 지우 ليلى דנה अनन्या"
"""A name in each of the scripts that classes most often have."""
NAMES_LOOKED_AT = 5000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at, and in a sentence how it is and what to do."""

    about: str
    state: Literal["good", "warning", "bad"]
    says: str


def examine(settings: Settings) -> list[Finding]:
    """Look at everything; what cannot be opened ends the examination with a bad finding."""
    findings = [*_address(settings), *_shaping()]
    if not exists(settings.database.url):  # opening it would make it
        return [*findings, Finding("database", "bad", "there is none yet; run `laurel init`")]
    try:
        laurel = open_laurel(settings)
    except BadConfig as error:
        return [*findings, *(Finding("settings", "bad", problem) for problem in error.problems)]
    except WrongMasterKey:
        says = "the master key does not open it; restore the one from your backup"
        return [*findings, Finding("signing key", "bad", says)]
    except OperationalError as error:
        return [*findings, Finding("database", "bad", f"does not answer: {str(error.orig).splitlines()[0]}")]
    try:
        return [*findings, *_inside(laurel)]
    finally:
        laurel.database.close()


def _inside(laurel: Laurel) -> Iterator[Finding]:
    yield _master_key(laurel.settings)
    yield Finding("database", "good", f"{laurel.database.engine.dialect.name}, up to date")
    with laurel.database.read() as db:
        for issuer in db.scalars(select(Issuer)):
            yield Finding(
                "signing key", "good", f"{issuer.name} signs with {signing_key(laurel.site, issuer).multikey}"
            )
        badges = db.scalar(select(func.count()).select_from(BadgeClass).where(BadgeClass.archived_at.is_(None)))
        if badges:
            yield Finding("badges", "good", f"{badges} can be awarded")
        else:
            yield Finding("badges", "warning", "there is none; add some with `laurel init --starter`")
        lost = db.scalar(select(func.count()).select_from(Announcement).where(Announcement.state == "gave-up"))
        if lost:
            yield Finding("announcements", "warning", f"{lost} could not be delivered; the audit table says why")
        else:
            yield Finding("announcements", "good", "none given up")
        barred = db.scalar(
            select(func.count())
            .select_from(Announcement)
            .where(Announcement.closed_at.is_not(None), Announcement.channel.is_not(None), Announcement.state == "open")
        )
        if barred:
            says = f"{barred} wait for a channel where Laurel cannot write; who gave the badges was told what to do"
            yield Finding("announcements", "warning", says)
        names = " ".join(db.scalars(select(Member.name).limit(NAMES_LOOKED_AT)))
        given = granting.in_use(db, PLATFORM)
    yield from _fonts(names)
    yield from _slack(laurel)
    yield from _discord(laurel.settings, given)


def _slack(laurel: Laurel) -> Iterator[Finding]:
    """Ask Slack about the tokens: one workspace's own, or those of all that installed Laurel."""
    set_up, public = laurel.settings.slack, bool(laurel.settings.web.public_url)
    if set_up.client_id:
        installations = Installations(laurel.database, laurel.site.master_key, set_up.client_id)
        yield from _asked("slack", slack.look_at_installed(set_up.api_url, installations))
    elif bot_token := set_up.bot_token.get_secret_value():
        tokens = (bot_token, set_up.app_token.get_secret_value())
        yield from _asked("slack", slack.look(set_up.api_url, *tokens, set_up.teachers, public=public))


def _discord(settings: Settings, given: tuple[granting.InUse, ...]) -> Iterator[Finding]:
    """Ask Discord about the bot's token, and about the roles that badges give."""
    wanted = settings.discord
    if token := wanted.token.get_secret_value():
        where, named = (wanted.api_base, wanted.gateway), (wanted.teacher_roles, wanted.servers, wanted.celebrations)
        yield from _asked("discord", discord.look(*where, token, *named, given))


def _asked(about: str, asking: AsyncIterator[Found]) -> Iterator[Finding]:
    async def everything() -> list[Found]:
        return [found async for found in asking]

    for found in asyncio.run(everything()):
        yield Finding(about, "good" if found.well else "bad", found.says)


def _master_key(settings: Settings) -> Finding:
    match source(settings.keys):
        case "setting":
            return Finding("master key", "good", "from the settings; keep a backup of it elsewhere")
        case "credential":
            return Finding("master key", "good", "from systemd's credentials; keep a backup of it elsewhere")
    return Finding("master key", "good", f"from {settings.keys.master_key_file}; keep a backup of it elsewhere")


def _address(settings: Settings) -> Iterator[Finding]:
    if settings.web.public_url:
        yield Finding("public address", "good", settings.web.public_url)
    else:
        says = "none, so pages open on this machine only and badges are signed as did:key; set [web] public_url"
        yield Finding("public address", "warning", says)


def _shaping() -> Iterator[Finding]:
    if cards.raqm_available():
        yield Finding("text shaping", "good", "Raqm")
    else:
        says = "Raqm is missing, so Arabic and Indic names are drawn unshaped; install FriBiDi (Debian: libfribidi0)"
        yield Finding("text shaping", "warning", says)


def _fonts(names: str) -> Iterator[Finding]:
    needed, common = cards.missing_scripts(names), cards.missing_scripts(SCRIPTS)
    advice = "install Noto fonts (Debian: fonts-noto-core, fonts-noto-cjk)"
    if needed:
        yield Finding("fonts", "warning", f"members' names in {', '.join(needed)} are drawn as boxes; {advice}")
    elif common:
        yield Finding("fonts", "warning", f"names in {', '.join(common)} would be drawn as boxes; {advice}")
    else:
        yield Finding("fonts", "good", "every common script can be drawn")
