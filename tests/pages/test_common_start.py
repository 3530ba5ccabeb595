"""A common start: three browsers, each a process of its own, see their first question at one moment, and report it."""

import shutil
from contextlib import ExitStack
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from core.clock import now
from delivery import reading as delivery_reading
from delivery.deadline import Timing
from proctor import reading
from proctor.reading import Starts
from tests.make.exam_page import Candidate, ExamHall
from tests.make.lag import Lag
from tests.make.people import in_time
from tests.pages.conftest import ARGUMENTS

WITHIN_MS = 250
STARTS_IN = (35.0, 70.0, 140.0)  # s, of one try after the other: three browsers share a small machine with whatever else it does
HELD_UP_MS = 50.0  # where a process that wants to run waits longer, milliseconds between browsers say nothing about the engine


def start_together(hall: ExamHall, browsers: list[Browser], starts_in: float) -> tuple[Starts, float] | None:
    """Let a candidate wait at each browser until the paper opens.

    Return what the pages reported and how long the machine held up who wanted to run meanwhile (ms); None where the start came first.
    """
    starts_at = now() + timedelta(seconds=starts_in)
    seats = [hall.candidate(starts_in=(starts_at - now()).total_seconds(), timing=Timing.COMMON_END) for _ in browsers]
    attempts = [attempt for attempt, _ in seats]
    candidates = [Candidate(browser, hall, login) for browser, (_, login) in zip(browsers, seats, strict=True)]
    for candidate, attempt in zip(candidates, attempts, strict=True):
        candidate.sign_in().arrive(attempt).enter()
    try:
        for candidate in candidates:
            expect(candidate.page.locator(".waiting-word")).to_contain_text("加密的试卷已在本机")
    except AssertionError:
        if now() < starts_at:
            raise
        for candidate in candidates:
            candidate.leave()
        return None
    candidates[0].page.wait_for_timeout(max(0.0, (starts_at - now()).total_seconds() - 2) * 1000)
    with Lag() as lag:
        for candidate in candidates:
            candidate.page.wait_for_selector(".desk .question", timeout=60_000)

    def reported() -> Starts | None:
        candidates[0].page.wait_for_timeout(200)  # the pages' events are handled while this waits
        with hall.database.reading() as session:
            starts = reading.find_starts(session, attempts)
        return starts if starts and starts.pages == len(attempts) else None

    starts: Starts = in_time(reported)
    with hall.database.reading() as session:
        assert all(delivery_reading.get_attempt(session, attempt).state == "running" for attempt in attempts)
    for candidate in candidates:
        candidate.leave()
    return starts, lag.worst_ms


def test_three_browsers_see_the_paper_within_a_quarter_of_a_second(chromium: Browser, hall: ExamHall) -> None:
    with ExitStack() as opened:
        launch = chromium.browser_type.launch
        browsers = [opened.enter_context(launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)) for _ in range(3)]
        tries = []
        for starts_in in STARTS_IN:
            if found := start_together(hall, browsers, starts_in):
                tries.append(found)
                if found[0].spread_ms <= WITHIN_MS:
                    break
    if not tries:
        pytest.skip("this machine is too slow to let three browsers wait before the start")
    assert all(starts.sealed == 3 for starts, _ in tries)
    told = [starts.spread_ms for starts, held_up_ms in tries if starts.spread_ms <= WITHIN_MS or held_up_ms <= HELD_UP_MS]
    if not told:
        pytest.skip(f"this machine holds up who wants to run for longer than {HELD_UP_MS} ms: {tries}")
    assert min(told) <= WITHIN_MS, tries
