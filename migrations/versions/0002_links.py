"""Accounts have names of their own, and two of them can be linked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("name", sa.String(), nullable=False, server_default=""))
    op.execute("UPDATE account SET name = (SELECT name FROM member WHERE member.id = account.member_id)")
    op.create_table(
        "link",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("other_id", sa.String(), nullable=True),
        sa.Column("code_hash", sa.String(), nullable=True),
        sa.Column("account_agreed", sa.Boolean(), nullable=False),
        sa.Column("other_agreed", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept_id", sa.String(), nullable=True),
        sa.Column("absorbed_id", sa.String(), nullable=True),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_link_account_id"),
        sa.ForeignKeyConstraint(["other_id"], ["account.id"], name="fk_link_other_id"),
        sa.ForeignKeyConstraint(["kept_id"], ["member.id"], name="fk_link_kept_id"),
        sa.ForeignKeyConstraint(["absorbed_id"], ["member.id"], name="fk_link_absorbed_id"),
        sa.PrimaryKeyConstraint("id", name="pk_link"),
        sa.UniqueConstraint("code_hash", name="uq_link_code_hash"),
    )
    for column in ("account_id", "other_id", "kept_id"):
        op.create_index(f"ix_link_{column}", "link", [column], unique=False)
    op.create_table(
        "link_try",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_link_try_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_link_try"),
    )
    op.create_index("ix_link_try_account_id", "link_try", ["account_id"], unique=False)
