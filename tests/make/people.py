"""People at their machines: programs over HTTP with a bearer token, and the candidate's page over the socket."""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

import socketio

from tests.make.house import PASSWORD

PATIENCE = 60  # real seconds for one answer
_BOUNDARY = "the-end-of-a-part"


def in_time(look: Callable[[], Any], within: float = PATIENCE) -> Any:
    """Wait until `look` finds something, and return it: another process works in real time."""
    until = time.monotonic() + within
    while not (found := look()):
        assert time.monotonic() < until, "it never came"
        time.sleep(0.02)
    return found


class Refused(Exception):  # noqa: N818 - an answer, not a defect
    """The house said no."""

    def __init__(self, status: int, error: dict[str, Any]) -> None:
        super().__init__(error["code"])
        self.status = status
        self.code = error["code"]
        self.fields = error["fields"]


class Person:
    """Somebody who is signed in, by bearer token."""

    def __init__(self, url: str, login: str, password: str = PASSWORD) -> None:
        self.url = url
        self.login = login
        self._token = ""
        self._token = self.call("POST", "session", {"login": login, "password": password, "bearer": True})["token"]

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Make one call under `/api/v1`; return the answer.

        Raises:
            Refused: when the house says no.
        """
        data = None if body is None else json.dumps(body).encode()
        text = self._send(method, f"/api/v1/{path}", data, "application/json")
        return json.loads(text) if text else None

    def upload(self, path: str, files: Mapping[str, bytes]) -> Any:
        """Send files as a form does, in its field `files`; return the answer."""
        parts = [
            f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode() + content + b"\r\n"
            for name, content in files.items()
        ]
        data = b"".join(parts) + f"--{_BOUNDARY}--\r\n".encode()
        return json.loads(self._send("POST", f"/api/v1/{path}", data, f"multipart/form-data; boundary={_BOUNDARY}"))

    def page(self, path: str) -> str:
        """Return a page as it is sent."""
        return self._send("GET", path, None, "").decode()

    def fill_in(self, path: str, **fields: str) -> str:
        """Send a form of a page; return the page that follows."""
        return self._send("POST", path, urllib.parse.urlencode(fields).encode(), "application/x-www-form-urlencoded").decode()

    def _send(self, method: str, path: str, data: bytes | None, content_type: str) -> bytes:
        headers = {"Accept": "application/json", **({"Content-Type": content_type} if content_type else {})}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        request = urllib.request.Request(f"{self.url}{path}", data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            raise Refused(error.code, json.loads(error.read())["error"]) from None


class ExamPage:
    """A candidate's page: one websocket in the namespace `/exam`."""

    def __init__(self, candidate: Person, attempt: str, ticket: str | None = None) -> None:
        ticket = ticket or candidate.call("POST", f"attempts/{attempt}/ticket", {"device": {}})["ticket"]
        self.events: list[tuple[str, Any]] = []
        self._client = socketio.Client(reconnection=False)
        self._client.on("*", lambda name, data: self.events.append((name, data)), namespace="/exam")
        arrived = self._client.eio.create_event()
        self._client.on("welcome", lambda data: (self.events.append(("welcome", data)), arrived.set()), namespace="/exam")
        self._client.connect(candidate.url, transports=["websocket"], namespaces=["/exam"], auth={"ticket": ticket}, wait_timeout=PATIENCE)
        assert arrived.wait(PATIENCE)
        self.welcome = next(data for name, data in self.events if name == "welcome")
        self.epoch: int = self.welcome["epoch"]

    def ask(self, event: str, payload: Any) -> dict[str, Any]:
        """Send a message; return its acknowledgement."""
        answer: dict[str, Any] = self._client.call(event, payload, namespace="/exam", timeout=PATIENCE)
        return answer

    def put(self, seq: int, item: str, value: Any, typed_at: str) -> dict[str, Any]:
        """Save one answer; return its acknowledgement."""
        return self.ask("answer.put", {"seq": seq, "epoch": self.epoch, "item": item, "value": value, "typed_at": typed_at})

    def told(self, name: str, **fields: Any) -> dict[str, Any]:
        """Wait until the page has been told `name` with these fields among others; return the whole message."""
        return dict(in_time(lambda: next((data for event, data in self.events if event == name and fields.items() <= data.items()), None)))

    @property
    def is_connected(self) -> bool:
        """Say whether the server has not hung up."""
        return bool(self._client.connected)

    def close(self) -> None:
        """Close the page."""
        self._client.disconnect()
