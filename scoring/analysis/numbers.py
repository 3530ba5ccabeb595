"""Numbers as JSON has them: what does not exist is null, never NaN."""

import math
from typing import Any

import numpy as np


def plain(value: Any) -> Any:
    """Return numbers, arrays and tuples as JSON values, with None for what does not exist (NaN, the infinite)."""
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, dict):
        return {str(name): plain(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
