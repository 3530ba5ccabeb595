"""The parts of `docs/` that are made from the code: `python -m web.describing docs` writes them, a test finds them stale."""

import json
import pkgutil
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from core import errors, facts
from core.actor import Role
from core.migrations.schema import ROOMS, metadata
from core.settings import Settings
from web import describing_messages, describing_rooms, openapi, permissions, wiring
from web.app import create_app
from web.house import house_of
from web.markdown import page


def documents() -> dict[str, str]:
    """Return every made file: name in `docs/` → text."""
    load_catalogues()
    makers: dict[str, Callable[[], str]] = {
        "rooms.md": describing_rooms.page,
        "settings.md": _settings,
        "errors.md": _errors,
        "facts.md": _facts,
        "permissions.md": _permissions,
        "tables.md": _tables,
        "messages.md": describing_messages.page,
        "openapi.json": _openapi,
    }
    return {name: make() for name, make in makers.items()}


def load_catalogues() -> None:
    """Import every room's `errors` and `facts`, so that the catalogues are whole."""
    for room in ROOMS:
        package = import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            if module.name.rpartition(".")[2] in ("errors", "facts"):
                import_module(module.name)


def _settings() -> str:
    rows = []
    for name, field in Settings.model_fields.items():
        default = field.default if field.default not in ("", None) else ""
        rows.append((f"`KAOCHANG_{name.upper()}`", f"`{default}`" if default != "" else "", field.description or ""))
    intro = "Read from the environment; a deployment without any setting runs embedded, on SQLite, without Redis."
    return page("Settings", intro, ("Variable", "Default", "Meaning"), rows)


def _errors() -> str:
    rows = [
        (f"`{kind.code}`", str(kind.status), kind.zh, kind.en, "yes" if kind.retryable else "")
        for kind in sorted(errors.CATALOGUE.values(), key=lambda kind: kind.code)
    ]
    intro = (
        'One shape everywhere: `{"code", "message", "fields", "retryable"}`, under `error` in HTTP answers, in socket acknowledgements and '
        "on the command line.  A retryable error may pass by itself; the same request can be sent again."
    )
    return page("Errors", intro, ("Code", "HTTP", "中文", "English", "Retryable"), rows)


def _facts() -> str:
    rows = [
        (f"`{kind.name}`", kind.says, kind.data, ", ".join(f"`{name}`" for name in wiring.LISTENERS.get(kind.name, ())))
        for kind in sorted(facts.CATALOGUE.values(), key=lambda kind: kind.name)
    ]
    intro = "What has happened, written in the transaction that made it true, and handed to each listener until it has taken it."
    return page("Facts", intro, ("Fact", "Says", "Data", "Listeners"), rows)


def _permissions() -> str:
    rows = [(f"`{act}`", *("●" if role in roles else "" for role in Role)) for act, roles in permissions.TABLE.items()]
    intro = "Who may do what; every route and every message names its act.  An account may hold several roles."
    return page("Permissions", intro, ("Act", *Role), rows)


def _tables() -> str:
    rows = [
        (f"`{table.name}`", room, ((_row_class(table.name).__doc__ or "").split("\n")[0]))
        for room in ROOMS
        for table in metadata().sorted_tables
        if _row_class(table.name).__module__.split(".")[0] == room
    ]
    return page("Tables", "Each table belongs to one room, and no other room reads it.", ("Table", "Room", "Holds"), rows)


def _row_class(table: str) -> type:
    from core.base import Base

    return next(mapper.class_ for mapper in Base.registry.mappers if mapper.local_table.name == table)  # type: ignore[attr-defined]


def _openapi() -> str:
    with TemporaryDirectory() as folder:
        app = create_app(Settings(data_dir=Path(folder)))
        document = openapi.document(app, house_of(app).openapi)
        house_of(app).close()
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main(folder: Path) -> None:
    """Write every made file into the folder."""
    for name, text in documents().items():
        (folder / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
