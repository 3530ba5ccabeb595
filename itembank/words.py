"""What items are found by: tokens, the same on every database.

Latin letters and digits make one token a word; a run of Chinese, Japanese or Korean characters makes overlapping pairs (a bigram
index: no dictionary, so no new term of the trade is ever missed) and, at its end, its last character alone.  What an item is tagged
with becomes tokens too, so that one index answers for every attribute.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha1
from unicodedata import normalize

LONGEST = 40  # characters of one token
_IDEOGRAPH = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003134f"
_RUN = re.compile(rf"(?P<pairs>[{_IDEOGRAPH}]+)|(?P<word>[^\W_{_IDEOGRAPH}]+)")


@dataclass(frozen=True)
class Token:
    """One token that an item must have; with `open` any token that begins so will do."""

    text: str
    open: bool = False


@dataclass(frozen=True)
class Wanted:
    """What a search asks for: all of the tokens; and where they alone do not say it (`exact`), these words as they stand in the text."""

    tokens: tuple[Token, ...]
    exact: tuple[str, ...]


def normal(text: str) -> str:
    """Return a text as it is searched: compatible forms (NFKC: full-width letters become plain), small letters, single blanks."""
    return " ".join(normalize("NFKC", text).lower().split())


def tokens_of(text: str) -> set[str]:
    """Return the tokens of a text."""
    found: set[str] = set()
    for run in _RUN.finditer(normal(text)):
        found.update(_pairs(run["pairs"]) if run["pairs"] else [run["word"][:LONGEST]])
    return found


def facet_token(facet: str, value: str) -> str:
    """Return the token of an attribute: short, and unlike any of a text."""
    return f"={sha1(f'{facet}={value}'.encode()).hexdigest()[:12]}"  # noqa: S324 - names a token, protects nothing


def facet_tokens(facets: Mapping[str, Sequence[str]]) -> set[str]:
    """Return the tokens of attributes; a knowledge point is found by each point above it as well."""
    return {facet_token(facet, above) for facet, values in facets.items() for value in values for above in _above(facet, value)}


def wanted(text: str) -> Wanted:
    """Return what a search for words, parted by blanks, asks for; every word must be there.

    A Latin word or number is found by how it begins, everything else wherever it stands.
    """
    tokens: list[Token] = []
    exact: list[str] = []
    for word in normal(text).split():
        runs = list(_RUN.finditer(word))
        tokens += [token for run in runs for token in _asked(run)]
        if not (len(runs) == 1 and runs[0][0] == word and len(runs[0]["pairs"] or "") <= 2):
            exact.append(word)
    return Wanted(tuple(tokens), tuple(exact))


def _asked(run: re.Match[str]) -> Iterator[Token]:
    pairs = run["pairs"]
    if not pairs:
        yield Token(run["word"][:LONGEST], open=True)
    elif len(pairs) == 1:
        yield Token(pairs, open=True)
    else:
        yield from (Token(pairs[n : n + 2]) for n in range(len(pairs) - 1))


def _pairs(run: str) -> Iterator[str]:
    yield from (run[n : n + 2] for n in range(len(run)))


def _above(facet: str, value: str) -> Iterator[str]:
    steps = value.split("/") if facet == "knowledge" else [value]
    yield from ("/".join(steps[:n]) for n in range(1, len(steps) + 1))
