"""Who comes in, how, and for how long."""

import pytest

from core.actor import Role
from tests.make.clock import MovableClock
from tests.make.house import PASSWORD, House
from web import accounts, security
from web.accounts import AccountDraft, LoginKind
from web.passwords import hash_password


def test_sign_in_tells_who_one_is_and_sign_out_ends_it(house: House) -> None:
    account = house.account("chen", Role.MARKER, Role.CHIEF, name="陈晓")
    browser = house.browser("chen")
    told = browser.get("/api/v1/session").get_json()
    assert (told["account"], told["name"], told["roles"]) == (account, "陈晓", ["chief", "marker"])
    assert browser.delete("/api/v1/session").status_code == 204
    assert browser.get("/api/v1/session").get_json()["account"] is None


@pytest.mark.parametrize("login", ["chen", " CHEN ", "ｃｈｅｎ"])
def test_a_login_has_one_spelling(house: House, login: str) -> None:
    house.account("Chen", Role.MARKER)
    house.browser(login)


def test_every_login_of_an_account_opens_it(house: House) -> None:
    logins = {"20260523001": LoginKind.TICKET, "11010519491231002x": LoginKind.IDENTITY}
    with house.unit() as unit:
        draft = AccountDraft("李雷", frozenset({Role.CANDIDATE}), logins, hash_password(PASSWORD))
        account = accounts.create(unit, draft)
    for login in ("20260523001", "11010519491231002X"):
        assert house.browser(login).get("/api/v1/session").get_json()["account"] == account


def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(house: House) -> None:
    house.account("chen", Role.MARKER)
    answers = [house.browser().post("/api/v1/session", json={"login": login, "password": "not-this"}) for login in ("chen", "nobody")]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].get_json() == answers[1].get_json()
    assert answers[0].get_json()["error"]["code"] == "web.wrong_credentials"


def test_a_sign_in_lapses(house: House) -> None:
    house.account("chen", Role.MARKER)
    browser = house.browser("chen")
    house.clock.move(house.settings.session_hours * 3600 - 1)
    assert browser.get("/api/v1/session").get_json()["account"]
    house.clock.move(1)
    assert browser.get("/api/v1/session").get_json()["account"] is None


def test_a_sign_in_can_be_taken_back(house: House) -> None:
    account = house.account("chen", Role.MARKER)
    browser = house.browser("chen")
    with house.unit() as unit:
        accounts.end_sessions(unit, account)
    assert browser.get("/api/v1/session").get_json()["account"] is None


def test_a_closed_account_is_out_at_once_and_stays_out(house: House) -> None:
    account = house.account("chen", Role.MARKER)
    browser = house.browser("chen")
    with house.unit() as unit:
        accounts.set_closed(unit, account, closed=True)
    assert browser.get("/api/v1/session").get_json()["account"] is None
    answer = browser.post("/api/v1/session", json={"login": "chen", "password": PASSWORD})
    assert answer.get_json()["error"]["code"] == "web.account_closed"


def test_roles_hold_from_the_next_request(house: House) -> None:
    account = house.account("chen", Role.MARKER)
    browser = house.browser("chen")
    with house.unit() as unit:
        accounts.set_roles(unit, account, frozenset({Role.OFFICE}))
    assert browser.get("/api/v1/session").get_json()["roles"] == ["office"]


def test_a_program_signs_in_for_a_bearer_token_and_needs_no_forgery_token(house: House) -> None:
    house.account("chen", Role.MARKER)
    program = house.browser()
    token = program.post("/api/v1/session", json={"login": "chen", "password": PASSWORD, "bearer": True}).get_json()["token"]
    assert program.get("/api/v1/session").get_json()["account"] is None, "no cookie was set"
    bearer = {"Authorization": f"Bearer {token}"}
    assert program.get("/api/v1/session", headers=bearer).get_json()["name"] == "chen"
    assert program.delete("/api/v1/session", headers=bearer).status_code == 204
    assert program.get("/api/v1/session", headers=bearer).get_json()["account"] is None


def test_a_changing_request_without_the_forgery_token_is_refused(house: House) -> None:
    house.account("chen", Role.MARKER)
    browser = house.browser("chen")
    token, browser.csrf = browser.csrf, ""
    refused = browser.delete("/api/v1/session")
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (400, "web.forged")
    browser.csrf = token
    assert browser.delete("/api/v1/session").status_code == 204


def test_a_login_can_be_tried_in_vain_ten_times_and_another_login_is_free(database_url: str, clock: MovableClock, tmp_path) -> None:
    house = House(database_url, clock, tmp_path)
    house.account("chen", Role.MARKER)
    house.account("wang", Role.MARKER)
    browser = house.browser()
    statuses = [browser.post("/api/v1/session", json={"login": "chen", "password": "guess-it"}).status_code for _ in range(11)]
    assert statuses == [401] * 10 + [429]
    assert house.browser().post("/api/v1/session", json={"login": " Chen", "password": PASSWORD}).status_code == 429
    house.browser("wang")
    elsewhere = {"environ_overrides": {"REMOTE_ADDR": "10.0.0.9"}}
    assert house.browser().post("/api/v1/session", json={"login": "chen", "password": PASSWORD}, **elsewhere).status_code == 200
    house.close()


def test_tries_in_vain_from_many_addresses_are_bounded_too(
    database_url: str, clock: MovableClock, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(security, "SIGN_INS_ANYWHERE", "12 per 5 minutes")
    house = House(database_url, clock, tmp_path)
    house.account("chen", Role.MARKER)
    body = {"login": "chen", "password": "guess-it"}
    statuses = [
        house.browser().post("/api/v1/session", json=body, environ_overrides={"REMOTE_ADDR": f"10.0.0.{n}"}).status_code for n in range(13)
    ]
    assert statuses == [401] * 12 + [429]
    house.close()


def test_a_bearer_header_that_signed_nobody_in_opens_nothing_to_a_cookie(house: House) -> None:
    house.account("chen", Role.MARKER)
    browser = house.browser("chen")
    browser.csrf = ""
    refused = browser.delete("/api/v1/session", headers={"Authorization": "Bearer x"})
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (400, "web.forged")
    assert house.browser().delete("/api/v1/session", headers={"Authorization": "Bearer x"}).status_code == 401


def test_signing_in_again_and_again_with_the_right_password_is_no_attack(database_url: str, clock: MovableClock, tmp_path) -> None:
    house = House(database_url, clock, tmp_path)
    house.account("chen", Role.MARKER)
    for _ in range(12):
        house.browser("chen")
    house.close()
