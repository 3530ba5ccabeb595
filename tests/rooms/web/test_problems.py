"""What a program and a person are told when the house itself is in trouble."""

from pathlib import Path

import pytest
from werkzeug.exceptions import BadRequest

from core.actor import Role
from tests.make.clock import MovableClock
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
def test_a_database_that_is_gone_is_not_taken_for_a_redis_that_is(
    database_url: str, clock: MovableClock, tmp_path: Path, redis_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    house = House(database_url, clock, tmp_path, redis_url=redis_url, rate_limits=True)
    house.account("somebody", Role.CANDIDATE)
    browser = house.browser("somebody")
    house.database.engine.dispose()
    (tmp_path / "house.sqlite").rename(tmp_path / "away")
    (tmp_path / "house.sqlite").mkdir()
    for path, accept in (("/api/v1/me/attempts", "application/json"), ("/", "text/html"), ("/exam", "text/html")):
        for _ in range(2):
            assert browser.get(path, headers={"Accept": accept}).status_code == 503
    assert not [record for record in caplog.records if record.name == "flask-limiter"]
    (tmp_path / "house.sqlite").rmdir()
    (tmp_path / "away").rename(tmp_path / "house.sqlite")
    assert browser.get("/api/v1/me/attempts").status_code == 200
    house.close()


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
