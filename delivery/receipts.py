"""Receipts: what was handed in, signed, with the whole journal, so that anybody can check it without the engine.

A receipt is a JSON document.  `signature` is a compact JWS (RFC 7515, `Ed25519` of RFC 9864) over the claims: attempt, candidate,
paper, form, how many entries, the head of the chain, the times, the cause, and `trail`: the first eight characters of every entry's
hash.  `journal` holds the entries as `[pos, seq, epoch, item, value, typed_at, received_at, hash]`; `delivery.chain` says how they
are chained.

What a receipt proves: these entries, in this order and complete, are what the holder of the key had at hand-in.  What it cannot
prove: whose the key is (compare `key` with the one that the exam office publishes), who sat at the keyboard, that the page's
clock was right, and that nothing else was typed that never arrived.

When two people counted answers after the hand-in (`delivery.counted`), the receipt that is given from then on covers them too, and
`handed_in` holds `entries` and `head` of the hand-in: the earlier receipt stays good, and its entries are the beginning of the later one's.
The short code is that of the hand-in, always.
"""

import json
import secrets
from base64 import b32encode
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from sqlalchemy.orm import Session

from core.clock import iso
from delivery import queries
from delivery.chain import Entry, Link, canonical, find_break, genesis
from delivery.errors import NO_RECEIPT
from delivery.states import State
from delivery.tables import AttemptRow
from delivery.ticks import Ticker

ALGORITHM = "Ed25519"
KEY_FILE = "receipt-key.json"
_TRAIL = 8
_UNSIGNED = ("signature", "key", "journal")
_ENTRY = [int, int, int, str, str, str, str, str]
_KEY = ("kty", "crv", "x")


class Signer:
    """Holds the key of a deployment's receipts; the first use of a fresh deployment makes it, readable by its owner only."""

    def __init__(self, data_dir: Path) -> None:
        made = OKPKey.generate_key("Ed25519")
        self._key = OKPKey.import_key(json.loads(_keep_once(data_dir / KEY_FILE, json.dumps(made.as_dict(private=True)))))

    @property
    def ticker(self) -> Ticker:
        """Return the giver of ticks of the deployment: its key comes from that of the receipts (HKDF, RFC 5869)."""
        secret = str(self._key.as_dict(private=True)["d"]).encode()
        return Ticker(HKDF(SHA256(), 32, None, b"kaochang tick").derive(secret))

    @property
    def public(self) -> dict[str, Any]:
        """Return the public key as a JWK, to be published."""
        return dict(self._key.as_dict(private=False))

    def sign(self, claims: dict[str, Any]) -> str:
        """Return the claims as a compact JWS."""
        header = {"alg": ALGORITHM, "kid": self._key.thumbprint()}
        payload = json.dumps(claims, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return jws.serialize_compact(header, payload.encode(), self._key, algorithms=[ALGORITHM])


def short_code(attempt: str, head: str) -> str:
    """Return the code that people compare: eight letters and digits of the attempt and its head, `K7QF-2MXA`."""
    text = b32encode(sha256(f"{attempt}{head}".encode()).digest()).decode()
    return f"{text[:4]}-{text[4:8]}"


def make(signer: Signer, row: AttemptRow, links: Sequence[Link]) -> dict[str, Any]:
    """Return the receipt of a submitted attempt with its whole journal.

    Raises:
        ExamError: `delivery.no_receipt` before the hand-in.
    """
    if row.state != State.SUBMITTED or row.submitted_at is None or row.finish_time is None or row.head is None:
        raise NO_RECEIPT()
    later = len(links) > (row.entries or 0)
    claims = {
        "attempt": row.id,
        "candidate": row.candidate,
        "paper": row.paper,
        "form": row.form,
        "entries": len(links) if later else row.entries,
        "head": links[-1].hash if later else row.head,
        "submitted_at": iso(row.submitted_at),
        "finish_time": iso(row.finish_time),
        "cause": row.submit_cause,
        "code": short_code(row.id, row.head),
        **({"handed_in": {"entries": row.entries, "head": row.head}} if later else {}),
    }
    trail = "".join(link.hash[:_TRAIL] for link in links)
    return {
        **claims,
        "signature": signer.sign({**claims, "trail": trail}),
        "key": signer.public,
        "journal": [[link.pos, *link.entry, link.hash] for link in links],
    }


def issue(session: Session, signer: Signer, row: AttemptRow) -> dict[str, Any]:
    """Return the receipt of a submitted attempt; the same one every time, until people count an answer after the hand-in.

    Raises:
        ExamError: `delivery.no_receipt` before the hand-in.
    """
    return make(signer, row, queries.journal_of(session, row.id))


def brief(receipt: dict[str, Any]) -> dict[str, Any]:
    """Return the receipt without its journal, for a message."""
    return {name: value for name, value in receipt.items() if name != "journal"}


def verify(receipt: Any, key: dict[str, Any] | None = None) -> dict[str, Any]:
    """Check a receipt: `{"valid", "first_bad_entry", "entries", "head", "signature", "altered"}`.

    `first_bad_entry` is the place (from 1) of the first entry that is altered, missing or out of order, None when every entry is sound.
    `signature` is `good`; `bad`; `good_own_key` when no published `key` (a JWK) was given and the receipt's own one had to do; or
    `other_key` when it holds under the published key, and the receipt's own one is missing or another.  `altered` names the fields
    that are not as they were signed; it is empty when nothing was signed with the key.
    """
    try:
        return _verify(receipt, key)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, JoseError):  # not a receipt at all
        return {"valid": False, "first_bad_entry": None, "entries": None, "head": None, "signature": "bad", "altered": []}


def verify_file(path: Path, key: dict[str, Any] | None = None) -> dict[str, Any]:
    """Check a receipt's file; see `verify`."""
    try:
        receipt = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError):
        receipt = None
    return verify(receipt, key)


def _verify(receipt: dict[str, Any], key: dict[str, Any] | None) -> dict[str, Any]:
    links, place = _entries(receipt["journal"])
    claims = _signed_claims(receipt["signature"], receipt["key"] if key is None else key)
    altered = [] if claims is None else _altered(receipt, claims)
    places = [place, find_break(receipt["attempt"], links)]
    if claims is not None:
        places.append(_first_difference(claims["trail"], claims["head"], receipt["attempt"], links))
        places.append(_first_after(claims.get("handed_in"), links))
    bad = min((place for place in places if place is not None), default=None)
    if claims is None or altered:
        signature = "bad"
    elif key is None:
        signature = "good_own_key"
    else:
        signature = "good" if _is_same_key(receipt.get("key"), key) else "other_key"
    return {
        "valid": signature in ("good", "good_own_key") and bad is None,
        "first_bad_entry": bad,
        "entries": receipt.get("entries"),
        "head": receipt.get("head"),
        "signature": signature,
        "altered": altered,
    }


def _entries(journal: list[Any]) -> tuple[list[Link], int | None]:
    """Return the entries before the first one that cannot be an entry, and the place (from 1) of that one."""
    links: list[Link] = []
    for place, fields in enumerate(journal, 1):
        if not isinstance(fields, list) or [type(field) for field in fields] != _ENTRY:
            return links, place
        links.append(Link(fields[0], Entry(*fields[1:-1]), fields[-1]))
        try:
            canonical(*links[-1][:2])
        except TypeError:  # a number or a text that no chain can hold
            return links[:-1], place
    return links, None


def _altered(receipt: dict[str, Any], claims: dict[str, Any]) -> list[str]:
    """Return the names of the fields that are not as they were signed, to the letter: 4.0 is not 4."""
    told = {name: json.dumps(value, sort_keys=True) for name, value in receipt.items() if name not in _UNSIGNED}
    signed = {name: json.dumps(value, sort_keys=True) for name, value in claims.items() if name != "trail"}
    return sorted(name for name in told.keys() | signed.keys() if told.get(name) != signed.get(name))


def _is_same_key(own: Any, published: dict[str, Any]) -> bool:
    return isinstance(own, dict) and all(own.get(name) == published.get(name) for name in _KEY)


def _signed_claims(signature: str, key: dict[str, Any]) -> dict[str, Any] | None:
    """Return the claims under a good signature, None under a bad one."""
    if key.get("kty") != "OKP":  # the library does not look
        return None
    try:
        payload = jws.deserialize_compact(signature, OKPKey.import_key(key), algorithms=[ALGORITHM]).payload
    except JoseError:
        return None
    claims: dict[str, Any] = json.loads(payload)
    return claims


def _first_difference(trail: str, head: str, attempt: str, links: Sequence[Link]) -> int | None:
    """Return the first place at which the entries are not those that were signed."""
    signed = [trail[at : at + _TRAIL] for at in range(0, len(trail), _TRAIL)]
    held = [link.hash[:_TRAIL] for link in links]
    for place, (theirs, ours) in enumerate(zip_longest(signed, held), 1):
        if theirs != ours:
            return place
    last = links[-1].hash if links else genesis(attempt).hash
    return None if last == head else len(links)


def _first_after(handed_in: dict[str, Any] | None, links: Sequence[Link]) -> int | None:
    """Return the last entry of the hand-in when the chain does not have there the head that was signed for it."""
    if handed_in is None or handed_in["entries"] == 0:
        return None
    at = handed_in["entries"]
    return None if len(links) >= at and links[at - 1].hash == handed_in["head"] else at


def _keep_once(path: Path, text: str) -> str:
    """Return what the file holds; the first caller's text is what it will hold for ever, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(text, "utf-8")
    with suppress(FileExistsError):
        path.hardlink_to(draft)  # whoever comes first wins; a reader never sees half a key
    draft.unlink()
    return path.read_text("utf-8")
