"""The command line `kaochang`.

Every command takes `--json`; the exit code is 0, 1 when the work found a problem, 2 for wrong usage.  A command's module is imported
when the command is called: `serve` must be able to prepare for gevent before anything else of the house is there.
"""

import json
import os
import sys
from importlib import import_module

import click

from core.errors import ExamError

# Numbers share the machine with exams.  The matrices are small: more threads gain nothing and, on a busy machine, wait for each
# other with the processor running.  Numpy reads this when it is imported first, which no command has done yet.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

COMMANDS = {
    "serve": "web.commands_serve:serve",
    "worker": "web.commands_serve:worker",
    "migrate": "web.commands_keep:migrate",
    "doctor": "web.commands_keep:doctor",
    "backup": "web.commands_keep:backup",
    "restore": "web.commands_keep:restore",
    "accounts": "web.commands_accounts:accounts",
    "demo": "web.commands_demo:load_demo",
    "bank": "web.commands_bank:bank",
    "form": "web.commands_bank:form",
    "item": "web.commands_item:item",
    "analyse": "web.commands_analysis:analyse",
    "results": "web.commands_analysis:results",
    "receipt": "web.commands_receipt:receipt",
    "rehearse": "web.commands_rehearse:rehearse",
}
"""Name of the command → module and attribute."""


class House(click.Group):
    """The commands, each from its own module."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """Import and return one command."""
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name].split(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


@click.group(cls=House)
def kaochang() -> None:
    """考场:在线考试系统 / Kaochang: an online exam delivery engine."""


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command line; return its exit code."""
    as_json = "--json" in arguments
    try:
        code = kaochang.main(arguments, prog_name="kaochang", standalone_mode=False)
    except ExamError as error:
        _tell(as_json, error.as_dict(), f"{error.text('zh')}\n{error.text('en')}")
        return 1
    except click.ClickException as error:
        _tell(as_json, {"code": "cli.usage", "message": error.format_message(), "fields": {}}, f"Error: {error.format_message()}")
        return 2
    except OSError as error:
        if error.filename is None:
            raise
        message = f"{error.filename}: {error.strerror}"
        _tell(as_json, {"code": "cli.file", "message": message, "fields": {"file": str(error.filename)}}, f"Error: {message}")
        return 1
    except click.Abort:
        return 1
    return code if isinstance(code, int) else 0


def _tell(as_json: bool, error: dict[str, object], text: str) -> None:
    if as_json:
        click.echo(json.dumps({"error": {key: error[key] for key in ("code", "message", "fields")}}, ensure_ascii=False))
    else:
        click.echo(text, err=True)


if __name__ == "__main__":
    main()
