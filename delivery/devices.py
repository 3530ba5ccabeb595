"""What kind of machine a page is at, in a few words that people can tell apart: `Windows · Chrome 120 · 10.0.0.7`."""

import re
from collections.abc import Mapping
from typing import Any

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("MicroMessenger", "WeChat"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Version", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
"""What stands in a user agent, and what people call it; the first that fits, for each also names those after it."""


def place_of(device: Mapping[str, Any], address: str) -> str:
    """Return where a page is: system and browser by its own report, which may be missing or made up, and its network address."""
    agent = str(device.get("agent", ""))
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    found = ((name, re.search(rf"\b{sign}/(\d{{1,3}})\b", agent)) for sign, name in _BROWSERS)
    browser = next((f"{name} {version[1]}" for name, version in found if version), "")
    return " · ".join(part for part in (system, browser, address) if part)
