"""Laws of rank bands, on generated cohorts, and the figures that the notices name."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.band_policy import Band, BandPolicy, PolicyError, read_policy
from scoring.bands import NO_BAND, Standing, add_late, band_codes, band_people, standing

NOTICE = {
    "paper_min": 60,
    "total_min": 120,
    "denominator": "passers",
    "rounding": "floor",
    "ties": "all_up",
    "bands": [{"name": "优秀", "top": 0.1}, {"name": "良好", "top": 0.3}, {"name": "合格", "top": 1}],
}

marks = st.decimals(min_value=0, max_value=100, places=1)
cohorts = st.lists(st.tuples(marks | st.none(), marks | st.none()), max_size=60)
tops = st.lists(st.fractions(Fraction(1, 100), 1), min_size=1, max_size=4, unique=True).map(sorted)
policies = st.builds(
    BandPolicy,
    bands=tops.map(lambda found: tuple(Band(f"band {i}", top) for i, top in enumerate(found))),
    paper_min=st.sampled_from([Decimal(0), Decimal(60)]),
    total_min=st.sampled_from([Decimal(0), Decimal(120)]),
    denominator=st.sampled_from(["passers", "sitters"]),
    rounding=st.sampled_from(["floor", "ceil", "nearest"]),
    ties=st.sampled_from(["all_up", "all_down"]),
)


def people_of(cohort: list[tuple[Decimal | None, Decimal | None]], policy: BandPolicy) -> list[Standing]:
    return [standing(str(i), {"basics": a, "practice": b}, policy) for i, (a, b) in enumerate(cohort)]


def height(person: Standing, policy: BandPolicy) -> int:
    names = [band.name for band in policy.bands]
    return -len(names) if person.band is None else -names.index(person.band)


@given(cohorts, policies)
def test_a_higher_total_never_gets_a_lesser_band_and_equal_totals_get_equal_bands(cohort, policy):
    banded, _ = band_people(people_of(cohort, policy), policy)
    ranked = sorted((p for p in banded if p.passed), key=lambda p: p.total)
    for lower, upper in pairwise(ranked):
        assert height(lower, policy) <= height(upper, policy)
        if lower.total == upper.total:
            assert lower.band == upper.band


@given(cohorts, policies, st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(cohort, policy, random):
    people = people_of(cohort, policy)
    shuffled = people.copy()
    random.shuffle(shuffled)
    one, one_cuts = band_people(people, policy)
    two, two_cuts = band_people(shuffled, policy)
    assert {p.id: p.band for p in one} == {p.id: p.band for p in two}
    assert one_cuts == two_cuts


@given(cohorts, policies)
def test_only_those_who_passed_are_banded(cohort, policy):
    banded, _ = band_people(people_of(cohort, policy), policy)
    for person, (a, b) in zip(banded, cohort, strict=True):
        passed = a is not None and b is not None
        passed = passed and min(a, b) >= policy.paper_min and a + b >= policy.total_min
        assert person.passed == passed
        assert passed or person.band is None


@given(cohorts, policies)
def test_ties_up_fill_at_least_the_places_and_ties_down_at_most(cohort, policy):
    for ties in ("all_up", "all_down"):
        ruled = replace(policy, ties=ties)
        banded, cuts = band_people(people_of(cohort, ruled), ruled)
        passers = sum(p.passed for p in banded)
        reached = 0
        for cut in cuts:
            reached += cut.people
            places = min(cut.places, passers)
            assert reached >= places if ties == "all_up" else reached <= places


@given(cohorts, cohorts, policies)
def test_freezing_never_demotes_and_bands_late_results_by_the_published_cuts(cohort, late, policy):
    published, cuts = band_people(people_of(cohort, policy), policy)
    before = {p.id: p.band for p in published}
    newcomers = [replace(p, id=f"late {p.id}") for p in people_of(late, policy)]
    lowered = [replace(p, total=Decimal(0), marks=dict.fromkeys(p.marks, Decimal(0)), passed=False) for p in published]
    after = add_late([*lowered, *newcomers], before, cuts, policy)
    for old, new in zip(published, after, strict=False):
        assert height(new, policy) >= height(old, policy)
    for person in after[len(published) :]:
        if person.passed:
            for other in published:
                if other.passed and person.total >= other.total:
                    assert height(person, policy) >= height(other, policy)
        else:
            assert person.band is None


@given(cohorts, policies)
def test_freezing_without_late_results_changes_nothing(cohort, policy):
    published, cuts = band_people(people_of(cohort, policy), policy)
    assert add_late(people_of(cohort, policy), {p.id: p.band for p in published}, cuts, policy) == published


@given(st.lists(st.integers(0, 40), min_size=1, max_size=80), policies)
def test_counting_and_sorting_agree_with_ranking_by_hand(totals, policy):
    names = [band.name for band in policy.bands]
    wide = np.array(totals, np.int64)
    counted = band_codes(wide, policy, len(totals))
    assert np.array_equal(counted, band_codes(wide * 1_000_003, policy, len(totals)))
    for total, code in zip(totals, counted, strict=True):
        better = sum(other > total for other in totals)
        last = better + totals.count(total)
        rank = last if policy.ties == "all_down" else better + 1
        expected = next((i for i, places in enumerate(policy.places(len(totals))) if rank <= places), NO_BAND)
        assert code == expected, names


def cohort_of(n: int) -> list[tuple[Decimal, Decimal]]:
    return [(Decimal(60), Decimal(60 + i)) for i in range(n)]


def counts(n: int, **change: object) -> dict[str, int]:
    policy = read_policy({**NOTICE, **change})
    _, cuts = band_people(people_of(cohort_of(n), policy), policy)
    return {cut.band: cut.people for cut in cuts}


def test_the_notice_gives_a_tenth_excellent_two_tenths_good_and_the_rest_a_pass():
    assert counts(40) == {"优秀": 4, "良好": 8, "合格": 28}


@pytest.mark.parametrize(
    ("rounding", "excellent"),
    [("floor", 2), ("ceil", 3), ("nearest", 3)],
)
def test_a_tenth_of_25_is_rounded_as_stated(rounding, excellent):
    assert counts(25, rounding=rounding)["优秀"] == excellent


def test_shares_are_exact_where_binary_fractions_are_not():
    # 0.07 · 100 is 7.000000000000001 in binary: ceil would give 8 places.
    bands = [{"name": "a", "top": 0.07}, {"name": "b", "top": 1}]
    assert counts(40, bands=bands, rounding="ceil")["a"] == 3
    policy = read_policy({"bands": bands, "rounding": "ceil"})
    assert policy.places(100) == (7, 100)


def test_the_denominator_counts_passers_or_everybody_who_sat():
    cohort = [*cohort_of(20), *[(Decimal(10), None)] * 20, (None, None)]
    for denominator, excellent in (("passers", 2), ("sitters", 4)):
        policy = read_policy({**NOTICE, "denominator": denominator})
        banded, cuts = band_people(people_of(cohort, policy), policy)
        assert cuts[0].people == excellent
        assert all(p.band is None for p in banded[20:])


def test_a_tie_on_the_boundary_goes_up_down_or_by_the_keys():
    cohort = [(Decimal(90), Decimal(80)), (Decimal(80), Decimal(90)), *cohort_of(18)]
    policy = read_policy({**NOTICE, "bands": [{"name": "top", "top": 0.05}, {"name": "rest", "top": 1}]})
    up, _ = band_people(people_of(cohort, policy), policy)
    down, _ = band_people(people_of(cohort, policy), replace(policy, ties="all_down"))
    keyed = replace(policy, ties="keys", tie_keys=("practice",))
    keys, cuts = band_people(people_of(cohort, keyed), keyed)
    assert [p.band for p in up[:2]] == ["top", "top"]
    assert [p.band for p in down[:2]] == ["rest", "rest"]
    assert [p.band for p in keys[:2]] == ["rest", "top"]
    assert cuts[0].document() == {"band": "top", "places": 1, "people": 1, "min_total": 170, "min_keys": [90]}


def test_each_paper_and_the_total_have_their_own_threshold():
    policy = read_policy({**NOTICE, "paper_min": {"basics": 60, "practice": "62.5"}, "total_min": 130})
    verdicts = [
        policy.passes({"basics": Decimal(a), "practice": Decimal(b)})
        for a, b in (("70", "62.5"), ("70", "62.4"), ("59.9", "99"), ("60", "69.9"), ("60", "70"))
    ]
    assert verdicts == [True, False, False, False, True]


def test_a_policy_reads_back_what_it_writes():
    policy = read_policy(NOTICE)
    assert read_policy(policy.document()) == policy
    assert policy.document()["bands"] == NOTICE["bands"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ties": "by_lot"}, "ties"),
        ({"denominator": "everyone"}, "denominator"),
        ({"rounding": "up"}, "rounding"),
        ({"bands": []}, "bands"),
        ({"bands": [{"name": "a", "top": 10}]}, "bands[0].top"),
        ({"bands": [{"name": "a", "top": 0.3}, {"name": "b", "top": 0.3}]}, "bands[1].top"),
        ({"bands": [{"name": "a", "top": 0.3}, {"name": "a", "top": 1}]}, "bands[1].name"),
        ({"bands": [{"top": 1}]}, "bands[0]"),
        ({"paper_min": "sixty"}, "paper_min"),
        ({"total_min": float("nan")}, "total_min"),
        ({"paper_min": True}, "paper_min"),
        ({"total_min": "1e999999999"}, "total_min"),
        ({"bands": [{"name": "a", "top": "1e-999999999"}]}, "bands[0].top"),
        ({"ties": "keys"}, "tie_keys"),
        ({"cutoff": 3}, "cutoff"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused_by_field(change, field):
    with pytest.raises(PolicyError) as caught:
        read_policy({**NOTICE, **change})
    assert caught.value.field == field
