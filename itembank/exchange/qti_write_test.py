"""A form as a QTI 3.0 test: one part, gone through freely and handed in at once, as the bank's forms are.

Source: QTI 3.0 ASI information model, clauses AssessmentTest, TestPart, AssessmentSection, ItemSessionControl, OutcomeProcessing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from itembank.blueprint import Section
from itembank.exchange.qti_element import document, sub
from itembank.exchange.qti_write_scoring import outcome_of

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_CONTROL = {
    "max-attempts": "1",
    "show-feedback": "false",
    "allow-review": "true",
    "show-solution": "false",
    "allow-comment": "false",
    "allow-skipping": "true",
}


@dataclass(frozen=True)
class Sheet:
    """A section of a form, and the paths of its items in order."""

    section: Section
    paths: Sequence[str]


def write_test(identifier: str, title: str, sheets: Sequence[Sheet]) -> etree._Element:
    """Return the test."""
    root = document("qti-assessment-test", {"identifier": identifier, "title": title})
    outcome_of(root, "SCORE", "0")
    part = sub(root, "qti-test-part", {"identifier": "PART", "navigation-mode": "nonlinear", "submission-mode": "simultaneous"})
    sub(part, "qti-item-session-control", _CONTROL)
    n = 0
    for sheet in sheets:
        section = _section(part, sheet.section)
        for path in sheet.paths:
            n += 1
            sub(section, "qti-assessment-item-ref", {"identifier": f"ITEM{n}", "href": path})
    setting = sub(sub(root, "qti-outcome-processing"), "qti-set-outcome-value", {"identifier": "SCORE"})
    sub(sub(setting, "qti-sum"), "qti-test-variables", {"variable-identifier": "SCORE"})
    return root


def _section(part: etree._Element, told: Section) -> etree._Element:
    identifier = told.id if _NAME.fullmatch(told.id) else f"_{told.id}"
    section = sub(part, "qti-assessment-section", {"identifier": identifier, "title": told.title, "visible": "true"})
    if told.limit_s is not None:
        sub(section, "qti-time-limits", {"max-time": str(told.limit_s)})
    if told.shuffle_items:
        sub(section, "qti-ordering", {"shuffle": "true"})
    if told.instructions:
        rubric = sub(section, "qti-rubric-block", {"use": "instructions", "view": "candidate"})
        sub(sub(rubric, "qti-content-body"), "p", text=told.instructions)
    return section
