"""A sitting in the whole house: a published form, an office, candidates who are enrolled, and the worker that carries facts on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from core.actor import Actor, Role
from delivery import held, opening
from delivery import reading as delivery_reading
from delivery.gates import Admitted
from delivery.papers import Shelf, frozen_paper
from delivery.ruling import Ruling
from programme import enrolment, levels, payments, queries, sittings
from scoring import marking, marking_queue
from scoring.marking_queue import count_free
from tests.make import exam
from tests.make.house import House
from web import people, wiring
from web.worker import Worker

OFFICE, SECOND = (Actor(account, frozenset({Role.OFFICE})) for account in ("acc_office", "acc_second"))


@dataclass
class Sitting:
    """One sitting of one paper with every kind of item, which begins now."""

    house: House
    form: str
    id: str
    paper: str
    enrolments: dict[str, str] = field(default_factory=dict)

    def enrol(self, login: str, *, name: str = "", paid: bool = True, site: str = "考点") -> str:
        """Open an account for a candidate and enrol it; return the account."""
        account = self.house.account(login, Role.CANDIDATE, name=name or login)
        with self.house.unit(OFFICE) as unit:
            person = people.find(unit.session, login)
            assert person
            enrolled = enrolment.enrol_person(unit, self.id, person, site, f"A-{len(self.enrolments) + 1:02}")
            if paid:
                payments.confirm(unit, enrolled, f"pay-{login}")
        self.enrolments[account] = enrolled
        return account

    def attempt(self, account: str) -> str:
        """Return the candidate's attempt."""
        with self.house.database.reading() as session:
            return next(a.id for a in delivery_reading.attempts_of(session, account) if a.paper == self.paper)

    def sit(self, account: str, answers: Mapping[str, Any]) -> str:
        """Start, answer and hand in; return the attempt."""
        attempt = self.attempt(account)
        with self.house.unit() as unit:
            opening.start(unit, attempt, lambda *_: Admitted())
        exam.answer(self.house.database, self.house.clock, attempt, answers)
        exam.hand_in(self.house.database, self.house.clock(), attempt)
        return attempt

    def leave_out_what_is_held(self) -> int:
        """Let two people decide that no answer that was kept aside counts; return how many there were."""
        with self.house.database.reading() as session:
            kept = [answer.row for one in held.of_paper(session, self.paper, Shelf(frozen_paper)) for answer in one.answers]
        for row in kept:
            for person in (OFFICE, SECOND):
                with self.house.unit(person) as unit:
                    held.decide(unit, row.attempt, row.digest, Ruling.LEAVE, "不计入")
        return len(kept)

    def mark_all(self, marker: str, marks: int = 4) -> int:
        """Mark everything that waits; return how many."""
        marked = 0
        while True:
            with self.house.unit(Actor(marker)) as unit:
                if not count_free(unit.session, marker, unit.now):
                    return marked
                task = marking_queue.take_next(unit)
                marking.give_mark(unit, task.id, {criterion["id"]: Decimal(marks) for criterion in task.rubric})
            marked += 1


def carry_on(house: House) -> int:
    """Let the worker do everything that is due, but send nothing outside."""
    handlers = wiring.handlers(house.settings)
    return Worker(house.database, house.clock, handlers, wiring.jobs(house.settings)[:1]).finish()


def plan(house: House, *, form: str = "", title: str = "测试场次", starts_in: float = 0, rehearsal: bool = False, **paper: Any) -> Sitting:
    """Plan a sitting of one paper."""
    form = form or exam.form_of_all_kinds(house.database, house.clock())
    starts_at = house.clock() + timedelta(seconds=starts_in)
    made = sittings.PaperPlan("综合", "综合卷", form, starts_at, exam.DURATION, **{"earliest_submit_s": 0, **paper})
    with house.unit(OFFICE) as unit:
        levels.load_built_in(unit)
        sitting = sittings.plan(unit, "cbec", "初级", title, [made], rehearsal=rehearsal)
        return Sitting(house, form, sitting, queries.papers_of(unit.session, sitting)[0].id)
