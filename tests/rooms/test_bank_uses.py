"""What each use of an item showed stands beside it: noted whole, as often as marks change, for the version that was sat."""

from dataclasses import replace

from core.unit import Database
from itembank import queries, uses
from itembank.uses import Use
from tests.make.bank import AUTHOR, OFFICE, choice, stock, take_in
from tests.make.clock import MovableClock


def test_figures_stand_beside_the_version_that_was_sat(database: Database, clock: MovableClock) -> None:
    item = stock(database, [choice("q")], clock())["q"]
    with database.reading() as session:
        first = queries.get_item(session, item).version
    spring = Use(first, 0, "pap_spring", "春季 综合", clock(), 120, 0.75, 0.31, 0.02)
    with database.unit(OFFICE, clock()) as unit:
        assert uses.note_figures(unit, [spring]) == 1
    with database.unit(AUTHOR, clock()) as unit:
        take_in(unit, [choice("q", stem="changed")])
        second = queries.get_item(unit.session, item).version
    clock.move(86_400)
    autumn = Use(second, 0, "pap_autumn", "秋季 综合", clock(), 80, 0.5, None, 0.0)
    with database.unit(OFFICE, clock()) as unit:
        uses.note_figures(unit, [autumn])
        corrected = replace(spring, n=119, discrimination=0.29)
        uses.note_figures(unit, [corrected])
        assert uses.uses_of(unit.session, item) == [(2, autumn), (1, corrected)]
        assert uses.uses_of_versions(unit.session, [first]) == [corrected]


def test_a_paper_is_noted_whole(database: Database, clock: MovableClock) -> None:
    items = stock(database, [choice("q"), choice("r")], clock())
    with database.unit(OFFICE, clock()) as unit:
        figures = [
            Use(queries.get_item(unit.session, item).version, 0, "pap_1", "卷", clock(), 10, 0.5, 0.2, 0.0) for item in items.values()
        ]
        uses.note_figures(unit, figures)
        uses.note_figures(unit, figures[:1])
        assert len(uses.uses_of(unit.session, items["q"])) == 1
        assert uses.uses_of(unit.session, items["r"]) == []
