"""Nothing of an item on the wire before the start: every byte between a waiting candidate's real browser and the server is searched."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Request, WebSocket, expect

from core.clock import now
from delivery.deadline import Timing
from tests.make.canaries import Aviary
from tests.make.exam import DRAFTS
from tests.make.exam_page import Candidate, ExamHall
from tests.make.wire import Wire
from tests.pages.conftest import slowness

STARTS_IN = 30.0  # s on a quiet machine: the sealed paper comes at a moment of its own, and is there ten seconds before the start
ASK_FOR_ALL = """async (attempt) => {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": JSON.parse(boot.textContent).csrf };
  const post = { method: "POST", headers, body: "{}" };
  const paths = ["state", "state?since=1", "paper", "receipt"];
  const answers = paths.map((path) => fetch(`/api/v1/attempts/${attempt}/${path}`));
  answers.push(fetch(`/api/v1/attempts/${attempt}/start`, post), fetch("/api/v1/me/attempts"), fetch("/exam"));
  return (await Promise.all(answers)).map((answer) => answer.status);
}"""
"""Whatever a curious candidate may ask for while waiting."""


class Listener:
    """What goes over a candidate's line: `heard` by the browser, as bytes on the wire, and `said` by it."""

    def __init__(self, candidate: Candidate, wire: Wire) -> None:
        self._wire = wire
        self.said: list[str] = []
        candidate.page.on("request", self._note)
        candidate.page.on("websocket", self._note_line)

    @property
    def heard(self) -> bytes:
        return b"\n".join(map(bytes, self._wire.heard))

    def _note(self, request: Request) -> None:
        self.said.append(f"{request.url} {json.dumps(request.headers)} {request.post_data or ''}")

    def _note_line(self, line: WebSocket) -> None:
        line.on("framesent", lambda frame: self.said.append(frame if isinstance(frame, str) else frame.decode(errors="replace")))


@contextmanager
def listened_to(chromium: Browser, folder: Path, *altered: str) -> Iterator[tuple[ExamHall, Aviary, Candidate, Listener, str]]:
    """Let a candidate wait for the start in a hall full of canaries, and listen."""
    aviary = Aviary()
    hall = ExamHall(folder, [aviary.plant_open(aviary.plant(draft)) for draft in DRAFTS], *altered)
    try:
        with Wire(hall.server.url, listen=True) as wire:
            attempt, login = hall.candidate(starts_in=STARTS_IN * slowness(chromium, hall), timing=Timing.COMMON_END)
            candidate = Candidate(chromium, hall, login)
            candidate.url = wire.url
            listener = Listener(candidate, wire)
            candidate.sign_in().arrive(attempt).enter()
            expect(candidate.page.locator(".waiting-word")).to_contain_text("加密的试卷已在本机")
            yield hall, aviary, candidate, listener, attempt
            candidate.leave()
    finally:
        hall.close()


def test_no_byte_of_an_item_is_on_the_wire_before_the_start(chromium: Browser, tmp_path: Path) -> None:
    with listened_to(chromium, tmp_path) as (hall, aviary, candidate, listener, attempt):
        kinds = {place.split(" ", 1)[1] for place in aviary.places.values()}
        assert {"stem", "html", "stimulus", "title", "explanation", "reference", "label"} <= kinds
        assert len(aviary.places) > 80
        page = candidate.page
        statuses = page.evaluate(ASK_FOR_ALL, attempt)
        page.reload()  # a page that comes back while it waits
        expect(page.locator("#consent")).to_be_visible()
        candidate.enter()
        left = (hall.attempt(attempt).starts_at - now()).total_seconds()
        assert left > 2, "the machine was too slow to look before the start"
        page.wait_for_timeout((left - 1) * 1000)
        heard, said = listener.heard, "\n".join(listener.said).encode()
        assert now() < hall.attempt(attempt).starts_at
        assert page.locator(".question").count() == 0
        assert b'"sealed"' in heard
        assert b"welcome" in heard
        assert b"time.sync" in said
        assert b"Content-Encoding" not in heard, "what is compressed cannot be searched"
        assert len(heard) > 200_000
        assert statuses[:4] == [200, 200, 200, 404]
        assert aviary.find(heard) == set()
        assert aviary.find(said) == set()

        page.wait_for_selector(".desk .question", timeout=60_000)
        shown = aviary.find(page.inner_text(".question").encode())
        assert {place.split(" ", 1)[1] for place in shown} == {"stem", "html"}, "the canaries are in the paper, and were searched for"


def test_control_an_open_box_is_heard(chromium: Browser, tmp_path: Path) -> None:
    with listened_to(chromium, tmp_path, "leave_papers_open") as (hall, aviary, _candidate, listener, attempt):
        assert now() < hall.attempt(attempt).starts_at
        found = aviary.find(listener.heard)
    assert {place.split(" ", 1)[1] for place in found} >= {"stem", "html", "stimulus", "label"}
    assert not {place for place in found if place.endswith(("explanation", "reference"))}, "keys are in no paper"
