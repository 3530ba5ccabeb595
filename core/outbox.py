"""The outbox: facts written with the change, handed to each listener until it has taken them.

A listener's work and the mark that it is done are one transaction, so what a listener writes to this database happens exactly once.
Work outside the database (a webhook) is done at least once and must carry its own identity.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from core.actor import SYSTEM
from core.facts import Fact, FactKind
from core.ids import new_id
from core.tables import DeliveryRow, FactRow
from core.unit import Database, Row, Unit, into

Handler = Callable[[Unit, Fact], None]

LEASE = timedelta(seconds=60)
MAX_TRIES = 12
FIRST_RETRY = timedelta(seconds=1)
LONGEST_RETRY = timedelta(minutes=10)


def announce(unit: Unit, kind: FactKind, subject: str, data: dict[str, Any], sequence: int | None = None) -> None:
    """Write a fact and a debt to each of its listeners in the unit's transaction; `data` must be JSON."""
    fact = {
        "name": kind.name,
        "subject": subject,
        "sequence": sequence,
        "data": data,
        "occurred_at": unit.now,
        "actor": unit.actor.account,
    }
    unit.gather(_tell, {"fact": fact, "listeners": unit.listeners.get(kind.name, ())})


_INSERT = insert(FactRow).returning(FactRow.id, FactRow.name)


def _tell(connection: Connection, rows: Sequence[Row]) -> None:
    """Write facts, numbered in their order, and what is owed for them."""
    listeners = {row["fact"]["name"]: row["listeners"] for row in rows}
    told = connection.execute(_INSERT, [row["fact"] for row in rows])
    due_at = rows[0]["fact"]["occurred_at"]
    debts = [{"fact_id": number, "listener": listener, "due_at": due_at} for number, name in told for listener in listeners[name]]
    if debts:
        into(DeliveryRow)(connection, debts)


def hand_out(database: Database, handlers: Mapping[str, Handler], now: datetime, most: int = 50) -> int:
    """Hand due facts to their listeners, oldest first; return how many were taken.

    A handler that raises leaves nothing behind and is tried again later, each time after twice as long; after `MAX_TRIES` the
    debt is dead and waits for people.  Several processes may do this at once.
    """
    lease = new_id("lease")
    taken = 0
    for fact_id, listener in _lease_due(database, lease, now, most):
        try:
            with database.unit(SYSTEM, now) as unit:
                debt = unit.session.get(DeliveryRow, (fact_id, listener), with_for_update=True)
                if debt is None or debt.lease != lease or debt.state != "leased":
                    continue
                debt.state = "done"
                handlers[listener](unit, _fact(unit, fact_id))
                taken += 1
        except Exception as error:  # whatever a listener raises is kept with the debt, for people
            _put_off(database, (fact_id, listener), lease, now, repr(error))
    return taken


def _lease_due(database: Database, lease: str, now: datetime, most: int) -> list[tuple[int, str]]:
    with database.unit(SYSTEM, now) as unit:
        due = (
            select(DeliveryRow)
            .where(DeliveryRow.state.in_(("pending", "leased")), DeliveryRow.due_at <= now)
            .order_by(DeliveryRow.fact_id)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        rows = list(unit.session.scalars(due))
        for row in rows:
            row.state, row.lease, row.due_at = "leased", lease, now + LEASE
        return [(row.fact_id, row.listener) for row in rows]


def _put_off(database: Database, debt_id: tuple[int, str], lease: str, now: datetime, error: str) -> None:
    with database.unit(SYSTEM, now) as unit:
        debt = unit.session.get(DeliveryRow, debt_id, with_for_update=True)
        if debt is None or debt.lease != lease:
            return
        debt.tries += 1
        debt.last_error = error[:2000]
        debt.state = "dead" if debt.tries >= MAX_TRIES else "pending"
        debt.due_at = now + min(FIRST_RETRY * 2 ** (debt.tries - 1), LONGEST_RETRY)


def _fact(unit: Unit, fact_id: int) -> Fact:
    row = unit.session.get_one(FactRow, fact_id)
    return Fact(row.id, row.name, row.subject, row.sequence, row.data, row.occurred_at, row.actor)
