"""An award can say how well, a learner can show their address, and a wallet can fetch a badge."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("celebration", sa.Column("results", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("member", sa.Column("email_open_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "handover",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("award_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name="fk_handover_award_id"),
        sa.PrimaryKeyConstraint("id", name="pk_handover"),
    )
    op.create_index("ix_handover_award_id", "handover", ["award_id"])
