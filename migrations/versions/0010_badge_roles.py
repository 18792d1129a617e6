"""A badge can give roles of the platform's; who ought to have one is an announcement, one for each member and role."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chat_role",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("space", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["set_by"], ["account.id"], name="fk_chat_role_set_by"),
        sa.PrimaryKeyConstraint("id", name="pk_chat_role"),
        sa.UniqueConstraint("platform", "space", "external_id", name="uq_chat_role_platform"),
    )
    op.create_table(
        "badge_role",
        sa.Column("badge_id", sa.String(), nullable=False),
        sa.Column("role_id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["badge_id"], ["badge_class.id"], name="fk_badge_role_badge_id"),
        sa.ForeignKeyConstraint(["role_id"], ["chat_role.id"], name="fk_badge_role_role_id"),
        sa.PrimaryKeyConstraint("badge_id", "role_id", name="pk_badge_role"),
    )
    one = {"sqlite_where": sa.text("kind = 'role'"), "postgresql_where": sa.text("kind = 'role'")}
    op.create_index("uq_announcement_role", "announcement", ["subject", "member_id"], unique=True, **one)
