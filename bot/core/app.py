"""The one door into the core: a command in, a reply out, one transaction between."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import Concatenate, ParamSpec, TypeVar

import structlog
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from bot.core import (
    grammar,
    handing,
    holding,
    keeping,
    parcels,
    people,
    pictures,
    unfurling,
    wire,
)
from bot.core.cards import Drawing
from bot.core.case import Afterwards, Case
from bot.core.checking import Checker, fetch_nothing
from bot.core.commands import Command, Typed
from bot.core.credentials import Fetch
from bot.core.db import Database, clashed
from bot.core.errors import Refusal, Unsignable
from bot.core.holding import Offered
from bot.core.models import BadgeClass, Event
from bot.core.port import Actor, Choice, File, Follower, Limits, MemberRef, Person, Platform, Reply
from bot.core.site import Site
from bot.core.soundness import unstorable
from bot.core.suggesting import Purpose, suggest
from bot.core.touching import Touched
from bot.core.use_cases import USE_CASES
from bot.core.words.replies import Broke, Replayed, reply

log = structlog.get_logger(__name__)

MOST_CLASHES = 4
"""As often as a command is begun anew because of others at the same moment."""

P = ParamSpec("P")
T = TypeVar("T")


def utc_now() -> datetime:
    """Give the time; the composition root hands it in, tests hand in their own."""
    return datetime.now(UTC)


class App:
    """Serves every adapter. Any thread may call it."""

    def __init__(
        self,
        database: Database,
        site: Site,
        *,
        clock: Callable[[], datetime] = utc_now,
        committed: Callable[[], None] = lambda: None,
        fetch: Fetch = fetch_nothing,
        platforms: Mapping[str, Platform] | None = None,
    ) -> None:
        """`committed` is called after each command that went through: something may be due for delivery.

        `fetch` gets the documents of strangers, to check their badges. `platforms` may still be filled: it is where
        the limits are read of the one from which somebody asks.
        """
        self.database, self.site, self.clock = database, site, clock
        self._committed, self._strangers = committed, fetch
        self._platforms = platforms if platforms is not None else {}
        self._followers: list[Follower] = []

    def follow(self, follower: Follower) -> None:
        """Tell `follower` from now on whose badges and goals change by commands that are served here."""
        self._followers.append(follower)

    @property
    def checker(self) -> Checker:
        """Checks badges of any issuer."""
        return Checker(self.database, self.site, self.clock, self._strangers)

    async def ask(self, actor: Actor, command: Command) -> Reply:
        """Serve one command. Never raises for what a member did: a refusal is a reply, and so is a fault of ours."""
        return await asyncio.to_thread(self.do, actor, command)

    def do(self, actor: Actor, command: Command) -> Reply:
        """Serve one command on this thread."""
        try:
            if not actor.lang:
                actor = replace(actor, lang=self._lang(actor))
            answer = self._retried(lambda: self._served(actor, command))
        except Refusal as refusal:
            return reply(refusal, actor.lang)
        except Exception:
            log.exception("command failed", command=type(command).__name__, event_id=actor.event_id)
            return reply(Broke(), actor.lang)
        self._committed()
        return answer

    async def hand_over(self, who: MemberRef, show: Callable[[Reply], Awaitable[object]], most: int) -> None:
        """Show somebody, now that they are here, up to `most` messages that could not reach them directly.

        `show` shows one to them alone; what it raises leaves that message and those after it waiting.
        """
        shown, patience = True, parcels.LEASE.total_seconds() / (most + 1)  # all of them within their leases
        for parcel in await asyncio.to_thread(self._waiting, who, most):
            assert isinstance(parcel.shows, Reply)  # noqa: S101
            try:
                if shown:
                    async with asyncio.timeout(patience):
                        await show(parcel.shows)
            except Exception:  # whatever it is, the next command is another chance
                log.warning("what was waiting could not be shown", announcement=parcel.announcement, exc_info=True)
                shown = False
            await asyncio.to_thread(self._handed_over, parcel, shown=shown)

    def _waiting(self, who: MemberRef, most: int) -> list[parcels.Parcel]:
        with self.database.read() as db:  # mostly there is nothing, and then no writer needs to wait
            if not parcels.anything_waiting(db, who):
                return []
        with self.database.write() as db:
            return parcels.take_waiting(db, self.site, self.clock(), who, most)

    def _handed_over(self, parcel: parcels.Parcel, *, shown: bool) -> None:
        with self.database.write() as db:
            parcels.handed_over(db, self.clock(), parcel, shown=shown)

    def _lang(self, actor: Actor) -> str:
        with self.database.read() as db:
            return people.lang_of(db, actor.who.ref)

    def _retried(self, serve: Callable[[], T]) -> T:
        for _ in range(MOST_CLASHES):
            try:
                return serve()
            except DBAPIError as error:
                # Somebody did the same at the same moment. Looking again shows what they did, and the rules
                # then give the true answer ("already holds it") instead of a fault.
                if not clashed(error):
                    raise
        return serve()

    def _served(self, actor: Actor, command: Command) -> Reply:
        now = self.clock()
        with self.database.write() as db:  # return commits, raise rolls back
            seen = (actor.who.ref.platform, actor.event_id)
            if db.get(Event, seen) is not None:
                return reply(Replayed(), actor.lang)
            db.add(Event(platform=seen[0], event_id=seen[1], at=now))
            if any(map(unstorable, _texts(command))):
                raise Unsignable("command")
            case = self._case(db, now, actor)
            if isinstance(command, Typed):
                command = grammar.read(command, lambda: _badge_names(case))
            touched = Touched(db) if self._followers else None
            outcome = USE_CASES[type(command)](case, command)
            changed = touched.accounts() if touched is not None else ()
        self._tell_followers(changed)
        if isinstance(outcome, Afterwards):
            outcome = outcome.work()
        return reply(outcome, actor.lang)

    def _tell_followers(self, changed: Sequence[MemberRef]) -> None:
        for follower in self._followers:
            try:
                for who in changed:
                    follower.changed(who)
            except Exception:  # what was done is done
                log.exception("a platform could not be told what has changed")

    def _case(self, db: Session, now: datetime, actor: Actor) -> Case:
        organisation = people.organisation_of(db, now, actor.where.platform, actor.where.space)
        me = people.meet(db, now, organisation, actor)
        roles = people.roles_of(db, organisation, actor, me)
        limits = self.limits(actor.who.ref.platform)
        return Case(db, now, self.site, actor, me, organisation, roles, self.checker, limits)

    def limits(self, platform: str) -> Limits:
        """Give what a platform can do; of one that nobody knows, what every platform can."""
        known = self._platforms.get(platform)
        return known.limits if known is not None else Limits()

    async def hold(self, actor: Actor, files: Sequence[File]) -> tuple[str, ...]:
        """Take in files for a command of the actor's that is still to come; give their ids, which go into it.

        Raises a `Refusal`, and takes in none, if one cannot be evidence or the actor may not award; of no files at all
        it only tells the latter.
        """
        return await asyncio.to_thread(self._taken_in, actor, files, holding.hold)

    async def offer(self, actor: Actor, files: Sequence[File]) -> Offered:
        """Take in those of a message's files that can be evidence. Raises a `Refusal` if the actor may not award."""
        return await asyncio.to_thread(self._taken_in, actor, files, holding.offer)

    def _taken_in(self, actor: Actor, files: Sequence[File], take: Callable[[Case, Sequence[File]], T]) -> T:
        def served() -> T:
            with self.database.write() as db:
                return take(self._case(db, self.clock(), actor), files)

        return self._retried(served)

    async def look(
        self,
        question: Callable[Concatenate[Session, Site, datetime, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Answer a page's question from the database; nothing can be changed."""

        def answer() -> T:
            with self.database.read() as db:
                return question(db, self.site, self.clock(), *args, **kwargs)

        return await asyncio.to_thread(answer)

    async def give_to_wallet(self, handover: str, challenge: str) -> str:
        """Give a wallet what is handed over to it, once. Raises `handing.NotHandedOver`."""

        def give() -> str:
            with self.database.write() as db:
                return handing.hand_over(db, self.clock(), handover, challenge)

        return await asyncio.to_thread(give)

    async def suggest(
        self, actor: Actor, purpose: Purpose, typed: str, *, holder: Person | None = None, most: int = 25
    ) -> tuple[Choice, ...]:
        """Give what could be meant by what is typed so far, best first, and only what the actor may do with it.

        `holder` is whose badge is to be taken back, suspended or reinstated, once that is known.
        """
        return await self.look(lambda db, _site, _now: suggest(db, actor, purpose, typed, holder, most))

    async def met_in(self, who: MemberRef) -> str:
        """Give the space in which somebody was met last; `EVERYWHERE` where that is not known."""
        return await self.look(lambda db, _site, _now: people.met_in(db, who))

    async def unfurl(self, url: str) -> Reply | None:
        """Give the card of an address that somebody posted; None for one that is not ours."""

        def card(db: Session, site: Site, now: datetime) -> Reply | None:
            found = unfurling.unfurl(db, site, now, url)
            return None if found is None else reply(found, people.first_organisation(db).lang)

        return await self.look(card)

    def broke(self, lang: str = "") -> Reply:
        """Say that something broke, where an adapter could not even ask."""
        return reply(Broke(), lang)

    def carried(self, command: Command, most: int) -> str:
        """Give a command as text of `most` characters at most (45 and more), for a button; read with `pressed`."""
        text = wire.to_json(command)
        if len(text) <= most:
            return text
        token = keeping.token(text, self.site.master_key)
        with suppress(IntegrityError), self.database.write() as db:  # another keeping the same is as good
            keeping.keep(db, self.clock(), token, text)
        return token

    def pressed(self, text: str) -> Command:
        """Give the command that `carried` made into text; `Forgotten` for one that nobody knows any more."""
        if not keeping.is_token(text):
            return keeping.read(text)
        with self.database.read() as db:
            return keeping.recall(db, text)

    async def picture_url(self, drawing: Drawing) -> str:
        """Give an address at which a drawing can be seen, for platforms and pages that show pictures by address."""
        return await asyncio.to_thread(self.keep_picture, drawing)

    def keep_picture(self, drawing: Drawing) -> str:
        """Do the same on this thread."""
        digest, facts = pictures.digested(drawing, self.site.master_key)
        with suppress(IntegrityError), self.database.write() as db:  # another keeping the same is as good
            pictures.keep(db, self.clock(), digest, facts)
        return self.site.picture(digest)


def _texts(value: object) -> Iterator[str]:
    """Give every text that a command carries, but for people's names: those are cleaned when they are met."""
    match value:
        case str():
            yield value
        case tuple():
            for part in value:
                yield from _texts(part)
        case Person(ref):
            yield from _texts(ref)
        case _ if is_dataclass(value):
            for known in fields(value):
                yield from _texts(getattr(value, known.name))


def _badge_names(case: Case) -> set[str]:
    return set(case.db.scalars(select(BadgeClass.folded).where(BadgeClass.organisation_id == case.organisation.id)))
