"""Divide a draft: what a candidate may see on one side, the key on the other, everything sanitised."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from unicodedata import east_asian_width

import orjson

from core.errors import ExamError, Words
from itembank import errors
from itembank.business.loading import load_scenario
from itembank.business.scenario import Scenario, split
from itembank.content import Content, Exhibit, Gap, Image, Option, Part
from itembank.exchange.draft import Draft, DraftImage, DraftOption, DraftPart
from itembank.exchange.lettering import Lettering, letter, lettered
from itembank.items import NewVersion
from itembank.keys import Key
from itembank.kinds.errors import IMAGES_MANY
from itembank.pictures import MOST_BYTES_IN_ITEM, MOST_IN_ITEM, read_picture
from itembank.sanitising import clean, lost_markup, lost_pictures, pictures_in, plain_text, settle_pictures, shows_nothing

_TITLE = 80  # columns of the stem that stand for a title; a Chinese character takes two
_SEARCHED = 4000  # characters of an item that full-text search looks at


@dataclass(frozen=True)
class Divided:
    """A draft as it goes into the bank, the tags that sanitising took away from it, and what is to be said of its pictures."""

    version: NewVersion
    lost: tuple[str, ...]
    remarks: tuple[ExamError, ...]


def divide(draft: Draft) -> Divided:
    """Return the sanitised version of a draft, its key apart.

    Options are called by letters in the author's order: an identifier such as `correct` would tell the candidate.

    Raises:
        ExamError: of `itembank.errors`, when sanitising leaves nothing, or the scenario does not work out.
    """
    draft, cleaner = lettered(draft), _Cleaner()
    scenario = _scenario(draft, cleaner)
    content, key = _content(draft, scenario, cleaner), _key(draft, scenario, cleaner)
    source = _with_settled_pictures(draft.model_dump(mode="json", exclude_defaults=True))
    if "\\u0000" in orjson.dumps(source).decode():
        raise errors.FIELD_WRONG(field=draft.ref, detail="U+0000")
    levels, programmes, knowledge, enemies = map(_distinct, (draft.levels, draft.programmes, draft.knowledge, draft.enemies))
    keyless = content.model_dump(mode="json", exclude_defaults=True)
    locked = key.model_dump(mode="json", exclude_defaults=True)
    everything = [keyless, locked, draft.pool, str(draft.difficulty), levels, programmes, knowledge, enemies]
    version = NewVersion(
        ref=draft.ref,
        kind=draft.kind,
        language=draft.language,
        pool=draft.pool,
        title=content.title,
        content=keyless,
        key=locked,
        source=source,
        digest=sha256(orjson.dumps(everything, option=orjson.OPT_SORT_KEYS)).hexdigest(),
        marks=content.marks,
        difficulty=draft.difficulty,
        levels=levels,
        programmes=programmes,
        knowledge=knowledge,
        enemies=enemies,
        search_text=_search_text(content),
        lacks="; ".join(key.lacks for key in (draft.key, *(part.key for part in draft.parts)) if key.lacks),
        origin=draft.source,
    )
    return Divided(version, tuple(sorted(cleaner.lost)), tuple(cleaner.remarks))


class _Cleaner:
    """Cleans, remembers which tags and pictures it took away, and counts the pictures that it left."""

    def __init__(self) -> None:
        self.lost: set[str] = set()
        self.remarks: list[ExamError] = []
        self.count = self.bytes = 0

    def __call__(self, source: str) -> str:
        self._expect(len(pictures_in(source)))
        cleaned = clean(source).strip()
        if cleaned != source.strip():
            self.lost |= lost_markup(source)
            self.remarks += [
                errors.PICTURE_DROPPED(what=what, why=Words(why.text("zh"), why.text("en"))) for what, why in lost_pictures(source)
            ]
        self._weigh(pictures_in(cleaned))
        return cleaned

    def stem(self, source: str) -> str:
        cleaned = self(source)
        if shows_nothing(cleaned):
            raise errors.STEM_EMPTY()
        return cleaned

    def image(self, image: DraftImage | None) -> Image | None:
        if image is None:
            return None
        self._expect(1)
        self._weigh([image.picture.address])
        return Image(data=image.picture.address, width=image.width, height=image.height, alt=image.alt)

    def _expect(self, more: int) -> None:
        """Refuse too many pictures before any of them is decoded."""
        self.count += more
        if self.count > MOST_IN_ITEM:
            raise IMAGES_MANY(found=self.count, most=MOST_IN_ITEM)

    def _weigh(self, addresses: Sequence[str]) -> None:
        self.bytes += sum(len(address) * 3 // 4 for address in addresses)
        if self.bytes > MOST_BYTES_IN_ITEM:
            raise IMAGES_MANY(found=f"{self.bytes // 1000} kB", most=f"{MOST_BYTES_IN_ITEM // 1000} kB")

    def asked(self, asked: Draft | DraftPart, letters: Lettering) -> dict[str, Any]:
        """Return what there is to choose from or to fill."""
        return {
            "options": self.options(letters.options, letters.of_options),
            "gaps": tuple(
                Gap(id=gap.id, html=self(gap.html), options=self.options(options, names))
                for gap, (options, names) in zip(asked.gaps, letters.gaps, strict=True)
            ),
            "once": asked.once,
            "limit": asked.limit,
            "image": self.image(asked.image),
        }

    def options(self, options: Sequence[DraftOption], letters: Mapping[str, str]) -> tuple[Option, ...]:
        cleaned = tuple(Option(id=letters[o.id], html=self(o.html), fixed=o.fixed, area=o.area) for o in options)
        seen: dict[str, str] = {}
        for option in cleaned:
            if shows_nothing(option.html):
                raise errors.OPTION_EMPTY(option=option.id)
            if option.html in seen:
                raise errors.OPTION_TEXT_TWICE(options=f"{seen[option.html]}, {option.id}")
            seen[option.html] = option.id
        return cleaned


def _with_settled_pictures(value: Any) -> Any:
    """Return the author's source with nothing in its pictures but the pictures."""
    if isinstance(value, dict):
        settled = {name: _with_settled_pictures(inner) for name, inner in value.items()}
        if image := settled.get("image"):
            settled["image"] = image | {"data": read_picture(image["data"]).address}
        return settled
    if isinstance(value, list):
        return [_with_settled_pictures(inner) for inner in value]
    return settle_pictures(value) if isinstance(value, str) else value


def _scenario(draft: Draft, cleaner: _Cleaner) -> Scenario | None:
    if draft.kind != "business":
        return None
    assert draft.scenario is not None
    try:
        scenario = load_scenario(draft.scenario, cleaner)
    except ValueError as error:
        raise errors.SCENARIO_WRONG(detail=str(error)) from error
    fields = scenario.visible.marks
    if "marks" in draft.model_fields_set and draft.marks != fields:
        raise errors.SCENARIO_MARKS(marks=str(draft.marks), fields=str(fields))
    return scenario


def _content(draft: Draft, scenario: Scenario | None, cleaner: _Cleaner) -> Content:
    parts = tuple(_part(part, cleaner) for part in draft.parts)
    stem = cleaner(draft.stem) if draft.kind in {"case", "business"} else cleaner.stem(draft.stem)
    stimulus = cleaner(draft.stimulus)
    if draft.kind == "case" and not stimulus:
        stem, stimulus = "", stem
    visible = split(scenario)[0] if scenario else None
    title = draft.title.strip() or (visible.title if visible else "") or _shortened(plain_text(stem or stimulus)) or draft.ref
    return Content(
        kind=draft.kind,
        title=title,
        language=draft.language,
        stem=stem,
        **cleaner.asked(draft, letter(draft)),
        stimulus=stimulus,
        exhibits=tuple(Exhibit(title=exhibit.title, html=cleaner(exhibit.html)) for exhibit in draft.exhibits),
        parts=parts,
        scenario=visible,
        marks=visible.marks if visible else draft.marks,
    )


def _part(part: DraftPart, cleaner: _Cleaner) -> Part:
    return Part(kind=part.kind, stem=cleaner.stem(part.stem), marks=part.marks, **cleaner.asked(part, letter(part)))


def _key(draft: Draft, scenario: Scenario | None, cleaner: _Cleaner) -> Key:
    parts = [_plain_key(part, cleaner) for part in draft.parts]
    key = _plain_key(draft, cleaner)
    return key.model_copy(update={"parts": parts, "scenario": split(scenario)[1] if scenario else None})


def _plain_key(asked: Draft | DraftPart, cleaner: _Cleaner) -> Key:
    key, letters = asked.key, letter(asked)
    return Key.model_validate(
        key.model_dump()
        | {
            "correct": [letters.in_key(right) for right in key.correct],
            "worths": {letters.in_key(value): worth for value, worth in key.worths.items()},
            "factors": {letters.in_key(unit): factor for unit, factor in key.factors.items()},
            "reference": cleaner(key.reference),
            "explanation": cleaner(asked.explanation),
        }
    )


def _distinct(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value.strip() for value in values if value.strip()))


def _shortened(text: str) -> str:
    columns = 0
    for n, sign in enumerate(text):
        columns += 2 if east_asian_width(sign) in "WF" else 1
        if columns > _TITLE:
            return f"{text[:n]}…"
    return text


def _search_text(content: Content) -> str:
    html: list[str] = [content.stem, content.stimulus, *(option.html for option in content.options)]
    html += [gap.html for gap in content.gaps] + [option.html for gap in content.gaps for option in gap.options]
    html += [part.stem for part in content.parts] + [exhibit.html for exhibit in content.exhibits]
    texts = [content.title, *(plain_text(piece) for piece in html if piece)]
    if content.scenario:
        texts.append(content.scenario.task)
    return " ".join(texts)[:_SEARCHED].lower()
