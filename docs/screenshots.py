"""Makes the README's pictures: the sample school served for real, a class at work, a browser looking on."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
from tests.shell import Shell  # noqa: E402 - the tests know how to serve a school for a moment

IMAGES = ROOT / "docs/images"
TALK = (
    ("sam", "Zoë and I went through the fractions sheet again, it clicked this time!"),
    ("zoe", "Thank you Sam, I finally get common denominators"),
    ("rivera", "/award @sam Peer Mentoring for helping two classmates through fractions"),
    ("ana", "Well deserved!"),
)


def main() -> None:
    """Write every picture into docs/images."""
    chromium = shutil.which("chromium") or sys.exit("Chromium is needed (Debian: apt install chromium).")
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        shell = Shell(Path(folder))
        shell("init", "--sample")
        with shell.running() as base, sync_playwright() as playwright:
            awards = [award for who, text in TALK for award in shell.say(who, text)["awards"]]
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_page(device_scale_factor=2, locale="en-GB", timezone_id="Europe/London")
            page.goto(f"{base}/room?as=zoe")
            page.get_by_role("button", name="Congratulate").click()
            page.get_by_role("button", name="Congratulate · 1").wait_for()
            page.goto(f"{base}/room?as=rivera")
            _take(page, "room.png", height=780)
            page.goto(awards[0]["url"])
            _take(page, "award.png", height=1500)
            browser.close()


def _take(page: Page, name: str, *, height: int) -> None:
    page.set_viewport_size({"width": 1180, "height": height})
    page.wait_for_load_state("networkidle" if "/room" not in page.url else "load")
    page.wait_for_timeout(1500)  # pictures are drawn when first asked for
    page.screenshot(path=IMAGES / name)


if __name__ == "__main__":
    main()
