"""One person, two chats: a one-time code from one account, typed with another, and a yes from both sides."""

from __future__ import annotations

import hmac
import math
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select

from bot.core import announcements, merging
from bot.core.case import Case
from bot.core.commands import ConfirmLink, LinkAccount, StopLink, UnlinkAccount
from bot.core.errors import LinkOver, NothingLinked, OwnCode, TooManyCodes
from bot.core.links import Link, LinkTry
from bot.core.models import Account, Member
from bot.core.people import account_of
from bot.core.policy import require_linking

OPEN_FOR = timedelta(minutes=10)
"""How long a code is good, and from the moment it was typed, how long both sides have to confirm."""
MOST_TRIES = 5
"""Wrong codes that one account may type within `OPEN_FOR`."""
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: without letters that look like others."""
DIGITS = 12  # 60 bits
_MEANT = str.maketrans("OIL", "011")


@dataclass(frozen=True, slots=True)
class LinkOffered:
    """The code to be typed in another chat, good for `minutes`."""

    code: str
    minutes: int


@dataclass(frozen=True, slots=True)
class CodeUnknown:
    """No such code is open; this try counts, and so is written down. `left` more may be tried."""

    left: int


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two accounts."""

    platform: str
    name: str


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """A link as one side sees it.

    states: "asked" and this side has not answered (`minutes` are left), "waiting" for the other side, "linked",
    "stopped", "parted", or "over" because nobody answered in time.
    """

    id: str
    state: str
    here: Side
    there: Side
    minutes: int


@dataclass(frozen=True, slots=True)
class UnlinkAsked:
    """What parting would do: `leaving` would be on their own again, each with what came through its chat."""

    link: str
    leaving: tuple[Side, ...]
    staying: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Unlinked:
    """They are two again."""

    leaving: tuple[Side, ...]
    staying: tuple[Side, ...]


def link_account(case: Case, ask: LinkAccount) -> LinkOffered | CodeUnknown | LinkFacts:
    """Give a code, or take one. While a link waits for an answer, show it."""
    me = _mine(case)
    if ask.code.strip():
        return _take(case, me, ask.code)
    waiting = case.db.scalars(
        select(Link)
        .where(or_(Link.account_id == me.id, Link.other_id == me.id), Link.other_id.is_not(None))
        .where(Link.state == "open", Link.expires_at > case.now)
        .order_by(Link.created_at.desc())
        .limit(1)
    ).first()
    if waiting is not None:
        return link_facts(case.now, waiting, me)
    case.db.execute(delete(Link).where(Link.account_id == me.id, Link.state == "open", Link.other_id.is_(None)))
    code = "".join(secrets.choice(ALPHABET) for _ in range(DIGITS))
    case.db.add(
        Link(
            id=case.new_id(),
            account=me,
            code_hash=_hashed(case, code),
            expires_at=case.now + OPEN_FOR,
            created_at=case.now,
        )
    )
    return LinkOffered("-".join(code[i : i + 4] for i in range(0, DIGITS, 4)), _minutes(OPEN_FOR))


def _take(case: Case, me: Account, typed: str) -> CodeUnknown | LinkFacts:
    case.db.execute(delete(LinkTry).where(LinkTry.account_id == me.id, LinkTry.at <= case.now - OPEN_FOR))
    tries = case.db.scalars(select(LinkTry.at).where(LinkTry.account_id == me.id).order_by(LinkTry.at)).all()
    if len(tries) >= MOST_TRIES:
        raise TooManyCodes(_minutes(tries[0] + OPEN_FOR - case.now))
    chosen = select(Link).where(
        Link.code_hash == _hashed(case, typed), Link.state == "open", Link.expires_at > case.now
    )
    link = case.db.scalar(chosen.with_for_update())
    if link is None:
        case.db.add(LinkTry(id=case.new_id(), account_id=me.id, at=case.now))
        return CodeUnknown(MOST_TRIES - len(tries) - 1)
    if link.account is me:
        raise OwnCode
    require_linking(case, me.member, link.account.member)
    link.other, link.code_hash, link.expires_at = me, None, case.now + OPEN_FOR
    case.db.flush()
    announcements.tell(case, "link", link.id, link.account)
    case.audit("link-asked", link.id, account=link.account_id, other=me.id)
    return link_facts(case.now, link, me)


def confirm_link(case: Case, ask: ConfirmLink) -> LinkFacts:
    """Say yes for the caller's side; the second yes makes both accounts one member's. Raises `LinkOver`."""
    me, link = _answering(case, ask.link)
    if link.account is me:
        link.account_agreed = True
    else:
        link.other_agreed = True
    if link.account_agreed and link.other_agreed:
        _join(case, link)
    _tell(case, link, me)
    return link_facts(case.now, link, me)


def stop_link(case: Case, ask: StopLink) -> LinkFacts:
    """Say no for the caller's side: nothing is linked. Raises `LinkOver`."""
    me, link = _answering(case, ask.link)
    link.state = "stopped"
    case.audit("link-stopped", link.id)
    _tell(case, link, me)
    return link_facts(case.now, link, me)


def unlink_account(case: Case, ask: UnlinkAccount) -> UnlinkAsked | Unlinked:
    """Tell what parting the newest link would do, or do it. Raises `NothingLinked` or `LinkOver`."""
    me = _mine(case)
    newest = select(Link).where(Link.kept_id == me.member_id, Link.state == "linked").order_by(Link.linked_at.desc())
    link = case.db.scalars(newest.limit(1).with_for_update()).first()
    if link is None:
        raise NothingLinked
    kept, absorbed = case.db.get_one(Member, link.kept_id), case.db.get_one(Member, link.absorbed_id)
    moving = set(link.moved[str(Account.member_id)])
    leaving = tuple(_side(account) for account in kept.accounts if account.id in moving)
    staying = tuple(_side(account) for account in kept.accounts if account.id not in moving)
    if not ask.link:
        return UnlinkAsked(link.id, leaving, staying)
    if ask.link != link.id:  # one below the newest: what came later builds on it
        raise LinkOver
    _hold(case, [kept.id])
    merging.part(case, link, kept, absorbed)
    link.state = "parted"
    case.audit("unlinked", link.id, kept=kept.id, absorbed=absorbed.id)
    _tell(case, link, me)
    return Unlinked(leaving, staying)


def link_facts(now: datetime, link: Link, mine: Account) -> LinkFacts:
    """Give a link as one of its two accounts sees it."""
    first = link.account is mine
    other = link.other if first else link.account
    agreed = link.account_agreed if first else link.other_agreed
    state = link.state
    if state == "open":
        state = "over" if link.expires_at <= now else "waiting" if agreed else "asked"
    return LinkFacts(link.id, state, _side(mine), _side(other or mine), _minutes(link.expires_at - now))


def _answering(case: Case, link_id: str) -> tuple[Account, Link]:
    me = _mine(case)
    link = case.db.scalar(select(Link).where(Link.id == link_id).with_for_update())
    if link is None or me not in (link.account, link.other) or link.other is None:
        raise LinkOver
    if link.state != "open" or link.expires_at <= case.now:
        raise LinkOver
    return me, link


def _join(case: Case, link: Link) -> None:
    """Make both accounts those of the member whom we have known longer."""
    case.db.flush()
    owners = (link.account.member_id, link.other.member_id if link.other else "")
    _hold(case, owners)
    case.db.expire_all()  # one of them may have been linked to somebody else just now
    one, other = link.account.member, link.other.member if link.other else link.account.member
    require_linking(case, one, other)
    if {one.id, other.id} != {*owners}:
        raise LinkOver
    kept, absorbed = sorted((one, other), key=lambda member: (member.created_at, member.id))
    link.moved = merging.merge(case, kept, absorbed)
    link.state, link.linked_at, link.kept_id, link.absorbed_id = "linked", case.now, kept.id, absorbed.id
    case.audit("linked", link.id, kept=kept.id, absorbed=absorbed.id, moved=link.moved)


def _tell(case: Case, link: Link, me: Account) -> None:
    """Make every message about a link equal to the facts, and let the other side know if nothing told it so far."""
    announcements.refresh(case.db, case.now, link.id)
    for side in (link.account, link.other):
        fresh = link.state == "parted" or (side is link.other and link.state != "open")
        if side is not None and side is not me and fresh:
            announcements.tell(case, "link", link.id, side)


def _mine(case: Case) -> Account:
    account = account_of(case.db, case.actor.who.ref)
    if account is None:
        raise LookupError("who asks has been met")
    # Two wrong codes at once count one after the other.
    case.db.scalars(select(Account.id).where(Account.id == account.id).with_for_update(key_share=True)).one()
    return account


def _hold(case: Case, members: Iterable[str]) -> None:
    """Let nobody be given anything, in whatever transaction, while they become somebody else."""
    chosen = select(Account.id).where(Account.member_id.in_(members)).order_by(Account.id)
    case.db.execute(chosen.with_for_update())


def _hashed(case: Case, code: str) -> str:
    plain = "".join(code.upper().translate(_MEANT).replace("-", " ").split())
    return hmac.digest(case.site.master_key, b"link:" + plain.encode(), "sha256").hex()


def _side(account: Account) -> Side:
    return Side(account.platform, account.name)


def _minutes(span: timedelta) -> int:
    return max(1, math.ceil(span.total_seconds() / 60))
