"""The desk: what the pages and routes of every package are handed, so that no package reaches up to the roof for it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from core.actor import Actor
from core.clock import Clock
from core.settings import Settings
from core.unit import Database

View = TypeVar("View", bound=Callable[..., Any])


KB, MB = 1024, 1024 * 1024  # bytes


class Decorator(Protocol):
    """What decorates a view and leaves its signature alone."""

    def __call__(self, view: View, /) -> View:
        """Return the view, decorated."""


@dataclass(frozen=True)
class Desk:
    """One per app.

    `actor()` is who makes the present request.  `allowed(act)` decorates a view: it lets in who may do the act by the table of
    `web.permissions`, answers everybody else with the catalogue's error, and leaves the act's name on the view, so that a test finds
    every route guarded.  `described(...)` decorates a JSON view with its pydantic request and response models: the request is
    checked against them, and the OpenAPI file is made from them (arguments as those of `spectree.SpecTree.validate`).
    """

    database: Database
    clock: Clock
    settings: Settings
    actor: Callable[[], Actor]
    allowed: Callable[[str], Decorator]
    described: Callable[..., Decorator]


def keeps(field: str) -> Decorator:
    """Decorate a view that keeps a field of its JSON whatever it holds, as answers are kept: its name stays on the view as `keeps`.

    In every other text of a request a NUL, or half a character, is refused: not every database keeps them.
    """

    def decorate(view: View) -> View:
        view.keeps = field  # type: ignore[attr-defined]  # a note for whoever reads the request
        return view

    return decorate


def takes(most_bytes: int) -> Decorator:
    """Decorate a view whose requests may be of another size than those of most routes: the number stays on the view as `most_bytes`.

    More than most routes take is read from somebody only who may do the view's act.
    """

    def decorate(view: View) -> View:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]  # a note for whoever reads the request
        return view

    return decorate
