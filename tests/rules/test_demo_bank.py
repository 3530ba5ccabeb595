"""The demo bank is good enough to make real papers of: enough items, balanced keys, sound rubrics, no item twice."""

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

import pytest

from itembank.assembly import Assembled, assemble
from itembank.blueprint import Assembly, Blueprint, Candidate, Draw, Section
from itembank.exchange.draft import Draft, DraftKey, DraftPart
from itembank.sanitising import clean, plain_text
from tests.make.demo_bank import FOLDER, case_sets, demo_bank, questions

POOLS = ("live", "practice")
WRITTEN = [draft for draft in demo_bank() if draft.kind != "business"]


def _parts() -> list[DraftPart]:
    return [part for draft in case_sets() for part in draft.parts]


def _html(draft: Draft) -> Iterator[str]:
    yield from (draft.stem, draft.stimulus, draft.explanation)
    yield from (exhibit.html for exhibit in draft.exhibits)
    yield from (option.html for option in draft.options)
    for part in draft.parts:
        yield from (part.stem, part.explanation, part.key.reference)
        yield from (option.html for option in part.options)


def test_every_reference_is_there_once() -> None:
    refs = Counter(draft.ref for draft in demo_bank())
    assert [ref for ref, times in refs.items() if times > 1] == []
    assert [ref for ref in refs if not re.fullmatch(r"(cbec|b2b)-[a-z]+-\d{4}", ref)] == []


def test_every_item_belongs_to_the_programme_that_its_reference_names() -> None:
    assert [d.ref for d in WRITTEN if d.programmes != [d.ref.split("-")[0]]] == []
    ladder = {"cbec": {"初级", "中级", "高级", "技师", "高级技师"}, "b2b": {"基础", "实务"}}
    assert [d.ref for d in WRITTEN if not d.levels or not set(d.levels) <= ladder[d.programmes[0]]] == []


def test_there_are_enough_live_questions_of_each_kind_and_language() -> None:
    live = questions()
    kinds = Counter(draft.kind for draft in live)
    assert len(live) >= 170
    assert kinds["single"] >= 0.55 * len(live)
    assert min(kinds["multiple"], kinds["truefalse"]) >= 0.18 * len(live)
    assert sum(draft.language == "en" for draft in live) * 3 >= len(live)


def test_there_are_enough_practice_questions_and_none_of_them_is_live() -> None:
    practice = questions("practice")
    assert len(practice) >= 60
    assert sum(draft.language == "en" for draft in practice) >= 20
    assert not {draft.stem for draft in practice} & {draft.stem for draft in questions()}


def test_there_are_enough_case_sets_each_with_questions_of_many_kinds() -> None:
    assert len(case_sets()) >= 8
    assert sum(case.language == "en" for case in case_sets()) >= 2
    for case in case_sets():
        kinds = Counter(part.kind for part in case.parts)
        assert 4 <= len(case.parts) <= 5, case.ref
        assert kinds["extended"] in {1, 2}, case.ref
        assert len(kinds) >= 4, case.ref
        assert any("<table>" in exhibit.html for exhibit in case.exhibits), case.ref
    assert {part.kind for part in _parts()} == {"single", "multiple", "numeric", "text", "extended"}


@pytest.mark.parametrize("draft", WRITTEN, ids=lambda draft: draft.ref)
def test_every_item_is_explained_placed_and_rated(draft: Draft) -> None:
    assert draft.explanation
    assert all(part.explanation for part in draft.parts)
    assert draft.knowledge
    assert all(re.fullmatch(r"[^/]+/[^/]+", path) for path in draft.knowledge)
    assert draft.difficulty is not None
    assert Decimal("0.05") <= draft.difficulty <= Decimal("0.95")
    assert "$$" not in draft.stem
    for html in _html(draft):
        assert clean(html) == html, "sanitising changes what the author wrote"
        assert html.count("$") % 2 == 0, "an open formula"
        assert not re.search(r"选项\s*[A-E]|答案[为是]\s*[A-E]|[Oo]ption [A-E]\b", html), "options are shuffled"


def test_the_tree_of_the_readme_holds_every_knowledge_point() -> None:
    tree = {}
    for line in (FOLDER / "README.md").read_text(encoding="utf-8").splitlines():
        if row := re.fullmatch(r"\| (\S[^|]*\S) \| (\S[^|]*\S) \|", line):
            tree[row[1]] = set(row[2].split("、"))
    paths = {tuple(path.split("/")) for draft in WRITTEN for path in draft.knowledge}
    assert [path for path in sorted(paths) if path[1] not in tree.get(path[0], set())] == []


@pytest.mark.parametrize("pool", POOLS)
def test_marks_and_schemes_are_those_of_the_kind(pool: str) -> None:
    expected = {"single": "1 all_or_nothing", "truefalse": "1 all_or_nothing", "multiple": "2 partial_no_wrong"}
    assert [d.ref for d in questions(pool) if f"{d.marks} {d.key.scheme}" != expected[d.kind]] == []


@pytest.mark.parametrize("pool", POOLS)
def test_true_and_false_keep_their_places(pool: str) -> None:
    names = {"zh": ["正确", "错误"], "en": ["True", "False"]}
    for draft in questions(pool):
        if draft.kind == "truefalse":
            assert [(o.id, o.fixed) for o in draft.options] == [("T", True), ("F", True)], draft.ref
            assert [o.html for o in draft.options] == names[draft.language], draft.ref


@pytest.mark.parametrize("pool", POOLS)
def test_no_position_is_favoured(pool: str) -> None:
    drafts = questions(pool)
    singles = Counter(d.key.correct[0] for d in drafts if d.kind == "single")
    assert all(0.2 <= singles[letter] / singles.total() <= 0.32 for letter in "ABCD"), singles
    truths = Counter(d.key.correct[0] for d in drafts if d.kind == "truefalse")
    assert 0.4 <= truths["T"] / truths.total() <= 0.6, truths
    multiples = Counter(letter for d in drafts if d.kind == "multiple" for letter in d.key.correct if letter in "ABCD")
    assert all(0.18 <= multiples[letter] / multiples.total() <= 0.32 for letter in "ABCD"), multiples


def test_a_multiple_choice_leaves_something_wrong() -> None:
    multiples = [draft for draft in demo_bank() if draft.kind == "multiple"]
    assert [d.ref for d in multiples if not 2 <= len(d.key.correct) < len(d.options)] == []


def test_the_length_of_an_option_does_not_give_the_key_away() -> None:
    longest, shortest, counted = 0, 0, 0
    for draft in demo_bank():
        lengths = {option.id: len(plain_text(option.html)) for option in draft.options}
        if draft.kind != "single" or max(lengths.values()) < 8:
            continue
        right = lengths.pop(draft.key.correct[0])
        counted += 1
        longest += right > max(lengths.values())
        shortest += right < min(lengths.values())
        assert right <= 1.3 * max(lengths.values()), draft.ref
    assert counted > 80
    assert max(longest, shortest) <= counted / 4, (longest, shortest, counted)


@pytest.mark.parametrize("part", [part for part in _parts() if part.kind == "extended"], ids=lambda part: part.stem[:20])
def test_a_rubric_says_what_each_level_shows_and_adds_up(part: DraftPart) -> None:
    key: DraftKey = part.key
    assert 2 <= len(key.rubric) <= 4
    assert len({criterion.id for criterion in key.rubric}) == len(key.rubric)
    assert len(plain_text(key.reference)) >= 150
    for criterion in key.rubric:
        marks = [level.marks for level in criterion.levels]
        assert marks == sorted(set(marks))
        assert marks[0] == 0
        assert all(level.text for level in criterion.levels)
    assert sum(criterion.levels[-1].marks for criterion in key.rubric) == part.marks


def _shingles(draft: Draft) -> set[str]:
    options = draft.options if draft.kind != "truefalse" else []
    text = re.sub(r"\W", "", plain_text(draft.stem + "".join(option.html for option in options))).lower()
    return {text[start : start + 4] for start in range(len(text) - 3)}


def test_no_two_questions_are_nearly_the_same() -> None:
    shingled = [(draft.ref, _shingles(draft)) for pool in POOLS for draft in questions(pool)]
    close = [
        (one, other)
        for (one, a), (other, b) in combinations(shingled, 2)
        if len(a & b) > 0.4 * len(a | b)  # Jaccard similarity of four-character shingles
    ]
    assert close == []


def _candidates() -> list[Candidate]:
    return [
        Candidate(
            item=draft.ref,
            version=draft.ref,
            ref=draft.ref,
            kind=draft.kind,
            language=draft.language,
            marks=draft.marks,
            difficulty=draft.difficulty,
            levels=tuple(draft.levels),
            programmes=tuple(draft.programmes),
            knowledge=tuple(draft.knowledge),
        )
        for draft in demo_bank()
        if draft.pool == "live"
    ]


def _assemble(programme: str, level: str, counts: dict[str, int]) -> Assembly:
    draws = tuple(Draw.model_validate({"count": n, "kind": kind, "programme": programme, "level": level}) for kind, n in counts.items())
    blueprint = Blueprint(title=level, programme=programme, level=level, sections=(Section(id="all", title="All", draws=draws),))
    assembled = assemble(blueprint, _candidates())
    assert isinstance(assembled, Assembled), assembled
    return assembled.forms[0]


LARGE = {"single": 36, "multiple": 12, "truefalse": 12, "case": 2}
SMALL = {"single": 24, "multiple": 8, "truefalse": 8, "case": 2}
PAPERS = [("cbec", "初级", LARGE), ("b2b", "基础", SMALL), ("b2b", "实务", SMALL)]


@pytest.mark.parametrize(("programme", "level", "counts"), PAPERS)
def test_a_paper_of_a_hundred_marks_can_be_drawn_with_spare(programme: str, level: str, counts: dict[str, int]) -> None:
    (section,) = _assemble(programme, level, counts)
    assert sum(candidate.marks for candidate in section) == 100
    with_spare = {kind: count * 5 // 4 for kind, count in counts.items()} | {"case": counts["case"] + 1}
    _assemble(programme, level, with_spare)


def test_the_papers_of_one_programme_share_no_item() -> None:
    levels = {level: {d.ref for d in WRITTEN if level in d.levels} for level in ("基础", "实务")}
    assert not levels["基础"] & levels["实务"]
