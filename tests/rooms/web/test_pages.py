"""The front door's pages: sign-in form, home, language, errors, and the walls around them."""

import re

import pytest

from core.actor import Role
from tests.make.house import PASSWORD, Browser, House


def _token(page: str) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert found
    return found[1]


def _form(browser: Browser, path: str, page: str = "/signin", **fields: str):
    token = _token(browser.get(page).text)
    return browser.post(path, data={"csrf_token": token, **fields})


def test_the_form_signs_in_and_goes_on_to_where_one_wanted_to(house: House) -> None:
    house.account("chen", Role.OFFICE)
    browser = house.browser()
    asked = browser.get("/?a=1")
    assert (asked.status_code, asked.location) == (302, "/signin?next=/?a%3D1")
    done = _form(browser, "/signin", login="chen", password=PASSWORD, next="/?a=1")
    assert (done.status_code, done.location) == (302, "/?a=1")


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example/x", "/\\evil.example", "javascript:alert(1)", ""])
def test_sign_in_never_leads_out_of_the_house(house: House, away: str) -> None:
    house.account("chen", Role.OFFICE)
    assert _form(house.browser(), "/signin", login="chen", password=PASSWORD, next=away).location == "/"


def test_a_failed_sign_in_says_so_on_the_form(house: House) -> None:
    answer = _form(house.browser(), "/signin", login="chen", password="not-this")
    assert answer.status_code == 401
    assert "账号或密码不正确" in answer.text
    assert 'value="chen"' in answer.text


def test_people_read_chinese_until_they_choose_english_and_the_account_remembers(house: House) -> None:
    house.account("chen", Role.OFFICE)
    browser = house.browser()
    assert 'lang="zh-CN"' in browser.get("/signin").text
    _form(browser, "/language", language="en", next="/signin")
    assert "Sign in" in browser.get("/signin").text
    browser.sign_in("chen")
    _form(browser, "/language", page="/", language="en")
    elsewhere = house.browser("chen")
    assert elsewhere.get("/api/v1/session").get_json()["language"] == "en"
    assert 'lang="en"' in elsewhere.get("/").text


def test_programs_get_the_error_shape_and_people_a_page(house: House) -> None:
    error = house.browser().get("/api/v1/nowhere").get_json()["error"]
    assert set(error) == {"code", "message", "fields", "retryable"}
    assert error["code"] == "core.not_found"
    page = house.browser().get("/nowhere")
    assert page.status_code == 404
    assert "找不到所请求的内容" in page.text


def test_a_body_that_breaks_the_model_is_told_field_by_field(house: House) -> None:
    answer = house.browser().post("/api/v1/session", json={"login": "chen", "pass": "x"})
    assert answer.status_code == 422
    error = answer.get_json()["error"]
    assert error["code"] == "core.invalid"
    assert {fault["field"] for fault in error["fields"]["faults"]} == {"password", "pass"}


def test_every_answer_carries_the_strict_policy(house: House) -> None:
    for path in ("/signin", "/api/v1/session", "/static/css/base.css", "/nowhere"):
        policy = house.browser().get(path).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_the_house_says_that_it_is_alive_and_ready(house: House) -> None:
    browser = house.browser()
    assert browser.get("/healthz").status_code == 200
    assert browser.get("/readyz").get_json() == {"ready": True, "checks": {"database": True}}
    assert b"kaochang_http_requests_total" in browser.get("/metrics").data


def test_the_description_of_the_routes_holds_the_session(house: House) -> None:
    document = house.browser().get("/api/v1/openapi.json").get_json()
    assert {"get", "post", "delete"} <= set(document["paths"]["/api/v1/session"])
    assert document["openapi"].startswith("3.1")
