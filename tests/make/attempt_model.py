"""A model of one attempt, written from the rules in words: it shares no code with the engine."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.make.clock import START

DURATION, WINDOW, EARLY, ON_ITS_WAY, UNNOTICED = 3600, 120, 60, 10, 30
PENDING = ("scheduled", "ready")


class Refused(Exception):  # noqa: N818 - an answer, not a defect
    """The model refuses, with the code of the error."""


def span(number: float) -> timedelta:
    return timedelta(seconds=number)


@dataclass
class Model:
    """An attempt as the rules in words have it."""

    full_time: bool
    starts_at: datetime
    state: str = "scheduled"
    epoch: int = 0
    granted: int = 0
    started_at: datetime | None = None
    end: datetime | None = None
    paused_at: datetime | None = None
    version: int = 0
    acked_version: int = 0
    held: dict[int, str] = field(default_factory=dict)
    aside: dict[tuple[int, str, datetime], str] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    lines: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    seen_at: datetime = START

    @property
    def deadline(self) -> datetime | None:
        """While the clock stands there is none."""
        return None if self.paused_at else self.end

    def keep_time(self, now: datetime) -> None:
        """Do what the clock alone decides."""
        if self.state in PENDING and now >= self.starts_at + span(DURATION):
            self.state = "absent"
        if self.state == "running" and self.end and now >= self.end:
            self.state = "closing"
        if self.state == "closing" and self.end and now >= self.end + span(WINDOW):
            self.state = "submitted"

    def start(self, now: datetime) -> None:
        """Come in and start; who has started goes on."""
        self.keep_time(now)
        if self.state == "absent":
            raise Refused("delivery.start_closed")
        if self.state in PENDING:
            if now < self.starts_at:
                raise Refused("delivery.not_started")
            self.state, self.version, self.started_at = "running", 1, now
            self.end = (now if self.full_time else self.starts_at) + span(DURATION + self.granted)

    def connect(self, now: datetime) -> None:
        """Open one more page; the process that holds it lives."""
        self.keep_time(now)
        self.epoch += 1
        self.leave(now)
        self.lines.append((now, None))
        self.seen_at = now

    def leave(self, now: datetime) -> None:
        """Lose the line of the page that is open."""
        if self.lines and self.lines[-1][1] is None:
            self.lines[-1] = (self.lines[-1][0], now)

    def extend(self, now: datetime, seconds: int) -> None:
        """Give time."""
        self.keep_time(now)
        if self.state not in (*PENDING, "running", "paused"):
            raise Refused("delivery.wrong_state")
        if self.end is None:
            self.granted += seconds
        else:
            self.end += span(seconds)
            self.version += 1

    def pause(self, now: datetime) -> None:
        """Stop the clock."""
        self.keep_time(now)
        if self.state not in ("running", "paused"):
            raise Refused("delivery.wrong_state")
        if self.state == "running":
            self.state, self.paused_at = "paused", now
            self.version += 1

    def resume(self, now: datetime) -> None:
        """Let the clock go on with what was left."""
        self.keep_time(now)
        if self.state not in ("running", "paused"):
            raise Refused("delivery.wrong_state")
        if self.state == "paused":
            assert self.end
            assert self.paused_at
            self.end += now - self.paused_at
            self.state, self.paused_at = "running", None
            self.version += 1

    def hand_in(self, now: datetime, epoch: int) -> None:
        """Hand in from the page of an epoch."""
        self.keep_time(now)
        if self.state == "submitted":
            return
        if self.state in PENDING:
            raise Refused("delivery.not_started")
        if epoch != self.epoch:
            raise Refused("delivery.superseded")
        if self.state == "paused":
            raise Refused("delivery.paused")
        if self.state in ("absent", "voided"):
            raise Refused("delivery.wrong_state")
        self.state = "submitted"

    def agree(self, now: datetime, what: str, who: str) -> None:
        """Reopen for ten minutes, or void: two people."""
        self.keep_time(now)
        if (what == "reopen") != (self.state == "submitted") or self.state == "voided":
            raise Refused("delivery.wrong_state")
        if what not in self.asked:
            self.asked[what] = who
            return
        if self.asked[what] == who:
            raise Refused("delivery.same_person")
        del self.asked[what]
        if what == "void":
            self.state = "voided"
        else:
            self.state, self.end, self.paused_at = "running", now + span(600), None
            self.version += 1

    def acknowledge(self, version: int) -> None:
        """See a deadline."""
        if not 1 <= version <= self.version:
            raise Refused("delivery.no_such_deadline")
        self.acked_version = max(self.acked_version, version)

    def would_have_come(self, now: datetime, typed_at: datetime) -> bool:
        """Say whether the line that the page had when it typed was good for long enough afterwards."""
        there = [(since, ended) for since, ended in self.lines if since <= typed_at]
        if not there:
            return False
        until = there[-1][1]
        if until is None and (len(there) < len(self.lines) or now >= self.seen_at + span(UNNOTICED)):
            return False
        return (until or now) > typed_at + span(UNNOTICED + ON_ITS_WAY)

    def write(self, now: datetime, seq: int, value: str, epoch: int, typed_at: datetime, ticked: bool) -> str:
        """Take one answer; return `saved` or the code of the refusal."""
        answer = (seq, epoch, value, typed_at)
        if seq in self.held:
            if self.held[seq] == value:
                return "saved"
            return self._keep_aside(answer, "number_taken")
        if self.state in PENDING:
            return "delivery.not_started"
        if self.state in ("submitted", "absent", "voided"):
            return self._keep_aside(answer, "closed")
        if epoch != self.epoch:
            return self._keep_aside(answer, "superseded")
        if self.state == "paused":
            return "delivery.paused"
        assert self.end
        assert self.started_at
        is_proven = now <= self.end + span(ON_ITS_WAY) or (ticked and not self.would_have_come(now, typed_at))
        is_credible = self.started_at <= typed_at <= self.end and is_proven
        if now > self.end and not (is_credible and now <= self.end + span(WINDOW)):
            return self._keep_aside(answer, "too_late")
        self.held[seq] = value
        return "saved"

    def _keep_aside(self, answer: tuple[int, int, str, datetime], reason: str) -> str:
        seq, _epoch, value, typed_at = answer
        self.aside.setdefault((seq, value, typed_at), reason)  # once, with what was said of it first
        return f"delivery.{reason}"
