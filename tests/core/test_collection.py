"""A member's own badges: the wall, one badge, where it can be taken, and who may look."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from bot.core import cards
from bot.core.cards import TILES_SHOWN
from bot.core.collection import PAGE
from bot.core.commands import SaveBadge, SetPrivacy, ShareAward, ShowAward, ShowBadges, VerifyAward
from bot.core.port import Picture, Reply
from tests.conftest import Clock, School
from tests.core.marks import on_sqlite
from tests.core.reading import buttons, card, fields, form, press, rows, words


def wall(reply: Reply) -> cards.Wall:
    [picture] = [node for node in reply.nodes if isinstance(node, Picture)]
    assert isinstance(picture.drawing, cards.Wall)
    assert picture.alt
    return picture.drawing


def earn(school: School, clock: Clock, *names: str) -> None:
    for name in names:
        clock.forward(hours=1)
        assert school.type("rivera", f'/award @sam "{name}" for it').kind == "said"


def test_the_collection_is_drawn_newest_first_with_a_row_each(school: School, clock: Clock) -> None:
    earn(school, clock, "Peer Mentoring", "Peer Feedback", "Intro to Data")
    reply = school.type("sam", "/mybadges")
    assert words(reply.text) == "You hold 3 badges."
    assert rows(reply) == ["Intro to Data", "Peer Feedback", "Peer Mentoring"]
    assert [tile.badge for tile in wall(reply).tiles] == ["Intro to Data", "Peer Feedback", "Peer Mentoring"]
    assert wall(reply).skills[0] == cards.Skill("Communication", 2)
    assert list(buttons(reply)) == ["Show", "Verify", "Download", "Share", "Who may see them"]


@on_sqlite
def test_an_empty_collection_invites(school: School) -> None:
    reply = school.type("sam", "/mybadges")
    assert "You have no badge yet." in words(reply.text)
    assert wall(reply).empty


@on_sqlite
def test_more_than_ten_come_in_pages(school: School, clock: Clock) -> None:
    names = [f"Badge {n:02}" for n in range(2 * PAGE + 3)]
    for name in names:
        school.ask("rivera", SaveBadge("", name, "Is.", "Does.", "", "circle", "teal", "pen"))
    earn(school, clock, *names)
    names.reverse()
    first = school.type("sam", "/mybadges")
    assert rows(first) == names[:PAGE]
    assert (len(wall(first).tiles), wall(first).more) == (TILES_SHOWN, f"and {len(names) - TILES_SHOWN} more")
    second = school.ask("sam", press(first, "Older"))
    assert rows(second) == names[PAGE : 2 * PAGE]
    assert rows(school.ask("sam", press(second, "Newer"))) == rows(first)
    assert rows(school.type("sam", "/mybadges 3")) == names[2 * PAGE :]
    assert rows(school.type("sam", "/mybadges 99")) == names[2 * PAGE :]
    assert "Older" not in buttons(school.type("sam", "/mybadges 3"))


def test_others_see_badges_only_as_far_as_their_owner_allows(school: School, clock: Clock, refused) -> None:
    earn(school, clock, "Peer Mentoring")
    show = press(school.type("sam", "/mybadges"), "Show")
    refused("ana", "/mybadges @sam", "Sam Okafor keeps their badges to themselves")
    for command in (show, press(school.type("sam", "/mybadges"), "Verify")):
        refused("ana", command, "no longer there")
    assert rows(school.type("rivera", "/mybadges @sam")) == ["Peer Mentoring"]
    school.ask("sam", SetPrivacy("class", False))
    seen = school.type("ana", "/mybadges @sam")
    assert words(seen.text) == "Sam Okafor holds 1 badge."
    assert "Share" not in buttons(seen)
    assert words(school.ask("ana", show).text) == "Sam Okafor's badge Peer Mentoring:"
    school.ask("sam", SetPrivacy("private", False))
    refused("ana", show)


@on_sqlite
def test_what_others_see_is_asked_by_a_form(school: School) -> None:
    asked = form(school.type("sam", "/mybadges privacy"))
    assert asked.command == SetPrivacy("private", False)
    assert school.ask("sam", SetPrivacy("everyone!", True)).kind == "said"
    assert form(school.type("sam", "/mybadges privacy")).command == SetPrivacy("private", True)


def test_one_badge_shows_all_there_is_to_it(school: School) -> None:
    school.ask("rivera", SaveBadge("", "First Aid", "Helps.", "Passed.", "Care", "circle", "teal", "pen", "30"))
    school.type("rivera", "/award @sam First Aid for https://example.org/course")
    shown = card(school.ask("sam", press(school.type("sam", "/mybadges"), "Show")))
    assert fields(shown) == {
        "Awarded by": "Ms Rivera, Riverside School",
        "On": "2026-11-23",
        "For": "https://example.org/course",
        "Criteria": "Passed.",
        "Skills": "Care",
        "Evidence": "https://example.org/course",
        "Valid until": "2026-12-23",
    }


def test_share_is_for_the_owner_and_knows_linkedin(school: School, clock: Clock, refused) -> None:
    earn(school, clock, "Peer Mentoring")
    share = press(school.type("sam", "/mybadges"), "Share")
    shared = buttons(school.ask("sam", share))
    asked = parse_qs(urlsplit(str(shared["Add to LinkedIn"])).query)
    assert (asked["name"], asked["issueYear"], asked["issueMonth"]) == (["Peer Mentoring"], ["2026"], ["11"])
    assert asked["certUrl"] == [shared["Open its page"]]
    school.ask("sam", SetPrivacy("class", False))
    refused("ana", share, "no longer there")
    refused("rivera", share, "no longer there")


@on_sqlite
@pytest.mark.parametrize("command", [ShowAward("x"), VerifyAward("x"), ShareAward("x"), ShowAward("\x00")])
def test_an_award_that_is_not_there_is_refused(refused, command: ShowAward) -> None:
    refused("sam", command)


@on_sqlite
@pytest.mark.parametrize("page", [0, -1, 10**30])
def test_any_page_number_gives_a_page(school: School, clock: Clock, page: int) -> None:
    earn(school, clock, "Peer Mentoring")
    assert rows(school.ask("sam", ShowBadges(None, page))) == ["Peer Mentoring"]
