"""The demo: accounts for every role, both programmes, the demo bank, published forms, and sittings to walk through.

Every step looks first whether it is done already, so a second run goes on where the first one was.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import itembank
from core.actor import Actor, Role
from core.unit import Database, Unit
from delivery.deadline import Timing
from itembank import forms, knowledge, reading, reviewing
from itembank.blueprint import Blueprint
from itembank.exchange import intake, jsonl_read
from itembank.exchange.report import Read
from itembank.knowledge import Point
from programme import candidates, enrolment, levels, payments, sittings
from web import accounts, queries
from web.accounts import AccountDraft, LoginKind, normal_login
from web.passwords import hash_password

PASSWORD = "kaochang-demo"  # noqa: S105 - printed for everybody to use; the demo serves this machine only
BANK = Path(itembank.__file__).parent / "demo"
OPEN_FOR = timedelta(days=60)
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Person:
    """One demo account."""

    login: str
    name: str
    role: Role
    ticket: str = ""
    seat: str = ""
    paid: bool = True


PEOPLE = (
    Person("candidate", "李晓雨", Role.CANDIDATE, "202611210001", "A-01"),
    Person("candidate2", "王思远", Role.CANDIDATE, "202611210002", "A-02"),
    Person("candidate3", "Emma Chen", Role.CANDIDATE, "202611210003", "A-03"),
    Person("unpaid", "赵一鸣", Role.CANDIDATE, "202611210004", "A-04", paid=False),
    Person("marker", "阅卷员 陈", Role.MARKER),
    Person("chief", "阅卷组长 周", Role.CHIEF),
    Person("invigilator", "监考员 吴", Role.INVIGILATOR),
    Person("author", "命题员 郑", Role.AUTHOR),
    Person("office", "考务办 孙", Role.OFFICE),
)
SITE = "示范考点"


def load(database: Database, now: datetime, progress: Progress) -> None:
    """Make what is missing of the demo."""
    progress("accounts")
    ids = {person.login: _account(database, person, now) for person in PEOPLE}
    author = Actor(ids["author"], frozenset({Role.AUTHOR}))
    office = Actor(ids["office"], frozenset({Role.OFFICE}))
    progress("item bank")
    fill_bank(database, author, office, now)
    keep_outlines(database, office, now)
    progress("forms")
    published = {name: publish_form(database, name, (author, office), now) for name in _blueprints()}
    progress("sittings")
    with database.unit(office, now) as unit:
        for path in sorted(levels.DEFINITIONS.glob("*.json")):
            levels.load(unit, json.loads(path.read_text("utf-8")))
        for person in PEOPLE:
            if person.role is Role.CANDIDATE:
                candidates.register(unit, ids[person.login], person.name)
        _plan_sittings(unit, ids, published)


def fill_bank(database: Database, author: Actor, office: Actor, now: datetime) -> None:
    """Import what the bank lacks of the demo's, hand it in as its author, and approve it as the office; what is there stays as it is."""
    drafts = [found for path in sorted(BANK.glob("*.jsonl")) for found in jsonl_read.read(path.read_bytes()) if isinstance(found, Read)]
    with database.reading() as session:
        standing = reading.known_refs(session, [found.draft.ref for found in drafts])
    missing = [found for found in drafts if found.draft.ref not in standing]
    if not missing:
        return
    prepared = intake.prepare(missing)
    refs = [version.ref for version, _ in prepared.versions]
    with database.unit(author, now) as unit:
        report = intake.store(unit, prepared)
        reviewing.submit_all(unit, refs)
    if report.refused:
        raise RuntimeError(f"the demo bank is not sound: {[remark.error.text('en') for remark in report.refused]}")
    with database.unit(office, now) as unit:
        reviewing.approve_all(unit, {entry.ref: entry.version for entry in report.items})


def keep_outlines(database: Database, office: Actor, now: datetime) -> None:
    """Keep the outlines of both programmes that are not there yet."""
    with database.unit(office, now) as unit:
        standing = knowledge.outlines(unit.session)
        for told in json.loads((BANK / "outlines.json").read_text("utf-8")):
            if (told["programme"], told["level"]) not in standing:
                points = [Point.model_validate(point) for point in told["points"]]
                knowledge.keep(unit, told["programme"], told["level"], points)


def publish_form(database: Database, name: str, people: tuple[Actor, Actor], now: datetime) -> str:
    """Assemble the form of a demo blueprint as the first person and publish it as the second, unless it is there; return its id."""
    blueprint = Blueprint.model_validate_json((BANK / "blueprints" / f"{name}.json").read_bytes())
    with database.unit(people[0], now) as unit:
        standing = forms.find_published(unit.session, blueprint.title)
        if standing:
            return standing
        form = forms.assemble(unit, blueprint)
        forms.freeze(unit, form)
    with database.unit(people[1], now) as unit:
        forms.publish(unit, form)
    return form


def _blueprints() -> list[str]:
    return sorted(path.stem for path in (BANK / "blueprints").glob("*.json"))


def _account(database: Database, person: Person, now: datetime) -> str:
    with database.reading() as session:
        found = queries.find_account_by_login(session, normal_login(person.login))
    if found:
        return found.id
    logins = {person.login: LoginKind.NAME}
    if person.ticket:
        logins[person.ticket] = LoginKind.TICKET
    draft = AccountDraft(person.name, frozenset({person.role}), logins, hash_password(PASSWORD))
    with database.unit(Actor("system"), now) as unit:
        return accounts.create(unit, draft)


def _plan_sittings(unit: Unit, ids: dict[str, str], published: dict[str, str]) -> None:
    if sittings.find_titled(unit.session, _OPEN):
        return
    now = unit.now
    soon = now + timedelta(minutes=2)
    next_week = (now + timedelta(days=7)).replace(hour=5, minute=0, second=0, microsecond=0)  # 13:00 in Shanghai
    open_paper = sittings.PaperPlan(
        "综合", "综合卷", published["cbec-junior"], now - timedelta(minutes=1), 120 * 60, Timing.FULL_TIME, _seconds(OPEN_FOR), 0
    )
    rehearsal = sittings.PaperPlan("演练", "演练卷", published["rehearsal"], soon, 15 * 60, Timing.FULL_TIME, _seconds(OPEN_FOR), 0)
    b2b = [
        sittings.PaperPlan("基础", "B2B 基础", published["b2b-foundation"], next_week, 90 * 60),
        sittings.PaperPlan("实务", "B2B 实务", published["b2b-practice"], next_week + timedelta(minutes=90), 90 * 60),
    ]
    everybody = [person for person in PEOPLE if person.role is Role.CANDIDATE]
    # one candidate alone in the open sitting: once that paper is handed in and marked, the office can release
    _enrol(unit, ids, everybody[:1], sittings.plan(unit, "cbec", "初级", _OPEN, [open_paper]))
    _enrol(unit, ids, everybody, sittings.plan(unit, "b2b", "B2B", "跨境电商 B2B 岗位能力水平测试", b2b))
    _enrol(unit, ids, everybody, sittings.plan(unit, "b2b", "B2B", "跨境电商 B2B 考前演练", [rehearsal], rehearsal=True))


_OPEN = "跨境电子商务师(初级)示范考试"


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())


def _enrol(unit: Unit, ids: dict[str, str], people: Sequence[Person], sitting: str) -> None:
    for person in people:
        enrolled = enrolment.enrol(unit, sitting, ids[person.login], SITE, person.seat)
        if person.paid:
            payments.confirm(unit, enrolled, f"DEMO-{person.ticket}")
