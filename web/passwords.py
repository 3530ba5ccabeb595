"""Passwords: argon2id, worked out in a native thread, so that no other request waits for it."""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.aside import aside
from web.errors import WEAK_PASSWORD

LEAST_LENGTH = 6  # candidates are given short ones for a day; guessing is held off by the rate limit

# OWASP's Password Storage Cheat Sheet, the argon2id setting with 19 MiB of memory
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_NOBODY = _HASHER.hash("nobody")


def hash_password(password: str) -> str:
    """Return the hash to keep.

    Raises:
        ExamError: `web.weak_password` when it is too short.
    """
    text = _normal(password)
    if len(text) < LEAST_LENGTH:
        raise WEAK_PASSWORD(least=LEAST_LENGTH)
    return aside(_HASHER.hash, text)


def is_password(password: str, password_hash: str | None) -> bool:
    """Say whether the password is the hashed one; where there is no account, take as long to say no."""
    return aside(_verify, password_hash or _NOBODY, _normal(password)) and password_hash is not None


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
