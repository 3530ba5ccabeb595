"""Laws of the time ledger."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from delivery.deadline import GRANTS, TimeEntry, TimeKind, fold

T0 = datetime(2026, 5, 23, 1, 0, tzinfo=UTC)

grants = st.lists(st.tuples(st.sampled_from(sorted(GRANTS)), st.integers(1, 7200)), max_size=8)
pauses = st.lists(st.tuples(st.integers(0, 600), st.integers(0, 600)), max_size=5)


def numbered(*entries: tuple[TimeKind, int, int]) -> list[TimeEntry]:
    return [TimeEntry(n, kind, T0 + timedelta(seconds=at), seconds) for n, (kind, at, seconds) in enumerate(entries, 1)]


@given(grants, st.integers(0, 8))
def test_grants_add_up_in_any_order_before_and_after_the_start(given_time: list[tuple[TimeKind, int]], before: int) -> None:
    early, late = given_time[:before], given_time[before:]
    entries = [*((k, 0, s) for k, s in early), (TimeKind.BASE, 0, 3600), *((k, 0, s) for k, s in reversed(late))]
    total = 3600 + sum(seconds for _, seconds in given_time)
    deadline = fold(numbered(*entries))
    assert deadline.instant == T0 + timedelta(seconds=total)
    assert deadline.version == 1 + len(late)


@given(grants, pauses)
def test_a_pause_costs_nobody_anything(given_time: list[tuple[TimeKind, int]], stops: list[tuple[int, int]]) -> None:
    entries: list[tuple[TimeKind, int, int]] = [(TimeKind.BASE, 0, 3600)]
    clock = paused = 0
    for wait, length in stops:
        clock += wait
        entries += [(TimeKind.PAUSE, clock, 0), (TimeKind.RESUME, clock + length, 0)]
        clock += length
        paused += length
    with_grants = [*entries, *((kind, clock, seconds) for kind, seconds in given_time)]
    bare = fold(numbered((TimeKind.BASE, 0, 3600), *((kind, 0, seconds) for kind, seconds in given_time)))
    deadline = fold(numbered(*with_grants))
    assert bare.instant is not None
    assert deadline.instant == bare.instant + timedelta(seconds=paused)
    assert deadline.version == len(with_grants)


@given(grants, st.randoms())
def test_the_order_in_which_rows_are_read_does_not_matter(given_time: list[tuple[TimeKind, int]], chance: object) -> None:
    entries = numbered((TimeKind.BASE, 0, 3600), *((kind, 5, seconds) for kind, seconds in given_time))
    shuffled = list(entries)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # a Random
    assert fold(shuffled) == fold(entries)


@given(grants, st.sampled_from(sorted(GRANTS)), st.integers(1, 7200))
def test_giving_time_never_takes_any(given_time: list[tuple[TimeKind, int]], kind: TimeKind, seconds: int) -> None:
    entries = [(TimeKind.BASE, 0, 3600), *((k, 5, s) for k, s in given_time)]
    before, after = fold(numbered(*entries)), fold(numbered(*entries, (kind, 9, seconds)))
    assert before.instant is not None
    assert after.instant == before.instant + timedelta(seconds=seconds)
    assert after.version == before.version + 1
