"""Ticks: the server's signed time, and what it bears out."""

from datetime import UTC, datetime, timedelta

import pytest

from delivery.ticks import AGREEMENT, Ticker

NOW = datetime(2026, 5, 23, 3, 0, 0, 500_000, tzinfo=UTC)
TICKER = Ticker(b"k" * 32)
TICK = TICKER.give("att_1", NOW)


@pytest.mark.parametrize("since_ms", [0, 1500, 3_600_000])
def test_a_tick_bears_out_what_was_typed_so_long_after_it(since_ms: int) -> None:
    typed_at = NOW + timedelta(milliseconds=since_ms)
    for off in (timedelta(), AGREEMENT, -AGREEMENT):
        assert TICKER.bears_out("att_1", TICK, since_ms, typed_at + off)
    for off in (AGREEMENT * 1.01, -AGREEMENT * 1.01, timedelta(days=-400)):
        assert not TICKER.bears_out("att_1", TICK, since_ms, typed_at + off)


@pytest.mark.parametrize(
    "tick",
    [
        "",
        ".",
        "1.x",
        "\ud800.x",
        "١.x",
        TICK[:-1],
        TICK + "=",
        TICK.replace(".", ""),
        f"{int(TICK.split('.')[0]) - 1}.{TICK.split('.')[1]}",
    ],
)
def test_what_the_server_did_not_give_bears_out_nothing(tick: str) -> None:
    assert not TICKER.bears_out("att_1", tick, 0, NOW)


def test_a_tick_is_good_for_its_own_attempt_and_deployment_alone() -> None:
    assert not TICKER.bears_out("att_2", TICK, 0, NOW)
    assert not Ticker(b"l" * 32).bears_out("att_1", TICK, 0, NOW)
