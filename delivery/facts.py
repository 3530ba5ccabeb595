"""What delivery announces.  The subject is `attempt/<id>`; the sequence is the number of the attempt's event."""

from core.facts import define

_WHO = "attempt, candidate, paper, form"

READY = define("delivery.attempt.ready", "The candidate has been checked in.", _WHO)
STARTED = define("delivery.attempt.started", "The candidate has started.", f"{_WHO}, deadline, deadline_version")
PAUSED = define("delivery.attempt.paused", "The clock of an attempt stands still.", f"{_WHO}, reason")
RESUMED = define("delivery.attempt.resumed", "The clock of an attempt runs again.", f"{_WHO}, reason, deadline, deadline_version")
TIME_CHANGED = define(
    "delivery.attempt.time_changed",
    "Somebody has given time to an attempt.",
    f"{_WHO}, kind, seconds, reason, deadline, deadline_version",
)
DEADLINE = define("delivery.attempt.deadline", "The time of an attempt is over; only what was typed before still counts.", _WHO)
SUBMITTED = define(
    "delivery.attempt.submitted",
    "An attempt has been handed in; its journal is frozen.",
    f"{_WHO}, cause (candidate, deadline or invigilator), finish_time, entries, head",
)
REOPENED = define("delivery.attempt.reopened", "Two people have opened an attempt again.", f"{_WHO}, reason, deadline, deadline_version")
AMENDED = define(
    "delivery.attempt.amended",
    "Two people have counted an answer that had been kept aside; the attempt is marked anew.",
    f"{_WHO}, item, held, entries, head",
)
ABSENT = define("delivery.attempt.absent", "The candidate never started.", _WHO)
ROOM_STARTED = define("delivery.room.started", "An invigilator has started a room.", "paper, room, starts_at")
VOIDED = define("delivery.attempt.voided", "Two people have voided an attempt.", f"{_WHO}, reason")
