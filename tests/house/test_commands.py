"""Every command of the command line takes `--json` and says in both languages what it does."""

from collections.abc import Iterator

import click
import pytest

from web import cli


def _leaves(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if not isinstance(command, click.Group):
        yield path, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        child = command.get_command(context, name)
        assert child is not None
        yield from _leaves(child, (*path, name))


LEAVES = dict(_leaves(cli.kaochang, ()))


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_a_command_takes_json_and_explains_itself(path: tuple[str, ...]) -> None:
    command = LEAVES[path]
    assert any("--json" in parameter.opts for parameter in command.params)
    assert command.help
    assert " / " in command.help.splitlines()[0], "Chinese / English"


def test_a_command_that_does_not_exist_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["nothing", "--json"]) == 2
    assert '"error"' in capsys.readouterr().out
