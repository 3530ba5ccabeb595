"""Fixtures of page tests: a hall with a real server, and a real Chromium."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.make.exam_page import Candidate, ExamHall

expect.set_options(timeout=45_000)  # ms: a busy machine is slow, and not wrong

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]

Seat = Callable[..., Candidate]


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
