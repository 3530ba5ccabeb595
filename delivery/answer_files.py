"""Answer files: what a page without a network could not send, exported encrypted, and brought in by an invigilator elsewhere.

A file is encrypted with a key that only the engine and the attempt's own page hold (`sealing.file_key`), so that whoever carries it can
neither read nor change it, and nobody else can make one.  What it holds goes the way of every answer: numbers that have arrived are known
again, the rest counts or is kept aside by the policy of lateness.
"""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import Field, StringConstraints, ValidationError
from sqlalchemy.orm import Session

from delivery import queries, sealing
from delivery.answering import Sent, accept, as_text
from delivery.errors import FILE_REFUSED
from delivery.journal import Journal
from delivery.messages import AnswerIn, Epoch, Message
from delivery.saves import Save
from delivery.tables import AttemptRow
from delivery.ticks import Ticker
from itembank.paper import Places

AT_ONCE = 100  # answers that wait in the journal together
MOST_ENTRIES = 5000
MOST_SIGNS = 8_000_000  # of a file's box

Text = Annotated[str, StringConstraints(max_length=200)]


class AnswerFile(Message):
    """The file: whose attempt it is, and in base64 the nonce and the box (AES-256-GCM; the attempt's id is authenticated)."""

    kind: Literal["kaochang-answers"]
    version: Literal[1]
    attempt: Text
    nonce: Text
    box: Annotated[str, StringConstraints(max_length=MOST_SIGNS)]


class Exported(AnswerIn):
    """One answer of a file, with the epoch under which it was given."""

    epoch: Epoch


class Contents(Message):
    """What a file's box holds: JSON of the answers in the order of their numbers."""

    entries: Annotated[list[Exported], Field(max_length=MOST_ENTRIES)]


def read(session: Session, file: AnswerFile) -> list[Exported]:
    """Open a file.

    Raises:
        ExamError: `core.not_found`, `delivery.file_refused` when the engine has no such key, the file was changed, or is no answer file.
    """
    secret = queries.find_secret(session, queries.get_attempt(session, file.attempt).paper)
    if secret is None:
        raise FILE_REFUSED()
    try:
        nonce, box = b64decode(file.nonce, validate=True), b64decode(file.box, validate=True)
        text = AESGCM(sealing.file_key(secret, file.attempt)).decrypt(nonce, box, file.attempt.encode())
        return Contents.model_validate_json(text).entries
    except (NotBase64, ValueError, InvalidTag, ValidationError) as error:
        raise FILE_REFUSED() from error


@dataclass(frozen=True)
class Found:
    """What a file holds: how many answers, how many of them the journal has already, how many are kept aside already, from when to when."""

    attempt: AttemptRow
    answers: int
    here: int
    aside: int
    first: datetime | None
    last: datetime | None


def look(session: Session, file: AnswerFile) -> Found:
    """Open a file and compare it with what has arrived; changes nothing.

    Raises:
        ExamError: as `read`.
    """
    entries = read(session, file)
    sent = {(e.seq, e.item, as_text(e.value)) for e in entries}
    journal = {(link.entry.seq, link.entry.item, link.entry.value) for link in queries.journal_of(session, file.attempt)}
    aside = {(row.seq, row.item, row.value) for row in queries.quarantine_of(session, file.attempt)}
    times = sorted(e.typed_at for e in entries)
    return Found(
        attempt=queries.get_attempt(session, file.attempt),
        answers=len(entries),
        here=len(sent & journal),
        aside=len(sent & (aside - journal)),
        first=times[0] if times else None,
        last=times[-1] if times else None,
    )


def bring(journal: Journal, ticker: Ticker, kinds: Places, attempt: str, entries: Sequence[Exported], now: datetime) -> list[Save]:
    """Bring the answers of a file into the journal, a few at a time; every save has its outcome then.

    Raises:
        ExamError: `core.busy`; what was brought before stays, and bringing the file again is no harm.
    """
    sent = [Sent(e.seq, e.epoch, e.item, e.value, e.typed_at, e.evidence) for e in entries]
    saves = [accept(attempt, kinds, entry, ticker, now, lambda _save: None) for entry in sent]
    for first in range(0, len(saves), AT_ONCE):
        for save in saves[first : first + AT_ONCE]:
            journal.put(save)
        journal.flush()
    return saves
