"""Pushes: an event of an attempt goes to its page as soon as it is durable.

Only a messenger: each event is a numbered row, and a page that misses the push fetches it.  Whoever holds sockets, or a way to them,
connects here; attempts have unique names, so a push that reaches the wrong process finds no page and is nothing.
"""

from collections.abc import Callable
from typing import Any

import structlog

from core.unit import Unit

Push = Callable[[str, str, dict[str, Any]], None]
"""(attempt, event, data)"""

_messengers: list[Push] = []

log = structlog.get_logger()


def connect(push: Push) -> None:
    """Hand `push` every event from now on."""
    _messengers.append(push)


def disconnect(push: Push) -> None:
    """Hand `push` nothing any more."""
    _messengers.remove(push)


def push_on_commit(unit: Unit, attempt: str, event: str, data: dict[str, Any]) -> None:
    """Push once the unit is durable."""
    unit.on_commit(lambda: _push(attempt, event, data))


def _push(attempt: str, event: str, data: dict[str, Any]) -> None:
    for messenger in tuple(_messengers):
        try:
            messenger(attempt, event, data)
        except Exception:  # the event is durable and will be fetched; a broken messenger must not fail who made it
            log.exception("push failed", attempt=attempt, pushed=event)
