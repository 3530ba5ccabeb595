"""Documents as PDF: a typst template and data in, bytes out.

The data are JSON and stay data: a template reads them with `json(bytes(sys.inputs.data))`, and nothing in them is ever markup.  The
fonts beside this file hold what GB 2312 writes; for a rarer character typst looks among the machine's own.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

MIMETYPE = "application/pdf"
FONT = "Noto Sans CJK SC"
"""The family that every template sets its text in."""

_FONTS = Path(__file__).resolve().parent / "fonts"


def write_pdf(template: Path, data: Mapping[str, Any], made_at: datetime) -> bytes:
    """Return the document; `made_at` is the instant that its metadata tell, so that the same data give the same bytes.

    The template may read files of its own folder and nothing else.  This keeps the processor busy: call it through `core.aside`.

    Raises:
        typst.TypstError: when the template is wrong.
    """
    pdf: bytes = typst.compile(
        template,
        root=template.parent,
        font_paths=[_FONTS],
        sys_inputs={"data": json.dumps(data, ensure_ascii=False), "font": FONT},
        format="pdf",
        timestamp=int(made_at.timestamp()),
    )
    return pdf
