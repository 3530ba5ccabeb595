"""`kaochang item`: items on their own, without a database."""

import json
from collections.abc import Mapping
from pathlib import Path

import click

from scoring.processing.errors import CASE_BAD, ProcessingError
from scoring.processing.score import score_item


@click.group()
def item() -> None:
    """题目工具 / Items on their own."""


@item.command()
@click.option(
    "--cases",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="用例文件,每行一个 JSON / The cases, one JSON object a line: id, item, responses, and seed if wanted.",
)
@click.option(
    "--root",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="题目文件所在的目录 / The folder to which `item` is relative.",
)
@click.option("--json", "_as_json", is_flag=True, help="输出即为 JSON / The output is JSON lines anyway.")
@click.pass_context
def score(context: click.Context, cases: Path, root: Path, _as_json: bool) -> None:
    """按 QTI 评分规则为用例评分 / Score cases by the processing that their QTI items define.

    Prints one line a case: {"id", "outcomes", "error"}.  Exits 1 when a case has an error.
    """
    failed = False
    with cases.open(encoding="utf-8-sig", errors="replace") as lines:
        for line in lines:
            if line.strip():
                result = score_case(line, root)
                failed = failed or result["error"] is not None
                click.echo(json.dumps(result, ensure_ascii=False, allow_nan=False))
    context.exit(int(failed))


def score_case(line: str, root: Path) -> dict[str, object]:
    """Return the outcomes of a case, or the error with which it was refused."""
    name: object = None
    try:
        case = _parse(line)
        name = case.get("id")
        outcomes = score_item(_read(root, case.get("item")), _responses(case), _seed(case))
    except ProcessingError as error:
        message = f"{error.text('zh')} / {error.text('en')}"
        return {"id": name, "outcomes": {}, "error": {"code": error.kind.code, "message": message}}
    return {"id": name, "outcomes": outcomes, "error": None}


def _parse(line: str) -> Mapping[str, object]:
    try:
        case = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ProcessingError(CASE_BAD, detail=str(error)) from None
    if not isinstance(case, dict):
        raise ProcessingError(CASE_BAD, detail="not an object")
    return case


def _responses(case: Mapping[str, object]) -> Mapping[str, object]:
    responses = case.get("responses", {})
    if not isinstance(responses, dict):
        raise ProcessingError(CASE_BAD, detail="responses")
    return responses


def _seed(case: Mapping[str, object]) -> int:
    seed = case.get("seed", 0)
    if not isinstance(seed, int):
        raise ProcessingError(CASE_BAD, detail="seed")
    return seed


def _read(root: Path, unsafe_path: object) -> bytes:
    """Return the bytes of an item inside the root folder."""
    if not isinstance(unsafe_path, str):
        raise ProcessingError(CASE_BAD, detail="item")
    try:
        path = (root / unsafe_path).resolve()
        if not path.is_relative_to(root.resolve()):
            raise ProcessingError(CASE_BAD, detail="item")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise ProcessingError(CASE_BAD, detail=str(error)) from None
