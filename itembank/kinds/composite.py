"""Kinds that are answered piece by piece: a case through its parts, a simulated-business task by a growing log of actions."""

from typing import Any

from itembank.kinds.declaration import Flaw, Kind


class Case(Kind):
    """A shared text with questions of its own."""

    def check_shape(self, value: Any) -> Flaw:
        """See `Kind`."""
        return "this item is answered through its parts"


class Business(Kind):
    """Every answer is an action; nothing clears them."""

    def check_shape(self, value: Any) -> Flaw:
        """See `Kind`."""
        sound = isinstance(value, dict) and isinstance(value.get("action"), str)
        return None if sound else "expected an action: an object with the name of the action under 'action'"
