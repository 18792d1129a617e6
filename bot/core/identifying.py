"""How credentials know a learner elsewhere: an e-mail address, as a salted hash or (as they wish) openly, or a DID."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from bot.core.case import Case
from bot.core.commands import SetIdentity
from bot.core.dates import zone
from bot.core.errors import ConsentOfAnother, NoAddress, NotAnIdentity, NotVouched
from bot.core.models import Member
from bot.core.people import recognise
from bot.core.policy import Action, is_staff, require
from bot.core.reissuing import reissue_all

EMAIL = re.compile(r"[^@\s<>\"',;:()\[\]\\]{1,64}@(?:[\w-]{1,63}\.)+[\w-]{2,63}")
DID = re.compile(
    r"did:(?:key:z[1-9A-HJ-NP-Za-km-z]{20,200}|jwk:[\w-]{20,1000}|web:[\w.%-]{3,200}(?::[\w.%-]{1,100})*)", re.ASCII
)
NOTHING = ("none", "off", "remove")
OPEN, HASHED = "open", "hashed"
"""Said in place of an address: let it stand in badges as it is, or as its salted hash."""


@dataclass(frozen=True, slots=True)
class Identified:
    """How a member is known now. `whose` is "" for the caller; `reissued` tells how many badges were signed anew.

    `offered` is an address that the platform vouches for and that is not in use yet. `open_since` is when the learner
    agreed that the address stands readable in their badges; None while these carry its hash.
    """

    email: str
    did: str
    open_since: datetime | None = None
    whose: str = ""
    changed: bool = False
    reissued: int = 0
    offered: str = ""


def set_identity(case: Case, ask: SetIdentity) -> Identified:
    """Show or set by what credentials know the caller, or (by staff) another member; then sign theirs anew.

    Raises `NotAnIdentity`, `NotVouched`, `NotAllowed`, `NoAddress` or `ConsentOfAnother`.
    """
    if ask.whose is not None:
        require(case, Action.IDENTIFY)
    member = case.me if ask.whose is None else recognise(case.db, case.now, case.organisation, ask.whose)
    before = (member.email, member.did, member.email_open_at)
    if ask.identity.strip():
        _set(case, member, ask.identity.strip())
    changed = (member.email, member.did, member.email_open_at) != before
    if changed:
        case.audit(
            "identity", member.id, email=member.email is not None, did=member.did, open=member.email_open_at is not None
        )
        case.db.flush()
    offered = case.actor.email.strip().lower() if member is case.me else ""
    return Identified(
        email=member.email or "",
        did=member.did or "",
        open_since=member.email_open_at and member.email_open_at.astimezone(zone(member.timezone)),
        whose="" if member is case.me else member.name,
        changed=changed,
        reissued=reissue_all(case, member) if changed else 0,
        offered=offered if offered != member.email else "",
    )


def _set(case: Case, member: Member, identity: str) -> None:
    if identity.lower() == OPEN:
        _open(case, member)
    elif identity.lower() == HASHED:
        member.email_open_at = None
    elif identity.lower() in NOTHING:
        member.email = member.did = member.email_open_at = None
    elif identity.startswith("did:"):
        if not DID.fullmatch(identity):
            raise NotAnIdentity(identity)
        member.did = identity
    else:
        address = identity.lower().removeprefix("mailto:")
        if len(address) > 254 or not EMAIL.fullmatch(address):
            raise NotAnIdentity(identity)
        # Whoever could claim any address would own, in the eyes of every verifier, what its owner should.
        if not is_staff(case) and address != case.actor.email.strip().lower():
            raise NotVouched(address)
        if address != member.email:
            member.email_open_at = None  # what was agreed to was another address
        member.email = address


def _open(case: Case, member: Member) -> None:
    if member is not case.me:
        raise ConsentOfAnother(member.name)
    if member.email is None:
        raise NoAddress
    member.email_open_at = member.email_open_at or case.now
