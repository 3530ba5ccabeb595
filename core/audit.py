"""The audit trail: a row in the same transaction as the change it tells of."""

from typing import Any

from core.tables import AuditRow
from core.unit import Unit, into


def record(unit: Unit, act: str, subject: str, **detail: Any) -> None:
    """Write that the unit's actor did `act` (dotted, past tense) to `subject` (`kind/id`); `detail` must be JSON."""
    record_of(unit, unit.actor.account, act, subject, **detail)


def record_of(unit: Unit, account: str, act: str, subject: str, **detail: Any) -> None:
    """Write that the holder of `account` did it, where one unit writes down the acts of several."""
    unit.gather(into(AuditRow), {"at": unit.now, "actor": account, "act": act, "subject": subject, "detail": detail})
