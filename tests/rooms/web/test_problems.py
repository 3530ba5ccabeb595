"""What a program and a person are told when the house itself is in trouble."""

from pathlib import Path

import pytest
from werkzeug.exceptions import BadRequest

from tests.make.house import House
from web.house import house_of


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("accept", "told"), [("application/json", '"core.busy"'), ("text/html", "繁忙")])
def test_who_is_signed_in_and_calls_while_the_database_is_gone_is_asked_to_try_again(
    house: House, tmp_path: Path, accept: str, told: str
) -> None:
    house.account("somebody")
    browser = house.browser("somebody")
    house_of(house.app).database.engine.dispose()
    (tmp_path / "house.sqlite").rename(tmp_path / "away")
    (tmp_path / "house.sqlite").mkdir()  # so that no new one is made in its place
    answer = browser.get("/api/v1/me/attempts" if "json" in accept else "/", headers={"Accept": accept})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert told in answer.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_mistake_of_ours_is_never_called_a_mistake_of_the_caller(house: House) -> None:
    @house.app.get("/api/v1/broken")
    def broken() -> str:
        raise ValueError("a mistake")

    @house.app.get("/api/v1/refused")
    def refused() -> str:
        raise BadRequest

    @house.app.errorhandler(ValueError)
    def also_broken(_error: ValueError) -> str:
        raise KeyError("another, while telling of the first")

    browser = house.browser()
    assert browser.get("/api/v1/broken").get_json()["error"]["code"] == "core.unexpected"
    assert browser.get("/api/v1/refused").get_json()["error"]["code"] == "web.bad_request"
