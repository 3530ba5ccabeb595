"""What a mark that does not fit a rubric is answered with."""

import re
from decimal import Decimal

import pytest

from scoring.rubric import check_levels, whole_answer

RUBRIC = [whole_answer(Decimal(2))[0].model_copy(update={"id": name, "title": title}) for name, title in (("a", "更正措施"), ("b", "理由"))]


MISFITS = [{"a": Decimal(3), "b": Decimal(1)}, {"a": Decimal(1)}, {"a": Decimal(1), "b": Decimal(1), "c": Decimal(0)}]


@pytest.mark.parametrize("given", MISFITS)
def test_a_misfit_is_told_in_one_language_at_a_time(given: dict[str, Decimal]) -> None:
    misfit = check_levels(RUBRIC, given)
    assert misfit
    assert not re.search("[a-z]{2,}", misfit.zh)
    assert not re.search("[\u4e00-\u9fff]", misfit.en.replace("更正措施", "").replace("理由", ""))


def test_the_marks_of_levels_fit() -> None:
    assert check_levels(RUBRIC, {"a": Decimal("0.5"), "b": Decimal(2)}) is None
