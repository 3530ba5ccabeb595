"""Rooms by page: what python-socketio's own manager says, found without looking at anybody else's rooms."""

import random

import pytest
from socketio import Manager, Server

from web.page_rooms import Here

SPACE = "/exam"


def manager_of(kind: type[Manager]) -> Manager:
    manager = kind()
    Server(async_mode="gevent", client_manager=manager).eio.generate_id = iter(f"sid{n}" for n in range(10_000)).__next__
    return manager


def members(manager: Manager) -> dict[str | None, set[str]]:
    return {room: set(pages) for room, pages in manager.rooms.get(SPACE, {}).items()}


@pytest.mark.parametrize("seed", range(20))
def test_it_says_what_the_plain_manager_says(seed: int) -> None:
    chance, ours, plain = random.Random(seed), manager_of(Here), manager_of(Manager)
    here: list[str] = []
    for n in range(300):
        act = chance.choice(("come", "come", "enter", "enter", "leave", "go"))
        sid, room = (chance.choice(here) if here else ""), f"attempt:{chance.randrange(20)}"
        if act == "come":
            came = {manager.connect(f"eio{n}", SPACE) for manager in (ours, plain)}
            assert len(came) == 1
            here += came
        elif here:
            for manager in (ours, plain):
                if act == "enter":
                    manager.enter_room(sid, SPACE, room)
                elif act == "leave":
                    manager.leave_room(sid, SPACE, room)
                else:
                    manager.pre_disconnect(sid, SPACE)
                    manager.disconnect(sid, SPACE)
            if act == "go":
                here.remove(sid)
        assert members(ours) == members(plain)
        assert all(set(ours.get_rooms(page, SPACE)) == set(plain.get_rooms(page, SPACE)) for page in here)
        assert all(ours.is_connected(page, SPACE) for page in here)
    for sid in list(here):
        ours.disconnect(sid, SPACE)
    assert members(ours) == {}
    assert not any(ours.pending_disconnect.values())


def test_a_page_that_leaves_has_nobody_else_s_rooms_looked_at() -> None:
    class Untouchable(dict[str, str]):
        def __contains__(self, _key: object) -> bool:
            raise AssertionError("looked at")

    manager = manager_of(Here)
    sid = manager.connect("eio", SPACE)
    manager.enter_room(sid, SPACE, "attempt:1")
    manager.rooms[SPACE]["attempt:2"] = Untouchable()
    manager.disconnect(sid, SPACE)
    assert set(manager.rooms[SPACE]) == {"attempt:2"}
