"""Facts that the item bank announces."""

from core.facts import define

ITEMS_IMPORTED = define("itembank.items.imported", "An import has put items into the bank.", "new, changed, refused: counts")
ITEM_APPROVED = define("itembank.item.approved", "A version of an item may be used.", "item, version, n")
ITEM_RETIRED = define("itembank.item.retired", "An item is out of use.", "item, reason")
FORM_FROZEN = define("itembank.form.frozen", "The content of a form is fixed.", "form, content_hash, items")
FORM_PUBLISHED = define("itembank.form.published", "A form may be sat.", "form, content_hash")
FORM_WITHDRAWN = define("itembank.form.withdrawn", "A form may not be sat any more.", "form, reason")
