"""`docs/rooms.md`: every room with its charter, and what each of its files says of itself."""

import ast
import pkgutil
from importlib import import_module
from pathlib import Path

from core.migrations.schema import ROOMS
from web.markdown import NOTE, table


def page() -> str:
    """Return the page, rooms from the ground up."""
    lines = [NOTE, "", "# Rooms", ""]
    for room in ROOMS:
        package = import_module(room)
        says = (package.__doc__ or "").strip().split("\n", 1)
        lines += [f"## {room}", "", f"**{says[0]}**", "", says[-1].strip(), ""]
        lines += [*table(("File", "Says"), _files(room, package.__path__[0])), ""]
    return "\n".join(lines).rstrip() + "\n"


def _files(room: str, folder: str) -> list[tuple[str, str]]:
    found = []
    for module in pkgutil.walk_packages([folder], f"{room}."):
        if ".versions" in module.name:
            continue
        path = Path(folder, *module.name.split(".")[1:])
        source = path / "__init__.py" if module.ispkg else path.with_suffix(".py")
        says = ast.get_docstring(ast.parse(source.read_text("utf-8"))) or ""
        found.append((f"`{module.name.removeprefix(room + '.').replace('.', '/')}{'/' if module.ispkg else ''}`", says.split("\n\n")[0]))
    return found
