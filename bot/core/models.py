"""The tables, as classes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.core.tables import Base

# -- who -----------------------------------------------------------------------------------------------------


class Organisation(Base):
    """A school or club: owns issuers, members and spaces."""

    __tablename__ = "organisation"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    lang: Mapped[str]
    timezone: Mapped[str]
    created_at: Mapped[datetime]


class Space(Base):
    """One Slack workspace, Discord server or built-in room."""

    __tablename__ = "space"
    __table_args__ = (UniqueConstraint("platform", "external_id"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    platform: Mapped[str]
    external_id: Mapped[str]
    organisation: Mapped[Organisation] = relationship()


class Member(Base):
    """A person in an organisation. `subject` is what credentials call them: a urn:uuid, never a name."""

    __tablename__ = "member"
    id: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    subject: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    lang: Mapped[str]
    timezone: Mapped[str]
    collection: Mapped[str] = mapped_column(default="private")
    public_name: Mapped[bool] = mapped_column(default=False)
    email: Mapped[str | None]
    """In lower case, vouched for by a platform or by staff; credentials carry its salted hash."""
    email_open_at: Mapped[datetime | None]
    """Since when the learner wants this address to stand in credentials readable; None for the hash."""
    did: Mapped[str | None]
    """The learner's own, by which credentials call them in place of `subject`."""
    created_at: Mapped[datetime]
    accounts: Mapped[list[Account]] = relationship(back_populates="member", order_by="Account.created_at, Account.id")


class Portfolio(Base):
    """A learner's badges as one public page, named, as long as they want it; `published_at` is None otherwise."""

    __tablename__ = "portfolio"
    id: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("member.id"), unique=True)
    theme: Mapped[str]
    published_at: Mapped[datetime | None]
    member: Mapped[Member] = relationship()


class Account(Base):
    """One identity of a member on one platform. `name` is what they are called there; a member's is their oldest's."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("platform", "space", "external_id"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("member.id"), index=True)
    platform: Mapped[str]
    space: Mapped[str]
    """Within what `external_id` names one person; `port.EVERYWHERE` on a platform where it always does."""
    external_id: Mapped[str]
    name: Mapped[str]
    met_in: Mapped[str | None]
    """The space in which they last gave a command: there they belong when they write directly."""
    created_at: Mapped[datetime]
    member: Mapped[Member] = relationship(back_populates="accounts")


class Grant(Base):
    """A role that Laurel itself gave someone, known by platform and id: they need not have been seen yet."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("organisation_id", "platform", "external_id", "role"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    platform: Mapped[str]
    external_id: Mapped[str]
    role: Mapped[str]
    created_at: Mapped[datetime]


# -- what can be earned --------------------------------------------------------------------------------------


class Issuer(Base):
    """The department or programme that signs; every organisation has at least one."""

    __tablename__ = "issuer"
    id: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str]
    url: Mapped[str]
    created_at: Mapped[datetime]
    keys: Mapped[list[IssuerKey]] = relationship(
        back_populates="issuer", order_by="IssuerKey.created_at, IssuerKey.kind, IssuerKey.id"
    )


class IssuerKey(Base):
    """A signing key: public part plain, private part sealed with the master key, which is never in here.

    `kind` is "ed25519" for credentials, "p256" for credentials as JWT, or "rsa" for JWTs that RS256 signs: such a key
    has no Multikey, so its JWK stands in the place of one.
    """

    __tablename__ = "issuer_key"
    id: Mapped[str] = mapped_column(primary_key=True)
    issuer_id: Mapped[str] = mapped_column(ForeignKey("issuer.id"), index=True)
    kind: Mapped[str] = mapped_column(default="ed25519")
    multikey: Mapped[str] = mapped_column(unique=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    issuer: Mapped[Issuer] = relationship(back_populates="keys")


class BadgeClass(Base):
    """What can be earned. Its meaning stands in versions, which are never rewritten."""

    __tablename__ = "badge_class"
    __table_args__ = (
        Index(
            "uq_badge_class_folded_in_use",
            "organisation_id",
            "folded",
            unique=True,
            sqlite_where=text("archived_at IS NULL"),
            postgresql_where=text("archived_at IS NULL"),
        ),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    issuer_id: Mapped[str] = mapped_column(ForeignKey("issuer.id"))
    name: Mapped[str]
    folded: Mapped[str]
    """The name without case, accents or spaces: what names are compared by. Both are the newest version's."""
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    issuer: Mapped[Issuer] = relationship()
    versions: Mapped[list[BadgeVersion]] = relationship(
        back_populates="badge", order_by="BadgeVersion.number", cascade="all, delete-orphan"
    )

    @property
    def now(self) -> BadgeVersion:
        """The version that is awarded today."""
        return self.versions[-1]


class BadgeVersion(Base):
    """What a badge meant from `created_at` on, until the next version. Open Badges 3.0: `Achievement`."""

    __tablename__ = "badge_version"
    __table_args__ = (UniqueConstraint("badge_id", "number"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    badge_id: Mapped[str] = mapped_column(ForeignKey("badge_class.id"))
    number: Mapped[int]
    name: Mapped[str]
    description: Mapped[str]
    criteria: Mapped[str]
    skills: Mapped[list[str]]
    shape: Mapped[str]
    colour: Mapped[str]
    icon: Mapped[str]
    expires_after_days: Mapped[int | None]
    evidence_required: Mapped[bool]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What forms do not ask for: the fields of `bot.core.detailing.Details`."""
    created_by: Mapped[str | None] = mapped_column(ForeignKey("member.id"))
    created_at: Mapped[datetime]
    badge: Mapped[BadgeClass] = relationship(back_populates="versions")


UNDONE = "undone"
"""What an undo leaves as the reason of a revocation: a mistake of the giver's, not a judgement on the learner."""

# -- what was earned -----------------------------------------------------------------------------------------


class Celebration(Base):
    """One `/award`: who gave what, for what, to how many; the class sees one card of it."""

    __tablename__ = "celebration"
    id: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    version_id: Mapped[str] = mapped_column(ForeignKey("badge_version.id"))
    awarded_by: Mapped[str] = mapped_column(ForeignKey("member.id"))
    reason: Mapped[str]
    results: Mapped[list[dict[str, str]]] = mapped_column(default=list)
    """How well, for all of them: as `bot.core.levels.kept` gives it."""
    created_at: Mapped[datetime]
    version: Mapped[BadgeVersion] = relationship()
    giver: Mapped[Member] = relationship()
    awards: Mapped[list[Award]] = relationship(back_populates="celebration", order_by="Award.id")
    congratulations: Mapped[list[Congratulation]] = relationship()


class Award(Base):
    """One person's badge. `document` is the credential exactly as first signed, and is never rewritten."""

    __tablename__ = "award"
    __table_args__ = (
        Index(
            "uq_award_held",
            "badge_id",
            "member_id",
            unique=True,
            sqlite_where=text("held"),
            postgresql_where=text("held"),
        ),
        UniqueConstraint("issuer_id", "status_index"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    celebration_id: Mapped[str] = mapped_column(ForeignKey("celebration.id"), index=True)
    badge_id: Mapped[str] = mapped_column(ForeignKey("badge_class.id"))
    version_id: Mapped[str] = mapped_column(ForeignKey("badge_version.id"))
    issuer_id: Mapped[str] = mapped_column(ForeignKey("issuer.id"))
    member_id: Mapped[str] = mapped_column(ForeignKey("member.id"), index=True)
    held: Mapped[bool] = mapped_column(default=True)
    """False once revoked, or once a newer award of the same badge replaced an expired one."""
    awarded_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(ForeignKey("member.id"))
    revoked_why: Mapped[str | None]
    suspended_at: Mapped[datetime | None]
    suspended_why: Mapped[str | None]
    reinstated_at: Mapped[datetime | None]
    """When the newest suspension ended; None while it lasts."""
    status_index: Mapped[int]
    document: Mapped[str]
    celebration: Mapped[Celebration] = relationship(back_populates="awards")
    version: Mapped[BadgeVersion] = relationship()
    issuer: Mapped[Issuer] = relationship()
    member: Mapped[Member] = relationship(foreign_keys=[member_id])
    evidence: Mapped[list[Evidence]] = relationship(order_by="Evidence.id")
    reissues: Mapped[list[Reissue]] = relationship(order_by="Reissue.number")

    @property
    def revoked_for(self) -> str:
        """Why it was taken back, for everybody to read; "" for a giver's mistake, which is nobody's business."""
        return self.revoked_why if self.revoked_why is not None and self.revoked_why != UNDONE else ""

    @property
    def suspended(self) -> bool:
        """Whether it does not count at present."""
        return self.suspended_at is not None and self.reinstated_at is None and self.revoked_at is None

    def over(self, now: datetime) -> bool:
        """Tell whether it was taken back or has expired: it is signed anew no more."""
        return self.revoked_at is not None or (self.expires_at is not None and self.expires_at <= now)

    @property
    def current(self) -> str:
        """The newest signature of the credential: what is shown, checked and downloaded."""
        return self.reissues[-1].document if self.reissues else self.document


class StatusList(Base):
    """An issuer's list of revoked, or of suspended, awards: its bits, and what was signed when one last changed.

    A list of which no bit was ever set has no row.
    """

    __tablename__ = "status_list"
    issuer_id: Mapped[str] = mapped_column(ForeignKey("issuer.id"), primary_key=True)
    purpose: Mapped[str] = mapped_column(primary_key=True)
    """"revocation" or "suspension"."""
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    bits: Mapped[bytes] = mapped_column(LargeBinary)
    changed_at: Mapped[datetime]
    url: Mapped[str]
    """The address that `document` was signed for; "" before it was signed."""
    document: Mapped[str]


class Reissue(Base):
    """A newer signature of an award's credential: the same id, a newer `validFrom`. None is ever rewritten."""

    __tablename__ = "reissue"
    award_id: Mapped[str] = mapped_column(ForeignKey("award.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document: Mapped[str]
    why: Mapped[str]
    """"recipient", "evidence", "endorsement" or "issuer": what has changed."""
    at: Mapped[datetime]


class Handover(Base):
    """One award on its way into its owner's wallet: who has the challenge gets it, once and until `until`."""

    __tablename__ = "handover"
    id: Mapped[str] = mapped_column(primary_key=True)
    award_id: Mapped[str] = mapped_column(ForeignKey("award.id"), index=True)
    digest: Mapped[str]
    """SHA-256 of the challenge."""
    until: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    award: Mapped[Award] = relationship()


class Evidence(Base):
    """What proves an award: a link, a quoted chat message with the SHA-256 of its text, or a file with its own.

    The world sees a file under this id, which only its award's page and credential tell.
    """

    __tablename__ = "evidence"
    id: Mapped[str] = mapped_column(primary_key=True)
    award_id: Mapped[str] = mapped_column(ForeignKey("award.id"), index=True)
    kind: Mapped[str]
    url: Mapped[str | None]
    author_id: Mapped[str | None] = mapped_column(ForeignKey("member.id"))
    said_at: Mapped[datetime | None]
    text: Mapped[str | None]
    sha256: Mapped[str | None]
    name: Mapped[str | None]
    """What a file is called, as it was given: it may name people."""
    media_type: Mapped[str | None]
    author: Mapped[Member | None] = relationship()


class EvidenceFile(Base):
    """The bytes of a file that proves something; awards given together share them."""

    __tablename__ = "evidence_file"
    sha256: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class Endorsement(Base):
    """A third party's signed word for a badge's version, an award or an issuer; `about` is the id of one of these."""

    __tablename__ = "endorsement"
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    """"badge", "award" or "issuer": what it is about."""
    about: Mapped[str] = mapped_column(index=True)
    document: Mapped[str]
    created_at: Mapped[datetime]


class Congratulation(Base):
    """One member's congratulation on one celebration."""

    __tablename__ = "congratulation"
    celebration_id: Mapped[str] = mapped_column(ForeignKey("celebration.id"), primary_key=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("member.id"), primary_key=True)
    created_at: Mapped[datetime]


# -- goals ---------------------------------------------------------------------------------------------------


class Goal(Base):
    """What a learner wants by when. `remind_at` is when the next reminder is due, None for never."""

    __tablename__ = "goal"
    id: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("member.id"), index=True)
    title: Mapped[str]
    due: Mapped[date | None]
    rhythm: Mapped[str]
    remind_at: Mapped[datetime | None] = mapped_column(index=True)
    platform: Mapped[str]
    space: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    member: Mapped[Member] = relationship()
    milestones: Mapped[list[Milestone]] = relationship(back_populates="goal", order_by="Milestone.position")


class Milestone(Base):
    """A checkpoint of a goal: a badge to earn, or a free text to tick off."""

    __tablename__ = "milestone"
    id: Mapped[str] = mapped_column(primary_key=True)
    goal_id: Mapped[str] = mapped_column(ForeignKey("goal.id"), index=True)
    position: Mapped[int]
    text: Mapped[str]
    badge_id: Mapped[str | None] = mapped_column(ForeignKey("badge_class.id"), index=True)
    done_at: Mapped[datetime | None]
    goal: Mapped[Goal] = relationship(back_populates="milestones")
    badge: Mapped[BadgeClass | None] = relationship()


# -- what keeps it honest ------------------------------------------------------------------------------------


class Announcement(Base):
    """A message that ought to stand somewhere: an outbox row. It holds facts; words are made at delivery.

    The pump makes the message equal to the facts: it delivers while `wanted` is ahead of `shown`, and edits
    where a message already stands. A congratulation or a revocation only raises `wanted`. Of the kind "role", what
    ought to stand is no message but a member's role (`bot.core.role_keeping`); `message` is set while they have it.
    """

    __tablename__ = "announcement"
    __table_args__ = (
        Index("ix_announcement_due", "state", "due_at"),
        Index(
            "uq_announcement_role",
            "subject",
            "member_id",
            unique=True,
            sqlite_where=text("kind = 'role'"),
            postgresql_where=text("kind = 'role'"),
        ),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    """Id of the celebration, award, goal, link or role that it is about."""
    platform: Mapped[str]
    space: Mapped[str]
    channel: Mapped[str | None]
    """The channel's id; None for a direct message to `member_id`."""
    member_id: Mapped[str | None] = mapped_column(ForeignKey("member.id"))
    cause: Mapped[str]
    """The id of the platform's event that caused it."""
    state: Mapped[str] = mapped_column(default="open")
    """"open"; "waiting" for a member whom no direct message reaches; "gave-up" once it cannot be delivered; or "past":
    a newer reminder took its place, or it was shown where nothing can be changed."""
    wanted: Mapped[int] = mapped_column(default=1)
    shown: Mapped[int] = mapped_column(default=0)
    message: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    """Not before this. A claim moves it on, so a claim that dies with its process comes back by itself."""
    lease: Mapped[str | None]
    last_error: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    """Since when something that can be mended keeps it from where it belongs; None while nothing does."""
    obstacle: Mapped[str | None]
    """What that is, as the port names it; "gone" or "fault" once it is given up for something else."""
    created_at: Mapped[datetime]

    @property
    def may_stand(self) -> bool:
        """Whether a message may stand there: one is known of, or an attempt ended before it could be written down."""
        return self.message is not None or self.attempts > 1


class Event(Base):
    """A platform's event that has acted; it never acts again."""

    __tablename__ = "event"
    platform: Mapped[str] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class Audit(Base):
    """Who did what, append-only: the database itself refuses to change or delete a row."""

    __tablename__ = "audit"
    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    organisation_id: Mapped[str | None]
    member_id: Mapped[str | None]
    action: Mapped[str]
    subject: Mapped[str]
    facts: Mapped[dict[str, Any]]


class Drawn(Base):
    """The facts of a picture that was shown by address, under their digest: old messages keep theirs."""

    __tablename__ = "drawn"
    digest: Mapped[str] = mapped_column(primary_key=True)
    drawing: Mapped[str]
    created_at: Mapped[datetime]
