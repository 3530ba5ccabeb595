"""Which machine may take an attempt over: any, or, by the paper's plan, the last one and whichever has an invigilator's code.

A code is short, for it is read aloud and typed: 31^6 of them, good for ten minutes, once, and for five wrong tries.  Issuing and using one
are audited.  A machine is known by a random name that its browser keeps; it says nothing about the machine, and nobody else knows it.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest
from typing import Any

from sqlalchemy.orm import Session

from core import audit
from core.clock import iso
from core.errors import ExamError
from core.unit import Unit
from delivery import queries
from delivery.errors import MOVE_CODE_NEEDED, MOVE_CODE_WRONG, MOVE_CODES_MANY, NO_MACHINE
from delivery.moving import subject
from delivery.states import State
from delivery.tables import AttemptRow, LeaseRow, MoveCodeRow
from delivery.wording import wrong_state

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is read for another
LENGTH = 6
LIFE = timedelta(minutes=10)
MOST_TRIES = 5
MOST_ISSUED = 10  # codes for one attempt in an hour

_OPEN = (State.READY, State.RUNNING, State.PAUSED, State.CLOSING)


class Moving(StrEnum):
    """What another machine than the last one needs."""

    FREE = "free"
    CODE = "code"


@dataclass(frozen=True)
class MoveCode:
    """A code as the invigilator reads it out."""

    code: str
    expires_at: datetime


def issue_code(unit: Unit, attempt: str) -> MoveCode:
    """Issue a code with which the candidate goes on at another machine; an earlier one is good no more.

    Raises:
        ExamError: `core.not_found`, `delivery.wrong_state` before the check-in and after the end, `delivery.move_codes_many`.
    """
    row = queries.lock_attempt(unit, attempt)
    if row.state not in _OPEN:
        raise wrong_state(row.state, "move")
    if queries.count_move_codes(unit.session, attempt, unit.now - timedelta(hours=1)) >= MOST_ISSUED:
        raise MOVE_CODES_MANY()
    before = queries.last_move_code(unit.session, attempt)
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    made = MoveCodeRow(
        attempt=attempt,
        n=before.n + 1 if before else 1,
        digest=_digest(attempt, code),
        issued_by=unit.actor.account,
        issued_at=unit.now,
        expires_at=unit.now + LIFE,
    )
    unit.session.add(made)
    audit.record(unit, "delivery.move_code.issued", subject(attempt), code=made.n, expires_at=iso(made.expires_at))
    return MoveCode(code, made.expires_at)


def knock(unit: Unit, row: AttemptRow, device: dict[str, Any], code: str | None) -> ExamError | None:
    """Use up the code that the machine of a locked attempt's new page may have; return why the machine is not let in, None when it is.

    The error is returned and not raised, for a wrong try must be kept: `delivery.move_code_needed`, `delivery.move_code_wrong`.
    """
    machine = str(device.get("machine") or "")[:64]
    last = queries.last_lease(unit.session, row.id)
    if row.moving != Moving.CODE or last is None or _is_known(unit.session, row.id, last, machine):
        return None
    if code is None:
        return MOVE_CODE_NEEDED(where=last.place)
    if not machine:
        return NO_MACHINE()
    return None if _use(unit, row.id, machine, code) else MOVE_CODE_WRONG()


def _is_known(session: Session, attempt: str, last: LeaseRow, machine: str) -> bool:
    if machine and last.device.get("machine") == machine:
        return True
    used = queries.last_move_code(session, attempt)  # let in, and not connected yet
    return bool(machine and used and used.used_at and used.used_at >= last.since and used.machine == machine)


def _use(unit: Unit, attempt: str, machine: str, code: str) -> bool:
    live = queries.last_move_code(unit.session, attempt)
    if live is None or live.used_at or unit.now >= live.expires_at or live.tries >= MOST_TRIES:
        audit.record(unit, "delivery.move_code.refused", subject(attempt), code=live.n if live else 0)
        return False
    plain = "".join(code.upper().split()).replace("-", "")
    if not compare_digest(live.digest, _digest(attempt, plain)):
        live.tries += 1
        audit.record(unit, "delivery.move_code.refused", subject(attempt), code=live.n, tries=live.tries)
        return False
    live.used_at, live.machine = unit.now, machine
    audit.record(unit, "delivery.move_code.used", subject(attempt), code=live.n, issued_by=live.issued_by)
    return True


def _digest(attempt: str, code: str) -> str:
    return sha256(f"{attempt} {code}".encode()).hexdigest()
