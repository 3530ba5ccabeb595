"""Tail areas against SciPy, and the false-discovery rule against its definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scoring.distributions import benjamini_hochberg, chi2_tail


@pytest.mark.parametrize("df", [1, 2, 3, 4, 7, 10, 25, 60, 151])
@pytest.mark.parametrize("share", [0.01, 0.3, 0.9, 1.0, 1.3, 2.0, 4.0])
def test_the_tail_of_chi_square_is_scipys(df, share):
    assert chi2_tail(share * df, df) == pytest.approx(stats.chi2.sf(share * df, df), rel=1e-10)


def test_the_tail_at_the_edges():
    assert chi2_tail(0.0, 3) == chi2_tail(-1.0, 3) == 1.0
    assert np.isnan(chi2_tail(float("nan"), 3))
    assert np.isnan(chi2_tail(2.0, 0))
    assert chi2_tail(2000.0, 1) == 0.0


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_q_values_are_scipys(p):
    assert benjamini_hochberg(np.array(p)) == pytest.approx(stats.false_discovery_control(p), abs=1e-12)


def test_tests_that_were_not_made_do_not_count_and_those_not_shown_do():
    p = np.array([0.01, np.nan, 0.04])
    assert benjamini_hochberg(p) == pytest.approx([0.02, np.nan, 0.04], nan_ok=True)
    assert benjamini_hochberg(p, 100) == pytest.approx([1.0, np.nan, 1.0], nan_ok=True)
    assert benjamini_hochberg(np.array([np.nan])) == pytest.approx([np.nan], nan_ok=True)
