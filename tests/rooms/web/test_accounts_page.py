"""The office's page of accounts."""

import re

import pytest

from core.actor import Role
from tests.make.house import Browser, House
from web import queries


@pytest.fixture
def office(house: House) -> Browser:
    house.account("office", Role.OFFICE)
    return house.browser("office")


def _opened(office: Browser, **fields: object) -> str:
    answer = office.post("/office/accounts", data={"name": "王芳", "login": "wang", "kind": "name", "role": ["marker"], **fields})
    assert answer.status_code == 200, answer.text
    found = re.search(r"<strong class=\"mono\">([^<]+)</strong>", answer.text)
    return found[1] if found else ""


def _id_of(house: House, login: str) -> str:
    with house.database.reading() as session:
        account = queries.find_account_by_login(session, login)
    assert account
    return account.id


def test_an_opened_account_signs_in_with_the_password_shown_once(house: House, office: Browser) -> None:
    password = _opened(office)
    browser = house.browser()
    assert browser.post("/api/v1/session", json={"login": "wang", "password": password}).get_json()["roles"] == ["marker"]
    assert password not in office.get(f"/office/accounts/{_id_of(house, 'WANG')}").text


def test_a_taken_login_keeps_what_was_typed_and_opens_nothing(house: House, office: Browser) -> None:
    _opened(office)
    answer = office.post("/office/accounts", data={"name": "另一人", "login": "WANG", "kind": "name", "role": "marker"})
    assert answer.status_code == 409
    assert 'value="另一人"' in answer.text
    assert "/office/accounts/acc_" not in office.get("/office/accounts?words=另一人").text


def test_accounts_are_found_by_name_and_by_login(house: House, office: Browser) -> None:
    _opened(office)
    for words in ("王", "wan"):
        page = office.get(f"/office/accounts?words={words}").text
        assert ("王芳" in page, page.count("/office/accounts/acc_")) == (True, 1)


def test_other_roles_end_every_door_but_theirs(house: House, office: Browser) -> None:
    account = _id_of(house, "OFFICE")
    house.account("second", Role.OFFICE)
    office.post(f"/office/accounts/{account}/roles", data={"role": ["author"]})
    assert office.get("/office/accounts").status_code == 403


def test_a_new_password_ends_every_sign_in(house: House, office: Browser) -> None:
    account = house.account("li", Role.MARKER)
    browser = house.browser("li")
    office.post(f"/office/accounts/{account}/password")
    assert browser.get("/api/v1/session").get_json()["account"] is None


def test_one_sign_in_is_ended_and_the_other_goes_on(house: House, office: Browser) -> None:
    account = house.account("li", Role.MARKER)
    first = house.browser("li")
    house.clock.move(1)
    second = house.browser("li")
    page = office.get(f"/office/accounts/{account}").text
    newest = re.findall(r'name="session" value="(ses_\w+)"', page)[0]
    office.post(f"/office/accounts/{account}/sessions/end", data={"session": newest})
    assert first.get("/api/v1/session").get_json()["account"] == account
    assert second.get("/api/v1/session").get_json()["account"] is None


def test_a_closed_account_is_opened_again(house: House, office: Browser) -> None:
    account = house.account("li", Role.MARKER)
    office.post(f"/office/accounts/{account}/closed", data={"closed": "yes"})
    office.post(f"/office/accounts/{account}/closed", data={"closed": "no"})
    house.browser("li")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OFFICE])
def test_the_page_is_the_offices_alone(house: House, role: Role) -> None:
    house.account("other", role)
    answer = house.browser("other").get("/office/accounts", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (403, "core.forbidden")


WRONG: tuple[dict[str, object], ...] = ({"name": " "}, {"role": []}, {"role": ["marker", "zzz"]}, {"kind": "zzz"}, {"login": " "})


def test_an_account_is_opened_with_a_name_a_role_and_a_login_of_a_kind_that_there_is(house: House, office: Browser) -> None:
    for wrong in WRONG:
        fields = {"name": "王芳", "login": "wang", "kind": "name", "role": ["marker"], **wrong}
        assert office.post("/office/accounts", data=fields).status_code == 422
    with house.database.reading() as session:
        assert queries.find_account_by_login(session, "WANG") is None


def test_somebody_is_always_left_who_can_open_accounts(house: House, office: Browser) -> None:
    with house.database.reading() as session:
        (alone,) = [row.id for row in queries.accounts(session, "", 50) if "office" in row.roles]
    acts = (("roles", {"role": ["marker"]}), ("closed", {"closed": "yes"}))
    for act, data in acts:
        answer = office.post(f"/office/accounts/{alone}/{act}", data=data, headers={"Accept": "application/json"})
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "web.last_office")
    assert office.post(f"/office/accounts/{alone}/roles", data={"role": ["office", "author"]}).status_code == 302
    house.account("second", Role.OFFICE)
    assert office.post(f"/office/accounts/{alone}/roles", data={"role": ["marker"]}).status_code == 302


def test_an_account_keeps_a_role(house: House, office: Browser) -> None:
    account = house.account("wang", Role.MARKER)
    assert office.post(f"/office/accounts/{account}/roles", data={}).status_code == 422
