"""The simulated-business tasks of the demo bank, the shared cases, and a field-by-field builder of small tasks."""

import json
from pathlib import Path
from typing import Any

from itembank.business.scenario import Scenario
from itembank.exchange.draft import Draft

ROOT = Path(__file__).resolve().parents[2]
CASES: dict[str, Any] = json.loads((ROOT / "tests/make/business_cases.json").read_text(encoding="utf-8"))


def demo_drafts() -> dict[str, Draft]:
    """Return the tasks of the demo bank by their reference."""
    lines = (ROOT / "itembank/demo/business.jsonl").read_text(encoding="utf-8").splitlines()
    return {draft.ref: draft for draft in map(Draft.model_validate_json, lines)}


def demo_scenario(ref: str) -> Scenario:
    """Return the definition of one task of the demo bank."""
    return Scenario.model_validate(demo_drafts()[ref].scenario)


def raw_scenario(fields: list[dict[str, Any]], keys: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the definition of a small task with `fields`; a label and one mark each unless said otherwise."""
    working = more.pop("working", [])
    visible = {
        "title": "Task",
        "task": "Do it.",
        "documents": [{"id": "d", "kind": "memo", "title": "Note", "blocks": [{"html": "<p>Read.</p>"}]}],
        "steps": [
            {
                "tool": "quotation_sheet",
                "title": "Sheet",
                "fields": [{"label": "Field", "marks": "1", **field} for field in fields],
            }
        ],
        **more,
    }
    return {"visible": visible, "key": {"working": working, "fields": keys}}
