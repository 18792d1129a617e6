"""Files that prove an award, as the world gets them: saved and never shown, and only while the award stands."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import html
import json
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from bot.core.commands import AwardBadge, RevokeBadge, SuspendBadge, UndoAwards
from bot.core.models import Award, Evidence
from bot.core.port import File
from tests.conftest import School
from tests.web.conftest import give

PDF = b"%PDF-1.7\nan essay"
PAGE = b"<!doctype html><script>alert(1)</script>"


def attach(school: School, name: str, data: bytes) -> tuple[str, str]:
    """Award with a file; give the award's id, and the path of the file."""
    held = asyncio.run(school.app.hold(school.actor("rivera"), [File(name, data)]))
    said = school.ask("rivera", AwardBadge((school.person("sam"),), "Peer Mentoring", files=held))
    assert said.kind == "said"
    with school.app.database.read() as db:
        row = db.scalars(select(Evidence)).one()
        return row.award_id, f"/evidence/{row.id}"


def test_a_file_is_saved_and_runs_nowhere(client: TestClient, school: School) -> None:
    _, path = attach(school, "essay.html", PAGE)
    answer = client.get(path)
    assert (answer.status_code, answer.content) == (200, PAGE)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="essay.html.txt"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert "access-control-allow-origin" not in answer.headers


def test_who_has_it_already_is_told_so(client: TestClient, school: School) -> None:
    _, path = attach(school, "essay.pdf", PDF)
    first = client.get(path)
    assert first.headers["content-type"] == "application/pdf"
    again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(PDF))
    assert head.headers["content-disposition"] == 'attachment; filename="essay.pdf"'


def test_a_name_in_any_script_is_a_name_to_save(client: TestClient, school: School) -> None:
    _, path = attach(school, '作文 "2".pdf', PDF)
    plain, _, extended = client.get(path).headers["content-disposition"].partition("; filename*=UTF-8''")
    assert plain == 'attachment; filename="2.pdf"'
    assert unquote(extended) == '作文 "2".pdf'


@pytest.mark.parametrize("how", ["revoked", "undone"])
def test_once_the_award_is_taken_back_nothing_is_there(client: TestClient, school: School, how: str) -> None:
    award, path = attach(school, "essay.pdf", PDF)
    if how == "revoked":
        taken = school.ask("rivera", RevokeBadge(school.person("sam"), "Peer Mentoring", "copied"))
    else:
        with school.app.database.read() as db:
            celebration = db.get_one(Award, award).celebration_id
        taken = school.ask("rivera", UndoAwards(celebration))
    assert taken.kind == "said"
    for answer in (client.get(path), client.head(path)):
        assert answer.status_code == 404
    page = client.get(f"/awards/{award}").text
    assert "essay.pdf" in page
    assert path not in page


def test_while_it_is_suspended_it_still_proves_what_it_did(client: TestClient, school: School) -> None:
    _, path = attach(school, "essay.pdf", PDF)
    assert (
        school.ask("rivera", SuspendBadge(school.person("sam"), "Peer Mentoring", "being looked into")).kind == "said"
    )
    assert client.get(path).status_code == 200


def test_what_is_no_file_is_not_there(client: TestClient, school: School) -> None:
    award = give(school, "sam", "Peer Mentoring", "see https://example.org")
    with school.app.database.read() as db:
        link = db.scalars(select(Evidence.id)).one()
    for unknown in (link, award.id, "0", "a" * 64):
        assert client.get(f"/evidence/{unknown}").status_code == 404


def test_the_page_and_the_documents_lead_to_it(client: TestClient, school: School) -> None:
    award, path = attach(school, "essay.pdf", PDF)
    page = html.unescape(client.get(f"/awards/{award}").text)
    assert f'<a href="{path}" rel="nofollow" download><bdi>essay.pdf</bdi></a> (PDF)' in page
    assert hashlib.sha256(PDF).hexdigest() in page
    assert "All" in page
    school.app.site = dataclasses.replace(school.app.site, contact="office@example.edu")
    older = json.loads(client.get(f"/awards/{award}/ob2").text)
    assert older["evidence"][0]["id"] == f"https://badges.example.edu{path}"
    assert older["evidence"][0]["name"] == "essay.pdf"


def test_its_name_names_nobody_who_has_not_agreed(
    client: TestClient, school: School, agree: Callable[[str], None]
) -> None:
    award, path = attach(school, "sam_okafor_essay.pdf", PDF)
    agree("sam")  # what was signed before stays as it was
    for text in (client.get(path).headers["content-disposition"], client.get(f"/awards/{award}").text):
        assert "essay.pdf" in unquote(text).lower()
        assert "okafor_" not in text
    page = client.get(f"/awards/{award}").text
    assert "Where it says […]" in page
