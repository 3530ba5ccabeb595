"""Fixtures of page tests: a hall with a real server, and a real Chromium."""

import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.make.exam_page import Candidate, ExamHall

expect.set_options(timeout=45_000)  # ms: a busy machine is slow, and not wrong

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]

QUIET = 1.0  # seconds that a quiet machine may need to open a browser window and the first page in it

Seat = Callable[..., Candidate]
Stretch = Callable[[float], float]


def slowness(browser: Browser, hall: ExamHall) -> float:
    """Return how many times slower than a quiet machine this one is just now, at least 1."""
    began = time.monotonic()
    with browser.new_context() as context:
        context.new_page().goto(f"{hall.server.url}/signin", timeout=120_000)
    return max(1.0, (time.monotonic() - began) / QUIET)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Yield a real Chromium; one at a time, for playwright cannot be started twice."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is not installed: install the package chromium, or run `make test` as root")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExamHall]:
    """Yield a hall with a real server."""
    hall = ExamHall(tmp_path_factory.mktemp("hall"))
    yield hall
    hall.close()


@pytest.fixture
def seat(chromium: Browser, hall: ExamHall) -> Iterator[Seat]:
    """Return a function that seats a candidate at a browser; at the end nothing may have gone wrong in any."""
    seated: list[Candidate] = []

    def take(login: str, size: str = "hall", **context: Any) -> Candidate:
        seated.append(Candidate(chromium, hall, login, size, **context))
        return seated[-1]

    yield take
    for candidate in seated:
        candidate.leave()


@pytest.fixture
def stretch(chromium: Browser, hall: ExamHall) -> Stretch:
    """Return a function that makes seconds in which a page must be open longer by how slow this machine is just now."""
    times = slowness(chromium, hall)
    return lambda seconds: seconds * times
