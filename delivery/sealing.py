"""Sealed papers: each candidate's paper is encrypted ahead of the start and fetched early; at the start only its key is told.

AES-256-GCM (NIST SP 800-38D) with a key of its own for every attempt, derived by HKDF-SHA256 (RFC 5869) from the secret of the sitting's
paper; the attempt's id is authenticated with it.  A second, independent key is derived for the file into which a page without a network
exports its answers.  The secret itself never leaves the server.
"""

import json
import secrets
from base64 import b64encode
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.orm import Session

from core.unit import Unit
from delivery import queries
from delivery.deadline import Timing
from delivery.gates import Paper
from delivery.states import State
from delivery.tables import AttemptRow, PaperKeyRow, SealedRow

KEY_BYTES = 32
NONCE_BYTES = 12
_PAPER, _FILE = "paper", "answers"
_OPEN = (State.RUNNING, State.CLOSING)


def make_secret(unit: Unit, paper: str) -> bytes:
    """Return the secret of a sitting's paper; made on the first call, the same ever after."""
    made = queries.find_secret(unit.session, paper)
    if made:
        return made
    queries.add_once(unit.session, PaperKeyRow, paper=paper, secret=secrets.token_bytes(KEY_BYTES), made_at=unit.now)
    return queries.get_secret(unit.session, paper)


def seal(unit: Unit, row: AttemptRow, paper: Paper) -> SealedRow:
    """Build and encrypt the attempt's paper; whoever comes second keeps what the first has sealed."""
    key = paper_key(make_secret(unit, row.paper), row.id)
    text = json.dumps(paper.build(row.seed, row.id), ensure_ascii=False, separators=(",", ":")).encode()
    nonce = secrets.token_bytes(NONCE_BYTES)  # the key serves this one text, so that no two texts share key and nonce
    box = AESGCM(key).encrypt(nonce, text, row.id.encode())
    queries.add_once(unit.session, SealedRow, attempt=row.id, nonce=nonce, box=box, sealed_at=unit.now)
    return queries.get_sealed(unit.session, row.id)


def is_due(row: AttemptRow, now: datetime) -> bool:
    """Say whether a common start has come for somebody who was let in and waits."""
    waits = row.state == State.READY and row.timing == Timing.COMMON_END and not row.awaits_room
    return waits and row.starts_at <= now < row.latest_start_at


def keys_told(session: Session, row: AttemptRow) -> dict[str, str | None]:
    """Return the keys that the attempt's page may have, in base64: of its sealed paper once the attempt runs, and of its answer file.

    At a common start the bell tells the first a moment earlier, to whom it finds admitted still.
    """
    secret = queries.find_secret(session, row.paper)
    if secret is None:
        return {"paper_key": None, "file_key": None}
    told = b64encode(paper_key(secret, row.id)).decode() if row.state in _OPEN else None
    return {"paper_key": told, "file_key": b64encode(file_key(secret, row.id)).decode()}


def as_message(sealed: SealedRow) -> dict[str, Any]:
    """Return a sealed paper as `GET paper` answers it before the start: nonce and box (text and tag) in base64."""
    return {"alg": "A256GCM", "attempt": sealed.attempt, "nonce": b64encode(sealed.nonce).decode(), "box": b64encode(sealed.box).decode()}


def paper_key(secret: bytes, attempt: str) -> bytes:
    """Return the key of an attempt's sealed paper."""
    return _derive(secret, _PAPER, attempt)


def file_key(secret: bytes, attempt: str) -> bytes:
    """Return the key of the file into which the attempt's page exports answers."""
    return _derive(secret, _FILE, attempt)


def _derive(secret: bytes, use: str, attempt: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"kaochang {use} {attempt}".encode()).derive(secret)
