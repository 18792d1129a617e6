"""Every command a member can give, whatever the platform: what goes in through the port.

A badge, a goal or a person may be given by words (the core finds it) or by its id (buttons do).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core.port import Group, Person, Role

Word = str | Person | Group
"""A piece of what was typed: text, or whom a mention in it stands for."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A slash command as typed, for platforms that have only text; `bot.core.grammar` reads it.

    `words` is the text after the command with each mention already a `Person` or a `Group`.
    """

    name: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A chat message as evidence. `at` is aware; `url` is its address on the platform, if it has one.

    `named` are the people whom `text` mentions, by the names that stand in it.
    """

    author: Person
    text: str
    at: datetime
    url: str = ""
    named: tuple[Person, ...] = ()


# -- awards --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AwardBadge:
    """`/award @sam Peer Mentoring for helping out`: links in `reason` and in `links` become evidence, so does `quote`.

    So do `files`, by the ids that `App.hold` gave; `offered` are those that they were chosen from.
    `named` are the people whom `reason` mentions: the signed document leaves out who has not agreed to be named.
    `level` is how well it was done, for a badge that has levels: "Advanced", or "Clarity: Clear, Test: 93".
    `groups` are recipients as well: all in them but the caller and bots.
    `draft` only shows what the card will look like: nothing is written.
    """

    recipients: tuple[Person, ...]
    badge: str
    reason: str = ""
    quote: Quote | None = None
    named: tuple[Person, ...] = ()
    links: str = ""
    files: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    level: str = ""
    draft: bool = False
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True)
class AskAward:
    """Wants the award form, with what is known: `/award` alone, or the message menu "Award for this message".

    `author` wrote a message that has files and no words to quote. `files` are ids of files that can go along,
    `left_out` the names of those that cannot.
    """

    quote: Quote | None = None
    recipients: tuple[Person, ...] = ()
    badge: str = ""
    reason: str = ""
    named: tuple[Person, ...] = ()
    links: str = ""
    level: str = ""
    files: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    author: Person | None = None


@dataclass(frozen=True, slots=True)
class UndoAwards:
    """Takes back everything one `/award` gave, by who gave it, soon after."""

    celebration: str


@dataclass(frozen=True, slots=True)
class Congratulate:
    """Adds the caller's congratulation to a celebration; pressing again takes it back."""

    celebration: str


@dataclass(frozen=True, slots=True)
class RetryCard:
    """Tries once more to post a card that could not stand where it belongs; `card` is its announcement."""

    card: str


@dataclass(frozen=True, slots=True)
class RevokeBadge:
    """`/revoke @sam Peer Mentoring because …`."""

    recipient: Person
    badge: str
    reason: str


@dataclass(frozen=True, slots=True)
class SuspendBadge:
    """`/laurel suspend @student Peer Mentoring because …`: it does not count until it is reinstated."""

    recipient: Person
    badge: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReinstateBadge:
    """`/laurel reinstate @student Peer Mentoring`: it counts again."""

    recipient: Person
    badge: str


@dataclass(frozen=True, slots=True)
class AskEvidence:
    """Wants the form that adds evidence to an award."""

    award: str


@dataclass(frozen=True, slots=True)
class AddEvidence:
    """Adds the addresses in `links`, and `files`, to an award's evidence, by who gave it or staff; signed anew."""

    award: str
    links: str
    files: tuple[str, ...] = ()


# -- a member's own badges -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShowBadges:
    """`/mybadges [@member]`; pages count from 1."""

    whose: Person | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class ShowAward:
    """One award, by id."""

    award: str


@dataclass(frozen=True, slots=True)
class ShareAward:
    """Where an award can be taken, and what its page shows; for its owner."""

    award: str


@dataclass(frozen=True, slots=True)
class TakeToWallet:
    """Hands one of the caller's own awards over to their wallet: gives an address for one time."""

    award: str


@dataclass(frozen=True, slots=True)
class VerifyAward:
    """Runs the named checks on one award."""

    award: str


@dataclass(frozen=True, slots=True)
class AskPrivacy:
    """Wants the form of what others may see."""


@dataclass(frozen=True, slots=True)
class SetPrivacy:
    """What others may see: `collection` is "private" or "class"; `public_name` on award pages."""

    collection: str
    public_name: bool


@dataclass(frozen=True, slots=True)
class SetIdentity:
    """`/mybadges identity sam@school.edu`, or a DID, or "none"; "" asks what is set. With `whose`, by staff.

    "open" lets the address stand in badges readable, "hashed" takes that back.
    """

    identity: str = ""
    whose: Person | None = None


@dataclass(frozen=True, slots=True)
class AskVerify:
    """Wants the form that checks a badge of any issuer."""


@dataclass(frozen=True, slots=True)
class VerifyBadge:
    """`/verify https://… [e-mail]`: checks a badge of any issuer; or (`file`, base64) one that was posted.

    `recipient` is an e-mail address, or another identity, that the badge should belong to. `too_large` stands for a
    file of more than `MAX_PICTURE` bytes, which was not read.
    """

    url: str = ""
    recipient: str = ""
    file: str = ""
    too_large: bool = False


@dataclass(frozen=True, slots=True)
class TakeBadges:
    """`/mybadges take`: all of the caller's badges as files: an archive, a résumé."""


@dataclass(frozen=True, slots=True)
class ShowPortfolio:
    """`/mybadges portfolio`: the caller's public page, or how to have one."""


@dataclass(frozen=True, slots=True)
class PublishPortfolio:
    """Publishes the caller's badges as a page that names them, in one of the themes; or changes its theme."""

    theme: str = ""


@dataclass(frozen=True, slots=True)
class UnpublishPortfolio:
    """Takes the caller's public page away, at once."""


# -- goals ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShowGoals:
    """`/goals`; pages count from 1."""

    page: int = 1


@dataclass(frozen=True, slots=True)
class AskGoal:
    """Wants the goal form."""

    badge: str = ""


@dataclass(frozen=True, slots=True)
class AddGoal:
    """`/goals add Academic Writing by Friday every week`: `what` may hold the due date and the rhythm.

    `what`: badges by name and free-text milestones, parted by commas, after an optional `title:`.
    `due`: a date in words or ISO 8601. `rhythm`: "day", "weekday", "week", "month" or "never".
    `as_typed`: what is nearly a badge's name is a milestone of the caller's own all the same.
    """

    what: str
    due: str = ""
    rhythm: str = ""
    as_typed: bool = False


@dataclass(frozen=True, slots=True)
class FinishGoal:
    """Marks a goal done."""

    goal: str


@dataclass(frozen=True, slots=True)
class FinishMilestone:
    """Marks one free-text milestone of a goal done, or not done again."""

    goal: str
    milestone: str


@dataclass(frozen=True, slots=True)
class DropGoal:
    """Gives a goal up, without fuss."""

    goal: str


@dataclass(frozen=True, slots=True)
class ReopenGoal:
    """Takes back that a goal was done or dropped."""

    goal: str


@dataclass(frozen=True, slots=True)
class SnoozeGoal:
    """Moves the next reminder `days` on."""

    goal: str
    days: int = 3


@dataclass(frozen=True, slots=True)
class RemindGoal:
    """Sets a goal's reminder rhythm; "" asks what can be set."""

    goal: str
    rhythm: str = ""


# -- badge classes -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ListBadges:
    """`/badge list`, or for teachers `/badge list archived`; pages count from 1."""

    page: int = 1
    archived: bool = False


@dataclass(frozen=True, slots=True)
class ShowBadge:
    """`/badge show NAME`."""

    badge: str


@dataclass(frozen=True, slots=True)
class AskBadge:
    """Wants the badge form: empty, or (`badge`) filled with what a badge is now."""

    badge: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class SaveBadge:
    """Makes a badge, or (`badge`) a new version of one. `draft` only checks and previews: nothing is written."""

    badge: str = ""
    name: str = ""
    description: str = ""
    criteria: str = ""
    skills: str = ""
    shape: str = ""
    colour: str = ""
    icon: str = ""
    expires_after_days: str = ""
    evidence_required: bool = False
    draft: bool = False


@dataclass(frozen=True, slots=True)
class ArchiveBadge:
    """Takes a badge out of use; badges already given stay true."""

    badge: str


@dataclass(frozen=True, slots=True)
class RestoreBadge:
    """Puts an archived badge back in use."""

    badge: str


@dataclass(frozen=True, slots=True)
class GiveRole:
    """`/badge role`: lets a badge give a role of this space, by staff; without one, asks which it gives."""

    badge: str
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class StopRole:
    """`/badge role Peer Mentoring none`: the badge gives a role no more, or (`role` is "") none in this space.

    `role` is the platform's id of it.
    """

    badge: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class AddStarterBadges:
    """Adds the starter set, skipping names that exist."""


# -- accounts on several platforms ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LinkAccount:
    """`/laurel link` gives a one-time code; with `code`, typed in another chat, both sides are asked to confirm."""

    code: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmLink:
    """The caller's side says that both accounts are theirs; once both sides have, they are one member's."""

    link: str


@dataclass(frozen=True, slots=True)
class StopLink:
    """The caller's side says no."""

    link: str


@dataclass(frozen=True, slots=True)
class UnlinkAccount:
    """`/laurel unlink` tells what would go back; with `link`, parts what that one joined."""

    link: str = ""


# -- help ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chat:
    """Ordinary words to the bot in its direct messages, each mention already a `Person`."""

    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class ShowHome:
    """What a member begins with, where a platform has a page for it."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A button was pressed whose command nobody knows any more."""


@dataclass(frozen=True, slots=True)
class Help:
    """`/laurel help [topic]`."""

    topic: str = ""


Command = (
    Typed
    | AwardBadge
    | AskAward
    | UndoAwards
    | Congratulate
    | RetryCard
    | RevokeBadge
    | SuspendBadge
    | ReinstateBadge
    | AskEvidence
    | AddEvidence
    | ShowBadges
    | ShowAward
    | ShareAward
    | TakeToWallet
    | VerifyAward
    | AskPrivacy
    | SetPrivacy
    | SetIdentity
    | TakeBadges
    | ShowPortfolio
    | PublishPortfolio
    | UnpublishPortfolio
    | AskVerify
    | VerifyBadge
    | ShowGoals
    | AskGoal
    | AddGoal
    | FinishGoal
    | FinishMilestone
    | DropGoal
    | ReopenGoal
    | SnoozeGoal
    | RemindGoal
    | ListBadges
    | ShowBadge
    | AskBadge
    | SaveBadge
    | ArchiveBadge
    | RestoreBadge
    | GiveRole
    | StopRole
    | AddStarterBadges
    | LinkAccount
    | ConfirmLink
    | StopLink
    | UnlinkAccount
    | Chat
    | ShowHome
    | Forgotten
    | Help
)

LISTS = (ShowBadges, ShowGoals, ListBadges)
"""What turns a page, too: where it can, an answer to one takes the place of the list that it was asked from."""
