"""Drafts as a QTI package: a manifest, one XML file an item, one file a picture, and for a form its test.

Source: 1EdTech QTI 3.0 and 2.2, assessment, section, test and item information model; content packaging 1.1 for the manifest.
"""

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, cast

from lxml import etree

from itembank.blueprint import Section
from itembank.exchange import media, qti_lom, qti_write_body
from itembank.exchange.draft import Draft
from itembank.exchange.qti_dialect import QTI3, Dialect, spell
from itembank.exchange.qti_write_item import write_item
from itembank.exchange.qti_write_test import Sheet, write_test

KINDS = qti_write_body.KINDS | {"case"}
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same in every archive


@dataclass(frozen=True)
class Form:
    """What a package says of a form besides its items."""

    id: str
    title: str
    programme: str
    level: str
    sections: Sequence[Section]


@dataclass(frozen=True)
class _File:
    """One resource of the package: where it lies, what it is, its document, what the manifest says about it, the files it needs."""

    path: str
    what: str
    root: etree._Element
    facts: dict[str, Any]
    needs: Sequence[int] = ()


def write(drafts: Iterable[Draft], dialect: Dialect = QTI3) -> bytes:
    """Return the package of all drafts, each of a kind of `KINDS`; the same drafts give the same bytes."""
    return _pack([_item(n, draft) for n, draft in enumerate(drafts, 1)], dialect)


def write_form(form: Form, drafts: Sequence[Sequence[Draft]], dialect: Dialect) -> bytes:
    """Return the package of a form: its test, and the drafts of each section; the same form gives the same bytes."""
    files: list[_File] = []
    sheets = []
    for section, held in zip(form.sections, drafts, strict=True):
        added = [_item(len(files) + n, draft) for n, draft in enumerate(held, 1)]
        sheets.append(Sheet(section, [file.path for file in added]))
        files += added
    facts = {"programmes": [form.programme] * bool(form.programme), "levels": [form.level] * bool(form.level)}
    test = _File("test.xml", "test", write_test(form.id, form.title, sheets), facts, range(1, len(files) + 1))
    return _pack([*files, test], dialect)


def _item(n: int, draft: Draft) -> _File:
    return _File(f"items/{n:06}.xml", "item", write_item(draft), qti_lom.facts_about(draft))


def _pack(files: Iterable[_File], dialect: Dialect) -> bytes:
    memory = BytesIO()
    manifest = _manifest(dialect)
    resources = etree.SubElement(manifest, f"{{{dialect.manifest}}}resources")
    written: set[str] = set()
    with zipfile.ZipFile(memory, "w") as archive:
        for n, file in enumerate(files, 1):
            root = spell(file.root, dialect)
            pictures = media.take_out(root, "../" * file.path.count("/"))
            _put(archive, file.path, _bytes_of(root))
            resource = _resource(resources, dialect, f"R{n}", dialect.type_of(file.what), file.path)
            qti_lom.describe(resource, file.facts)
            etree.SubElement(resource, f"{{{dialect.manifest}}}file", href=file.path)
            for need in (*(f"R{need}" for need in file.needs), *map(_called, pictures)):
                etree.SubElement(resource, f"{{{dialect.manifest}}}dependency", identifierref=need)
            for path in sorted(pictures.keys() - written):
                _put(archive, path, pictures[path].data)
            written |= pictures.keys()
        for path in sorted(written):
            resource = _resource(resources, dialect, _called(path), "webcontent", path)
            etree.SubElement(resource, f"{{{dialect.manifest}}}file", href=path)
        _put(archive, "imsmanifest.xml", _bytes_of(manifest))
    return memory.getvalue()


def _resource(resources: etree._Element, dialect: Dialect, identifier: str, kind: str, path: str) -> etree._Element:
    told = {"identifier": identifier, "type": kind, "href": path}
    return etree.SubElement(resources, f"{{{dialect.manifest}}}resource", told)


def _called(path: str) -> str:
    """Return the identifier of a picture's resource."""
    return f"M-{path.rpartition('/')[2].partition('.')[0]}"


def _manifest(dialect: Dialect) -> etree._Element:
    names = cast("dict[str, str]", {None: dialect.manifest})
    manifest = etree.Element(f"{{{dialect.manifest}}}manifest", {"identifier": "kaochang-items"}, nsmap=names)
    metadata = etree.SubElement(manifest, f"{{{dialect.manifest}}}metadata")
    for name, value in (("schema", dialect.schema), ("schemaversion", dialect.version)):
        etree.SubElement(metadata, f"{{{dialect.manifest}}}{name}").text = value
    etree.SubElement(manifest, f"{{{dialect.manifest}}}organizations")
    return manifest


def _bytes_of(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, data)
