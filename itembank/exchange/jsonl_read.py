"""JSON Lines: one draft a line, in the neutral shape."""

from collections.abc import Iterator
from io import BytesIO

import orjson
from pydantic import ValidationError

from core.errors import ExamError
from core.faults import faults_of
from itembank import errors
from itembank.exchange.draft import Draft
from itembank.exchange.report import Place, Read, Reading, Remark


def read(data: bytes) -> Iterator[Reading]:
    """Yield the draft of each line that is not empty, or why it is none."""
    for row, line in enumerate(BytesIO(data.removeprefix(b"\xef\xbb\xbf")), 1):
        if line.strip():
            yield _line(line, Place(row=row))


def _line(line: bytes, place: Place) -> Reading:
    try:
        raw = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return Remark("", errors.LINE_NOT_JSON(detail=str(error)), place)
    if not isinstance(raw, dict):
        return Remark("", errors.LINE_NOT_JSON(detail=type(raw).__name__), place)
    ref = str(raw.get("ref", ""))[:64]
    try:
        return Read(Draft.model_validate(raw), place)
    except ExamError as error:
        return Remark(ref, error, place)
    except ValidationError as error:
        return _invalid(ref, error, place)


def _invalid(ref: str, error: ValidationError, place: Place) -> Remark:
    first = faults_of(error)[0]
    return Remark(ref, errors.FIELD_WRONG(field=first.field, detail=first.reason), Place(row=place.row, column=first.field))
