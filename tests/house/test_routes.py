"""Every route is guarded by an act of the table, and every route of the API is described."""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator

import pytest
from flask import Flask
from pydantic import BaseModel
from werkzeug.routing import Rule

from core.migrations.schema import ROOMS
from core.settings import Settings
from web import openapi
from web.app import create_app
from web.house import house_of
from web.permissions import PUBLIC, TABLE

MEANT_FOR_ALL = {
    "web.sign_in_page",
    "web.sign_in",
    "web.set_language",
    "web.get_session",
    "web.open_session",
    "web.describe",
    "delivery.receipt_key",
    "health.alive",
    "health.ready",
    "health.metrics",
}
"""What needs no sign-in; whoever adds to it says here that it is meant."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = create_app(Settings(data_dir=tmp_path_factory.mktemp("routes"), secret_key="tests"))
    yield app
    house_of(app).close()


def _rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def test_every_route_is_guarded_by_an_act_of_the_table(app: Flask) -> None:
    acts = {rule.endpoint: getattr(app.view_functions[rule.endpoint], "act", None) for rule in _rules(app)}
    assert {endpoint: act for endpoint, act in acts.items() if act != PUBLIC and act not in TABLE} == {}
    assert {endpoint for endpoint, act in acts.items() if act == PUBLIC} == MEANT_FOR_ALL


def test_every_route_of_the_api_is_described(app: Flask) -> None:
    described = openapi.document(app, house_of(app).openapi)["paths"]
    missing = set()
    for rule in _rules(app):
        if rule.rule.startswith("/api/") and rule.endpoint != "web.describe":
            path = rule.rule.replace("<", "{").replace(">", "}").replace("int:", "").replace("path:", "")
            if path not in described:
                missing.add(rule.rule)
    assert missing == set()


@pytest.mark.usefixtures("app")
def test_no_two_models_share_a_name_in_the_description() -> None:
    """Two modules may each have their `AnswerBody`; what is nested in a model is named after it."""
    tree = openapi.describer()
    models: set[type[BaseModel]] = set()
    for module in [module for name, module in sys.modules.items() if name.partition(".")[0] in ROOMS]:
        models |= {model for model in vars(module).values() if isinstance(model, type) and issubclass(model, BaseModel)}
    assert {"delivery.bodies.AnswerBody", "practice.views.AnswerBody"} <= {tree.naming_strategy(model) for model in models}
    names = Counter(tree.naming_strategy(model) for model in models)
    assert {name for name, times in names.items() if times > 1} == set()
    assert tree.nested_naming_strategy("a.Body", "Part") != tree.nested_naming_strategy("b.Body", "Part")


def test_the_description_of_a_body_is_that_of_its_own_model(app: Flask) -> None:
    document = openapi.document(app, house_of(app).openapi)
    schemas = document["components"]["schemas"]

    def fields(path: str, method: str) -> set[str]:
        body = document["paths"][path][method]["requestBody"]["content"]["application/json"]["schema"]
        return set(schemas[body["$ref"].removeprefix("#/components/schemas/")]["properties"])

    assert fields("/api/v1/attempts/{attempt}/answers/{seq}", "put") == {"epoch", "item", "value", "typed_at", "evidence"}
    assert fields("/api/v1/practice/answers", "post") == {"version", "value"}
    meant = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert meant - set(schemas) == set()


def test_nobody_comes_in_without_signing_in(app: Flask) -> None:
    """A stranger's GET of every guarded route ends at the sign-in, before anything is looked up."""
    client = app.test_client()
    for rule in _rules(app):
        if "GET" not in (rule.methods or ()) or rule.endpoint in MEANT_FOR_ALL:
            continue
        answer = client.get(rule.rule.replace("<int:", "<").replace("<", "").replace(">", ""))
        assert answer.status_code in (302, 401, 404), rule.rule
        if answer.status_code == 302:
            assert answer.location.startswith("/signin")
