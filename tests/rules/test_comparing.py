"""What a comparison of two versions tells: nothing else than what differs, so that both texts can be read out of it."""

from hypothesis import given
from hypothesis import strategies as st

from itembank.comparing import compare, pieces
from itembank.exchange.draft import Draft
from tests.make.bank import case, choice
from tests.make.pictures import img, png

TEXTS = st.text(alphabet="甲乙丙AB12 ，\n", max_size=60)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_out_of_their_comparison(old: str, new: str) -> None:
    told = pieces(old, new)
    assert "".join(piece.text for piece in told if piece.kind != "in") == old
    assert "".join(piece.text for piece in told if piece.kind != "out") == new


def test_long_texts_are_told_whole() -> None:
    assert [piece.kind for piece in pieces("甲" * 4000, "乙" * 4000)] == ["out", "in"]


def test_a_change_of_a_few_words_is_shown_as_such() -> None:
    told = [(piece.kind, piece.text) for piece in pieces("Who pays the freight?", "Who bears all freight?")]
    assert told == [("same", "Who "), ("out", "pays the"), ("in", "bears all"), ("same", " freight?")]


def test_only_what_differs_is_told_by_its_name() -> None:
    assert compare(choice("q"), choice("q"), "zh") == []
    options = [{"id": letter, "html": f"q option {letter}"} for letter in "ABC"] + [{"id": "D", "html": "<b>q option D</b>"}]
    changed = choice("q").model_dump() | {"options": options, "key": {"correct": ["B"]}, "difficulty": "0.35"}
    told = compare(choice("q"), Draft.model_validate(changed), "zh")
    assert [(change.name, change.markup) for change in told] == [("选项 D", True), ("正确答案", False), ("难度", False)]
    assert [change.name for change in compare(choice("q"), Draft.model_validate(changed), "en")] == [
        "Option D",
        "Right answer",
        "Difficulty",
    ]


def test_a_value_that_was_not_said_before_is_told_as_a_change_and_codes_in_words() -> None:
    options = [{"id": letter, "html": f"q option {letter}", "fixed": letter == "D"} for letter in "ABCD"]
    key = {"correct": ["A", "B"], "scheme": "partial_no_wrong"}
    old = choice("q", "multiple", key={"correct": ["A", "B"]})
    changed = {"key": key, "marks": 2, "pool": "practice", "language": "en", "options": options, "limit": 3}
    new = Draft.model_validate(old.model_dump() | changed)
    told = {change.name: [(piece.kind, piece.text) for piece in change.pieces] for change in compare(old, new, "zh")}
    assert told == {
        "计分方式": [("out", "全对得分"), ("in", "少选得部分分，错选不得分")],
        "分值": [("out", "1"), ("in", "2")],
        "题库": [("out", "正式"), ("in", "练习")],
        "语言": [("out", "中文"), ("in", "英文")],
        "选项 D 位置固定": [("out", "否"), ("in", "是")],
        "最多可选": [("out", "不限"), ("in", "3")],
    }
    back = {change.name: [(piece.kind, piece.text) for piece in change.pieces] for change in compare(new, old, "en")}
    assert back["Scheme"] == [("out", "Part marks where nothing wrong is chosen"), ("in", "All or nothing")]
    assert back["Option D Keeps its place"] == [("out", "yes"), ("in", "no")]


def test_parts_of_a_case_are_named_by_their_number() -> None:
    parts = [part.model_dump() for part in case("c").parts]
    parts[1]["stem"] = "How many?"
    assert [change.name for change in compare(case("c"), case("c", parts=parts), "zh")] == ["小题 2 题干"]
    assert [change.name for change in compare(case("c"), case("c", parts=parts), "en")] == ["Sub-question 2 Stem"]


def test_a_changed_picture_is_shown_and_not_spelt_out() -> None:
    (change,) = compare(choice("q", stem=f"看{img(png(1))}"), choice("q", stem=f"看{img(png(2))}"), "zh")
    assert (change.name, change.pieces) == ("题干", ())
    assert [len(shown) for shown in change.pictures] == [1, 1]
    assert all(address.startswith("data:image/png;base64,") for shown in change.pictures for address in shown)
    (said,) = compare(choice("q", stem=f"看{img(png(1), '港口')}"), choice("q", stem=f"见{img(png(2), '港口')}"), "zh")
    assert [piece.text for piece in said.pieces] == ["看", "见", "港口"]
    assert said.pictures[0] != said.pictures[1]
    (resized,) = compare(
        choice("q", stem='<img src="x" alt="港口" width="4">'), choice("q", stem='<img src="x" alt="港口" width="8">'), "zh"
    )
    assert (resized.markup, resized.pictures, "".join(piece.text for piece in resized.pieces)) == (True, ((), ()), "[港口 48]")
