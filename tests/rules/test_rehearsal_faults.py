"""The fault specification of a rehearsal, read; and its figures, which must be able to tell of a failure."""

from datetime import timedelta
from typing import Any

import pytest

from bench.rehearsal.charts import nice
from bench.rehearsal.faults import KINDS, read
from bench.rehearsal.figures import Kept, Tally, is_sound, quantile, report


def test_every_fault_that_is_offered_is_understood() -> None:
    plan = read(",".join(KINDS))
    assert plan.drills == ("kill-server", "kill-worker", "stop-redis", "restart-postgres", "roll-servers", "cut", "two-tabs")
    assert (plan.cut, plan.loss, plan.skew) == (timedelta(seconds=60), 0.2, timedelta(minutes=10))
    assert plan.of_processes == {"kill-server", "kill-worker", "stop-redis", "restart-postgres", "roll-servers"}


def test_no_faults_are_no_faults() -> None:
    plan = read("")
    assert (plan.drills, plan.loss, plan.skew) == ((), 0.0, timedelta())


@pytest.mark.parametrize(
    "spec",
    [
        "kill-everything",
        "cut",
        "cut:0s",
        "cut:60",
        "cut:-1s",
        "loss:0%",
        "loss:100%",
        "loss:20",
        "skew:m",
        "kill-server:5s",
        "two-tabs,two-tabs",
    ],
)
def test_what_is_no_fault_is_refused(spec: str) -> None:
    with pytest.raises(ValueError, match=r"fault|time|share|twice"):
        read(spec)


def _document(kept: Kept = Kept(0, 0, 0, 0), **changes: Any) -> dict[str, Any]:  # noqa: B008 - frozen
    tally = Tally(submitted=3)
    for name, value in changes.items():
        setattr(tally, name, value)
    return report(3, tally, kept, [], 10.0, {})


def test_a_rehearsal_is_sound_only_when_nothing_went_wrong() -> None:
    assert is_sound(_document())
    for kept in (Kept(1, 0, 0, 0), Kept(0, 1, 0, 0), Kept(0, 0, 1, 0), Kept(0, 0, 0, 1)):
        assert not is_sound(_document(kept))
    assert not is_sound(_document(submitted=2))
    assert not is_sound(_document(wrongly_taken=1))
    tally = Tally(submitted=3)
    tally.refuse("delivery.superseded", right=True)
    assert is_sound(report(3, tally, Kept(0, 0, 0, 0), [], 10.0, {}))
    tally.refuse("delivery.closed", right=False)
    assert not is_sound(report(3, tally, Kept(0, 0, 0, 0), [], 10.0, {}))


def test_a_quantile_is_one_of_the_values() -> None:
    values = [float(n) for n in range(1, 101)]
    assert (quantile(values, 0.5), quantile(values, 0.99), quantile([], 0.5)) == (51.0, 100.0, None)


@pytest.mark.parametrize(("value", "highest"), [(0.0, 0.001), (1.0, 1.0), (1.01, 2.0), (3.0, 5.0), (7.0, 10.0), (460.0, 500.0)])
def test_a_scale_ends_at_a_round_number(value: float, highest: float) -> None:
    assert nice(value) == highest
