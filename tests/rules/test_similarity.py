"""Response similarity: honest sittings stay quiet, planted pairs are found, and names do not matter."""

from pathlib import Path

import numpy as np
import pytest

from core.errors import ExamError
from scoring import similarity
from scoring.option_table import MISSING
from scoring.similarity import similar_pairs
from tests.make.analysis import run, write
from web.analysis import pairs

ITEMS = 60


def sitting(seed: int, persons: int = 300) -> tuple[np.ndarray, np.ndarray]:
    """Answer four-option items by a 3PL model, wrong options of unequal popularity, everybody alone."""
    rng = np.random.default_rng(seed)
    slope, difficulty = rng.lognormal(0, 0.3, ITEMS), rng.normal(-0.3, 1, ITEMS)
    chance = 0.15 + 0.85 / (1 + np.exp(-slope * (rng.normal(size=(persons, 1)) - difficulty)))
    popularity = np.cumsum(rng.dirichlet([1.5, 1.5, 1.5], ITEMS), axis=1)
    wrong = 1 + (rng.random((persons, ITEMS, 1)) > popularity[:, :2]).sum(2)
    key = rng.integers(0, 4, ITEMS).astype(np.uint8)
    answers = np.where(rng.random((persons, ITEMS)) < chance, 0, wrong)
    return ((answers + key) % 4).astype(np.uint8), key


def with_planted(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Put a middling person first and give person 1 three quarters of their answers.

    Of somebody who has nearly everything right no pair could be told from two good candidates.
    """
    responses, key = sitting(seed)
    right = (responses == key).sum(1)
    middle = np.argsort(right)[right.size // 2]
    responses[[0, middle]] = responses[[middle, 0]]
    theirs = np.random.default_rng(seed).random(ITEMS) < 0.75
    responses[1, theirs] = responses[0, theirs]
    return responses, key


@pytest.mark.parametrize("seed", range(3))
def test_p_values_of_an_honest_sitting_are_not_too_small(seed):
    responses, key = sitting(seed)
    everything = similar_pairs(responses, key, fdr=1e6)
    assert everything.p.size == everything.tested == 300 * 299 // 2
    for level in (0.1, 0.01, 0.001):
        share = (everything.p <= level).mean()
        assert share <= 1.1 * level
    # Nor is the test empty: without the totals' share taken out, the share below 0.1 was a third of this.
    assert (everything.p <= 0.1).mean() >= 0.05


@pytest.mark.parametrize("seed", range(5))
def test_honest_sittings_name_hardly_anybody(seed):
    responses, key = sitting(seed + 100)
    assert similar_pairs(responses, key, fdr=0.01).p.size <= 1


@pytest.mark.parametrize("seed", range(3))
def test_a_planted_pair_is_named_first(seed):
    responses, key = with_planted(seed)
    found = similar_pairs(responses, key, fdr=0.01)
    assert (found.first[0], found.second[0]) == (0, 1)
    both = responses[0] == responses[1]
    assert found.shared[0] == both.sum()
    assert found.shared_wrong[0] == (both & (responses[0] != key)).sum()
    assert found.expected[0] < found.shared[0]
    assert (np.diff(found.p) >= 0).all()
    assert (found.q <= 0.01).all()


def test_the_order_of_persons_and_the_names_of_options_do_not_matter():
    responses, key = with_planted(1)
    rng = np.random.default_rng(9)
    plain = similar_pairs(responses, key, fdr=0.2)
    order = rng.permutation(responses.shape[0])
    renamed = rng.permuted(np.tile(np.arange(4, dtype=np.uint8), (ITEMS, 1)), axis=1)
    columns = np.arange(ITEMS)
    other = similar_pairs(renamed[columns, responses][order], renamed[columns, key], fdr=0.2)

    def named(pairs, rows):
        people = zip(pairs.first, pairs.second, pairs.shared, pairs.p, strict=True)
        return {(frozenset((rows[a], rows[b])), shared, round(float(p), 12)) for a, b, shared, p in people}

    assert named(plain, np.arange(responses.shape[0])) == named(other, order)


def test_only_pairs_of_one_room_are_looked_at_when_rooms_are_given():
    responses, key = with_planted(2)
    apart = np.arange(300) % 30
    found = similar_pairs(responses, key, fdr=1e6, groups=apart)
    assert found.tested == 30 * (10 * 9 // 2) == found.p.size
    assert (apart[found.first] == apart[found.second]).all()
    together = apart.copy()
    together[1] = together[0]
    first = similar_pairs(responses, key, groups=together)
    assert (first.first[0], first.second[0]) == (0, 1)


def test_missing_responses_are_shared_with_nobody():
    responses, key = sitting(5)
    responses[:2] = MISSING
    everything = similar_pairs(responses, key, fdr=1e6)
    pair = (everything.first == 0) & (everything.second == 1)
    assert everything.shared[pair] == 0
    assert everything.p[pair] > 0.4


def test_perfect_and_constant_sheets_are_nothing_unusual():
    responses, key = sitting(6)
    responses[:4] = key
    responses[:, 7] = key[7]
    everything = similar_pairs(responses, key, fdr=1e6)
    perfect = (everything.first < 4) & (everything.second < 4)
    assert everything.p[perfect].min() > 0.05
    assert not np.isnan(everything.p).any()
    same = similar_pairs(np.zeros((5, 3), np.uint8), np.zeros(3, np.uint8))
    assert same.p.size == 0
    assert same.tested == 10


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A sitting with a planted pair as files: responses, key and rooms; the pair sits in one room."""
    responses, key = with_planted(1)
    header = [f"q{item}" for item in range(ITEMS)]
    letters = np.array(list("ABCD"))
    people = [[f"考生{row}", *letters[codes]] for row, codes in enumerate(responses)]
    rooms = [(f"考生{row}", "一号考场" if row < 20 else "二号考场") for row in range(len(people))]
    return [
        write(tmp_path / "r.csv", ["id", *header], people),
        write(tmp_path / "k.csv", header, [letters[key]]),
        write(tmp_path / "rooms.csv", ["id", "room"], rooms),
    ]


def test_pairs_are_named_from_files_by_their_ids(files):
    found = run("similarity", files[0], "--key", files[1])
    assert (found["persons"], found["items"], found["tested"]) == (300, ITEMS, 300 * 299 // 2)
    assert (found["pairs"][0]["first"], found["pairs"][0]["second"]) == ("考生0", "考生1")
    within = run("similarity", files[0], "--key", files[1], "--rooms", files[2])
    assert within["tested"] == 20 * 19 // 2 + 280 * 279 // 2
    assert within["pairs"][0]["room"] == "一号考场"


def test_somebody_without_a_room_is_named(files):
    files[2].write_text("id,room\n考生0,一号考场\n", encoding="utf-8")
    with pytest.raises(ExamError) as caught:
        run("similarity", files[0], "--key", files[1], "--rooms", files[2])
    assert "考生1" in caught.value.text("zh")


def test_the_words_accuse_nobody():
    text = "".join(Path(str(module.__file__)).read_text(encoding="utf-8").lower() for module in (similarity, pairs))
    for word in ("cheat", "copied", "copying", "guilty", "fraud", "作弊", "抄袭"):
        assert word not in text
