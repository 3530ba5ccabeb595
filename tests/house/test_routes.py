"""Every route is guarded by an act of the table, and every route of the API is described."""

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

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
