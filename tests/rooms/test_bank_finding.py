"""Finding items: the same answers on both databases, in the order of their last change, page by page."""

from typing import Any

import pytest

from core.actor import Actor, Role
from core.unit import Database
from itembank import queries, reviewing
from itembank.queries import ItemFilter
from tests.make.bank import AUTHOR, choice, item_id, take_in
from tests.make.clock import MovableClock

OTHER = Actor("acc_other", frozenset({Role.AUTHOR}))
DRAFTS = [
    choice("price-1", stem="信用证项下的交单期是多少天？", knowledge=["结算/信用证"], difficulty="0.2"),
    choice("price-2", stem="信用社与用证券结算的区别", knowledge=["结算"], difficulty="0.5"),
    choice("fob-100", stem="ＦＯＢ价格术语 2020，100%_保证", knowledge=["贸易/术语/FOB"], difficulty="0.8"),
    choice("port", stem="Port of loading and the exporter's risk", language="en", levels=["中级"], pool="practice"),
]


@pytest.fixture
def bank(database: Database, clock: MovableClock) -> Database:
    for draft in DRAFTS:
        with database.unit(OTHER if draft.ref == "port" else AUTHOR, clock()) as unit:
            assert not take_in(unit, [draft]).refused
        clock.move(60)
    with database.unit(AUTHOR, clock()) as unit:
        reviewing.submit(unit, item_id(unit, "price-1"))
    return database


def found(database: Database, offset: int = 0, limit: int = 50, **wanted: Any) -> list[str]:
    with database.reading() as session:
        return [item.ref for item, _ in queries.find_items(session, ItemFilter(**wanted), offset, limit)[0]]


@pytest.mark.parametrize(
    ("wanted", "refs"),
    [
        ({}, ["price-1", "port", "fob-100", "price-2"]),
        ({"text": "信用证"}, ["price-1"]),  # price-2 has both pairs, 信用 and 用证, and not the word
        ({"text": "信用"}, ["price-1", "price-2"]),
        ({"text": "证"}, ["price-1", "price-2", "fob-100"]),
        ({"text": "fob价格"}, ["fob-100"]),
        ({"text": "FOB 2020"}, ["fob-100"]),
        ({"text": "100%_"}, ["fob-100"]),
        ({"text": "%_%"}, []),
        ({"text": "load export"}, ["port"]),
        ({"text": "oading"}, []),
        ({"text": "price"}, ["price-1", "price-2"]),
        ({"text": "PRICE-2"}, ["price-2"]),
        ({"text": "'; drop & | ! :*"}, []),
        ({"knowledge": "结算"}, ["price-1", "price-2"]),
        ({"knowledge": "贸易/术语"}, ["fob-100"]),
        ({"knowledge": "贸"}, []),
        ({"author": OTHER.account}, ["port"]),
        ({"level": "中级", "pool": "practice", "language": "en", "kind": "single"}, ["port"]),
        ({"state": "review"}, ["price-1"]),
        ({"difficulty": "easy"}, ["price-1"]),
        ({"difficulty": "hard", "text": "术语"}, ["fob-100"]),
        ({"difficulty": "nonsense"}, []),
    ],
)
def test_both_databases_find_the_same(bank: Database, wanted: dict[str, str], refs: list[str]) -> None:
    assert sorted(found(bank, **wanted)) == sorted(refs)
    with bank.reading() as session:
        taken_out = [source["ref"] for source in queries.sources(session, ItemFilter(**wanted))]
    assert taken_out == sorted(refs), "what is found is what is exported"


def test_the_last_change_comes_first_on_every_page(bank: Database) -> None:
    everything = ["price-1", "port", "fob-100", "price-2"]
    assert found(bank) == everything
    assert [found(bank, offset=n, limit=1) for n in range(5)] == [[ref] for ref in everything] + [[]]
    assert [found(bank, offset=n, limit=1, text="q option ｐ") for n in range(2)] == [[], []]
    assert [found(bank, offset=n, limit=1, text="of-loading") for n in range(2)] == [[], []]


def test_an_item_is_found_by_its_newest_version_alone(bank: Database, clock: MovableClock) -> None:
    with bank.unit(AUTHOR, clock()) as unit:
        take_in(unit, [choice("price-1", stem="托收的当事人", knowledge=["结算/托收"])])
    assert found(bank, text="信用证") == []
    assert found(bank, text="托收") == found(bank, knowledge="结算/托收") == ["price-1"]
    assert found(bank, state="review") == []


def test_what_is_tagged_can_be_chosen_from(bank: Database) -> None:
    with bank.reading() as session:
        assert queries.facet_values(session, "knowledge") == sorted(["结算", "结算/信用证", "贸易/术语/FOB"])
        assert queries.facet_values(session, "level") == ["中级"]
        assert queries.facet_values(session, "nothing") == []
