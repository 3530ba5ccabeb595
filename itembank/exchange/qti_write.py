"""Drafts as a QTI 3.0 package: a manifest and one XML file an item.

Source: 1EdTech QTI 3.0, assessment, section, test and item information model; content packaging 1.1 for the manifest.
"""

import zipfile
from collections.abc import Iterable
from decimal import Decimal
from io import BytesIO
from typing import cast

from lxml import etree

from itembank.exchange import qti_write_placed
from itembank.exchange.draft import Draft
from itembank.exchange.qti_body import BLANK
from itembank.exchange.qti_element import NS, fill, sub
from itembank.kinds.catalogue import CHOICES
from itembank.sanitising import plain_text

KINDS = frozenset({"single", "multiple", "truefalse", "numeric", "text", "extended"}) | qti_write_placed.KINDS
_PACKAGE = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
_XML = "http://www.w3.org/XML/1998/namespace"
_RESPONSE = "RESPONSE"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same in every archive
_TYPES = {"numeric": "float", "text": "string", "extended": "string"}


def write(drafts: Iterable[Draft]) -> bytes:
    """Return the package of all drafts, each of a kind of `KINDS`; the same drafts give the same bytes."""
    memory = BytesIO()
    manifest = etree.Element(f"{{{_PACKAGE}}}manifest", {"identifier": "kaochang-items"}, nsmap=cast("dict[str, str]", {None: _PACKAGE}))
    for name in ("metadata", "organizations"):
        etree.SubElement(manifest, f"{{{_PACKAGE}}}{name}")
    resources = etree.SubElement(manifest, f"{{{_PACKAGE}}}resources")
    with zipfile.ZipFile(memory, "w") as archive:
        for n, draft in enumerate(drafts, 1):
            path = f"items/{n:06}.xml"
            _put(archive, path, _item(draft))
            told = {"identifier": f"R{n}", "type": "imsqti_item_xmlv3p0", "href": path}
            etree.SubElement(etree.SubElement(resources, f"{{{_PACKAGE}}}resource", told), f"{{{_PACKAGE}}}file", href=path)
        _put(archive, "imsmanifest.xml", manifest)
    return memory.getvalue()


def _put(archive: zipfile.ZipFile, name: str, root: etree._Element) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def _item(draft: Draft) -> etree._Element:
    told = {"identifier": draft.ref, "title": draft.title, "adaptive": "false", "time-dependent": "false"}
    root = etree.Element(f"{{{NS}}}qti-assessment-item", told, nsmap=cast("dict[str, str]", {None: NS}))
    root.set(f"{{{_XML}}}lang", draft.language)
    if draft.kind in qti_write_placed.KINDS:
        return _placed(root, draft)
    _declare(root, draft)
    _outcomes(root, draft.marks)
    body = sub(root, "qti-item-body")
    if draft.kind in {"numeric", "text"}:
        _entry(body, draft.stem)
    else:
        _asked(body, draft)
    if draft.kind != "extended" and draft.key.correct:
        _process(root, draft)
    return root


def _placed(root: etree._Element, draft: Draft) -> etree._Element:
    qti_write_placed.declare(root, draft)
    _outcomes(root, draft.marks)
    qti_write_placed.ask(sub(root, "qti-item-body"), draft)
    if draft.key.correct:
        qti_write_placed.process(root, draft)
    return root


def _declare(root: etree._Element, draft: Draft) -> None:
    told = {"identifier": _RESPONSE, "cardinality": "multiple" if draft.kind == "multiple" else "single"}
    declaration = sub(root, "qti-response-declaration", told | {"base-type": _TYPES.get(draft.kind, "identifier")})
    right = draft.key.correct if draft.kind in CHOICES else draft.key.correct[:1]
    if draft.kind == "extended":
        right = [plain_text(draft.key.reference)] if draft.key.reference else []
    if right:
        correct = sub(declaration, "qti-correct-response")
        for value in right:
            sub(correct, "qti-value").text = value
    if _is_mapped(draft):
        _map(declaration, draft)


def _is_mapped(draft: Draft) -> bool:
    return draft.kind == "text" or draft.key.scheme != "all_or_nothing"


def _map(declaration: etree._Element, draft: Draft) -> None:
    """Write what each value earns, so that added up, and never below 0, it is what the key gives."""
    least, most = draft.key.floor or Decimal(0), draft.marks if draft.key.ceiling is None else draft.key.ceiling
    mapping = sub(declaration, "qti-mapping", {"lower-bound": f"{least:f}", "upper-bound": f"{most:f}", "default-value": "0"})
    if draft.key.scheme == "mapped":
        worths = draft.key.worths
    elif draft.kind == "text":
        worths = dict.fromkeys(draft.key.correct, draft.marks)
    else:
        share = round(draft.marks / max(len(draft.key.correct), 1), 6).normalize() + 0
        cost = share if draft.key.scheme == "per_option" else draft.marks
        worths = {option.id: share if option.id in draft.key.correct else -cost for option in draft.options}
    for value, worth in worths.items():
        sub(mapping, "qti-map-entry", {"map-key": value, "mapped-value": f"{worth:f}", "case-sensitive": "false"})


def _outcomes(root: etree._Element, marks: Decimal) -> None:
    for name, value in (("SCORE", "0"), ("MAXSCORE", f"{marks:f}")):
        told = {"identifier": name, "cardinality": "single", "base-type": "float"}
        default = sub(sub(root, "qti-outcome-declaration", told), "qti-default-value")
        sub(default, "qti-value").text = value


def _asked(body: etree._Element, draft: Draft) -> None:
    response = {"response-identifier": _RESPONSE}
    if draft.kind == "extended":
        fill(sub(sub(body, "qti-extended-text-interaction", response), "qti-prompt"), draft.stem)
        return
    is_mixed = not all(option.fixed for option in draft.options)
    told = {"max-choices": "0" if draft.kind == "multiple" else "1", "shuffle": str(is_mixed).lower()}
    choice = sub(body, "qti-choice-interaction", response | told)
    fill(sub(choice, "qti-prompt"), draft.stem)
    for option in draft.options:
        fixed = {"fixed": "true"} if option.fixed else {}
        fill(sub(choice, "qti-simple-choice", {"identifier": option.id} | fixed), option.html)


def _entry(body: etree._Element, stem: str) -> None:
    """Write a text entry where the stem has a blank, else behind it."""
    held = stem if BLANK in stem else f"{stem} {BLANK}"
    block = sub(body, "div")
    fill(block, held.removeprefix("<div>").removesuffix("</div>") if held.startswith("<div>") and held.endswith("</div>") else held)
    blank = next(span for span in block.iter(f"{{{NS}}}span") if span.get("class") == "blank")
    for name in list(blank.attrib):
        del blank.attrib[name]
    blank.tag, blank.text = f"{{{NS}}}qti-text-entry-interaction", None
    blank.set("response-identifier", _RESPONSE)


def _process(root: etree._Element, draft: Draft) -> None:
    processing = sub(root, "qti-response-processing")
    if _is_mapped(draft):
        setting = sub(processing, "qti-set-outcome-value", {"identifier": "SCORE"})
        sub(setting, "qti-map-response", {"identifier": _RESPONSE})
        return
    branch = sub(sub(processing, "qti-response-condition"), "qti-response-if")
    match = sub(branch, "qti-match")
    sub(match, "qti-variable", {"identifier": _RESPONSE})
    sub(match, "qti-correct", {"identifier": _RESPONSE})
    setting = sub(branch, "qti-set-outcome-value", {"identifier": "SCORE"})
    sub(setting, "qti-base-value", {"base-type": "float"}).text = f"{draft.marks:f}"
