"""The door for a new definition: read it, sanitise its HTML, and try it with many seeds before anyone sits it."""

from collections.abc import Callable, Mapping
from typing import Any

from itembank.business.expression import Value
from itembank.business.parameters import fill
from itembank.business.reducer import begin, check_action
from itembank.business.scenario import AcceptedKey, Document, FormField, HtmlBlock, PointsKey, Scenario, TicksKey
from itembank.business.solving import right_options, solve
from itembank.business.values import read_date
from itembank.business.workspace import workspace

TRIALS = 64  # seeds a definition is tried with


def load_scenario(raw: dict[str, Any], clean_html: Callable[[str], str]) -> Scenario:
    """Return the definition in `raw` with every piece of HTML passed through `clean_html`, tried with `TRIALS` seeds.

    Raises:
        ValueError: with a sentence, when it does not fit together or has no value for some seed (pydantic's
            ValidationError and ExpressionError are both ValueErrors).
    """
    scenario = _with_html(Scenario.model_validate(raw), clean_html)
    for seed in range(TRIALS):
        check_seed(scenario, seed)
    return scenario


def check_seed(scenario: Scenario, seed: int) -> None:
    """Work the whole task out for one seed.

    Raises:
        ValueError: when a text cannot be written, or a right value could not be entered in its field.
    """
    workspace(scenario.visible, seed)
    right = solve(scenario.visible, scenario.key, seed)
    started = begin(scenario.visible, seed).values
    for field in scenario.visible.fields:
        if field.name in started:
            _check_entry(scenario, field, started[field.name], seed)
        key = scenario.key.fields[field.name]
        if field.name in right:
            _check_type(field, right[field.name], seed)
        if isinstance(key, TicksKey):
            _check_ticks(field, key, right, seed)
        elif isinstance(key, AcceptedKey):
            for text in key.accepted:
                _check_entry(scenario, field, fill(text, right), seed)
        elif isinstance(key, PointsKey):
            for text in (text for point in key.points for text in point.texts):
                fill(text, right)


def _check_type(field: FormField, value: Value, seed: int) -> None:
    options = {option.id for option in field.options}
    if field.type == "choice":
        sound = value in options
    elif field.type == "date":
        sound = isinstance(value, str) and read_date(value) is not None
    else:
        sound = not isinstance(value, str | bool) and (field.type != "quantity" or value == value.to_integral_value())
    if not sound:
        raise ValueError(f"{field.name}: with seed {seed} the right value {value} cannot be entered")


def _check_ticks(field: FormField, key: TicksKey, right: Mapping[str, Value], seed: int) -> None:
    if not right_options(key, right):
        raise ValueError(f"{field.name}: with seed {seed} no option is right; give one that says so")


def _check_entry(scenario: Scenario, field: FormField, entry: Any, seed: int) -> None:
    refusal = check_action(scenario.visible, {"action": "set", "field": field.name, "value": entry})
    if refusal:
        raise ValueError(f"{field.name}: with seed {seed} {entry!r:.40} is refused: {refusal}")


def _with_html(scenario: Scenario, clean_html: Callable[[str], str]) -> Scenario:
    def cleaned(document: Document) -> Document:
        blocks = [HtmlBlock(html=clean_html(block.html)) if isinstance(block, HtmlBlock) else block for block in document.blocks]
        return document.model_copy(update={"blocks": tuple(blocks)})

    documents = tuple(cleaned(document) for document in scenario.visible.documents)
    return scenario.model_copy(update={"visible": scenario.visible.model_copy(update={"documents": documents})})
