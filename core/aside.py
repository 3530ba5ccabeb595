"""Work that keeps the processor busy, done in a native thread: the loop that serves everybody goes on meanwhile."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from gevent import get_hub

P = ParamSpec("P")
T = TypeVar("T")


def aside(function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Return what `function` returns, or raise what it raises; only the caller waits for it.

    The function computes and nothing else: sessions of the database, locks and whatever else greenlets share stay with the caller.
    """

    def attempt() -> tuple[T | None, Exception | None]:
        try:
            return function(*arguments, **named), None
        except Exception as error:
            return None, error

    result, error = get_hub().threadpool.apply(attempt)
    if error is not None:
        raise error
    return result  # type: ignore[no-any-return]  # gevent's types know nothing of it
