"""The locked cupboard: keys of item versions, in a table of their own.

Opens for scoring (on submission, in practice, at the marker's desk and when rescoring) and for the exchange.  Whatever a candidate
can fetch is made without this module.
"""

from dataclasses import dataclass
from decimal import Decimal

from pydantic import Field
from sqlalchemy.orm import Session

from itembank import forms, queries
from itembank.business.scenario import Key as ScenarioKey
from itembank.exchange.draft import DraftKey


class Key(DraftKey):
    """What is right for one item version: the author's key with the explanation and, for a case, a key for each part.

    `scenario` is the key of a simulated-business task.
    """

    explanation: str = ""
    parts: list["Key"] = Field(default=[])
    scenario: ScenarioKey | None = None


@dataclass(frozen=True)
class PlacedKey:
    """The key of one answered place of a form: an item (`12`) or a part of a case (`41.1`)."""

    place: str
    version: str
    kind: str
    marks: Decimal
    options: tuple[str, ...]
    key: Key

    @property
    def scenario_key(self) -> ScenarioKey | None:
        """Return the key of a simulated-business task."""
        return self.key.scenario


def get_key(session: Session, version_id: str) -> Key:
    """Return the key of an item version.

    Raises:
        ExamError: `core.not_found`.
    """
    return Key.model_validate(queries.get_key_row(session, version_id).body)


def keys_of_form(session: Session, form_id: str) -> dict[str, PlacedKey]:
    """Return the key of every answered place of a frozen form, parts of cases under their own places.

    Raises:
        ExamError: `core.not_found`, or `itembank.form_state` when the form is not frozen yet.
    """
    frozen = forms.get_frozen(session, form_id)
    found = queries.key_bodies(session, [item.version for item in frozen.items.values()])
    placed: dict[str, PlacedKey] = {}
    for place, item in frozen.items.items():
        key = Key.model_validate(found[item.version])
        content = item.content
        if content.kind == "case":
            for (part_place, part), part_key in zip(item.part_places(), key.parts, strict=True):
                ids = tuple(option.id for option in part.options)
                placed[part_place] = PlacedKey(part_place, item.version, part.kind, part.marks, ids, part_key)
        else:
            ids = tuple(option.id for option in content.options)
            placed[place] = PlacedKey(place, item.version, content.kind, content.marks, ids, key)
    return placed
