"""JSON Lines: one draft a line, in the neutral shape."""

from collections.abc import Iterator
from io import BytesIO

import orjson
from pydantic import ValidationError

from core.errors import ExamError
from core.faults import MOST, faults_of
from itembank import errors
from itembank.exchange.draft import Draft
from itembank.exchange.report import Place, Read, Reading, Remark


def read(data: bytes) -> Iterator[Reading]:
    """Yield the draft of each line that is not empty, or why it is none."""
    for row, line in enumerate(BytesIO(data.removeprefix(b"\xef\xbb\xbf")), 1):
        if line.strip():
            yield from _line(line, Place(row=row))


def _line(line: bytes, place: Place) -> Iterator[Reading]:
    try:
        raw = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        yield Remark("", errors.LINE_NOT_JSON(detail=str(error)), place)
        return
    if not isinstance(raw, dict):
        yield Remark("", errors.LINE_NOT_JSON(detail=type(raw).__name__), place)
        return
    ref = str(raw.get("ref", ""))[:64]
    try:
        yield Read(Draft.model_validate(raw), place)
    except ExamError as error:
        yield Remark(ref, error, place)
    except ValidationError as error:
        for fault in faults_of(error)[:MOST]:
            yield Remark(ref, errors.FIELD_WRONG(field=fault.field, detail=fault.reason), Place(row=place.row, column=fault.field))
