"""The main job as a teacher and a student see it: two tabs, one award, one verified badge."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.shell import Shell

Tab = Callable[[str], Page]


def say(page: Page, text: str) -> None:
    page.locator("#message").fill(text)
    page.keyboard.press("Escape")
    page.locator("#message").press("Enter")


def card(page: Page, badge: str):
    return page.locator("li.message.from-bot:not(.private)").filter(has_text=badge).last


def test_an_award_in_one_tab_arrives_in_another_and_verifies(tab: Tab, room: tuple[Shell, str]) -> None:
    teacher, student = tab("rivera"), tab("sam")
    say(teacher, "/award @sam Peer Mentoring for helping two classmates")
    expect(teacher.locator("li.private").last).to_contain_text("Sam Okafor now holds Peer Mentoring.")

    arrived = card(student, "Peer Mentoring")
    expect(arrived).to_contain_text("helping two classmates")
    expect(student.locator("li.private")).to_have_count(0)
    picture = arrived.locator("img").first
    expect(picture).to_have_attribute("alt", re.compile("Sam Okafor earned"))
    assert picture.evaluate("async image => { await image.decode(); return image.naturalWidth }") > 0

    classmate = tab("layla")
    card(classmate, "Peer Mentoring").get_by_role("button", name="Congratulate").click()
    expect(
        card(classmate, "Peer Mentoring").get_by_role("button", name="Congratulate · 1", pressed=True)
    ).to_be_visible()
    expect(card(teacher, "Peer Mentoring").get_by_role("button", name="Congratulate · 1")).to_be_visible()
    expect(card(teacher, "Peer Mentoring").get_by_role("button", pressed=True)).to_have_count(0)

    with student.context.expect_page() as opened:
        arrived.get_by_role("link", name="See and verify").click()
    page = opened.value
    expect(page.get_by_role("heading", name="Peer Mentoring", exact=True)).to_be_visible()
    expect(page.locator("#verification")).to_contain_text("The digital signature is genuine")
    expect(page.locator("body")).not_to_contain_text("Okafor")

    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Download")).first.click()
    shell, _ = room
    download.value.save_as(shell.folder / "badge.png")
    assert "The digital signature is genuine" in shell("verify", "badge.png")


def test_undo_takes_the_card_back_in_every_tab(tab: Tab) -> None:
    teacher, student = tab("rivera"), tab("zoe")
    say(teacher, "/award @zoe Participation")
    expect(card(student, "Participation")).to_be_visible()
    teacher.locator("li.private").last.get_by_role("button", name="Undo").click()
    expect(student.locator("li.from-bot").last).to_contain_text("it was taken back")


def test_a_refusal_is_for_the_caller_alone(tab: Tab) -> None:
    student, other = tab("ana"), tab("zoe")
    say(student, "/award @zoe Peer Feedback")
    expect(student.locator("li.private").last).to_contain_text("Only teachers award badges")
    say(other, "hello")
    expect(other.locator("li.message").last).to_contain_text("hello")
    expect(other.locator("li.private")).to_have_count(0)


def test_completion_by_keyboard_alone(tab: Tab) -> None:
    teacher = tab("rivera")
    teacher.locator("#message").press_sequentially("/aw")
    expect(teacher.get_by_role("option").first).to_contain_text("/award")
    teacher.keyboard.press("Tab")
    teacher.locator("#message").press_sequentially("xi")
    expect(teacher.get_by_role("option").first).to_contain_text("李小雨")
    teacher.keyboard.press("Tab")
    teacher.locator("#message").press_sequentially("crit")
    expect(teacher.get_by_role("option").first).to_contain_text("Critical Questioning")
    teacher.keyboard.press("Tab")
    teacher.keyboard.press("Enter")
    expect(card(teacher, "Critical Questioning")).to_contain_text("李小雨")


def test_enter_sends_what_is_typed_though_something_like_it_is_offered(tab: Tab) -> None:
    teacher = tab("rivera")
    teacher.locator("#message").press_sequentially("/award @sam Exel")
    expect(teacher.get_by_role("option").first).to_contain_text("Excel for Analytics")
    teacher.wait_for_timeout(500)
    teacher.keyboard.press("Enter")
    expect(teacher.locator("li.private").last).to_contain_text("There is no badge called Exel")


def test_enter_sends_a_whole_command_though_it_could_go_on(tab: Tab) -> None:
    student = tab("ana")
    student.locator("#message").press_sequentially("/goals")
    expect(student.get_by_role("option").filter(has_text="/goals add")).to_be_visible()
    student.wait_for_timeout(500)
    student.keyboard.press("Enter")
    expect(student.locator("li.private")).to_have_count(1)


def test_what_is_typed_before_the_room_is_there_is_kept(tab: Tab) -> None:
    student = tab("ana")
    arrive = _held_back(student)
    student.locator("#message").press_sequentially("/goals")
    arrive()
    expect(student.locator("#send")).to_have_class(re.compile("ready"))
    expect(student.locator("#message")).to_have_value("/goals")


def test_what_is_sent_before_the_room_is_there_goes_out_when_it_is(tab: Tab) -> None:
    student = tab("ana")
    arrive = _held_back(student)
    student.locator("#message").press_sequentially("/goals")
    student.keyboard.press("Enter")
    arrive()
    expect(student.locator("li.private")).to_have_count(1)
    expect(student.locator("#message")).to_have_value("")


def _held_back(page: Page) -> Callable[[], None]:
    """Load the page anew, but let the room answer only when the given function is called."""
    held: list[Route] = []
    page.route("**/room/state?**", lambda route: held.append(route))  # noqa: PLW0108 - Playwright wants a function
    page.reload()
    return lambda: held[0].continue_()  # noqa: PLW0108 - none is held yet


def test_enter_takes_no_suggestion_that_has_only_just_arrived(tab: Tab) -> None:
    student = tab("ana")
    student.evaluate(
        """() => new MutationObserver((_, watch) => {
            watch.disconnect();
            const enter = new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true });
            document.getElementById("message").dispatchEvent(enter);
        }).observe(document.getElementById("suggestions"), { attributes: true })"""
    )
    student.locator("#message").fill("/badge show Exc")
    expect(student.locator("li.private")).to_have_count(1)
    expect(student.locator("#message")).to_have_value("")


def test_escape_also_stops_a_list_that_is_still_to_come(tab: Tab) -> None:
    student = tab("ana")
    student.locator("#message").fill("/badge show Exc")
    student.keyboard.press("Escape")
    student.wait_for_timeout(500)
    expect(student.locator("#suggestions")).to_be_hidden()
    student.keyboard.press("Enter")
    expect(student.locator("li.private")).to_have_count(1)


def test_enter_takes_what_is_chosen_or_goes_on_what_is_typed(tab: Tab) -> None:
    teacher = tab("rivera")
    field = teacher.locator("#message")
    field.press_sequentially("/aw")
    expect(teacher.get_by_role("option").first).to_contain_text("/award")
    teacher.wait_for_timeout(500)
    teacher.keyboard.press("Enter")
    expect(field).to_have_value("/award @")
    field.press_sequentially("sam Exel")
    expect(teacher.get_by_role("option").first).to_contain_text("Excel for Analytics")
    teacher.keyboard.press("ArrowDown")
    teacher.keyboard.press("ArrowUp")
    teacher.keyboard.press("Enter")
    expect(field).to_have_value("/award @sam Excel for Analytics for ")


def test_a_new_badge_is_checked_while_it_is_written(tab: Tab) -> None:
    teacher = tab("rivera")
    say(teacher, "/badge new")
    dialog = teacher.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Peer Mentoring")
    expect(dialog).to_contain_text("There is a badge of this name already")
    dialog.get_by_label("Name").fill("Chess Club")
    dialog.get_by_label("What it stands for").fill("Plays chess fairly and well.")
    dialog.get_by_label("How it is earned").fill("Has played ten games in the club.")
    expect(dialog).not_to_contain_text("There is a badge of this name already")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    expect(teacher.locator("li.private").last).to_contain_text("Chess Club is ready to be awarded.")


def test_a_message_becomes_evidence(tab: Tab) -> None:
    student, teacher = tab("layla"), tab("rivera")
    say(student, "I think the sample is too small to say that.")
    message = teacher.locator("li.message").filter(has_text="sample is too small").last
    message.hover()
    message.get_by_role("button", name="Award for this message").click()
    dialog = teacher.get_by_role("dialog")
    expect(dialog).to_contain_text("too small")
    dialog.get_by_label("Badge").select_option(label="Statistics Basics")
    dialog.get_by_role("button", name="Award", exact=True).click()
    expect(dialog).to_be_hidden()
    expect(card(teacher, "Statistics Basics")).to_contain_text("ليلى حداد")


@pytest.mark.parametrize("who", ["rivera", "sam"])
def test_a_goal_and_a_collection_are_drawn(tab: Tab, who: str) -> None:
    page = tab(who)
    say(page, "/goals add Academic Writing by Friday every week")
    expect(page.locator("li.private").last.locator("img").first).to_have_attribute(
        "alt", re.compile("Academic Writing")
    )
    say(page, "/mybadges")
    expect(page.locator("li.private").last.locator("img").first).to_be_visible()
