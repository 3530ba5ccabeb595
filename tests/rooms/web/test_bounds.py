"""Input beyond reason is refused with a code, and what another service sends as bytes is read."""

import re
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest

from bench.processes import DEPLOY
from core.actor import Role
from core.desk import KB, MB
from tests.make.house import House
from web import socket_json
from web.bodies import MOST_BYTES


def test_json_nested_beyond_reason_is_bad_input(house: House) -> None:
    answer = house.browser().post("/api/v1/session", data="[" * 100_000, content_type="application/json")
    assert 400 <= answer.status_code < 500
    assert answer.get_json()["error"]["code"]


def test_what_another_process_sends_is_read_like_what_a_page_sends() -> None:
    sent = {"method": "emit", "data": {"文": 1}}
    assert socket_json.loads(socket_json.dumps(sent).encode()) == socket_json.loads(socket_json.dumps(sent)) == sent


BROKEN = ("{ broken", "\xff", "{} {}", "[]", "null", '"x"', "0", '{"a":NaN}', '{"a":-Infinity}', '{"a":1e999}', '{"a":' + "9" * 6000 + "}")


def test_what_is_no_json_is_not_taken_for_an_empty_object(house: House) -> None:
    for body in ("", *BROKEN):
        answer = house.browser().post("/api/v1/session", data=body, content_type="application/json")
        error = answer.get_json()["error"]
        assert (answer.status_code, error["code"]) == (422, "core.invalid")
        assert ("JSON" in error["message"]) == bool(body)


def test_a_wrong_body_is_told_in_the_readers_language(house: House) -> None:
    body = {"login": ["x"], "more": 1}
    told = {}
    for language in ("zh", "en"):
        browser = house.browser()
        browser.set_cookie("language", language)
        told[language] = browser.post("/api/v1/session", json=body).get_json()["error"]
    assert told["zh"]["message"] == "提交的内容有误:login: 须为文字; password: 缺少此项; more: 没有这一项"
    assert told["en"]["message"] == "The input is not valid: login: must be a text; password: is missing; more: is not known here"
    assert told["zh"]["fields"]["faults"][1] == {"field": "password", "reason": "缺少此项"}


@pytest.mark.parametrize(
    ("route", "most"),
    [("/api/v1/session", 64 * KB), ("/signin", 64 * KB), ("/api/v1/practice/answers", MOST_BYTES), ("/api/v1/bank/import", MOST_BYTES)],
)
def test_more_than_a_route_takes_is_refused_before_it_is_read(house: House, route: str, most: int) -> None:
    for size in (most + 1, most):
        body = BytesIO(b" " * size)
        headers = {"Content-Length": str(size), "Accept": "application/json"}
        answer = house.browser().post(route, input_stream=body, headers=headers, content_type="application/json")
        if size > most:
            assert (answer.status_code, answer.get_json()["error"]["code"], body.tell()) == (413, "web.too_large", 0)
        else:
            assert answer.status_code in {400, 422}


def test_a_large_body_is_read_from_somebody_only_who_may_do_what_it_is_for(house: House) -> None:
    house.account("author", Role.AUTHOR)
    house.account("candidate", Role.CANDIDATE)
    for login, status in (("candidate", 413), ("author", 200)):
        body = {"files": (BytesIO(b" " * MOST_BYTES), "b.xlsx")}
        answer = house.browser(login).post("/api/v1/bank/import", query_string={"dry_run": "true"}, data=body)
        assert answer.status_code == status


def test_what_tells_no_length_is_counted_while_it_is_read(house: House) -> None:
    for size, status in ((64 * KB - 1, 422), (64 * KB + 20_000, 413)):
        body = BytesIO(b'{"login": "x"}' + b" " * (size - 14))
        chunked: dict[str, Any] = {
            "headers": {"Transfer-Encoding": "chunked"},
            "environ_overrides": {"wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
        }
        answer = house.browser().post("/api/v1/session", input_stream=body, content_type="application/json", **chunked)
        assert answer.status_code == status
        assert body.tell() <= 64 * KB


def test_nginx_lets_through_what_the_routes_take(house: House) -> None:
    settings = (DEPLOY / "nginx.conf").read_text("utf-8")
    usual = re.search(r"^  client_max_body_size (\d+)m;", settings, re.MULTILINE)
    assert usual
    wider = {route: int(size) for route, size in re.findall(r"location (?:= )?(\S+) {[^}]*client_max_body_size (\d+)m;", settings)}
    taken = {
        rule.rule: getattr(house.app.view_functions[rule.endpoint], "most_bytes", MOST_BYTES) for rule in house.app.url_map.iter_rules()
    }
    large = [route for route, most in taken.items() if most > int(usual[1]) * MB]
    assert all(any(route.startswith(prefix) for route in large) for prefix in wider)
    for route, most in taken.items():
        passes = max((size for prefix, size in wider.items() if route.startswith(prefix)), default=int(usual[1]))
        assert most <= passes * MB, route


def test_no_act_takes_what_is_no_object_for_an_empty_one(house: House) -> None:
    house.account("all", *Role)
    browser = house.browser("all")
    for route in ("attempts/a/start", "attempts/a/ticket", "practice/next", "programmes/built-in"):
        for body in ("{broken", "[]", "null", '{"a":NaN}', "[" * 50_000, '{"a":"\\u0000"}'):
            answer = browser.post(f"/api/v1/{route}", data=body, content_type="application/json")
            assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, "core.invalid"), (route, body[:20])


@pytest.mark.parametrize("text", ["a\0", "a\ud800"])
def test_what_not_every_database_keeps_is_refused_at_the_door(house: House, text: str) -> None:
    house.account("all", *Role)
    nobody, everybody = house.browser(), house.browser("all")
    where = quote(text, errors="replace")
    answers = [
        nobody.post("/api/v1/session", json={"login": text, "password": "b"}),
        everybody.post("/api/v1/attempts/a/extend", json={"seconds": 1, "reason": [{text: 1}]}),
        everybody.post("/api/v1/practice/answers", json={"version": text, "value": "A"}),
    ]
    if "\0" in text:  # in an address half a character cannot be written
        answers += [
            nobody.get("/api/v1/session", headers={"User-Agent": "a\0"}),
            everybody.get(f"/api/v1/attempts/{where}/state"),
            everybody.get(f"/api/v1/bank/items?text={where}"),
            everybody.get(f"/office/accounts?words={where}"),
            everybody.post("/office/accounts", data={"name": text, "login": "x", "role": ["marker"]}),
        ]
    assert [answer.status_code for answer in answers] == [422] * len(answers)
    assert everybody.post("/api/v1/practice/answers", json={"version": "x", "value": text}).status_code != 422
