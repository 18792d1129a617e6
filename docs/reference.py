"""Writes docs/reference.md from the code: every command, every refusal, every setting."""

from __future__ import annotations

from pathlib import Path

from bot.adapters.room import to_text
from bot.config import Settings
from bot.core import errors
from bot.core.commands import AddGoal, AwardBadge, SaveBadge, ShowBadge
from bot.core.files import BIGGEST, MOST_FILES
from bot.core.policy import Action
from bot.core.port import MemberRef, Person, Role
from bot.core.slashes import SLASHES
from bot.core.words.helping import describe
from bot.core.words.replies import reply

SAM = Person(MemberRef("room", "riverside", "sam"), "Sam Okafor")
GOAL = AddGoal("Peer Mentoring")
AWARD = AwardBadge((SAM,), "Peer Mentoring")

LEVELS = (errors.LevelsOf("Tutoring", ("Begun", "Ready", "Expert")),)

REFUSALS: tuple[tuple[str, errors.Refusal], ...] = (
    ("a student awards", errors.NotAllowed(Action.AWARD)),
    ("a student makes a badge", errors.NotAllowed(Action.MAKE_BADGES)),
    ("a student revokes", errors.NotAllowed(Action.REVOKE)),
    ("a teacher takes back what somebody else gave", errors.NotAllowed(Action.REVOKE_OTHERS)),
    ("an unknown command", errors.NoSuchCommand("/badge fly", ("/badge list", "/badge new"))),
    ("a button of long ago", errors.ButtonForgotten()),
    ("an award to nobody", errors.NoRecipient("award")),
    ("a revocation from nobody", errors.NoRecipient("revoke")),
    ("a revocation from several", errors.OneAtATime(("Sam Okafor", "Ana Núñez"))),
    ("somebody unknown", errors.NoSuchPerson("@nobody")),
    ("a group with nobody in it", errors.NobodyInGroup("class-8b", but_you=False)),
    ("a group with nobody else in it", errors.NobodyInGroup("class-8b", but_you=True)),
    ("a role whose members Discord does not show", errors.RoleUnread("class-8b")),
    ("a role of a server with too many members", errors.RoleUnsearched("class-8b")),
    ("too many people", errors.TooManyRecipients(201, 200)),
    ("an award to oneself", errors.AwardToSelf(None)),
    ("an award to oneself and others", errors.AwardToSelf(AWARD)),
    ("an award to a bot", errors.AwardToBot("Laurel", None)),
    ("a closed collection", errors.CollectionClosed("Sam Okafor")),
    ("no badges yet, for a teacher", errors.NoBadgesYet(may_add=True)),
    ("no badges yet, for a student", errors.NoBadgesYet(may_add=False)),
    ("an unknown badge", errors.NoSuchBadge("Chess")),
    ("nearly a badge", errors.NoSuchBadge("Exel", (("Excel for Analytics", ShowBadge("Excel for Analytics")),))),
    ("no badge named", errors.NoSuchBadge("")),
    ("several badges", errors.AmbiguousBadge("Peer", (("Peer Feedback", AWARD), ("Peer Mentoring", AWARD)))),
    ("an archived badge, for a teacher", errors.BadgeArchived("Chess", "id", may_restore=True)),
    ("an archived badge, for a student", errors.BadgeArchived("Chess", "id", may_restore=False)),
    ("a badge form with a mistake", errors.BadgeUnsound(SaveBadge(), {"name": "taken"})),
    ("an archived badge whose name is taken", errors.NameTaken("Chess", "id")),
    ("already holds it", errors.AlreadyHeld("Peer Mentoring", ("Sam Okafor",), None)),
    ("some already hold it", errors.AlreadyHeld("Peer Mentoring", ("Ana Núñez", "Zoë Lindström"), AWARD)),
    ("a level of a badge that has none", errors.NoLevels("Peer Mentoring", AWARD)),
    ("a level that is not there", errors.NoSuchLevel("Peer Mentoring", "Gold", LEVELS, (("Expert", AWARD),))),
    ("no level of a badge that asks for one", errors.LevelMissing("Peer Mentoring", LEVELS)),
    ("a level that is not enough", errors.LevelTooLow("Peer Mentoring", "Begun", "Ready")),
    ("a reason too long", errors.ReasonTooLong(1400, 1000)),
    ("a revocation without a reason", errors.ReasonMissing("revoke")),
    ("evidence missing", errors.EvidenceMissing("Academic Writing")),
    ("a file that is too large", errors.FileTooLarge("scan.pdf", BIGGEST)),
    ("a file of another kind", errors.FileKindRefused("film.mp4")),
    ("a file that the platform does not give", errors.FileUnfetched("essay.pdf")),
    ("a file that waited for more than a day", errors.FileForgotten()),
    ("too many files", errors.TooManyFiles(MOST_FILES)),
    ("a control character", errors.Unsignable("reason")),
    ("an award that is not there", errors.NoSuchAward()),
    ("an award that has expired", errors.AwardExpired("Peer Mentoring")),
    ("an award that is undone twice", errors.TakenBackAlready()),
    ("congratulating oneself", errors.CongratulateSelf()),
    ("taking back what is not held", errors.NotHeld("Sam Okafor", "Peer Mentoring")),
    ("a suspension that lasts already", errors.SuspendedAlready()),
    ("reinstating what counts", errors.NotSuspended()),
    ("evidence without an address", errors.EvidenceUnread(20)),
    ("nothing to take along", errors.NothingToTake()),
    ("a badge that cannot be fetched", errors.BadgeUnfetched("https://badges.example.edu/lost")),
    ("neither an e-mail address nor a DID", errors.NotAnIdentity("sam")),
    ("an address that nobody vouches for", errors.NotVouched("sam@school.edu")),
    ("a teacher has a card tried again that somebody else gave", errors.NotAllowed(Action.RETRY_OTHERS)),
    ("an address to be shown that is not set", errors.NoAddress()),
    ("showing somebody else's address", errors.ConsentOfAnother("Sam Okafor")),
    ("a wallet that cannot reach these pages", errors.OutOfReach()),
    ("a teacher vouches for an address", errors.NotAllowed(Action.IDENTIFY)),
    ("a role where there are none", errors.NoRolesHere()),
    ("a teacher lets a badge give a role", errors.NotAllowed(Action.GIVE_ROLES)),
    ("a role that everybody has", errors.RoleUnfit(Role("1", "@everyone", "everyone"))),
    ("a bot's role", errors.RoleUnfit(Role("1", "Music", "managed"))),
    ("a role while Laurel may give none", errors.RoleUnfit(Role("1", "Helpers", "unallowed"))),
    ("a role above Laurel's own", errors.RoleUnfit(Role("1", "Helpers", "above"))),
    ("a role that is gone", errors.RoleUnfit(Role("1", "Helpers", "gone"))),
    ("a role that runs the server", errors.RoleUnfit(Role("1", "Mods", None, ("Kick Members", "Manage Roles")))),
    ("a role that makes teachers", errors.RoleUnfit(Role("1", "Teachers", teaches=True))),
    ("taking back a role that no badge gives", errors.NoRoleGiven("Peer Mentoring")),
    ("undo too late", errors.UndoTooLate(15)),
    ("an unknown goal", errors.NoSuchGoal("Chess", ("Academic Writing", "Read a book"))),
    ("no goal at all", errors.NoSuchGoal("Chess", ())),
    ("a goal that has ended", errors.GoalEnded("Academic Writing", done=True)),
    ("an empty goal", errors.GoalEmpty()),
    ("a goal too long", errors.GoalTooLong(120, 20)),
    ("a goal form with a mistake", errors.GoalUnsound(GOAL, "due", errors.DatePast("2020-01-31"))),
    ("nearly a badge in a goal", errors.GoalNearMiss("Peer Mentorin", (("Peer Mentoring", GOAL),), GOAL)),
    ("too many goals", errors.TooManyGoals(50)),
    ("an unreadable date", errors.NoSuchDate("soonish")),
    ("a date gone by", errors.DatePast("yesterday")),
    ("an unreadable rhythm", errors.NoSuchRhythm("blue moon")),
    ("five wrong codes of a link", errors.TooManyCodes(7)),
    ("a code typed where it was asked for", errors.OwnCode()),
    ("a code of an account that is linked", errors.LinkedAlready()),
    ("a code from the same chat", errors.SameChat("slack")),
    ("a code of another school", errors.OtherOrganisation("Riverside School")),
    ("a link that is settled, over or somebody else's", errors.LinkOver()),
    ("nothing to unlink", errors.NothingLinked()),
)
"""An example of every refusal there is; a test sees to it that none is missing."""


def reference() -> str:
    """Give the whole page."""
    return "\n".join(["# Reference", "", *_written(), *_commands(), *_refusals(), *_settings()])


def _written() -> list[str]:
    return ["Written by `python docs/reference.py` from the code itself.", ""]


def _commands() -> list[str]:
    rows = [f"| `{s.form}` | {describe(s.topic, 'en')} | {'teachers' if s.teaching else 'everyone'} |" for s in SLASHES]
    return ["## Commands", "", "| type | to | who |", "| --- | --- | --- |", *rows, ""]


def _refusals() -> list[str]:
    rows = [f"| {case} | {_cell(refusal)} |" for case, refusal in REFUSALS]
    return [
        "## Refusals",
        "",
        "Private, one sentence, nothing written. What stands in brackets is a button.",
        "",
        "| when | what the bot says |",
        "| --- | --- |",
        *rows,
        "",
    ]


def _cell(refusal: errors.Refusal) -> str:
    return to_text(reply(refusal, "en")).replace("\n", " ").replace("|", "\\|")


def _settings() -> list[str]:
    rows = []
    for section, field in Settings.model_fields.items():
        assert field.annotation is not None  # noqa: S101 - every field of Settings is a section
        for key in field.annotation.model_fields:
            default = getattr(getattr(Settings.model_construct(), section), key)
            shown = "" if key == "master_key" else str(default)
            rows.append(f"| `[{section}] {key}` | `LAUREL_{section.upper()}__{key.upper()}` | `{shown}` |")
    return [
        "## Settings",
        "",
        "`config.example.toml` says what each is for.",
        "",
        "| in config.toml | in the environment | default |",
        "| --- | --- | --- |",
        *rows,
        "",
    ]


if __name__ == "__main__":
    (Path(__file__).parent / "reference.md").write_text(reference(), encoding="utf-8")
