"""Ticks: the server's time, signed, as evidence of when an answer was typed by a page that then could not send it.

A page is given a tick in its welcome, in the state that it fetches and in every answer to `time.sync`.  With an answer it names the last
tick that it had then, and by its monotonic clock how long it had had it.  A tick is `<milliseconds since 1970>.<mac>`, the mac being keyed
BLAKE2b (RFC 7693) over the attempt and the milliseconds.  It proves that the answer is not older than its tick; that it is not younger
than it says no clock of a page can prove, and `lateness` holds it against what the server knows of the page's line.
"""

import hmac
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

MAC_BYTES = 12
AGREEMENT = timedelta(seconds=5)
"""So far the tick and the time since may be from the time of typing: a slow round trip, and a quartz in a long cut."""


class Ticker:
    """Gives ticks and checks them."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def give(self, attempt: str, now: datetime) -> str:
        """Return a tick for a page of the attempt."""
        milliseconds = str(int(now.timestamp() * 1000))
        return f"{milliseconds}.{self._mac(attempt, milliseconds)}"

    def bears_out(self, attempt: str, tick: str, since_ms: float, typed_at: datetime) -> bool:
        """Say whether a tick was given to the attempt, and the time since it leads to when the answer says it was typed."""
        milliseconds, _, mac = tick.partition(".")
        if not hmac.compare_digest(self._mac(attempt, milliseconds).encode(), mac.encode(errors="replace")):
            return False
        at = datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
        return abs((typed_at - at).total_seconds() - since_ms / 1000) <= AGREEMENT.total_seconds()

    def _mac(self, attempt: str, milliseconds: str) -> str:
        made = blake2b(f"{attempt}.{milliseconds}".encode(errors="replace"), key=self._key, digest_size=MAC_BYTES)
        return urlsafe_b64encode(made.digest()).decode()
