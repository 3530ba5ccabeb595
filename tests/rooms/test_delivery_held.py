"""Answers that were kept aside: two people decide, what they count joins the journal and the marks, and no entry vanishes."""

from dataclasses import dataclass
from typing import Any

import pytest

from core.actor import Actor, Role
from core.clock import iso
from core.errors import ExamError
from delivery import accommodating, counted, held, queries, reading, receipts, submitting
from delivery.chain import find_break
from delivery.papers import Shelf, frozen_paper
from delivery.replay import replay
from delivery.ruling import Ruling, Stage
from programme import results
from tests.make import exam, sitting
from tests.make.delivery import connect, refusal
from tests.make.house import House

ANN, BEN, CAT = (Actor(f"acc_{name}", frozenset({Role.OFFICE})) for name in ("ann", "ben", "cat"))
COUNT, LEAVE = Ruling.COUNT, Ruling.LEAVE


@dataclass
class Case:
    """A candidate who has handed in, and an answer that came after it."""

    house: House
    made: sitting.Sitting
    attempt: str

    def arrive(self, seq: int, item: str, value: Any) -> str:
        """Let an answer come; return what became of it."""
        answer = self.house.browser("li").put(
            f"/api/v1/attempts/{self.attempt}/answers/{seq}",
            json={"epoch": 0, "item": item, "value": value, "typed_at": iso(self.house.clock())},
        )
        return str(answer.get_json()["error"]["code"]) if answer.status_code != 200 else "ok"

    def digest(self, seq: int) -> str:
        """Return the digest of the held answer with this number."""
        with self.house.database.reading() as session:
            return next(row.digest for row in queries.quarantine_of(session, self.attempt) if row.seq == seq)

    def decide(self, seq: int, who: Actor, ruling: Ruling, reason: str = "见考场记录") -> Stage:
        """Say what becomes of a held answer."""
        with self.house.unit(who) as unit:
            return held.decide(unit, self.attempt, self.digest(seq), ruling, reason).stage

    def refused(self, seq: int, who: Actor, ruling: Ruling) -> str:
        """Return why a decision is refused."""
        return str(refusal(self.decide, seq, who, ruling).kind.code)

    def answers(self) -> dict[str, Any]:
        """Return the candidate's answers as they stand."""
        with self.house.database.reading() as session:
            return reading.get_submission(session, self.attempt).answers

    def links(self) -> list[Any]:
        """Return the journal."""
        with self.house.database.reading() as session:
            return queries.journal_of(session, self.attempt)

    def marks(self) -> tuple[str, str] | None:
        """Return the marks of the machine's part and the state of the result, None while there is no result of the present answers."""
        sitting.carry_on(self.house)
        with self.house.database.reading() as session:
            row = next(iter(results._standing(session, self.made.id).results), None)
        return (str(row.marks), row.state) if row else None


@pytest.fixture
def case(house: House) -> Case:
    made = sitting.plan(house)
    account = made.enrol("li")
    return Case(house, made, made.sit(account, {"1": "B", "5": "fob"}))


def receipt_of(case: Case) -> dict[str, Any]:
    signer = receipts.Signer(case.house.settings.data_dir)
    with case.house.database.reading() as session:
        return receipts.issue(session, signer, queries.get_attempt(session, case.attempt))


def test_one_person_alone_decides_nothing_and_two_who_differ_begin_anew(case: Case) -> None:
    assert case.arrive(3, "1", "A") == "delivery.closed"
    before = case.answers()
    assert case.decide(3, ANN, COUNT) is Stage.PROPOSED
    assert case.refused(3, ANN, COUNT) == "delivery.same_person"
    assert case.decide(3, BEN, LEAVE) is Stage.OPEN  # the second person says no: the first decision is void
    assert case.decide(3, BEN, LEAVE) is Stage.PROPOSED
    assert case.decide(3, BEN, COUNT) is Stage.OPEN  # thought again
    assert case.decide(3, CAT, LEAVE) is Stage.PROPOSED
    assert case.answers() == before
    assert case.decide(3, ANN, LEAVE) is Stage.DECIDED
    assert (case.refused(3, BEN, COUNT), case.refused(3, ANN, LEAVE)) == ("delivery.held_decided", "delivery.held_decided")
    assert case.answers() == before
    assert refusal(case.decide, 3, ANN, COUNT, " ").kind.code == "core.invalid"
    assert [link.entry.seq for link in case.links()] == [1, 2]


def test_what_two_people_count_joins_the_chain_with_its_evidence_and_is_marked(case: Case) -> None:
    assert case.marks() == ("1", "held")
    first = receipt_of(case)
    assert case.arrive(3, "1", "A") == "delivery.closed"
    assert case.decide(3, ANN, COUNT) is Stage.PROPOSED
    with case.house.database.reading() as session:
        assert results.readiness(session, case.made.id).undecided == 1
    assert case.decide(3, BEN, COUNT) is Stage.DECIDED
    links = case.links()
    assert find_break(case.attempt, links) is None
    entry = links[-1].entry
    assert (entry.seq, entry.item, counted.is_counted(entry), counted.value_of(entry)) == (-1, "1", True, "A")
    for evidence in ('"held":"closed"', '"seq":3', case.digest(3), '["acc_ann","acc_ben"]'):
        assert evidence in entry.value
    assert case.answers()["1"] == "A"
    assert case.marks() == ("3", "held")  # one and five are right now

    later = receipt_of(case)
    assert (later["entries"], later["handed_in"], later["code"]) == (3, {"entries": 2, "head": first["head"]}, first["code"])
    for receipt in (first, later):
        assert receipts.verify(receipt, receipt["key"])["valid"]
    assert later["journal"][:2] == first["journal"]
    later["journal"][2][4] = later["journal"][2][4].replace('"A"', '"B"')
    assert receipts.verify(later)["first_bad_entry"] == 3


def test_each_answer_that_is_counted_is_marked_even_at_one_instant(case: Case) -> None:
    for seq, (item, value) in enumerate([("1", "A"), ("3", "A"), ("1", "C")], 3):
        assert case.arrive(seq, item, value) == "delivery.closed"
        for who in (ANN, BEN):
            case.decide(seq, who, COUNT)
        case.marks()
    assert [link.entry.seq for link in case.links()] == [1, 2, -1, -2, -3]
    assert (case.answers()["1"], case.answers()["3"]) == ("C", "A")
    assert case.marks() == ("2", "held")


def test_a_result_waits_for_the_decision_and_comes_back_when_the_answer_counts(case: Case) -> None:
    other = case.made.enrol("wang")
    case.made.sit(other, {"1": "A"})
    assert case.arrive(3, "1", "A") == "delivery.closed"
    sitting.carry_on(case.house)
    with case.house.unit(sitting.OFFICE) as unit:
        assert results.release(unit, case.made.id) == 1  # wang's; li's waits
    for who in (ANN, BEN):
        case.decide(3, who, COUNT)
    with case.house.database.reading() as session:
        ready = results.readiness(session, case.made.id)
    assert (ready.undecided, ready.unmarked, ready.releasable) == (0, 1, False)  # not yet marked anew
    sitting.carry_on(case.house)
    with case.house.unit(sitting.OFFICE) as unit:
        assert results.release(unit, case.made.id) == 1
    assert case.house.browser("li").get("/api/v1/me/results").get_json()["results"][0]["marks"] == "3"


def test_a_result_that_is_out_goes_back_to_the_office_when_an_answer_is_counted(case: Case) -> None:
    sitting.carry_on(case.house)
    with case.house.unit(sitting.OFFICE) as unit:
        assert results.release(unit, case.made.id) == 1
    assert case.arrive(3, "1", "A") == "delivery.closed"
    for who in (ANN, BEN):
        case.decide(3, who, COUNT)
    assert case.marks() == ("3", "amended")


def test_nothing_is_decided_while_the_candidate_may_still_answer(case: Case) -> None:
    assert case.arrive(1, "1", "C") == "delivery.number_taken"
    with case.house.unit(ANN) as unit:
        accommodating.reopen(unit, case.attempt, 600, "停电")
    with case.house.unit(BEN) as unit:
        accommodating.reopen(unit, case.attempt, 600, "停电")
    assert {case.refused(1, ANN, ruling) for ruling in Ruling} == {"delivery.held_not_yet"}


def test_a_page_that_goes_on_after_a_reopening_numbers_as_before_and_writes_what_is_newer(case: Case) -> None:
    assert case.arrive(3, "1", "A") == "delivery.closed"
    for who in (ANN, BEN):
        case.decide(3, who, COUNT)
    for who in (ANN, BEN):
        with case.house.unit(who) as unit:
            accommodating.reopen(unit, case.attempt, 600, "停电")
    with case.house.database.reading() as session:
        assert queries.last_seq(session, case.attempt) == 2
        assert queries.load_heads(session, [case.attempt])[case.attempt][::2] == (3, 2)
    assert case.arrive(3, "1", "D") == "ok"
    links = case.links()
    assert find_break(case.attempt, links) is None
    with case.house.database.reading() as session:
        kinds = frozen_paper(session, queries.get_attempt(session, case.attempt).form).kinds
    assert replay((link.entry for link in links), kinds)["1"].value == "D"
    assert replay((link.entry for link in links[:-1]), kinds)["1"].value == "A"
    exam.hand_in(case.house.database, case.house.clock(), case.attempt)
    assert receipts.verify(receipt_of(case))["valid"]


def test_what_cannot_count_can_only_be_left_out(case: Case) -> None:
    assert case.arrive(3, "1", {"wrong": "shape"}) == "delivery.unsound"
    assert case.refused(3, ANN, COUNT) == "delivery.held_not_so"
    assert [case.decide(3, who, LEAVE) for who in (ANN, BEN)] == [Stage.PROPOSED, Stage.DECIDED]
    with case.house.database.reading() as session:
        assert held.undecided(session, [case.made.paper]) == {}
        assert len(queries.quarantine_of(session, case.attempt)) == 1  # decided, and still there


def test_what_came_again_in_time_needs_no_decision(case: Case) -> None:
    for who in (ANN, BEN):
        with case.house.unit(who) as unit:
            accommodating.reopen(unit, case.attempt, 600, "停电")
    epoch = connect(case.house.database, case.house.clock(), case.attempt)
    assert case.arrive(3, "3", "A") == "delivery.superseded"
    body = {"epoch": epoch, "item": "3", "value": "A", "typed_at": iso(case.house.clock())}
    assert case.house.browser("li").put(f"/api/v1/attempts/{case.attempt}/answers/3", json=body).status_code == 200
    assert case.arrive(4, "3", "B") == "delivery.superseded"  # another number: this one is not here
    with case.house.unit() as unit:
        submitting.hand_in(unit, case.attempt, epoch, 3)
    with case.house.database.reading() as session:
        assert held.undecided(session, [case.made.paper]) == {case.attempt: 1}
        (mine,) = held.of_paper(session, case.made.paper, Shelf(frozen_paper))
    assert [(answer.row.seq, answer.counts) for answer in mine.answers] == [(3, True), (4, False)]


def test_an_answer_that_was_never_held_cannot_be_decided(case: Case) -> None:
    with pytest.raises(ExamError) as refused, case.house.unit(ANN) as unit:
        held.decide(unit, case.attempt, "0" * 64, COUNT, "x")
    assert refused.value.kind.code == "core.not_found"
