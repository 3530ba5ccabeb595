"""`kaochang bank` and `kaochang form`: items in, and forms out of them."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import click
from pydantic import ValidationError

from core.actor import SYSTEM
from core.clock import now
from core.faults import invalid
from core.migrations import running
from core.settings import Settings
from core.unit import Database
from itembank import forms
from itembank.assembly import Conflict
from itembank.blueprint import Assembly, Blueprint, predicted
from itembank.errors import BLUEPRINT_WRONG
from itembank.exchange import export, form_export, intake, sheet_write
from itembank.exchange.recognise import Format, find_files, read_file
from itembank.exchange.report import Reading, Report, count_refused
from itembank.paper import show_marks
from programme import levels
from web import wiring
from web.output import json_option, show


@click.group()
def bank() -> None:
    """题库 / The item bank."""


@bank.command(name="import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="只检查,不写入 / Report only, write nothing.")
@click.option(
    "--format",
    "wanted",
    default="auto",
    type=click.Choice(get_args(Format)),
    help="文件格式;默认自动识别 / Format of the files; told from their content by default.",
)
@json_option
@click.pass_context
def import_items(context: click.Context, paths: tuple[Path, ...], dry_run: bool, wanted: Format, as_json: bool) -> None:
    """导入试题 / Import items from files and from folders of them; exits 1 when something was refused."""
    report = intake.import_batches(_database(), SYSTEM, now(), _readings(paths, wanted), dry_run=dry_run)
    show(as_json, report.as_dict(), _lines(report))
    context.exit(1 if report.refused else 0)


@bank.command(name="export")
@click.option("--format", "wanted", required=True, type=click.Choice(get_args(export.Format)), help="文件格式 / Format of the file.")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--query", default="", help="筛选,如 kind=single&level=初级;不含 = 时按文字查找 / Which items; without = a text to look for.")
@json_option
def export_items(wanted: export.Format, out: Path, query: str, as_json: bool) -> None:
    """导出试题,含答案 / Write items with their keys into a file, and name what the format cannot hold."""
    narrowed = export.find_filter(query)
    database = _database()
    exported = export.take_out(database, narrowed, wanted)
    with database.unit(SYSTEM, now()) as unit:
        export.note_taken(unit, narrowed, wanted, exported)
    out.write_bytes(exported.data)
    show(as_json, exported.as_dict(), _told_export(exported))


@bank.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@json_option
def template(out: Path, as_json: bool) -> None:
    """写出空白导入模板 / Write the empty xlsx template."""
    out.write_bytes(sheet_write.template())
    show(as_json, {"path": str(out)}, [str(out)])


@click.group()
def form() -> None:
    """试卷 / Forms."""


@form.command()
@click.argument("blueprint", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--forms", "count", default=1, type=click.IntRange(1, 50), help="份数,互不重题 / How many forms; they share no item.")
@json_option
@click.pass_context
def assemble(context: click.Context, blueprint: Path, count: int, as_json: bool) -> None:
    """按方案组卷 / Draw forms by a blueprint and keep them as drafts; exits 1 when the bank cannot meet it."""
    plan = _blueprint(blueprint)
    with _database().unit(SYSTEM, now()) as unit:
        drawn = forms.draw(unit.session, plan, count, levels.names(unit.session))
        kept = [] if isinstance(drawn, Conflict) else forms.keep(unit, plan, drawn.forms)
    if isinstance(drawn, Conflict):
        show(as_json, {"forms": [], "infeasible": _conflict(drawn)}, [drawn.zh, drawn.en])
        context.exit(1)
    told = [_told(form_id, assembly) for form_id, assembly in zip(kept, drawn.forms, strict=True)]
    lines = [f"{one['form']}  {len(one['items'])}  {one['checks']['predicted_mean'] or ''}" for one in told]
    show(as_json, {"forms": told, "gap": round(drawn.gap, 6), "infeasible": None}, lines)


@form.command(name="export")
@click.argument("form_id", metavar="FORM")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--format",
    "wanted",
    default="qti3",
    show_default=True,
    type=click.Choice(get_args(form_export.Format)),
    help="文件格式 / Format of the package.",
)
@json_option
def export_form(form_id: str, out: Path, wanted: form_export.Format, as_json: bool) -> None:
    """导出已封的试卷,含答案 / Write a frozen form with its items and keys as a QTI package, and name what it cannot hold."""
    database = _database()
    taken, exported = form_export.take_out(database, form_id, wanted)
    with database.unit(SYSTEM, now()) as unit:
        form_export.note_taken(unit, taken, wanted, exported)
    out.write_bytes(exported.data)
    show(as_json, exported.as_dict(), _told_export(exported))


def _told_export(exported: export.Exported) -> list[str]:
    return [*(f"! {lost.ref}  {lost.feature}" for lost in exported.lost), f"{exported.items} items, {len(exported.lost)} losses"]


def _readings(paths: tuple[Path, ...], wanted: Format) -> Iterator[Reading]:
    for path in find_files(paths):
        yield from read_file(path.read_bytes(), str(path), wanted, wiring.ENGINE)


def _lines(report: Report) -> Iterator[str]:
    for mark, remark in (*(("✗", remark) for remark in report.refused), *(("!", remark) for remark in report.warnings)):
        where = ":".join(str(part) for part in (remark.place.file, remark.place.row, remark.place.column) if part is not None)
        yield f"{mark} {where}  {remark.ref}  {remark.error.text('zh')} / {remark.error.text('en')}"
    for plan in report.tests:
        told = "; ".join(f"{section.title} {sum(draw.count for draw in section.draws)}" for section in plan.blueprint.sections)
        yield f"= {plan.ref}  {plan.blueprint.title}: {told}"
    counts = Counter(entry.status for entry in report.items)
    refused = count_refused(report.refused) + report.more_refused
    yield f"{counts['new']} new, {counts['changed']} changed, {counts['unchanged']} unchanged, {refused} refused"


def _blueprint(path: Path) -> Blueprint:
    try:
        return Blueprint.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise BLUEPRINT_WRONG(detail=invalid(error).fields["detail"]) from error


def _told(form_id: str, assembly: Assembly) -> dict[str, Any]:
    drawn = [candidate for items in assembly for candidate in items]
    checks = {
        "items": len(drawn),
        "total_marks": show_marks(forms.total(assembly)),
        "by_kind": dict(Counter(candidate.kind for candidate in drawn)),
        **predicted(drawn),
        "most_exposed": max(candidate.exposure for candidate in drawn),
        "repeated_items": len(drawn) - len({candidate.item for candidate in drawn}),
    }
    return {"form": form_id, "items": [candidate.ref for candidate in drawn], "checks": checks}


_FIELD = {"kind": "of_kind"}  # a member of a conflict has a kind of its own


def _conflict(conflict: Conflict) -> dict[str, Any]:
    members = []
    for member in conflict.members:
        told: dict[str, Any] = {"kind": member.kind, "zh": member.zh, "en": member.en}
        if member.draw is not None:
            section, draw = member.draw
            asked = draw.model_dump(mode="json", exclude_defaults=True)
            told |= {"section": section.id, **{_FIELD.get(name, name): value for name, value in asked.items()}}
            told["available_alone"] = len(member.fitting)
        members.append(told)
    counts = {} if conflict.needed is None else {"needed": conflict.needed, "available": conflict.available}
    return {"conflict": members, **counts, "settled": conflict.settled, "zh": conflict.zh, "en": conflict.en}


def _database() -> Database:
    """Open the database; the embedded one is made, or brought up to date, first."""
    settings = Settings()
    if not settings.database_url:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        running.upgrade(settings.resolved_database_url())
    return Database(settings.resolved_database_url(), wiring.LISTENERS, pool_size=1)
