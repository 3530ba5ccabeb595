"""Where outbound events may not go, and how long a peer may take."""

from collections.abc import Iterator

import pytest

from core.errors import ExamError
from proctor import destinations
from tests.make.receiver import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def test_a_peer_that_drips_bytes_is_hung_up_on(receiver: Receiver) -> None:
    receiver.drip_s = 0.05
    answer = destinations.post(receiver.url, {}, b"{}", allow_private=True, timeout=0.5)
    assert answer.status == 0


def test_private_addresses_are_refused_unless_allowed(receiver: Receiver) -> None:
    port = receiver.url.split(":")[2]
    for url in (receiver.url, f"http://localhost:{port}", f"http://[::ffff:127.0.0.1]:{port}/", f"http://0.0.0.0:{port}/"):
        answer = destinations.post(url, {}, b"{}", allow_private=False)
        assert (answer.status, "public address" in answer.text) == (0, True)
    assert receiver.received == []
    assert destinations.post(receiver.url, {}, b"{}", allow_private=True).status == 204


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::127.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("fe80::1", False),
        ("fec0::1", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("64:ff9b::5db8:d822", True),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert destinations.is_public(address) is public


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://a.example.org",
        "https://",
        "//a.example.org/x",
        "https://user@a.example.org",
        "https://a.example.org:99999/",
        "https://a.example.org:x/",
        "https://[::1",
        "https://a.example.org/#x",
        "https://a.example.org/a b",
        "https://例子.example.org/",
        "https://a.example.org/\n",
    ],
)
def test_addresses_that_nothing_can_be_sent_to_are_refused(url: str) -> None:
    with pytest.raises(ExamError) as refused:
        destinations.check_url(url)
    assert refused.value.kind.code == "proctor.endpoint_invalid"
