"""Letters: queued in the transaction that gives rise to them, sent over SMTP afterwards until the server has taken them.

Each letter is sent at least once and carries a `Message-ID` made from its key, so that a mailbox can tell a repeat.  A letter that is
refused again and again is dead and waits for people.
"""

import smtplib
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from urllib.parse import unquote, urlsplit

import structlog
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from core.actor import SYSTEM
from core.tables import LetterRow
from core.unit import Database, Unit

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
PATIENCE_S = 20
LEASE = timedelta(minutes=2)
MAX_TRIES = 12
FIRST_RETRY = timedelta(seconds=10)
LONGEST_RETRY = timedelta(hours=2)
MOST = 20  # letters of one turn

log = structlog.get_logger()


@dataclass(frozen=True)
class Letter:
    """One letter to one person; `key` is its identity: queued twice under one key, it is sent once.  The attachment is JSON."""

    key: str
    to: str
    subject: str
    text: str
    attachment_name: str
    attachment: str


@dataclass(frozen=True)
class Post:
    """Where letters are handed in: `url` is `smtp://`, `smtp+starttls://` or `smtps://[user:password@]host[:port]`; `sender` is From."""

    url: str
    sender: str

    def send(self, message: EmailMessage) -> None:
        """Hand one letter to the server.

        Raises:
            OSError, smtplib.SMTPException: when it does not take it.
        """
        parts = urlsplit(self.url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError(f"not an SMTP address: {parts.scheme}://")
        opened = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
        with opened(parts.hostname, parts.port or PORTS[parts.scheme], timeout=PATIENCE_S) as server:
            if parts.scheme == "smtp+starttls":
                server.starttls()
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message)


def queue(unit: Unit, letter: Letter) -> None:
    """Queue a letter in the unit's transaction, once for its key."""
    dialect = sqlite if unit.session.get_bind().dialect.name == "sqlite" else postgresql
    row = {**vars(letter), "state": "pending", "due_at": unit.now, "queued_at": unit.now, "tries": 0}
    unit.session.execute(dialect.insert(LetterRow).on_conflict_do_nothing(), row)


def send_due(post: Post, database: Database, now: datetime) -> int:
    """Send letters that are due; return how many the server took.  Several processes may do this at once."""
    taken = 0
    for letter, queued_at in _lease(database, now):
        error = ""
        try:
            post.send(compose(post, letter, queued_at))
        except (OSError, smtplib.SMTPException, ValueError) as trouble:
            error = repr(trouble)
            log.warning("letter not taken", key=letter.key, error=error)
        with database.unit(SYSTEM, now) as unit:
            _settle(unit, letter.key, error)
        taken += not error
    return taken


def compose(post: Post, letter: Letter, queued_at: datetime) -> EmailMessage:
    """Return the letter as it goes over the wire."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = post.sender, letter.to, letter.subject
    message["Date"] = format_datetime(queued_at)
    domain = parseaddr(post.sender)[1].rpartition("@")[2] or "localhost"
    message["Message-ID"] = f"<{sha256(letter.key.encode()).hexdigest()[:32]}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_attachment(letter.attachment.encode(), maintype="application", subtype="json", filename=letter.attachment_name)
    return message


def _lease(database: Database, now: datetime) -> list[tuple[Letter, datetime]]:
    with database.unit(SYSTEM, now) as unit:
        due = select(LetterRow).where(LetterRow.state == "pending", LetterRow.due_at <= now).order_by(LetterRow.due_at).limit(MOST)
        rows = unit.session.scalars(due.with_for_update(skip_locked=True)).all()
        for row in rows:
            row.due_at, row.tries = now + LEASE, row.tries + 1
        return [(Letter(row.key, row.to, row.subject, row.text, row.attachment_name, row.attachment), row.queued_at) for row in rows]


def _settle(unit: Unit, key: str, error: str) -> None:
    row = unit.session.get_one(LetterRow, key, with_for_update=True)
    if not error:
        row.state, row.sent_at, row.last_error = "sent", unit.now, None
        return
    row.last_error = error[:2000]
    row.state = "dead" if row.tries >= MAX_TRIES else "pending"
    row.due_at = unit.now + min(FIRST_RETRY * 2 ** (row.tries - 1), LONGEST_RETRY)
