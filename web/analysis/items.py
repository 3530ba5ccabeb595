"""The document of `analyse items`."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from core.errors import Words
from scoring.analysis.numbers import plain
from scoring.ctt import ItemStatistics, item_statistics, table_statistics, upper_lower
from scoring.distractors import distractor_table
from scoring.irt.abilities import Abilities, eap, wle
from scoring.irt.coding import CodedResponses, encode
from scoring.irt.estimation import Fit, Settings, fit
from scoring.irt.fit_statistics import ScoreFit, mean_squares, score_fit
from scoring.irt.information import item_information, standard_error
from scoring.irt.maximisation import SLOPE_BOUND
from scoring.irt.models import Model
from scoring.option_table import MISSING, Codes, count_options
from web.analysis.errors import NOT_ENOUGH
from web.analysis.numbers import table
from web.analysis.responses import Responses
from web.analysis.sheets import Floats

_FIGURES = ("p", "sd", "item_total_r", "item_rest_r", "alpha_if_deleted")
_THETA = np.linspace(-4.0, 4.0, 17)


@dataclass(frozen=True)
class Wish:
    """What is asked: a model besides the classical figures, score groups of trace lines, abilities, quadrature nodes."""

    model: Literal["ctt"] | Model = "ctt"
    groups: int = 5
    abilities: Literal["eap", "wle"] | None = None
    nodes: int = 61


def items_document(responses: Responses, wish: Wish) -> dict[str, Any]:
    """Return the figures of items and paper: classical ones always, parameters when a model is asked for."""
    statistics = _statistics(responses)
    apart = upper_lower(responses.marks, _full(responses))
    items = [
        {"id": name, **{figure: getattr(statistics, figure)[i] for figure in _FIGURES}, "a": None, "b": None, "c": None}
        | {"n": int(statistics.n[i]), "mean": statistics.mean[i], "discrimination": apart[i]}
        for i, name in enumerate(responses.items)
    ]
    document: dict[str, Any] = {
        "persons": statistics.persons,
        "items": items,
        "alpha": statistics.alpha,
        "kr20": statistics.kr20,
        "sem": statistics.sem,
        "loglik": None,
        "mean_total": statistics.mean_total,
        "sd_total": statistics.sd_total,
        "model": wish.model,
        "warnings": _warnings(statistics, responses),
    }
    if responses.keyed:
        _add_options(items, responses, wish.groups)
    if wish.model != "ctt":
        _add_model(document, responses, wish.model, wish)
    result: dict[str, Any] = plain(document)
    return result


def items_lines(document: dict[str, Any]) -> list[str]:
    """Return the same for people."""
    head = ["id", *_FIGURES, "a", "b", "c"]
    lines = table(head, ([item[field] for field in head] for item in document["items"]))
    for name in ("persons", "mean_total", "sd_total", "alpha", "kr20", "sem", "loglik"):
        value = document[name]
        lines.append(f"{name}: {'-' if value is None else round(value, 6)}")
    return lines + [f"! {warning}" for warning in document["warnings"]]


def _statistics(responses: Responses) -> ItemStatistics:
    """Take the exact table where all is right or wrong and nothing is missing, else the marks."""
    if responses.codes is not None and responses.key is not None and not responses.has_missing:
        options = max(len(names) for names in responses.options)
        return table_statistics(count_options(responses.codes, responses.key, options))
    return item_statistics(responses.marks, _full(responses))


def _full(responses: Responses) -> Floats:
    """Return the full mark of each item: the highest that anybody has, and at least 1."""
    highest = np.max(np.where(np.isnan(responses.marks), -np.inf, responses.marks), axis=0)
    return np.where(highest > 1, highest, 1.0)


def _warnings(statistics: ItemStatistics, responses: Responses) -> list[str]:
    """Say in plain words what a reader should look at first."""
    found = []
    for i, name in enumerate(responses.items):
        if not statistics.sd[i] > 0:
            found.append(f"{name}: everybody has the same mark; it tells nobody apart")
        elif statistics.item_rest_r[i] < 0:
            found.append(f"{name}: the stronger candidates do worse on it; check the key")
    return found


def _add_options(items: list[dict[str, Any]], responses: Responses, groups: int) -> None:
    """Put the distractor table and trace lines beside each item."""
    assert responses.codes is not None
    assert responses.key is not None
    counted = count_options(responses.codes, responses.key, max(len(names) for names in responses.options))
    figures = distractor_table(counted, groups)
    for i, names in enumerate(responses.options):
        items[i]["options"] = [
            {
                "option": name,
                "key": k == responses.key[i],
                "n": figures.n[i, k],
                "share": figures.share[i, k],
                "point_biserial": figures.point_biserial[i, k],
                "point_biserial_less_choice": figures.point_biserial_less_choice[i, k],
                "mean_total": figures.mean_total[i, k],
                "discrimination": figures.discrimination[i, k],
                "trace": figures.trace[i, k],
            }
            for k, name in enumerate(names)
        ]


def _add_model(document: dict[str, Any], responses: Responses, model: Model, wish: Wish) -> None:
    """Estimate, and put parameters, fit and information into the document."""
    coded = _encode(_categories(responses, model))
    fitted = fit(coded, model, Settings(nodes=wish.nodes))
    squares = mean_squares(coded, fitted.parameters, fitted.grid)
    tested = _score_fit(responses, coded, fitted)
    information = item_information(fitted.parameters, _THETA)
    for place, column in enumerate(fitted.items):
        item = document["items"][column]
        item |= _parameters(fitted, place, int(coded.categories[place]))
        item |= {"infit": squares.infit[place], "outfit": squares.outfit[place], "information": information[place]}
        if tested is not None:
            item |= {"s_x2": tested.x2[place], "s_x2_df": tested.df[place], "s_x2_p": tested.p[place]}
    document["warnings"] += _runaways(responses, fitted)
    document["loglik"] = fitted.loglik
    document["converged"] = fitted.converged
    document["information"] = {
        "theta": _THETA,
        "paper": information.sum(0),
        "se": standard_error(fitted.parameters, _THETA),
    }
    if not fitted.converged:
        document["warnings"].append("the estimates had not settled when the cycles ran out; a slope may have no finite value")
    if wish.abilities is not None:
        found = eap(coded, fitted.parameters, fitted.grid) if wish.abilities == "eap" else wle(coded, fitted.parameters)
        document["abilities"] = _people(responses, found)


def _runaways(responses: Responses, fitted: Fit) -> list[str]:
    """Name the items whose slope would grow without end, as that of an item that the others foretell exactly."""
    steep = np.abs(fitted.parameters.slope) > 0.99 * SLOPE_BOUND
    return [f"{responses.items[i]}: the slope has no finite estimate and was stopped at its bound" for i in fitted.items[steep]]


def _categories(responses: Responses, model: Model) -> Codes:
    """Return ordered categories for estimation: 0 and 1, or the different marks of each item in order."""
    marks = responses.marks
    if responses.codes is not None:
        return np.where(np.isnan(marks), MISSING, marks).astype(np.uint8)
    if model != "graded":
        raise NOT_ENOUGH(
            detail=Words(
                f"模型 {model} 需要 0 与 1 的得分；有部分得分请用 graded",
                f"model {model} needs marks of 0 and 1; use graded for ordered marks",
            )
        )
    codes = np.full(marks.shape, MISSING, np.uint8)
    for item in range(marks.shape[1]):
        there = ~np.isnan(marks[:, item])
        values, place = np.unique(marks[there, item], return_inverse=True)
        if values.size > 30:
            name = responses.items[item]
            detail = Words(
                f"{name} 题有 {values.size} 种得分，对 graded 太多", f"item {name} has {values.size} different marks, too many for graded"
            )
            raise NOT_ENOUGH(detail=detail)
        codes[there, item] = place
    return codes


def _encode(categories: Codes) -> CodedResponses:
    try:
        return encode(categories)
    except ValueError as error:
        raise NOT_ENOUGH(detail=str(error)) from None


def _parameters(fitted: Fit, place: int, categories: int) -> dict[str, Any]:
    """Return a, b and c of an item; b is a list when there are several steps."""
    b = fitted.parameters.difficulty[place, : categories - 1]
    guessing = fitted.parameters.guessing[place] if fitted.model == "3pl" else None
    return {"a": fitted.parameters.slope[place], "b": b if fitted.model == "graded" else b[0], "c": guessing}


def _score_fit(responses: Responses, coded: CodedResponses, fitted: Fit) -> ScoreFit | None:
    """Return S-X² where it exists: right-or-wrong items, nothing missing."""
    if responses.codes is None or coded.seen is not None or fitted.items.size < 3:
        return None
    right = responses.marks[:, fitted.items].astype(np.uint8)
    return score_fit(count_options(right, np.ones(fitted.items.size, np.uint8), 2), fitted)


def _people(responses: Responses, found: Abilities) -> list[dict[str, Any]]:
    each = zip(responses.persons, found.theta, found.se, strict=True)
    return [{"id": name, "theta": theta, "se": se} for name, theta, se in each]
