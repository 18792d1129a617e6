"""Details of the room that somebody fell over once: errors of a form, who is offered what, where the focus goes."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable

from playwright.sync_api import Browser, Page, expect

from tests.browser.test_room_in_a_browser import say
from tests.shell import Shell

Tab = Callable[[str], Page]
EMPTY = "This cannot stay empty."


def arrived(page: Page) -> Page:
    """Wait until the tab knows who it is."""
    page.locator("#people a").first.wait_for()
    return page


def test_what_is_missing_stays_marked_until_it_is_answered(tab: Tab) -> None:
    page = tab("rivera")
    say(page, "/badge new")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text(EMPTY)).to_have_count(3)
    with page.expect_response(re.compile("/room/submit")):  # the check while typing
        dialog.get_by_label("Name").fill("Chess Fairness")
    page.wait_for_timeout(100)
    expect(dialog.get_by_text(EMPTY)).to_have_count(2)
    dialog.get_by_label("What it stands for").fill("Plays fairly.")
    expect(dialog.get_by_text(EMPTY)).to_have_count(1)


def test_only_teachers_are_offered_to_award_for_a_message(tab: Tab) -> None:
    student, teacher = tab("sam"), tab("rivera")
    say(student, "I drew the map on my own.")
    offer = "Award for this message"
    for page, offers in ((student, 0), (teacher, 1)):
        message = page.locator("li.message:not(.private)").filter(has_text="drew the map").last
        expect(message).to_be_visible()
        expect(message.get_by_role("button", name=offer)).to_have_count(offers)
    teacher.get_by_role("link", name="Laurel").click()
    say(teacher, "hello")
    expect(teacher.locator("li.message:not(.private)").last).to_contain_text("hello")
    expect(teacher.get_by_role("button", name=offer)).to_have_count(0)


def test_fingers_reach_the_award_of_a_message(browser: Browser, room: tuple[Shell, str], tab: Tab) -> None:
    say(tab("sam"), "I drew another map.")
    context = browser.new_context(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(f"{room[1]}/room?as=rivera")
    tools = page.locator("li.message").filter(has_text="drew another map").last.locator(".tools")
    expect(tools).to_have_css("opacity", "1")
    tools.get_by_role("button", name="Award for this message").tap()
    expect(page.get_by_role("dialog")).to_contain_text("drew another map")
    context.close()


def test_nothing_is_cut_off_on_the_narrowest_phone(tab: Tab) -> None:
    page = arrived(tab("rivera"))
    page.set_viewport_size({"width": 320, "height": 740})
    say(page, "/award @layla Conflict Resolution for listening")
    last = page.locator("li.message.from-bot:not(.private)").last
    expect(last).to_contain_text("listening")
    for part in (page.locator("#send"), last, page.locator(".bar")):
        box = part.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 320


def test_fields_and_buttons_have_the_whole_card_on_a_phone(tab: Tab) -> None:
    page = arrived(tab("rivera"))
    page.set_viewport_size({"width": 390, "height": 844})
    say(page, "/badge show Intro to Data")
    card = page.locator("li.private .card").last
    for part in ("dl", ".buttons"):
        inner, outer = card.locator(part).bounding_box(), card.bounding_box()
        assert inner is not None
        assert outer is not None
        assert inner["width"] > 0.85 * outer["width"]


def test_a_badge_is_downloaded_and_not_opened(tab: Tab) -> None:
    teacher, student = tab("rivera"), arrived(tab("sam"))
    say(arrived(teacher), "/award @sam Statistics Basics")
    expect(teacher.locator("li.private").last).to_contain_text("now holds")
    say(student, "/mybadges")
    badge = student.locator("li.private").last.locator(".row, .card").filter(has_text="Statistics Basics")
    with student.expect_download() as download:
        badge.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "statistics-basics.png"


def test_another_person_goes_on_writing(tab: Tab) -> None:
    page = tab("rivera")
    page.get_by_role("link", name="Zoë Lindström Student").click()
    expect(page.locator("#message")).to_be_focused()
    expect(page.locator("#announcer")).to_have_text("You are now Zoë Lindström.")


def test_news_leave_the_focus_in_the_sidebar(tab: Tab) -> None:
    page, other = tab("rivera"), tab("sam")
    person = page.get_by_role("link", name="Zoë Lindström Student")
    person.focus()
    say(other, "something new for all")
    expect(page.locator("li.message").last).to_contain_text("something new for all")
    expect(person).to_be_focused()


def test_a_form_asks_before_it_forgets(tab: Tab) -> None:
    page = arrived(tab("rivera"))
    say(page, "/badge new")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").wait_for()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    say(page, "/badge new")
    dialog.get_by_label("Name").fill("Chess Fairness")
    page.keyboard.press("Escape")
    expect(dialog.get_by_text("Discard what you wrote?")).to_be_visible()
    expect(dialog.get_by_role("button", name="Keep writing")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("Discard what you wrote?")).to_be_hidden()
    expect(dialog.get_by_label("Name")).to_be_focused()
    expect(dialog.get_by_label("Name")).to_have_value("Chess Fairness")
    page.set_viewport_size({"width": 390, "height": 780})
    dialog.get_by_label("Icon").focus()
    expect(dialog.locator(".form-preview")).to_be_in_viewport(ratio=1)
    dialog.get_by_role("button", name="Close").click()
    dialog.get_by_role("button", name="Discard").click()
    expect(dialog).to_be_hidden()


def test_turning_a_page_keeps_the_place_on_its_button(tab: Tab) -> None:
    page = arrived(tab("zoe"))
    for number in range(21):
        say(page, f"/goals add Read book {number}")
        expect(page.locator("li.private").last).to_contain_text(f"Read book {number}")
    say(page, "/goals")
    following = page.locator("li.private").last.get_by_role("button", name="Next")
    following.focus()
    page.keyboard.press("Enter")
    expect(page.locator("li.private").last.get_by_role("button", name="Previous")).to_be_visible()
    expect(following).to_be_focused()
    page.keyboard.press("Enter")  # to the last page, which has no such button
    expect(following).to_have_count(0)
    expect(page.locator("li.private").last).to_be_focused()


def test_words_that_the_picture_shows_stand_below_it_only_where_it_does_not_come(tab: Tab) -> None:
    teacher = tab("rivera")
    say(teacher, "/award @dmytro Peer Feedback for asking again")
    card = teacher.locator("li.message.from-bot:not(.private)").filter(has_text="Peer Feedback").last
    picture = card.locator("img").first
    expect(picture).to_have_attribute("alt", re.compile("asking again"))
    assert picture.evaluate("async image => { await image.decode(); return image.naturalWidth }") > 0
    expect(card.get_by_text("asking again")).to_be_hidden()
    expect(card.get_by_text("Awarded by")).to_be_hidden()
    picture.dispatch_event("error")
    expect(card.get_by_text("asking again")).to_be_visible()
    expect(card.get_by_text("Awarded by")).to_be_visible()


def test_what_is_wrong_with_a_goals_day_stands_at_the_day(tab: Tab) -> None:
    student = tab("xiaoyu")
    say(student, "/goals add")
    dialog = student.get_by_role("dialog")
    dialog.get_by_label("What do you want").fill("read a book")
    day = dialog.get_by_label("By when")
    expect(day).to_have_attribute("type", "date")
    day.fill("2020-01-31")
    dialog.get_by_role("button", name="Set the goal").click()
    expect(day).to_have_attribute("aria-invalid", "true")
    expect(dialog.locator(".field.wrong")).to_contain_text("2020-01-31 is over")
    expect(day).to_be_focused()
    day.fill("2030-01-31")
    dialog.get_by_role("button", name="Set the goal").click()
    expect(dialog).to_be_hidden()


def test_nobody_is_offered_to_award_themself(tab: Tab) -> None:
    teacher = tab("rivera")
    say(teacher, "/award")
    dialog = teacher.get_by_role("dialog")
    expect(dialog.get_by_role("checkbox", name="Sam Okafor")).to_be_visible()
    expect(dialog.get_by_role("checkbox", name="Ms Rivera")).to_have_count(0)


def test_an_answer_in_direct_messages_stands_below_the_words_it_answers(tab: Tab) -> None:
    student = tab("zoe")
    student.locator("#directs").get_by_text("Laurel").click()
    say(student, "hello, what can you do?")
    expect(student.locator("#messages > li").last).to_contain_text("this I can do for you")
    student.locator("#messages > li").last.get_by_role("button", name="All commands").click()
    expect(student.locator("#messages > li").last).to_contain_text("/mybadges")


def test_a_badge_dropped_into_the_room_is_checked(tab: Tab, room: tuple[Shell, str]) -> None:
    shell, _ = room
    [award] = shell.say("rivera", "/award @dmytro Participation")["awards"]
    shell("export", award["id"], "--format", "png", "--out", "dropped.png")
    picture = b64encode((shell.folder / "dropped.png").read_bytes()).decode()
    student = tab("dmytro")
    for body, says in ((picture, "is genuine: every check holds"), (picture[:-400], "This badge does not hold")):
        data = student.evaluate_handle(
            """async text => {
                const data = new DataTransfer();
                data.items.add(new File([Uint8Array.from(atob(text), c => c.charCodeAt(0))], "badge.png"));
                return data;
            }""",
            body,
        )
        student.dispatch_event("#message", "drop", {"dataTransfer": data})
        expect(student.locator("#messages > li").last).to_contain_text(says)


def test_a_form_asks_for_the_level_once_the_chosen_badge_has_levels(room: tuple[Shell, str], tab: Tab) -> None:
    shell, _ = room
    rubric = shell.folder / "rubric.toml"
    levels = 'levels = [{name = "Ready"}, {name = "Expert"}]'
    rubric.write_text(f'[[result]]\nname = "Tutoring"\nrequired_level = "Ready"\n{levels}\n')
    shell("detail", "Peer Mentoring", str(rubric))
    page = tab("rivera")
    say(page, "/award")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Ana Núñez").check()
    dialog.get_by_label("Badge").select_option(label="Peer Feedback")
    expect(dialog.locator(".form-preview img")).to_be_visible()
    expect(dialog.get_by_role("group", name="Level")).to_have_count(0)
    dialog.get_by_label("Badge").select_option(label="Peer Mentoring")
    expect(dialog.get_by_role("group", name="Level")).to_be_visible()
    dialog.get_by_role("button", name="Award", exact=True).click()
    expect(dialog.get_by_text(EMPTY)).to_have_count(1)
    dialog.get_by_label("Expert").check()
    dialog.get_by_role("button", name="Award", exact=True).click()
    expect(dialog).to_be_hidden()
    expect(page.locator("li.private").last).to_contain_text("Expert")
