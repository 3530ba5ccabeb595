"""A real SMTP server on this machine, which keeps what it is handed and can be told to refuse."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "exams", "p@ss:word"


class PostOffice:
    """Letters in the order of their arrival; while `refuses`, nothing is taken."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.receivers: list[str] = []
        self.refuses = False
        self.port = 0

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.refuses:
            return "451 Requested action aborted: try again later"
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.receivers += envelope.rcpt_tos
        return "250 OK"


def _check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
    good = isinstance(given, LoginPassword) and (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=good)


class _AnyPort(Controller):  # type: ignore[misc]  # aiosmtpd has no types
    """Listens on a port that the system picks, and makes sure that it answers there."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def post_office(*, wants_password: bool = False) -> Iterator[PostOffice]:
    """Open a post office on 127.0.0.1."""
    office = PostOffice()
    asks = {"auth_required": True, "auth_require_tls": False, "authenticator": _check} if wants_password else {}
    controller = _AnyPort(office, hostname="127.0.0.1", port=0, **asks)
    controller.start()
    office.port = controller.port
    try:
        yield office
    finally:
        controller.stop()
