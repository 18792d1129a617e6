"""Files as evidence: taken in, kept with the award, signed by their digest, and refused where they will not do."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence

import pytest
from sqlalchemy import select

from bot.core import holding
from bot.core.commands import AddEvidence, AskAward, AwardBadge, Quote, ShowAward
from bot.core.errors import FileKindRefused, FileTooLarge, FileUnfetched, NotAllowed, Refusal, TooManyFiles
from bot.core.files import BIGGEST
from bot.core.holding import HeldFile, Offered
from bot.core.models import Award, Evidence, EvidenceFile
from bot.core.port import File
from bot.core.site import Site
from bot.core.words.replies import reply
from tests.conftest import School
from tests.core.marks import on_sqlite
from tests.core.reading import assert_refused, card, fields, form, press, words

PDF = b"%PDF-1.7\nan essay"
NOTES = b"what was measured"


def hold(school: School, *files: File, by: str = "rivera") -> tuple[str, ...]:
    return asyncio.run(school.app.hold(school.actor(by), files))


def offer(school: School, *files: File) -> Offered:
    return asyncio.run(school.app.offer(school.actor("rivera"), files))


def give(school: School, files: Sequence[str], badge: str = "Peer Mentoring", to: Sequence[str] = ("sam",)):
    return school.ask("rivera", AwardBadge(tuple(map(school.person, to)), badge, files=tuple(files)))


def signed(school: School) -> list[dict]:
    with school.app.database.read() as db:
        return [json.loads(award.current) for award in db.scalars(select(Award).order_by(Award.id))]


def test_a_file_is_kept_with_the_award_and_signed_by_its_digest(school: School) -> None:
    files = hold(school, File("essay.pdf", PDF), File("notes", NOTES))
    said = give(school, files)
    assert said.kind == "said"
    assert fields(card(said))["Evidence"] == "2"
    with school.app.database.read() as db:
        rows = db.scalars(select(Evidence).order_by(Evidence.id)).all()
        assert [(row.kind, row.name, row.media_type) for row in rows] == [
            ("file", "essay.pdf", "application/pdf"),
            ("file", "notes.txt", "text/plain"),
        ]
        kept = {row.sha256: row.data for row in db.scalars(select(EvidenceFile))}
    assert kept == {hashlib.sha256(data).hexdigest(): data for data in (PDF, NOTES)}
    [document] = signed(school)
    essay, notes = document["evidence"]
    assert essay["id"] == f"https://badges.example.edu/evidence/{rows[0].id}"
    assert (essay["name"], essay["genre"]) == ("essay.pdf", "file")
    assert hashlib.sha256(PDF).hexdigest() in essay["description"]
    assert notes["name"] == "notes.txt"


def test_a_group_shares_the_bytes_but_not_the_address(school: School) -> None:
    give(school, hold(school, File("essay.pdf", PDF)), to=("sam", "ana"))
    one, other = (document["evidence"][0]["id"] for document in signed(school))
    assert one != other
    with school.app.database.read() as db:
        assert len(db.scalars(select(EvidenceFile)).all()) == 1


@on_sqlite
def test_without_a_public_address_a_file_has_none(school: School) -> None:
    school.app.site = Site(pages="http://127.0.0.1:8080", master_key=bytes(range(32)))
    give(school, hold(school, File("essay.pdf", PDF)))
    [document] = signed(school)
    assert "id" not in document["evidence"][0]
    assert document["evidence"][0]["name"] == "essay.pdf"


@on_sqlite
def test_a_file_name_names_nobody_who_has_not_agreed(school: School) -> None:
    give(school, hold(school, File("okafor_sam_essay.pdf", PDF), File("AnaNúñez.txt", NOTES)), to=("sam", "ana"))
    for document in signed(school):
        told = json.dumps(document["evidence"], ensure_ascii=False).casefold()
        assert not any(name in told for name in ("sam", "okafor", "ana", "núñez"))


def test_a_file_is_evidence_enough(school: School, evidence_badge: str) -> None:
    assert_refused(give(school, (), evidence_badge), "attach a file")
    assert give(school, hold(school, File("essay.pdf", PDF)), evidence_badge).kind == "said"


@pytest.mark.parametrize(
    ("file", "refusal", "says"),
    [
        (File("film.mp4", b"\0\0\0 ftypmp42"), FileKindRefused, "film.mp4 can't be evidence: give a PDF"),
        (File("fake.pdf", b"MZ\x90\0"), FileKindRefused, "fake.pdf can't be evidence"),
        (
            File("scan.pdf", b"%PDF-1.7" + bytes(BIGGEST)),
            FileTooLarge,
            "scan.pdf is too large: give one of at most 8 MB",
        ),
        (File("gone.png", None), FileUnfetched, "gone.png could not be read here"),
    ],
)
def test_what_cannot_be_evidence_is_refused_at_once(
    school: School, nothing_written, file: File, refusal: type[Refusal], says: str
) -> None:
    school.type("rivera", "/mybadges")
    with nothing_written(), pytest.raises(refusal) as caught:
        hold(school, File("essay.pdf", PDF), file)
    assert_refused(reply(caught.value, "en"), says)


def test_too_many_files_are_refused(school: School) -> None:
    files = [File(f"{n}.txt", b"%d" % n) for n in range(6)]
    with pytest.raises(TooManyFiles):
        hold(school, *files)
    six = (*hold(school, *files[:3]), *hold(school, *files[3:]))
    assert_refused(give(school, six), "An award takes 5 files at most: leave some out.")


def test_who_may_not_award_leaves_no_files_here(school: School) -> None:
    with pytest.raises(NotAllowed):
        hold(school, File("essay.pdf", PDF), by="sam")
    with school.app.database.read() as db:
        assert db.scalars(select(HeldFile)).all() == []


def test_nobody_awards_with_files_of_somebody_else(school: School) -> None:
    files = hold(school, File("essay.pdf", PDF), by="kim")
    assert_refused(give(school, files), "A file is no longer there: attach it anew.")
    assert school.ask("kim", AwardBadge((school.person("sam"),), "Peer Mentoring", files=files)).kind == "said"


def test_a_file_waits_for_a_day(school: School) -> None:
    files = hold(school, File("essay.pdf", PDF))
    for hours in (23, 2):
        school.clock.forward(hours=hours)
        with school.app.database.write() as db:
            holding.forget(db, school.clock.now)
        with school.app.database.read() as db:
            assert (db.get(HeldFile, files[0]) is not None) == (hours == 23)
    assert_refused(give(school, files), "attach it anew")


def test_who_is_left_out_does_not_cost_the_file(school: School) -> None:
    """The button that awards the others carries the file along."""
    give(school, ())
    refused = give(school, hold(school, File("essay.pdf", PDF)), to=("sam", "ana"))
    assert school.ask("rivera", press(refused, "Award the others")).kind == "said"
    [evidence] = [document["evidence"] for document in signed(school) if "evidence" in document]
    assert evidence[0]["name"] == "essay.pdf"


@on_sqlite
def test_a_messages_files_are_offered_and_can_be_left_out(school: School) -> None:
    offered = offer(school, File("essay.pdf", PDF), File("film.mp4", b"\0"), File("notes.txt", NOTES))
    quote = Quote(school.person("sam"), "here it is", school.clock.now)
    asked = school.ask("rivera", AskAward(quote, files=offered.held, left_out=offered.left_out))
    [field] = [field for field in form(asked).fields if field.name == "files"]
    assert field.hint.startswith("Left out: film.mp4. At most 5 files")
    assert [option.label for option in field.options] == ["essay.pdf", "notes.txt"]
    assert field.value == offered.held
    command = form(asked).command
    assert isinstance(command, AwardBadge)
    draft = school.ask("rivera", AwardBadge((), "", files=(), offered=command.offered, draft=True))
    [field] = [field for field in form(draft).fields if field.name == "files"]
    assert [option.label for option in field.options] == ["essay.pdf", "notes.txt"]
    assert field.value == ()


def test_a_file_is_added_to_an_award_once(school: School) -> None:
    give(school, ())
    [award] = [document["id"].rpartition("/")[2] for document in signed(school)]
    files = hold(school, File("essay.pdf", PDF))
    assert_refused(school.ask("rivera", AddEvidence(award, "")), "Give a file, or between one and 20")
    added = school.ask("rivera", AddEvidence(award, "", files))
    assert words(added.text).startswith("1 piece of evidence more proves Peer Mentoring of Sam Okafor")
    again = school.ask("rivera", AddEvidence(award, "", files))
    assert "already" in words(again.text)
    assert [one["name"] for one in signed(school)[0]["evidence"]] == ["essay.pdf"]


@on_sqlite
def test_a_learner_finds_the_file_with_their_badge(school: School) -> None:
    give(school, hold(school, File("essay.pdf", PDF)))
    [document] = signed(school)
    award = document["id"].rpartition("/")[2]
    assert "essay.pdf" in fields(card(school.ask("sam", ShowAward(award))))["Evidence"]
