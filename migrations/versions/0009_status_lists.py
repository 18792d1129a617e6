"""Lists of revoked and suspended awards keep their bits, and what was signed when one last changed."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

import sqlalchemy as sa
from alembic import op

from bot.core.tables import Moment

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

LIST_BITS = 131_072


def upgrade() -> None:
    lists = op.create_table(
        "status_list",
        sa.Column("issuer_id", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("bits", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuer.id"], name="fk_status_list_issuer_id"),
        sa.PrimaryKeyConstraint("issuer_id", "purpose", "number", name="pk_status_list"),
    )
    award = sa.table(
        "award",
        sa.column("issuer_id", sa.String()),
        sa.column("status_index", sa.Integer()),
        sa.column("revoked_at", Moment()),
        sa.column("suspended_at", Moment()),
        sa.column("reinstated_at", Moment()),
    )
    changed = sa.or_(award.c.revoked_at.is_not(None), award.c.suspended_at.is_not(None))
    bits: dict[tuple[str, str, int], bytearray] = defaultdict(lambda: bytearray(LIST_BITS // 8))
    newest: dict[tuple[str, str, int], datetime] = {}
    for row in op.get_bind().execute(sa.select(award).where(changed)):
        number, index = divmod(row.status_index, LIST_BITS)
        moments = {"revocation": row.revoked_at, "suspension": row.reinstated_at or row.suspended_at}
        for purpose, at in moments.items():
            if at is None:
                continue
            where = row.issuer_id, purpose, number
            newest[where] = max(at, newest.get(where, at))
            if purpose == "revocation" or row.reinstated_at is None:
                bits[where][index // 8] |= 0x80 >> (index % 8)
    # No address yet: such a list is signed when it is asked for, until a bit of it changes again.
    rows = [
        dict(zip(("issuer_id", "purpose", "number"), where, strict=True))
        | {"bits": bytes(bits[where]), "changed_at": at, "url": "", "document": ""}
        for where, at in newest.items()
    ]
    if rows:
        op.bulk_insert(lists, rows)
