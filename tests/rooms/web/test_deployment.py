"""The scaled deployment as it is shipped: nginx's and gunicorn's own settings, two services, one worker."""

import json
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import socketio

from bench.processes import free_port, nginx_is_here, write_nginx_conf
from tests.make.hall import Hall
from tests.make.house import PASSWORD
from web.sockets import is_own_page


def test_nginx_takes_the_shipped_settings(tmp_path: Path) -> None:
    if not nginx_is_here():
        pytest.skip("nginx is not installed: install the package nginx-light, or run `make test` as root")
    conf = write_nginx_conf(tmp_path, free_port(), [free_port()])
    done = subprocess.run(["nginx", "-t", "-c", conf, "-p", tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_two_services_behind_nginx_are_one_house(hall: Hall) -> None:
    hall.deployments[0].add_account("chen", "office")
    body = json.dumps({"login": "chen", "password": PASSWORD, "bearer": True}).encode()
    request = urllib.request.Request(f"{hall.url}/api/v1/session", data=body, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        token = json.load(answer)["token"]
    for _ in range(6):  # least_conn takes turns: both services know the sign-in
        request = urllib.request.Request(f"{hall.url}/api/v1/session", headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(request) as answer:
            assert json.load(answer)["name"] == "chen"
    with urllib.request.urlopen(f"{hall.url}/static/css/base.css") as answer:
        assert answer.headers["Content-Type"] == "text/css"
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"{hall.url}/metrics")


def test_a_websocket_comes_through_nginx_and_a_stranger_is_told_why_not(hall: Hall) -> None:
    client = socketio.Client(reconnection=False)
    refusals = []
    client.on("connect_error", refusals.append, namespace="/exam")
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(hall.url, transports=["websocket"], namespaces=["/exam"], auth={"ticket": "nobody's"}, wait_timeout=20)
    assert refusals
    assert refusals[0]["data"]["error"]["code"] == "delivery.ticket_refused"


@pytest.mark.parametrize(
    ("origin", "own"),
    [
        ("http://exam.example", True),
        ("https://exam.example", True),
        ("https://exam.example:8443", False),
        ("https://evil.example", False),
        ("null", False),
    ],
)
def test_only_the_houses_own_pages_open_sockets(origin: str, own: bool) -> None:
    assert is_own_page(origin, {"HTTP_HOST": "10.0.0.7:8000", "HTTP_X_FORWARDED_HOST": "exam.example"}) is own
    assert is_own_page(origin, {"HTTP_HOST": "exam.example"}) is own
