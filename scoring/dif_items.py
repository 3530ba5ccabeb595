"""Everything that is said of an item by the three methods of differential functioning, side by side."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.dif import Floats, Focal, logistic, mantel_haenszel, standardisation
from scoring.dif_ordered import mantel
from scoring.distributions import benjamini_hochberg


def item_figures(names: Sequence[str], marks: Floats, focal: Focal, match: Floats) -> list[dict[str, Any]]:
    """Return a row of figures per item of marks `(persons, items)` (0, 1 or NaN), persons of equal `match` compared; see `scoring.dif`."""
    mh, standardised = mantel_haenszel(marks, focal, match), standardisation(marks, focal, match)
    q = benjamini_hochberg(mh.p)
    both, uniform, product = (logistic(marks, focal, match, effect) for effect in ("both", "uniform", "nonuniform"))
    return [
        {
            "id": name,
            "mh_chi2": float(mh.chi2[i]),
            "mh_chi2_uncorrected": mh.chi2_uncorrected[i],
            "mh_p": float(mh.p[i]),
            "mh_q": q[i],
            "mh_alpha": mh.alpha[i],
            "mh_se_log_alpha": mh.se_log_alpha[i],
            "mh_delta": mh.delta[i],
            "ets_class": mh.ets_class[i],
            "p_dif": standardised.p_dif[i],
            "p_dif_rms": standardised.rms[i],
            "logistic_chi2": both.chi2[i],
            "logistic_p": both.p[i],
            "logistic_r2_gain": both.r2_gain[i],
            "uniform_chi2": uniform.chi2[i],
            "uniform_p": uniform.p[i],
            "nonuniform_chi2": product.chi2[i],
            "nonuniform_p": product.p[i],
        }
        for i, name in enumerate(names)
    ]


def ordered_figures(names: Sequence[str], marks: Floats, focal: Focal, match: Floats) -> list[dict[str, Any]]:
    """Return the same of items that earn part marks, by their own method: see `scoring.dif_ordered`."""
    found = mantel(marks, focal, match)
    q = benjamini_hochberg(found.p)
    return [
        {
            "id": name,
            "mantel_chi2": found.chi2[i],
            "mantel_p": found.p[i],
            "mantel_q": q[i],
            "smd": found.smd[i],
            "smd_se": found.se[i],
            "smd_effect": found.effect[i],
            "ets_class": found.classes[i],
        }
        for i, name in enumerate(names)
    ]


def by_mantel(marks: Floats, focal: Focal, match: Floats) -> Floats:
    """Return the p value of each item of marks in steps."""
    return mantel(marks, focal, match).p


def is_right_or_wrong(marks: Floats) -> NDArray[np.bool_]:
    """Say of each item of marks `(persons, items)` whether nobody has any but 0 and 1."""
    return np.asarray((np.isnan(marks) | (marks == 0) | (marks == 1)).all(axis=0))
