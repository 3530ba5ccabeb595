"""`make texts`: collect the texts of the pages into the English catalogue; what has no English yet is printed.

The Chinese text in the source is the key.  A text that no page shows any more leaves the catalogue.
"""

import json
import sys
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from web.i18n import TRANSLATIONS

ROOT = Path(__file__).resolve().parents[1]
ENGLISH = TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {"_": None, "_l": None, "gettext": None}
_HEAD = """# English texts of the Kaochang pages; the Chinese text in the source is the key.
msgid ""
msgstr ""
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""


def shown() -> set[str]:
    """Return every text that templates and views show."""
    with (ROOT / "web" / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]  # babel leaves it bare
    found = extract_from_dir(ROOT, methods, options, keywords=KEYWORDS, directory_filter=_is_source)
    return {str(text) for _, _, text, _, _ in found}


def english() -> dict[str, str]:
    """Return the catalogue: Chinese text → English text, empty where there is none yet."""
    with ENGLISH.open("rb") as text:
        return {str(message.id): str(message.string or "") for message in read_po(text, locale="en") if message.id}


def collect() -> list[str]:
    """Write the catalogue anew for the texts that are shown; return those without English."""
    known = english()
    texts = sorted(shown())
    entries = (f"{_flag(text)}msgid {_quoted(text)}\nmsgstr {_quoted(known.get(text, ''))}\n" for text in texts)
    ENGLISH.write_text("\n".join((_HEAD, *entries)), "utf-8")
    return [text for text in texts if not known.get(text)]


def _is_source(folder: str) -> bool:
    return Path(folder).name not in {".venv", "tests", "node_modules", ".git"}


def _flag(text: str) -> str:
    return "#, python-format\n" if "%(" in text else ""


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


if __name__ == "__main__":
    sys.exit("\n".join(collect()) or 0)
