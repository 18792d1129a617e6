"""A member can be known by e-mail address or DID, a credential can be signed anew, and an award can be suspended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("member", sa.Column("email", sa.String(), nullable=True))
    op.add_column("member", sa.Column("did", sa.String(), nullable=True))
    op.add_column("award", sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("award", sa.Column("suspended_why", sa.String(), nullable=True))
    op.add_column("award", sa.Column("reinstated_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "reissue",
        sa.Column("award_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name="fk_reissue_award_id"),
        sa.PrimaryKeyConstraint("award_id", "number", name="pk_reissue"),
    )
