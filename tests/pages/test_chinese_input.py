"""Chinese input through network cuts: what is being composed is never disturbed, never sent, and never lost."""

from typing import Any

from playwright.sync_api import CDPSession, expect

from tests.make.exam_page import Candidate, ExamHall
from tests.pages.conftest import Seat

WATCH = """() => {
  const field = document.querySelector('.question.here textarea');
  window.composed = [];
  for (const name of ['compositionstart', 'compositionend', 'blur'])
    field.addEventListener(name, (event) => window.composed.push([name, event.data ?? '']));
}"""


class Pinyin:
    """An input method: letters become words, as the browser's own machinery has it."""

    def __init__(self, candidate: Candidate) -> None:
        self._cdp: CDPSession = candidate.context.new_cdp_session(candidate.page)
        self._page = candidate.page

    def compose(self, letters: str) -> None:
        """Type letters one by one; nothing is chosen yet."""
        for end in range(1, len(letters) + 1):
            self._cdp.send("Input.imeSetComposition", {"text": letters[:end], "selectionStart": end, "selectionEnd": end})
            self._page.wait_for_timeout(60)

    def choose(self, words: str) -> None:
        """Choose the words for the letters."""
        self._cdp.send("Input.insertText", {"text": words})


def put_values(candidate: Candidate) -> list[Any]:
    """Return every value that the page has sent over its line."""
    messages = [entry for name in ("answer.put", "answer.put_many") for entry in candidate.sent.get(name, [])]
    return [entry["value"] for message in messages for entry in message.get("entries", [message])]


def test_words_are_composed_through_cuts(hall: ExamHall, seat: Seat) -> None:
    attempt, login = hall.candidate()
    candidate = seat(login).sit(attempt)
    page = candidate.page
    candidate.go("6")
    field = page.locator("textarea")
    field.click()
    page.evaluate(WATCH)
    hand = Pinyin(candidate)
    hand.compose("maoyi")
    hand.choose("贸易")
    candidate.is_saved()

    hand.compose("shuyu")
    candidate.cut()  # in the middle of a word
    expect(page.locator(".save-state.down")).to_be_visible()
    expect(field).to_have_value("贸易shuyu")
    hand.choose("术语")
    page.wait_for_timeout(2500)  # the pause that saves
    hand.compose("guoji")
    candidate.join()  # and again in the middle of a word: the page comes back while it is being composed
    expect(page.locator(".save-state.down")).to_have_count(0)
    page.wait_for_timeout(3000)
    expect(field).to_have_value("贸易术语guoji")
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    hall.act(attempt, "notice", text="请核对座位号")  # what the hall says does not disturb either
    expect(page.locator(".notice")).to_be_visible()
    expect(field).to_have_value("贸易术语guoji")
    hand.choose("国际")
    candidate.is_saved()

    seen = page.evaluate("window.composed")
    assert [name for name, _ in seen] == ["compositionstart", "compositionend"] * 3
    assert [data for name, data in seen if name == "compositionend"] == ["贸易", "术语", "国际"]
    assert field.input_value() == "贸易术语国际"
    written = [value for _, value in hall.journal(attempt).values()]
    assert written[-1] == "贸易术语国际"
    for letters in ("mao", "shu", "guo"):
        assert not [value for value in (*written, *put_values(candidate)) if letters in str(value)], "no letter of a composition was sent"
    assert candidate.acked <= set(hall.journal(attempt))


def test_what_is_composed_when_the_server_dies_is_written_and_saved(hall: ExamHall, seat: Seat) -> None:
    attempt, login = hall.candidate()
    candidate = seat(login).sit(attempt)
    candidate.go("6")
    candidate.page.locator("textarea").click()
    hand = Pinyin(candidate)
    hand.compose("xinyong")
    hall.server.kill()
    hand.choose("信用证")
    expect(candidate.page.locator(".save-state.down")).to_contain_text("答案已存本机（1）")
    hand.compose("tiaokuan")
    hall.server.start()
    expect(candidate.page.locator(".save-state.down")).to_have_count(0)
    expect(candidate.page.locator("textarea")).to_have_value("信用证tiaokuan")
    hand.choose("条款")
    candidate.is_saved()
    assert list(hall.journal(attempt).values())[-1] == ("6", "信用证条款")
