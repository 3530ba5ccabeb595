"""A QTI test as a blueprint: its sections with the items that each takes, all of them or so many of so many.

A test part is opened, and so is a section that holds only sections: the bank's forms have one level.  What a form, or its delivery, has no
place for is named: preconditions and branches, ways through the parts other than free, feedback, weights.

Source: QTI 3.0 ASI information model, clauses AssessmentTest, TestPart, AssessmentSection, Selection, Ordering, ItemSessionControl and
TimeLimits.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from posixpath import normpath
from typing import Any

from lxml import etree

from core.errors import ExamError
from itembank import errors
from itembank.exchange.qti_body import Body, read_html
from itembank.exchange.qti_package import Package, resolve
from itembank.exchange.qti_rules import decimal
from itembank.exchange.qti_xml import attribute, below, children, name_of
from itembank.exchange.report import Place, Planned, Remark
from itembank.sanitising import plain_text

_SECTION, _REFERENCE, _ITEM = "assessment-section", "assessment-section-ref", "assessment-item-ref"
_BRANCHING = ("pre-condition", "branch-rule", "template-default", "adaptive-selection")
_UNKEPT = {
    "max-attempts": "1",
    "show-feedback": "false",
    "allow-review": "true",
    "show-solution": "false",
    "allow-comment": "false",
    "allow-skipping": "true",
    "validate-responses": "false",
}
"""What an item session control may say so that delivery does it."""
_PLAIN = {"fixed": "false", "visible": "true", "keep-together": "true"}
"""What a part, section or reference may say that is so here anyway."""
_OTHER_OUTCOMES = ("outcome-condition", "lookup-outcome-value", "exit-test", "number-correct", "number-incorrect", "product", "divide")
_DEEPEST = 20
_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")


@dataclass
class _Test:
    """What reading one test gathers."""

    path: str
    package: Package
    dropped: list[str] = field(default_factory=list)
    required: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)


def read_test(root: etree._Element, package: Package, path: str) -> Planned | Remark:
    """Return a test as a blueprint whose draws name files, or why it is none."""
    ref, place = attribute(root, "identifier")[:64], Place(file=package.called(path))
    test = _Test(path, package)
    try:
        sections = list(_sections(root, test))
    except ExamError as error:
        return Remark(ref, error, place)
    if not sections:
        return Remark(ref, errors.QTI_TEST_EMPTY(), place)
    _name_rest(root, test)
    blueprint: dict[str, Any] = {
        "title": (attribute(root, "title") or ref)[:200],
        "sections": _identified(sections),
        "limits": [{"refs": [file], "least": 1} for file in test.required],
    }
    facts = package.facts.get(path)
    if facts:
        first = {name: facts.values.get(f"{name}s", [""])[0] for name in ("programme", "level")}
        blueprint |= {name: value for name, value in first.items() if value}
    notes = tuple(Remark(ref, errors.QTI_TEST_REDUCED(what=what), place) for what in dict.fromkeys(test.dropped))
    return Planned(ref, blueprint, place, notes)


def _sections(element: etree._Element, test: _Test, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the sections that hold items, in order."""
    for child in _opened(element, test, depth):
        name = name_of(child)
        if name == "test-part" or (name == _SECTION and not _items_of(child)):
            _name_control(child, test)
            test.dropped += [
                f"{name_of(found)} {attribute(child, 'identifier')}" for found in children(child, "time-limits", "rubric-block")
            ]
            if children(child, "selection"):
                raise errors.QTI_UNSUPPORTED(element=f"selection {attribute(child, 'identifier')}")
            yield from _sections(child, test, depth + 1)
        elif name == _SECTION:
            yield _section(child, test, depth)


def _section(section: etree._Element, test: _Test, depth: int) -> dict[str, Any]:
    draws = list(_draws(section, test, depth))
    rubric = Body()
    texts = [block for block in children(section, "rubric-block") if "candidate" in attribute(block, "view").split()]
    test.dropped += [f"rubric-block {attribute(block, 'view')}" for block in children(section, "rubric-block") if block not in texts]
    instructions = plain_text(" ".join(read_html([block], rubric) for block in texts))
    test.dropped += rubric.dropped
    return {
        "id": attribute(section, "identifier"),
        "title": (attribute(section, "title") or attribute(section, "identifier") or "-")[:200],
        "instructions": instructions,
        "shuffle_items": _is_shuffled(section),
        "draws": draws,
    } | _limit(section, test)


def _identified(sections: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return sections under their own identifiers, or all numbered where one is none of ours."""
    ids = [section["id"] for section in sections]
    if all(_ID.fullmatch(name) for name in ids) and len(set(ids)) == len(ids):
        return list(sections)
    return [section | {"id": f"{n}"} for n, section in enumerate(sections, 1)]


def _draws(section: etree._Element, test: _Test, depth: int) -> Iterator[dict[str, Any]]:
    """Yield what a section takes, in order; a section inside takes its own."""
    _name_control(section, test)
    selections, inside = children(section, "selection"), [*_opened(section, test, depth)]
    sections = [child for child in inside if name_of(child) == _SECTION]
    if selections and sections:
        raise errors.QTI_UNSUPPORTED(element=f"selection {attribute(section, 'identifier')}")
    run: list[str] = []
    for child in inside:
        if name_of(child) == _ITEM:
            run += _item(child, test, selected=bool(selections))
        else:
            yield from _all(run)
            run = []
            if _is_shuffled(child) != _is_shuffled(section):
                test.dropped.append(f"ordering {attribute(child, 'identifier')}")
            test.dropped += [f"time-limits {attribute(child, 'identifier')}"] * bool(children(child, "time-limits"))
            yield from _draws(child, test, depth + 1)
    if not selections:
        yield from _all(run)
    elif run:
        yield {"count": _select(selections[0], len(run), test), "refs": run}


def _all(run: Sequence[str]) -> Iterator[dict[str, Any]]:
    if run:
        yield {"count": len(run), "refs": list(run)}


def _select(selection: etree._Element, count: int, test: _Test) -> int:
    if attribute(selection, "with-replacement") == "true":
        test.dropped.append("selection with-replacement")
    told = attribute(selection, "select")
    if not re.fullmatch("[0-9]{1,4}", told) or not 0 < int(told) <= count:
        raise errors.QTI_UNSUPPORTED(element=f"selection {told} / {count}")
    return int(told)


def _item(reference: etree._Element, test: _Test, *, selected: bool) -> list[str]:
    """Return the file of an item; of one that the test has already nothing, for no form holds an item twice."""
    _name_control(reference, test)
    identifier = attribute(reference, "identifier")
    for name in ("weight", "variable-mapping", "time-limits"):
        for found in children(reference, name):
            if name != "weight" or decimal(attribute(found, "value")) != 1:
                test.dropped.append(f"{name} {identifier} {attribute(found, 'value')}".strip())
    file = normpath(test.package.called(resolve(test.path, attribute(reference, "href"))))
    if not test.package.files.keys() - {""}:
        file = resolve(test.package.name, attribute(reference, "href"))
    if file in test.seen:
        test.dropped.append(f"{_ITEM} {identifier} = {attribute(reference, 'href')}")
        return []
    test.seen.add(file)
    if selected and attribute(reference, "required") == "true":
        test.required.append(file)
    return [file]


def _opened(element: etree._Element, test: _Test, depth: int) -> Iterator[etree._Element]:
    """Yield what an element holds, sections in files of their own read."""
    if depth > _DEEPEST:
        raise errors.QTI_UNSUPPORTED(element=f"{_SECTION} × {depth}")
    for child in children(element, "test-part", _SECTION, _REFERENCE, _ITEM):
        if name_of(child) != _REFERENCE:
            yield child
            continue
        _name_control(child, test)
        _, section = test.package.root_of(test.path, attribute(child, "href"), _SECTION)
        yield section


def _items_of(section: etree._Element) -> list[etree._Element]:
    return children(section, _ITEM)


def _is_shuffled(section: etree._Element) -> bool:
    return any(attribute(ordering, "shuffle") == "true" for ordering in children(section, "ordering"))


def _limit(section: etree._Element, test: _Test) -> dict[str, int]:
    for limits in children(section, "time-limits"):
        most = decimal(attribute(limits, "max-time"))
        if attribute(limits, "min-time"):
            test.dropped.append(f"min-time {attribute(section, 'identifier')}")
        if most is not None and 0 < most <= 86400 and most == int(most):
            return {"limit_s": int(most)}
    return {}


def _name_control(element: etree._Element, test: _Test) -> None:
    """Name what an element asks that forms and their delivery do not do."""
    identifier = attribute(element, "identifier")
    test.dropped += [f"{name_of(found)} {identifier}" for found in children(element, *_BRANCHING)]
    test.dropped += [f"{name}={value} {identifier}" for name, does in _PLAIN.items() if (value := attribute(element, name, does)) != does]
    test.dropped += [f"category {category}" for category in attribute(element, "category").split()]
    if any(attribute(limits, "allow-late-submission") == "true" for limits in children(element, "time-limits")):
        test.dropped.append(f"allow-late-submission {identifier}")
    for control in children(element, "item-session-control"):
        unkept = [(name, attribute(control, name, does)) for name, does in _UNKEPT.items()]
        test.dropped += [f"{name}={value} {identifier}" for name, value in unkept if value != _UNKEPT[name]]
    for name, does in (("navigation-mode", "nonlinear"), ("submission-mode", "simultaneous")):
        if attribute(element, name, does) != does:
            test.dropped.append(f"{name}={attribute(element, name)} {identifier}")


def _name_rest(root: etree._Element, test: _Test) -> None:
    """Name what stands beside the parts: the time of a whole test is that of a sitting's paper, and marks are added up."""
    for limits in children(root, "time-limits"):
        late = " allow-late-submission" * (attribute(limits, "allow-late-submission") == "true")
        test.dropped.append(f"time-limits {attribute(limits, 'max-time')}{late}".strip())
    test.dropped += [f"stylesheet {attribute(found, 'href')}" for found in below(root, "stylesheet")]
    test.dropped += [f"{name_of(found)} {attribute(found, 'identifier')}".strip() for found in below(root, "test-feedback")]
    for processing in children(root, "outcome-processing"):
        used = {name_of(found) for found in below(processing, *_OTHER_OUTCOMES)}
        test.dropped += [f"outcome-processing {name}" for name in sorted(used)]
