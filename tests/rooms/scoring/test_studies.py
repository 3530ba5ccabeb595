"""Comparisons as they are asked for: made once, found again, by groups that the house or a table knows."""

from io import BytesIO

import pytest
import xlsxwriter
from sqlalchemy import select

from core.actor import Actor
from core.errors import ExamError
from core.tables import AuditRow
from core.unit import Database
from itembank.exchange.plain_table import read_rows
from scoring.asked import LEASE, MAX_TRIES
from scoring.studies import asking, groups, jobs
from scoring.studies.asking import Contrast, Study
from scoring.studies.linking import Wish
from tests.make.analysed import PAPER, QUESTIONS, answer_sheets, form_of_choices, sit_all
from tests.make.clock import MovableClock

OFFICE = Actor("acc_office")
BY_SITE = Contrast("site", "南")


def groups_of(_session: object, _paper: str) -> dict[str, dict[str, str]]:
    return {"site": {f"acc_{n:03}": "南北"[n % 2] for n in range(80)}, "sex": {"acc_000": "male"}}


@pytest.fixture
def attempts(database: Database, clock: MovableClock) -> list[str]:
    return sit_all(database, clock, form_of_choices(database, clock), answer_sheets(4))


def ask(database: Database, clock: MovableClock, contrast: Contrast = BY_SITE, given: groups.Groups | None = None) -> str:
    with database.unit(OFFICE, clock()) as unit:
        known = groups.known(unit.session, PAPER, groups_of)
        assert set(known) == {"site"}  # one man alone divides nobody
        return asking.ask_dif(unit, PAPER, contrast, known["site"] if given is None else given)


def find(database: Database, study: str) -> Study:
    with database.reading() as session:
        return asking.find(session, study)


def test_a_comparison_is_made_once_and_found_again(database: Database, clock: MovableClock, attempts: list[str]) -> None:
    study = ask(database, clock)
    assert find(database, study).state == "asked"
    assert [jobs.make_asked(groups_of, database, clock()) for _ in range(2)] == [1, 0]
    made = find(database, study)
    assert (made.state, made.current, made.question) == ("made", True, {"by": "site", "focal": "南", "reference": None})
    assert made.figures
    assert made.figures["persons"] == {"reference": 2, "focal": 2}
    assert (made.figures["matched"], made.figures["why"]) == (QUESTIONS, "dif_few")
    with database.reading() as session:
        assert [one.id for one in asking.studies_of(session, PAPER)] == [study]
        (entry,) = session.scalars(select(AuditRow).where(AuditRow.act == "scoring.study.asked")).all()
    assert entry.subject == f"paper/{PAPER}"


def test_groups_of_a_table_are_kept_with_the_comparison(database: Database, clock: MovableClock, attempts: list[str]) -> None:
    memory = BytesIO()
    with xlsxwriter.Workbook(memory) as book:
        sheet = book.add_worksheet()
        for r, row in enumerate([["who", "年级"], *([a, 1 + n % 2] for n, a in enumerate(attempts)), ["acc_nobody", 2], [attempts[0], ""]]):
            sheet.write_row(r, 0, row)
    with database.reading() as session:
        given = groups.read(session, PAPER, read_rows(memory.getvalue()))
    assert (groups.sizes(given.groups), given.unknown) == ([("1", 2), ("2", 2)], ["acc_nobody"])
    study = ask(database, clock, Contrast(groups.FILE, "1", "2"), given.groups)
    jobs.make_asked(lambda *_: {}, database, clock())
    made = find(database, study)
    assert made.figures
    assert made.figures["persons"] == {"reference": 2, "focal": 2}
    assert "groups" not in made.question


@pytest.mark.parametrize(
    "rows", [[], [["a", "b"]], [["a"], ["b"]], [["a", "g"], ["acc_000", "1"], ["acc_001", "1"]], [["a", "g"], ["x", "1"]]]
)
def test_a_table_that_divides_nobody_is_refused(
    database: Database, clock: MovableClock, attempts: list[str], rows: list[list[str]]
) -> None:
    with pytest.raises(ExamError) as refused, database.reading() as session:
        groups.read(session, PAPER, rows)
    assert refused.value.kind.code == "scoring.groups_unreadable"


@pytest.mark.parametrize("contrast", [Contrast("site", "东"), Contrast("site", "南", "东"), Contrast("site", "南", "南")])
def test_an_unknown_group_is_refused(database: Database, clock: MovableClock, attempts: list[str], contrast: Contrast) -> None:
    with pytest.raises(ExamError) as refused:
        ask(database, clock, contrast)
    assert refused.value.kind.code == "scoring.group_unknown"


def test_equating_needs_two_papers_that_were_sat(database: Database, clock: MovableClock, attempts: list[str]) -> None:
    for other, code in ((PAPER, "scoring.same_paper"), ("pap_none", "core.not_found")):
        with pytest.raises(ExamError) as refused, database.unit(OFFICE, clock()) as unit:
            asking.ask_equating(unit, PAPER, other, Wish("anchor"))
        assert refused.value.kind.code == code


def test_one_whose_maker_died_is_taken_up_again_and_given_up_at_last(
    database: Database, clock: MovableClock, attempts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    study = ask(database, clock)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(jobs, "gather", die)
    for _ in range(MAX_TRIES):
        with pytest.raises(KeyboardInterrupt):
            jobs.make_asked(groups_of, database, clock())
        assert jobs.make_asked(groups_of, database, clock()) == 0  # leased: nobody else takes it
        clock.move(LEASE.total_seconds() + 1)
    assert jobs.make_asked(groups_of, database, clock()) == 1
    assert find(database, study).state == "failed"
