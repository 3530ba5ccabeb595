"""Where the shared reference corpora are, and a skip with a reason where they are not."""

import os
from pathlib import Path

import pytest

_DEFAULT = Path(__file__).resolve().parents[3] / "shared" / "data"


def corpus(name: str) -> Path:
    """Return the folder `name` of the reference corpora; skip the calling test when it is missing."""
    root = Path(os.environ.get("KAOCHANG_CORPORA", str(_DEFAULT)))
    folder = root / name
    if not folder.is_dir():
        pytest.skip(f"reference corpus {name!r} is not here: set KAOCHANG_CORPORA to the folder that holds it")
    return folder
