"""Refusals: why the core says no. Each carries facts, never words; `bot.core.words.refusals` has the sentences."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.commands import AddGoal, AwardBadge, Command, SaveBadge
from bot.core.port import Role

# Not frozen: Python itself sets a raised exception's traceback.


class Refusal(Exception):
    """The core says no, and nothing is written."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What somebody probably meant: the words to begin with, and the whole of it."""

    form: str
    command: Command


@dataclass(eq=False)
class NotAllowed(Refusal):
    """The caller lacks the role. `action` is a `policy.Action` value."""

    action: str


@dataclass(eq=False)
class NoSuchCommand(Refusal):
    """Nothing is called that; `usage` holds forms that exist, `guess` the one probably meant."""

    asked: str
    usage: tuple[str, ...]
    guess: Guess | None = None


@dataclass(eq=False)
class ButtonForgotten(Refusal):
    """A button is so old that nobody knows what it did."""


# -- people --------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class NoRecipient(Refusal):
    """A command that needs a person names none. `example` shows one that does."""

    example: str


@dataclass(eq=False)
class OneAtATime(Refusal):
    """Several people are named where each has a reason, or an address, of their own."""

    names: tuple[str, ...]


@dataclass(eq=False)
class NoSuchPerson(Refusal):
    """`asked` looks like a mention, but is nobody here."""

    asked: str


@dataclass(eq=False)
class NobodyInGroup(Refusal):
    """A group that was named has nobody who can hold a badge; `but_you`: nobody but who asks."""

    group: str
    but_you: bool


@dataclass(eq=False)
class RoleUnread(Refusal):
    """The platform does not show who has a role (or is in a group) of this name."""

    role: str


@dataclass(eq=False)
class RoleUnsearched(Refusal):
    """A server has more members than the platform lets one look through for those of a role of this name."""

    role: str


@dataclass(eq=False)
class TooManyRecipients(Refusal):
    """More people than one award may have."""

    count: int
    limit: int


@dataclass(eq=False)
class AwardToSelf(Refusal):
    """The caller is among the recipients; `others` is the same award without them, if anyone is left."""

    others: AwardBadge | None


@dataclass(eq=False)
class AwardToBot(Refusal):
    """A bot is among the recipients; `others` is the same award without it, if anyone is left."""

    name: str
    others: AwardBadge | None


@dataclass(eq=False)
class CollectionClosed(Refusal):
    """`name` has not opened their collection to the caller."""

    name: str


# -- badges --------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class NoBadgesYet(Refusal):
    """The organisation has no badge at all. `may_add` is true for who may make some."""

    may_add: bool


@dataclass(eq=False)
class NoSuchBadge(Refusal):
    """No badge is called that; `close` are the nearest names, each with the command it would mend."""

    asked: str
    close: tuple[tuple[str, Command], ...] = ()


@dataclass(eq=False)
class AmbiguousBadge(Refusal):
    """Several badges begin like that."""

    asked: str
    matches: tuple[tuple[str, Command], ...]


@dataclass(eq=False)
class BadgeArchived(Refusal):
    """The badge is out of use. `badge` is its id; `may_restore` is true for who may bring it back."""

    name: str
    badge: str
    may_restore: bool


@dataclass(eq=False)
class NameTaken(Refusal):
    """An archived badge cannot come back: `badge`, another one in use, has its name by now."""

    name: str
    badge: str


@dataclass(eq=False)
class BadgeUnsound(Refusal):
    """A badge cannot be saved like that: per field of `draft`, a code that `words` has a sentence for."""

    draft: SaveBadge
    problems: dict[str, str]


@dataclass(eq=False)
class NoRolesHere(Refusal):
    """The platform has no roles that a badge could give."""


@dataclass(eq=False)
class RoleUnfit(Refusal):
    """No badge may give the role: its `problem`, its `powers` or that it `teaches` says why."""

    role: Role


@dataclass(eq=False)
class NoRoleGiven(Refusal):
    """The badge gives no role here, or not the one that it is to give no more."""

    badge: str


# -- awards --------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class AlreadyHeld(Refusal):
    """Some recipients hold the badge already; `others` is the award for the rest, if anyone is left."""

    badge: str
    holders: tuple[str, ...]
    others: AwardBadge | None


@dataclass(frozen=True, slots=True)
class LevelsOf:
    """What one scale of a badge lets an award say: one of `values`, or a number between `lowest` and `highest`."""

    name: str
    values: tuple[str, ...] = ()
    lowest: str = ""
    highest: str = ""


@dataclass(eq=False)
class NoLevels(Refusal):
    """A level was named of a badge that has none; `without` is the same without one."""

    badge: str
    without: Command


@dataclass(eq=False)
class NoSuchLevel(Refusal):
    """The badge has no level like that; `close` are those that can be given, each with its command."""

    badge: str
    asked: str
    levels: tuple[LevelsOf, ...]
    close: tuple[tuple[str, Command], ...] = ()


@dataclass(eq=False)
class LevelMissing(Refusal):
    """The badge is given at a level only, and none was named."""

    badge: str
    levels: tuple[LevelsOf, ...]
    close: tuple[tuple[str, Command], ...] = ()


@dataclass(eq=False)
class LevelTooLow(Refusal):
    """The badge is given from the level `required` on."""

    badge: str
    asked: str
    required: str


@dataclass(eq=False)
class ReasonTooLong(Refusal):
    """The text after "for" or "because" is longer than `limit` characters."""

    length: int
    limit: int


@dataclass(eq=False)
class ReasonMissing(Refusal):
    """A revocation or suspension says no reason. `example` shows one that does."""

    example: str


@dataclass(eq=False)
class EvidenceMissing(Refusal):
    """The badge wants a link, a quoted message or a file as evidence."""

    badge: str


@dataclass(eq=False)
class FileTooLarge(Refusal):
    """A file has more than `limit` bytes."""

    name: str
    limit: int


@dataclass(eq=False)
class FileKindRefused(Refusal):
    """A file is none of the kinds that can be evidence, by its bytes, or empty."""

    name: str


@dataclass(eq=False)
class FileUnfetched(Refusal):
    """The platform did not give a file that was chosen there."""

    name: str


@dataclass(eq=False)
class FileForgotten(Refusal):
    """A file waited too long for its award, or is somebody else's."""


@dataclass(eq=False)
class TooManyFiles(Refusal):
    """More than `limit` files for one award."""

    limit: int


@dataclass(eq=False)
class Unsignable(Refusal):
    """A text has a character that no signature can carry safely (a control character)."""

    what: str


@dataclass(eq=False)
class NoSuchAward(Refusal):
    """The award is not known, or not the caller's to see."""


@dataclass(eq=False)
class TakenBackAlready(Refusal):
    """Nobody holds anything any more of what is to be undone."""


@dataclass(eq=False)
class AwardExpired(Refusal):
    """An award of `badge` has run out: what was signed stays as it is."""

    badge: str


@dataclass(eq=False)
class CongratulateSelf(Refusal):
    """The badge is the caller's own, and nobody else's."""


@dataclass(eq=False)
class NotHeld(Refusal):
    """`who` does not hold `badge`, so nothing can be taken back."""

    who: str
    badge: str


@dataclass(eq=False)
class SuspendedAlready(Refusal):
    """The award does not count at present anyway."""


@dataclass(eq=False)
class NotSuspended(Refusal):
    """The award counts, so it cannot be reinstated."""


@dataclass(eq=False)
class EvidenceUnread(Refusal):
    """No address is among what was given as evidence, or the award would have more than `limit`."""

    limit: int


@dataclass(eq=False)
class NothingToTake(Refusal):
    """The caller has no badge that counts today."""


@dataclass(eq=False)
class BadgeUnfetched(Refusal):
    """Nothing could be had from `url`, so nothing is known of the badge."""

    url: str


@dataclass(eq=False)
class NotAnIdentity(Refusal):
    """`asked` is neither an e-mail address nor a DID of a method that we know."""

    asked: str


@dataclass(eq=False)
class NotVouched(Refusal):
    """The platform does not vouch for the caller's having `address`: staff has to."""

    address: str


@dataclass(eq=False)
class NoAddress(Refusal):
    """The caller wants their address to stand openly in their badges, and has set none."""


@dataclass(eq=False)
class ConsentOfAnother(Refusal):
    """Only `who` themself can agree that their address is readable."""

    who: str


@dataclass(eq=False)
class OutOfReach(Refusal):
    """Wallets cannot reach this installation: it has no public address."""


@dataclass(eq=False)
class UndoTooLate(Refusal):
    """Undo is open for `minutes` only."""

    minutes: int


# -- goals ---------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class NoSuchGoal(Refusal):
    """The caller has no one open goal like that; `titles` are those they may mean, `close` a command for each."""

    asked: str
    titles: tuple[str, ...]
    close: tuple[tuple[str, Command], ...] = ()


@dataclass(eq=False)
class GoalEnded(Refusal):
    """The goal was reached (`done`) or dropped before; an old message's button was pressed."""

    title: str
    done: bool


@dataclass(eq=False)
class GoalEmpty(Refusal):
    """A goal without anything to reach."""


@dataclass(eq=False)
class GoalTooLong(Refusal):
    """A title or milestone longer than `limit` characters, or more than `most` milestones."""

    limit: int
    most: int


@dataclass(eq=False)
class GoalUnsound(Refusal):
    """A goal cannot be set as the form says: `problem` is with one `field` of `draft`."""

    draft: AddGoal
    field: str
    problem: Refusal


@dataclass(eq=False)
class GoalNearMiss(Refusal):
    """A part is nearly a badge's name: `close` are such names, each with the goal it would make; `own` keeps it."""

    asked: str
    close: tuple[tuple[str, AddGoal], ...]
    own: AddGoal


@dataclass(eq=False)
class TooManyGoals(Refusal):
    """The caller has as many open goals as anybody may."""

    limit: int


@dataclass(eq=False)
class NoSuchDate(Refusal):
    """The due date cannot be read."""

    asked: str


@dataclass(eq=False)
class DatePast(Refusal):
    """The due date is over."""

    asked: str


@dataclass(eq=False)
class NoSuchRhythm(Refusal):
    """The reminder rhythm cannot be read."""

    asked: str


# -- accounts on several platforms ---------------------------------------------------------------------------


@dataclass(eq=False)
class TooManyCodes(Refusal):
    """The caller has typed as many wrong codes as anybody may; `minutes` until the next may be tried."""

    minutes: int


@dataclass(eq=False)
class OwnCode(Refusal):
    """The caller typed the code where they had asked for it."""


@dataclass(eq=False)
class LinkedAlready(Refusal):
    """Both accounts are one member's as it is."""


@dataclass(eq=False)
class SameChat(Refusal):
    """Both have an account in one chat of `platform`, where everybody has one: they are two people."""

    platform: str


@dataclass(eq=False)
class OtherOrganisation(Refusal):
    """The code is of another organisation: `here` is the caller's."""

    here: str


@dataclass(eq=False)
class LinkOver(Refusal):
    """The link is not open any more, not for this account, or not the newest."""


@dataclass(eq=False)
class NothingLinked(Refusal):
    """The caller has one account."""
