"""The document of `results bands`."""

import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from core.errors import Words
from scoring.band_policy import BandPolicy, PolicyError, plain, read_policy
from scoring.bands import Cut, Standing, add_late, band_people, standing
from web.analysis.errors import POLICY_BAD, PUBLISHED_BAD, TABLE_BAD
from web.analysis.numbers import table
from web.analysis.sheets import Sheet


def load_policy(path: Path) -> BandPolicy:
    """Read POLICY.json, numbers as they are written.

    Raises:
        ExamError: naming the field that is wrong.
    """
    try:
        return read_policy(json.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal))
    except PolicyError as error:
        raise POLICY_BAD(field=error.field, detail=str(error)) from None
    except (ValueError, RecursionError) as error:
        raise POLICY_BAD(field="policy", detail=str(error)) from None


def bands_document(sheet: Sheet, policy: BandPolicy, published: dict[str, Any] | None) -> dict[str, Any]:
    """Return total, verdict and band of everybody, in the order of the table, and where the bands ended.

    `published` is the document of an earlier run; under a policy that freezes, its cuts hold and nobody in it loses a band.
    """
    people = _people(sheet, policy)
    if published is not None and policy.late == "freeze":
        before, cuts = _published(published, policy)
        banded = add_late(people, before, cuts, policy)
    else:
        banded, cuts = band_people(people, policy)
    return {
        "bands": [
            {
                "id": person.id,
                "total": None if person.total is None else plain(person.total),
                "band": person.band,
                "passed": person.passed,
            }
            for person in banded
        ],
        "cuts": [cut.document() for cut in cuts],
        "policy": policy.document(),
        "sitters": sum(person.total is not None for person in people),
        "passers": sum(person.passed for person in people),
    }


def bands_lines(document: dict[str, Any]) -> Iterator[str]:
    """Yield the same for people."""
    yield from table(("id", "total", "band"), ([p["id"], p["total"], p["band"]] for p in document["bands"]))
    yield from (f"{cut['band']}: {cut['people']} ({cut['places']}), ≥ {cut['min_total']}" for cut in document["cuts"])


def _people(sheet: Sheet, policy: BandPolicy) -> list[Standing]:
    name, times = Counter(sheet.ids).most_common(1)[0]
    if times > 1:
        raise TABLE_BAD(file=sheet.file, detail=Words(f"编号 {name} 出现了 {times} 次", f"id {name} is there {times} times"))
    named = (*policy.tie_keys, *(policy.paper_min if not isinstance(policy.paper_min, Decimal) else ()))
    for paper in named:
        sheet.place(paper)
    papers = [sheet.exact(place) for place in range(len(sheet.header))]
    return [
        standing(person, dict(zip(sheet.header, marks, strict=True)), policy)
        for person, marks in zip(sheet.ids, zip(*papers, strict=True), strict=True)
    ]


def _published(document: dict[str, Any], policy: BandPolicy) -> tuple[dict[str, str | None], list[Cut]]:
    """Read bands and cuts of an earlier run.

    Raises:
        ExamError: when it is none, or names a band that the policy does not have.
    """
    names = {band.name for band in policy.bands}
    try:
        before = {entry["id"]: entry["band"] for entry in document["bands"]}
        cuts = [_cut(entry) for entry in document["cuts"]]
    except (KeyError, TypeError, ArithmeticError) as error:
        raise PUBLISHED_BAD(detail=f"{type(error).__name__}: {error}") from None
    for band in [*before.values(), *(cut.band for cut in cuts)]:
        if band is not None and band not in names:
            raise PUBLISHED_BAD(detail=Words(f"政策中没有等次 {band}", f"the policy has no band {band}"))
    return before, cuts


def _cut(entry: dict[str, Any]) -> Cut:
    least = None
    if entry["min_total"] is not None:
        least = (Decimal(str(entry["min_total"])), *(Decimal(str(mark)) for mark in entry.get("min_keys", [])))
    return Cut(entry["band"], int(entry["places"]), int(entry["people"]), least)
