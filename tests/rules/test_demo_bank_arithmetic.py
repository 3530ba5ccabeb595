"""The figures of the demo bank are right: each is worked out again here, from the numbers in the question."""

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest

from itembank.exchange.draft import Draft
from tests.make.demo_bank import case_sets, demo_bank

BY_REF = {draft.ref: draft for draft in demo_bank()}
CHOICES: dict[str, tuple[float, ...]] = {
    "cbec-ops-0003": (400 / 12500 * 100, 14000 / 400),
    "cbec-ops-0004": (40 * 35 + 40 * 10,),
    "cbec-ops-0005": ((9 + 6 - 3) / 2400 * 100,),
    "cbec-ops-0011": ((1.2 * 0.9 * 1.05 - 1) * 100,),
    "cbec-ops-0103": (365 / (480000 / 80000),),
    "cbec-market-0003": ((60 + 40 + 5) / (1 - 0.15 - 0.20) / 7,),
    "cbec-market-0006": (40**2 + 30**2 + 20**2 + 10**2,),
    "cbec-market-0011": (12000 / (25 - 17),),
    "cbec-market-0103": (((144 / 100) ** 0.5 - 1) * 100,),
    "cbec-logistics-0001": (max(50 * 40 * 30 / 5000, 8),),
    "cbec-logistics-0002": (90 + (2.5 - 0.5) / 0.5 * 20,),
    "cbec-logistics-0006": (20, min(max(0.6 * 0.5 * 0.4 * 200, 200 * 15 / 1000) * 70, 1250, 2100)),
    "cbec-logistics-0011": (0.01 * 0.8 * 45,),
    "cbec-promo-0001": (3600 / 800, 800 / 3600 * 100),
    "cbec-promo-0002": (50000 * 0.02 * 0.6 / (50000 * 0.02 * 0.05),),
    "cbec-promo-0003": (1 / 0.25,),
    "cbec-promo-0006": (2160 / (10000 - 400) * 100,),
    "cbec-promo-0101": (240 / 16000 * 100,),
    "cbec-pay-0001": (5000 * (1 - 0.005) * 7.18,),
    "cbec-pay-0005": (100000 * (7.10 - 6.95),),
    "cbec-pay-0102": (80 - 80 * 0.029 - 0.30,),
    "cbec-customs-0004": (1000 * 0.13 * 0.7,),
    "cbec-customs-0005": (100000 * 0.1 + (100000 + 100000 * 0.1) * 0.13,),
    "cbec-customs-0006": (113000 / 1.13 * 0.09,),
    "cbec-customs-0102": (60 / 1.2 * 0.2,),
    "cbec-service-0002": (55 - 20,),
    "b2b-platform-0002": (120 * 4.5,),
    "b2b-platform-0005": (300 * 6 / 24,),
    "b2b-inquiry-0004": (100 / (1 - 0.05),),
    "b2b-inquiry-0007": (2000 / (1 - 1.1 * 0.008),),
    "b2b-inquiry-0008": (50 * (1 - 0.03 - 1.1 * 0.005) - 3.2,),
    "b2b-inquiry-0009": ((113000 + 5000 - 13000) / 15000,),
    "b2b-inquiry-0010": (3400 / (68 / 0.068 * 24),),
    "b2b-inquiry-0011": ((10 * 7.1 - 60 - 3.5) / (10 * 7.1) * 100,),
    "b2b-inquiry-0102": (2400 * 3.75 * 0.98,),
    "b2b-inquiry-0104": ((20 + 2) / (1 - 0.05 - 1.1 * 0.01),),
    "b2b-settlement-0010": (1000 * 0.95, 1000 * 1.05),
    "b2b-docs-0007": (48000 * 1.1,),
    "b2b-docs-0103": ((18.5 - 16) * 120,),
    "b2b-docs-0107": (max(3.2, 4.1) * 55,),
    "b2b-dev-0003": ((150 * 0.2 - 20) / 20 * 100,),
    "b2b-risk-0007": (5000 * 1.05 * 8,),
    "b2b-risk-0103": (100000 * 0.9,),
    "cbec-ops-0601": (450 / 1000 * 100,),
    "cbec-market-0501": ((18 * 130 / (20 * 100) - 1) * 100,),
    "cbec-market-0601": ((30 - 9 - 6 - 30 * 0.15 - 3) / 30 * 100,),
    "cbec-logistics-0501": (max(2.4e6 / 6000, 350),),
    "cbec-logistics-0502": (0.08 * 12,),
    "cbec-logistics-0601": (max(60 * 40 * 40 / 6000, 14),),
    "cbec-promo-0501": (40 * 0.3 * 3 / 12, 1),
    "cbec-promo-0502": (150 / 60000 * 1000,),
    "cbec-promo-0601": (30,),
    "cbec-customs-0502": (119 / 1.19,),
    "b2b-docs-0501": (0.5 * 0.4 * 0.3 * 500,),
    "b2b-inquiry-0502": (1000 * (1 - 1.1 * 0.006),),
    "b2b-inquiry-0503": ((20000 * 7 - 126000) / 126000 * 100,),
    "b2b-inquiry-0601": (2000 * (1 - 0.03),),
    "b2b-settlement-0505": (50000 * 1.1,),
    "b2b-settlement-0601": (3200 * 12.5 * 0.3,),
}
PARTS: dict[tuple[str, int], float] = {
    ("cbec-case-0001", 1): 29.75 / 1.19,
    ("cbec-case-0001", 2): 29.75 / 1.19 - (62.4 / 7.8 + 7.8 / 7.8 + 0.6 + 4.5 + 0.9) - 29.75 * 0.15,
    ("cbec-case-0002", 0): max(60 * 20 * 20 / 6000, 3.6),
    ("cbec-case-0002", 1): 0.6 * 0.2 * 0.2 * (1800 + 2.5 * 60) + 8 + 62,
    ("cbec-case-0003", 0): (320 + 900 + 180 + 64) / (1000 + 900 + 0 + 1600) * 100,
    ("cbec-case-0003", 1): (25 - 6 - 5.25 - 25 * 0.15) / 25 * 100,
    ("b2b-case-0001", 1): max(2000 / 20 * 0.5 * 0.4 * 0.45, 2000 / 20 * 16 / 1000) * 60,
    ("b2b-case-0001", 2): (2000 * 8 + 540) / (1 - 1.1 * 0.004) / 2000,
    ("b2b-case-0002", 1): (9000 + 4500 + 1500) / 12,
    ("b2b-case-0003", 2): 1200 * 25 / (1 - 1.1 * 0.005),
    ("b2b-case-0003", 3): 1200 * 25 / (1 - 1.1 * 0.005) * 1.1 * 100 / 1200,
    ("b2b-case-0004", 1): 84000 * 1.1,
    ("b2b-case-0005", 0): (11.30 - 11.30 / 1.13 * 0.13 + 0.71) / (1 - 0.1) / 7,
    ("b2b-case-0005", 1): (1.70 + 1728 / 21600) / (1 - 0.03 - 1.1 * 0.005),
    ("b2b-case-0006", 0): min(100000 * 0.7 + 120000 * 0.7, 150000) * 0.9,
}


def _numbers(text: str) -> list[Decimal]:
    return [Decimal(number.replace(",", "")) for number in re.findall(r"\d[\d,]*(?:\.\d+)?", text)]


def _says(text: str, values: tuple[float, ...]) -> bool:
    """Say whether the text gives exactly these values, each rounded half up to the decimals that it is written with."""
    written = _numbers(text)
    rounded = [Decimal(f"{v:.9f}").quantize(w, ROUND_HALF_UP) for v, w in zip(values, written, strict=False)]
    return len(written) == len(values) and rounded == written


@pytest.mark.parametrize("ref", CHOICES)
def test_the_key_of_a_calculation_is_the_only_right_figure(ref: str) -> None:
    draft = BY_REF[ref]
    fitting = [option.id for option in draft.options if _says(option.html, CHOICES[ref])]
    assert fitting == draft.key.correct


@pytest.mark.parametrize(("ref", "place"), PARTS)
def test_the_number_of_a_case_is_right_within_its_tolerance(ref: str, place: int) -> None:
    key = BY_REF[ref].parts[place].key
    right, value = Decimal(key.correct[0]), Decimal(f"{PARTS[ref, place]:.9f}")
    assert key.tolerance is not None
    assert value.quantize(right, ROUND_HALF_UP) == right
    assert abs(value - right) <= key.tolerance


def test_every_number_of_a_case_is_worked_out_here() -> None:
    asked = {(case.ref, place) for case in case_sets() for place, part in enumerate(case.parts) if part.kind == "numeric"}
    assert asked == set(PARTS)


def _right(draft: Draft) -> str:
    return next(option.html for option in draft.options if option.id == draft.key.correct[0])


def test_the_dates_of_letters_of_credit_are_right() -> None:
    year = 2025  # any year: no period here goes through February
    after_bill = date(year, 5, 10) + timedelta(days=30)
    assert _right(BY_REF["b2b-settlement-0109"]) == f"{after_bill.day} June"
    presented = min(date(year, 6, 12) + timedelta(days=10), date(year, 6, 30))
    assert _right(BY_REF["b2b-settlement-0110"]) == f"{presented.day} June"
    about = [date(year, 6, 10) + timedelta(days=days) for days in (-5, 5)]
    assert _right(BY_REF["b2b-settlement-0008"]) == f"6 月 {about[0].day} 日至 {about[1].day} 日"
    case = {option.id: option.html for option in BY_REF["b2b-case-0004"].parts[2].options}
    last = min(date(year, 5, 22) + timedelta(days=15), date(year, 6, 15))
    assert case[BY_REF["b2b-case-0004"].parts[2].key.correct[0]] == f"6 月 {last.day} 日"
    loss = {option.id: option.html for option in BY_REF["b2b-case-0006"].parts[1].options}
    notice = date(year, 4, 10) + timedelta(days=30)
    assert loss[BY_REF["b2b-case-0006"].parts[1].key.correct[0]] == f"{notice.month} 月 {notice.day} 日"


def test_the_figures_of_choices_in_cases_are_right() -> None:
    saved = 800 * (4.0 * 52 + 20 - 116.80) - 200 * 150
    stock = BY_REF["cbec-case-0002"].parts[2]
    assert [option.id for option in stock.options if _says(option.html, (saved,))] == stock.key.correct
    revenue = (1.78 * (1 - 0.03 - 1.1 * 0.005) - 1728 / 21600) * 7
    counter = BY_REF["b2b-case-0005"].parts[2]
    assert [o.id for o in counter.options if _says(o.html, ((revenue - 10.71) / revenue * 100,))] == counter.key.correct
