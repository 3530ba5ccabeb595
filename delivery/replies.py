"""What a page is answered: acknowledgements, refusals, and its events read by the table of messages."""

from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ValidationError
from socketio.exceptions import ConnectionRefusedError as Refused

from core.clock import iso
from core.errors import INVALID, ExamError, Words
from core.faults import invalid
from delivery.acks import Reply
from delivery.messages import MESSAGES
from delivery.saves import Save

saved_at = lru_cache(maxsize=8)(iso)
"""The instant's text; all answers of a group share theirs."""


class Batch:
    """The one acknowledgement of several answers, sent when the last of them is settled."""

    __slots__ = ("_error", "_language", "_left", "_reply", "_saved_at", "_seq")

    def __init__(self, count: int, reply: Reply, language: str) -> None:
        self._left = count
        self._reply = reply
        self._language = language
        self._seq = 0
        self._saved_at = ""
        self._error: ExamError | None = None

    def settle(self, save: Save) -> None:
        """Count one answer in."""
        self._left -= 1
        if isinstance(save.outcome, ExamError):
            self._error = self._error or save.outcome
        elif save.outcome:
            self._seq, self._saved_at = max(self._seq, save.entry.seq), saved_at(save.outcome)
        if self._left == 0:
            answer = refused(self._error, self._language) if self._error else {"ok": True, "seq": self._seq, "saved_at": self._saved_at}
            self._reply(answer)


def settle_one(reply: Reply, language: str, save: Save) -> None:
    """Acknowledge a settled save."""
    reply(saved(save, language))


def saved(save: Save, language: str) -> dict[str, Any]:
    """Return the acknowledgement of a settled save."""
    if isinstance(save.outcome, ExamError):
        return refused(save.outcome, language)
    assert save.outcome is not None
    return {"ok": True, "seq": save.entry.seq, "saved_at": saved_at(save.outcome)}


def read(event: list[Any]) -> tuple[str, BaseModel]:
    """Return the name of a page's event and its message.

    Raises:
        ExamError: `core.invalid` for an unknown name or field.
    """
    name = event[0]
    kind = MESSAGES.get(name) if isinstance(name, str) else None
    if kind is None or kind.sender != "client":
        raise INVALID(detail=Words(*(f"{says} {name!r}"[:200] for says in ("不认识的消息", "unknown message"))))
    if len(event) != 2:
        raise INVALID(detail=Words("一条消息只带一份内容", "a message has one payload"))
    try:
        return kind.name, kind.payload.model_validate(event[1])
    except ValidationError as error:
        raise invalid(error) from error


def refused(error: ExamError, language: str) -> dict[str, Any]:
    """Return the acknowledgement that says why not."""
    return {"ok": False, "error": error.as_dict(language)}


def refusal(error: ExamError) -> Refused:
    """Return the refusal of a connection."""
    return Refused(error.kind.code, {"error": error.as_dict()})
