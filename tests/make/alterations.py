"""Alterations of the house for `tests.make.altered`: another clock, and guards taken away so that a test can prove it would notice.

Each runs before the house is put together.
"""

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

TOLD_TIME = "TESTS_TOLD_TIME"
"""Names the file that says by how many seconds the told time is ahead of the real one."""


def tell_time() -> None:
    """Let the test tell the time."""
    from core import clock

    ahead, real = Path(os.environ[TOLD_TIME]), clock.now

    def told() -> datetime:
        return real() + timedelta(seconds=float(ahead.read_text("ascii")))

    clock.now = told


def ack_early() -> None:
    """Say that an answer is saved when it arrives, and write it with its group later."""
    from delivery.journal import Journal
    from delivery.saves import Save
    from web import app

    class HastyJournal(Journal):
        def put(self, save: Save) -> None:
            save.outcome = self._clock()
            save.settle(save)
            save.settle = lambda _save: None
            super().put(save)

    app.Journal = HastyJournal  # type: ignore[misc]  # that is the alteration
    _believe_at_hand_in()


def leave_papers_open() -> None:
    """Hand the paper out before the start as it is, in a box that is not locked."""
    from delivery import sealing

    class Open:
        def __init__(self, _key: bytes) -> None:
            pass

        def encrypt(self, _nonce: bytes, text: bytes, _about: bytes) -> bytes:
            return text

    sealing.AESGCM = Open  # type: ignore[assignment,misc]  # that is the alteration


def leak_explanations() -> None:
    """Send the explanations of a form's items along with its paper."""
    from sqlalchemy.orm import Session

    from delivery import papers
    from delivery.gates import Paper
    from itembank.keys import keys_of_form

    honest = papers.frozen_paper

    def careless(session: Session, form: str) -> Paper:
        paper = honest(session, form)
        told = [placed.key.explanation for placed in keys_of_form(session, form).values()]

        def build(seed: int, attempt: str) -> dict[str, Any]:
            return {**paper.build(seed, attempt), "hints": told}

        return Paper(paper.kinds, build)

    papers.frozen_paper = careless


def _believe_at_hand_in() -> None:
    """Let candidates hand in whatever is missing, as whoever has lost it would: a rehearsal would wait for it in vain."""
    from delivery import queries

    queries.numbers_up_to = lambda _session, _attempt, last_seq: set(range(1, last_seq + 1))


def take_repeats_for_new() -> None:
    """Give every answer that arrives a new number, so that one sent again is one more."""
    from itertools import count

    from delivery.journal import Journal
    from delivery.saves import Save
    from web import app

    numbers = count(1)

    class ForgetfulJournal(Journal):
        def put(self, save: Save) -> None:
            honest = save.settle
            sent = save.entry

            def settle(done: Save) -> None:
                done.entry = sent
                honest(done)

            save.entry, save.settle = sent._replace(seq=next(numbers)), settle
            super().put(save)

    app.Journal = ForgetfulJournal  # type: ignore[misc]
    _believe_at_hand_in()


def forget_deadline() -> None:
    """Take answers into a running attempt however late they are."""
    _drop_guard("r.last_received <= a.deadline_at")


def forget_state() -> None:
    """Take answers into an attempt whatever its state is."""
    _drop_guard("a.state = 'running'")


def forget_fencing() -> None:
    """Take answers from whichever page they come."""
    _drop_guard("a.epoch = r.epoch")


def forget_what_is_aside() -> None:
    """Refuse answers and keep none of them."""
    from delivery import slow_way

    slow_way._KEPT_ASIDE = frozenset()


def forget_the_link_before() -> None:
    """Write each entry's hash as if it were the first of its chain."""
    from delivery import chain, saves

    def careless(head: chain.Head, entry: chain.Entry) -> chain.Link:
        return honest(head._replace(hash="0" * 64), entry)

    honest, saves.link = chain.link, careless


def _drop_guard(guard: str) -> None:
    """Take a condition out of the statement that writes a group."""
    from delivery import fast_way

    for name in ("_POSTGRESQL", "_SQLITE_TAKEN"):
        statement = getattr(fast_way, name)
        assert guard in statement
        setattr(fast_way, name, statement.replace(guard, "1 = 1"))
