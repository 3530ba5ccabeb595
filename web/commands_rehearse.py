"""`kaochang rehearse`: virtual candidates over the real protocol, faults under load, and what the database kept."""

import asyncio
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from bench.rehearsal import checking, faults, stage
from bench.rehearsal.candidate import Script
from bench.rehearsal.faults import Faults
from bench.rehearsal.figures import is_sound, report
from bench.rehearsal.house import OwnHouse
from bench.rehearsal.page import write_page
from bench.rehearsal.run import Progress, Rehearsal
from core.clock import now, spoken
from core.migrations import running
from core.settings import Settings
from core.unit import Database
from web import wiring
from web.output import show

WAITING_ROOM = timedelta(seconds=6)  # between the stage being set and the common start, besides the time to enter everybody
A_SEAT = timedelta(milliseconds=50)
ARRIVAL = 0.6  # the share of the waiting room's time over which candidates arrive
SLACK = timedelta(minutes=10)  # the paper is longer than the rehearsal, so that nobody is cut off


@click.command()
@click.option("--candidates", type=click.IntRange(1, 20000), required=True, help="考生人数 / How many virtual candidates.")
@click.option(
    "--url", default=None, help="已运行的服务地址,须设 KAOCHANG_DATABASE_URL / A running server; its database is the one of the settings."
)
@click.option("--pace", type=click.FloatRange(0), default=5.0, show_default=True, help="平均几秒答一题 / Mean seconds between two answers.")
@click.option("--duration", type=click.FloatRange(1, 14400), default=60.0, show_default=True, help="答题秒数 / Seconds of answering.")
@click.option("--faults", "spec", default="", help=f"故障,逗号分隔 / Faults to cause, a comma list of {', '.join(faults.KINDS)}.")
@click.option(
    "--fault-every", type=click.FloatRange(0.5), default=10.0, show_default=True, help="平均几秒一次故障 / Mean seconds between two faults."
)
@click.option(
    "--scaled",
    type=click.IntRange(0, 16),
    default=0,
    help="以几个服务演练多机部署(nginx、PostgreSQL、Redis 均自带) / Rehearse the scaled house with so many web services.",
)
@click.option(
    "--database-url",
    default=None,
    help="自带服务使用的数据库,默认临时 SQLite / Database of the own server; default: SQLite in a temporary folder.",
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="自带服务的数据与日志留在此目录 / Folder that keeps data and logs of the own server; default: a temporary one.",
)
@click.option("--report", "page", type=click.Path(dir_okay=False, path_type=Path), help="写出 HTML 报告 / Write a report as one HTML file.")
@click.option("--json", "as_json", is_flag=True, help="只输出一个 JSON 文档 / Print one JSON document and nothing else.")
@click.pass_context
def rehearse(context: click.Context, /, as_json: bool, page: Path | None, **options: Any) -> None:
    """压力与故障演练 / Rehearse load and faults.

    Ctrl-C 提前结束作答,全部交卷后给出结果 / Ctrl-C ends the answering: everybody hands in, and the figures are told.

    Exits 1 when anything was lost, doubled or wrongly refused, somebody is still out, or a fault never came.
    """
    plan = _check(options)
    with _folder(options["folder"]) as folder:
        document, html = asyncio.run(_rehearse(folder, options, plan, _silent if as_json else _tell))
    if page:
        page.write_text(html, "utf-8")
    show(as_json, document, [f"{name}: {value}" for name, value in document.items()])
    context.exit(0 if is_sound(document) and not document["never_came"] else 1)


@contextmanager
def _folder(wanted: Path | None) -> Iterator[Path]:
    if wanted:
        wanted.mkdir(parents=True, exist_ok=True)
        yield wanted.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="kaochang-rehearsal-") as folder:
        yield Path(folder)


def _check(options: dict[str, Any]) -> Faults:
    """Return the faults of the specification.

    Raises:
        click.UsageError: it cannot be read, or asks for what this rehearsal has no process for.
    """
    try:
        plan = faults.read(options["spec"])
    except ValueError as error:
        raise click.UsageError(f"--faults: {error}") from error
    if options["url"] and (plan.of_processes or options["scaled"] or options["database_url"]):
        raise click.UsageError("faults of processes, --scaled and --database-url are for the rehearsal's own house: leave --url out")
    if not options["scaled"] and plan.of_processes & set(faults.SCALED):
        raise click.UsageError(f"{' and '.join(faults.SCALED)} need --scaled N")
    if options["database_url"] and "restart-postgres" in plan.drills:
        raise click.UsageError("restart-postgres restarts the rehearsal's own PostgreSQL: leave --database-url out")
    if plan.cut.total_seconds() >= options["duration"]:
        raise click.UsageError("a cut must be shorter than the rehearsal")
    if missing := OwnHouse.missing(options["scaled"]):
        raise click.UsageError(f"--scaled needs {', '.join(missing)} on this machine")
    return plan


async def _rehearse(folder: Path, options: dict[str, Any], plan: Faults, progress: Progress) -> tuple[dict[str, Any], str]:
    house = None
    url = Settings().resolved_database_url()
    if not options["url"]:
        url = options["database_url"] or ("" if options["scaled"] else f"sqlite:///{folder / 'kaochang.sqlite'}")
        house = OwnHouse(folder, url, options["scaled"], worker_apart="kill-worker" in plan.drills)
        url = house.database_url
    try:
        if house:
            running.upgrade(url)
        database = Database(url, wiring.LISTENERS)
        try:
            return await _on_stage(database, house, options, plan, progress)
        finally:
            database.engine.dispose()
    finally:
        if house:
            house.remove()


async def _on_stage(
    database: Database, house: OwnHouse | None, options: dict[str, Any], plan: Faults, progress: Progress
) -> tuple[dict[str, Any], str]:
    count = options["candidates"]
    progress(f"setting the stage for {count} candidates")
    form = stage.publish(database, now())
    if house:
        await house.start()
    begins = now() + WAITING_ROOM + A_SEAT * count
    seats = stage.seat(database, form, count, begins, timedelta(seconds=options["duration"]) + plan.cut + SLACK, now())
    waiting = max(1.0, (begins - now()).total_seconds())
    script = Script(
        house.url if house else options["url"].rstrip("/"), options["pace"], options["duration"], waiting * ARRIVAL, plan.loss, plan.skew
    )
    rehearsal = Rehearsal(script, waiting, plan, options["fault_every"], house, progress)
    _end_on_interrupt(rehearsal)
    await rehearsal.run(seats)
    progress("comparing with the database")
    if house:
        house.stop()
    kept = checking.compare(database, rehearsal.cast)
    document = report(count, rehearsal.tally, kept, rehearsal.happened, rehearsal.seconds, house.figures() if house else {}, plan.drills)
    return document, write_page(document, rehearsal.tally, rehearsal.began, _tried(options))


def _end_on_interrupt(rehearsal: Rehearsal) -> None:
    """Let the first Ctrl-C end the answering, so that everybody hands in and the figures are told; a second one is as everywhere."""
    loop = asyncio.get_running_loop()

    def end() -> None:
        loop.remove_signal_handler(signal.SIGINT)
        rehearsal.end()

    loop.add_signal_handler(signal.SIGINT, end)


def _tried(options: dict[str, Any]) -> dict[str, str]:
    """Return what was asked for, as the report tells it."""
    house = options["url"] or (f"scaled × {options['scaled']}" if options["scaled"] else "embedded")
    return {
        "时间 / When": spoken(now()),
        "考生人数 / Candidates": str(options["candidates"]),
        "部署 / House": house,
        "平均答题间隔 / Mean pace": f"{options['pace']:g} s",
        "答题时长 / Duration": f"{options['duration']:g} s",
        "故障 / Faults": options["spec"] or "无 / none",
    }


def _tell(line: str) -> None:
    click.echo(line, err=True)


def _silent(_line: str) -> None:
    pass
