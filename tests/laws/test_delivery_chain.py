"""Laws of the chain and of replay: any order of arrival gives the same answers, and no change of the past goes unseen."""

import json
from hashlib import sha256
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from delivery.chain import Entry, Link, advance, canonical, find_break, genesis, link
from delivery.replay import replay
from tests.make.delivery import KINDS

INSTANTS = [f"2026-05-23T01:{minute:02}:00.000Z" for minute in range(60)]

values: st.SearchStrategy[Any] = st.one_of(st.none(), st.text(max_size=20), st.lists(st.text(max_size=3), max_size=3))
actions = st.fixed_dictionaries({"action": st.text(min_size=1, max_size=8)})


@st.composite
def journals(draw: st.DrawFn, smallest: int = 0) -> list[Entry]:
    """Draw answers with different numbers, in any order of arrival."""
    seqs = draw(st.lists(st.integers(1, 60), unique=True, min_size=smallest, max_size=15))
    entries = []
    for seq in seqs:
        item = draw(st.sampled_from(sorted(KINDS)))
        value = json.dumps(draw(actions if KINDS[item] == "business" else values), ensure_ascii=False)
        entries.append(Entry(seq, draw(st.integers(0, 3)), item, value, draw(st.sampled_from(INSTANTS)), draw(st.sampled_from(INSTANTS))))
    return entries


def chain(entries: list[Entry]) -> list[Link]:
    head, links = genesis("att_1"), []
    for entry in entries:
        links.append(link(head, entry))
        head = advance(head, links[-1])
    return links


@given(journals(), st.randoms())
def test_replay_gives_the_same_answers_in_any_order_of_arrival(entries: list[Entry], chance: Any) -> None:
    shuffled = list(entries)
    chance.shuffle(shuffled)
    assert replay(shuffled, KINDS) == replay(entries, KINDS)


@given(journals())
def test_the_highest_number_wins_and_a_log_keeps_every_action(entries: list[Entry]) -> None:
    answers = replay(entries, KINDS)
    assert answers.keys() == {entry.item for entry in entries}
    for item, answer in answers.items():
        own = sorted(entry for entry in entries if entry.item == item)
        assert answer.seq == own[-1].seq
        given_values = [json.loads(entry.value) for entry in own]
        assert answer.value == (given_values if KINDS[item] == "business" else given_values[-1])


@given(journals())
def test_an_untouched_chain_holds(entries: list[Entry]) -> None:
    assert find_break("att_1", chain(entries)) is None


@given(journals())
def test_a_chain_belongs_to_its_attempt(entries: list[Entry]) -> None:
    assert find_break("att_2", chain(entries)) == (1 if entries else None)


@given(journals(smallest=2), st.data())
def test_the_first_altered_missing_or_moved_entry_is_named(entries: list[Entry], data: st.DataObject) -> None:
    links = chain(entries)
    at = data.draw(st.integers(0, len(links) - 2))
    altered = [*links]
    altered[at] = links[at]._replace(entry=links[at].entry._replace(value='"tampered with"'))
    missing = links[:at] + links[at + 1 :]
    swapped = [*links[:at], links[at + 1], links[at], *links[at + 2 :]]
    for touched in (altered, missing, swapped):
        assert find_break("att_1", touched) == at + 1


@given(journals(smallest=1))
def test_the_hash_is_that_of_the_documented_text(entries: list[Entry]) -> None:
    entry = entries[0]
    text = json.dumps([1, *entry], ensure_ascii=False, separators=(",", ":"))
    assert canonical(1, entry).decode() == text
    before = sha256(b"kaochang journal att_1").hexdigest()
    assert link(genesis("att_1"), entry).hash == sha256(f"{before}\n{text}".encode()).hexdigest()
