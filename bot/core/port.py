"""The port: what an adapter hands to the core, what it gets back, and what the core asks of a platform.

Commands, the other half of what goes in, stand in `bot.core.commands`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

if TYPE_CHECKING:
    from bot.core.cards import Drawing
    from bot.core.commands import Command


# -- who and where -------------------------------------------------------------------------------------------


EVERYWHERE = ""
"""The space of a `MemberRef` where a platform's ids name the same person in all of its spaces."""


@dataclass(frozen=True, slots=True)
class MemberRef:
    """A person on a platform. Only the adapter that made `id` may look inside it.

    `space` is within what `id` names one person: a workspace, a room; or `EVERYWHERE`.
    """

    platform: str
    space: str
    id: str


Obstacle = Literal["permission", "absent", "archived", "locked", "restricted", "tags", "scope", "direct"]
"""What keeps the bot from writing somewhere, and somebody can mend.

It may not see the place or write in it; was not invited; the channel is archived; the thread is locked; only some may
post; a forum asks for a tag that none may choose; the app lacks a right; a member takes no direct messages.
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is said: a channel, or (`direct`) one member's conversation with the bot.

    `closed` is what keeps the bot from writing there, where the platform tells beforehand.
    """

    platform: str
    space: str
    id: str
    direct: bool = False
    closed: Obstacle | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Person:
    """What the adapter knows of somebody at this moment; the core keeps the newest `name`."""

    ref: MemberRef
    name: str
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Everybody in a class, a user group or a role, as the platform lists them; who of them is meant, the core says."""

    name: str
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, from where. `event_id` is the platform's own id of the event: one id acts once, ever.

    `roles` are those the *platform* vouches for ("teacher", "staff"); the core adds what it granted itself.
    `lang` is a BCP 47 tag, `timezone` an IANA name, as far as the platform tells; "" is unknown: the core then
    takes what it knows of the member, or the organisation's own. `email` is an address that the platform vouches for.
    `celebrates` is where badges are celebrated, where the platform's settings name a place of the same space.
    """

    who: Person
    where: Place
    event_id: str
    roles: frozenset[str] = frozenset()
    lang: str = ""
    timezone: str = ""
    email: str = ""
    celebrates: Place | None = None


RoleProblem = Literal["everyone", "managed", "above", "unallowed", "gone"]
"""Why the bot cannot give a role: all have it; it is a bot's or a subscription's; it stands above the bot's own;
the bot may give none; it is no longer there."""


@dataclass(frozen=True, slots=True)
class Role:
    """A role that a platform's members can have, as the adapter finds it now. Only that may look inside `id`.

    `powers` are what it lets its members do to others or to the space, in the platform's own words; `teaches` tells
    whether it makes them teachers here.
    """

    id: str
    name: str
    problem: RoleProblem | None = None
    powers: tuple[str, ...] = ()
    teaches: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """A file that somebody chose, for `App.hold`; `data` is None where the platform did not give it.

    More than `bot.core.files.BIGGEST` bytes need not be read: one byte over tells that it is too large.
    """

    name: str
    data: bytes | None


# -- text: spans, never markup -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bold:
    """Strong text, shown literally: no markup inside is ever interpreted."""

    text: str


@dataclass(frozen=True, slots=True)
class Italic:
    """Emphasised text, shown literally."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Something to type or to copy, shown literally."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A hyperlink; `url` is absolute http(s)."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A person named so that the platform notifies them; `name` is for places that cannot mention."""

    who: MemberRef
    name: str


@dataclass(frozen=True, slots=True)
class When:
    """A moment (timezone-aware), shown in the reader's own zone where the platform can."""

    at: datetime
    style: Literal["date", "moment"] = "date"


@dataclass(frozen=True, slots=True)
class Where:
    """A channel, named so that it can be gone to where the platform can do that."""

    place: Place


Span = str | Bold | Italic | Code | Link | Mention | When | Where
Text = tuple[Span, ...]


# -- what a reply is made of ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture still to be drawn (`bot.core.cards.draw`), and what it says to those who cannot see it."""

    drawing: Drawing
    alt: str


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press: a command asked again as whoever presses it, or an address to open.

    `pressed_by` are those for whom it is on, so that pressing takes it back: where each can be shown their own.
    """

    label: str
    does: Command | str
    style: Literal["plain", "primary", "danger"] = "plain"
    pressed_by: tuple[MemberRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Buttons:
    """Buttons side by side, most useful first."""

    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One framed thing: a picture, a title, a text, labelled facts and what can be done with it.

    `drawn` names what the picture shows as well, and its `alt` says: "body", or the label of a field. A platform may
    leave these out where the picture is seen; it need not.
    """

    title: Text
    body: Text = ()
    picture: Picture | None = None
    fields: tuple[tuple[str, Text], ...] = ()
    buttons: tuple[Button, ...] = ()
    drawn: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list."""

    title: Text
    detail: Text = ()
    picture: Picture | None = None
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """A list; the core never sends more than ten rows at a time."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a list: what is sent back, and what is read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form. `name` is the parameter of the command that the answer becomes.

    kinds: `line` and `text` give a str, `choice` the value of one of `options`, `yes` a bool, `people` a
    tuple of `Person`, `date` an ISO date or "". With `others`, nobody chooses themself among people. With `badges`,
    the options are badges' ids: a platform may look for them with `App.suggest` while somebody types.
    `files` gives a tuple of ids of files: some of `options`, or where there are none, what `App.hold` gives for at
    most `most` files that are chosen now.
    """

    name: str
    label: str
    kind: Literal["line", "text", "choice", "yes", "people", "date", "files"] = "line"
    value: str | bool | tuple[Person, ...] | tuple[str, ...] = ""
    hint: str = ""
    problem: str = ""
    required: bool = False
    max_length: int = 0
    options: tuple[Option, ...] = ()
    others: bool = False
    badges: bool = False
    most: int = 0


@dataclass(frozen=True, slots=True)
class Form:
    """A dialog. Answers are put into `command` by `bot.core.wire.fill`, then asked like any other.

    With `live`, the adapter may ask `wire.fill(form.command, answers, draft=True)` while the member types:
    nothing is written, and the reply's form carries each field's `problem` and a fresh `preview`.
    """

    title: str
    submit: str
    command: Command
    fields: tuple[Field, ...]
    live: bool = False
    preview: Picture | None = None


Node = Card | Rows | Picture | Buttons | Form


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody reads: one text, then nodes in order. `kind` tells a refusal or a fault from an answer."""

    text: Text
    nodes: tuple[Node, ...] = ()
    kind: Literal["said", "refused", "broke"] = "said"

    @property
    def form(self) -> Form | None:
        """The form that it opens, if it does."""
        return next((node for node in self.nodes if isinstance(node, Form)), None)


# -- what the core asks of a platform ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Delivered:
    """The platform has it; `message` is its id there, with which it can be edited."""

    message: str


@dataclass(frozen=True, slots=True)
class RetryAt:
    """Not now: a rate limit or an outage. Called again with the same `key` at `at` (aware) or later."""

    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Closed:
    """Not while `obstacle` is there, which somebody can mend: the core waits, tells who should know, and asks again."""

    why: str
    obstacle: Obstacle


@dataclass(frozen=True, slots=True)
class GaveUp:
    """Never: the channel is gone, the message cannot be changed. Logged and kept; not tried again by itself."""

    why: str


Result = Delivered | RetryAt | Closed | GaveUp
"""What comes of a delivery."""


@dataclass(frozen=True, slots=True)
class Barred:
    """The bot may not give or take a role: `problem` has to be mended there. Who set the role is told, once."""

    problem: RoleProblem


@dataclass(frozen=True, slots=True)
class Limits:
    """What a platform can and cannot do, as data that the core reads."""

    edits: bool = True
    """False: a delivered message stays as it is, so a count on it would lie; later changes are not sent."""
    roles: bool = False
    """True: members have roles, and the platform is one that `GivesRoles`."""


class Stopped(Exception):
    """A platform cannot go on until somebody mends what `why` says, such as a token that is no longer good."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Platform(Protocol):
    """One chat platform. The composition root makes one, the core calls it; it calls `App.ask`."""

    name: str
    limits: Limits

    async def run(self) -> None:
        """Serve until cancelled; must not return early on a lost connection.

        Raises `Stopped` where trying again is of no use. Whatever else it raises, it is called again after a while;
        the other platforms go on meanwhile.
        """
        ...

    async def deliver(self, to: Place | MemberRef, reply: Reply, *, key: str, edits: str | None) -> Result:
        """Put `reply` in a channel, or in a member's direct messages; or, with `edits`, change that message.

        Called with no transaction open, at most once at a time for one `key`. Called again with the same
        `key` when nobody knows whether the last call got through: an adapter whose platform can tell
        (a nonce, a unique key) must not show the message twice. Must not raise for what the platform says;
        must not write a sentence of its own.
        """
        ...


@runtime_checkable
class GivesRoles(Protocol):
    """What a platform with `Limits.roles` does besides."""

    async def grant(self, to: MemberRef, role: str, *, held: bool, why: str) -> Delivered | RetryAt | GaveUp | Barred:
        """See to it that a member has a role (`held`), or that they do not; `why` is for the platform's own record.

        Called with no transaction open, and again whenever nobody knows whether the last call got through: what is
        so already is `Delivered`. Gives a `message` while they have the role, "" once they do not; who is no
        longer there, and a role that is gone, is had by nobody. Must not raise for what the platform says.
        """
        ...


class Follower(Protocol):
    """What else a platform may be, if it keeps something of a member's in sight: made, it calls `App.follow`."""

    def changed(self, who: MemberRef) -> None:
        """Hear that badges or goals of somebody have changed. Called on any thread, after the commit; must not wait."""
        ...


@dataclass(frozen=True, slots=True)
class Choice:
    """One suggestion while somebody types."""

    value: str
    label: str
    detail: str = ""
