"""Badges can say more: their type, credits, alignments and parts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("badge_version", sa.Column("details", sa.JSON(), nullable=False, server_default="{}"))
