"""`kaochang analyse paper`: the analysis of a paper as it was sat, from the database, with its reports."""

from pathlib import Path
from typing import Any, Literal

import click

from web.analysis.numbers import table
from web.output import json_option, show

_SUFFIXES = (".xlsx", ".pdf")
_FIELDS = ("label", "n", "p", "rest_r", "omitted", "a", "difficulty", "infit")


def _check_suffix(_context: click.Context, _option: click.Parameter, paths: tuple[Path, ...]) -> tuple[Path, ...]:
    for path in paths:
        if path.suffix not in _SUFFIXES:
            raise click.BadParameter(f"{path.name} must end in one of {', '.join(_SUFFIXES)}")
    return paths


@click.command("paper")
@click.argument("paper")
@click.option(
    "--out",
    multiple=True,
    callback=_check_suffix,
    type=click.Path(dir_okay=False, path_type=Path),
    help="写出报告,.xlsx 或 .pdf,可多次给出 / Write a report, .xlsx or .pdf; may be given again.",
)
@click.option("--within-rooms", is_flag=True, help="作答相近只比较同一考场 / Compare answer sheets of one room only.")
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="报告的语言 / Language of the reports.")
@json_option
def analyse_paper(paper: str, out: tuple[Path, ...], within_rooms: bool, language: Literal["zh", "en"], as_json: bool) -> None:
    """考过的试卷 / A paper of a sitting, by its id (it ends the address of its page of analysis).

    Computes anew from the database and changes nothing there.
    """
    from core.settings import Settings
    from core.unit import Database
    from scoring.analysis import report, workbook
    from scoring.analysis.figures import figures
    from scoring.analysis.gathering import gather
    from scoring.analysis.words import remark

    database = Database(Settings().resolved_database_url())
    above = _heading(database, paper)
    made = figures(gather(database, paper, lambda: None), within_rooms=within_rooms)
    heading = workbook.Heading(*above, _people(database, made))
    database.engine.dispose()
    for path in out:
        write = workbook.write if path.suffix == ".xlsx" else report.write
        path.write_bytes(write(made, heading, language))
    lines = table(_FIELDS, [[question[field] for field in _FIELDS] for question in made["questions"]]) if made["questions"] else []
    lines += [f"{name}: {value}" for name, value in (made["total"] or {}).items() if name != "histogram"]
    lines += [f"! {question['label']}: {remark(flag, language)}" for question in made["questions"] for flag in question["flags"]]
    document = {"paper": paper, "title": heading.title, "written": [str(path) for path in out], **made}
    show(as_json, document, [*lines, *workbook.notes(made, language)])


def _heading(database: Any, paper: str) -> tuple[str, Any]:
    """Return what people call the paper, and the present instant; refuse a paper that nobody has sat."""
    from core.clock import now
    from programme import sittings
    from scoring.analysis import asking

    with database.reading() as session:
        asking.find(session, paper)
        told = sittings.told(session, [paper]).get(paper)
    return (paper if told is None else told.title), now()


def _people(database: Any, made: dict[str, Any]) -> dict[str, str]:
    from scoring.analysis import asking
    from web import people

    with database.reading() as session:
        return asking.people(session, made, people.names)
