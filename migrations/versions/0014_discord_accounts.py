"""A Discord account is the same on every server and in direct messages; where it was met last is kept.

Before, a server could keep to itself, and so could who wrote directly first: such twins become one, as if linked.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

EVERYWHERE = ""


def _table(name: str, *columns: str) -> Any:
    return sa.table(name, *map(sa.column, columns))


ACCOUNT = _table("account", "id", "member_id", "platform", "space", "external_id", "met_in", "created_at")
MEMBER = _table("member", "id", "organisation_id", "email", "did", "collection", "public_name")
AWARD = _table("award", "id", "member_id", "badge_id", "held", "revoked_by")
CONGRATULATION = _table("congratulation", "member_id", "celebration_id")
ANNOUNCEMENT = _table("announcement", "member_id", "platform", "space", "channel")
GOAL = _table("goal", "member_id", "platform", "space")
LINK = _table("link", "account_id", "other_id")
SPACE = _table("space", "platform", "external_id")
PORTFOLIO = _table("portfolio", "member_id", "published_at")
MEMBERS = (
    ACCOUNT.c.member_id,
    ANNOUNCEMENT.c.member_id,
    AWARD.c.member_id,
    AWARD.c.revoked_by,
    _table("badge_version", "created_by").c.created_by,
    _table("celebration", "awarded_by").c.awarded_by,
    CONGRATULATION.c.member_id,
    _table("evidence", "author_id").c.author_id,
    GOAL.c.member_id,
)
ACCOUNTS = (LINK.c.account_id, LINK.c.other_id, _table("link_try", "account_id").c.account_id)


def upgrade() -> None:
    op.add_column("account", sa.Column("met_in", sa.String(), nullable=True))
    db = op.get_bind()
    discord = ACCOUNT.c.platform == "discord"
    every = (
        sa.select(ACCOUNT.c.id, ACCOUNT.c.external_id, MEMBER.c.organisation_id)
        .join(MEMBER, MEMBER.c.id == ACCOUNT.c.member_id)
        .where(discord)
        .order_by(ACCOUNT.c.created_at, ACCOUNT.c.id)
    )
    first: dict[str, tuple[str, str]] = {}
    for account, user, organisation in db.execute(every).all():
        older, theirs = first.setdefault(user, (account, organisation))
        if account == older:
            known = sa.update(ACCOUNT).where(ACCOUNT.c.id == account)
            db.execute(known.values(met_in=ACCOUNT.c.space, space=EVERYWHERE))
        elif organisation == theirs:
            _become_one(db, older, account)
    db.execute(sa.update(ACCOUNT).where(discord, ACCOUNT.c.met_in == "direct").values(met_in=None))
    db.execute(sa.update(GOAL).where(GOAL.c.platform == "discord").values(space=EVERYWHERE))
    directly = ANNOUNCEMENT.c.platform == "discord", ANNOUNCEMENT.c.channel.is_(None)
    db.execute(sa.update(ANNOUNCEMENT).where(*directly).values(space=EVERYWHERE))
    db.execute(sa.delete(SPACE).where(SPACE.c.platform == "discord", SPACE.c.external_id == "direct"))


def _become_one(db: sa.Connection, older: str, account: str) -> None:
    """Let a person's older account take the place of another."""
    owner = sa.select(ACCOUNT.c.member_id)
    kept = db.execute(owner.where(ACCOUNT.c.id == older)).scalar_one()
    gone = db.execute(owner.where(ACCOUNT.c.id == account)).scalar_one()
    for column in ACCOUNTS:
        _replace(db, column, account, older)
    db.execute(sa.delete(ACCOUNT).where(ACCOUNT.c.id == account))
    if kept == gone:
        return
    # What both hold stands in the collection once; every award stays valid, as it was signed.
    holds = sa.select(AWARD.c.badge_id).where(AWARD.c.member_id == kept, AWARD.c.held)
    twice = AWARD.c.member_id == gone, AWARD.c.held, AWARD.c.badge_id.in_(holds)
    db.execute(sa.update(AWARD).where(*twice).values(held=sa.false()))
    said = sa.select(CONGRATULATION.c.celebration_id).where(CONGRATULATION.c.member_id == kept)
    again = CONGRATULATION.c.member_id == gone, CONGRATULATION.c.celebration_id.in_(said)
    db.execute(sa.delete(CONGRATULATION).where(*again))
    for column in MEMBERS:
        _replace(db, column, gone, kept)
    # No published page comes to show more than it did, and of the privacy settings the stricter win.
    db.execute(sa.update(PORTFOLIO).where(PORTFOLIO.c.member_id.in_((kept, gone))).values(published_at=None))
    one, other = (db.execute(sa.select(MEMBER).where(MEMBER.c.id == id_)).one() for id_ in (kept, gone))
    stricter = {
        "collection": "private" if "private" in (one.collection, other.collection) else one.collection,
        "public_name": bool(one.public_name and other.public_name),
        "email": one.email or other.email,
        "did": one.did or other.did,
    }
    db.execute(sa.update(MEMBER).where(MEMBER.c.id == kept).values(stricter))


def _replace(db: sa.Connection, column: sa.ColumnClause[Any], old: str, new: str) -> None:
    db.execute(sa.update(column.table).where(column == old).values({column.name: new}))
