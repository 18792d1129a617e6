"""Taking a badge elsewhere: signatures, embeds, previews, files, and a page of one's own."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image
from pypdf import PdfReader
from starlette.testclient import TestClient

from bot.core import credentials
from bot.core.commands import PublishPortfolio, RevokeBadge, ShowPortfolio, TakeBadges, UnpublishPortfolio
from bot.core.models import Award
from tests.conftest import School
from tests.core.reading import buttons, form, press, words
from tests.web.conftest import NAMES, give
from tests.web.test_documents import over

NAMED = "Sam Okafor"


def get(client: TestClient, url: str) -> str:
    answer = client.get(urlsplit(url).path if "://" in url else url)
    assert answer.status_code == 200, url
    return html.unescape(answer.text)


def test_the_share_page_has_every_way_and_names_nobody(client: TestClient, award: Award, school: School) -> None:
    text = get(client, f"/awards/{award.id}/share")
    for way in ("linkedin.com", "<iframe", "card.png", "certificate.pdf", "badge.zip", "credential.jwt", "badge.svg"):
        assert way in text
    assert not [name for name in NAMES if name in text]
    for path in re.findall(rf'href="(/awards/{award.id}[^"]*)"', text):
        assert client.get(path).status_code == 200
    assert f"/awards/{award.id}/share" in get(client, f"/awards/{award.id}")


def test_a_signature_is_a_linked_picture_with_absolute_addresses(client: TestClient, award: Award) -> None:
    text = get(client, f"/awards/{award.id}/share")
    signature = re.search(r'data-plain="signature">\s*(<a .*?</a>)', text, re.DOTALL)
    assert signature
    link, source = re.findall(r'(?:href|src)="([^"]+)"', signature[1])
    assert link == f"https://badges.example.edu/awards/{award.id}"
    assert source == f"{link}/card.png"
    assert "style" not in signature[1]
    assert "script" not in signature[1]


@pytest.mark.parametrize("name", ["badge.png", "badge.svg", "credential.jwt", "certificate.pdf"])
def test_a_file_fetched_twice_is_one_file(client: TestClient, award: Award, school: School, name: str) -> None:
    first = client.get(f"/awards/{award.id}/{name}")
    school.clock.forward(hours=1, seconds=1)
    again = client.get(f"/awards/{award.id}/{name}", headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code) == (200, 304)


def test_the_card_says_so_once_the_badge_is_revoked(client: TestClient, award: Award, school: School) -> None:
    before = client.get(f"/awards/{award.id}/card.png")
    assert Image.open(io.BytesIO(before.content)).size == (960, 444)
    school.ask("rivera", RevokeBadge(school.person("sam"), "Peer Mentoring", "A mistake"))
    after = client.get(f"/awards/{award.id}/card.png", headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert after.content != before.content
    text = get(client, f"/awards/{award.id}/share")
    assert "This badge is revoked" in text
    assert "linkedin.com" not in text
    assert "certificate.pdf" in text


def test_only_the_embed_may_be_framed(client: TestClient, award: Award) -> None:
    embed = client.get(f"/awards/{award.id}/embed")
    assert "frame-ancestors *" in embed.headers["content-security-policy"]
    assert "x-frame-options" not in embed.headers
    page = client.get(f"/awards/{award.id}")
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert page.headers["x-frame-options"] == "DENY"


def test_oembed_is_found_and_answers(client: TestClient, award: Award) -> None:
    found = re.search(r'application/json\+oembed" href="([^"]+)"', get(client, f"/awards/{award.id}"))
    assert found
    query = {name: values[0] for name, values in parse_qs(urlsplit(found[1]).query).items()}
    answer = client.get("/oembed", params={**query, "maxwidth": "300"}).json()
    assert (answer["version"], answer["type"], answer["width"]) == ("1.0", "rich", 300)
    assert f'src="https://badges.example.edu/awards/{award.id}/embed"' in answer["html"]
    assert answer["title"] == "Peer Mentoring"
    assert client.get("/oembed", params={**query, "format": "xml"}).status_code == 501
    for url in (
        "",
        "https://[",
        "https://elsewhere.example/awards/1",
        "https://badges.example.edu/badges/1",
        "https://badges.example.edu/awards/1\0",
        "x" * 5000,
    ):
        assert client.get("/oembed", params={"url": url}).status_code == 404
    for odd in ("-1", "0", "9" * 400, "x"):
        assert client.get("/oembed", params={**query, "maxwidth": odd, "maxheight": odd}).status_code == 200


def test_a_preview_has_the_drawn_card(client: TestClient, award: Award) -> None:
    text = get(client, f"/awards/{award.id}")
    assert f'<meta property="og:image" content="https://badges.example.edu/awards/{award.id}/card.png">' in text
    assert '<meta name="twitter:card" content="summary_large_image">' in text


def test_linkedin_takes_the_organisations_number_or_its_name(client: TestClient, award: Award, school: School) -> None:
    def query() -> dict[str, list[str]]:
        link = re.search(r'href="(https://www.linkedin.com/[^"]+)"', get(client, f"/awards/{award.id}/share"))
        assert link
        return parse_qs(urlsplit(link[1]).query, strict_parsing=True)

    assert query()["organizationName"] == ["Riverside School"]
    school.app.site = replace(school.app.site, linkedin_id="1337")
    assert query()["organizationId"] == ["1337"]
    assert "organizationName" not in query()
    assert "expirationYear" not in query()


# -- all of them ---------------------------------------------------------------------------------------------------


def test_all_badges_as_files_for_their_owner_alone(client: TestClient, school: School, award: Award) -> None:
    give(school, "sam", "Peer Feedback")
    reply = school.ask("sam", TakeBadges())
    assert "Your 2 badges" in words(reply.text)
    addresses = {label: str(url) for label, url in buttons(reply).items() if isinstance(url, str)}
    archive = client.get(urlsplit(addresses["Everything (ZIP)"]).path)
    assert archive.headers["cache-control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(archive.content)) as packed:
        pictures = [packed.read(name) for name in packed.namelist() if name.endswith("badge.png")]
    assert len(pictures) == 2
    assert all(credentials.verify(one, fetch=over(client), now=school.clock.now).holds for one in pictures)
    resume = PdfReader(io.BytesIO(client.get(urlsplit(addresses["For your résumé (PDF)"]).path).content))
    text = resume.pages[0].extract_text()
    assert NAMED in text
    assert "Peer Feedback" in text
    listed = client.get(urlsplit(addresses["JSON Resume"]).path).json()["certificates"]
    assert {one["name"] for one in listed} == {"Peer Mentoring", "Peer Feedback"}
    path = urlsplit(addresses["JSON Resume"]).path
    assert client.get(path.replace("resume.json", "other.json")).status_code == 404
    ticket = path.split("/")[2]
    for forged in (ticket[:-2] + "AA", ticket[::-1], "x", "=", "é", ticket + "A" * 500):
        assert client.get(f"/taken/{forged}/badges.zip").status_code == 404
    school.clock.forward(hours=1, seconds=1)
    assert client.get(path).status_code == 404


def test_without_a_badge_there_is_nothing_to_take(school: School) -> None:
    for command in (TakeBadges(), PublishPortfolio()):
        reply = school.ask("ana", command)
        assert reply.kind == "refused"
        assert "You have no badge yet" in words(reply.text)


# -- a page of one's own -------------------------------------------------------------------------------------------


def test_a_page_is_published_and_gone_by_its_owners_act_alone(
    client: TestClient, school: School, award: Award, agree: Callable[[str], None]
) -> None:
    asked = school.type("sam", "/mybadges portfolio")
    command = replace(form(asked).command, theme="night")
    shown = school.ask("sam", command)
    page = str(buttons(shown)["Open it"])
    answer = client.get(urlsplit(page).path)
    assert answer.headers["cache-control"] == "no-store"
    assert NAMED in answer.text
    assert 'data-theme="night"' in answer.text
    assert "Peer Mentoring" in answer.text
    assert not [name for name in NAMES if name in answer.text and name != NAMED]
    assert client.get(f"{urlsplit(page).path}/resume.json").json()["certificates"][0]["name"] == "Peer Mentoring"
    school.ask("sam", press(shown, "Theme: Forest"))
    assert 'data-theme="forest"' in client.get(urlsplit(page).path).text
    gone = school.ask("sam", press(shown, "Take it away"))
    assert "nobody can open it any more" in words(gone.text)
    for path in (urlsplit(page).path, f"{urlsplit(page).path}/resume.json"):
        assert client.get(path).status_code == 404
    school.ask("ana", UnpublishPortfolio())
    again = school.ask("sam", PublishPortfolio("no such theme"))
    assert str(buttons(again)["Open it"]) == page


def test_what_does_not_count_is_not_on_the_page(client: TestClient, school: School, award: Award) -> None:
    give(school, "sam", "Peer Feedback")
    page = urlsplit(str(buttons(school.ask("sam", PublishPortfolio()))["Open it"])).path
    assert "Peer Mentoring" in client.get(page).text
    school.ask("rivera", RevokeBadge(school.person("sam"), "Peer Mentoring", "A mistake"))
    text = client.get(page).text
    assert "Peer Mentoring" not in text
    assert "Peer Feedback" in text


def test_others_do_not_come_to_the_page(client: TestClient, school: School, award: Award) -> None:
    shown = school.ask("ana", ShowPortfolio())
    assert "Publish your badges" in words(shown.text)
    assert client.get("/people/nobody").status_code == 404
