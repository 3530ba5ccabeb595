"""Everything that the outside can meet is documented, in both languages where people read it."""

import string
from pathlib import Path

import pytest

from core import errors, facts
from core.settings import Settings
from web import describing

DOCS = Path(__file__).resolve().parents[2] / "docs"
describing.load_catalogues()


def _fields(template: str) -> set[str]:
    return {name.split("[")[0].split(".")[0] for _, name, _, _ in string.Formatter().parse(template) if name}


def _neutral(name: str) -> str:
    """Return a field's name without the language that it is in."""
    return "text" if name in ("zh", "en") else name.removesuffix("_zh").removesuffix("_en")


@pytest.mark.parametrize("kind", errors.CATALOGUE.values(), ids=lambda kind: kind.code)
def test_an_error_speaks_both_languages_and_has_a_fitting_status(kind: errors.ErrorKind) -> None:
    assert kind.zh
    assert kind.en
    assert kind.zh == "{zh}" or any("\u4e00" <= character <= "\u9fff" for character in kind.zh)
    assert kind.status == 200 or 400 <= kind.status <= 599  # 200: a warning of an import that goes on
    assert {_neutral(name) for name in _fields(kind.zh)} == {_neutral(name) for name in _fields(kind.en)}


@pytest.mark.parametrize("kind", facts.CATALOGUE.values(), ids=lambda kind: kind.name)
def test_a_fact_says_what_it_says_and_what_it_holds(kind: facts.FactKind) -> None:
    assert kind.says
    assert kind.data
    assert kind.name.count(".") == 2


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_is_explained(name: str) -> None:
    assert Settings.model_fields[name].description


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return describing.documents()


@pytest.mark.parametrize(
    "name", ["rooms.md", "settings.md", "errors.md", "facts.md", "permissions.md", "tables.md", "messages.md", "openapi.json"]
)
def test_a_made_document_is_that_of_the_code(made: dict[str, str], name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == made[name], "run `make docs`"
