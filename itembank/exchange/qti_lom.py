"""What a manifest says about an item, in IEEE LOM: knowledge points, levels, programmes, difficulty, source, enemies, pool.

Source: IEEE 1484.12.1 LOM 1.0, elements 5.8 difficulty, 7 relation, 9 classification, and its XML binding 1484.12.3.  The five words of
LOM for difficulty are the five that the bank's sheet has; another number stands beside the name of this vocabulary.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast

from lxml import etree

from core.errors import ExamError
from itembank.exchange import qti_xml
from itembank.exchange.draft import Draft
from itembank.exchange.qti_element import written
from itembank.exchange.qti_rules import decimal
from itembank.exchange.qti_xml import attribute, below, children, text_of

LOM = "http://ltsc.ieee.org/xsd/LOM"
_STANDARD, _OURS = "LOMv1.0", "kaochang"
_WORDS = {"very easy": "0.2", "easy": "0.35", "medium": "0.5", "difficult": "0.65", "very difficult": "0.8"}
_PURPOSES = {"knowledge": "discipline", "levels": "educational level", "programmes": "competency"}
_POOL = "security level"
_RELATIONS = {"source": (_STANDARD, "isbasedon"), "enemies": (_OURS, "enemy")}
_LONGEST = {"knowledge": 200, "levels": 64, "programmes": 64, "enemies": 64}


@dataclass
class Facts:
    """What a manifest says about one file: values of a draft, and what the bank has no place for."""

    values: dict[str, Any] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)


def facts_about(draft: Draft) -> dict[str, Any]:
    """Return what a manifest says about a draft."""
    return {name: getattr(draft, name) for name in ("difficulty", "enemies", "source", "pool", *_PURPOSES)}


def describe(resource: etree._Element, told: Mapping[str, Any]) -> None:
    """Write what there is to say about a file, as `facts_about` has it, into its resource."""
    lom = etree.Element(f"{{{LOM}}}lom", nsmap=cast("dict[str, str]", {None: LOM}))
    _difficulty(lom, told.get("difficulty"))
    for ref in told.get("enemies", []):
        _relation(lom, "enemies", ref)
    if told.get("source"):
        _relation(lom, "source", told["source"])
    for name, purpose in _PURPOSES.items():
        for value in told.get(name, []):
            _classify(lom, purpose, value.split("/") if name == "knowledge" else [value])
    if told.get("pool", "live") != "live":
        _classify(lom, _POOL, [told["pool"]])
    if len(lom):
        etree.SubElement(resource, f"{{{etree.QName(resource).namespace}}}metadata").append(lom)


def read_manifest(data: bytes) -> dict[str, Facts]:
    """Return what a manifest says about each file.

    Raises:
        ExamError: as `qti_xml.parse`.
    """
    found: dict[str, Facts] = {}
    for resource in below(qti_xml.parse(data), "resource"):
        facts = Facts()
        for lom in below(resource, "lom"):
            _read(lom, facts)
        found[attribute(resource, "href")] = facts
    return found


def facts_of(manifest: bytes | None) -> tuple[dict[str, Facts], ExamError | None]:
    """Return what a manifest says, or why it cannot be read."""
    try:
        return (read_manifest(manifest) if manifest else {}), None
    except ExamError as error:
        return {}, error


def _sub(parent: etree._Element, name: str, text: str = "") -> etree._Element:
    made = etree.SubElement(parent, f"{{{LOM}}}{name}")
    made.text = written(text) or None
    return made


def _term(parent: etree._Element, name: str, source: str, value: str) -> None:
    term = _sub(parent, name)
    _sub(term, "source", source)
    _sub(term, "value", value)


def _difficulty(lom: etree._Element, difficulty: Decimal | None) -> None:
    if difficulty is None:
        return
    word = next((word for word, number in _WORDS.items() if Decimal(number) == difficulty), None)
    _term(_sub(lom, "educational"), "difficulty", _STANDARD if word else _OURS, word or f"{difficulty:f}")


def _relation(lom: etree._Element, name: str, value: str) -> None:
    relation = _sub(lom, "relation")
    _term(relation, "kind", *_RELATIONS[name])
    _sub(_sub(_sub(relation, "resource"), "description"), "string", value)


def _classify(lom: etree._Element, purpose: str, taxons: list[str]) -> None:
    classification = _sub(lom, "classification")
    _term(classification, "purpose", _STANDARD, purpose)
    path = _sub(classification, "taxonPath")
    _sub(_sub(path, "source"), "string", _OURS)
    for taxon in taxons:
        _sub(_sub(_sub(path, "taxon"), "entry"), "string", taxon)


def _read(lom: etree._Element, facts: Facts) -> None:
    for difficulty in below(lom, "difficulty"):
        _read_difficulty(_value(difficulty), facts)
    for relation in below(lom, "relation"):
        kinds = [_value(kind) for kind in children(relation, "kind")]
        name = next((name for name, (_, kind) in _RELATIONS.items() if kinds == [kind]), "")
        for description in below(relation, "description"):
            _keep(name, _exact(description), facts, f"relation {' '.join(kinds)}")
    for classification in below(lom, "classification"):
        purpose = " ".join(_value(told) for told in children(classification, "purpose"))
        for path in children(classification, "taxon-path"):
            value = "/".join(_exact(entry) for taxon in children(path, "taxon") for entry in children(taxon, "entry"))
            name = next((name for name, known in _PURPOSES.items() if known == purpose), "")
            if purpose == _POOL and value in {"live", "practice"}:
                facts.values["pool"] = value
            elif value:
                _keep(name, value, facts, f"classification {purpose} {value}")


def _keep(name: str, value: str, facts: Facts, told: str) -> None:
    if name == "source":
        facts.values["source"] = value
    elif name and 0 < len(value) <= _LONGEST[name]:
        held = facts.values.setdefault(name, [])
        held += [value] if value not in held else []
    else:
        facts.dropped.append(told[:80])


def _read_difficulty(value: str, facts: Facts) -> None:
    number = decimal(_WORDS.get(value, value))
    if number is not None and 0 <= number <= 1 and number == round(number, 4):
        facts.values["difficulty"] = number
    elif value:
        facts.dropped.append(f"difficulty {value}"[:80])


def _value(term: etree._Element) -> str:
    return next((text_of(value) for value in children(term, "value")), "")


def _exact(element: etree._Element) -> str:
    return next(_strings(element), text_of(element))


def _strings(element: etree._Element) -> Iterator[str]:
    return ("".join(str(piece) for piece in string.itertext()) for string in children(element, "string", "langstring"))
