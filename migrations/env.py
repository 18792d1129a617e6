"""Where Alembic meets the models. `bot.core.db.Database.migrate` hands in the connection."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

import bot.adapters.room.store
import bot.adapters.slack.installing
import bot.core.holding
import bot.core.keeping
import bot.core.links
import bot.core.models  # noqa: F401 - all of these for the tables they add to the base
from bot.core.tables import Base, Moment


def _plain_types(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """Write our own types as what they are in the database: a migration must outlive the class."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, Moment) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite alters a table by making it anew
    render_item=_plain_types,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
