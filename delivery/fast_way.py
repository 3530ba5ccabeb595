"""The fast way of a group into the journal: all its runs in one statement.

The statement locks the attempts and takes a run whole, or not at all, when the attempt runs, its epoch is the run's, the last of the run
came in time, and the journal ends where the run begins; and none of its answers came in the reading time or after the end of its section.
So no stale page, no closed attempt and no closed section can slip in between a check and a write.
"""

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from delivery.chain import IsoText
from delivery.saves import Run

_GUARD = """
    a.epoch = r.epoch AND a.state = 'running' AND r.last_received <= a.deadline_at
    AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.paper = a.paper AND j.attempt = r.attempt AND j.pos >= r.first_pos)
"""
_COLUMNS = "attempt, pos, seq, epoch, item, value, typed_at, received_at, hash"

_POSTGRESQL = f"""
WITH standing AS MATERIALIZED (
    SELECT a.id, a.paper, a.reads_until, a.section_of, a.section_ends
    FROM unnest(%(r_attempt)s::text[], %(r_epoch)s::int[], %(r_first)s::int[], %(r_last)s::timestamptz[])
         AS r (attempt, epoch, first_pos, last_received)
    JOIN attempts a ON a.id = r.attempt
    WHERE {_GUARD}
    FOR SHARE OF a
), barred AS (
    SELECT e.attempt
    FROM unnest(%(attempt)s::text[], %(item)s::text[], %(received_at)s::timestamptz[]) AS e (attempt, item, received_at)
    JOIN standing s ON s.id = e.attempt AND (s.reads_until IS NOT NULL OR s.section_ends IS NOT NULL)
    WHERE e.received_at < s.reads_until OR e.received_at > (s.section_ends ->> (s.section_of ->> e.item))::timestamptz
), taken AS MATERIALIZED (
    SELECT id, paper FROM standing WHERE id NOT IN (SELECT attempt FROM barred)
), written AS (
    INSERT INTO journal (paper, {_COLUMNS})
    SELECT taken.paper, e.*
    FROM unnest(%(attempt)s::text[], %(pos)s::int[], %(seq)s::int[], %(epoch)s::int[], %(item)s::text[], %(value)s::text[],
                %(typed_at)s::timestamptz[], %(received_at)s::timestamptz[], %(hash)s::text[])
         AS e ({_COLUMNS})
    JOIN taken ON taken.id = e.attempt
)
SELECT id FROM taken
"""  # noqa: S608 - made of the two constants above

_SQLITE_TAKEN = f"""
SELECT a.id, a.paper, a.reads_until, a.section_of, a.section_ends
FROM (
    SELECT json_extract(value, '$[0]') AS attempt, json_extract(value, '$[1]') AS epoch,
           json_extract(value, '$[2]') AS first_pos, json_extract(value, '$[3]') AS last_received
    FROM json_each(?)
) AS r
JOIN attempts a ON a.id = r.attempt
WHERE {_GUARD}
"""  # noqa: S608 - made of the constant above
_SQLITE_WRITE = f"INSERT INTO journal (paper, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - made of the constant above


def take_runs(connection: Connection, runs: Sequence[Run]) -> frozenset[str]:
    """Write the runs whose attempts let them; return those attempts."""
    if connection.dialect.name == "sqlite":
        return _take_runs_sqlite(connection, runs)
    links = [(run.attempt, linked) for run in runs for linked in run.links]
    rows = connection.exec_driver_sql(
        _POSTGRESQL,
        {
            "r_attempt": _texts(run.attempt for run in runs),
            "r_epoch": _numbers(run.epoch for run in runs),
            "r_first": _numbers(run.first_pos for run in runs),
            "r_last": _texts(run.last_received for run in runs),
            "attempt": _texts(attempt for attempt, _ in links),
            "pos": _numbers(linked.pos for _, linked in links),
            "seq": _numbers(linked.entry.seq for _, linked in links),
            "epoch": _numbers(linked.entry.epoch for _, linked in links),
            "item": _texts(linked.entry.item for _, linked in links),
            "value": _texts(linked.entry.value for _, linked in links),
            "typed_at": _texts(linked.entry.typed_at for _, linked in links),
            "received_at": _texts(linked.entry.received_at for _, linked in links),
            "hash": _texts(linked.hash for _, linked in links),
        },
    )
    return frozenset(row[0] for row in rows)


def _texts(values: Iterable[str]) -> str:
    """Return a PostgreSQL array literal of texts; psycopg's own adapter of lists takes five times as long, element by element."""
    return '{"' + '","'.join(value.replace("\\", "\\\\").replace('"', '\\"') for value in values) + '"}'


def _numbers(values: Iterable[int]) -> str:
    return "{" + ",".join(map(str, values)) + "}"


def _take_runs_sqlite(connection: Connection, runs: Sequence[Run]) -> frozenset[str]:
    # the transaction began with the database's one write lock, so that nothing changes between the two statements
    asked = [[run.attempt, run.epoch, run.first_pos, _stored(run.last_received)] for run in runs]
    standing = {row[0]: row[1:] for row in connection.exec_driver_sql(_SQLITE_TAKEN, (json.dumps(asked),))}
    papers = {
        run.attempt: standing[run.attempt][0] for run in runs if run.attempt in standing and not _is_barred(run, *standing[run.attempt][1:])
    }
    rows = [
        (papers[run.attempt], run.attempt, pos, e.seq, e.epoch, e.item, e.value, _stored(e.typed_at), _stored(e.received_at), hash_)
        for run in runs
        if run.attempt in papers
        for pos, e, hash_ in run.links
    ]
    if rows:
        connection.exec_driver_sql(_SQLITE_WRITE, rows)
    return frozenset(papers)


def _is_barred(run: Run, reads_until: str | None, section_of: str | None, section_ends: str | None) -> bool:
    """Say whether an answer of a run came in the reading time, or after the end of its section."""
    places, ends = json.loads(section_of or "{}"), json.loads(section_ends or "{}")
    return any(
        (reads_until is not None and _stored(e.received_at) < reads_until) or e.received_at > ends.get(places.get(e.item), e.received_at)
        for _pos, e, _hash in run.links
    )


def _stored(instant: IsoText) -> str:
    """Return the instant as SQLAlchemy stores it in SQLite, where texts compare as instants do."""
    return f"{instant[:10]} {instant[11:23]}000"
