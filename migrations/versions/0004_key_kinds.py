"""An issuer has keys of two kinds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("issuer_key", sa.Column("kind", sa.String(), nullable=False, server_default="ed25519"))
