"""One item as its candidates will see it, for the pages of the bank."""

from typing import Any

from itembank.content import Content, FrozenForm, FrozenItem, FrozenSection
from itembank.paper import build
from itembank.tables import ItemRow, ItemVersionRow


def preview(item: ItemRow, version: ItemVersionRow, place: str = "1") -> dict[str, Any]:
    """Return a paper of one version; two on one page need different places."""
    return preview_content(Content.model_validate(version.content), item.id, version.id, place)


def preview_content(content: Content, item: str = "preview", version: str = "preview", place: str = "1") -> dict[str, Any]:
    """Return a paper of one item, made by the code that makes the candidate's, in the author's order."""
    placed = FrozenItem(place=place, version=version, content=content)
    section = FrozenSection(id="preview", title="", shuffle_items=False, shuffle_options=False, items=(placed,))
    frozen = FrozenForm(form=item, title=content.title, language=content.language, total_marks=content.marks, sections=(section,))
    return build(frozen, seed=1, attempt=item)
