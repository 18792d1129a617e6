"""Members: recognising who asks and who is mentioned, their roles, and what others may see of them."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from bot.core.case import Case
from bot.core.commands import AskPrivacy, SetPrivacy
from bot.core.errors import AwardToBot, NoSuchPerson
from bot.core.ids import new_id
from bot.core.models import Account, Award, Grant, Issuer, Member, Organisation, Space
from bot.core.port import EVERYWHERE, Actor, MemberRef, Person
from bot.core.soundness import unsignable

NAME_LENGTH = 200  # longer display names are cut: no platform allows more
_TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def owner_of(db: Session, platform: str, space: str) -> Organisation | None:
    """Give the organisation that owns a space; None for a space never seen."""
    known = db.scalar(select(Space).where(Space.platform == platform, Space.external_id == space))
    return known.organisation if known is not None else None


def organisation_of(db: Session, now: datetime, platform: str, space: str) -> Organisation:
    """Find the organisation that owns a space; a space never seen joins the installation's first one."""
    owner = owner_of(db, platform, space)
    if owner is not None:
        return owner
    first = first_organisation(db)
    if space != EVERYWHERE:
        db.add(Space(id=new_id(now), organisation=first, platform=platform, external_id=space))
    return first


def first_organisation(db: Session) -> Organisation:
    """Give the organisation that the installation was made for. Raises `LookupError` before there is one."""
    first = db.scalars(select(Organisation).order_by(Organisation.created_at, Organisation.id).limit(1)).first()
    if first is None:
        raise LookupError("no organisation yet: run `laurel init`")
    return first


def account_of(db: Session, ref: MemberRef, *, hold: bool = False) -> Account | None:
    """Give the account behind a platform's person; None for who was never met.

    With `hold` it stays its member's until the transaction ends: nothing is given to somebody while they are linked.
    """
    # An old button may still name a space for somebody who is the same everywhere.
    chosen = select(Account).where(
        Account.platform == ref.platform, Account.space.in_((ref.space, EVERYWHERE)), Account.external_id == ref.id
    )
    chosen = chosen.order_by(Account.space)
    return db.scalar(chosen.with_for_update(read=True, key_share=True) if hold else chosen)


def recognise(db: Session, now: datetime, organisation: Organisation, person: Person) -> Member:
    """Find the member behind a platform's person, or meet them; their newest name is kept.

    Raises `AwardToBot` for a bot and `NoSuchPerson` for somebody of another organisation.
    """
    if person.is_bot:
        raise AwardToBot(person.name, None)
    name = _clean(person.name) or person.ref.id
    account = account_of(db, person.ref, hold=True)
    if account is not None:
        if account.member.organisation_id != organisation.id:
            raise NoSuchPerson(person.name)
        if account.name != name:
            account.name = name
            if account is account.member.accounts[0]:
                account.member.name = name
        return account.member
    if (owner_of(db, person.ref.platform, person.ref.space) or organisation) is not organisation:
        raise NoSuchPerson(person.name)
    member = Member(
        id=new_id(now),
        organisation_id=organisation.id,
        subject=uuid.uuid4().urn,  # says nothing about when we met
        name=name,
        lang=organisation.lang,
        timezone=organisation.timezone,
        created_at=now,
    )
    member.accounts.append(
        Account(
            id=new_id(now),
            platform=person.ref.platform,
            space=person.ref.space,
            external_id=person.ref.id,
            name=name,
            created_at=now,
        )
    )
    db.add(member)
    db.flush()
    return member


def recognise_all(db: Session, now: datetime, organisation: Organisation, people: Sequence[Person]) -> list[Member]:
    """Recognise several, in one order whoever asks: two groups at once wait for each other in one direction only."""
    members = {
        person.ref: recognise(db, now, organisation, person) for person in sorted(people, key=lambda p: p.ref.id)
    }
    return [members[person.ref] for person in people]


def _clean(name: str) -> str:
    """Make a display name one line: without control characters, and without those that turn what follows it."""
    kept = (c for c in name if c.isspace() or not (unsignable(c) or c in _TURNING))
    return " ".join("".join(kept).split())[:NAME_LENGTH]


def meet(db: Session, now: datetime, organisation: Organisation, actor: Actor) -> Member:
    """Recognise who asks; keep where they were met, and their language and time zone for when the bot writes first."""
    member = recognise(db, now, organisation, actor.who)
    account = account_of(db, actor.who.ref)
    if account is not None and actor.where.space not in (EVERYWHERE, account.met_in):
        account.met_in = actor.where.space
    for what, value in (("lang", actor.lang), ("timezone", actor.timezone)):
        if value and value.isprintable() and getattr(member, what) != value:
            setattr(member, what, value)
    return member


def met_in(db: Session, who: MemberRef) -> str:
    """Give the space in which somebody was met last; `EVERYWHERE` where that is not known."""
    account = account_of(db, who)
    return (account.met_in if account is not None else None) or EVERYWHERE


def lang_of(db: Session, who: MemberRef) -> str:
    """Give the language in which to answer somebody whose platform does not tell it: theirs, or their school's."""
    account = account_of(db, who)
    if account is not None:
        return account.member.lang
    return (owner_of(db, who.platform, who.space) or first_organisation(db)).lang


def roles_of(db: Session, organisation: Organisation, actor: Actor, member: Member) -> frozenset[str]:
    """Give the roles that the platform vouches for and those granted here to any account of theirs, together."""
    granted = db.scalars(
        select(Grant.role)
        .join(Account, (Account.platform == Grant.platform) & (Account.external_id == Grant.external_id))
        .where(Grant.organisation_id == organisation.id, Account.member_id == member.id)
    )
    return actor.roles | frozenset(granted)


def account_in(member: Member, platform: str, space: str) -> Account | None:
    """Give the account by which a member is known in one space, if there is one: nobody has two."""
    return next((a for a in member.accounts if a.platform == platform and a.space in (space, EVERYWHERE)), None)


def ref_of(member: Member, platform: str, space: str) -> MemberRef | None:
    """Give the member's identity in one space, if they have one there."""
    account = account_in(member, platform, space)
    return MemberRef(platform, account.space, account.external_id) if account is not None else None


@dataclass(frozen=True, slots=True)
class PrivacyAsked:
    """What others may see now; `fresh` is true right after a change."""

    collection: str
    public_name: bool
    fresh: bool = False


COLLECTIONS = ("private", "class")


def ask_privacy(case: Case, _: AskPrivacy) -> PrivacyAsked:
    """Show the caller's own settings as a form."""
    return PrivacyAsked(case.me.collection, case.me.public_name)


def set_privacy(case: Case, ask: SetPrivacy) -> PrivacyAsked:
    """Change who may see the caller's collection, and whether award pages show their name."""
    case.me.collection = ask.collection if ask.collection in COLLECTIONS else "private"
    case.me.public_name = ask.public_name
    case.audit("privacy", case.me.id, collection=case.me.collection, public_name=case.me.public_name)
    return PrivacyAsked(case.me.collection, case.me.public_name, fresh=True)


def name_hider(db: Session, organisation: Organisation, near: Iterable[Member] = ()) -> Callable[[str], str]:
    """Give what takes the names of members who have not agreed to be named out of a text that leaves the chat.

    Display names, and handles after an at sign. Of those `near` the text (who got the badge, who is mentioned) each
    part of the name too; of others only whole names, since a first name alone cannot be told from a common word.
    Case, spaces and the way accents are written make no difference.
    """
    shy = db.execute(
        select(Member.id, Member.name, Account.name, Account.external_id)
        .join(Account)
        .where(Member.organisation_id == organisation.id, Member.public_name.is_(False))
    ).all()
    names = {_composed(name) for _, *both, _ in shy for name in both}
    handles = {handle for *_, handle in shy}
    close = {member.id for member in near}
    parts = {part for one, *both, _ in shy if one in close for name in both for part in _composed(name).split()}

    def hide(text: str) -> str:
        composed = plain = _composed(text)
        folded = " ".join(plain.casefold().split())
        for name in sorted((n for n in names if " ".join(n.casefold().split()) in folded), key=len, reverse=True):
            spelled = "|".join(r"\s+".join(map(re.escape, form.split())) for form in {name, name.casefold()})
            plain = re.sub(rf"@?(?<!\w)(?:{spelled})(?!\w)", "[…]", plain, flags=re.IGNORECASE)
        plain = re.sub(r"@([\w-]+)", lambda hit: "[…]" if hit[1].casefold() in handles else hit[0], plain)
        for part in parts:
            if part not in plain:
                continue
            plain = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", "[…]", plain)
        return text if plain == composed else plain

    return hide


def told_reasons(issuer: Issuer, awards: Sequence[Award]) -> list[str]:
    """Give why awards of an issuer were taken back, as the world may read it today.

    Names were taken out when the reasons were given; who has agreed no longer since is taken out here.
    """
    db = object_session(issuer)
    if db is None or not any(award.revoked_for for award in awards):
        return ["" for _ in awards]
    hide = name_hider(db, db.get_one(Organisation, issuer.organisation_id))
    return [hide(award.revoked_for) for award in awards]


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)
