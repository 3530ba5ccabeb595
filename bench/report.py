"""The rows of a bench as a table: on the screen, as JSON, and in docs/bench.md."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]
"""`name`; `ratio`, None where it could not be measured; `bound` as `<= 50`, `>= 1.5` or `<= 1/30`; `raw` figures."""

_BEGIN, _END = "<!-- rows -->", "<!-- end of rows -->"


def is_met(row: Row) -> bool | None:
    """Say whether the ratio is within its bound; None where it was not measured."""
    if row["ratio"] is None:
        return None
    sign, value = row["bound"].split()
    bound = float(Fraction(value))
    return bool(row["ratio"] <= bound if sign == "<=" else row["ratio"] >= bound)


def lines(rows: Sequence[Row]) -> list[str]:
    """Return the rows as lines for a screen."""
    return [f"{_verdict(row):4}{_ratio(row):>9}  {row['bound']:8}  {row['name']}\n{'':25}{_raw(row)}" for row in rows]


def write_json(rows: Sequence[Row], folder: Path, now: datetime) -> Path:
    """Write everything to a new file in the folder; return it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"bench-{now:%Y%m%d-%H%M%S}.json"
    document = {"at": now.isoformat(), "machine": machine(), "load": os.getloadavg(), "rows": list(rows)}
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1), "utf-8")
    return path


def write_docs(rows: Sequence[Row], path: Path, now: datetime) -> None:
    """Put the table into the documentation, in the place of rows of the same name; other rows and the text around stay."""
    head, rest = path.read_text("utf-8").split(_BEGIN)
    kept, tail = rest.split(_END)
    table = {line.split(" | ")[0]: line for line in kept.splitlines() if line.startswith("| ") and not line.startswith("| Bench")}
    table.update({f"| {row['name']}": _table_line(row, now) for row in rows})
    body = ["| Bench | reached | to reach | raw figures | measured |", "|---|---|---|---|---|", *table.values()]
    path.write_text(f"{head}{_BEGIN}\n" + "\n".join(body) + f"\n{_END}{tail}", "utf-8")


def machine() -> str:
    """Describe the machine in general words."""
    model = next((line.split(":")[1].strip() for line in _read("/proc/cpuinfo").splitlines() if line.startswith("model name")), "?")
    memory = next((int(line.split()[1]) for line in _read("/proc/meminfo").splitlines() if line.startswith("MemTotal")), 0)
    return f"{os.cpu_count()} cores ({model}), {memory / 2**20:.0f} GB, {platform.system()}, Python {platform.python_version()}"


def _read(path: str) -> str:
    try:
        return Path(path).read_text("ascii")
    except OSError:
        return ""


def _table_line(row: Row, now: datetime) -> str:
    return f"| {row['name']} | {_verdict(row)} {_ratio(row)} | {row['bound']} | {_raw(row)} | {now:%Y-%m-%d} |"


def _verdict(row: Row) -> str:
    return {True: "yes", False: "no", None: "?"}[is_met(row)]


def _ratio(row: Row) -> str:
    return "-" if row["ratio"] is None else f"{row['ratio']:g}"


def _raw(row: Row) -> str:
    return ", ".join(f"{name} {_plain(value)}" for name, value in row["raw"].items())


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return "(" + ", ".join(f"{name} {_plain(inner)}" for name, inner in value.items()) + ")"
    return " ".join(map(_plain, value)) if isinstance(value, list) else f"{value:,}" if isinstance(value, int | float) else str(value)
