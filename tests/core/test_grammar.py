"""What people type: names, people and reasons are told apart whatever the order, the case and the quotes."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.commands import (
    AddGoal,
    AskAward,
    AskBadge,
    AskGoal,
    AskPrivacy,
    AwardBadge,
    Command,
    DropGoal,
    FinishGoal,
    Help,
    LinkAccount,
    ListBadges,
    RemindGoal,
    RevokeBadge,
    ShowBadge,
    ShowBadges,
    ShowGoals,
    SnoozeGoal,
    Typed,
    UnlinkAccount,
)
from bot.core.errors import NoRecipient, NoSuchCommand, NoSuchPerson, OneAtATime, Refusal
from bot.core.finding import fold
from bot.core.grammar import read
from bot.core.port import MemberRef, Person
from bot.core.slashes import SLASHES

NAMES = {
    fold(name)
    for name in ("Peer Mentoring", "Peer Feedback", "Excel for Analytics", "Analytics", "Excel", "Words for Wisdom")
}


def person(handle: str) -> Person:
    return Person(MemberRef("room", "riverside", handle), handle.title())


SAM, ANA, ZOE = person("sam"), person("ana"), person("zoe")


def typed(line: str) -> Command:
    """Read a line as a text platform hands it over: `@sam` is somebody, `@nobody` nobody."""
    name, _, rest = line.partition(" ")
    return read(
        Typed(
            name, tuple(person(w[1:]) if w.startswith("@") and w != "@nobody" else w for w in rest.split(" ") if rest)
        ),
        lambda: NAMES,
    )


@pytest.mark.parametrize(
    ("line", "people", "badge", "reason"),
    [
        ("/award @sam Peer Mentoring for helping out", (SAM,), "Peer Mentoring", "helping out"),
        ("/award @sam @ana Peer Mentoring for it", (SAM, ANA), "Peer Mentoring", "it"),
        ("/award Peer Mentoring @sam @ana for it", (SAM, ANA), "Peer Mentoring", "it"),
        ("/award @sam Peer Mentoring @ana", (SAM, ANA), "Peer Mentoring", ""),
        ("/award @sam @sam Peer Mentoring", (SAM,), "Peer Mentoring", ""),
        ("/award   @sam   Peer   Mentoring   FOR   it", (SAM,), "Peer Mentoring", "it"),
        ("/award @sam Peer Mentoring for helping @ana with maths", (SAM,), "Peer Mentoring", "helping Ana with maths"),
        ("/award @sam Peer Mentoring for @nobody in particular", (SAM,), "Peer Mentoring", "@nobody in particular"),
        ("/award @sam Excel for Analytics for great pivots", (SAM,), "Excel for Analytics", "great pivots"),
        ("/award @sam Excel for Analytics", (SAM,), "Excel for Analytics", ""),
        ("/award @sam Excel for great pivots", (SAM,), "Excel", "great pivots"),
        ("/award @sam Words for Wisdom for finding words for it", (SAM,), "Words for Wisdom", "finding words for it"),
        ("/award @sam words for wis for it", (SAM,), "words for wis", "it"),
        ("/award @sam Peer M for helping for weeks", (SAM,), "Peer M", "helping for weeks"),
        ("/award @sam Unheard Of for it", (SAM,), "Unheard Of", "it"),
        ('/award @sam "Peer Mentoring" for it', (SAM,), "Peer Mentoring", "it"),
        ('/award @sam "Peer Mentoring" it', (SAM,), "Peer Mentoring", "it"),
        ('/award "Peer Mentoring" @sam @ana for it', (SAM, ANA), "Peer Mentoring", "it"),
        ('/award "Peer Mentoring" @sam for thanking @ana', (SAM,), "Peer Mentoring", "thanking Ana"),
        ('/award @sam "Peer Mentoring" and thanks @ana', (SAM,), "Peer Mentoring", "and thanks Ana"),
        ('/award @sam "Excel for" for it', (SAM,), "Excel for", "it"),
        ("/award @sam for it", (SAM,), "", "it"),
        ("/award @sam , @ana and @zoe Peer Mentoring for it", (SAM, ANA, ZOE), "Peer Mentoring", "it"),
        ("/award @sam , @ana , and @zoe Excel for Analytics", (SAM, ANA, ZOE), "Excel for Analytics", ""),
        ("/award Peer Mentoring to @sam & @ana because it helped", (SAM, ANA), "Peer Mentoring", "it helped"),
        ('/award @sam and @ana "Peer Mentoring" for it', (SAM, ANA), "Peer Mentoring", "it"),
        ('/award "Peer Mentoring" @sam and @ana for it', (SAM, ANA), "Peer Mentoring", "it"),
        ('/award "Peer Mentoring" @sam and thanks @ana', (SAM,), "Peer Mentoring", "and thanks Ana"),
        ("/award @sam Peer Mentoring for thanking @ana and @zoe", (SAM,), "Peer Mentoring", "thanking Ana and Zoe"),
        ("/award @sam : Peer Mentoring - for it", (SAM,), "Peer Mentoring", "it"),
        ("/award @sam Excel for Analytics, for great pivots", (SAM,), "Excel for Analytics", "great pivots"),
        ("/award @sam the Peer Mentoring badge for it", (SAM,), "Peer Mentoring", "it"),
        ("/award @sam The Peer", (SAM,), "The Peer", ""),
        ("/award @sam Peer Mentoring because of fractions", (SAM,), "Peer Mentoring", "fractions"),
        ('/award @sam "Peer Mentoring" because of fractions', (SAM,), "Peer Mentoring", "fractions"),
        ("/award @sam Peer Mentoring for of all", (SAM,), "Peer Mentoring", "of all"),
        ("/award @sam Peer Mentoring: patience for all", (SAM,), "Peer Mentoring", "patience for all"),
        ("/award @sam Peer Mentoring - patience", (SAM,), "Peer Mentoring", "patience"),
        ('/award @sam "Peer Mentoring" – patience', (SAM,), "Peer Mentoring", "patience"),  # noqa: RUF001
        ("/award @sam Peer Mentoring https://a.org/x", (SAM,), "Peer Mentoring", "https://a.org/x"),
        ("/award @sam Peer Mentoring, Excel", (SAM,), "Peer Mentoring, Excel", ""),
        ("/award @sam Unheard: of it", (SAM,), "Unheard: of it", ""),
    ],
)
def test_an_award_is_read(line: str, people: tuple[Person, ...], badge: str, reason: str) -> None:
    read_as = typed(line)
    assert isinstance(read_as, AwardBadge)
    assert (read_as.recipients, read_as.badge, read_as.reason) == (people, badge, reason)


def test_an_award_to_nobody_asks_for_whom() -> None:
    assert typed("/award Peer Mentoring for it") == AskAward(badge="Peer Mentoring", reason="it")


@pytest.mark.parametrize(
    "quoted",
    ["“{}”", "„{}“", "„{}”", "”{}”", "«{}»", "»{}«", "‹{}›", "「{}」", "『{}』", "'{}'", "‘{}’", "‚{}‘", "« {} »"],  # noqa: RUF001
)
def test_quotes_of_any_language_hold_a_name(quoted: str) -> None:
    award = typed(f"/award @sam {quoted.format('Peer Mentoring')} for it")
    assert isinstance(award, AwardBadge)
    assert (award.badge, award.reason) == ("Peer Mentoring", "it")
    assert typed(f"/badge show {quoted.format('Peer Mentoring')}") == ShowBadge("Peer Mentoring")


@pytest.mark.parametrize(
    "line",
    [
        "/award @nobody Peer Mentoring for it",
        "/award @sam @nobody Peer Mentoring",
        '/award @sam "Peer Mentoring" @nobody for it',
        '/award "Peer Mentoring" @nobody',
        "/revoke @nobody Peer Mentoring because",
        "/mybadges @nobody",
    ],
)
def test_a_mention_that_is_nobody_is_refused(line: str) -> None:
    with pytest.raises(NoSuchPerson) as refusal:
        typed(line)
    assert refusal.value.asked == "@nobody"


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("/award", AskAward()),
        (
            "/revoke @sam Peer Mentoring because it was a mistake",
            RevokeBadge(SAM, "Peer Mentoring", "it was a mistake"),
        ),
        ("/revoke @sam Excel for Analytics for cheating", RevokeBadge(SAM, "Excel for Analytics", "cheating")),
        ("/revoke @sam Peer Mentoring", RevokeBadge(SAM, "Peer Mentoring", "")),
        ("/mybadges", ShowBadges()),
        ("/mybadges @ana", ShowBadges(ANA)),
        ("/mybadges 2", ShowBadges(None, 2)),
        ("/mybadges @ana 2", ShowBadges(ANA, 2)),
        ("/mybadges " + "9" * 5000, ShowBadges()),
        ("/mybadges privacy", AskPrivacy()),
        ("/revoke @sam Peer Mentoring because of a mix-up", RevokeBadge(SAM, "Peer Mentoring", "a mix-up")),
        ("/revoke @sam , Peer Mentoring because", RevokeBadge(SAM, "Peer Mentoring", "")),
        ("/help", Help()),
        ("/goals help", Help("/goals")),
        ("/mybadges Help", Help("/mybadges")),
        ("/goals", ShowGoals()),
        ("/goals list", ShowGoals()),
        ("/goals add", AskGoal()),
        ("/goals add Peer Mentoring by Friday", AddGoal("Peer Mentoring by Friday")),
        ("/goals done peer", FinishGoal("peer")),
        ("/goals drop peer", DropGoal("peer")),
        ("/goals snooze peer", SnoozeGoal("peer")),
        ("/goals remind Peer Mentoring every week", RemindGoal("Peer Mentoring", "week")),
        ("/goals remind Peer Mentoring weekly", RemindGoal("Peer Mentoring", "weekly")),
        ("/goals remind Peer Mentoring", RemindGoal("Peer Mentoring", "")),
        ("/goals remind Peer", RemindGoal("Peer", "")),
        ("/goals remind", RemindGoal("", "")),
        ("/badge", ListBadges()),
        ("/badge list 2", ListBadges(2)),
        ("/badge list archived", ListBadges(archived=True)),
        ("/badge list archived 2", ListBadges(2, archived=True)),
        ("/laurel link", LinkAccount()),
        ("/laurel link 7K3M-9QTX-PPQR", LinkAccount("7K3M-9QTX-PPQR")),
        ("/laurel unlink", UnlinkAccount()),
        ("/badge list " + "9" * 5000, ListBadges()),
        ("/badge show “Peer Mentoring”", ShowBadge("Peer Mentoring")),
        ("/badge new", AskBadge()),
        ("/badge new Night Owl", AskBadge(name="Night Owl")),
        ("/badge edit Peer Mentoring", AskBadge(badge="Peer Mentoring")),
        ("/badge edit", ListBadges()),
        ("/badge restore", ListBadges(archived=True)),
        ("/laurel help", Help()),
        ("/laurel help award", Help("award")),
        ("/laurel", Help()),
    ],
)
def test_each_form_is_read(line: str, command: Command) -> None:
    assert typed(line) == command


def test_people_named_in_a_reason_are_handed_on_but_are_no_recipients() -> None:
    award = typed("/award @sam Peer Mentoring for helping @ana")
    assert isinstance(award, AwardBadge)
    assert (award.recipients, award.named) == ((SAM,), (ANA,))


def test_every_form_that_help_names_can_be_read() -> None:
    for slash in SLASHES:
        typed(slash.form.replace("@student…", "@sam"))


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("/dance", NoSuchCommand),
        ("/goals dance", NoSuchCommand),
        ("/badge dance", NoSuchCommand),
        ("/revoke Peer Mentoring because", NoRecipient),
        ("/revoke @sam @ana Peer Mentoring because", OneAtATime),
    ],
)
def test_what_cannot_be_read_is_refused(line: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        typed(line)


@pytest.mark.parametrize(
    ("line", "form", "command"),
    [
        ("/awrad @sam Peer Mentoring for it", "/award", Typed("/award", (SAM, "Peer", "Mentoring", "for", "it"))),
        ("/goal add read", "/goals", Typed("/goals", ("add", "read"))),
        ("/mybadge", "/mybadges", Typed("/mybadges", ())),
        ("/goals ad read a book", "/goals add", Typed("/goals", ("add", "read", "a", "book"))),
        ("/badge lst archived", "/badge list", Typed("/badge", ("list", "archived"))),
        ("/laurel hlp", "/laurel help", Typed("/laurel", ("help",))),
    ],
)
def test_what_is_nearly_a_command_is_guessed(line: str, form: str, command: Typed) -> None:
    with pytest.raises(NoSuchCommand) as refusal:
        typed(line)
    guess = refusal.value.guess
    assert guess is not None
    assert (guess.form, guess.command) == (form, command)
    read(command, lambda: NAMES)


@pytest.mark.parametrize("line", ["/dance", "/goals dance", "/x"])
def test_what_is_like_no_command_is_not_guessed(line: str) -> None:
    with pytest.raises(NoSuchCommand) as refusal:
        typed(line)
    assert refusal.value.guess is None


OFTEN = st.sampled_from(
    ["for", "because", "every", "by", "Peer", "Mentoring", "Excel", "Analytics", '"', "“", "”", "'", "@", "@nobody"]
)
WORDS = st.lists(st.one_of(OFTEN, st.text(max_size=12), st.sampled_from([SAM, ANA])), max_size=12).map(tuple)
COMMANDS = st.sampled_from(["/award", "/revoke", "/mybadges", "/goals", "/badge", "/laurel", "/dance"])


@settings(max_examples=300, deadline=None)
@given(COMMANDS, WORDS)
def test_nothing_that_can_be_typed_breaks_the_grammar(name: str, words: tuple[str | Person, ...]) -> None:
    with suppress(Refusal):
        read(Typed(name, words), lambda: NAMES)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([SAM, ANA]), min_size=1, unique=True), st.text(max_size=40))
def test_whatever_the_reason_the_badge_and_the_people_are_right(people: list[Person], reason: str) -> None:
    award = read(Typed("/award", (*people, "Words for Wisdom for", reason)), lambda: NAMES)
    assert isinstance(award, AwardBadge)
    assert (award.recipients, award.badge) == (tuple(people), "Words for Wisdom")
    assert award.reason.split() == reason.split()
