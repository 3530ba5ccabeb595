"""While somebody waits for work done aside, everybody else goes on."""

import threading

import gevent
import pytest

from core.aside import aside


def test_the_loop_goes_on_while_a_function_runs_aside() -> None:
    told, asked = threading.Event(), threading.Event()  # native: nothing here is patched

    def busy() -> bool:
        asked.set()
        return told.wait(30)  # ends only when the loop says so

    def elsewhere() -> None:
        while not asked.is_set():
            gevent.sleep(0.001)
        told.set()

    other = gevent.spawn(elsewhere)
    assert aside(busy)
    other.join(1)


def test_what_is_raised_aside_is_raised_here(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="no number"):
        aside(int, "no number")
    assert capfd.readouterr().err == ""
