"""Linking two accounts: who may, what it takes, what becomes of what both had, and how it is undone."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from bot.core import merging
from bot.core.commands import (
    AwardBadge,
    ConfirmLink,
    Congratulate,
    PublishPortfolio,
    SetPrivacy,
    StopLink,
    UnlinkAccount,
)
from bot.core.founding import grant
from bot.core.linking import MOST_TRIES
from bot.core.links import Link, LinkTry
from bot.core.models import Account, Audit, Award, Celebration, Goal, Member, Organisation, Portfolio, Space
from bot.core.outbox import Outbox
from bot.core.port import Reply
from bot.core.tables import Base
from tests.conftest import School
from tests.core.reading import assert_refused, buttons, press, rows, words
from tests.core.recording import Recorder
from tests.core.together import at_once


@pytest.fixture
def slate(school: School) -> School:
    return School(school.app, school.clock, platform="slate")


@pytest.fixture
def disc(school: School) -> School:
    return School(school.app, school.clock, platform="disc", events=iter(range(10_000, 20_000)))


@pytest.fixture
def platforms() -> dict[str, Recorder]:
    return {"slate": Recorder("slate"), "disc": Recorder("disc")}


@pytest.fixture
def deliver(school: School, platforms: dict[str, Recorder]) -> Callable[[], None]:
    outbox = Outbox(school.app.database, school.app.site, platforms, school.clock)
    return lambda: asyncio.run(outbox.pump()) and None


def code_of(reply: Reply) -> str:
    found = re.search(r"/laurel link ([0-9A-Z-]+)", words(reply.text))
    assert found, words(reply.text)
    return found[1]


def link(one: School, other: School, handle: str = "sam", there: str = "sam") -> Reply:
    """Link two accounts, as their owner does it; give what the one who asked hears last."""
    asked = other.type(there, f"/laurel link {code_of(one.type(handle, '/laurel link'))}")
    confirm = press(asked, "Yes, both are me")
    assert "You said yes." in words(other.ask(there, confirm).text)
    return one.ask(handle, confirm)


def linked(reply: Reply) -> bool:
    return "are one from now on" in words(reply.text)


def members(school: School) -> int:
    """Count those who have an account."""
    with school.app.database.read() as db:
        return db.scalar(select(func.count(Account.member_id.distinct()))) or 0


def titles(reply: Reply) -> list[str]:
    return sorted(rows(reply))


# -- the way there ------------------------------------------------------------------------------------------------


def test_two_accounts_get_one_collection(slate: School, disc: School) -> None:
    slate.type("rivera", "/award @sam Peer Mentoring for it")
    disc.type("rivera", "/award @sam Peer Feedback for it")
    assert linked(link(slate, disc))
    for school in (slate, disc):
        assert titles(school.type("sam", "/mybadges")) == ["Peer Feedback", "Peer Mentoring"]


def test_the_other_side_is_asked_by_direct_message_and_hears_the_end(
    slate: School, disc: School, platforms: dict[str, Recorder], deliver: Callable[[], None]
) -> None:
    code = code_of(slate.type("sam", "/laurel link"))
    asked = disc.type("sam", f"/laurel link {code}")
    deliver()
    [message] = platforms["slate"].direct("sam")
    assert "Are you Sam Okafor on Disc, too?" in words(message.now.text)
    slate.ask("sam", press(message.now, "Yes"))
    assert linked(disc.ask("sam", press(asked, "Yes")))
    deliver()
    assert linked(message.now)
    assert platforms["disc"].direct("sam") == []


def test_who_typed_the_code_hears_it_when_the_other_is_the_last_to_agree(
    slate: School, disc: School, platforms: dict[str, Recorder], deliver: Callable[[], None]
) -> None:
    assert linked(link(slate, disc))
    deliver()
    [message] = platforms["disc"].direct("sam")
    assert linked(message.now)


def test_who_cannot_be_written_to_finds_the_question_by_asking_again(slate: School, disc: School) -> None:
    disc.type("sam", f"/laurel link {code_of(slate.type('sam', '/laurel link'))}")
    again = slate.type("sam", "/laurel link")
    assert isinstance(press(again, "Yes"), ConfirmLink)


@pytest.mark.parametrize("typed", [str.lower, lambda code: code.replace("-", ""), lambda code: code.replace("-", " ")])
def test_a_code_may_be_typed_as_people_do(slate: School, disc: School, typed: Callable[[str], str]) -> None:
    reply = disc.type("sam", f"/laurel link {typed(code_of(slate.type('sam', '/laurel link')))}")
    assert "Are you Sam Okafor on Slate, too?" in words(reply.text)


def test_one_yes_links_nothing(slate: School, disc: School) -> None:
    asked = disc.type("sam", f"/laurel link {code_of(slate.type('sam', '/laurel link'))}")
    disc.ask("sam", press(asked, "Yes"))
    disc.ask("sam", press(asked, "Yes"))
    assert members(slate) == 2


def test_nobody_else_can_say_yes(slate: School, disc: School) -> None:
    asked = disc.type("sam", f"/laurel link {code_of(slate.type('sam', '/laurel link'))}")
    for school, handle in ((slate, "ana"), (disc, "rivera")):
        assert_refused(school.ask(handle, press(asked, "Yes")), "This is no longer open")


def test_a_no_ends_it_for_both(
    slate: School, disc: School, platforms: dict[str, Recorder], deliver: Callable[[], None]
) -> None:
    asked = disc.type("sam", f"/laurel link {code_of(slate.type('sam', '/laurel link'))}")
    deliver()
    [message] = platforms["slate"].direct("sam")
    assert "Nothing was linked" in words(slate.ask("sam", press(message.now, "No")).text)
    assert_refused(disc.ask("sam", press(asked, "Yes")), "This is no longer open")
    deliver()
    assert buttons(message.now) == {}
    assert "Nothing was linked" in words(platforms["disc"].direct("sam")[0].now.text)


def test_what_is_stopped_before_it_was_asked_is_never_asked(
    slate: School, disc: School, platforms: dict[str, Recorder], deliver: Callable[[], None]
) -> None:
    asked = disc.type("sam", f"/laurel link {code_of(slate.type('sam', '/laurel link'))}")
    disc.ask("sam", press(asked, "No"))
    deliver()
    assert platforms["slate"].messages == {}


# -- codes ----------------------------------------------------------------------------------------------------------


def test_a_code_is_kept_as_a_digest_only(slate: School) -> None:
    code = code_of(slate.type("sam", "/laurel link"))
    with slate.app.database.read() as db:
        kept = db.scalars(select(Link)).one()
    assert code.replace("-", "") not in str(vars(kept))
    assert kept.code_hash is not None
    assert len(kept.code_hash) == 64


def test_every_code_is_another_and_long(slate: School) -> None:
    codes = {code_of(slate.type("sam", "/laurel link")) for _ in range(20)}
    assert len(codes) == 20
    assert {len(code.replace("-", "")) for code in codes} == {12}


def test_only_the_newest_code_is_good(slate: School, disc: School) -> None:
    old = code_of(slate.type("sam", "/laurel link"))
    slate.type("sam", "/laurel link")
    assert_refused(disc.type("sam", f"/laurel link {old}"), "This code is wrong or over (4 more tries)")


def test_a_code_is_over_after_ten_minutes(slate: School, disc: School) -> None:
    code = code_of(slate.type("sam", "/laurel link"))
    slate.clock.forward(minutes=10)
    assert_refused(disc.type("sam", f"/laurel link {code}"), "wrong or over")


def test_a_code_works_once(slate: School, disc: School) -> None:
    code = code_of(slate.type("sam", "/laurel link"))
    disc.type("sam", f"/laurel link {code}")
    assert_refused(disc.type("ana", f"/laurel link {code}"), "wrong or over")


def test_confirming_is_over_ten_minutes_after_the_code_was_typed(slate: School, disc: School) -> None:
    code = code_of(slate.type("sam", "/laurel link"))
    slate.clock.forward(minutes=9)
    asked = disc.type("sam", f"/laurel link {code}")
    slate.clock.forward(minutes=9)
    disc.ask("sam", press(asked, "Yes"))
    slate.clock.forward(minutes=1)
    assert_refused(slate.ask("sam", press(asked, "Yes")), "This is no longer open")
    assert members(slate) == 2


def test_wrong_codes_run_out_and_come_back(slate: School, disc: School) -> None:
    code = code_of(slate.type("sam", "/laurel link"))
    for left in reversed(range(MOST_TRIES)):
        assert_refused(disc.type("sam", "/laurel link 0000-0000-0000"), f"({left} more tr")
    slate.clock.forward(minutes=3)
    assert_refused(disc.type("sam", f"/laurel link {code}"), "wait 7 minutes")
    assert "Are you" in words(disc.type("ana", f"/laurel link {code}").text)
    slate.clock.forward(minutes=7)
    assert_refused(disc.type("sam", "/laurel link 0000-0000-0000"), "(4 more tries)")
    with slate.app.database.read() as db:
        assert db.scalar(select(func.count()).select_from(LinkTry)) == 1


def test_wrong_codes_at_once_are_all_counted(slate: School, disc: School) -> None:
    disc.type("sam", "/mybadges")
    replies = at_once(*(lambda: disc.type("sam", "/laurel link 0000") for _ in range(8)))
    assert sum("wrong or over" in words(reply.text) for reply in replies) == MOST_TRIES
    assert {reply.kind for reply in replies} == {"refused"}


# -- who may --------------------------------------------------------------------------------------------------------


def test_two_people_of_one_chat_cannot_be_linked(slate: School) -> None:
    code = code_of(slate.type("sam", "/laurel link"))
    assert_refused(slate.type("ana", f"/laurel link {code}"), "Both accounts are in the same Slate chat")


def test_two_people_who_meet_in_a_third_chat_cannot_be_linked_either(
    school: School, slate: School, disc: School
) -> None:
    assert linked(link(slate, disc, "sam", "sam"))
    assert linked(link(school, disc, "ana", "ana"))
    code = code_of(school.type("ana", "/laurel link"))
    assert_refused(slate.type("sam", f"/laurel link {code}"), "Both accounts are in the same Disc chat")


def test_ones_own_code_is_for_the_other_chat(slate: School) -> None:
    code = code_of(slate.type("sam", "/laurel link"))
    assert_refused(slate.type("sam", f"/laurel link {code}"), "This is your own code")


def test_what_is_linked_is_not_linked_again(slate: School, disc: School) -> None:
    link(slate, disc)
    code = code_of(slate.type("sam", "/laurel link"))
    assert_refused(disc.type("sam", f"/laurel link {code}"), "linked already")


def test_collections_stay_within_one_organisation(slate: School, disc: School) -> None:
    with slate.app.database.write() as db:
        other = Organisation(id="o2", name="Hillside", lang="en", timezone="UTC", created_at=slate.clock.now)
        db.add_all([other, Space(id="s2", organisation=other, platform="disc", external_id="riverside")])
    code = code_of(slate.type("sam", "/laurel link"))
    assert_refused(disc.type("sam", f"/laurel link {code}"), "of another school", "in a chat of Hillside")


# -- what becomes of what both had ------------------------------------------------------------------------------------


def test_everything_that_names_a_member_is_thought_of() -> None:
    """A new column that refers to members has to be moved by `merging`, or to be named here with its reason."""
    apart = {
        "congratulation.member_id",  # moved by hand: each member has one for a celebration
        "link.kept_id",  # what parting goes by
        "link.absorbed_id",
        "portfolio.member_id",  # taken away: nobody publishes what another one has
    }
    naming = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if any(key.column.table.name == "member" for key in column.foreign_keys)
    }
    moving = {f"{column.class_.__tablename__}.{column.key}" for column in merging.MOVING}
    assert naming == moving | apart


def test_a_badge_that_both_hold_stands_once_and_both_documents_stay(slate: School, disc: School) -> None:
    slate.type("rivera", "/award @sam Peer Mentoring for the first")
    slate.clock.forward(hours=1)
    disc.type("rivera", "/award @sam Peer Mentoring for the second")
    with slate.app.database.read() as db:
        before = {award.id: award.document for award in db.scalars(select(Award))}
    link(slate, disc)
    assert titles(slate.type("sam", "/mybadges")) == ["Peer Mentoring"]
    with slate.app.database.read() as db:
        awards = db.scalars(select(Award).order_by(Award.awarded_at)).all()
        assert [award.held for award in awards] == [True, False]
        assert {award.revoked_at for award in awards} == {None}
        assert {award.id: award.document for award in awards} == before


def test_of_two_awards_that_end_the_one_that_lasts_longer_stands(slate: School, disc: School) -> None:
    slate.type("rivera", "/award @sam Peer Mentoring for the first")
    disc.type("rivera", "/award @sam Peer Mentoring for the second")
    with slate.app.database.write() as db:
        first = db.scalars(select(Award).order_by(Award.id)).first()
        assert first is not None
        first.expires_at = slate.clock.now.replace(year=2027)
        first_id = first.id
    link(slate, disc)
    with slate.app.database.read() as db:
        assert db.scalars(select(Award.id).where(~Award.held)).all() == [first_id]


def test_a_badge_held_twice_is_revoked_as_one(slate: School, disc: School) -> None:
    slate.type("rivera", "/award @sam Peer Mentoring for the first")
    disc.type("rivera", "/award @sam Peer Mentoring for the second")
    link(slate, disc)
    link(slate, disc, "rivera", "rivera")
    assert slate.type("rivera", "/revoke @sam Peer Mentoring because of a mix-up").kind == "said"
    with slate.app.database.read() as db:
        assert None not in db.scalars(select(Award.revoked_at)).all()


def test_the_stricter_privacy_wins(slate: School, disc: School) -> None:
    slate.ask("sam", SetPrivacy("class", public_name=True))
    disc.ask("sam", SetPrivacy("private", public_name=False))
    link(slate, disc)
    with slate.app.database.read() as db:
        kept = db.scalars(select(Member).join(Account).where(Account.external_id == "sam").distinct()).one()
        assert (kept.collection, kept.public_name) == ("private", False)


def test_the_same_goal_goes_on_once_with_the_steps_of_both(slate: School, disc: School) -> None:
    slate.type("sam", "/goals add plan: read a book, Peer Mentoring")
    disc.type("sam", "/goals add plan: read a book, Peer Mentoring by 2026-12-24")
    slate.ask("sam", press(slate.type("sam", "/goals"), "Done: read a book"))
    slate.type("sam", "/goals add another")
    disc.type("rivera", "/award @sam Peer Feedback for it")
    slate.type("sam", "/goals add Peer Feedback, write")
    link(slate, disc)
    shown = disc.type("sam", "/goals")
    assert titles(shown) == ["Peer Feedback, write", "another", "plan"]
    assert "✓ read a book, ○ Peer Mentoring" in str(shown.nodes)
    assert "✓ Peer Feedback, ○ write" in str(shown.nodes)


def test_a_goal_that_the_other_half_completes_is_reached(slate: School, disc: School) -> None:
    slate.type("sam", "/goals add Peer Mentoring")
    disc.type("rivera", "/award @sam Peer Mentoring for it")
    link(slate, disc)
    with slate.app.database.read() as db:
        assert db.scalars(select(Goal.state)).all() == ["done"]


def test_who_congratulated_twice_did_so_once(slate: School, disc: School) -> None:
    slate.type("rivera", "/award @ana Peer Mentoring for it")
    with slate.app.database.read() as db:
        celebration = db.scalars(select(Celebration.id)).one()
    for school in (slate, disc):
        school.ask("sam", Congratulate(celebration))
    link(slate, disc)
    with slate.app.database.read() as db:
        assert len(db.get_one(Celebration, celebration).congratulations) == 1


def test_what_was_granted_to_one_account_holds_for_the_other(slate: School, disc: School) -> None:
    with slate.app.database.write() as db:
        grant(db, slate.clock.now, db.scalars(select(Organisation)).one(), "slate", "sam", "teacher")
    assert disc.type("sam", "/award @ana Peer Mentoring for it").kind == "refused"
    link(slate, disc)
    assert disc.type("sam", "/award @ana Peer Mentoring for it").kind == "said"


def test_nobody_awards_their_own_other_account(slate: School, disc: School) -> None:
    link(slate, disc, "rivera", "sam")
    reply = slate.ask("rivera", AwardBadge((disc.person("sam"), disc.person("ana")), "Peer Mentoring"))
    assert_refused(reply, "You can't award yourself")
    assert slate.ask("rivera", press(reply, "Award the others")).kind == "said"


def test_names_of_both_accounts_stay_in_the_chat(slate: School, disc: School) -> None:
    link(slate, disc, "sam", "dragonslayer")
    slate.type("rivera", "/award @ana Peer Mentoring for helping Dragonslayer and Sam Okafor")
    with slate.app.database.read() as db:
        document = db.scalars(select(Award.document)).one()
    assert "Dragonslayer" not in document
    assert "Okafor" not in document


def test_a_member_is_called_by_the_name_of_their_oldest_account_and_on_cards_by_that_of_the_chat(
    slate: School, disc: School, platforms: dict[str, Recorder], deliver: Callable[[], None]
) -> None:
    slate.type("sam", "/mybadges")
    slate.clock.forward(days=1)
    link(slate, disc, "sam", "dragonslayer")
    disc.type("rivera", "/award @dragonslayer Peer Mentoring for it")
    deliver()
    assert "@Dragonslayer earned" in words(platforms["disc"].in_channel()[0].now.text)
    with slate.app.database.read() as db:
        assert db.scalars(select(Award)).one().member.name == "Sam Okafor"


def test_a_link_is_audited_with_all_that_it_moved(slate: School, disc: School) -> None:
    slate.type("sam", "/mybadges")
    slate.clock.forward(hours=1)
    disc.type("rivera", "/award @sam Peer Mentoring for it")
    link(slate, disc)
    with slate.app.database.read() as db:
        actions = set(db.scalars(select(Audit.action).where(Audit.action.like("link%"))))
        facts = db.scalars(select(Audit.facts).where(Audit.action == "linked")).one()
        awards = db.scalars(select(Award.id)).all()
    assert actions == {"link-asked", "linked"}
    assert facts["moved"]["Award.member_id"] == awards


def test_both_sides_may_say_yes_at_once(slate: School, disc: School) -> None:
    for handle in ("sam", "ana", "lee"):
        yes = press(disc.type(handle, f"/laurel link {code_of(slate.type(handle, '/laurel link'))}"), "Yes")
        replies = at_once(*(lambda s=s, handle=handle, yes=yes: s.ask(handle, yes) for s in (slate, disc)))
        assert {reply.kind for reply in replies} == {"said"}
        assert sum(map(linked, replies)) == 1


def test_a_badge_awarded_while_its_holder_is_being_linked_is_not_lost(slate: School, disc: School) -> None:
    for handle in ("sam", "ana", "lee", "kit"):
        yes = press(disc.type(handle, f"/laurel link {code_of(slate.type(handle, '/laurel link'))}"), "Yes")
        disc.ask(handle, yes)
        replies = at_once(
            lambda handle=handle, yes=yes: slate.ask(handle, yes),
            lambda handle=handle: slate.type("rivera", f"/award @{handle} Peer Feedback"),
            lambda handle=handle: disc.type("kim", f"/award @{handle} Peer Mentoring"),
        )
        assert {reply.kind for reply in replies} == {"said"}
        assert titles(disc.type(handle, "/mybadges")) == ["Peer Feedback", "Peer Mentoring"]


# -- and back ---------------------------------------------------------------------------------------------------------


def part(school: School, handle: str = "sam") -> Reply:
    return school.ask(handle, press(school.type(handle, "/laurel unlink"), "Unlink"))


def test_parting_gives_each_what_came_in_its_own_chat(slate: School, disc: School) -> None:
    slate.type("rivera", "/award @sam Peer Mentoring for it")
    disc.type("rivera", "/award @sam Peer Feedback for it")
    disc.type("sam", "/goals add before")
    slate.clock.forward(hours=1)
    link(slate, disc)
    slate.clock.forward(hours=1)
    slate.type("rivera", "/award @sam Participation")
    disc.type("rivera", "/award @sam Conflict Resolution")
    disc.type("sam", "/goals add since")
    assert "are two again" in words(part(disc).text)
    assert titles(slate.type("sam", "/mybadges")) == ["Participation", "Peer Mentoring"]
    assert titles(disc.type("sam", "/mybadges")) == ["Conflict Resolution", "Peer Feedback"]
    assert titles(disc.type("sam", "/goals")) == ["before", "since"]
    assert rows(slate.type("sam", "/goals")) == []


def test_parting_brings_back_what_stood_behind(slate: School, disc: School) -> None:
    for school in (slate, disc):
        school.type("rivera", "/award @sam Peer Mentoring for it")
        school.type("sam", "/goals add plan: read, write")
        slate.clock.forward(hours=1)
    disc.type("sam", "/goals add Peer Feedback")
    slate.type("rivera", "/award @sam Peer Feedback for it")
    slate.clock.forward(hours=1)
    slate.type("rivera", "/award @ana Participation")
    with slate.app.database.read() as db:
        celebration = db.scalars(select(Celebration.id).order_by(Celebration.id.desc())).first() or ""
    for school in (slate, disc):
        school.ask("sam", Congratulate(celebration))
    slate.clock.forward(hours=1)
    link(slate, disc)
    assert rows(disc.type("sam", "/goals")) == ["plan"]
    slate.clock.forward(hours=1)
    part(slate)
    assert titles(disc.type("sam", "/mybadges")) == ["Peer Mentoring"]
    assert titles(slate.type("sam", "/mybadges")) == ["Peer Feedback", "Peer Mentoring"]
    assert titles(disc.type("sam", "/goals")) == ["Peer Feedback", "plan"]
    assert titles(slate.type("sam", "/goals")) == ["plan"]
    with slate.app.database.read() as db:
        assert len(db.get_one(Celebration, celebration).congratulations) == 2


def test_a_goal_that_goes_on_after_parting_knows_what_was_earned_meanwhile(slate: School, disc: School) -> None:
    for school in (slate, disc):
        school.type("sam", "/goals add plan: Peer Mentoring, write")
        slate.clock.forward(hours=1)
    link(slate, disc)
    slate.clock.forward(hours=1)
    disc.type("rivera", "/award @sam Peer Mentoring for it")
    assert "✓ Peer Mentoring" in str(slate.type("sam", "/goals").nodes)
    part(slate)
    assert "✓ Peer Mentoring" in str(disc.type("sam", "/goals").nodes)
    assert "○ Peer Mentoring" in str(slate.type("sam", "/goals").nodes)


def test_privacy_stays_strict_after_parting(slate: School, disc: School) -> None:
    for school in (slate, disc):
        school.ask("sam", SetPrivacy("class", public_name=True))
    link(slate, disc)
    slate.ask("sam", SetPrivacy("private", public_name=False))
    part(slate)
    with slate.app.database.read() as db:
        settings = db.execute(select(Member.collection, Member.public_name).where(Member.name == "Sam Okafor")).all()
    assert settings == [("private", False)] * 2


def test_both_hear_of_the_parting(
    slate: School, disc: School, platforms: dict[str, Recorder], deliver: Callable[[], None]
) -> None:
    link(slate, disc)
    part(slate)
    deliver()
    assert "are two again" in words(platforms["disc"].direct("sam")[-1].now.text)


def test_links_are_parted_from_the_newest_on(school: School, slate: School, disc: School) -> None:
    for one in (slate, disc, school):
        one.type("sam", "/mybadges")
        slate.clock.forward(hours=1)
    link(slate, disc)
    slate.clock.forward(hours=1)
    link(slate, school)
    with slate.app.database.read() as db:
        older = db.scalars(select(Link.id).order_by(Link.linked_at)).first() or ""
    assert_refused(slate.ask("sam", UnlinkAccount(older)), "This is no longer open")
    part(school)
    assert_refused(school.type("sam", "/laurel unlink"), "linked to no other")
    part(disc)
    assert members(slate) == 3


def test_nobody_parts_what_is_not_theirs(slate: School, disc: School, refused) -> None:
    link(slate, disc)
    with slate.app.database.read() as db:
        theirs = db.scalars(select(Link.id)).one()
    refused("ana", UnlinkAccount(theirs), "linked to no other")
    refused("ana", StopLink(theirs), "This is no longer open")


def test_an_old_yes_links_nothing_again(slate: School, disc: School) -> None:
    asked = disc.type("sam", f"/laurel link {code_of(slate.type('sam', '/laurel link'))}")
    for school in (slate, disc):
        school.ask("sam", press(asked, "Yes"))
    part(slate)
    assert_refused(slate.ask("sam", press(asked, "Yes")), "This is no longer open")
    assert members(slate) == 2


def test_a_published_page_is_taken_away_when_two_become_one(slate: School, disc: School) -> None:
    slate.type("rivera", "/award @sam Peer Mentoring for it")
    page = urlsplit(str(buttons(slate.ask("sam", PublishPortfolio()))["Open it"])).path.rpartition("/")[2]
    assert linked(link(slate, disc))
    with slate.app.database.read() as db:
        assert db.get_one(Portfolio, page).published_at is None
