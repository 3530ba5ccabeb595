"""Where outbound events may go: only to public addresses, looked up once and held to, unless the deployment says otherwise."""

import http.client
import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from threading import Timer
from urllib.parse import urlsplit

from core.errors import Words
from proctor.errors import ENDPOINT_INVALID

TIMEOUT = 20.0  # seconds for a whole exchange, within the 15 to 30 that Standard Webhooks asks for
MOST_READ = 2000  # bytes of an answer that are looked at

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_SITE_LOCAL = ipaddress.IPv6Network("fec0::/10")  # deprecated (RFC 3879), private all the same


@dataclass(frozen=True)
class Answer:
    """What an endpoint answered; status 0 when it could not be reached."""

    status: int
    text: str
    retry_after: str | None = None


def check_url(url: str) -> None:
    """Refuse an address that no event can be sent to.

    Raises:
        ExamError: `proctor.endpoint_invalid`.
    """
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and parts.hostname and not parts.username and not parts.fragment and parts.port != 0
    except ValueError:  # a port that is no number, brackets that hold no address
        sound = False
    if not sound or not url.isascii() or not url.isprintable() or " " in url:
        raise ENDPOINT_INVALID(detail=Words("需要完整的 http(s) 地址", "a full http(s) address is needed"))


def check_not_private(url: str) -> None:
    """Refuse an address whose host is written as a number, in whatever spelling, that is not public; names are looked up when sending.

    Raises:
        ExamError: `proctor.endpoint_invalid`.
    """
    with suppress(OSError):  # a name
        numeric = socket.getaddrinfo(urlsplit(url).hostname, None, flags=socket.AI_NUMERICHOST)
        if not all(is_public(str(info[4][0])) for info in numeric):
            raise ENDPOINT_INVALID(detail=Words("不是公网地址", "it is not a public address"))


def post(url: str, headers: dict[str, str], body: bytes, *, allow_private: bool, timeout: float = TIMEOUT) -> Answer:
    """Send one POST and return the answer within `timeout` seconds; redirects are not followed."""
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = parts.hostname or ""
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    connection = http.client.HTTPSConnection(host, port) if secure else http.client.HTTPConnection(host, port)
    try:
        addresses = _addresses(host, port, allow_private=allow_private)
        # The checked addresses are the ones connected to: a second look-up could answer differently.
        connection._create_connection = lambda *_: _connect(addresses, port, timeout)  # type: ignore[attr-defined]  # no public way
        connection.connect()
        with _hung_up_after(timeout, connection.sock):
            connection.request("POST", path, body, headers)
            reply = connection.getresponse()
            text = reply.read(MOST_READ).decode("utf-8", "replace")
        return Answer(reply.status, text, reply.headers.get("Retry-After"))
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(0, str(error) or type(error).__name__)
    finally:
        connection.close()


def is_public(address: str) -> bool:
    """Say whether an IP address is one of the public internet, also where it is wrapped in another kind of address."""
    ip = _unwrapped(ipaddress.ip_address(address))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not (ip.version == 6 and ip in _SITE_LOCAL)


def _unwrapped(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(ip, IPv4Address):
        return ip
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or ip


def _addresses(host: str, port: int, *, allow_private: bool) -> list[str]:
    found = list(dict.fromkeys(str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
    if not allow_private and not all(is_public(address) for address in found):
        raise ValueError(f"{host} is not a public address")
    return found


def _connect(addresses: list[str], port: int, timeout: float) -> socket.socket:
    for address in addresses[:-1]:
        with suppress(OSError):
            return socket.create_connection((address, port), timeout / len(addresses))
    return socket.create_connection((addresses[-1], port), timeout / len(addresses))


@contextmanager
def _hung_up_after(seconds: float, sock: socket.socket) -> Iterator[None]:
    """Hang up after so long, however busily the other side drips bytes: a socket's own time-out starts anew with each of them."""
    timer = Timer(seconds, _hang_up, [sock])
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _hang_up(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
