"""Identifiers: opaque, random, with a prefix that tells people what they hold."""

import secrets


def new_id(prefix: str) -> str:
    """Return a new opaque identifier such as `att_9f2c…` (prefix, underscore, 80 random bits in hex)."""
    return f"{prefix}_{secrets.token_hex(10)}"


ID_LENGTH = 32
"""Characters that a column for an identifier holds."""
