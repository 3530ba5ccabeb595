"""The stage: what must be in the database before a rehearsal."""

import json
import secrets
from datetime import datetime, timedelta

from bench.rehearsal.candidate import Seat
from core.actor import Actor, Role
from core.unit import Database
from delivery import reading as delivery_reading
from delivery.deadline import Timing
from programme import candidates, enrolment, levels, payments, queries, sittings
from web import accounts, demo
from web.accounts import AccountDraft, LoginKind

OFFICE = Actor("rehearsal", frozenset({Role.OFFICE}))
AUTHOR = Actor("rehearsal-author", frozenset({Role.AUTHOR}))
NO_PASSWORD = "!"
BATCH = 200
TOKEN_LASTS = timedelta(hours=12)


def publish(database: Database, now: datetime) -> str:
    """Fill the bank and publish the paper of a rehearsal; return its form."""
    demo.fill_bank(database, AUTHOR, OFFICE, now)
    return demo.publish_form(database, "cbec-junior", (AUTHOR, OFFICE), now)


def seat(database: Database, form: str, count: int, starts_at: datetime, duration: timedelta, now: datetime) -> list[Seat]:
    """Enter a rehearsal sitting with `count` new candidates, paid and signed in; return their seats."""
    with database.unit(OFFICE, now) as unit:
        for definition in levels.DEFINITIONS.glob("*.json"):
            levels.load(unit, json.loads(definition.read_text("utf-8")))
        plan = sittings.PaperPlan("演练", "压力演练", form, starts_at, int(duration.total_seconds()), Timing.COMMON_END, 600, 0)
        sitting = sittings.plan(unit, "cbec", "初级", f"压力演练 {now:%Y-%m-%d %H:%M:%S}", [plan], rehearsal=True)
        paper = queries.papers_of(unit.session, sitting)[0].id
    seats: list[Seat] = []
    for first in range(0, count, BATCH):
        seats += _seat_batch(database, sitting, paper, range(first, min(first + BATCH, count)), now)
    return seats


def _seat_batch(database: Database, sitting: str, paper: str, numbers: range, now: datetime) -> list[Seat]:
    tokens: dict[str, str] = {}
    with database.unit(OFFICE, now) as unit:
        for number in numbers:
            login = f"rehearsal-{secrets.token_hex(8)}"
            name = f"演练考生 {number + 1}"
            account = accounts.create(unit, AccountDraft(name, frozenset({Role.CANDIDATE}), {login: LoginKind.NAME}, NO_PASSWORD))
            tokens[account] = accounts.open_session(unit, account, TOKEN_LASTS, "127.0.0.1", "rehearsal")
            candidates.register(unit, account, name)
            payments.confirm(unit, enrolment.enrol(unit, sitting, account, "演练", str(number + 1)), "rehearsal")
        mine = [attempt for attempt in delivery_reading.attempts_of_paper(unit.session, paper) if attempt.candidate in tokens]
        return [Seat(attempt.id, tokens[attempt.candidate]) for attempt in mine]
