"""The documents: byte for byte as signed, checkable by anybody, cheap to ask for again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import unquote, urlsplit

import pytest
from starlette.testclient import TestClient

from bot.core import cards, credentials
from bot.core.app import App
from bot.core.commands import ReinstateBadge, RevokeBadge, SaveBadge, SuspendBadge
from bot.core.credentials import CheckName, Outcome, Unreachable
from bot.core.models import Award
from tests.conftest import School
from tests.web.conftest import NAMES, give

JSON = {"Accept": "application/vc+ld+json"}


def over(client: TestClient) -> Callable[[str], bytes]:
    """Fetch as a stranger's verifier would: over HTTP, knowing nothing but the address."""

    def fetch(url: str) -> bytes:
        answer = client.get(urlsplit(url).path, headers={"Accept": "application/json"})
        if answer.status_code != 200:
            raise Unreachable(url)
        return answer.content

    return fetch


@pytest.mark.parametrize(
    "kind", ["application/vc+ld+json", "application/vc", "application/ld+json", "application/json"]
)
def test_the_document_is_what_was_signed(client: TestClient, award: Award, kind: str) -> None:
    answer = client.get(f"/awards/{award.id}", headers={"Accept": kind})
    assert answer.content == award.document.encode()
    assert answer.headers["content-type"] == "application/vc+ld+json"
    assert answer.headers["vary"] == "Accept"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["x-robots-tag"] == "noindex"


def test_the_page_varies_too(client: TestClient, award: Award) -> None:
    assert client.get(f"/awards/{award.id}").headers["vary"] == "Accept"


def test_the_document_has_an_address_of_its_own(client: TestClient, award: Award) -> None:
    answer = client.get(f"/awards/{award.id}.json")
    assert answer.content == award.document.encode()
    assert answer.headers["content-disposition"] == 'inline; filename="peer-mentoring.json"'


def test_a_stranger_can_verify_it(client: TestClient, award: Award, school: School) -> None:
    document = client.get(f"/awards/{award.id}", headers=JSON).content
    found = credentials.verify(document, fetch=over(client), now=school.clock.now)
    assert found.holds, found.checks


def test_the_picture_carries_the_same_document(client: TestClient, award: Award, school: School) -> None:
    answer = client.get(f"/awards/{award.id}/badge.png")
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"] == 'attachment; filename="peer-mentoring.png"'
    assert credentials.unbake_png(answer.content) == award.document
    assert credentials.verify(answer.content, fetch=over(client), now=school.clock.now).holds
    assert len(answer.content) < 256 * 1024  # what other sites take


def test_a_stranger_learns_of_a_revocation(client: TestClient, award: Award, school: School) -> None:
    address = urlsplit(json.loads(award.document)["credentialStatus"]["statusListCredential"]).path
    before = client.get(address)
    assert before.headers["content-type"] == "application/vc+ld+json"
    assert "max-age=60" in before.headers["cache-control"]
    assert client.get(address, headers={"If-None-Match": before.headers["etag"]}).status_code == 304
    assert school.ask("rivera", RevokeBadge(school.person("sam"), "Peer Mentoring", "A mistake")).kind == "said"
    after = client.get(address, headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    found = credentials.verify(award.document, fetch=over(client), now=school.clock.now)
    assert found[CheckName.REVOCATION].outcome is Outcome.FAILED
    assert found[CheckName.PROOF].outcome is Outcome.PASSED


def test_a_stranger_learns_of_a_suspension_and_of_its_end(client: TestClient, school: School) -> None:
    school.app.site = replace(school.app.site, suspension_list=True)
    award = give(school, "sam", "Peer Mentoring")
    addresses = [urlsplit(one["statusListCredential"]).path for one in json.loads(award.document)["credentialStatus"]]
    assert [client.get(address).status_code for address in addresses] == [200, 200]
    who = school.person("sam")
    tags = set()
    for command, outcome in (
        (SuspendBadge(who, "Peer Mentoring", "A doubt"), Outcome.FAILED),
        (ReinstateBadge(who, "Peer Mentoring"), Outcome.PASSED),
        (SuspendBadge(who, "Peer Mentoring", "A doubt"), Outcome.FAILED),
    ):
        school.clock.forward(minutes=1)
        assert school.ask("rivera", command).kind == "said"
        found = credentials.verify(award.document, fetch=over(client), now=school.clock.now)
        assert found[CheckName.SUSPENSION].outcome is outcome
        assert found[CheckName.REVOCATION].outcome is Outcome.PASSED
        tags.add(client.get(addresses[1]).headers["etag"])
    assert len(tags) == 3


def test_lists_that_were_never_begun_are_not_there(client: TestClient, award: Award) -> None:
    for number in ("1", "999999", "1000000", "9" * 5000, "-1", "0x0", "\N{ARABIC-INDIC DIGIT ZERO}"):
        assert client.get(f"/issuers/{award.issuer_id}/status/{number}").status_code == 404


def test_the_issuers_keys(client: TestClient, award: Award) -> None:
    answer = client.get(f"/issuers/{award.issuer_id}/did.json")
    assert answer.headers["content-type"] == "application/did+json"
    document = answer.json()
    assert document["id"] == f"did:web:badges.example.edu:issuers:{award.issuer_id}"
    assert credentials.did_web_url(document["id"]) == f"https://badges.example.edu/issuers/{award.issuer_id}/did.json"
    assert json.loads(award.document)["proof"][0]["verificationMethod"] == document["assertionMethod"][0]
    assert [method.rpartition("#")[2][:3] for method in document["assertionMethod"]] == ["z6M", "zDn"]


def test_issuer_and_badge_are_pages_and_documents(client: TestClient, award: Award) -> None:
    credential = json.loads(award.document)
    issuer = client.get(f"/issuers/{award.issuer_id}", headers=JSON)
    assert issuer.headers["content-type"] == "application/ld+json"
    assert issuer.json()["id"] == credential["issuer"]["id"]
    badge = client.get(f"/badges/{award.version_id}", headers=JSON)
    assert badge.json()["id"] == credential["credentialSubject"]["achievement"]["id"]
    assert badge.json()["criteria"] == credential["credentialSubject"]["achievement"]["criteria"]
    page = client.get(f"/badges/{award.version_id}").text
    assert award.version.criteria in page
    assert "Riverside School" in page
    page = client.get(f"/issuers/{award.issuer_id}").text
    assert issuer.json()["id"] in page


def test_an_older_version_of_a_badge_keeps_its_page(client: TestClient, award: Award, school: School) -> None:
    changed = SaveBadge(
        badge="Peer Mentoring",
        name="Peer Mentoring",
        description="Helps others learn.",
        criteria="Something new.",
        shape="star",
        colour="teal",
        icon="people",
    )
    assert school.ask("rivera", changed).kind == "said"
    page = client.get(f"/badges/{award.version_id}").text
    assert award.version.criteria in page
    newer = re.search(r'href="(/badges/[^"]+)">see today', page)
    assert newer
    assert "Something new." in client.get(newer[1]).text
    assert award.version.criteria in client.get(f"/awards/{award.id}").text


def test_the_picture_of_a_badge(client: TestClient, award: Award) -> None:
    png = client.get(f"/badges/{award.version_id}/emblem.png")
    assert png.content.startswith(b"\x89PNG")
    svg = client.get(f"/badges/{award.version_id}/emblem.svg")
    assert svg.headers["content-type"].startswith("image/svg+xml")
    assert svg.text.startswith("<svg")


async def test_pictures_by_address_never_change(client: TestClient, app: App) -> None:
    address = await app.picture_url(cards.Wall("Our wall", (), empty="Soon"))
    answer = client.get(urlsplit(address).path)
    assert answer.content.startswith(b"\x89PNG")
    assert "immutable" in answer.headers["cache-control"]


def test_who_has_it_already_is_not_sent_it_again(client: TestClient, award: Award) -> None:
    for address in (
        f"/awards/{award.id}.json",
        f"/awards/{award.id}/badge.png",
        f"/issuers/{award.issuer_id}/did.json",
    ):
        tag = client.get(address).headers["etag"]
        for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            again = client.get(address, headers={"If-None-Match": known})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == tag
        assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_head_says_the_same_without_a_body(client: TestClient, award: Award) -> None:
    addresses = (
        f"/awards/{award.id}",
        f"/awards/{award.id}.json",
        f"/awards/{award.id}/badge.png",
        "/healthz",
        "/nothing",
    )
    for address in addresses:
        got, asked = client.get(address), client.head(address)
        assert asked.status_code == got.status_code
        assert asked.content == b""
        for name in ("content-type", "content-length", "etag", "vary", "content-security-policy"):
            assert asked.headers.get(name) == got.headers.get(name)


@pytest.mark.parametrize(
    ("badge", "plain", "full"),
    [
        ("Peer Mentoring", "peer-mentoring", None),
        ('Nice" \\ try; x=y', "nice-try-x-y", None),
        ("数据 可视化", "badge", "数据-可视化"),
        ("Écriture II", "criture-ii", "écriture-ii"),
        ("★★★", "badge", None),
    ],
)
def test_downloads_are_named_after_the_badge(
    client: TestClient, school: School, badge: str, plain: str, full: str | None
) -> None:
    made = SaveBadge(name=badge, description="D", criteria="C", shape="star", colour="teal", icon="people")
    if badge != "Peer Mentoring":
        assert school.ask("rivera", made).kind == "said"
    award = give(school, "sam", badge)
    named = client.get(f"/awards/{award.id}/badge.png").headers["content-disposition"]
    assert f'filename="{plain}.png"' in named
    extended = re.search(r"filename\*=UTF-8''(\S+)", named)
    assert (unquote(extended[1]) if extended else None) == (f"{full}.png" if full else None)


def test_names_in_any_script_stay_out_of_what_is_signed(client: TestClient, school: School) -> None:
    award = give(school, "sam", "Peer Mentoring", f"{', '.join(NAMES)} @Sam Okafor SAM OKAFOR")
    assert not re.search("okafor", client.get(f"/awards/{award.id}.json").text, re.IGNORECASE)


def test_the_issuers_page_lists_the_badges_in_use(client: TestClient, school: School, award: Award) -> None:
    school.type("rivera", "/badge archive Peer Feedback")
    text = client.get(f"/issuers/{award.issuer_id}").text
    assert f'<a href="/badges/{award.version_id}"><img src="/badges/{award.version_id}/emblem.svg"' in text
    assert "Peer Mentoring" in text
    assert award.version.description in text
    assert "Peer Feedback" not in text
