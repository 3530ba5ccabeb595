"""How a common start went: what the pages report is kept and shown to the office."""

from typing import Any

from core.actor import Role
from delivery.gates import SignalIn
from proctor import reading, signals
from tests.make import sitting
from tests.make.house import House


def report(house: House, attempt: str, **detail: Any) -> None:
    with house.unit() as unit:
        signals.record(unit, attempt, [SignalIn("first_item", house.clock(), detail)])


def test_the_first_report_of_each_page_counts_and_nonsense_does_not(house: House) -> None:
    made = sitting.plan(house)
    attempts = [made.attempt(made.enrol(f"c{n}")) for n in range(4)]
    with house.database.reading() as session:
        assert reading.find_starts(session, attempts) is None
    for attempt, ms in zip(attempts, (120, 260.4, 180), strict=False):
        report(house, attempt, ms=ms, sealed=ms != 180)
    report(house, attempts[0], ms=90_000, sealed=False)  # opened once more, later
    report(house, attempts[3], ms="soon")
    with house.database.reading() as session:
        assert reading.find_starts(session, attempts) == reading.Starts(pages=3, sealed=2, median_ms=180, slowest_ms=260, spread_ms=140)
    house.account("office", Role.OFFICE)
    told = house.browser("office").get(f"/api/v1/sittings/{made.id}/progress").get_json()
    assert told["papers"][0]["start"] == {"pages": 3, "sealed": 2, "median_ms": 180, "slowest_ms": 260, "spread_ms": 140}
