"""The response processing templates of the standard (QTI 2.2 ASI, "Response Processing Templates"), by the last part of their address.

They are the same in every version: `…/qti_v2p1/rptemplates/match_correct` and `…/v3p0/rptemplates/match_correct.xml` are one.
"""

from functools import cache

from scoring.processing.errors import TEMPLATE_UNKNOWN, ProcessingError
from scoring.processing.reading import Node, read

_SCORE = '<setOutcomeValue identifier="SCORE">{}</setOutcomeValue>'
_ONE = _SCORE.format('<baseValue baseType="float">1</baseValue>')
_ZERO = _SCORE.format('<baseValue baseType="float">0</baseValue>')
_RESPONSE = '<variable identifier="RESPONSE"/>'
_CONDITION = (
    "<responseProcessing><responseCondition><responseIf>{}</responseIf>"
    "<responseElse>{}</responseElse></responseCondition></responseProcessing>"
)

TEMPLATES = {
    "match_correct": _CONDITION.format(f'<match>{_RESPONSE}<correct identifier="RESPONSE"/></match>{_ONE}', _ZERO),
    "map_response": _CONDITION.format(f"<isNull>{_RESPONSE}</isNull>{_ZERO}", _SCORE.format('<mapResponse identifier="RESPONSE"/>')),
    "map_response_point": _CONDITION.format(
        f"<isNull>{_RESPONSE}</isNull>{_ZERO}", _SCORE.format('<mapResponsePoint identifier="RESPONSE"/>')
    ),
}


@cache
def _read(name: str) -> Node:
    return read(TEMPLATES[name].encode())


def find_template(address: str) -> Node:
    """Return the rules of a template.

    Raises:
        ProcessingError: when it is none of the standard's.
    """
    name = address.strip().rstrip("/").rpartition("/")[2].removesuffix(".xml")
    if name not in TEMPLATES:
        raise ProcessingError(TEMPLATE_UNKNOWN, name=address[:200])
    return _read(name)
