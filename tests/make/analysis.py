"""Running the analysis commands on corpora and on tables made up for a test."""

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np
from click.testing import CliRunner

from tests.make.corpora import corpus
from web.commands_analysis import analyse, results


def truth(folder: str, name: str) -> Any:
    """Return a reference document of a corpus."""
    return json.loads((corpus(folder) / "truth" / name).read_text())


def data(folder: str, name: str) -> Path:
    """Return the path of a data file of a corpus."""
    return corpus(folder) / "csv" / name


def cells(path: Path) -> list[list[str]]:
    """Return a file's rows with its header first."""
    with path.open(newline="") as lines:
        return list(csv.reader(lines))


def run(*arguments: object, group: click.Group = analyse) -> dict[str, Any]:
    """Run a command with `--json`; return its document, which must be strict JSON."""
    done = CliRunner().invoke(group, [str(argument) for argument in (*arguments, "--json")], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    document: dict[str, Any] = json.loads(done.stdout, parse_constant=_refuse)
    return document


def run_results(*arguments: object) -> dict[str, Any]:
    """Run a command of `results`."""
    return run(*arguments, group=results)


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    """Write a table; None is an empty cell."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows([["" if cell is None else cell for cell in row] for row in rows])
    return path


def answers(seed: int, persons: int, items: int, guessing: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw right and wrong answers by a logistic model; return them with the slopes and difficulties behind them."""
    rng = np.random.default_rng(seed)
    slope, difficulty = rng.lognormal(0, 0.25, items), rng.normal(0, 1, items)
    ability = rng.normal(size=(persons, 1))
    chance = guessing + (1 - guessing) / (1 + np.exp(-slope * (ability - difficulty)))
    return (rng.random((persons, items)) < chance).astype(np.uint8), slope, difficulty


def _refuse(constant: str) -> float:
    raise AssertionError(f"{constant} is no JSON")
