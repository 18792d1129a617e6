"""The page of an award: what it says, to whom it names nobody, and what it says once the badge is void."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from bot.core import credentials, detailing
from bot.core.app import App
from bot.core.commands import ReinstateBadge, RevokeBadge, SaveBadge, SuspendBadge, UndoAwards
from bot.core.models import Award, BadgeClass
from bot.core.site import Site
from bot.web import build
from tests.conftest import School
from tests.core.marks import on_sqlite
from tests.web.conftest import BROWSER, NAMES, SAID, give


def page(client: TestClient, award: Award) -> str:
    answer = client.get(f"/awards/{award.id}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return html.unescape(answer.text)


def test_what_an_employer_reads(client: TestClient, award: Award) -> None:
    text = page(client, award)
    assert "Peer Mentoring" in text
    assert "a learner of" in text
    assert "Riverside School" in text
    assert "23 November 2026" in text
    assert award.version.description in text
    assert award.version.criteria in text
    for skill in award.version.skills:
        assert f">{skill}</li>" in text
    assert 'href="https://docs.example.org/log?week=8&x=1" rel="nofollow noopener noreferrer ugc"' in text
    assert "Ed25519" in text
    assert "eddsa-rdfc-2022" in text
    assert "did:web:badges.example.edu:issuers:" in text


def test_every_check_is_named_and_holds(client: TestClient, award: Award) -> None:
    text = page(client, award)
    for title in ("Format", "Standard", "Signature", "Issuer", "Revocation", "Dates"):
        assert re.search(rf'<h3>{title} <span class="outcome passed">passed</span></h3>', text)
    assert re.search(r"All \d checks hold", text)
    assert "Verified: every check holds" in text


def test_checking_again_says_when(client: TestClient, award: Award, school: School) -> None:
    assert "23 November 2026, 09:00 (UTC)" in page(client, award)
    school.clock.forward(hours=3)
    again = client.get(f"/awards/{award.id}?after=1763888400")
    assert "23 November 2026, 12:00 (UTC)" in again.text
    assert f'action="/awards/{award.id}#verification"' in again.text


def test_nobody_is_named_who_has_not_agreed(client: TestClient, award: Award) -> None:
    addresses = [f"/awards/{award.id}", f"/awards/{award.id}.json", f"/awards/{award.id}/badge.png"]
    addresses += [f"/badges/{award.version_id}", f"/badges/{award.version_id}/emblem.svg"]
    addresses += [f"/issuers/{award.issuer_id}", f"/issuers/{award.issuer_id}/did.json"]
    for address in addresses:
        for accept in (BROWSER, "application/json"):
            answer = client.get(address, headers={"Accept": accept})
            assert answer.status_code == 200
            told = answer.content + str(answer.headers).encode()
            for name in NAMES:
                for form in (name, html.escape(name), name.encode("unicode_escape").decode()):
                    assert form.encode() not in told, (address, name)
            assert b"chat.example" not in told  # the message's address tells the workspace


def test_who_agrees_is_named_from_then_on(client: TestClient, award: Award, agree: Callable[[str], None]) -> None:
    assert '<meta name="robots" content="noindex">' in page(client, award)
    agree("sam")
    text = page(client, award)
    assert '<p class="recipient"><bdi>Sam Okafor</bdi></p>' in text
    assert "noindex" not in text
    assert 'og:title" content="Peer Mentoring · Sam Okafor"' in text
    assert "Ana Núñez" not in text
    assert "Ms Rivera" not in text
    agree("rivera")
    agree("ana")
    text = page(client, award)
    assert "given by <bdi>Ms Rivera</bdi>" in text
    assert "by <bdi>Ana Núñez</bdi>" in text
    assert "tutoring […]" in text  # as it was signed


def test_a_digest_does_not_give_a_name_away(client: TestClient, award: Award, agree: Callable[[str], None]) -> None:
    """With the rest of the text beside it, anybody could try a class's names until one fits."""
    digest = hashlib.sha256(SAID.encode()).hexdigest()
    text = page(client, award)
    assert "[…] sat with me" in text
    assert digest not in text
    assert "Where it says […]" in text
    agree("sam")
    text = page(client, award)
    assert "[…] sat with me" in text  # as it was signed
    assert digest not in text


def test_words_of_members_are_only_words(client: TestClient, school: School) -> None:
    hostile = '"><script>alert(1)</script>{{ 7*7 }}<img src=x onerror=alert(1)>'
    award = give(school, "sam", "Peer Mentoring", hostile)
    text = client.get(f"/awards/{award.id}").text
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "{{ 7*7 }}" in text
    assert re.findall(r"<script[^>]*>", text) == re.findall(r'<script src="/static/award.js\?v=\w+" defer>', text)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x"])
def test_only_web_addresses_become_links(client: TestClient, school: School, url: str) -> None:
    award = give(school, "sam", "Peer Mentoring", f"see {url} and https://ok.example/")
    links = re.findall(r'<a href="([^"]+)" rel="nofollow', client.get(f"/awards/{award.id}").text)
    assert links == ["https://ok.example/"]


def test_a_revoked_badge_says_so(client: TestClient, award: Award, school: School) -> None:
    school.clock.forward(days=1)
    revoked = RevokeBadge(school.person("sam"), "Peer Mentoring", "Written by Sam Okafor's brother")
    assert school.ask("rivera", revoked).kind == "said"
    text = page(client, award)
    assert "Revoked: this badge no longer counts." in text
    assert "24 November 2026" in text
    assert "Written by […]'s brother" in text
    assert "Verified" not in text
    assert '<h3>Revocation <span class="outcome failed">failed</span></h3>' in text
    assert '<h3>Signature <span class="outcome passed">passed</span></h3>' in text
    assert "linkedin.com" not in text
    answer = client.get(f"/awards/{award.id}", headers={"Accept": "application/vc"})
    assert answer.text == award.document


def test_an_undone_badge_says_so_without_a_reason(client: TestClient, award: Award, school: School) -> None:
    assert school.ask("rivera", UndoAwards(award.celebration_id)).kind == "said"
    text = page(client, award)
    assert "Revoked: this badge no longer counts." in text
    assert "for this reason" not in text
    assert "undone" not in text


def test_a_suspended_badge_says_so_until_it_is_reinstated(client: TestClient, award: Award, school: School) -> None:
    suspended = SuspendBadge(school.person("sam"), "Peer Mentoring", "Written by Sam Okafor's brother?")
    assert school.ask("rivera", suspended).kind == "said"
    text = page(client, award)
    assert "Suspended: this badge does not count at present." in text
    assert "Written by […]'s brother?" in text
    assert '<h3>Suspension <span class="outcome failed">failed</span></h3>' in text
    assert '<h3>Revocation <span class="outcome passed">passed</span></h3>' in text
    assert school.ask("rivera", ReinstateBadge(school.person("sam"), "Peer Mentoring")).kind == "said"
    assert "uspen" not in page(client, award)


def test_an_expired_badge_says_so(client: TestClient, school: School) -> None:
    made = SaveBadge(
        name="First Aid",
        description="Knows what to do first.",
        criteria="Passed the course.",
        shape="rosette",
        colour="coral",
        icon="hand",
        expires_after_days="30",
    )
    assert school.ask("rivera", made).kind == "said"
    award = give(school, "sam", "First Aid")
    assert "Valid until" in page(client, award)
    school.clock.forward(days=31)
    text = page(client, award)
    assert "Expired: it no longer counts" in text
    assert '<h3>Dates <span class="outcome failed">failed</span></h3>' in text


def test_what_a_link_to_it_looks_like_elsewhere(client: TestClient, award: Award) -> None:
    text = page(client, award)
    here = f"https://badges.example.edu/awards/{award.id}"
    assert f'<link rel="canonical" href="{here}">' in text
    assert f'<link rel="alternate" type="application/vc+ld+json" href="{here}.json"' in text
    assert f'<meta property="og:url" content="{here}">' in text
    picture = re.search(r'<meta property="og:image" content="([^"]+)">', text)
    assert picture
    drawn = client.get(picture[1])
    assert drawn.headers["content-type"] == "image/png"
    assert int.from_bytes(drawn.content[16:20], "big") == 960


def test_it_can_be_added_to_linkedin(client: TestClient, award: Award) -> None:
    link = re.search(r'href="(https://www.linkedin.com/[^"]+)"', page(client, award))
    assert link
    facts = parse_qs(urlsplit(link[1]).query)
    assert facts["name"] == ["Peer Mentoring"]
    assert facts["certUrl"] == [f"https://badges.example.edu/awards/{award.id}"]
    assert (facts["issueYear"], facts["issueMonth"]) == (["2026"], ["11"])


def test_where_the_world_cannot_reach_it_the_page_says_so(app: App, school: School) -> None:
    app.site = Site(pages="http://127.0.0.1:8080", master_key=app.site.master_key)
    award = give(school, "sam", "Peer Mentoring")
    with TestClient(build(app), base_url="http://127.0.0.1:8080", headers={"Accept": BROWSER}) as local:
        text = page(local, award)
        assert "opens only where Laurel runs" in text
        assert "did:key:z6Mk" in text
        assert re.search(r"All \d checks hold", text)
        baked = local.get(f"/awards/{award.id}/badge.png").content
    assert credentials.unbake_png(baked) == award.document


def test_pages_below_a_path_link_below_it(app: App, school: School) -> None:
    app.site = Site(pages="https://school.example/laurel", master_key=app.site.master_key, public=True)
    award = give(school, "sam", "Peer Mentoring")
    with TestClient(build(app), headers={"Accept": BROWSER}) as behind_a_proxy:
        text = page(behind_a_proxy, award)
    ours = re.findall(r'(?:href|src|action)="(/[^"]*)"', text)
    assert ours
    assert all(link.startswith("/laurel/") for link in ours)
    assert re.search(r"All \d checks hold", text)


@on_sqlite
def test_a_level_and_what_it_is_one_of(client: TestClient, school: School) -> None:
    rubric = {"name": "Tutoring", "levels": [{"name": "Ready", "points": 2, "description": "Tutors with help."}]}
    percent = {"name": "Test", "kind": "Percent", "lowest": 0, "highest": 100, "required_value": 50}
    with school.app.database.write() as db:
        badge = db.scalars(select(BadgeClass).where(BadgeClass.name == "Peer Mentoring")).one()
        detailing.detail(db, school.clock.now, badge, detailing.read({"result": [rubric, percent]}))
    school.type("rivera", "/award @sam Peer Mentoring level Ready, Test: 93 for it")
    with school.app.database.read() as db:
        award = db.scalars(select(Award)).one()
    shown = page(client, award)
    assert "<dt>Level</dt><dd><bdi>Tutoring: Ready, Test: 93</bdi></dd>" in shown
    for text in (shown, client.get(f"/badges/{award.version_id}").text):
        for part in ("Ready", "2 points", "Tutors with help.", "0 to 100; 50 is needed"):
            assert part in text
