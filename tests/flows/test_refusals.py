"""Who is refused: every route to every role, and to the owner of another attempt; sockets to whoever has no good ticket."""

import http.client
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.routing import Rule

from core.actor import Role
from core.clock import iso
from delivery import messages, queries
from delivery.gateway import NAMESPACE
from tests.flows.conftest import Stage
from tests.make.house import House
from tests.make.line import Line
from tests.make.people import PATIENCE, ExamPage, Person, in_time
from web import accounts
from web.permissions import PUBLIC, TABLE

EVERYBODY = frozenset(Role)
BANK, CANDIDATE, OFFICE = frozenset({Role.AUTHOR, Role.OFFICE}), frozenset({Role.CANDIDATE}), frozenset({Role.OFFICE})
HALL = frozenset({Role.INVIGILATOR, Role.OFFICE})
DESKS = {
    "/bank": BANK,
    "/api/v1/bank": BANK,
    "/exam": CANDIDATE,
    "/results": CANDIDATE,
    "/practice": CANDIDATE,
    "/api/v1/practice": CANDIDATE,
    "/api/v1/me": CANDIDATE,
    "/api/v1/attempts": CANDIDATE | HALL,
    "/api/v1/papers": HALL,
    "/api/v1/answer-files": HALL,
    "/api/v1/held": HALL,
    "/invigilate": HALL,
    "/api/v1/invigilation": HALL,
    "/marking": frozenset({Role.MARKER, Role.CHIEF}),
    "/marking/chief": frozenset({Role.CHIEF, Role.OFFICE}),
    "/api/v1/marking": frozenset({Role.MARKER, Role.CHIEF, Role.OFFICE}),
    "/office": OFFICE,
    "/analysis": OFFICE,
    "/api/v1/analysis": OFFICE,
    "/api/v1/sittings": OFFICE,
    "/api/v1/enrolments": OFFICE,
    "/api/v1/regrades": OFFICE,
    "/api/v1/programmes": OFFICE,
    "/api/v1/hooks": OFFICE,
    "/api/v1/session": EVERYBODY,
    "/signout": EVERYBODY,
    "/": EVERYBODY,
}
"""Who has anything to do where; said here a second time, so that a slip in the table of acts is seen."""

NOW = "2026-05-23T01:00:00.000Z"
BODIES: dict[str, dict[str, Any] | None] = {
    "delivery.take_ticket": {"device": {}},
    "delivery.start_attempt": {},
    "delivery.put_answer": {"item": "1", "value": "A", "typed_at": NOW, "epoch": 1},
    "delivery.submit_attempt": {"epoch": 1, "last_seq": 0},
}
"""What the candidate's routes that change something are sent, in the right shape."""


@pytest.fixture
def candidate(stage: Stage) -> tuple[Person, str]:
    """Return a candidate who may sit, and the attempt."""
    login = f"c{len(stage.sitting.enrolments)}"
    account = stage.sitting.enrol(login)
    return Person(stage.url, login), stage.sitting.attempt(account)


class Caller:
    """One connection that is kept open, with a bearer token."""

    def __init__(self, url: str, token: str) -> None:
        parts = urlsplit(url)
        self._line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json", "Content-Type": "application/json"}

    def code(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        """Make a call; return the status, and the code of the error if it is one."""
        self._line.request(method, path, None if method == "GET" else json.dumps(body or {}), self._headers)
        answer = self._line.getresponse()
        text = answer.read()
        is_error = answer.status >= 400 and answer.headers["Content-Type"] == "application/json"  # a form of a page may come back as one
        return answer.status, json.loads(text)["error"]["code"] if is_error else ""


def _calls(house: House) -> Iterator[tuple[Rule, str, str, str]]:
    """Yield every route with its act, a method, and a path to something that is not there; the ways out last."""
    rules = [rule for rule in house.app.url_map.iter_rules() if rule.endpoint != "static"]
    for rule in sorted(rules, key=lambda rule: rule.endpoint in ("web.end_session", "web.sign_out")):
        path = rule.build({name: 1 if "int" in type(kind).__name__.lower() else "none" for name, kind in rule._converters.items()})
        assert path
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, house.app.view_functions[rule.endpoint].act, method, path[1]  # type: ignore[attr-defined]  # the guard's note


def _compare(stage: Stage, role: Role, caller: Caller) -> None:
    for rule, act, method, path in _calls(stage.house):
        status, code = caller.code(method, path)
        where = f"{role} {method} {rule.rule}: {status} {code}"
        assert status < 500, where
        assert (code == "core.forbidden") == (act != PUBLIC and role not in TABLE[act]), where


def test_every_route_is_closed_to_every_role_that_the_table_does_not_name(stage: Stage) -> None:
    assert len(list(_calls(stage.house))) > 50
    for role in Role:
        stage.house.account(f"a-{role}", role)
        _compare(stage, role, Caller(stage.url, Person(stage.url, f"a-{role}")._token))


def test_control_a_route_that_lets_in_whom_it_should_not_is_seen(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.house.account("an-author", Role.AUTHOR)
    caller = Caller(stage.url, Person(stage.url, "an-author")._token)
    monkeypatch.setitem(TABLE, "bank.write", OFFICE)  # in this process only: the server still lets authors write
    with pytest.raises(AssertionError, match="author GET /bank/"):
        _compare(stage, Role.AUTHOR, caller)


def test_a_stranger_is_asked_to_sign_in_everywhere(stage: Stage) -> None:
    caller = Caller(stage.url, "made-up")
    for rule, act, method, path in _calls(stage.house):
        status, code = caller.code(method, path)
        assert (code == "core.sign_in") == (act != PUBLIC), f"{method} {rule.rule}: {status} {code}"


def test_nobody_has_a_key_to_a_desk_that_is_not_theirs(stage: Stage) -> None:
    for rule, act, _, _ in _calls(stage.house):
        if act == PUBLIC:
            continue
        desk = max((desk for desk in DESKS if rule.rule == desk or rule.rule.startswith(f"{desk}/")), key=len, default=None)
        assert desk, f"{rule.rule} stands at no desk: say in DESKS who has anything to do there"
        assert TABLE[act] <= DESKS[desk], rule.rule


def test_the_attempt_of_another_is_not_there(stage: Stage, candidate: tuple[Person, str]) -> None:
    person, attempt = candidate
    page = ExamPage(person, attempt)
    person.call("POST", f"attempts/{attempt}/start", {})
    stage.sitting.enrol("other")
    caller = Caller(stage.url, Person(stage.url, "other")._token)
    before = _standing(stage, attempt)
    own = [(rule, method) for rule, act, method, _ in _calls(stage.house) if act == "delivery.sit" and "attempt" in rule.arguments]
    assert len(own) >= 8
    for rule, method in own:
        built = rule.build({"attempt": attempt, "seq": 1}, append_unknown=False)
        assert built
        body = None if method == "GET" else BODIES[rule.endpoint]
        assert caller.code(method, built[1], body) == (404, "core.not_found"), rule.rule
    assert _standing(stage, attempt) == before
    page.close()


# --- sockets


def _standing(stage: Stage, attempt: str) -> tuple[str, int, int]:
    """Return what a page could have changed: state, epoch, entries."""
    with stage.house.database.reading() as session:
        row = queries.get_attempt(session, attempt)
        return row.state, row.epoch, len(queries.journal_of(session, attempt))


def _ticket(candidate: tuple[Person, str]) -> str:
    person, attempt = candidate
    return str(person.call("POST", f"attempts/{attempt}/ticket", {"device": {}})["ticket"])


def test_a_ticket_is_good_once_for_a_minute_and_while_its_holder_is_signed_in(stage: Stage, candidate: tuple[Person, str]) -> None:
    assert Line(stage.url).enter("made up") == "delivery.ticket_refused"
    good = _ticket(candidate)
    assert Line(stage.url).enter(good) == ""
    assert Line(stage.url).enter(good) == "delivery.ticket_refused"
    lapsed = _ticket(candidate)
    stage.clock.move(61)
    assert Line(stage.url).enter(lapsed) == "delivery.ticket_refused"
    orphaned = _ticket(candidate)
    candidate[0].call("DELETE", "session")
    assert Line(stage.url).enter(orphaned) == "delivery.signed_out"
    assert _standing(stage, candidate[1])[1] == 1, "only the good one made a page"


def test_who_was_signed_out_by_the_office_can_neither_come_back_nor_hand_in(stage: Stage, candidate: tuple[Person, str]) -> None:
    person, attempt = candidate
    page = ExamPage(person, attempt)
    person.call("POST", f"attempts/{attempt}/start", {})
    account = person.call("GET", "session")["account"]
    with stage.house.unit() as unit:
        accounts.end_sessions(unit, account)
    assert page.ask("attempt.submit", {"epoch": page.epoch, "last_seq": 0})["error"]["code"] == "delivery.signed_out"
    assert Caller(stage.url, person._token).code("POST", f"/api/v1/attempts/{attempt}/ticket", {"device": {}})[1] == "core.sign_in"
    assert _standing(stage, attempt)[0] == "running"
    page.close()


def test_a_page_goes_with_its_own_sign_in_whatever_others_the_candidate_has(stage: Stage, candidate: tuple[Person, str]) -> None:
    person, attempt = candidate
    person.call("POST", f"attempts/{attempt}/start", {})
    page = ExamPage(person, attempt)
    another = Person(stage.url, person.login)
    person.call("DELETE", "session")
    assert page.ask("attempt.submit", {"epoch": page.epoch, "last_seq": 0})["error"]["code"] == "delivery.signed_out"
    in_time(lambda: not page.is_connected)
    assert ExamPage(another, attempt).ask("attempt.submit", {"epoch": page.epoch + 1, "last_seq": 0})["ok"]


def test_nothing_that_is_said_before_entering_is_heard(stage: Stage, candidate: tuple[Person, str]) -> None:
    person, attempt = candidate
    ExamPage(person, attempt).close()
    person.call("POST", f"attempts/{attempt}/start", {})
    before = _standing(stage, attempt)
    line = Line(stage.url)
    for number, name in enumerate(messages.MESSAGES):
        payload = {"seq": 1, "epoch": 1, "item": "1", "value": "A", "typed_at": iso(stage.clock()), "last_seq": 0, "attempt": attempt}
        line.say(f"42{NAMESPACE},{number}{json.dumps([name, payload])}")
    assert line.enter(_ticket(candidate)) == "", "the first answer is that to the ticket: none of the messages had one"
    assert line.hear().startswith(f'42{NAMESPACE},["welcome"')
    assert _standing(stage, attempt) == (before[0], before[1] + 1, 0)


def test_a_page_says_only_what_pages_say_and_only_of_its_own_attempt(stage: Stage, candidate: tuple[Person, str]) -> None:
    page = ExamPage(*candidate)
    for name, kind in messages.MESSAGES.items():
        if kind.sender == "server":
            assert page.ask(name, {})["error"]["code"] == "core.invalid"
        else:
            assert page.ask(name, {"attempt": "att_other"})["error"]["code"] == "core.invalid", "no message names an attempt"
    page.close()
