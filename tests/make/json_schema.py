"""The few words of JSON Schema that the corpora's schemas use; a word that is not known here fails the test that meets it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
_SAY_NOTHING = {"$schema", "description", "examples", "definitions", "contentEncoding"}


def faults(schema: dict[str, Any], value: Any) -> list[str]:
    """Return everything in `value` that `schema` does not allow."""
    return list(_faults(schema, value, schema, "$"))


def _faults(schema: dict[str, Any], value: Any, root: dict[str, Any], at: str) -> Iterator[str]:
    for word, said in schema.items():
        if word == "$ref":
            yield from _faults(root["definitions"][said.removeprefix("#/definitions/")], value, root, at)
        elif word == "properties":
            for name in said.keys() & value.keys():
                yield from _faults(said[name], value[name], root, f"{at}.{name}")
        elif word not in _SAY_NOTHING and not _HOLDS[word](said, value):
            yield f"{at}: {word} {said}"


def _has_type(said: str | list[str], value: Any) -> bool:
    return any(isinstance(value, _TYPES[name]) for name in ([said] if isinstance(said, str) else said))


def _has_format(name: str, text: Any) -> bool:
    if not isinstance(text, str):
        return True
    try:
        return _FORMATS[name](text)
    except ValueError:
        return False


_FORMATS: dict[str, Callable[[str], bool]] = {
    "date-time": lambda text: datetime.fromisoformat(text).tzinfo is not None,
    "uri-reference": lambda text: " " not in text and urlsplit(text) is not None,
    "uri": lambda text: " " not in text and bool(urlsplit(text).scheme),
}
_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "type": _has_type,
    "format": _has_format,
    "minLength": lambda said, value: not isinstance(value, str) or len(value) >= said,
    "required": lambda said, value: set(said) <= set(value),
}
