"""Giving badges: the confirmation, the names that find a badge, the evidence, and undo."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.core.addresses import links_in
from bot.core.cards import Emblem
from bot.core.commands import AskAward, AwardBadge, Quote, SaveBadge, UndoAwards
from bot.core.credentials.rdf import is_iri
from bot.core.models import Audit, Award, BadgeClass, Celebration, Evidence
from bot.core.port import Form
from tests.conftest import START, School
from tests.core.marks import on_sqlite
from tests.core.reading import buttons, card, fields, form, press, rows, words


def quote(school: School, text: str = "I can explain it to you") -> Quote:
    return Quote(school.person("sam"), text, START - timedelta(hours=1), "https://chat.example.edu/8b/17")


@on_sqlite
def test_the_giver_sees_privately_what_was_given_and_may_undo(school: School) -> None:
    reply = school.type("rivera", "/award @sam Peer Mentoring for patient explanations")
    assert words(reply.text) == "Sam Okafor now holds Peer Mentoring. The class sees one card in this channel."
    preview = card(reply)
    assert preview.picture is not None
    assert isinstance(preview.picture.drawing, Emblem)
    assert preview.picture.alt
    assert words(preview.body) == "patient explanations"
    assert isinstance(press(reply, "Undo"), UndoAwards)


@on_sqlite
@pytest.mark.parametrize(
    "name", ["peer mentoring", "PEER  MENTORING", "PéerMentoring", "peermen", '"Peer Mentoring"', "“peer mentoring”"]
)
def test_a_badge_is_found_however_its_name_is_typed(school: School, name: str) -> None:
    assert words(school.type("rivera", f"/award @sam {name} for it").text).startswith("Sam Okafor now holds Peer M")


@on_sqlite
def test_a_name_with_for_in_it_is_found(school: School) -> None:
    reply = school.type("rivera", "/award @sam Excel for Analytics for great pivots")
    assert words(reply.text).startswith("Sam Okafor now holds Excel for Analytics.")
    assert words(card(reply).body) == "great pivots"


def test_a_group_is_one_celebration_in_the_order_named(school: School) -> None:
    reply = school.type("rivera", "/award @sam @ana @lee Peer Mentoring for the mural")
    assert words(reply.text).startswith("Sam Okafor, Ana Núñez, and Lee now hold Peer Mentoring.")
    with school.app.database.read() as db:
        celebration = db.scalars(select(Celebration)).one()
        assert [a.member.name for a in celebration.awards] == ["Sam Okafor", "Ana Núñez", "Lee"]


@on_sqlite
def test_without_a_badge_the_form_opens_with_what_is_known(school: School) -> None:
    asked = form(school.type("rivera", "/award @sam for helping"))
    assert asked.command == AwardBadge((school.person("sam"),), "", "helping")
    assert {f.name: f.value for f in asked.fields}["reason"] == "helping"
    assert form(school.type("rivera", "/award")).command == AwardBadge((), "")


def test_links_in_the_reason_become_evidence(school: School) -> None:
    school.type("rivera", "/award @sam Peer Mentoring for https://example.org/a_(b), and <https://example.org/ß ü>.")
    with school.app.database.read() as db:
        assert db.scalars(select(Evidence.url).order_by(Evidence.id)).all() == [
            "https://example.org/a_(b)",
            "https://example.org/%C3%9F",
        ]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60).map(lambda text: f"see https://{text} and HTTP://{text}"))
def test_every_link_found_is_a_safe_iri(text: str) -> None:
    for link in links_in(text.encode("utf-8", "replace").decode()):
        assert is_iri(link)
        assert link.isascii()


@on_sqlite
@pytest.mark.parametrize("reason", ["https://", "http://)", "https://[", "https://%zz/#a#b", "https://a/|\\^`{}"])
def test_a_strange_link_breaks_nothing(school: School, reason: str) -> None:
    assert school.type("rivera", f"/award @sam Peer Mentoring for {reason}").kind == "said"


def test_award_for_this_message_quotes_it_as_evidence(school: School, evidence_badge: str) -> None:
    asked = form(school.ask("rivera", AskAward(quote(school))))
    assert isinstance(asked.command, AwardBadge)
    assert asked.command.recipients == (school.person("sam"),)
    reply = school.ask("rivera", AwardBadge((school.person("sam"),), evidence_badge, "kind", asked.command.quote))
    assert fields(card(reply))["Evidence"] == "1"
    with school.app.database.read() as db:
        proof = db.scalars(select(Evidence)).one()
        assert proof.author is not None
        assert (proof.kind, proof.author.name, proof.said_at) == ("message", "Sam Okafor", START - timedelta(hours=1))
        assert (proof.text, proof.url) == ("I can explain it to you", "https://chat.example.edu/8b/17")
        assert proof.sha256 == hashlib.sha256(b"I can explain it to you").hexdigest()


def test_a_message_without_text_can_be_quoted(school: School) -> None:
    award = AwardBadge((school.person("sam"),), "Peer Mentoring", "", quote(school, ""))
    assert school.ask("rivera", award).kind == "said"


@on_sqlite
def test_a_quote_that_cannot_be_signed_is_refused(school: School, refused) -> None:
    award = AwardBadge((school.person("sam"),), "Peer Mentoring", "", quote(school, "ring\x07"))
    refused("rivera", award, "invisible control character")


@on_sqlite
def test_in_a_direct_message_no_class_is_told(school: School, recorder, pump) -> None:
    reply = school.type("rivera", "/award @sam Peer Mentoring for it", direct=True)
    assert "No channel was told" in words(reply.text)
    pump()
    assert recorder.in_channel() == []
    assert len(recorder.direct("sam")) == 1


def test_undo_takes_everything_back_within_its_time(school: School, clock) -> None:
    reply = school.type("rivera", "/award @sam @ana Peer Mentoring for it")
    clock.forward(minutes=15)
    undone = school.ask("rivera", press(reply, "Undo"))
    assert words(undone.text).startswith("Taken back: Peer Mentoring from Sam Okafor and Ana Núñez.")
    assert rows(school.type("sam", "/mybadges")) == []
    assert school.type("rivera", "/award @sam @ana Peer Mentoring for it").kind == "said"


@on_sqlite
def test_undo_after_its_time_points_to_revoke(school: School, clock, refused) -> None:
    reply = school.type("rivera", "/award @sam Peer Mentoring for it")
    clock.forward(minutes=15, seconds=1)
    refused("rivera", press(reply, "Undo"), "15 minutes", "/revoke")
    assert rows(school.type("sam", "/mybadges")) == ["Peer Mentoring"]


@on_sqlite
@pytest.mark.parametrize("handle", ["kim", "sam"])
def test_undo_is_for_who_gave_it(school: School, refused, handle: str) -> None:
    reply = school.type("rivera", "/award @sam Peer Mentoring for it")
    refused(handle, press(reply, "Undo"))


def test_undo_takes_back_only_what_is_still_held(school: School, refused) -> None:
    reply = school.type("rivera", "/award @sam @ana Peer Mentoring for it")
    school.type("rivera", "/revoke @sam Peer Mentoring because it was copied")
    undone = school.ask("rivera", press(reply, "Undo"))
    assert words(undone.text).startswith("Taken back: Peer Mentoring from Ana Núñez.")
    refused("rivera", press(reply, "Undo"), "It is taken back already: give it again with /award.")
    with school.app.database.read() as db:
        whys = db.scalars(select(Award.revoked_why).order_by(Award.id)).all()
    assert whys == ["it was copied", "undone"]


@pytest.mark.parametrize("there", ["unknown", "\x00", "\ud800"])
def test_undoing_what_there_is_not_is_refused(refused, there: str) -> None:
    refused("rivera", UndoAwards(there))


def test_every_step_is_in_the_audit(school: School) -> None:
    reply = school.type("rivera", "/award @sam @ana Peer Mentoring for it")
    school.ask("rivera", press(reply, "Undo"))
    with school.app.database.read() as db:
        done = db.scalars(select(Audit.action).where(Audit.member_id.is_not(None)).order_by(Audit.id)).all()
    assert sorted(done) == ["awarded", "awarded", "revoked", "revoked"]


def test_a_badge_that_expires_may_be_renewed_when_it_has(school: School, clock, refused) -> None:
    school.ask("rivera", SaveBadge("", "First Aid", "Helps.", "Passed.", "", "circle", "teal", "pen", "30"))
    school.type("rivera", "/award @sam First Aid for the course")
    clock.forward(days=30, seconds=-1)
    refused("rivera", "/award @sam First Aid for another", "already holds")
    clock.forward(seconds=1)
    school.type("rivera", "/award @sam First Aid for another")
    with school.app.database.read() as db:
        awards = db.scalars(select(Award).order_by(Award.id)).all()
    assert [(a.held, a.revoked_at) for a in awards] == [(False, None), (True, None)]
    assert rows(school.type("sam", "/mybadges")) == ["First Aid"]
    assert buttons(school.type("sam", "/mybadges"))


def test_addresses_given_beside_the_reason_become_evidence(school: School) -> None:
    ask = AwardBadge((school.person("sam"),), "Participation", "see https://example.org/a", links=ADDRESSES)
    assert school.ask("rivera", ask).kind == "said"
    with school.app.database.read() as db:
        urls = db.scalars(select(Evidence.url).order_by(Evidence.id)).all()
    assert urls == ["https://example.org/a", "https://example.org/b"]


ADDRESSES = "https://example.org/b\nhttps://example.org/a"


@pytest.mark.parametrize("links", ["my notes", "https://example.org/a and more", " ".join(["https://e.org/a"] * 200)])
def test_what_is_no_address_is_refused_beside_the_reason(school: School, links: str) -> None:
    said = school.ask("rivera", AwardBadge((school.person("sam"),), "Participation", links=links))
    assert said.kind == "refused"
    with school.app.database.read() as db:
        assert db.scalars(select(Award)).all() == []


def test_a_draft_of_an_award_shows_the_card_and_writes_nothing(school: School) -> None:
    with school.app.database.read() as db:
        badge = db.scalars(select(BadgeClass).where(BadgeClass.name == "Participation")).one().id
    draft = AwardBadge((school.person("sam"), school.person("ana")), badge, "for being here", draft=True)
    [form] = school.ask("rivera", draft).nodes
    assert isinstance(form, Form)
    assert form.preview is not None
    assert "2 learners earned" in form.preview.alt
    assert "for being here" in form.preview.alt
    assert form.command == replace(draft, draft=False)
    with school.app.database.read() as db:
        assert db.scalars(select(Award)).all() == []
    [form] = school.ask("rivera", AwardBadge((), "", draft=True)).nodes
    assert isinstance(form, Form)
    assert form.preview is None
    assert school.ask("sam", draft).kind == "refused"
