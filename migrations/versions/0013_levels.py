"""An award can say how well, a learner can show their address, and a wallet can fetch a badge."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("celebration", sa.Column("results", sa.JSON(), nullable=False, server_default="[]"))
