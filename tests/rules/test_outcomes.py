"""Laws of outcomes over several releases: freeze never demotes and moves nobody else, and recomputing is as if all had come at once."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from programme.outcomes import Gathered, Outcomes, cut_document, decide
from scoring.band_policy import Band, BandPolicy

marks = st.decimals(min_value=0, max_value=100, places=1)
people = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=4), st.tuples(marks | st.none(), marks | st.none()), max_size=25)
tops = st.lists(st.fractions(Fraction(1, 100), 1), min_size=1, max_size=3, unique=True).map(sorted)


def policies(late: str) -> Any:
    return st.builds(
        BandPolicy,
        bands=tops.map(lambda found: tuple(Band(f"band {i}", top) for i, top in enumerate(found))),
        paper_min=st.sampled_from([Decimal(0), Decimal(60)]),
        total_min=st.sampled_from([Decimal(0), Decimal(120)]),
        denominator=st.sampled_from(["passers", "sitters"]),
        rounding=st.sampled_from(["floor", "ceil", "nearest"]),
        ties=st.sampled_from(["all_up", "all_down"]),
        late=st.just(late),
    )


def gathered(found: dict[str, Any], waiting: frozenset[str] = frozenset()) -> Gathered:
    return Gathered({name: {"basics": a, "practice": b} for name, (a, b) in found.items()}, waiting)


def released(made: Outcomes) -> tuple[Any, dict[str, Any]]:
    """What a release keeps, and what it tells."""
    kept = SimpleNamespace(document={"late": "freeze"}, cuts=[cut_document(cut) for cut in made.cuts])
    return kept, {name: SimpleNamespace(passed=p.passed, band=p.band) for name, p in made.people.items()}


def height(policy: BandPolicy, band: str | None) -> int:
    names = [band.name for band in policy.bands]
    return -len(names) if band is None else -names.index(band)


@given(people, people, policies("freeze"))
def test_freeze_never_demotes_whatever_comes_or_changes_later(first: dict[str, Any], later: dict[str, Any], policy: BandPolicy) -> None:
    made = decide(gathered(first), policy, None, {})
    again = decide(gathered({**first, **later}), policy, *released(made))
    for name, person in made.people.items():
        assert height(policy, again.people[name].band) >= height(policy, person.band)
        assert again.people[name].passed >= person.passed
        if name not in later:
            assert again.people[name] == person


@given(people, people, policies("recompute"))
def test_recomputing_is_as_if_all_had_come_at_once(first: dict[str, Any], later: dict[str, Any], policy: BandPolicy) -> None:
    made = decide(gathered(first), policy, None, {})
    assert decide(gathered({**first, **later}), policy, *released(made)) == decide(gathered({**first, **later}), policy, None, {})


@given(people, policies("recompute"), st.randoms(use_true_random=False))
def test_order_does_not_matter_and_more_is_never_worse(found: dict[str, Any], policy: BandPolicy, random: Any) -> None:
    made = decide(gathered(found), policy, None, {})
    shuffled = list(found.items())
    random.shuffle(shuffled)
    assert decide(gathered(dict(shuffled)), policy, None, {}) == made
    ranked = sorted((p for p in made.people.values() if p.passed), key=lambda p: p.total or 0)
    for lower, upper in pairwise(ranked):
        assert height(policy, lower.band) <= height(policy, upper.band)
        assert lower.total != upper.total or lower.band == upper.band


@given(people, policies("recompute"), st.data())
def test_who_waits_for_marks_stands_nowhere_and_counts_for_nobody(found: dict[str, Any], policy: BandPolicy, data: st.DataObject) -> None:
    waiting = frozenset(data.draw(st.sets(st.sampled_from(sorted(found))))) if found else frozenset()
    others = {name: marks for name, marks in found.items() if name not in waiting}
    assert decide(gathered(found, waiting), policy, None, {}).people == decide(gathered(others), policy, None, {}).people
