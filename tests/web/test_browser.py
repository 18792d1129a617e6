"""The award page in a real browser: checking again with and without JavaScript, any width, nothing blocked."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from bot.core.app import App
from bot.core.commands import PublishPortfolio, RevokeBadge
from bot.core.models import Award
from bot.web import build
from tests.conftest import School
from tests.core.reading import buttons


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One kind of database is enough to see a page."""
    return sqlite_url


@pytest.fixture
def served(app: App) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(build(app), port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def visit(browser: Browser, served: str) -> Iterator[Callable[..., Page]]:
    """Open a page of the served site; what any of them complains about in its console fails the test."""
    complaints: list[str] = []

    def visit(path: str, *, javascript: bool = True, **how: object) -> Page:
        page = browser.new_context(java_script_enabled=javascript, **how).new_page()  # type: ignore[arg-type]
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(served + path)
        return page

    yield visit
    for context in browser.contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("javascript", [True, False])
def test_checking_again(visit: Callable[..., Page], award: Award, school: School, javascript: bool) -> None:
    page = visit(f"/awards/{award.id}", javascript=javascript)
    checked = page.locator("#verification time")
    expect(checked).to_have_text("23 November 2026, 09:00 (UTC)")
    for hour in (10, 11):  # the second time must not be taken for a jump within the page
        school.clock.forward(hours=1)
        page.get_by_role("button", name="Check again").click()
        expect(checked).to_have_text(f"23 November 2026, {hour}:00 (UTC)")
    assert len(page.locator("ul.checks li").all()) >= 6


def test_checking_again_shows_a_revocation_everywhere(visit: Callable[..., Page], award: Award, school: School) -> None:
    page = visit(f"/awards/{award.id}")
    assert school.ask("rivera", RevokeBadge(school.person("sam"), "Peer Mentoring", "Mistake")).kind == "said"
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_text("Revoked: this badge no longer counts.")).to_be_visible()
    expect(page.get_by_text("Revoked: it no longer counts")).to_be_visible()


def test_the_link_can_be_copied(visit: Callable[..., Page], award: Award) -> None:
    page = visit(f"/awards/{award.id}", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Link copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"https://badges.example.edu/awards/{award.id}"


def test_without_javascript_nothing_is_offered_that_needs_it(visit: Callable[..., Page], award: Award) -> None:
    page = visit(f"/awards/{award.id}", javascript=False)
    expect(page.get_by_role("button", name="Copy link")).to_be_hidden()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download badge").click()
    assert download.value.suggested_filename == "peer-mentoring.png"


@pytest.mark.parametrize("width", [320, 768, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_sticks_out(visit: Callable[..., Page], award: Award, width: int, scheme: str) -> None:
    for address in (f"/awards/{award.id}", f"/badges/{award.version_id}", f"/issuers/{award.issuer_id}", "/"):
        page = visit(address, viewport={"width": width, "height": 800}, color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")


CONTRAST = """() => {
  const channel = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const parse = text => text.match(/[\\d.]+/g).map(Number);
  const ground = node => {
    for (; node; node = node.parentElement) {
      const colour = parse(getComputedStyle(node).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
  };
  const weak = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !node.checkVisibility()) continue;
    const [one, other] = [light(parse(getComputedStyle(node).color)), light(ground(node))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < 4.5) weak.push([node.className, walker.currentNode.data.trim(), ratio]);
  }
  return weak;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_can_be_read(visit: Callable[..., Page], award: Award, school: School, scheme: str) -> None:
    page = visit(f"/awards/{award.id}", color_scheme=scheme)
    assert page.evaluate(CONTRAST) == []
    assert school.ask("rivera", RevokeBadge(school.person("sam"), "Peer Mentoring", "Mistake")).kind == "said"
    page.reload()
    assert page.evaluate(CONTRAST) == []


def test_headings_and_landmarks_tell_the_page(visit: Callable[..., Page], award: Award) -> None:
    page = visit(f"/awards/{award.id}")
    for landmark in ("banner", "main", "contentinfo"):
        expect(page.get_by_role(landmark)).to_have_count(1)  # type: ignore[arg-type]
    expect(page.get_by_role("heading", level=1)).to_have_text("Peer Mentoring")
    titles = page.get_by_role("heading", level=2).all_inner_texts()
    assert titles == ["What it takes", "What it was given for", "Verification", "How this is proved"]
    expect(page.get_by_role("img", name=re.compile("Badge: Peer Mentoring"))).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()


def test_a_badge_is_dropped_on_the_page_that_checks(visit: Callable[..., Page], award: Award, tmp_path: Path) -> None:
    page = visit("/verify")
    file = tmp_path / "badge.json"
    file.write_text(award.document, "utf-8")
    page.get_by_label("The badge's file").set_input_files(file)
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status")).to_contain_text("Genuine and in force")
    data = page.evaluate_handle(
        "text => { const d = new DataTransfer(); d.items.add(new File([text], 'b.json')); return d; }",
        award.document.replace("Peer Mentoring", "Pier Mentoring"),
    )
    page.dispatch_event("body", "drop", {"dataTransfer": data})
    expect(page.get_by_role("status")).to_contain_text("It does not count")
    expect(page.get_by_role("heading", name="Pier Mentoring")).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_the_page_that_checks_fits_and_works_without_javascript(
    visit: Callable[..., Page], width: int, tmp_path: Path, award: Award
) -> None:
    page = visit("/verify", javascript=False, viewport={"width": width, "height": 800})
    file = tmp_path / "badge.json"
    file.write_text(award.document, "utf-8")
    page.get_by_label("The badge's file").set_input_files(file)
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status")).to_contain_text("Genuine and in force")
    box = page.locator("main").bounding_box()
    assert box is not None
    assert box["width"] <= width


def test_a_signature_is_copied_with_its_picture(visit: Callable[..., Page], award: Award) -> None:
    page = visit(f"/awards/{award.id}/share", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy for your signature").click()
    expect(page.get_by_role("status").first).to_have_text("Copied")
    html = page.evaluate("async () => (await (await navigator.clipboard.read())[0].getType('text/html')).text()")
    assert f"/awards/{award.id}/card.png" in html
    page.get_by_role("button", name="Copy", exact=True).click()
    assert page.evaluate("navigator.clipboard.readText()").startswith("<iframe ")


def test_the_embed_shows_in_another_sites_frame(browser: Browser, served: str, award: Award) -> None:
    class Blog(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f'<iframe src="{served}/awards/{award.id}/embed" width="480" height="222">'.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Blog) as blog:
        threading.Thread(target=blog.serve_forever, daemon=True).start()
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{blog.server_port}/")
        picture = page.frame_locator("iframe").get_by_alt_text("Badge: Peer Mentoring")
        expect(picture).to_be_visible()
        assert picture.evaluate("async image => { await image.decode(); return image.naturalWidth }") == 960
        page.close()
        blog.shutdown()


@pytest.mark.parametrize("width", [320, 1280])
def test_a_learners_own_page_fits(visit: Callable[..., Page], school: School, award: Award, width: int) -> None:
    shown = school.ask("sam", PublishPortfolio("night"))
    address = urlsplit(str(buttons(shown)["Open it"])).path
    page = visit(address, viewport={"width": width, "height": 800})
    expect(page.get_by_role("heading", name="Sam Okafor")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("link", name="Peer Mentoring").click()
    expect(page.get_by_role("heading", name="Peer Mentoring")).to_be_visible()
