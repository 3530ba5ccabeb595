"""The life of an item: two people, a conversation, versions that never change, and what a sitting took stays what it took."""

from collections.abc import Callable
from typing import Any

import pytest

from core.actor import Actor, Role
from core.errors import ExamError
from core.unit import Database
from itembank import forms, keys, queries, reviewing, supply
from itembank.blueprint import Blueprint
from itembank.life import MOVES, Act, State, move
from tests.make.bank import AUTHOR, OFFICE, choice, item_id, published, stock, take_in
from tests.make.clock import MovableClock

OTHER = Actor("acc_other", frozenset({Role.AUTHOR}))
ONE = Blueprint.model_validate({"title": "Paper", "sections": [{"id": "s", "title": "一", "draws": [{"count": 1}]}]})


class Bank:
    """A database, its clock, and one item that the author wrote."""

    def __init__(self, database: Database, clock: MovableClock) -> None:
        self.database, self.clock = database, clock
        self.item = self.write(choice("q"))

    def write(self, draft: Any, who: Actor = AUTHOR) -> str:
        with self.database.unit(who, self.clock()) as unit:
            assert not take_in(unit, [draft]).refused
            return item_id(unit, draft.ref)

    def do(self, who: Actor, act: Callable[..., Any], *given: Any, **named: Any) -> Any:
        with self.database.unit(who, self.clock()) as unit:
            return act(unit, self.item, *given, **named)

    def refused(self, who: Actor, act: Callable[..., Any], *given: Any) -> str:
        with pytest.raises(ExamError) as caught:
            self.do(who, act, *given)
        return caught.value.kind.code

    @property
    def state(self) -> str:
        with self.database.reading() as session:
            return queries.get_item(session, self.item).state


@pytest.fixture
def bank(database: Database, clock: MovableClock) -> Bank:
    return Bank(database, clock)


@pytest.mark.parametrize("act", list(Act))
@pytest.mark.parametrize("state", list(State))
def test_every_act_leads_on_from_its_states_alone(state: State, act: Act) -> None:
    origins, target = MOVES[act]
    if state in origins:
        assert move(state, act) is target
        return
    with pytest.raises(ExamError) as caught:
        move(state, act)
    assert caught.value.kind.code == ("itembank.item_retired" if state is State.RETIRED else "itembank.item_state")


def test_an_item_is_approved_by_somebody_else_after_it_was_handed_in(bank: Bank) -> None:
    assert (bank.state, bank.refused(OTHER, reviewing.approve, 1)) == ("draft", "itembank.item_state")
    bank.do(AUTHOR, reviewing.submit)
    assert bank.refused(AUTHOR, reviewing.submit) == "itembank.item_state"
    bank.do(AUTHOR, reviewing.recall)
    bank.do(AUTHOR, reviewing.submit)
    assert bank.refused(AUTHOR, reviewing.approve, 1) == "itembank.own_item"
    assert bank.refused(AUTHOR, reviewing.send_back, 1, "no") == "itembank.own_item"
    first = bank.do(OTHER, reviewing.approve, 1)
    assert (bank.state, bank.do(OTHER, reviewing.approve, 1)) == ("approved", first)
    with bank.database.reading() as session:
        assert [note.kind for note in reviewing.notes_of(session, bank.item)] == ["submit", "recall", "submit", "approve"]


def test_who_wrote_any_version_since_the_approved_one_does_not_review(bank: Bank) -> None:
    bank.write(choice("q", stem="Another?"), OTHER)
    bank.do(AUTHOR, reviewing.submit)
    for author in (AUTHOR, OTHER):
        assert bank.refused(author, reviewing.approve, 2) == "itembank.own_item"
    bank.do(OFFICE, reviewing.approve, 2)
    bank.write(choice("q", stem="A third?"), AUTHOR)
    bank.do(AUTHOR, reviewing.submit)
    bank.do(OTHER, reviewing.approve, 3)
    assert bank.state == "approved"


def test_a_reviewer_approves_what_was_seen(bank: Bank) -> None:
    bank.do(AUTHOR, reviewing.submit)
    bank.write(choice("q", stem="Changed in the meantime?"))
    assert bank.state == "draft"
    bank.do(AUTHOR, reviewing.submit)
    assert bank.refused(OTHER, reviewing.approve, 1) == "itembank.version_moved"


def test_an_item_without_a_key_is_not_approved(bank: Bank) -> None:
    bank.item = bank.write(choice("lacking", key={"lacks": "nobody knows"}))
    bank.do(AUTHOR, reviewing.submit)
    assert bank.refused(OTHER, reviewing.approve, 1) == "itembank.key_missing"


def test_a_request_stands_in_the_way_until_somebody_but_the_author_settles_it(bank: Bank) -> None:
    bank.do(AUTHOR, reviewing.submit)
    bank.do(AUTHOR, reviewing.comment, 1, "I was not sure about C")
    note = bank.do(OTHER, reviewing.comment, 1, "C is right as well", request=True)
    assert bank.refused(OTHER, reviewing.approve, 1) == "itembank.requests_open"
    bank.do(OTHER, reviewing.send_back, 1, "See C")
    bank.write(choice("q", stem="Better?"))
    bank.do(AUTHOR, reviewing.submit)
    assert bank.refused(OTHER, reviewing.approve, 2) == "itembank.requests_open"
    assert bank.refused(AUTHOR, reviewing.settle, note) == "itembank.own_item"
    bank.clock.move(60)
    bank.do(OTHER, reviewing.settle, note)
    bank.do(OFFICE, reviewing.settle, note)
    with bank.database.reading() as session:
        (asked,) = (one for one in reviewing.notes_of(session, bank.item) if one.kind == "request")
        assert (asked.settled_by, asked.settled_at) == (OTHER.account, bank.clock())
    bank.do(OTHER, reviewing.approve, 2)
    assert bank.refused(OTHER, reviewing.settle, note + 1000) == "core.not_found"


def test_it_is_kept_who_saw_which_version_when(bank: Bank) -> None:
    start = bank.clock()
    with bank.database.reading() as session:
        first = queries.get_item(session, bank.item).version
    second = bank.write(choice("q", stem="Another?")) and _newest(bank)
    for who, versions in ((OTHER, [first]), (OFFICE, [first, second]), (OTHER, [first])):
        with bank.database.unit(who, bank.clock()) as unit:
            reviewing.note_sight(unit, versions)
        bank.clock.move(60)
    with bank.database.reading() as session:
        seen = {(sight.n, sight.account): sight for sight in reviewing.sights_of(session, bank.item)}
    assert set(seen) == {(1, OTHER.account), (1, OFFICE.account), (2, OFFICE.account)}
    twice = seen[1, OTHER.account]
    assert (twice.times, twice.first_at, (twice.last_at - start).total_seconds()) == (2, start, 120)


def test_an_item_is_live_while_a_published_form_holds_its_newest_version(bank: Bank) -> None:
    bank.do(AUTHOR, reviewing.submit)
    bank.do(OFFICE, reviewing.approve, 1)
    form, second = (published(bank.database, ONE, bank.clock()) for _ in range(2))
    assert bank.state == "live"
    for one, state in ((form, "live"), (second, "approved")):
        with bank.database.unit(OFFICE, bank.clock()) as unit:
            forms.withdraw(unit, one, "over")
        assert bank.state == state
    third = published(bank.database, ONE, bank.clock())
    bank.write(choice("q", stem="Another?", key={"correct": ["B"]}))
    assert bank.state == "draft"
    with bank.database.unit(OFFICE, bank.clock()) as unit:
        forms.withdraw(unit, third, "over")
    assert bank.state == "draft"


def test_drafts_leave_the_version_in_use_in_use_and_forms_what_they_took(bank: Bank, clock: MovableClock) -> None:
    bank.do(AUTHOR, reviewing.submit)
    with bank.database.unit(OFFICE, clock()) as unit:
        assert supply.find(unit.session, ONE) == []
    first = bank.do(OFFICE, reviewing.approve, 1)
    form = published(bank.database, ONE, clock())
    bank.write(choice("q", stem="Another?", key={"correct": ["B"]}))
    with bank.database.reading() as session:
        assert [one.version for one in supply.find(session, ONE)] == [first]
    bank.do(AUTHOR, reviewing.submit)
    second = bank.do(OFFICE, reviewing.approve, 2)
    with bank.database.reading() as session:
        assert [one.version for one in supply.find(session, ONE)] == [second]
        frozen = forms.get_frozen(session, form)
        assert [item.version for item in frozen.items.values()] == [first]
        assert keys.keys_of_form(session, form)["1"].key.correct == ["A"]
        assert keys.get_key(session, second).correct == ["B"]
    bank.do(OFFICE, reviewing.retire, "old")
    with bank.database.reading() as session:
        assert supply.find(session, ONE) == []


def test_a_whole_import_is_handed_in_and_approved_at_once(database: Database, clock: MovableClock) -> None:
    items = stock(database, [choice(f"q{n}") for n in range(3)], clock())
    with database.unit(AUTHOR, clock()) as unit:
        assert reviewing.submit_all(unit, list(items)) == 0
    with database.reading() as session:
        assert {queries.get_item(session, item).state for item in items.values()} == {"approved"}


def _newest(bank: Bank) -> str:
    with bank.database.reading() as session:
        return queries.get_item(session, bank.item).version
