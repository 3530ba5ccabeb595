"""`kaochang migrate`, `doctor`, `backup`, `restore`: looking after a deployment."""

from pathlib import Path

import click

from core.migrations import running
from core.settings import Settings
from web import keeping
from web.output import json_option, show


@click.command()
@json_option
def migrate(as_json: bool) -> None:
    """建立或升级数据库 / Make the database, or bring its tables up to this version."""
    settings = Settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    revision = running.upgrade(settings.resolved_database_url())
    show(as_json, {"revision": revision}, [f"{revision}"])


@click.command()
@json_option
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """检查部署 / Look whether everything is in order; exits 1 when something is not."""
    checks = keeping.examine(Settings())
    document = {"checks": [{"name": check.name, "sound": check.sound, "zh": check.zh, "en": check.en} for check in checks]}
    show(as_json, document, (f"{'✓' if check.sound else '✗'} {check.zh} / {check.en}" for check in checks))
    context.exit(0 if all(check.sound for check in checks) else 1)


@click.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@json_option
def backup(out: Path, as_json: bool) -> None:
    """备份数据库到文件 OUT / Copy the live database to the file OUT."""
    size = keeping.back_up(Settings(), out)
    show(as_json, {"path": str(out), "bytes": size}, [f"{out}  {size}"])


@click.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="覆盖已有数据 / Replace a database that holds something.")
@json_option
def restore(path: Path, replace: bool, as_json: bool) -> None:
    """从备份文件恢复 / Put a copy in the place of the database; stop everything else first."""
    keeping.restore(Settings(), path, replace=replace)
    show(as_json, {"restored": str(path)}, [f"{path}"])
