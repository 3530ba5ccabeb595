"""`kaochang analyse` and `kaochang results`: figures from files, without a database; that of a paper is in `commands_paper`."""

import json
from pathlib import Path
from typing import Any, Literal

import click

from core.errors import Words
from scoring.equating.methods import Choices
from web.analysis.agreement import agreement_document, agreement_lines
from web.analysis.bands import bands_document, bands_lines, load_policy
from web.analysis.dif import Question, dif_document, dif_lines
from web.analysis.equating import equating_document, equating_lines
from web.analysis.errors import PUBLISHED_BAD
from web.analysis.items import Wish, items_document, items_lines
from web.analysis.pairs import pairs_document, pairs_lines
from web.analysis.responses import read_responses
from web.analysis.sheets import read_sheet
from web.commands_paper import analyse_paper
from web.output import json_option, show

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_key_option = click.option(
    "--key",
    type=_FILE,
    help="标准答案:与作答表同表头、一行;或每题一行 / The key: one row under the same header, or a row per item (item, key).",
)


@click.group()
def analyse() -> None:
    """统计分析 / Statistics of items, raters, forms and groups, from CSV files; and of a paper as it was sat."""


analyse.add_command(analyse_paper)


@click.group()
def results() -> None:
    """成绩等级 / Results from score files."""


@analyse.command()
@click.argument("responses", type=_FILE)
@_key_option
@click.option("--model", type=click.Choice(["ctt", "rasch", "1pl", "2pl", "3pl", "graded"]), default="ctt", show_default=True)
@click.option(
    "--missing",
    type=click.Choice(["omit", "wrong"]),
    default="omit",
    show_default=True,
    help="缺失作答:不计,或按错误计 / A missing response is left out, or counts as wrong.",
)
@click.option(
    "--groups", type=click.IntRange(2, 20), default=5, show_default=True, help="选项分析的分数组数 / Score groups of trace lines."
)
@click.option("--abilities", type=click.Choice(["eap", "wle"]), help="同时给出每人能力值 / Also estimate each person's ability.")
@click.option("--nodes", type=click.IntRange(11, 401), default=61, show_default=True, help="求积节点数 / Quadrature nodes.")
@json_option
def items(responses: Path, key: Path | None, missing: str, as_json: bool, **wish: Any) -> None:
    """试题与试卷分析 / Items and paper: classical figures, and item response models.

    RESPONSES.csv has a header of items (an optional first column `id`) and a row a person: marks, or options with --key.  An
    empty cell is missing.  `1pl` shares one slope, `rasch` fixes it at 1; ability is standard normal on the logit scale.
    """
    read = read_responses(responses, key)
    if missing == "wrong":
        read = read.missing_is_wrong()
    document = items_document(read, Wish(**wish))
    show(as_json, document, items_lines(document))


@analyse.command()
@click.argument("ratings", type=_FILE)
@click.option("--transposed", is_flag=True, help="一行一名评分人 / The file has a row a rater and a column a subject.")
@click.option("--order", help="类别由低到高,用逗号分隔 / Categories from low to high, separated by commas.")
@click.option("--weights", type=click.Choice(["linear", "quadratic"]), default="quadratic", show_default=True)
@json_option
def agreement(ratings: Path, transposed: bool, order: str | None, weights: Literal["linear", "quadratic"], as_json: bool) -> None:
    """评分者一致性 / Agreement of raters: ICC, Krippendorff, Fleiss, Cohen.

    RATINGS.csv has a header of raters (an optional first column `id` or `subject`) and a row a subject: numbers or category names;
    empty is missing.  Cohen's kappa is for two
    raters; with more, see `pairs`.  ICC takes the subjects that all rated.
    """
    sheet = read_sheet(ratings)
    sheet = sheet.transposed() if transposed else sheet
    stated = [name.strip() for name in order.split(",")] if order else None
    document = agreement_document(sheet, stated, weights)
    show(as_json, document, agreement_lines(document))


@analyse.command()
@click.argument("form_x", type=_FILE)
@click.argument("form_y", type=_FILE, required=False)
@click.option("--smooth", "degree", type=click.IntRange(1, 12), help="对数线性平滑的次数 / Degree of loglinear presmoothing.")
@click.option("--low", type=float, help="最低分 / Least score of the scale.")
@click.option("--high", type=float, help="最高分 / Greatest score of the scale.")
@click.option("--anchor", type=click.Choice(["internal", "external"]), default="internal", show_default=True)
@click.option("--weight", type=click.FloatRange(0, 1), help="合成总体中 X 组的权重,默认按人数 / Weight of group X, by default its share.")
@click.option("--bootstrap", "times", type=click.IntRange(2, 100_000), default=500, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@json_option
def equating(form_x: Path, form_y: Path | None, as_json: bool, **choices: Any) -> None:
    """等值 / Equating: what each score on form X is worth on form Y.

    One file: three columns, the score scale, the count of X and the count of Y (equivalent groups).  Two files, FORM_X and FORM_Y:
    a row a person with `total`, and `anchor` for an anchor design; a column `count` repeats rows.  Prints every method that
    the design allows (mean, linear, equipercentile; Tucker, Levine, chained) with standard errors.
    """
    document = equating_document(read_sheet(form_x), None if form_y is None else read_sheet(form_y), Choices(**choices))
    show(as_json, document, equating_lines(document))


@analyse.command()
@click.argument("responses", type=_FILE)
@_key_option
@click.option("--group", default="group", show_default=True, help="分组列 / The column of groups.")
@click.option("--focal", help="目标组的取值 / The focal group's value; of two groups the greater by default.")
@click.option("--reference", help="参照组的取值 / The reference group's value; everybody else by default.")
@click.option("--match", help="匹配分数列,默认总分 / A column to match on; by default the total.")
@click.option("--ignore", multiple=True, help="不作为试题的列 / A column that is no item; may be given again.")
@click.option("--purify", "purified", is_flag=True, help="总分中去掉有差异的题 / Leave flagged items out of the total.")
@click.option("--alpha", type=click.FloatRange(0, 1), default=0.05, show_default=True)
@json_option
def dif(responses: Path, key: Path | None, as_json: bool, **question: Any) -> None:
    """题目功能差异 / Items that work differently for two groups: Mantel-Haenszel, standardisation, logistic regression.

    RESPONSES.csv as for `items`, with a column of groups.  Without a key, columns of more than ten different numbers are no items and are
    listed under `ignored`.  An odds ratio above 1 favours the reference group.  Items with other marks than 0 and 1 stand under
    `ordered`, by Mantel's chi-square and the standardised mean difference (negative: less is earned by the focal group).
    """
    document = dif_document(read_sheet(responses), None if key is None else read_sheet(key), Question(**question))
    show(as_json, document, dif_lines(document))


@analyse.command()
@click.argument("responses", type=_FILE)
@_key_option
@click.option("--rooms", type=_FILE, help="考场表:id、room,只比较同一考场 / A file of id and room: only pairs of one room.")
@click.option("--fdr", type=click.FloatRange(0, 1), default=0.01, show_default=True, help="错误发现率 / False-discovery rate.")
@json_option
def similarity(responses: Path, key: Path | None, rooms: Path | None, fdr: float, as_json: bool) -> None:
    """作答一致性 / Pairs whose answers are more alike than difficulty, options and scores explain.

    RESPONSES.csv as for `items`.  A pair named here is for people to look at; it is not a finding.
    """
    sheet = None if rooms is None else read_sheet(rooms, first_is_id=True)
    document = pairs_document(read_responses(responses, key), sheet, fdr)
    show(as_json, document, pairs_lines(document))


@results.command()
@click.argument("scores", type=_FILE)
@click.option("--policy", required=True, type=_FILE, help="政策文件 / POLICY.json: thresholds, denominator, rounding, ties, bands.")
@click.option(
    "--published",
    type=_FILE,
    help="已发布的输出,`late` 为 freeze 时沿用其分数线 / An earlier output: with `late: freeze` its cuts hold.",
)
@json_option
def bands(scores: Path, policy: Path, published: Path | None, as_json: bool) -> None:
    """等级划分 / Give rank bands by a policy.

    SCORES.csv: `id`, then a column a paper; an empty cell is a paper that was not sat.  The policy's shares are cumulative.
    """
    document = bands_document(read_sheet(scores, first_is_id=True), load_policy(policy), _document(published))
    show(as_json, document, bands_lines(document))


def _document(path: Path | None) -> dict[str, Any] | None:
    if path is None:
        return None
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise PUBLISHED_BAD(detail=str(error)) from None
    if not isinstance(document, dict):
        raise PUBLISHED_BAD(detail=Words("须是一个 JSON 对象", "it must be an object"))
    return document
