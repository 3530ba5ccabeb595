"""Documents as PDF: a typst template and data in, bytes out.

The data are JSON and stay data: a template reads them with `json(bytes(sys.inputs.data))`, and nothing in them is ever markup.  The
fonts beside this file hold what GB 2312 writes; for a rarer character typst looks among the machine's own.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

MIMETYPE = "application/pdf"
FONT = "Noto Sans CJK SC"
"""The family that every template sets its text in."""

_FONTS = Path(__file__).resolve().parent / "fonts"


def write_pdf(template: Path, data: Mapping[str, Any], made_at: datetime, files: Mapping[str, bytes] | None = None) -> bytes:
    """Return the document; `made_at` is the instant that its metadata tell, so that the same data give the same bytes.

    The template may read `files` (pictures), which lie beside it under their names, and nothing else.  This keeps the processor busy:
    call it through `core.aside`.

    Raises:
        typst.TypstError: when the template is wrong.
    """
    with TemporaryDirectory() as folder:
        root = Path(folder)
        for name, held in {template.name: template.read_bytes(), **(files or {})}.items():
            (root / name).write_bytes(held)
        pdf: bytes = typst.compile(
            root / template.name,
            root=root,
            font_paths=[_FONTS],
            sys_inputs={"data": json.dumps(data, ensure_ascii=False), "font": FONT},
            format="pdf",
            timestamp=int(made_at.timestamp()),
        )
    return pdf
