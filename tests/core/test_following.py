"""Who keeps members' badges or goals in sight hears whose have changed, after the commit and only then."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.core.app import App
from bot.core.port import MemberRef
from tests.conftest import School
from tests.core.reading import press
from tests.core.test_linking import disc, link, slate

__all__ = ["disc", "slate"]


@dataclass
class Following:
    """Notes whose badges and goals have changed."""

    app: App
    heard: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.app.follow(self)

    def changed(self, who: MemberRef) -> None:
        with self.app.database.write():  # no transaction is open any more
            self.heard.append(f"{who.platform}:{who.id}")

    def since(self) -> set[str]:
        heard, self.heard = set(self.heard), []
        return heard


def test_each_change_of_badges_is_heard_of(school: School) -> None:
    following = Following(school.app)
    undo = press(school.type("rivera", "/award @sam @ana Peer Mentoring for it"), "Undo")
    assert following.since() == {"room:sam", "room:ana"}
    school.ask("rivera", undo)
    assert following.since() == {"room:sam", "room:ana"}
    school.type("rivera", "/award @sam Participation for it")
    following.since()
    school.type("rivera", "/laurel suspend @sam Participation because of a doubt")
    assert following.since() == {"room:sam"}
    school.type("rivera", "/laurel reinstate @sam Participation")
    assert following.since() == {"room:sam"}
    school.type("rivera", "/revoke @sam Participation because of a mix-up")
    assert following.since() == {"room:sam"}


def test_each_change_of_goals_is_heard_of(school: School) -> None:
    following = Following(school.app)
    for line in ("/goals add read a book", "/goals snooze read", "/goals done read"):
        assert school.type("sam", line).kind == "said"
        assert following.since() == {"room:sam"}


def test_what_changes_nothing_or_is_refused_is_not(school: School) -> None:
    following = Following(school.app)
    for line in ("/mybadges", "/goals", "/award @ana Peer Mentoring", "/badge list"):
        school.type("sam", line)
    assert following.since() == set()


def test_accounts_in_other_chats_are_told_too(slate: School, disc: School) -> None:
    following = Following(slate.app)
    link(slate, disc)
    assert {"slate:sam", "disc:sam"} <= following.since()
    slate.type("rivera", "/award @sam Peer Mentoring for it")
    assert following.since() == {"slate:sam", "disc:sam"}


def test_a_follower_that_fails_harms_no_command(school: School) -> None:
    class Failing(Following):
        def changed(self, who: MemberRef) -> None:
            raise RuntimeError(who.id)

    Failing(school.app)
    assert school.type("rivera", "/award @sam Peer Mentoring for it").kind == "said"
