"""What people call the states of items and of forms."""

from core.errors import Named, Words

_ITEMS = {
    "draft": Words("草稿", "a draft"),
    "review": Words("审核中", "in review"),
    "approved": Words("已审核", "approved"),
    "live": Words("使用中", "live"),
    "retired": Words("已废止", "retired"),
}
_FORMS = {
    "draft": Words("草稿", "a draft"),
    "frozen": Words("已封卷", "frozen"),
    "published": Words("已发布", "published"),
    "withdrawn": Words("已撤回", "withdrawn"),
}


def item_state(state: str) -> Named:
    """Name the state of an item (`itembank.life.State`)."""
    return Named(str(state), *_ITEMS[state])


def form_state(state: str) -> Named:
    """Name the state of a form: draft, frozen, published, withdrawn."""
    return Named(state, *_FORMS[state])
