"""QTI 2.1, 2.2 and 3.0: items and tests, one by one or in a package.

An item with several interactions becomes a case with a part for each; so does one whose body is made of the blocks of a case (see
`itembank.exchange.qti_write_item`).  Everything else is refused by the name of the element.  Of feedback only an explanation goes in,
which is kept with the key: anything else may tell the answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from typing import Any

from lxml import etree
from pydantic import ValidationError

from core.errors import ExamError
from core.faults import faults_of
from itembank import errors
from itembank.exchange import media, package, qti_xml
from itembank.exchange.draft import Draft
from itembank.exchange.qti_body import EXHIBIT, INLINE, PART, STEM, STIMULUS, Body, blocks_of, read_body, read_html
from itembank.exchange.qti_clones import CLONES, TEMPLATES, is_parameterised, seed_of, set_apart
from itembank.exchange.qti_engine import Engine, Processing
from itembank.exchange.qti_key import Question, Scope, read_gaps, read_quantity, read_question
from itembank.exchange.qti_lom import facts_of
from itembank.exchange.qti_package import MANIFEST, Package
from itembank.exchange.qti_read_test import read_test
from itembank.exchange.qti_rubric import other_feedback, read_explanation, read_rubric, scorer_rubrics
from itembank.exchange.qti_scoring import full_marks
from itembank.exchange.qti_unread import unread
from itembank.exchange.qti_xml import attribute, children, name_of
from itembank.exchange.report import Place, Read, Reading, Remark
from itembank.sanitising import plain_text

REF_LENGTH = 64
_OF_PACKAGE = (".xml", ".xsd", ".dtd")
_NAMED = 20  # files that a note names
_HUNDREDTH = Decimal("0.01")
_SHARED = frozenset({"assessment-stimulus", "assessment-section"})
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass
class _Item:
    """What reading one item gathers: where it stands, its reference, its notes."""

    root: etree._Element
    path: str
    ref: str
    place: Place
    processing: Processing
    notes: list[Remark] = field(default_factory=list)

    def note(self, error: ExamError) -> None:
        self.notes.append(Remark(self.ref, error, self.place))


def read(data: bytes, name: str, engine: Engine | None = None) -> Iterator[Reading]:
    """Yield the item or the test in an XML file, or all of a package; what is none, or cannot be carried, is refused.

    A parameterised item is read as its clones; without an engine, which draws them, it is refused.

    Raises:
        ExamError: `itembank.archive_unsafe`.
    """
    if not package.is_zip(data):
        yield from _read_one(Package(name, {"": data}), "", engine)
        return
    files = package.Entries(data, ".xml")
    manifest = next((path for path in files if path.rsplit("/", 1)[-1] == MANIFEST), None)
    facts, error = facts_of(files[manifest] if manifest else None)
    found = Package(name, files, facts, find=package.reader(data))
    if error:
        yield Remark("", error, Place(file=found.called(MANIFEST)))
    later: list[Remark] = []
    for path in files:
        if path == manifest:
            continue
        for reading in _read_one(found, path, engine):
            if isinstance(reading, Remark) and reading.error.fields.get("element") in _SHARED:
                later.append(reading)  # an item, or a test, may hold it
            else:
                yield reading
    unused = [path for path in package.check(data) if path not in found.used and not path.lower().endswith(_OF_PACKAGE)]
    if unused:
        yield Remark("", errors.QTI_FILES_UNUSED(count=len(unused), files=", ".join(unused[:_NAMED])), Place())
    yield from (remark for remark in later if remark.place.file not in {found.called(path) for path in found.used})


def _read_one(found: Package, path: str, engine: Engine | None) -> Sequence[Reading]:
    ref, place = "", Place(file=found.called(path))
    try:
        root = qti_xml.parse(found.files[path])
        ref = _ref(attribute(root, "identifier"))
        if name_of(root) == "assessment-test":
            return [read_test(root, found, path)]
        if engine is None or name_of(root) != "assessment-item" or not is_parameterised(root):
            return [_read_item(_Item(root, path, ref, place, Processing(found.files[path], root, engine)), found)]
        return set_apart(_read_item(item, found) for item in _clones(root, found, path, engine))
    except ExamError as error:
        return [Remark(ref, error, place)]
    except ValidationError as error:
        first = faults_of(error)[0]
        return [Remark(ref, errors.FIELD_WRONG(field=first.field, detail=first.reason), place)]


def _clones(whole: etree._Element, found: Package, path: str, engine: Engine) -> Iterator[_Item]:
    identifier, place = attribute(whole, "identifier"), Place(file=found.called(path))
    for n in range(1, CLONES + 1):
        data = engine.clone(found.files[path], seed_of(identifier, n))
        root = qti_xml.parse(data)
        yield _Item(root, path, _ref(f"{identifier}-{n}"), place, Processing(data, root, engine))


def _read_item(item: _Item, found: Package) -> Read:
    for remark in media.embed(item.root, item.path.rpartition("/")[0], found.file):
        item.note(remark)
    return Read(_draft(item, found), item.place, tuple(item.notes))


def _draft(item: _Item, found: Package) -> Draft:
    root = item.root
    if name_of(root) != "assessment-item":
        raise errors.QTI_NOT_ITEM(element=name_of(root))
    if attribute(root, "adaptive") == "true":
        raise errors.QTI_UNSUPPORTED(element="adaptive")
    for element in children(root, *TEMPLATES):
        raise errors.QTI_UNSUPPORTED(element=name_of(element))
    shared = Body()
    stimulus = found.stimuli_of(root, item.path, shared)
    bodies = children(root, "item-body")
    blocks = blocks_of(bodies[0]) if bodies else {}
    values = _blocks(item, blocks) if blocks else _whole(item, bodies, stimulus)
    if blocks and stimulus:
        values["stimulus"] = stimulus + values["stimulus"]
    _compare_marks(item, values["marks"])
    values |= {"ref": item.ref, "title": attribute(root, "title")[:200], "language": _language(item, str(values))}
    facts = found.facts.get(item.path)
    if facts:
        values |= facts.values
    endings = ["", *(f"_{n}" for n, _ in enumerate(blocks.get(PART, []), 1))]
    _drop(item, [*shared.dropped, *unread(root), *other_feedback(root, endings), *(facts.dropped if facts else [])])
    return Draft(**values)


def _whole(item: _Item, bodies: Sequence[etree._Element], stimulus: str) -> dict[str, Any]:
    """Return an item whose body is as its author made it: one question, or a case of several."""
    scope = Scope(item.root, item.processing)
    body, questions = _questions(scope, bodies[0]) if bodies else (Body(), [])
    if not questions:
        raise errors.QTI_NO_INTERACTION()
    body.html = stimulus + body.html
    if len(questions) > 1:
        body.dropped += ["rubric-block"] * bool(scorer_rubrics(bodies[0]))
        values = _case(item, body, questions)
    else:
        values = _alone(item, scope, bodies[0], body, questions[0])
    _note(item, body, questions, values.get("parts", [values]))
    return values


def _blocks(item: _Item, blocks: dict[str, list[etree._Element]]) -> dict[str, Any]:
    """Return a case whose body is made of the blocks of one."""
    parts = []
    for n, block in enumerate(blocks[PART], 1):
        scope = Scope(item.root, item.processing, f"_{n}")
        body, questions = _questions(scope, block)
        if len(questions) != 1:
            raise errors.QTI_UNSUPPORTED(element=f"{PART} {n}")
        parts.append(_alone(item, scope, block, body, questions[0]))
        _note(item, body, questions, parts[-1:])
    around = Body()
    values = {
        "kind": "case",
        "stem": read_html(blocks.get(STEM, []), around),
        "stimulus": read_html(blocks.get(STIMULUS, []), around),
        "exhibits": [_exhibit(block, around) for block in blocks.get(EXHIBIT, [])],
        "parts": parts,
        "explanation": read_explanation(item.root, "", around),
        "marks": sum(part["marks"] for part in parts),
    }
    _drop(item, around.dropped)
    return values


def _exhibit(block: etree._Element, body: Body) -> dict[str, str]:
    title = next(("".join(map(str, found.itertext())) for found in children(block, "h3")), "")
    return {"title": title, "html": read_html(children(block, "div"), body)}


def _questions(scope: Scope, element: etree._Element) -> tuple[Body, list[Question]]:
    """Return what is asked in a body."""
    quantity = scope.quantity
    body = read_body(element, frozenset({quantity.number, quantity.unit}) if quantity else frozenset())
    interactions = body.interactions
    asked = [attribute(interaction, "response-identifier") for interaction in interactions]
    if quantity and asked == [quantity.number, quantity.unit] and name_of(interactions[1]) == INLINE:
        return body, [read_quantity(scope, quantity, interactions, body)]
    if interactions and all(name_of(interaction) == INLINE for interaction in interactions):
        return body, [read_gaps(scope, interactions, body, "")]
    return body, [read_question(scope, interaction, body) for interaction in interactions]


def _alone(item: _Item, scope: Scope, element: etree._Element, body: Body, question: Question) -> dict[str, Any]:
    """Return a question that stands alone in its body."""
    before, prompt = body.html.strip(), question.prompt
    stem = before + (f"<p>{prompt}</p>" if before and prompt and not prompt.startswith("<") else prompt)
    if not plain_text(stem):
        stem = attribute(item.root, "title")
        item.note(errors.QTI_STEM_FROM_TITLE())
    key = question.key
    rubric = read_rubric(element)
    if question.kind != "extended":
        body.dropped += ["rubric-block"] * bool(scorer_rubrics(element))
    elif rubric["rubric"] or rubric["reference"]:
        key = key.model_copy(update={"rubric": rubric["rubric"], "reference": key.reference + rubric["reference"], "lacks": ""})
    return {
        "kind": question.kind,
        "stem": stem,
        "options": question.options,
        "key": key,
        "marks": question.marks,
        "explanation": read_explanation(item.root, scope.ending, body),
        **question.extra,
    }


def _case(item: _Item, body: Body, questions: list[Question]) -> dict[str, Any]:
    shares = _shares(item, body)
    parts = []
    for n, question in enumerate(questions, 1):
        stem = f"({n}) {question.prompt}".strip()
        marks = shares[n - 1] if shares and question.key.scheme != "mapped" else question.marks
        asked = {"kind": question.kind, "stem": stem, "options": question.options, "key": question.key, "marks": marks}
        parts.append(asked | question.extra)
    return {
        "kind": "case",
        "stimulus": body.html.strip(),
        "parts": parts,
        "explanation": read_explanation(item.root, "", body),
        "marks": sum(part["marks"] for part in parts),
    }


def _shares(item: _Item, body: Body) -> list[Decimal]:
    """Return the marks of each part, to the hundredth, when the item has marks as a whole alone; empty when each part earns its own."""
    earned = [item.processing.earned("SCORE", [attribute(part, "response-identifier")]) for part in body.interactions]
    total = item.processing.earned("SCORE") or full_marks(item.root)
    if all(part and part > 0 for part in earned) or not total or total <= 0:
        return []
    share = max(round(total / len(earned), 2), _HUNDREDTH)
    last = max(round(total - share * (len(earned) - 1), 2), _HUNDREDTH)
    return [share.normalize() + 0] * (len(earned) - 1) + [last.normalize() + 0]


def _compare_marks(item: _Item, marks: Decimal) -> None:
    """Name what the file says the item is worth, and what its own processing gives for the right answer, where that is something else."""
    told = {"MAXSCORE": full_marks(item.root), "SCORE": item.processing.earned("SCORE")}
    others = [f"{name} {value.normalize():f}" for name, value in told.items() if value is not None and abs(value - marks) >= _HUNDREDTH / 2]
    if others:
        item.note(errors.QTI_WORTH(marks=f"{marks:f}", told=", ".join(others)))


def _note(item: _Item, body: Body, questions: list[Question], asked: list[dict[str, Any]]) -> None:
    for question, values in zip(questions, asked, strict=True):
        if question.reduced:
            item.note(errors.QTI_REDUCED(detail=question.reduced))
        if values["key"].lacks:
            item.note(errors.QTI_NO_KEY())
    _drop(item, body.dropped)


def _drop(item: _Item, dropped: Sequence[str]) -> None:
    for what in dict.fromkeys(dropped):
        item.note(errors.QTI_DROPPED(what=what))


def _language(item: _Item, told: str) -> str:
    lang = str(item.root.get(_LANG) or "").lower()
    if lang.startswith(("en", "zh")):
        return lang[:2]
    if lang:
        item.note(errors.QTI_DROPPED(what=f"xml:lang {lang}"))
    return "zh" if any("\u4e00" <= letter <= "\u9fff" for letter in told) else "en"


def _ref(identifier: str) -> str:
    """Return the identifier, shortened with a digest when it is longer than a reference may be."""
    if len(identifier) <= REF_LENGTH:
        return identifier
    return f"{identifier[: REF_LENGTH - 11]}~{sha256(identifier.encode()).hexdigest()[:10]}"
