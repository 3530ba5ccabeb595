"""Outbound events: facts as CloudEvents, signed by the Standard Webhooks scheme, tried until taken or dead.

Sources: CloudEvents 1.0 (structured mode, JSON format); Standard Webhooks 1.0.0 (headers, signature, retry schedule).
"""

import base64
import json
import random
import re
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from standardwebhooks import Webhook

from core import audit
from core.actor import SYSTEM
from core.clock import iso
from core.errors import Words
from core.facts import Fact
from core.ids import new_id
from core.unit import Database, Unit
from proctor import queries
from proctor.destinations import Answer, check_not_private, check_url
from proctor.errors import ENDPOINT_INVALID
from proctor.tables import EndpointRow, MessageRow

TYPE_PREFIX = "cn.kaochang."
CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
SCHEDULE = [timedelta(seconds=s) for s in (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)]
"""Waits after the first try and each one that follows (Standard Webhooks 1.0.0, "Deliverability and reliability")."""
JITTER = 0.2
LEASE = timedelta(seconds=60)
MOST = 20  # messages that are on their way at one time
OVERLOADED = frozenset({0, 429, 502, 503, 504})
"""Answers (0: none at all) after which nothing more is sent to an endpoint for a while, so that a dead one holds up nobody."""
LONGEST_QUIET = timedelta(minutes=5)
GONE = 410

RELAYED = (
    "delivery.attempt.started",
    "proctor.attempt.signalled",
    "delivery.attempt.submitted",
    "scoring.attempt.scored",
    "programme.result.released",
)
"""Facts of an attempt that endpoints may ask for."""

Post = Callable[[str, dict[str, str], bytes], Answer]

_SECONDS = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class Outgoing:
    """One message as it goes out: where, under which secret, and the exact body."""

    endpoint: str
    fact_id: int
    url: str
    secret: str
    event_id: str
    body: bytes


def add_endpoint(unit: Unit, url: str, facts: Sequence[str], *, allow_private: bool) -> tuple[str, str]:
    """Enter an endpoint for the named facts and return its id and its signing secret, which is shown once.

    Raises:
        ExamError: `proctor.endpoint_invalid`.
    """
    check_url(url)
    if not allow_private:
        check_not_private(url)
    facts = list(dict.fromkeys(facts))
    unknown = [name for name in facts if name not in RELAYED]
    if unknown or not facts:
        raise ENDPOINT_INVALID(detail=Words(f"未知事件:{', '.join(unknown) or '–'}", f"unknown facts: {', '.join(unknown) or '–'}"))
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    row = EndpointRow(id=new_id("hook"), url=url, secret=secret, facts=facts, created_at=unit.now)
    unit.session.add(row)
    audit.record(unit, "proctor.endpoint.added", f"endpoint/{row.id}", url=url, facts=facts)
    return row.id, secret


def disable_endpoint(unit: Unit, endpoint: str, because: str) -> None:
    """Stop telling an endpoint; what it is still owed waits for it to be enabled again.

    Raises:
        ExamError: `core.not_found`.
    """
    row = queries.lock_endpoint(unit.session, endpoint)
    row.disabled_at, row.disabled_because = unit.now, because
    audit.record(unit, "proctor.endpoint.disabled", f"endpoint/{endpoint}", because=because)


def enable_endpoint(unit: Unit, endpoint: str) -> None:
    """Tell an endpoint again, from what it is still owed on; facts that happened meanwhile are not made up for.

    Raises:
        ExamError: `core.not_found`.
    """
    row = queries.lock_endpoint(unit.session, endpoint)
    row.disabled_at = row.disabled_because = row.quiet_until = None
    audit.record(unit, "proctor.endpoint.enabled", f"endpoint/{endpoint}")


def relay(source: str) -> Callable[[Unit, Fact], None]:
    """Return the listener that queues a fact for every endpoint that asked for it; `source` is this engine's address."""

    def queue(unit: Unit, fact: Fact) -> None:
        event = cloud_event(fact, source)
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
        for endpoint in queries.live_endpoints(unit.session):
            if fact.name in endpoint.facts:
                row = MessageRow(
                    endpoint=endpoint.id, fact_id=fact.id, event_id=event["id"], type=event["type"], body=body, due_at=unit.now
                )
                unit.session.add(row)

    return queue


def cloud_event(fact: Fact, source: str) -> dict[str, Any]:
    """Return a fact as a CloudEvent 1.0 in the JSON format; `sequence` is zero-padded, since it is ordered as text."""
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": f"fact-{fact.id}",
        "source": source,
        "type": TYPE_PREFIX + fact.name,
        "subject": fact.subject,
        "time": iso(fact.occurred_at),
        "datacontenttype": "application/json",
        "data": fact.data,
    }
    if fact.sequence is not None:
        event["sequence"] = f"{fact.sequence:012d}"
    return event


def send_due(database: Database, now: datetime, post: Post) -> int:
    """Send messages that are due, each at least once, all at the same time; return how many were taken."""
    leased = _lease(database, now)
    if not leased:
        return 0
    with ThreadPoolExecutor(len(leased)) as pool:
        answers = list(pool.map(lambda outgoing: post(outgoing.url, signed_headers(outgoing, now), outgoing.body), leased))
    taken = 0
    for outgoing, answer in zip(leased, answers, strict=True):
        with database.unit(SYSTEM, now) as unit:
            taken += _settle(unit, outgoing, answer)
    return taken


def signed_headers(outgoing: Outgoing, now: datetime) -> dict[str, str]:
    """Return the headers of one try: the id stays the same over all tries, the time and the signature are new."""
    signature = Webhook(outgoing.secret).sign(outgoing.event_id, now, outgoing.body.decode())
    return {
        "Content-Type": CONTENT_TYPE,
        "User-Agent": "Kaochang",
        "webhook-id": outgoing.event_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
    }


def _lease(database: Database, now: datetime) -> list[Outgoing]:
    with database.unit(SYSTEM, now) as unit:
        due = queries.lock_due(unit.session, now, MOST)
        for message, _ in due:
            message.due_at = now + LEASE
            message.tries += 1
        return [
            Outgoing(endpoint.id, message.fact_id, endpoint.url, endpoint.secret, message.event_id, message.body.encode())
            for message, endpoint in due
        ]


def _settle(unit: Unit, outgoing: Outgoing, answer: Answer) -> bool:
    endpoint = queries.lock_endpoint(unit.session, outgoing.endpoint)
    message = unit.session.get_one(MessageRow, (outgoing.endpoint, outgoing.fact_id), with_for_update=True)
    message.last_answer = f"{answer.status} {answer.text}".replace("\0", "")[:500]
    if 200 <= answer.status < 300:
        message.state, message.sent_at = "sent", unit.now
        return True
    wait = _wait(min(message.tries, len(SCHEDULE)), answer.retry_after)
    if message.tries > len(SCHEDULE):
        message.state = "dead"
    else:
        message.due_at = unit.now + wait
    if answer.status in OVERLOADED:
        endpoint.quiet_until = unit.now + min(wait, LONGEST_QUIET)
    if answer.status == GONE:
        disable_endpoint(unit, outgoing.endpoint, "410 Gone")
    return False


def _wait(tries: int, retry_after: str | None) -> timedelta:
    wait = SCHEDULE[tries - 1] * (1 + random.uniform(0, JITTER))  # noqa: S311 - jitter, not a secret
    asked = timedelta(seconds=int(retry_after)) if retry_after and _SECONDS.fullmatch(retry_after) else timedelta(0)
    return max(wait, min(asked, SCHEDULE[-1]))
