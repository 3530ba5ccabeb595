"""Payments: the office confirms that an enrolment is paid, once."""

from core import audit, outbox
from core.errors import NOT_FOUND
from core.unit import Unit
from programme.errors import PAID_ALREADY
from programme.facts import PAID
from programme.tables import EnrolmentRow


def confirm(unit: Unit, enrolment: str, reference: str) -> None:
    """Mark an enrolment as paid, with the reference of the payment.

    Raises:
        ExamError: `core.not_found`; `programme.paid_already` unless it is the same reference again, which changes nothing.
    """
    row = unit.session.get(EnrolmentRow, enrolment, with_for_update=True)
    if row is None:
        raise NOT_FOUND(enrolment=enrolment)
    if row.paid_at is not None:
        if row.paid_reference == reference:
            return
        raise PAID_ALREADY(enrolment=enrolment)
    row.paid_at, row.paid_reference = unit.now, reference
    audit.record(unit, "programme.enrolment.paid", f"enrolment/{enrolment}", reference=reference)
    data = {"enrolment": enrolment, "sitting": row.sitting, "candidate": row.candidate, "reference": reference}
    outbox.announce(unit, PAID, f"enrolment/{enrolment}", data)
