"""The candidate's page for every hand and eye: keyboard alone, Chinese input, screen readers, small screens, large text."""

from typing import Any

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.make.exam_page import SIZES, ExamHall
from tests.pages.conftest import Seat

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
QUESTIONS = ["1", "2", "3", "4", "5", "6", "7.1", "8"]

TOO_WIDE = "(nodes) => nodes.filter((node) => node.scrollWidth > node.clientWidth + 1).map((node) => node.className)"


def complaints(page: Page) -> list[Any]:
    """Return what axe finds wrong with the page as it is."""
    found = Axe().run(page, options=RULES)["violations"]
    return [(fault["id"], [node["html"][:200] for node in fault["nodes"]]) for fault in found]


def focus_is_seen(page: Page) -> bool:
    """Say whether what has the focus, or its row, has an outline."""
    return bool(
        page.evaluate(
            "() => [document.activeElement, document.activeElement.closest('label'), document.activeElement.nextElementSibling]"
            ".some((node) => node && parseFloat(getComputedStyle(node).outlineWidth) > 0 && getComputedStyle(node).outlineStyle !== 'none')"
        )
    )


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until something has the focus; it is seen to have it all the way."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            assert focus_is_seen(page)
            return
    raise AssertionError(f"no Tab leads to {selector}")


def test_a_paper_is_sat_with_the_keyboard_alone(hall: ExamHall, seat: Seat) -> None:
    attempt, login = hall.candidate()
    candidate = seat(login).sign_in().arrive(attempt)
    page = candidate.page
    page.wait_for_selector(".check.good")
    tab_to(page, "#consent")
    candidate.press("Space")
    tab_to(page, ".enter")
    candidate.press("Enter")
    page.wait_for_selector(".desk .question")

    candidate.press("a", "Shift+B", "ArrowRight", "a", "c", "ArrowRight")  # letters answer, Shift strikes out, arrows turn
    tab_to(page, "input[type=radio]")
    candidate.press(
        "Space", "ArrowDown", "x", "ArrowRight", "m"
    )  # radios by hand; right goes on to the next question, not to another answer
    tab_to(page, ".field input")
    page.keyboard.type("12.5")
    tab_to(page, ".step.next")
    candidate.press("Enter")
    tab_to(page, ".field input")
    page.keyboard.type("FOB")
    candidate.is_saved()
    assert len(hall.journal(attempt)) == 8
    tab_to(page, ".hand-in")
    candidate.press("Enter")
    tab_to(page, ".hand-in-dialog .primary")
    candidate.press("Enter")
    tab_to(page, ".hand-in-dialog .primary")
    candidate.press("Enter")
    candidate.receipt_code()
    answers = hall.answers(attempt)
    assert {place for place in answers if not place.startswith("@")} == {"1", "2", "3", "4", "5"}
    assert answers["4"] == "12.5"
    assert len(answers["2"]) == 2


def test_a_struck_out_option_stays_struck_and_choosing_it_brings_it_back(hall: ExamHall, seat: Seat) -> None:
    attempt, login = hall.candidate()
    candidate = seat(login).sit(attempt)
    page = candidate.page
    option = page.locator(".option").nth(1)
    option.click(button="right")
    expect(option).to_contain_text("已排除")
    page.reload()
    page.wait_for_selector(".desk .question")
    expect(option).to_contain_text("已排除")
    assert hall.journal(attempt) == {}  # pencil marks are the candidate's own
    option.locator("label").click()
    expect(page.locator(".option.struck")).to_have_count(0)
    candidate.is_saved()
    candidate.press("Delete")
    expect(page.locator(".option.chosen")).to_have_count(0)
    candidate.is_saved()
    assert [value is None for _, value in hall.journal(attempt).values()] == [False, True]


def test_chinese_input_is_never_disturbed(hall: ExamHall, seat: Seat) -> None:
    attempt, login = hall.candidate()
    candidate = seat(login).sit(attempt)
    page = candidate.page
    candidate.go("6")
    field = page.locator("textarea")
    field.focus()
    keyboard = page.context.new_cdp_session(page)
    for shown in ("k", "kua", "kuajing", "跨境"):
        keyboard.send("Input.imeSetComposition", {"text": shown, "selectionStart": len(shown), "selectionEnd": len(shown)})
        page.wait_for_timeout(700)
    page.wait_for_timeout(1500)  # longer than the pause that saves
    assert field.input_value() == "跨境"
    assert page.inner_text(".hint") == "0 字"
    assert candidate.sent.get("answer.put", []) == []
    candidate.cut()
    candidate.join()
    page.wait_for_timeout(1500)  # the page reconnects under the composing hand
    assert candidate.sent.get("answer.put", []) == []
    keyboard.send("Input.insertText", {"text": "跨境"})
    candidate.is_saved()
    assert page.inner_text(".hint") == "2 字"
    assert [value for _, value in hall.journal(attempt).values()] == ["跨境"]


@pytest.mark.parametrize("size", ["hall", "phone"])
def test_no_page_of_the_day_has_an_accessibility_fault(hall: ExamHall, seat: Seat, size: str) -> None:
    attempt, login = hall.candidate()
    candidate = seat(login, size).sign_in()
    page = candidate.page
    page.goto(f"{hall.server.url}/exam")
    found = {"exams": complaints(page)}
    candidate.arrive(attempt)
    page.wait_for_selector(".check.good")
    found["waiting"] = complaints(page)
    candidate.enter()
    page.wait_for_selector(".desk .question")
    candidate.press("a", "m")
    candidate.is_saved()
    for number in QUESTIONS:
        candidate.go(number)
        found[number] = complaints(page)
    page.click(".menu-opener")
    page.get_by_text("高对比").click()
    found["menu"] = complaints(page)
    page.keyboard.press("Escape")
    for number in ("1", "7.1"):
        candidate.go(number)
        found[f"contrast {number}"] = complaints(page)
    page.click(".hand-in")
    found["hand in"] = complaints(page)
    page.keyboard.press("Escape")
    hall.act(attempt, "notice", text="请保持安静")
    page.wait_for_selector(".notice")
    found["notice"] = complaints(page)
    page.click(".notice button")
    candidate.hand_in()
    found["receipt"] = complaints(page)
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scale", [100, 200])
def test_nothing_is_cut_off_and_nothing_jumps(hall: ExamHall, seat: Seat, size: str, scale: int) -> None:
    attempt, login = hall.candidate()
    candidate = seat(login, size)
    candidate.context.add_init_script(f"localStorage.setItem('kaochang.size', '{scale}');")
    candidate.sit(attempt)
    page = candidate.page
    page.evaluate(
        "() => { window.shift = 0; new PerformanceObserver((list) => { for (const e of list.getEntries()) window.shift += e.value; })"
        ".observe({ type: 'layout-shift', buffered: false }); }"
    )
    page.wait_for_timeout(600)  # an answer's own shifts within half a second of a key would be forgiven: none is
    page.evaluate("document.querySelector('.option label').click()")
    candidate.is_saved()
    page.wait_for_timeout(600)
    assert page.evaluate("window.shift") < 0.01
    for number in QUESTIONS:
        candidate.go(number)
        assert page.locator(".desk, .work, .pane, .question").evaluate_all(TOO_WIDE) == [], number
        for part in (".time", ".save-state", ".step.next", ".hand-in"):
            box = page.locator(part).bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= SIZES[size][0] + 1
            assert box["y"] + box["height"] <= SIZES[size][1] + 1


def test_the_page_speaks_english(hall: ExamHall, seat: Seat) -> None:
    attempt, login = hall.candidate()
    candidate = seat(login).sign_in()
    candidate.page.get_by_role("button", name="English").click()
    candidate.arrive(attempt).enter()
    expect(candidate.page.locator(".hand-in")).to_have_text("Hand in")
    candidate.press("a")
    expect(candidate.page.locator(".save-state")).to_contain_text("Saved")


def test_highlights_and_notes_stay_with_the_candidate(hall: ExamHall, seat: Seat) -> None:
    attempt, login = hall.candidate()
    candidate = seat(login).sit(attempt)
    page = candidate.page
    candidate.go("7.1")
    select = (
        "([from, to]) => { const text = document.querySelector('.material-text p').firstChild; const range = document.createRange();"
        " range.setStart(text, from); range.setEnd(text, to); getSelection().removeAllRanges(); getSelection().addRange(range); }"
    )
    page.get_by_role("button", name="高亮").click()
    expect(page.locator(".tool-word")).to_contain_text("先在材料中选中文字")
    page.evaluate(select, [0, 1])
    page.get_by_role("button", name="高亮").click()
    expect(page.locator("mark")).to_have_text("A")
    page.evaluate(select, [0, 1])
    page.get_by_role("button", name="高亮").click()
    expect(page.locator("mark")).to_have_count(0)
    page.evaluate(select, [2, 6])
    page.get_by_role("button", name="批注").click()
    page.keyboard.type("注意")
    page.keyboard.press("Tab")
    page.reload()
    page.wait_for_selector("mark")
    expect(page.locator("mark")).to_have_text("text")
    expect(page.locator(".margin-notes textarea")).to_have_value("注意")
    assert hall.journal(attempt) == {}
    splitter = page.locator(".splitter")
    before = splitter.get_attribute("aria-valuenow")
    splitter.focus()
    candidate.press("ArrowLeft", "ArrowLeft")
    assert splitter.get_attribute("aria-valuenow") == str(int(before or 0) - 4)
