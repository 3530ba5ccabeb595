"""Outlines: a tree whose weights add up, kept by the office, and how the bank stands against it."""

from decimal import Decimal
from typing import Any

import pytest

from core.actor import Role
from core.errors import ExamError
from itembank import knowledge
from itembank.knowledge import Point
from tests.make.bank import AUTHOR, choice, stock, take_in
from tests.make.house import House
from web import demo

POINTS: list[dict[str, Any]] = [
    {"path": "贸易", "importance": "X", "weight": "60"},
    {"path": "贸易/术语", "importance": "X", "weight": "40"},
    {"path": "贸易/合同", "importance": "Z", "weight": "20"},
    {"path": "结算", "weight": "40"},
    {"path": "结算/信用证"},
]


def points(*changed: tuple[int, dict[str, Any]]) -> list[Point]:
    told = [dict(point) for point in POINTS]
    for n, change in changed:
        told[n] |= change
    return [Point.model_validate(point) for point in told]


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ((3, {"weight": "39"}), "100 %: 99 ≠ 100"),
        ((2, {"weight": "21"}), "贸易: 61 ≠ 60"),
        ((2, {"weight": None}), "贸易: 40 ≠ 60"),
        ((4, {"path": "支付/信用证"}), "支付/信用证: 支付?"),
        ((2, {"path": "贸易/术语"}), "贸易/术语 × 2"),
    ],
)
def test_an_outline_that_does_not_add_up_is_refused(changed: tuple[int, dict[str, Any]], where: str) -> None:
    knowledge.check(points())
    with pytest.raises(ExamError) as caught:
        knowledge.check(points(changed))
    assert caught.value.as_dict()["fields"]["detail"] == where


def test_the_bank_stands_against_its_outline(house: House) -> None:
    tags = {"programmes": ["cbec"], "levels": ["初级"]}
    drafts = [
        choice("a", knowledge=["贸易/术语", "贸易/合同"], **tags),
        choice("b", knowledge=["贸易/术语"], **tags),
        choice("c", knowledge=["结算"], **tags),
        choice("other", knowledge=["结算"], programmes=["b2b"], levels=["初级"]),
        choice("drill", knowledge=["结算"], pool="practice", **tags),
    ]
    stock(house.database, drafts, house.clock())
    with house.unit(AUTHOR) as unit:
        take_in(unit, [choice("draft", knowledge=["结算/信用证"], **tags)])
        knowledge.keep(unit, "cbec", "初级", points())
    with house.database.reading() as session:
        rows = knowledge.standings(session, "cbec", "初级")
        assert [(row.point.path, row.in_use, row.waiting) for row in rows] == [
            ("贸易", 2, 0),
            ("贸易/术语", 2, 0),
            ("贸易/合同", 1, 0),
            ("结算", 1, 1),
            ("结算/信用证", 0, 1),
        ]
        assert (rows[0].share, rows[3].share) == (Decimal("66.7"), Decimal("33.3"))
        assert [row.point for row in rows] == points()
        assert knowledge.outlines(session) == [("cbec", "初级")]


def test_the_office_keeps_outlines_and_authors_read_them(house: House) -> None:
    house.account("author", Role.AUTHOR)
    house.account("office", Role.OFFICE)
    author, office = house.browser("author"), house.browser("office")
    body = {"programme": "cbec", "level": "初级", "points": POINTS}
    assert author.put("/api/v1/bank/knowledge", json=body).status_code == 403
    assert office.put("/api/v1/bank/knowledge", json=body).get_json() == {"points": 5}
    assert office.put("/api/v1/bank/knowledge", json=body | {"points": POINTS[:3]}).get_json()["error"]["code"] == "itembank.outline_wrong"
    page = author.get("/bank/knowledge").text
    assert "信用证" in page
    told = author.get("/api/v1/bank/knowledge", query_string={"programme": "cbec", "level": "初级"}).get_json()
    assert [point["weight"] for point in told["points"]] == ["60", "40", "20", "40", None]


def test_the_demo_has_sound_outlines_for_both_programmes(house: House) -> None:
    with house.database.reading() as session:
        assert knowledge.outlines(session) == []
    for _ in range(2):
        demo.keep_outlines(house.database, AUTHOR, house.clock())
    with house.database.reading() as session:
        assert {programme for programme, _ in knowledge.outlines(session)} == {"cbec", "b2b"}
        assert len(knowledge.outline(session, "cbec", "初级")) > 20
