"""Outbound events: what goes out, how it is signed, when it is tried again, and where it may not go."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from lxml import html
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from core import clock as real
from core.actor import SYSTEM, Role
from core.errors import ExamError
from core.facts import Fact
from core.unit import Database
from proctor import destinations, hooks_out, queries
from proctor.destinations import Answer
from proctor.hooks_out import RELAYED, SCHEDULE, Outgoing, cloud_event, signed_headers
from proctor.tables import MessageRow
from tests.make.clock import MovableClock
from tests.make.corpora import corpus
from tests.make.house import House
from tests.make.json_schema import faults
from tests.make.receiver import Receiver, receiving

SOURCE = "https://exam.example.org"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def some_fact(n: int = 1, name: str = "delivery.attempt.submitted", sequence: int | None = 7) -> Fact:
    data = {"attempt": "att_1", "paper": "pap_1", "cause": "candidate", "note": "答卷"}
    return Fact(n, name, "attempt/att_1", sequence, data, datetime(2026, 5, 23, 5, 0, tzinfo=UTC), "acc_1")


def add(database: Database, now: datetime, url: str, facts: tuple[str, ...] = RELAYED) -> tuple[str, str]:
    with database.unit(SYSTEM, now) as unit:
        return hooks_out.add_endpoint(unit, url, facts, allow_private=True)


def queue(database: Database, now: datetime, *facts: Fact) -> None:
    with database.unit(SYSTEM, now) as unit:
        for fact in facts:
            hooks_out.relay(SOURCE)(unit, fact)


def post(url: str, headers: dict[str, str], body: bytes) -> Answer:
    return destinations.post(url, headers, body, allow_private=True)


def answering(*statuses: int) -> tuple[Callable[[str, dict[str, str], bytes], Answer], list[tuple[dict[str, str], bytes]]]:
    """Return a way out that answers the statuses one after the other (the last for ever), and what has gone out by it."""
    sent: list[tuple[dict[str, str], bytes]] = []

    def send(_url: str, headers: dict[str, str], body: bytes) -> Answer:
        sent.append((headers, body))
        return Answer(statuses[min(len(sent), len(statuses)) - 1], "")

    return send, sent


def messages(database: Database) -> list[MessageRow]:
    with database.reading() as session:
        return queries.recent_messages(session, 50)


@pytest.mark.parametrize("sequence", [None, 0, 7, 123456])
@pytest.mark.parametrize("name", RELAYED)
def test_every_event_is_a_cloud_event(name: str, sequence: int | None) -> None:
    schema = json.loads((corpus("cloudevents") / "spec/cloudevents.json").read_text())
    event = cloud_event(some_fact(name=name, sequence=sequence), SOURCE)
    assert faults(schema, event) == []
    assert event["specversion"] == "1.0"
    assert all(re.fullmatch("[a-z0-9]{1,20}", attribute) for attribute in event)
    assert "att_1" not in event["id"] + event["source"] + event["type"]
    for spoilt in ({"id": ""}, {"source": 1}, {"time": "yesterday"}, {"type": ""}, {"subject": ""}):
        assert faults(schema, {**event, **spoilt})
    assert faults(schema, {name: value for name, value in event.items() if name != "source"})


def test_sequence_is_ordered_as_text() -> None:
    numbers = [9, 10, 99, 100, 1_000_000]
    written = [cloud_event(some_fact(sequence=n), SOURCE)["sequence"] for n in numbers]
    assert written == sorted(written)


def test_signature_is_that_of_the_published_vector() -> None:
    vector = json.loads((corpus("webhooks") / "vectors.json").read_text())["symmetric"][0]
    outgoing = Outgoing("", 1, "", vector["secret"], vector["id"], vector["payload"].encode())
    headers = signed_headers(outgoing, datetime.fromtimestamp(vector["timestamp"], UTC))
    assert headers["webhook-signature"] == vector["signature"]
    assert headers["webhook-id"] == vector["id"]
    assert headers["webhook-timestamp"] == str(vector["timestamp"])


def test_schedule_is_the_published_one() -> None:
    published = json.loads((corpus("webhooks") / "vectors.json").read_text())["retry_schedule_spec_seconds"]
    assert [wait.total_seconds() for wait in SCHEDULE] == published[1:]


def verified(secret: str, headers: dict[str, str], body: bytes) -> bool:
    try:
        Webhook(secret).verify(body, headers)
    except WebhookVerificationError:
        return False
    return True


def test_a_real_receiver_can_verify_what_it_gets_and_nothing_else(database: Database, receiver: Receiver) -> None:
    now = real.now()  # a receiver checks the time of a message by its own clock
    _, secret = add(database, now, receiver.url)
    queue(database, now, some_fact())
    assert hooks_out.send_due(database, now, post) == 1
    (headers, body) = receiver.received[0]
    assert headers["content-type"] == "application/cloudevents+json; charset=utf-8"
    assert json.loads(body)["data"]["note"] == "答卷"
    assert headers["webhook-id"] == json.loads(body)["id"]
    assert verified(secret, headers, body)
    old = str(int((now - timedelta(minutes=6)).timestamp()))
    for spoilt in ({"webhook-id": "other"}, {"webhook-timestamp": old}, {"webhook-signature": "v1,"}, {"webhook-signature": "v2,AAAA"}):
        assert not verified(secret, {**headers, **spoilt}, body)
    assert not verified(secret, headers, body + b" ")
    assert [row.state for row in messages(database)] == ["sent"]
    assert hooks_out.send_due(database, now, post) == 0


def test_only_what_was_asked_for_goes_out(database: Database, clock: MovableClock) -> None:
    add(database, clock(), "https://a.example.org", ("scoring.attempt.scored",))
    queue(database, clock(), some_fact(1, "delivery.attempt.submitted"), some_fact(2, "scoring.attempt.scored"))
    assert [row.type for row in messages(database)] == ["cn.kaochang.scoring.attempt.scored"]


def test_retries_follow_the_schedule_under_the_same_id_until_dead(database: Database, clock: MovableClock) -> None:
    add(database, clock(), "https://a.example.org")
    queue(database, clock(), some_fact())
    send, sent = answering(500)
    waits = []
    for _ in range(len(SCHEDULE) + 1):
        assert hooks_out.send_due(database, clock(), send) == 0
        (row,) = messages(database)
        waits.append(row.due_at - clock())
        hooks_out.send_due(database, clock(), send)
        clock.set(row.due_at)
    assert len(sent) == len(SCHEDULE) + 1
    assert row.state == "dead"
    for wait, published in zip(waits, SCHEDULE, strict=False):
        assert published <= wait <= published * 1.2
    assert {headers["webhook-id"] for headers, _ in sent} == {"fact-1"}
    assert len({headers["webhook-timestamp"] for headers, _ in sent}) == len(sent)
    assert len({headers["webhook-signature"] for headers, _ in sent}) == len(sent)
    assert len({body for _, body in sent}) == 1


def test_gone_disables_the_endpoint_until_the_office_enables_it(database: Database, clock: MovableClock) -> None:
    endpoint, _ = add(database, clock(), "https://a.example.org")
    queue(database, clock(), some_fact())
    send, sent = answering(410, 204)
    hooks_out.send_due(database, clock(), send)
    clock.move(days_s(3))
    queue(database, clock(), some_fact(2))
    assert hooks_out.send_due(database, clock(), send) == 0
    assert len(sent) == 1
    with database.unit(SYSTEM, clock()) as unit:
        hooks_out.enable_endpoint(unit, endpoint)
    assert hooks_out.send_due(database, clock(), send) == 1
    assert [headers["webhook-id"] for headers, _ in sent] == ["fact-1", "fact-1"]


def days_s(days: int) -> float:
    return timedelta(days=days).total_seconds()


def test_a_redirect_is_a_failure_and_is_not_followed(database: Database, receiver: Receiver) -> None:
    now = real.now()
    add(database, now, receiver.url)
    queue(database, now, some_fact())
    receiver.answers.append((307, {"Location": receiver.url}))
    assert hooks_out.send_due(database, now, post) == 0
    assert len(receiver.received) == 1
    assert messages(database)[0].state == "pending"


def test_a_dead_endpoint_rests_and_holds_up_nobody(database: Database, clock: MovableClock) -> None:
    add(database, clock(), "https://dead.example.org")
    queue(database, clock(), *(some_fact(n) for n in range(1, 31)))
    dead, tried = answering(0)
    hooks_out.send_due(database, clock(), dead)
    in_one_go = len(tried)
    assert 0 < in_one_go < 30
    add(database, clock(), "https://well.example.org")
    queue(database, clock(), some_fact(31))
    well, sent = answering(204)
    assert hooks_out.send_due(database, clock(), well) == 1
    assert len(sent) == 1
    clock.move(3600)
    assert hooks_out.send_due(database, clock(), well) == in_one_go


def test_retry_after_is_heeded(database: Database, receiver: Receiver) -> None:
    now = real.now()
    add(database, now, receiver.url)
    queue(database, now, some_fact())
    receiver.answers.append((429, {"Retry-After": "600"}))
    hooks_out.send_due(database, now, post)
    assert messages(database)[0].due_at >= now + timedelta(seconds=600)


@pytest.mark.parametrize("nonsense", ["Wed, 21 Oct 2026 07:28:00 GMT", "9" * 6000, "-5", "٣"])
def test_a_strange_retry_after_is_not_heeded(nonsense: str) -> None:
    assert hooks_out._wait(1, nonsense) <= SCHEDULE[0] * 1.2


@pytest.mark.parametrize("facts", [(), ("no.such.fact",), ("programme.candidate.enrolled",)])
def test_only_facts_of_attempts_can_be_asked_for(database: Database, clock: MovableClock, facts: tuple[str, ...]) -> None:
    with pytest.raises(ExamError) as refused:
        add(database, clock(), "https://a.example.org", facts)
    assert refused.value.kind.code == "proctor.endpoint_invalid"


def test_secrets_are_long_and_never_shown_again(house: House) -> None:
    house.account("office", Role.OFFICE)
    browser = house.browser("office")
    made = browser.post("/api/v1/hooks", json={"url": "https://a.example.org/hook"})
    assert made.status_code == 201, made.text
    secret = made.get_json()["secret"]
    assert secret.startswith("whsec_")
    assert len(secret) >= 6 + 32
    bare = secret.removeprefix("whsec_")
    for path in ("/api/v1/hooks", "/office/hooks"):
        shown = browser.get(path)
        assert shown.status_code == 200
        assert "a.example.org" in shown.text
        assert bare not in shown.text


def test_the_page_says_where_each_message_goes(house: House) -> None:
    house.account("office", Role.OFFICE)
    urls = ["https://a.example.org/hook", "https://b.example.org/hook"]
    for url in urls:
        add(house.database, house.clock(), url)
    queue(house.database, house.clock(), some_fact())
    table = html.fromstring(house.browser("office").get("/office/hooks").text).xpath("//table[contains(., 'attempt.submitted')]")[-1]
    assert sorted(cell.text for cell in table.xpath(".//tbody/tr/td[3]")) == urls


def test_an_address_that_is_never_sent_to_is_refused_when_it_is_entered(house: House) -> None:
    house.account("office", Role.OFFICE)
    browser = house.browser("office")
    for host in ("127.0.0.1:8126", "169.254.169.254", "2130706433", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "10.0.0.1", "0x7f.1"):
        answer = browser.post("/api/v1/hooks", json={"url": f"http://{host}/"})
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, "proctor.endpoint_invalid"), host
    twice = {"url": "https://a.example.org/hook", "facts": [hooks_out.RELAYED[0]] * 50}
    assert browser.post("/api/v1/hooks", json=twice).status_code == 201
    assert browser.get("/api/v1/hooks").get_json()["endpoints"][0]["facts"] == [hooks_out.RELAYED[0]]
