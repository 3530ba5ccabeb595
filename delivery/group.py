"""One group of answers becomes durable in one transaction: runs the fast way, the rest the slow way."""

from collections.abc import Sequence

from core.unit import Unit
from delivery import fast_way, slow_way
from delivery.queries import load_heads
from delivery.saves import Heads, Save, line_up


def write_group(unit: Unit, saves: Sequence[Save], heads: Heads) -> None:
    """Write a group: every save has its outcome afterwards, which stands once the unit has committed; `heads` are brought up to date.

    Raises:
        IntegrityError: when another process is writing the same attempt's journal at this moment; nothing is written then.
    """
    for save in saves:
        save.outcome = None  # what an earlier try left behind never became true
    unknown = {save.attempt for save in saves if save.attempt not in heads}
    if unknown:
        heads.update(load_heads(unit.session, unknown))
    runs = line_up(saves, heads)
    taken = fast_way.take_runs(unit.session.connection(), runs) if runs else frozenset()
    for run in runs:
        if run.attempt in taken:
            heads[run.attempt] = run.head
            for save in run.saves:
                save.outcome = unit.now
    rest = [save for save in saves if save.outcome is None]
    if rest:
        slow_way.settle(unit, rest, heads)
