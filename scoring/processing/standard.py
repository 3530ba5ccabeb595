"""The response processing templates of the standard (QTI 2.2 ASI, "Response Processing Templates"), by the last part of their address.

They are the same in every version: `…/qti_v2p1/rptemplates/match_correct` and `…/v3p0/rptemplates/match_correct.xml` are one.  Those that
begin with CC2 come with the standard's profile for Common Cartridge; they count to MAXSCORE and name the feedback.
"""

from functools import cache

from scoring.processing.errors import TEMPLATE_UNKNOWN, ProcessingError
from scoring.processing.reading import Node, read

_SCORE = '<setOutcomeValue identifier="SCORE">{}</setOutcomeValue>'
_ONE = _SCORE.format('<baseValue baseType="float">1</baseValue>')
_ZERO = _SCORE.format('<baseValue baseType="float">0</baseValue>')
_FEEDBACK = '<setOutcomeValue identifier="{}"><baseValue baseType="identifier">{}</baseValue></setOutcomeValue>'
_MAXSCORE = '<variable identifier="MAXSCORE"/>'
_RESPONSE = '<variable identifier="RESPONSE"/>'
_CONDITION = "<responseCondition><responseIf>{}</responseIf><responseElse>{}</responseElse></responseCondition>"
_MATCH = f'<match>{_RESPONSE}<correct identifier="RESPONSE"/></match>'
_RIGHT_OR_WRONG = _CONDITION.format(_MATCH + _ONE, _ZERO)


def _mapped(expression: str) -> str:
    return _CONDITION.format(f"<isNull>{_RESPONSE}</isNull>{_ZERO}", _SCORE.format(f'<{expression} identifier="RESPONSE"/>'))


TEMPLATES = {
    "match_correct": _RIGHT_OR_WRONG,
    "map_response": _mapped("mapResponse"),
    "map_response_point": _mapped("mapResponsePoint"),
    "cc2_match": _RIGHT_OR_WRONG,
    "cc2_match_basic": _CONDITION.format(
        _MATCH + _SCORE.format(_MAXSCORE) + _FEEDBACK.format("FEEDBACKBASIC", "correct"), _FEEDBACK.format("FEEDBACKBASIC", "incorrect")
    ),
    "cc2_map_response": _mapped("mapResponse")
    + _CONDITION.format(
        f'<equal toleranceMode="exact"><variable identifier="SCORE"/>{_MAXSCORE}</equal>' + _FEEDBACK.format("FEEDBACK", "correct"),
        _FEEDBACK.format("FEEDBACK", "incorrect"),
    ),
}


@cache
def _read(name: str) -> Node:
    return read(f"<responseProcessing>{TEMPLATES[name]}</responseProcessing>".encode())


def find_template(address: str) -> Node:
    """Return the rules of a template.

    Raises:
        ProcessingError: when it is none of the standard's.
    """
    name = address.strip().rstrip("/").rpartition("/")[2].removesuffix(".xml").lower()
    if name not in TEMPLATES:
        raise ProcessingError(TEMPLATE_UNKNOWN, name=address[:200])
    return _read(name)
