"""Who may do what: the one table of role × act, for every route and every message."""

from core.actor import Actor, Role

PUBLIC = "public"
"""The act that needs no sign-in."""

_ALL = frozenset(Role)

TABLE: dict[str, frozenset[Role]] = {
    "account.own": _ALL,
    "delivery.sit": frozenset({Role.CANDIDATE}),
    "results.own": frozenset({Role.CANDIDATE}),
    "practice.use": frozenset({Role.CANDIDATE}),
    "invigilation.watch": frozenset({Role.INVIGILATOR, Role.OFFICE}),
    "invigilation.act": frozenset({Role.INVIGILATOR, Role.OFFICE}),
    "bank.read": frozenset({Role.AUTHOR, Role.OFFICE}),
    "bank.write": frozenset({Role.AUTHOR}),
    "bank.review": frozenset({Role.AUTHOR, Role.OFFICE}),
    "bank.publish": frozenset({Role.OFFICE}),
    "bank.export": frozenset({Role.AUTHOR, Role.OFFICE}),
    "marking.mark": frozenset({Role.MARKER, Role.CHIEF}),
    "marking.chief": frozenset({Role.CHIEF, Role.OFFICE}),
    "results.manage": frozenset({Role.OFFICE}),
    "results.regrade": frozenset({Role.OFFICE}),
    "results.analyse": frozenset({Role.OFFICE}),
    "sittings.manage": frozenset({Role.OFFICE}),
    "accounts.manage": frozenset({Role.OFFICE}),
    "hooks.manage": frozenset({Role.OFFICE}),
}
"""Act → the roles of which one is enough."""


def check_act(act: str) -> None:
    """Refuse the name of an act that the table does not hold.

    Raises:
        KeyError: when there is no such act.
    """
    if act != PUBLIC and act not in TABLE:
        raise KeyError(f"web/permissions.py knows no act {act!r}")


def may(actor: Actor, act: str) -> bool:
    """Say whether the actor may do the act."""
    check_act(act)
    return act == PUBLIC or bool(TABLE[act] & actor.roles)
