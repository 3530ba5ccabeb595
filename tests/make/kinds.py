"""An item of each kind whose answers are more than a letter, with a right answer as its page sends it."""

from typing import Any

from itembank.exchange.draft import Draft
from tests.make.demo_bank import demo_bank

NEW = ("inline", "gapmatch", "matching", "ordering", "hottext", "hotspot", "quantity")


def live_of_each() -> list[Draft]:
    """Return one item of the demo bank of each of these kinds, for the live pool."""
    found = {
        draft.kind: draft.model_copy(update={"pool": "live", "programmes": [], "levels": []}) for draft in demo_bank() if draft.kind in NEW
    }
    return [found[kind] for kind in NEW]


def some_answer(item: dict[str, Any]) -> Any:
    """Return an answer that a paper's item offers, whatever is right."""
    ids = [option["id"] for option in item["options"]]
    match item["kind"]:
        case "inline":
            return [[gap["id"], gap["options"][0]["id"]] for gap in item["gaps"]]
        case "gapmatch" | "matching":
            return [[gap["id"], option] for gap, option in zip(item["gaps"], ids, strict=False)]
        case "ordering":
            return ids
        case "hottext" | "hotspot" | "multiple":
            return ids[: item.get("limit") or len(ids)]
        case "quantity":
            return ["12.5", ids[0]]
        case "single" | "truefalse":
            return ids[0]
    return "12"
