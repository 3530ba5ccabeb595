"""Answers in words for people: the question's number on the candidate's own paper, and what was chosen or written."""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any, NamedTuple

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TAG = re.compile(r"<[^>]*>")


class Question(NamedTuple):
    """A place of a paper: the number that the candidate saw, and for a choice option → its letter and words."""

    number: str
    options: Mapping[str, str]


def questions(paper: Mapping[str, Any]) -> dict[str, Question]:
    """Return the questions of a candidate's paper by place."""
    return {item["item"]: Question(item["number"], _options(item)) for item in _items(paper)}


def in_words(question: Question | None, value: Any) -> str:
    """Return an answer as people read it; an action of a task as it was logged."""
    options = question.options if question else {}
    if value is None:
        return "–"
    if isinstance(value, list):
        return "\n".join(in_words(question, one) for one in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {one}" for name, one in value.items())
    return options.get(str(value), str(value))


def _items(paper: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for section in paper["sections"]:
        for item in section["items"]:
            yield from item.get("parts", [item])


def _options(item: Mapping[str, Any]) -> dict[str, str]:
    return {option["id"]: f"{letter}. {_plain(option['html'])}" for letter, option in zip(LETTERS, item.get("options") or (), strict=False)}


def _plain(html: str) -> str:
    return " ".join(unescape(_TAG.sub("", html)).split())
