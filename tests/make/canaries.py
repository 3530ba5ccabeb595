"""Canaries: words and numbers that stand nowhere but in keys, so that whoever meets one outside knows which key got out."""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any

from itembank.exchange.draft import Draft
from itembank.kinds.catalogue import CHOICES

_WORD = re.compile(rb"zq[0-9]{7}qz")
_NUMBER = re.compile(rb"8190[0-9]{8}")
_ENCODED = (re.compile(rb"[A-Za-z0-9_-]{32,}"), re.compile(rb"[A-Za-z0-9+/]{32,}"))
_OPEN = {"stem", "html", "title", "stimulus", "label", "task"}
_URLSAFE = bytes.maketrans(b"-_", b"+/")
_NUMERIC = {"money", "number", "quantity"}


class Aviary:
    """Hands out canaries, each for one field of one item's key, and knows them again."""

    def __init__(self) -> None:
        self.places: dict[str, str] = {}

    def word(self, ref: str, field: str) -> str:
        """Return a new word."""
        return self._keep(f"zq{len(self.places):07}qz", ref, field)

    def number(self, ref: str, field: str) -> str:
        """Return a new number without sign or point."""
        return self._keep(f"8190{len(self.places):08}", ref, field)

    def _keep(self, canary: str, ref: str, field: str) -> str:
        self.places[canary] = f"{ref} {field}"
        return canary

    def find(self, data: bytes) -> set[str]:
        """Return the places of the canaries in some bytes, also in what stands there in base64."""
        return {self.places[canary] for layer in _layers(data) for canary in self._singing(layer)}

    def _singing(self, data: bytes) -> Iterator[str]:
        for pattern in (_WORD, _NUMBER):
            for found in pattern.findall(data):
                if found.decode() in self.places:
                    yield found.decode()

    def plant(self, draft: Draft) -> Draft:
        """Return the draft with a canary in every field of its key that can hold one."""
        raw = draft.model_dump(mode="json", exclude_defaults=True)
        for n, part in enumerate([raw, *raw.get("parts", [])]):
            where = f"part {n} " if n else ""
            self._plant_key(f"{draft.ref} {where}".strip(), part)
        if draft.kind == "business":
            self._plant_scenario(draft.ref, raw["scenario"])
        return Draft.model_validate(raw)

    def plant_open(self, draft: Draft) -> Draft:
        """Return the draft with a canary in every text that a candidate is to read: stems, options, case texts, exhibits, documents."""
        raw = draft.model_dump(mode="json", exclude_defaults=True)
        key = raw.get("scenario", {}).pop("key", None)
        self._plant_texts(draft.ref, raw)
        if key:
            raw["scenario"]["key"] = key
        return Draft.model_validate(raw)

    def _plant_texts(self, ref: str, node: Any) -> None:
        for name, value in node.items() if isinstance(node, dict) else enumerate(node):
            if isinstance(value, (dict, list)) and name not in ("key", "parameters"):
                self._plant_texts(ref, value)
            elif name in _OPEN and isinstance(value, str):
                node[name] = f"{value} {self.word(ref, str(name))}"

    def _plant_key(self, ref: str, part: dict[str, Any]) -> None:
        if part["kind"] in ("case", "business"):
            part["explanation"] = self.word(ref, "explanation")
            return
        key = part.setdefault("key", {})
        part["explanation"] = f"{self.word(ref, 'explanation')} {part.get('explanation', '')}"
        key["reference"] = f"{self.word(ref, 'reference')} {key.get('reference', '')}"
        if part["kind"] in CHOICES:
            new = {right: self.word(ref, f"correct option {right}") for right in key["correct"]}
            part["options"] = [{**option, "id": new.get(option["id"], option["id"])} for option in part["options"]]
            key["correct"] = list(new.values())
        elif part["kind"] in ("matching", "gapmatch", "ordering"):
            self._plant_ids(ref, part["options"], key, "")
        elif part["kind"] == "inline":
            for gap in part["gaps"]:
                self._plant_ids(ref, gap["options"], key, f"{gap['id']} ")
        elif part["kind"] == "text":
            key["correct"].append(self.word(ref, "accepted text"))
            key["patterns"] = [*key.get("patterns", []), self.word(ref, "pattern")]
        elif part["kind"] == "quantity":
            key["correct"] = [self.number(ref, "right number")]
            key["factors"] = {unit: self.number(ref, "factor") for unit in key["factors"]}
        elif part["kind"] == "numeric":
            key["correct"] = [self.number(ref, "right number")]
            key["tolerance"] = self.number(ref, "tolerance")
        for criterion in key.get("rubric", []):
            criterion["id"] = self.word(ref, "criterion")
            criterion["title"] += self.word(ref, "criterion's title")
            for level in criterion["levels"]:
                level["text"] += self.word(ref, "level of a criterion")

    def _plant_ids(self, ref: str, options: list[dict[str, Any]], key: dict[str, Any], gap: str) -> None:
        """Call options by canaries, in the key as well; `gap` is before which name of a key only they are meant."""
        new = {option["id"]: self.word(ref, f"option {gap}{option['id']}") for option in options}
        for option in options:
            option["id"] = new[option["id"]]
        pairs = [(pair[: -len(pair.split()[-1])], pair.split()[-1]) for pair in key["correct"]]
        key["correct"] = [before + new.get(name, name) if before.startswith(gap) else before + name for before, name in pairs]

    def _plant_scenario(self, ref: str, scenario: dict[str, Any]) -> None:
        types = {field["name"]: field["type"] for step in scenario["visible"]["steps"] for field in step["fields"]}
        key = scenario["key"]
        for working in key.get("working", []):
            working["expression"] = self._guarded(ref, "working value", working["expression"], "0")
        for name, of in key["fields"].items():
            if of["by"] == "value" and types[name] in _NUMERIC:
                of.update(expected=self.number(ref, f"{name} expected"), tolerance=self.number(ref, f"{name} tolerance"), given=[])
            elif of["by"] == "value":
                of["expected"] = self._guarded(ref, f"{name} expected", of["expected"], "''")
            elif of["by"] == "accepted" and types[name] == "text":
                of["accepted"] = [*of["accepted"], self.word(ref, f"{name} accepted")]
            elif of["by"] == "ticks":
                of["right"] = {option: self._guarded(ref, f"{name} {option}", when, "false") for option, when in of["right"].items()}
            elif of["by"] == "points":
                for point in of["points"]:
                    point["about"] += self.word(ref, f"{name} point")
                    point["says"] = [[*phrases, self.word(ref, f"{name} phrase")] for phrases in point["says"]]

    def _guarded(self, ref: str, field: str, expression: str, never: str) -> str:
        canary = self.number(ref, field)
        return f"if({canary} == {canary}, {expression}, {never})"


def _layers(data: bytes) -> Iterator[bytes]:
    """Yield the bytes as they are, and every run of base64 in them decoded."""
    yield data
    for run in {run for pattern in _ENCODED for run in pattern.findall(data)}:
        try:
            yield base64.b64decode(run.translate(_URLSAFE) + b"=" * (-len(run) % 4))
        except binascii.Error:  # a long word that is no base64
            continue
