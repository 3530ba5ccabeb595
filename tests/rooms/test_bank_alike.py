"""Near-duplicates are told when items come in: within the import, in the bank, and in the practice pool; and only those."""

from core.unit import Database
from itembank import duplicates, reviewing
from itembank.exchange.intake import import_batches
from itembank.exchange.report import Place, Read
from tests.make.bank import AUTHOR, OFFICE, choice, item_id, stock, take_in
from tests.make.clock import MovableClock

LONG = "根据国际贸易术语解释通则，卖方在装运港将货物交至买方指定的船上即完成交货，货物灭失的风险自此转移，该术语是"
CHANGED = "根据国际贸易术语解释通则，卖方在装运港把货物交至买方指定的船上即完成交货，货物灭失的风险自此转移。该术语为"
OPTIONS = [
    {"id": letter, "html": name} for letter, name in zip("ABCD", ("FOB 船上交货", "CIF 成本加保险费加运费", "EXW", "DDP"), strict=True)
]


def question(ref: str, stem: str, **over: object):  # type: ignore[no-untyped-def]
    draft = choice(ref, **{"stem": stem, **over})
    return draft.model_validate(draft.model_dump() | {"options": OPTIONS})


def told(report) -> set[tuple[str, str]]:  # type: ignore[no-untyped-def]
    alike = [warning for warning in report.warnings if warning.error.kind.code == "itembank.alike"]
    return {(warning.ref, warning.error.as_dict()["fields"]["other"]) for warning in alike}


def test_what_is_nearly_the_same_is_told_and_nothing_else(database: Database, clock: MovableClock) -> None:
    stock(database, [question("old", LONG), question("drill", LONG, pool="practice"), question("other", "哪一单证是物权凭证？")], clock())
    with database.unit(AUTHOR, clock()) as unit:
        report = take_in(unit, [question("new", CHANGED), question("twin", CHANGED), question("far", "关税的计税依据是？")], dry_run=True)
        assert told(report) == {(a, b) for a, b in (("new", "twin"), ("twin", "new"))} | {
            (ref, other) for ref in ("new", "twin") for other in ("old", "drill")
        }
        assert told(take_in(unit, [question("old", CHANGED)])) == {("old", "drill")}, "a new version is like its own item, of course"
        assert told(take_in(unit, [question("other", "哪一单证是物权凭证？")])) == set(), "nothing changed"


def test_a_twin_in_the_same_file_is_not_said_to_be_in_the_bank(database: Database, clock: MovableClock) -> None:
    with database.unit(AUTHOR, clock()) as unit:
        told = take_in(unit, [question("one", LONG), question("two", CHANGED)]).warnings[0].error
        assert "本次导入中的 two" in told.text("zh")
        assert "two of this import" in told.text("en")


def test_enemies_that_nobody_knows_are_told(database: Database, clock: MovableClock) -> None:
    stock(database, [choice("held")], clock())
    drafts = [choice("a", enemies=["b", "held", "gone", "lost"]), choice("b", enemies=["a"])]
    for dry_run in (True, False):
        report = import_batches(database, AUTHOR, clock(), [Read(one, Place(row=2)) for one in drafts], dry_run=dry_run)
        (told,) = report.warnings
        assert (told.ref, told.error.kind.code, told.error.fields["enemies"]) == ("a", "itembank.enemy_unknown", "gone, lost")
    with database.unit(AUTHOR, clock()) as unit:
        assert [one.ref for one in take_in(unit, drafts).warnings] == ["a"]


def test_the_page_of_an_item_names_its_likes_but_not_retired_ones(database: Database, clock: MovableClock) -> None:
    ids = stock(
        database, [question("old", LONG), question("drill", LONG, pool="practice"), question("other", "哪一单证是物权凭证？")], clock()
    )
    with database.unit(OFFICE, clock()) as unit:
        (like,) = duplicates.like_item(unit.session, ids["old"])
        assert (like.ref, like.item, like.pool, like.share) == ("drill", item_id(unit, "drill"), "practice", 1.0)
        reviewing.retire(unit, ids["drill"], "old")
        assert duplicates.like_item(unit.session, ids["old"]) == []
        assert duplicates.like_item(unit.session, ids["other"]) == []
