"""Files as evidence in the room's award form: chosen or dropped, refused with a sentence, found on the award's page."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.test_room_in_a_browser import say

Tab = Callable[[str], Page]
PDF = b"%PDF-1.7\nan essay"
DROP = """(place, [name, text]) => {
  const files = new DataTransfer();
  files.items.add(new File([text], name));
  place.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
}"""


def test_a_file_goes_from_the_form_to_the_badges_page(tab: Tab) -> None:
    teacher = tab("rivera")
    say(teacher, "/award")
    dialog = teacher.get_by_role("dialog")
    chosen, listed = dialog.get_by_label("Files"), dialog.locator(".uploads li")
    film = {"name": "film.mp4", "mimeType": "video/mp4", "buffer": b"\0\0\0 ftypmp42"}
    chosen.set_input_files(film)  # type: ignore[arg-type]
    expect(dialog.get_by_text("film.mp4 can't be evidence: give a PDF")).to_be_visible()
    expect(listed).to_have_count(0)

    dialog.get_by_label("Sam Okafor").check()  # what is wrong with the file stays, whatever else is answered
    dialog.get_by_label("For what").fill("a fine essay")
    expect(dialog.get_by_text("film.mp4 can't be evidence: give a PDF")).to_be_visible()

    chosen.set_input_files(
        [
            {"name": "essay.pdf", "mimeType": "application/pdf", "buffer": PDF},
            {"name": "draft.txt", "mimeType": "text/plain", "buffer": b"first try"},
        ]
    )
    expect(listed).to_have_count(2)
    expect(dialog.locator(".of-files .field-problem")).to_be_empty()
    dialog.locator(".upload").evaluate(DROP, ["notes.md", "what was measured"])
    expect(listed).to_have_count(3)
    dialog.get_by_role("button", name="Leave out draft.txt").click()
    expect(listed).to_have_count(2)
    expect(chosen).to_be_focused()

    dialog.get_by_label("Badge").select_option(label="Academic Writing")
    dialog.get_by_role("button", name="Award", exact=True).click()
    expect(teacher.locator("li.private").last).to_contain_text("Sam Okafor now holds Academic Writing.")

    student = tab("sam")
    shown = student.locator("li.message.from-bot:not(.private)").filter(has_text="Academic Writing").last
    with student.context.expect_page() as opened:
        shown.get_by_role("link", name="See and verify").click()
    page = opened.value
    expect(page.locator("#verification")).to_contain_text("This badge is genuine and in force.")
    expect(page.get_by_role("link", name="notes.md")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="essay.pdf").click()
    assert download.value.suggested_filename == "essay.pdf"
    assert download.value.path().read_bytes() == PDF


def test_leaving_asks_before_a_file_is_forgotten(tab: Tab) -> None:
    teacher = tab("rivera")
    say(teacher, "/award")
    dialog = teacher.get_by_role("dialog")
    dialog.get_by_label("Files").set_input_files({"name": "essay.pdf", "mimeType": "application/pdf", "buffer": PDF})
    expect(dialog.locator(".uploads li")).to_have_count(1)
    teacher.keyboard.press("Escape")
    expect(dialog.get_by_text("Discard what you wrote?")).to_be_visible()
    dialog.get_by_role("button", name="Discard").click()
    expect(dialog).to_be_hidden()
