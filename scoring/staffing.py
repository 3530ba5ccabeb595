"""Markers at a paper: qualified or not, watched by seeds, paused when they miss too many, and what they marked since put back."""

import secrets

from core import audit
from core.errors import NOT_FOUND
from core.ids import new_id
from core.unit import Unit
from scoring import queries, settling
from scoring.adjudication import Scheme
from scoring.drift import Quality, is_missed, is_to_pause, qualifies, severity
from scoring.errors import SITE_UNKNOWN
from scoring.setup import Setup, get_paper, setup_of
from scoring.tables import PartRow, ReadingRow, SampleRow, StaffRow, TaskRow

LIVE = ("first", "second", "third")
"""The purposes of a marker's readings that count for candidates."""


def lock_or_enter(unit: Unit, paper: str, marker: str, setup: Setup) -> StaffRow:
    """Return a marker at a paper, locked; on the first time entered, to qualify first where the paper asks for it."""
    staff = queries.lock_staff(unit.session, paper, marker)
    if staff is None:
        queries.add_missing(
            unit.session,
            StaffRow(
                paper=paper,
                marker=marker,
                site=queries.last_site(unit.session, marker),
                state="qualifying" if setup.quality.qualification else "working",
                reason="",
                since=unit.now,
                taken=0,
                seed_at=_gap(setup.quality),
                judged_after=0,
            ),
        )
        staff = queries.lock_staff(unit.session, paper, marker)
        assert staff is not None
    return staff


def next_trial(unit: Unit, staff: StaffRow) -> TaskRow | None:
    """Return a task of the next script to qualify by; None when the marker has had them all."""
    unseen = queries.unseen_samples(unit.session, staff, "trial")
    return _sample_task(unit, staff, unseen[0]) if unseen else None


def mix_in(unit: Unit, staff: StaffRow, quality: Quality, live: TaskRow) -> TaskRow:
    """Return the live task, or in its stead a seed of the same item when one is due to the marker."""
    if not quality.seed_every or staff.taken < staff.seed_at:
        return live
    unseen = queries.unseen_samples(unit.session, staff, "seed", live.place)
    if not unseen:
        return live
    staff.seed_at = staff.taken + _gap(quality)
    return _sample_task(unit, staff, secrets.choice(unseen))


def judge(unit: Unit, staff: StaffRow, setup: Setup, purpose: str) -> None:
    """Look at a marker, whose row is locked, after a reading of a sample: qualified or not; sound, or to be paused."""
    if purpose == "trial":
        _judge_trials(unit, staff, setup)
    else:
        _judge_seeds(unit, staff, setup)


def pause(unit: Unit, paper: str, marker: str, reason: str) -> None:
    """Pause a marker at a paper and take back what is in hand.

    Raises:
        ExamError: `core.not_found`.
    """
    staff = get_staff(unit, paper, marker)
    _set_state(unit, staff, "paused", reason)
    take_back(unit, staff, setup_of(get_paper(unit.session, paper)).scheme, [])


def resume(unit: Unit, paper: str, marker: str, reason: str) -> None:
    """Let a marker work (again), qualified or not; seeds missed before count no more.

    Raises:
        ExamError: `core.not_found`.
    """
    staff = get_staff(unit, paper, marker)
    _forget(unit, staff)
    _set_state(unit, staff, "working", reason)


def requalify(unit: Unit, paper: str, marker: str, reason: str) -> None:
    """Let a marker qualify (again) by scripts not seen yet.

    Raises:
        ExamError: `core.not_found`.
    """
    staff = get_staff(unit, paper, marker)
    _forget(unit, staff)
    _set_state(unit, staff, "qualifying", reason)
    take_back(unit, staff, setup_of(get_paper(unit.session, paper)).scheme, [])


def redistribute(unit: Unit, paper: str, marker: str, reason: str) -> int:
    """Put what a marker holds back into the queue for others; return how many tasks.

    Raises:
        ExamError: `core.not_found`.
    """
    staff = get_staff(unit, paper, marker)
    audit.record(unit, "scoring.tasks.redistributed", f"paper/{paper}", marker=marker, reason=reason)
    return take_back(unit, staff, setup_of(get_paper(unit.session, paper)).scheme, [])


def set_site(unit: Unit, paper: str, marker: str, site: str) -> None:
    """Say of which site a marker is, also before the first task; scripts of that site are not handed to the marker, nor kept in hand.

    `site` is one at which the paper was sat; empty for a marker of none.

    Raises:
        ExamError: `core.not_found`, or `scoring.site_unknown`.
    """
    setup = setup_of(get_paper(unit.session, paper))
    if site and site not in queries.sites_of(unit.session, paper):
        raise SITE_UNKNOWN(site=site)
    staff = lock_or_enter(unit, paper, marker, setup)
    audit.record(unit, "scoring.marker.placed", f"paper/{paper}", marker=marker, site=site)
    staff.site = site
    if site and any(task.site == site for task in queries.held_by(unit.session, paper, marker)):
        take_back(unit, staff, setup.scheme, [])


def let_newcomers_qualify(unit: Unit, paper: str) -> None:
    """Let the markers at a paper who have marked nothing of it qualify first; what they hold is taken back."""
    scheme = setup_of(get_paper(unit.session, paper)).scheme
    for staff in queries.working_without_mark(unit.session, paper):
        _set_state(unit, staff, "qualifying", "")
        take_back(unit, staff, scheme, [])


def get_staff(unit: Unit, paper: str, marker: str) -> StaffRow:
    """Return a marker at a paper, locked.

    Raises:
        ExamError: `core.not_found`.
    """
    staff = queries.lock_staff(unit.session, paper, marker)
    if staff is None:
        raise NOT_FOUND()
    return staff


def take_back(unit: Unit, staff: StaffRow, scheme: Scheme, readings: list[ReadingRow]) -> int:
    """Take back what the marker holds, and let the scripts of these readings be read anew by others; return how many tasks were held.

    The readings stay in the file and count no more.  What a chief has decided stays decided.  Parts are locked first, all of them and
    in order, since everybody else locks one part before its tasks.
    """
    held = queries.held_by(unit.session, staff.paper, staff.marker)
    parts = {
        part.id: part
        for part in queries.lock_parts(unit.session, [*(task.script for task in held), *(reading.script for reading in readings)])
    }
    for task in held:
        end_hold(unit, task, "taken", "")
    for reading in readings:
        part = parts.get(reading.script)
        if part and not any(row.purpose == "chief" for row in queries.counting_readings(unit.session, part.id)):
            _withdraw(unit, part, reading, scheme)
    return len(held)


def end_hold(unit: Unit, task: TaskRow, ended: str, reason: str) -> None:
    """End a hold without a mark: the task goes back into its queue, or is void where it was for this marker alone."""
    locked = queries.lock_task(unit.session, task.id)
    if locked is None or locked.state != "leased" or locked.marker is None:
        return
    hold = queries.find_hold(unit.session, locked.id, locked.marker)
    assert hold is not None
    hold.ended, hold.reason = ended, reason
    locked.state = "void" if locked.queue == locked.marker else "open"
    locked.marker, locked.lease_until = None, None
    unit.session.flush()


def _withdraw(unit: Unit, part: PartRow, reading: ReadingRow, scheme: Scheme) -> None:
    task = queries.lock_task(unit.session, reading.task)
    if task is None or task.state != "marked":
        return
    task.state = "void"
    unit.session.flush()
    audit.record(unit, "scoring.reading.withdrawn", f"task/{task.id}", marker=reading.marker, marks=str(reading.marks))
    settling.settle(unit, part, scheme)


def _judge_trials(unit: Unit, staff: StaffRow, setup: Setup) -> None:
    rule = setup.quality.qualification
    if rule is None or queries.unseen_samples(unit.session, staff, "trial"):
        return
    found = severity(queries.differences(unit.session, staff, "trial"), rule.within)
    if qualifies(found, rule):
        _set_state(unit, staff, "working", "")
    else:
        assert found is not None
        zh = f"定标卷 {found.adjacent:.0%} 在 {rule.within} 分之内,均差 {found.mean:+.2f}"
        en = f"{found.adjacent:.0%} of the qualifying scripts within {rule.within}, mean difference {found.mean:+.2f}"
        _set_state(unit, staff, "failed", f"{zh} / {en}")


def _judge_seeds(unit: Unit, staff: StaffRow, setup: Setup) -> None:
    quality = setup.quality
    agreed = {sample.id: sample.marks for sample in queries.samples(unit.session, staff.paper)}
    seeds = queries.readings_by(unit.session, staff.paper, staff.marker, ("seed",), staff.judged_after)
    missed = [is_missed(row.marks, agreed[row.script], quality.seed_tolerance) for row in seeds]
    if staff.state != "working" or not is_to_pause(missed, quality.misses, quality.of):
        return
    good = [row.id for row, miss in zip(seeds, missed, strict=True) if not miss]
    since = queries.readings_by(unit.session, staff.paper, staff.marker, LIVE, max(good, default=staff.judged_after))
    last = missed[-quality.of :]
    zh = f"最近 {len(last)} 份种子卷中 {sum(last)} 份偏离,此前所评 {len(since)} 份退回重评"
    _set_state(unit, staff, "paused", f"{zh} / {sum(last)} of the last {len(last)} seeds missed, {len(since)} scripts put back")
    take_back(unit, staff, setup.scheme, since)


def _forget(unit: Unit, staff: StaffRow) -> None:
    past = queries.last_reading(unit.session, staff.paper, staff.marker)
    staff.judged_after = past


def _set_state(unit: Unit, staff: StaffRow, state: str, reason: str) -> None:
    staff.state, staff.reason, staff.since = state, reason, unit.now
    audit.record(unit, f"scoring.marker.{state}", f"paper/{staff.paper}", marker=staff.marker, reason=reason)


def _gap(quality: Quality) -> int:
    """Draw how many tasks lie before the next seed: evenly from 1 to 2 · `seed_every` − 1."""
    return 1 + secrets.randbelow(2 * quality.seed_every - 1) if quality.seed_every else 0


def _sample_task(unit: Unit, staff: StaffRow, sample: SampleRow) -> TaskRow:
    task = TaskRow(
        id=new_id("task"),
        code=settling.new_code(),
        script=sample.id,
        paper=sample.paper,
        place=sample.place,
        candidate="",
        site="",
        purpose=sample.purpose,
        queue=staff.marker,
        position=0,
        state="open",
    )
    unit.session.add(task)
    unit.session.flush()
    return task
