"""All expressions of the standard by plain name."""

from collections.abc import Mapping

from scoring.processing.operators import containers, logic, numeric, testwide, texts, variables
from scoring.processing.session import Expression

EXPRESSIONS: Mapping[str, Expression] = {
    **variables.TABLE,
    **logic.TABLE,
    **numeric.TABLE,
    **containers.TABLE,
    **texts.TABLE,
    **testwide.TABLE,
}
