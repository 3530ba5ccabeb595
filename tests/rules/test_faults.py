"""What pydantic minds is told in both languages, for every kind of fault that our models can meet."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, FiniteFloat, StringConstraints, ValidationError, field_validator

from core.faults import faults_of, invalid


class Colour(StrEnum):
    RED = "red"


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(min_length=2, max_length=4, pattern="^[a-z]+$")] = "ab"
    reason: Annotated[str, StringConstraints(min_length=1, pattern=r"\S")] = "why"
    n: Annotated[int, Field(ge=1, le=9)] = 1
    marks: Annotated[Decimal, Field(gt=0, lt=5)] = Decimal(1)
    share: FiniteFloat = 0.5
    yes: bool = True
    many: Annotated[list[int], Field(min_length=1, max_length=2)] = [1]
    table: dict[str, int] = {}
    at: AwareDatetime = datetime.fromisoformat("2030-01-01T00:00:00+00:00")
    kind: Literal["a", "b"] = "a"
    colour: Colour = Colour.RED
    inner: "Inner | None" = None

    @field_validator("n")
    @classmethod
    def _no_seven(cls, n: int) -> int:
        if n == 7:
            raise ValueError("never seven")
        return n


class Inner(BaseModel):
    x: int


CASES = [
    ({"name": "a"}, "name", "至少 2 个字符", "needs at least 2 characters"),
    ({"name": "abcde"}, "name", "至多 4 个字符", "takes at most 4 characters"),
    ({"name": "A1"}, "name", "不符合格式 ^[a-z]+$", "does not match ^[a-z]+$"),
    ({"name": 1}, "name", "须为文字", "must be a text"),
    ({"reason": " \t　"}, "reason", "不能是空白", "must not be blank"),
    ({"n": "x"}, "n", "须为整数", "must be a whole number"),
    ({"n": 1.5}, "n", "须为整数", "must be a whole number"),
    ({"n": 0}, "n", "不得小于 1", "must be at least 1"),
    ({"n": 10}, "n", "不得大于 9", "must be at most 9"),
    ({"n": 7}, "n", "不符合规则:never seven", "is against the rules: never seven"),
    ({"marks": 0}, "marks", "须大于 0", "must be more than 0"),
    ({"marks": 5}, "marks", "须小于 5", "must be less than 5"),
    ({"marks": "x"}, "marks", "须为数", "must be a number"),
    ({"share": float("inf")}, "share", "须为有限的数", "must be a finite number"),
    ({"yes": "perhaps"}, "yes", "须为是或否", "must be true or false"),
    ({"many": []}, "many", "至少要有 1 个", "needs at least 1"),
    ({"many": [1, 2, 3]}, "many", "至多 2 个", "takes at most 2"),
    ({"many": ["x"]}, "many.0", "须为整数", "must be a whole number"),
    ({"many": 1}, "many", "须为列表", "must be a list"),
    ({"table": 1}, "table", "须为对象", "must be an object"),
    ({"at": "soon"}, "at", "须为时间", "must be an instant"),
    ({"at": "2030-01-01T00:00:00"}, "at", "时间须带时区", "must tell its time zone"),
    ({"kind": "c"}, "kind", "只能是 'a' 或 'b'", "must be 'a' or 'b'"),
    ({"colour": "blue"}, "colour", "只能是 'red'", "must be 'red'"),
    ({"inner": {}}, "inner.x", "缺少此项", "is missing"),
    ({"inner": 1}, "inner", "须为对象", "must be an object"),
    ({"more": 1}, "more", "没有这一项", "is not known here"),
]


@pytest.mark.parametrize(("given", "field", "zh", "en"), CASES)
def test_each_kind_of_fault_is_told_in_both_languages(given: dict[str, Any], field: str, zh: str, en: str) -> None:
    with pytest.raises(ValidationError) as raised:
        Shape.model_validate(given)
    assert faults_of(raised.value) == [(field, (zh, en))]
    assert invalid(raised.value).text("zh").endswith(f"{field}: {zh}")
    assert invalid(raised.value).as_dict("en")["fields"]["faults"] == [{"field": field, "reason": en}]
