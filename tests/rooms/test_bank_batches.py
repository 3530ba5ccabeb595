"""An import goes in by batches: it tells the same as in one piece, holds one batch at a time, and what breaks off leaves whole batches."""

import gc
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from core.unit import Database
from itembank import errors
from itembank.exchange import intake, report
from itembank.exchange.draft import Draft
from itembank.exchange.intake import import_batches, import_drafts
from itembank.exchange.report import Place, Read, Reading, Remark
from itembank.tables import ItemRow, ItemVersionRow, KeyRow
from tests.make.bank import AUTHOR, choice
from tests.make.clock import MovableClock

STEM = "根据国际贸易术语解释通则，卖方在装运港将货物交至买方指定的船上即完成交货，货物灭失的风险自此转移"


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "BATCH", 3)


def readings(count: int, breaks_at: int | None = None) -> Iterator[Reading]:
    """Yield items that are alike in pairs far apart; each fifth reference stands twice."""
    for n in range(count):
        if n == breaks_at:
            raise OSError("the disk is gone")
        ref = "twice" if n % 5 == 4 else f"q{n}"
        yield Read(choice(ref, stem=f"{STEM}，第{'甲乙丙丁戊己庚'[n % 7] * 12}？"), Place(row=n + 2))


def counts(database: Database) -> list[int]:
    with database.reading() as session:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in (ItemRow, ItemVersionRow, KeyRow)]


def test_batches_tell_what_one_piece_tells_and_so_does_a_dry_run(database: Database, clock: MovableClock) -> None:
    with database.unit(AUTHOR, clock()) as unit:
        whole = import_drafts(unit, readings(14), dry_run=True)
    dry = import_batches(database, AUTHOR, clock(), readings(14), dry_run=True)
    assert counts(database) == [0, 0, 0]
    done = import_batches(database, AUTHOR, clock(), readings(14))
    assert whole.as_dict() == dry.as_dict() == done.as_dict()
    assert counts(database) == [13, 13, 13]
    alike = {(remark.ref, remark.error.fields["other"]) for remark in done.warnings}
    assert {("q0", "q7"), ("q7", "q0")} <= alike, "told both ways, across batches"
    assert [remark.error.kind.code for remark in done.refused] == ["itembank.ref_twice"]


def test_what_breaks_off_leaves_whole_batches_and_goes_on_the_next_time(database: Database, clock: MovableClock) -> None:
    with pytest.raises(OSError, match="disk"):
        import_batches(database, AUTHOR, clock(), readings(14, breaks_at=8))
    assert counts(database) == [6, 6, 6]
    again = import_batches(database, AUTHOR, clock.move(1), readings(14))
    assert [entry.status for entry in again.items] == ["unchanged"] * 6 + ["new"] * 7
    assert counts(database) == [13, 13, 13]


def test_no_more_than_a_batch_is_read_before_it_is_written(database: Database, clock: MovableClock) -> None:
    ahead = []

    def watched() -> Iterator[Reading]:
        for n, reading in enumerate(readings(12)):
            ahead.append(n - counts(database)[0])
            yield reading

    import_batches(database, AUTHOR, clock(), watched())
    assert max(ahead) <= intake.BATCH


def test_items_of_files_of_their_own_do_not_wait_in_memory(database: Database, clock: MovableClock) -> None:
    """Whether an identifier is shared is known behind the last file; until then the drafts are not held."""
    before, alive = drafts_alive(), []

    def files() -> Iterator[Reading]:
        for n in range(12):
            alive.append(drafts_alive() - before)
            yield Read(choice("twice" if n in {2, 9} else f"q{n}", stem=f"{n}?"), Place(file=f"{n}.xml"))

    done = import_batches(database, AUTHOR, clock(), files())
    assert max(alive) <= 2
    assert [entry.ref[:6] for entry in done.items][:3] == ["q0", "q1", "twice~"]
    assert len({entry.ref for entry in done.items}) == 12


def drafts_alive() -> int:
    gc.collect()
    return sum(isinstance(found, Draft) for found in gc.get_objects())


def test_a_report_keeps_so_many_remarks_and_counts_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "MOST", 3)
    told = report.Report()
    remarks = [Remark(f"q{n}", errors.FILE_EMPTY(), Place(row=n)) for n in range(5)]
    told.refuse(remarks[:2])
    told.refuse(remarks[2:])
    told.warn(remarks[:1])
    assert [remark.ref for remark in told.refused] == ["q0", "q1", "q2"]
    assert told.as_dict()["untold"] == {"refused": 2, "warnings": 0}
    assert told.as_dict(most=1)["untold"] == {"refused": 4, "warnings": 0}
