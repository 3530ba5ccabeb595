"""The description of the HTTP routes, made from the models that check them."""

from collections.abc import Callable
from typing import Any, cast

from flask import Flask, Request
from spectree import SpecTree

from core.desk import View
from core.faults import invalid


def describer() -> SpecTree:
    """Return the maker of checked and described views; it serves no pages of its own."""
    return SpecTree(
        "flask",
        title="Kaochang 考场",
        version="1",
        path="openapi-pages",  # where pages would be, were any served; routes below it are left out
        page_templates={},
        mode="strict",
        before=_refuse,
        after=_insist,
        nested_naming_strategy=lambda parent, child: f"{parent}.{child}",
        naming_strategy=_name,
    )


def describing(tree: SpecTree) -> Callable[..., Callable[[View], View]]:
    """Return the desk's `described`: `tree.validate` for views whose return annotation is Flask's."""

    def described(**promises: Any) -> Callable[[View], View]:
        def decorate(view: View) -> View:
            view.__annotations__.pop("return", None)  # spectree resolves annotations, and Flask's names live in Flask only
            return cast("View", tree.validate(**promises)(view))

        return decorate

    return described


def document(app: Flask, tree: SpecTree) -> dict[str, Any]:
    """Return the OpenAPI document of every described route of the app."""
    with app.app_context():
        tree.app = app
        return dict(tree.spec)


def _name(model: Any) -> str:
    """Return what the document calls a model: two modules may each have their `AnswerBody`."""
    return f"{model.__module__}.{model.__name__}"


def _refuse(_request: Request, _response: Any, error: Any, _instance: Any, _adapter: Any) -> None:
    if error is None:
        return
    raise invalid(error)


def _insist(_request: Request, _response: Any, error: Any, _instance: Any, _adapter: Any) -> None:
    if error is not None:
        raise error  # a view that breaks its own promise is a defect, not an answer
