"""What commands print: one JSON document with `--json`, lines for people without."""

import json
from collections.abc import Callable, Iterable
from typing import Any

import click

json_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--json", "as_json", is_flag=True, help="只输出一个 JSON 文档 / Print one JSON document and nothing else."
)


def show(as_json: bool, document: Any, lines: Iterable[str]) -> None:
    """Print the document, or the lines that say the same to people."""
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False, default=str))
    else:
        for line in lines:
            click.echo(line)
