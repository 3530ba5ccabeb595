"""The invigilator's wall: how it stands, and acts on a selection with a reason."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.actor import Role
from core.clock import iso, parse_iso
from core.tables import AuditRow
from delivery import clocks, opening, queries
from delivery.gates import Admitted, SignalIn
from proctor import signals
from tests.make import exam, sitting
from tests.make.house import Browser, House
from tests.make.sitting import Sitting


@pytest.fixture
def made(house: House) -> Sitting:
    """A paper that is on, with two candidates who have started and one who has not come."""
    made = sitting.plan(house)
    for login, name in (("c1", "李晓雨"), ("c2", "王思远")):
        account = made.enrol(login, name=name)
        with house.unit() as unit:
            opening.start(unit, made.attempt(account), lambda *_: Admitted())
    made.enrol("c3", name="Emma")
    house.account("inv", Role.INVIGILATOR, name="监考员 吴")
    return made


def attempts(made: Sitting) -> list[str]:
    return [made.attempt(account) for account in made.enrolments]


def wall(browser: Browser, made: Sitting) -> list[dict[str, Any]]:
    answer = browser.get(f"/api/v1/invigilation/papers/{made.paper}")
    assert answer.status_code == 200, answer.text
    return list(answer.get_json()["seats"])


def act(browser: Browser, kind: str, chosen: list[str], **more: Any) -> dict[str, Any]:
    body = {"act": kind, "attempts": chosen, "reason": "设备故障", "request": "request-1", **more}
    answer = browser.post("/api/v1/invigilation/acts", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def test_the_wall_shows_who_sits_where_and_how_it_goes(house: House, made: Sitting) -> None:
    first = attempts(made)[0]
    exam.answer(house.database, house.clock, first, {"1": "A", "2": ["A"]})
    with house.unit() as unit:
        signals.record(unit, first, [SignalIn("focus", house.clock(), {}), SignalIn("paste", house.clock(), {})])
    seats = wall(house.browser("inv"), made)
    assert [(seat["seat"], seat["name"], seat["state"]) for seat in seats] == [
        ("A-01", "李晓雨", "running"),
        ("A-02", "王思远", "running"),
        ("A-03", "Emma", "scheduled"),
    ]
    assert seats[0]["signals"] == {"focus": 1, "paste": 1}
    assert (seats[0]["answers"], seats[0]["connected"], seats[0]["time_unread"]) == (2, False, False)
    assert seats[0]["deadline_at"] == iso(house.clock() + timedelta(seconds=exam.DURATION))
    assert seats[2]["deadline_at"] is None


@pytest.mark.parametrize(("found", "told"), [((-95_000, 40), -95), ((29_000, 40), None), ((31_000, 2_000), None), ((31_000, 900), 31)])
def test_a_clock_that_is_surely_wrong_is_pointed_out(house: House, made: Sitting, found: tuple[int, int], told: int | None) -> None:
    with house.unit() as unit:
        clocks.report(unit, attempts(made)[0], 1, *found)
    assert [seat["clock_off_s"] for seat in wall(house.browser("inv"), made)] == [told, None, None]


def test_acts_reach_everybody_chosen_once(house: House, made: Sitting) -> None:
    browser, chosen = house.browser("inv"), attempts(made)[:2]
    for _ in range(2):  # the answer was lost, the page asks again
        assert act(browser, "extend", chosen, minutes=10) == {"done": chosen, "refused": []}
    late = iso(house.clock() + timedelta(seconds=exam.DURATION + 600))
    assert [(seat["deadline_at"], seat["time_unread"]) for seat in wall(browser, made)[:2]] == [(late, True)] * 2
    assert act(browser, "pause", chosen, request="request-2")["done"] == chosen
    house.clock.move(60)
    assert [(seat["state"], seat["deadline_at"]) for seat in wall(browser, made)[:2]] == [("paused", None)] * 2
    assert act(browser, "resume", chosen, request="request-3")["done"] == chosen
    assert parse_iso(wall(browser, made)[0]["deadline_at"]) == parse_iso(late) + timedelta(seconds=60)
    assert act(browser, "end", chosen, request="request-4")["done"] == chosen
    assert [seat["state"] for seat in wall(browser, made)] == ["submitted", "submitted", "scheduled"]
    with house.database.reading() as session:
        audited = session.scalars(select(AuditRow).where(AuditRow.subject == f"attempt/{chosen[0]}").order_by(AuditRow.id)).all()
    acts = [row for row in audited if row.act.split(".")[-1] in ("time_changed", "paused", "resumed", "submitted")]
    assert [row.act.split(".")[-1] for row in acts] == ["time_changed", "paused", "resumed", "submitted"]
    assert {row.detail["reason"] for row in acts} == {"设备故障"}
    assert len({row.actor for row in acts}) == 1
    assert acts[0].actor.startswith("acc_")


def test_one_refusal_does_not_stop_the_others(house: House, made: Sitting) -> None:
    running, _, absent = attempts(made)
    answer = act(house.browser("inv"), "pause", [absent, running, "att_none", running])
    assert answer["done"] == [running]
    refused = {refusal["attempt"]: refusal["error"]["code"] for refusal in answer["refused"]}
    assert refused == {absent: "delivery.wrong_state", "att_none": "core.not_found"}


@pytest.mark.parametrize(
    "wrong",
    [{"reason": ""}, {"reason": "  "}, {"act": "void"}, {"attempts": []}, {"request": ""}, {"minutes": -1}, {"seconds": 60}],
)
def test_an_act_without_a_reason_or_a_name_is_refused(house: House, made: Sitting, wrong: dict[str, Any]) -> None:
    body = {"act": "pause", "attempts": attempts(made)[:1], "reason": "x", "request": "request-1", **wrong}
    answer = house.browser("inv").post("/api/v1/invigilation/acts", json=body)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, "core.invalid")


def test_more_time_must_be_some_time(house: House, made: Sitting) -> None:
    (refused,) = act(house.browser("inv"), "extend", attempts(made)[:1])["refused"]
    assert refused["error"]["code"] == "core.invalid"


def test_only_papers_that_are_on_can_be_watched_and_acted_upon(house: House, made: Sitting) -> None:
    later = sitting.plan(house, form=made.form, title="明天", starts_in=86400)
    browser = house.browser("inv")
    listed = browser.get("/api/v1/invigilation/papers").get_json()["papers"]
    assert [(paper["paper"], paper["title"]) for paper in listed] == [(made.paper, "测试场次 · 综合卷")]
    tomorrow = later.enrol("c8")
    assert browser.get(f"/api/v1/invigilation/papers/{later.paper}").get_json()["error"]["code"] == "proctor.not_on"
    (refused,) = act(browser, "extend", [later.attempt(tomorrow)], minutes=5)["refused"]
    assert refused["error"]["code"] == "proctor.not_on"


def test_a_room_is_started_from_the_wall(house: House, made: Sitting) -> None:
    by_hand = sitting.plan(house, form=made.form, title="按考场开考", start_by="room")
    waiting = [by_hand.attempt(by_hand.enrol(login)) for login in ("r1", "r2")]
    with house.unit() as unit:
        opening.check_in(unit, queries.lock_attempt(unit, waiting[0]), lambda *_: Admitted())
    browser = house.browser("inv")
    assert browser.get(f"/api/v1/invigilation/papers/{made.paper}").get_json()["rooms"] == []
    path = f"/api/v1/invigilation/papers/{by_hand.paper}"
    room = {"name": "考点", "expected": 2, "ready": 1, "appointed_at": iso(house.clock()), "starts_at": None}
    assert browser.get(path).get_json()["rooms"] == [room]
    starts_at = iso(house.clock() + timedelta(seconds=3))
    for _ in range(2):
        assert browser.post(f"{path}/rooms/start", json={"room": "考点"}).get_json() == {"starts_at": starts_at}
        house.clock.move(1)
    assert [room["starts_at"] for room in browser.get(path).get_json()["rooms"]] == [starts_at]
    other = browser.post(f"{path}/rooms/start", json={"room": "别处"})
    assert (other.status_code, other.get_json()["error"]["code"]) == (404, "core.not_found")
    with house.database.reading() as session:
        audited = session.scalars(select(AuditRow).where(AuditRow.act == "delivery.room.started").order_by(AuditRow.id)).all()
    assert [(row.detail["room"], row.detail["waiting"]) for row in audited] == [("考点", 2)]


def test_candidates_and_markers_see_no_wall(house: House, made: Sitting) -> None:
    house.account("m1", Role.MARKER)
    for login in ("c1", "m1"):
        browser = house.browser(login)
        for path in ("/invigilate", "/api/v1/invigilation/papers", f"/api/v1/invigilation/papers/{made.paper}"):
            assert browser.get(path).status_code == 403
        body = {"act": "pause", "attempts": attempts(made)[:1], "reason": "x", "request": "request-1"}
        assert browser.post("/api/v1/invigilation/acts", json=body).status_code == 403
    assert "测试场次" in house.browser("inv").get("/invigilate").text
