"""Roles that badges give: who ought to have one, whatever happens to the badges, and who is told what is in the way."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.core import role_keeping
from bot.core.app import App
from bot.core.bulk import award_all
from bot.core.case import Case
from bot.core.commands import GiveRole, SaveBadge, StopRole
from bot.core.founding import add_starter, grant
from bot.core.models import Account, Announcement, Audit, BadgeClass, Member, Organisation
from bot.core.outbox import Outbox
from bot.core.port import Barred, GaveUp, RetryAt, Role
from bot.core.roles import BadgeRole
from tests.conftest import Clock, School
from tests.core.marks import on_sqlite
from tests.core.reading import card, fields, press, words
from tests.core.recording import Roles
from tests.core.test_linking import link, linked, part

HELPERS, MENTORS = Role("1", "Helpers"), Role("2", "Mentors")
BADGE, OTHER = "Peer Mentoring", "Peer Feedback"
Pump = Callable[[], int]


@pytest.fixture
def roles() -> Roles:
    return Roles()


@pytest.fixture
def app(app: App, roles: Roles) -> App:
    """An app whose platform has roles."""
    return App(app.database, app.site, clock=app.clock, platforms={"room": roles})


@pytest.fixture
def school(app: App, clock: Clock) -> School:
    """A school whose Ms Rivera is staff."""
    with app.database.write() as db:
        organisation = db.scalars(select(Organisation)).one()
        add_starter(db, clock.now, organisation)
        grant(db, clock.now, organisation, "room", "rivera", "staff")
    return School(app, clock)


@pytest.fixture
def pump(school: School, roles: Roles, clock: Clock) -> Pump:
    """Deliver whatever is due."""
    outbox = Outbox(school.app.database, school.app.site, {"room": roles}, clock)
    return lambda: asyncio.run(outbox.pump())


@pytest.fixture(autouse=True)
def _given(school: School) -> None:
    assert school.ask("rivera", GiveRole(BADGE, HELPERS)).kind == "said"


def test_whoever_gets_the_badge_gets_the_role(school: School, roles: Roles, pump: Pump) -> None:
    school.type("rivera", f"/award @sam @ana {BADGE} for it")
    pump()
    assert roles.had == {("sam", "1"), ("ana", "1")}
    school.type("rivera", f"/revoke @ana {BADGE} because it was copied")
    pump()
    assert roles.had == {("sam", "1")}
    assert roles.whys[("sam", "1")] == ["Holds the badge Peer Mentoring."]
    assert roles.whys[("ana", "1")][-1] == "Holds no badge any more that gives it."


def test_a_suspended_badge_gives_none(school: School, roles: Roles, pump: Pump) -> None:
    school.type("rivera", f"/award @sam {BADGE} for it")
    pump()
    school.type("rivera", f"/laurel suspend @sam {BADGE} because of a doubt")
    pump()
    assert roles.had == set()
    school.type("rivera", f"/laurel reinstate @sam {BADGE}")
    pump()
    assert roles.had == {("sam", "1")}


def test_an_expired_badge_gives_none_unless_another_does(
    school: School, roles: Roles, pump: Pump, clock: Clock
) -> None:
    draft = SaveBadge("", "First Aid", "Is.", "Does.", "", "circle", "teal", "pen", expires_after_days="30")
    school.ask("rivera", draft)
    school.ask("rivera", GiveRole("First Aid", HELPERS))
    school.type("rivera", "/award @sam @ana First Aid for it")
    school.type("rivera", f"/award @ana {BADGE} for it")
    pump()
    clock.forward(days=30)
    assert role_keeping.tick(school.app.database, clock.now) == 1
    pump()
    assert roles.had == {("ana", "1")}
    assert role_keeping.tick(school.app.database, clock.now) == 0
    school.type("rivera", "/award @sam First Aid for it")
    pump()
    assert roles.had == {("sam", "1"), ("ana", "1")}


def test_an_undone_renewal_leaves_what_stood_before(school: School, roles: Roles, pump: Pump) -> None:
    undo = press(school.type("rivera", f"/award @sam {BADGE} for it"), "Undo")
    pump()
    school.ask("rivera", undo)
    pump()
    assert roles.had == set()


def test_thousands_get_it_as_one_does(school: School, roles: Roles, pump: Pump) -> None:
    for handle in ("sam", "ana", "lee"):
        school.type(handle, "/mybadges")
    app, actor = school.app, school.actor("rivera")
    with app.database.write() as db:
        me = db.scalars(select(Member).where(Member.name == "Ms Rivera")).one()
        organisation = db.scalars(select(Organisation)).one()
        case = Case(db, school.clock.now, app.site, actor, me, organisation, actor.roles, app.checker)
        badge = db.scalars(select(BadgeClass).where(BadgeClass.name == BADGE)).one()
        members = db.scalars(select(Member).where(Member.name != "Ms Rivera")).all()
        assert award_all(case, badge, members, "for it").given == 3
    pump()
    assert roles.had == {("sam", "1"), ("ana", "1"), ("lee", "1")}


def test_a_role_that_two_badges_give_stays_while_one_stands(school: School, roles: Roles, pump: Pump) -> None:
    school.ask("rivera", GiveRole(OTHER, HELPERS))
    for badge in (BADGE, OTHER):
        school.type("rivera", f"/award @sam {badge} for it")
    pump()
    school.type("rivera", f"/revoke @sam {BADGE} because it was copied")
    pump()
    assert roles.had == {("sam", "1")}
    assert roles.whys[("sam", "1")][-1] == "Holds the badge Peer Feedback."
    said = words(school.ask("rivera", StopRole(OTHER)).text)
    assert said == "Peer Feedback gives Helpers no more; 1 person who had it by this badge alone loses it now."
    pump()
    assert roles.had == set()


def test_a_badge_may_give_several_and_stop_one(school: School, roles: Roles, pump: Pump) -> None:
    school.type("rivera", f"/award @sam @ana {BADGE} for it")
    said = school.ask("rivera", GiveRole(BADGE, MENTORS))
    assert "2 people who hold it already get it now" in words(said.text)
    pump()
    assert roles.had == {(who, role) for who in ("sam", "ana") for role in ("1", "2")}
    shown = school.ask("rivera", GiveRole(BADGE))
    assert words(shown.text) == "Peer Mentoring gives the roles Helpers and Mentors."
    assert fields(card(school.type("sam", f"/badge show {BADGE}")))["Gives the role"] == "Helpers and Mentors"
    school.ask("rivera", press(shown, "Stop giving Mentors"))
    pump()
    assert roles.had == {("sam", "1"), ("ana", "1")}
    assert school.type("rivera", f"/badge role {BADGE} none").kind == "said"
    pump()
    assert roles.had == set()


def test_nothing_is_taken_that_was_never_given(school: School, roles: Roles, pump: Pump) -> None:
    undo = press(school.type("rivera", f"/award @sam {BADGE} for it"), "Undo")
    school.ask("rivera", undo)
    roles.had.add(("sam", "1"))  # by hand
    pump()
    assert roles.had == {("sam", "1")}
    assert roles.whys == {}


def test_set_twice_it_is_there_once_and_everybody_is_looked_at_again(school: School, roles: Roles, pump: Pump) -> None:
    school.type("rivera", f"/award @sam {BADGE} for it")
    pump()
    roles.had.clear()  # somebody took it by hand
    school.ask("rivera", GiveRole(BADGE, Role("1", "Helping hands")))
    pump()
    assert roles.had == {("sam", "1")}
    with school.app.database.read() as db:
        assert db.scalar(select(func.count()).select_from(BadgeRole)) == 1
        assert db.scalars(select(Audit.action).where(Audit.action == "role-given")).all() == ["role-given"] * 2
    assert "Helping hands" in words(school.ask("rivera", GiveRole(BADGE)).text)


# -- what is refused ---------------------------------------------------------------------------------------------


@on_sqlite
@pytest.mark.parametrize(
    ("role", "says"),
    [
        (Role("9", "everyone", "everyone"), "everybody has it"),
        (Role("9", "Music", "managed"), "belongs to an app"),
        (Role("9", "Heads", "above"), "drag my role above it"),
        (Role("9", "Heads", "unallowed"), "the permission Manage Roles"),
        (Role("9", "Heads", "gone"), "it is gone"),
        (Role("9", "Mods", None, ("Kick Members", "Manage Roles")), "run the server (Kick Members and Manage Roles)"),
        (Role("9", "Teachers", teaches=True), "makes teachers"),
    ],
)
def test_a_role_that_no_badge_may_give_is_refused(school: School, refused, role: Role, says: str) -> None:
    refused("rivera", GiveRole(BADGE, role), says)


@on_sqlite
def test_only_staff_say_what_a_badge_gives(school: School, refused) -> None:
    for asked in (GiveRole(BADGE, MENTORS), GiveRole(BADGE), StopRole(BADGE)):
        for handle in ("kim", "sam"):
            refused(handle, asked, "Only the school's staff decide")


@on_sqlite
def test_what_is_not_there_cannot_be_set_or_stopped(school: School, refused) -> None:
    refused("rivera", StopRole(OTHER), "Peer Feedback does not give that role")
    refused("rivera", StopRole(BADGE, "2"), "Peer Mentoring does not give that role")
    offer = press(refused("rivera", GiveRole("Peer", MENTORS), "Several badges begin with Peer"), OTHER)
    assert offer.role == MENTORS  # type: ignore[union-attr]
    assert school.ask("rivera", offer).kind == "said"


@on_sqlite
def test_where_there_are_no_roles_one_sentence_says_so(school: School, refused) -> None:
    plain = School(App(school.app.database, school.app.site, clock=school.clock), school.clock)
    plain.events = itertools.count(1000)
    for line in (f"/badge role {BADGE}", f"/badge role {BADGE} none"):
        assert words(plain.type("rivera", line).text).startswith("This chat has no roles that a badge could give")
    assert "/badge role" not in str(plain.type("rivera", "/laurel help"))
    assert "/badge role" in str(school.type("rivera", "/laurel help"))


# -- what is in the way ------------------------------------------------------------------------------------------


def test_who_set_it_is_told_once_and_it_is_tried_again(school: School, roles: Roles, pump: Pump, clock: Clock) -> None:
    roles.answer = Barred("above")
    school.type("rivera", f"/award @sam @ana @lee {BADGE} for it")
    for _ in range(3):
        pump()
        clock.forward(hours=1)
    [told] = roles.direct("rivera")
    assert words(told.now.text) == (
        "I can no longer give the role Helpers, nor take it back, since it stands above mine: drag my role above it "
        "in the server's settings. I try again every hour."
    )
    roles.answer = None
    pump()
    assert roles.had == {(who, "1") for who in ("sam", "ana", "lee")}
    roles.answer = Barred("above")
    school.type("rivera", f"/revoke @sam {BADGE} because it was copied")
    pump()
    assert len(roles.direct("rivera")) == 2  # it had been well in between


def test_staff_need_not_wait_for_the_hour(school: School, roles: Roles, pump: Pump) -> None:
    roles.answer = Barred("unallowed")
    school.type("rivera", f"/award @sam {BADGE} for it")
    pump()
    roles.answer = None
    assert pump() == 0
    school.ask("rivera", GiveRole(BADGE, HELPERS))
    pump()
    assert roles.had == {("sam", "1")}


def test_what_was_mended_before_anybody_was_told_is_not_told(school: School, roles: Roles, pump: Pump) -> None:
    roles.answer = Barred("above")
    roles.meddle = lambda _to, _key: RetryAt(school.clock.now + timedelta(minutes=5), "slow down")
    school.type("rivera", f"/award @sam {BADGE} for it")
    pump()
    roles.answer = None
    school.ask("rivera", GiveRole(BADGE, HELPERS))
    school.clock.forward(minutes=5)
    roles.meddle = lambda _to, _key: None
    pump()
    assert roles.direct("rivera") == []


def test_what_was_given_up_is_tried_again_when_something_changes(school: School, roles: Roles, pump: Pump) -> None:
    roles.answer = GaveUp("they are not there")
    school.type("rivera", f"/award @sam {BADGE} for it")
    pump()
    roles.answer = None
    assert pump() == 0
    school.ask("rivera", GiveRole(OTHER, HELPERS))
    school.type("rivera", f"/award @sam {OTHER} for it")
    pump()
    assert roles.had == {("sam", "1")}


def test_a_fault_is_tried_again(school: School, roles: Roles, pump: Pump, clock: Clock) -> None:
    roles.faults = 2
    school.type("rivera", f"/award @sam {BADGE} for it")
    for _ in range(3):
        pump()
        clock.forward(minutes=1)
    assert roles.had == {("sam", "1")}
    with school.app.database.read() as db:
        [row] = db.scalars(select(Announcement).where(Announcement.kind == "role"))
        assert (row.state, row.wanted, row.shown) == ("open", 1, 1)


# -- two chats ---------------------------------------------------------------------------------------------------


def test_a_badge_of_another_chat_gives_the_role_once_the_accounts_are_linked(
    school: School, roles: Roles, pump: Pump, clock: Clock
) -> None:
    slate = School(school.app, clock, platform="slate")
    slate.events = itertools.count(5000)
    slate.type("rivera", f"/award @sam {BADGE} for it")
    school.type("sam", "/mybadges")
    pump()
    assert roles.had == set()
    assert linked(link(slate, school))
    pump()
    assert roles.had == {("sam", "1")}
    part(slate, "sam")
    pump()
    assert roles.had == set()
    with school.app.database.read() as db:
        [row] = db.scalars(select(Announcement).where(Announcement.kind == "role"))
        [account] = db.scalars(select(Account).where(Account.platform == "room", Account.external_id == "sam"))
        assert row.member_id == account.member_id
