"""A frozen form on paper, for the archive: every item in the form's own order, without keys, and the hash that it was frozen with.

Formulas stand as their TeX; pictures are printed, those under hot spots with their description.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from core.errors import Words
from core.pdf import write_pdf
from itembank.content import Content, FrozenForm, FrozenItem, Gap, Option, Part
from itembank.kinds.catalogue import KINDS
from itembank.paper import show_marks
from itembank.pictures import read_picture
from itembank.printing_task import print_task
from itembank.printing_tree import Tree, print_picture, tree
from itembank.sanitising import plain_text

_TEMPLATE = Path(__file__).parent / "form.typ"
_WORDS = {
    "zh": {"marks": "分", "total": "满分", "items": "共 {n} 题", "state": "状态", "exhibit": "附件", "picture": "图"},
    "en": {
        "marks": "marks",
        "total": "Total",
        "items": "{n} items",
        "state": "State",
        "exhibit": "Exhibit",
        "picture": "Picture",
    },
}


@dataclass(frozen=True)
class Archive:
    """What the archive keeps beside the content: the hash, who did what when, in plain words, and what the programme is called."""

    content_hash: str
    acts: tuple[str, ...]
    refs: tuple[str, ...]
    made_at: datetime
    programme: Words


def print_form(frozen: FrozenForm, archive: Archive) -> bytes:
    """Return the form as PDF; it keeps the processor busy (`core.aside`).  The same form gives the same bytes."""
    files: dict[str, bytes] = {}
    return write_pdf(_TEMPLATE, _with_files(document(frozen, archive), files), archive.made_at, files)


def document(frozen: FrozenForm, archive: Archive) -> Tree:
    """Return what the template prints."""
    language = "en" if frozen.language == "en" else "zh"
    words = _WORDS[language]
    refs = dict(zip(frozen.items, archive.refs, strict=True))
    sections = [
        {
            "title": section.title,
            "instructions": section.instructions,
            "items": [_item(item, refs[item.place], language) for item in section.items],
        }
        for section in frozen.sections
    ]
    count = words["items"].format(n=len(frozen.items))
    facts = [archive.programme[language == "en"], frozen.level, frozen.paper, f"{words['total']} {show_marks(frozen.total_marks)}", count]
    return {
        "title": frozen.title,
        "language": language,
        "facts": [fact for fact in facts if fact],
        "hash": archive.content_hash,
        "acts": list(archive.acts),
        "sections": sections,
    }


def _item(item: FrozenItem, ref: str, language: str) -> Tree:
    content, words = item.content, _WORDS[language]
    told = _question(content, item.place, language) | {"ref": ref, "version": item.version, "title": ""}
    if content.kind == "case":
        exhibits = [{"title": f"{words['exhibit']} {exhibit.title}", "body": tree(exhibit.html)} for exhibit in content.exhibits]
        parts = [_question(part, place, language) for place, part in item.part_places()]
        told |= {"title": content.title, "body": tree(content.stimulus), "exhibits": exhibits, "parts": parts}
    if content.scenario:
        told |= print_task(content.scenario, language)
    return told


def _question(question: Content | Part, place: str, language: str) -> Tree:
    words, kind = _WORDS[language], KINDS[question.kind]
    body = tree(question.stem)
    if image := question.image:
        shown = print_picture(image.data, image.alt, image.width, image.height)
        body += [{"tag": "p", "children": [shown]}, {"tag": "p", "children": [f"[{words['picture']}: {image.alt}]"]}]
    return {
        "place": place,
        "kind": kind.en if language == "en" else kind.zh,
        "marks": f"{show_marks(question.marks)} {words['marks']}",
        "body": body,
        "options": [*_options(question.options), *_gaps(question.gaps)],
        "exhibits": [],
        "parts": [],
    }


def _options(options: Sequence[Option]) -> Iterator[Tree]:
    yield from ({"id": option.id, "body": tree(option.html)} for option in options)


def _gaps(gaps: Sequence[Gap]) -> Iterator[Tree]:
    for gap in gaps:
        offered = "　".join(f"{option.id}. {plain_text(option.html)}" for option in gap.options)
        yield {"id": f"[{gap.id}]", "body": [*tree(gap.html), offered]}


def _with_files(node: Any, files: dict[str, bytes]) -> Any:
    """Return a tree whose pictures go by the names of files, which are put into `files`."""
    if isinstance(node, list):
        return [_with_files(inner, files) for inner in node]
    if not isinstance(node, dict):
        return node
    if node.get("tag") == "img":
        picture = read_picture(node["address"])
        name = f"{sha256(picture.data).hexdigest()}.{picture.kind}"
        files[name] = picture.data
        return node | {"address": name}
    return {name: _with_files(inner, files) for name, inner in node.items()}
