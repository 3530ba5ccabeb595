"""Every message of the Socket.IO namespace `/exam`, in both directions.  An unknown name or field is an error, never silence.

`docs/messages.md` is made from `MESSAGES`.  Instants are ISO 8601 in UTC with milliseconds.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from core.clock import parse_iso
from delivery.answering import MAX_SEQ

MOST_ENTRIES = 200
MOST_SIGNALS = 100
MOST_DETAIL = 2000  # bytes of a signal's detail as JSON
SANE_YEARS = (2000, 2100)


def _instant(given: Any) -> datetime:
    try:
        return parse_iso(given)
    except (TypeError, OverflowError) as error:
        raise ValueError(f"not an instant: {given!r}") from error


def _in_sane_years(at: datetime) -> datetime:
    if not SANE_YEARS[0] <= at.year <= SANE_YEARS[1]:
        raise ValueError(f"not within {SANE_YEARS[0]} to {SANE_YEARS[1]}: {at.year}")
    return at


def _brief(detail: dict[str, Any]) -> dict[str, Any]:
    try:
        text = json.dumps(detail, ensure_ascii=False, allow_nan=False)
        size = len(text.encode())
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if size > MOST_DETAIL or "\\u0000" in text:
        raise ValueError(f"more than {MOST_DETAIL} bytes, or a NUL")
    return detail


Instant = Annotated[datetime, BeforeValidator(_instant, json_schema_input_type=str)]
Seq = Annotated[int, Field(ge=1, le=MAX_SEQ)]
Epoch = Annotated[int, Field(ge=0, le=2**31 - 1)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
LONGEST_OFFSET_MS = 10**13  # some three hundred years


class Message(BaseModel):
    """A message: every field is named here, and has this type exactly."""

    model_config = ConfigDict(extra="forbid", strict=True)


# --- from the candidate's page ------------------------------------------------------------------------------------------------------------


class Auth(Message):
    """What a page shows when it connects."""

    ticket: Annotated[str, StringConstraints(max_length=200)]


class Evidence(Message):
    """The last tick that the page had when the answer was typed, and for how long by its monotonic clock; asked for when it is late."""

    tick: Annotated[str, StringConstraints(max_length=60)]
    since_ms: Annotated[Finite, Field(ge=-5000, le=LONGEST_OFFSET_MS)]


class AnswerIn(Message):
    """One answer: its number, the place in the paper, the value in the shape of the item's response, when it was given."""

    seq: Seq
    item: Annotated[str, StringConstraints(max_length=200)]
    value: Any
    typed_at: Instant
    evidence: Evidence | None = None


class AnswerPut(AnswerIn):
    """Save one answer under the epoch of the page's welcome."""

    epoch: Epoch


class AnswerPutMany(Message):
    """Save several answers; one acknowledgement for all."""

    epoch: Epoch
    entries: Annotated[list[AnswerIn], Field(min_length=1, max_length=MOST_ENTRIES)]


class Submit(Message):
    """Hand in; `last_seq` is the highest number that the page has given."""

    epoch: Epoch
    last_seq: Annotated[int, Field(ge=0, le=MAX_SEQ)]


class SignalMessage(Message):
    """Something that the page noticed; `detail` has at most 2,000 bytes as JSON."""

    kind: Literal["visibility", "focus", "fullscreen", "paste", "first_item"]
    at: Annotated[Instant, AfterValidator(_in_sane_years)]
    detail: Annotated[dict[str, Any], AfterValidator(_brief)] = {}


class SignalsPut(Message):
    """Report signals."""

    signals: Annotated[list[SignalMessage], Field(max_length=MOST_SIGNALS)]


class DeadlineAck(Message):
    """The candidate has seen the deadline of this version."""

    deadline_version: Annotated[int, Field(ge=0)]


class TimeSync(Message):
    """Ask for the server's time; `t0` is the page's own clock in milliseconds and comes back as it was."""

    t0: Finite


class ClockReport(Message):
    """How far the machine's clock is ahead of the server's, in milliseconds, and the bound of the error: half the best round trip."""

    offset_ms: Annotated[Finite, Field(ge=-LONGEST_OFFSET_MS, le=LONGEST_OFFSET_MS)]
    error_ms: Annotated[Finite, Field(ge=0, le=LONGEST_OFFSET_MS)]


# --- acknowledgements ---------------------------------------------------------------------------------------------------------------------


class Saved(BaseModel):
    """The answer is durable; `seq` is the highest number of those that were sent."""

    ok: Literal[True]
    seq: int
    saved_at: str


class Problem(BaseModel):
    """An error of the catalogue."""

    code: str
    message: str
    fields: dict[str, Any]
    retryable: bool


class Refused(BaseModel):
    """Not done, and why.  Of several answers `error` is the first one's; those that were saved need not be sent again, but may be."""

    ok: Literal[False]
    error: Problem


class HandedIn(BaseModel):
    """Handed in; the receipt without its entries, which `GET receipt` gives."""

    ok: Literal[True]
    receipt: dict[str, Any]


class Done(BaseModel):
    """Done."""

    ok: Literal[True]


class Time(BaseModel):
    """Milliseconds since 1970: `t0` as it came, `t1` received, `t2` sent by the server; `tick` is evidence for answers (see `Evidence`)."""

    t0: float
    t1: float
    t2: float
    tick: str


# --- from the server ----------------------------------------------------------------------------------------------------------------------


class AnswerOut(BaseModel):
    """The current answer at a place; of a simulated-business task the list of its actions."""

    value: Any
    seq: int
    saved_at: str


class Picture(BaseModel):
    """The whole state of an attempt; also the answer of `GET state`.

    `deadline` is null before the start and while paused, when `left_s` says what is left.  `section_ends` holds the ends of the limited
    sections.  `n` is the number of the attempt's last event.
    `tick` is evidence for answers (see `Evidence`).
    Keys are in base64: `paper_key` opens the sealed paper and is null before the start; `file_key` is that of the answer file.
    `answers` is null only in the answer of `GET state?since=n` to a page that knows some.
    """

    attempt: str
    title: str
    seat: str
    state: str
    server_time: str
    tick: str
    n: int
    opens_at: str
    starts_at: str
    latest_start_at: str
    started_at: str | None
    duration_s: int
    timing: str
    awaits_room: bool
    reads_until: str | None
    section_ends: dict[str, str] | None
    deadline: str | None
    deadline_version: int
    deadline_acked: int
    paused_at: str | None
    left_s: float | None
    earliest_submit_at: str | None
    late_window_s: int
    epoch: int
    last_seq: int
    finish_time: str | None
    submit_cause: str | None
    answers: dict[str, AnswerOut] | None
    paper_key: str | None
    file_key: str | None


class Numbered(BaseModel):
    """Every event but the welcome: a gap in `n` makes the page ask for `state?since=`."""

    n: int
    server_time: str


class DeadlineChanged(Numbered):
    """Time was given; the page acknowledges it once the candidate has seen it."""

    deadline: str | None
    deadline_version: int
    reads_until: str | None = None
    section_ends: dict[str, str] | None = None
    left_s: float | None
    kind: str
    seconds: int
    reason: str


class AttemptState(Numbered):
    """The attempt's state changed."""

    state: str
    reason: str | None = None
    deadline: str | None = None
    deadline_version: int | None = None
    reads_until: str | None = None
    section_ends: dict[str, str] | None = None
    left_s: float | None = None
    paused_at: str | None = None
    started_at: str | None = None
    cause: str | None = None
    finish_time: str | None = None
    entries: int | None = None
    head: str | None = None


class Notice(Numbered):
    """A notice of the invigilator."""

    text: str


class Superseded(Numbered):
    """Another page has connected under `epoch`; a page that holds this epoch itself pays no heed."""

    epoch: int
    where: str
    since: str


class PaperKey(Numbered):
    """The key of the sealed paper, in base64; `n` is that of the attempt's last event, for every picture from now on has the key too."""

    key: str


class RoomStarted(Numbered):
    """An invigilator has started the room: everybody in it begins at `starts_at`; `n` as in `PaperKey`."""

    starts_at: str


@dataclass(frozen=True)
class Kind:
    """One kind of message: its name, who sends it, its payload, its acknowledgement, and what it says."""

    name: str
    sender: Literal["client", "server"]
    payload: type[BaseModel]
    ack: type[BaseModel] | None
    says: str


MESSAGES: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("answer.put", "client", AnswerPut, Saved, "Save one answer; acknowledged after the commit that makes it durable."),
        Kind("answer.put_many", "client", AnswerPutMany, Saved, "Save several answers; one acknowledgement, the same promise."),
        Kind("attempt.submit", "client", Submit, HandedIn, "Hand in; refused with the missing numbers when entries are not here yet."),
        Kind("signals.put", "client", SignalsPut, Done, "Report what the page noticed; never changes the attempt."),
        Kind("deadline.ack", "client", DeadlineAck, Done, "The candidate has seen a deadline; one that does not exist is refused."),
        Kind("time.sync", "client", TimeSync, Time, "One round of comparing clocks."),
        Kind("clock.report", "client", ClockReport, Done, "What the rounds found; sent after connecting, and when it has changed."),
        Kind("welcome", "server", Picture, None, "The whole state, to a page that has just connected."),
        Kind("deadline.changed", "server", DeadlineChanged, None, "Time was given."),
        Kind("attempt.state", "server", AttemptState, None, "The state changed."),
        Kind("notice", "server", Notice, None, "A notice of the invigilator."),
        Kind("room.started", "server", RoomStarted, None, "The invigilator has started the room, a moment ahead."),
        Kind("paper.key", "server", PaperKey, None, "The start has come: the key of the sealed paper."),
        Kind("superseded", "server", Superseded, None, "Another page has taken over."),
    )
}
"""Every message; a request that is refused is acknowledged with `Refused` instead."""
