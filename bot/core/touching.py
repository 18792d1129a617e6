"""Whose badges and goals a transaction touches, so that what shows them is drawn anew once it is committed."""

from __future__ import annotations

from sqlalchemy import event, or_, select
from sqlalchemy.orm import Session

from bot.core.links import Link
from bot.core.models import Account, Award, Goal, Milestone
from bot.core.port import MemberRef


class Touched:
    """Watches a session from now on."""

    def __init__(self, db: Session) -> None:
        self._db = db
        self._rows: set[object] = set()
        event.listen(db, "before_flush", self._flushing)

    def _flushing(self, db: Session, *_: object) -> None:
        self._rows.update(db.new, db.dirty, db.deleted)

    def accounts(self) -> list[MemberRef]:
        """Give every account of everybody whose badges or goals are touched, or who are linked or parted."""
        self._db.flush()
        members, linked = set[str](), set[str | None]()
        for row in self._rows:
            match row:
                case Award() | Goal():
                    members.add(row.member_id)
                case Milestone():
                    members.add(row.goal.member_id)
                case Link():
                    linked |= {row.account_id, row.other_id}
        if not members and not linked:
            return []
        belonging = select(Account.member_id).where(Account.id.in_(linked))
        chosen = select(Account.platform, Account.space, Account.external_id).where(
            or_(Account.member_id.in_(members), Account.member_id.in_(belonging))
        )
        return [MemberRef(*row) for row in self._db.execute(chosen)]
