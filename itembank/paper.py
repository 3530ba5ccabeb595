"""The candidate's paper: a frozen form, shuffled by the seed of one attempt.  Pure, and made without any key."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from itembank.business.workspace import workspace
from itembank.content import Content, FrozenForm, FrozenItem, FrozenSection, Option, Part
from itembank.draw import Stream, derive_seed
from itembank.kinds.catalogue import KINDS, SHUFFLED
from itembank.kinds.declaration import Check, Flaw, is_different

FLAGS = "@flags"
"""The place under which a candidate's flagged places are kept, beside the answers."""


class Places(dict[str, str]):
    """The kind of item at every place that may be answered, and what may be answered there."""

    def __init__(self, kinds: Mapping[str, str], checks: Mapping[str, Check] | None = None) -> None:
        """Without a check of its own, a place takes whatever has the shape of its kind."""
        super().__init__(kinds)
        self._checks = {place: KINDS[kind].check_shape for place, kind in kinds.items() if kind in KINDS} | dict(checks or {})

    def flaw(self, place: str, value: Any) -> Flaw:
        """Say what is wrong with an answer at a place of this paper; None when it is sound."""
        if place == FLAGS:
            return None if is_different(value) else "expected a list of different places"
        check = self._checks.get(place)
        return "there is no such place in the paper" if check is None else check(value)


def build(frozen: FrozenForm, seed: int, attempt: str) -> dict[str, Any]:
    """Return the paper of one attempt as JSON values.

        {"attempt", "form", "title", "language", "total_marks",
         "sections": [{"id", "title", "instructions", "marks", "items": [
            {"item": "12", "number": "3", "kind", "marks", "stem", "options": [{"id", "html"}]},
            {… "gaps": [{"id", "html", "options"}], "once", "limit", "image": {"data", "width", "height", "alt"}},
            {"item": "41", "number": "9", "kind": "case", "marks", "title", "stem", "stimulus", "exhibits": [{"title", "html"}],
             "parts": [{"item": "41.1", "number": "9.1", "kind", "marks", "stem", "options"}]},
            {"item": "45", "number": "10", "kind": "business", "marks", "title", "stem", "workspace": {…}}]}]}

    `item` names the place in the form, `number` what this candidate reads; marks are decimal texts.  The same seed gives the same
    paper for ever.  Items keep to their section; fixed options, the two of a true-or-false question, the parts of a case and their
    options, passages, spots, units and simulated-business tasks keep their order.
    """
    number = 0
    sections = []
    for section in frozen.sections:
        items = []
        for item in _ordered(section, seed):
            number += 1
            items.append(_item(item, seed, str(number), shuffle=section.shuffle_options))
        sections.append(
            {
                "id": section.id,
                "title": section.title,
                "instructions": section.instructions,
                "marks": show_marks(sum((item.content.marks for item in section.items), Decimal(0))),
                "items": items,
            }
        )
    return {
        "attempt": attempt,
        "form": frozen.form,
        "title": frozen.title,
        "language": frozen.language,
        "total_marks": show_marks(frozen.total_marks),
        "sections": sections,
    }


def answer_kinds(frozen: FrozenForm) -> Places:
    """Return every place that may be answered, parts of cases included, and `@flags` for the flagged places."""
    asked: dict[str, Content | Part] = {}
    for place, item in frozen.items.items():
        if item.content.parts:
            asked.update(item.part_places())
        else:
            asked[place] = item.content
    kinds = {place: question.kind for place, question in asked.items()} | {FLAGS: "flags"}
    return Places(kinds, {place: KINDS[question.kind].offer(question) for place, question in asked.items()})


def section_places(frozen: FrozenForm) -> dict[str, tuple[str, ...]]:
    """Return for each section the places that are answered in it, in the form's order; of a case those of its parts."""
    return {
        section.id: tuple(place for item in section.items for place in ([place for place, _ in item.part_places()] or [item.place]))
        for section in frozen.sections
    }


def item_seed(seed: int, place: str) -> int:
    """Return the seed of one item of one attempt: the parameters of a simulated-business task are drawn by it."""
    return derive_seed(seed, place)


def question(frozen: FrozenForm, place: str) -> dict[str, Any]:
    """Return the question at a place, in the author's order, for whoever marks it; a part of a case comes with its material.

        {"item", "kind", "marks", "title", "stem", "options": […], "stimulus", "exhibits": […]}

    Raises:
        KeyError: when there is no such place, or it is not answered by itself.
    """
    item = frozen.items[place.partition(".")[0]]
    content = item.content
    if content.kind != "case":
        return {**_plain(place, content, content.options), "title": content.title, "stimulus": content.stimulus, "exhibits": []}
    part = dict(item.part_places())[place]
    return {**_plain(place, part, part.options), "title": content.title, **_material(content)}


def show_marks(marks: Decimal) -> str:
    """Write marks without trailing zeros or exponent: `2`, `0.5`."""
    return f"{marks.normalize():f}"


def _ordered(section: FrozenSection, seed: int) -> Sequence[FrozenItem]:
    return Stream(seed, f"section/{section.id}").shuffled(section.items) if section.shuffle_items else section.items


def _item(item: FrozenItem, seed: int, number: str, *, shuffle: bool) -> dict[str, Any]:
    content = item.content
    named = {"number": number, "title": content.title}
    if content.kind == "case":
        parts = [{**_plain(place, part, part.options), "number": f"{number}.{n}"} for n, (place, part) in enumerate(item.part_places(), 1)]
        return {**_plain(item.place, content, ()), **named, **_material(content), "parts": parts}
    if content.kind == "business":
        assert content.scenario is not None
        return {**_plain(item.place, content, ()), **named, "workspace": workspace(content.scenario, item_seed(seed, item.place))}
    return {**_plain(item.place, content, _mixed(content, seed, item.place) if shuffle else content.options), "number": number}


def shown(asked: Content | Part, options: Sequence[Option] | None = None) -> dict[str, Any]:
    """Return a question as the page draws it, with its options in the author's or in another order."""
    told: dict[str, Any] = {
        "kind": asked.kind,
        "marks": show_marks(asked.marks),
        "stem": asked.stem,
        "options": [_option(option) for option in (asked.options if options is None else options)],
    }
    if asked.gaps:
        told["gaps"] = [{"id": gap.id, "html": gap.html, "options": [_option(option) for option in gap.options]} for gap in asked.gaps]
    if asked.once:
        told["once"] = True
    if asked.limit:
        told["limit"] = asked.limit
    if asked.image:
        told["image"] = asked.image.model_dump()
    return told


def _plain(place: str, asked: Content | Part, options: Sequence[Option]) -> dict[str, Any]:
    return {"item": place, **shown(asked, options)}


def _option(option: Option) -> dict[str, str]:
    told = {"id": option.id, "html": option.html}
    return told | {"area": option.area} if option.area else told


def _material(content: Content) -> dict[str, Any]:
    exhibits = [{"title": exhibit.title, "html": exhibit.html} for exhibit in content.exhibits]
    return {"stimulus": content.stimulus, "exhibits": exhibits}


def _mixed(content: Content, seed: int, place: str) -> Sequence[Option]:
    if content.kind not in SHUFFLED:
        return content.options
    free = iter(Stream(seed, f"options/{place}").shuffled(option for option in content.options if not option.fixed))
    return [option if option.fixed else next(free) for option in content.options]
