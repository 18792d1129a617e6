"""Long commands of buttons are kept, and so are Slack workspaces that installed Laurel."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_command",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_kept_command")),
    )
    op.create_index(op.f("ix_kept_command_at"), "kept_command", ["at"])
