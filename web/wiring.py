"""Wiring: who listens to which fact, what is done in the background, which gate is whose.  Read this to see the whole system.

A fact is told by the room below; whoever listens stands above it and is named here, nowhere else.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from core import mail
from core.actor import Role
from core.clock import Clock
from core.outbox import Handler
from core.settings import Settings
from core.unit import Database, Listeners
from delivery import facts as delivery_facts
from delivery import reading, receipt_letters, receipts
from delivery.gates import Admitted, Gates, Holder, Reason
from delivery.jobs import drop_old_seals, seal_papers, sweep_deadlines
from delivery.papers import frozen_paper
from delivery.partitions import make_partitions
from itembank.exchange.qti_engine import Engine
from proctor import destinations, hooks_out, signals
from proctor.gates import Supervision
from proctor.hooks_out import RELAYED
from programme import admission, candidates, enrolment, outcomes, results, sittings
from programme import facts as programme_facts
from programme.gates import People
from scoring import facts as scoring_facts
from scoring import intake, regrade_preview
from scoring.analysis import asking
from scoring.analysis.jobs import make_asked
from scoring.processing.cloning import clone
from scoring.processing.score import score_item
from scoring.studies import jobs as studies_jobs
from web import accounts, people


@dataclass(frozen=True)
class Job:
    """Background work: `work` does what is due at an instant and returns how many pieces were done.

    A job that found nothing looks again after `rest` seconds.
    """

    work: Callable[[Database, datetime], int]
    rest: float = 1.0


SCORE = "scoring.intake"
HOLD = "programme.results"
RELAY = "proctor.relay"
NOTE = "scoring.analysis"
MAIL = "delivery.receipt_letters"

_LISTENING: tuple[tuple[str, str], ...] = (
    (delivery_facts.SUBMITTED.name, SCORE),
    (delivery_facts.AMENDED.name, SCORE),
    (delivery_facts.SUBMITTED.name, MAIL),
    (delivery_facts.AMENDED.name, MAIL),
    (scoring_facts.SCORED.name, HOLD),
    (programme_facts.RELEASED.name, NOTE),
    *((fact, RELAY) for fact in RELAYED),
)

LISTENERS: Listeners = {fact: tuple(listener for heard, listener in _LISTENING if heard == fact) for fact, _ in _LISTENING}
"""Fact → listeners that are owed it."""

PEOPLE = People(find=people.find, names=people.names)
"""Who is behind an account, for the programme rooms."""

CONSEQUENCES = outcomes.consequences
"""What else changes when totals change, for the preview of a regrade."""

ENGINE = Engine(clone, score_item)
"""What processes QTI items for the bank."""

GROUPS = enrolment.groups
"""What is known of those who sit a paper, for comparing groups."""

SUPERVISION = Supervision(papers_on=sittings.papers_on, names=candidates.names)
"""What is being sat and by whom, for the invigilator's wall."""


def handlers(settings: Settings) -> Mapping[str, Handler]:
    """Return what each listener does with a fact."""
    return {
        SCORE: partial(intake.take_in, site_of=enrolment.site_of),
        HOLD: results.hold,
        RELAY: hooks_out.relay(settings.resolved_public_url()),
        MAIL: _mail_receipts(settings),
        NOTE: partial(asking.on_released, told_of=sittings.told),
    }


def _mail_receipts(settings: Settings) -> Handler:
    """Return what mails receipts; where mail is not set up it does nothing."""
    if not settings.sends_mail:
        return lambda _unit, _fact: None
    return receipt_letters.listener(receipts.Signer(settings.data_dir), accounts.find_email, settings.resolved_public_url())


def jobs(settings: Settings) -> tuple[Job, ...]:
    """Return the background work besides handing out facts."""
    post = partial(destinations.post, allow_private=settings.hooks_private)

    def send_hooks(database: Database, now: datetime) -> int:
        return hooks_out.send_due(database, now, post)

    usual: tuple[Job, ...] = (
        Job(sweep_deadlines, rest=0.25),
        Job(send_hooks),
        Job(partial(seal_papers, frozen_paper)),
        Job(drop_old_seals, rest=60),
        Job(make_partitions),
        Job(partial(make_asked, sittings.told)),
        Job(partial(studies_jobs.make_asked, GROUPS)),
        Job(partial(regrade_preview.make_asked, CONSEQUENCES)),
    )
    if not settings.sends_mail:
        return usual
    return (*usual, Job(partial(mail.send_due, mail.Post(settings.mail_url, settings.mail_from))))


def gates(clock: Clock, settings: Settings) -> Gates:
    """Return what delivery asks of the floors that it does not know."""

    def signed_in(session: Session, holders: Collection[Holder]) -> Collection[Holder]:
        return accounts.signed_in(session, [sign_in for _account, sign_in in holders if sign_in], Role.CANDIDATE, clock())

    return Gates(
        admission=_may_sit,
        admissions=_may_all_sit,
        signed_in=signed_in,
        signals=signals.record,
        name_of=accounts.get_name,
        papers=frozen_paper,
        mail_to=lambda session, account: _hidden(accounts.find_email(session, account)) if settings.sends_mail else None,
    )


def _hidden(address: str | None) -> str | None:
    """Return an address as others in the hall may read it."""
    return f"{address[0]}***@{address.rpartition('@')[2]}" if address else None


def _may_sit(session: Session, attempt: str) -> Admitted:
    return _may_all_sit(session, [attempt])[attempt]


def _may_all_sit(session: Session, attempts: Sequence[str]) -> dict[str, Admitted]:
    sits = reading.who_sits(session, attempts)
    standings = admission.may_all_sit(session, set(sits.values()))
    return {attempt: _admitted(standings[pair]) for attempt, pair in sits.items()}


def _admitted(standing: admission.Standing) -> Admitted:
    return Admitted() if standing.allowed else Admitted((Reason("programme.not_admitted", standing.zh, standing.en),))
