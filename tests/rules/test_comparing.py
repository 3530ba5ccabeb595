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
    assert compare(choice("q"), choice("q")) == []
    options = [{"id": letter, "html": f"q option {letter}"} for letter in "ABC"] + [{"id": "D", "html": "<b>q option D</b>"}]
    changed = choice("q").model_dump() | {"options": options, "key": {"correct": ["B"]}, "difficulty": "0.35"}
    told = compare(choice("q"), Draft.model_validate(changed))
    assert [(change.zh, change.en, change.markup) for change in told] == [
        ("选项 D", "Option D", True),
        ("正确答案", "Right answer", False),
        ("难度", "Difficulty", False),
    ]


def test_parts_of_a_case_are_named_by_their_number() -> None:
    parts = [part.model_dump() for part in case("c").parts]
    parts[1]["stem"] = "How many?"
    told = compare(case("c"), case("c", parts=parts))
    assert [(change.zh, change.en) for change in told] == [("小题 2 题干", "Sub-question 2 Stem")]


def test_a_changed_picture_is_told_by_its_name_not_by_its_bytes() -> None:
    (change,) = compare(choice("q", stem=f"看{img(png(1))}"), choice("q", stem=f"看{img(png(2))}"))
    assert (change.zh, change.markup) == ("题干", True)
    told = "".join(piece.text for piece in change.pieces)
    assert "kB" in told
    assert "base64" not in told
    assert len(told) < 200
