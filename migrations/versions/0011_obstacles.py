"""Announcements remember what keeps them from where they belong, and since when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("announcement", sa.Column("closed_at", sa.DateTime(timezone=True)))
    op.add_column("announcement", sa.Column("obstacle", sa.String()))
