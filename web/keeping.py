"""Keeping a deployment: is it sound, a copy of its database, and the way back from a copy."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import redis
from sqlalchemy import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from core.engine import make_engine
from core.errors import Words
from core.migrations.running import find_revision, newest
from core.settings import Settings
from web.errors import BACKUP_FAILED, NOT_A_BACKUP, NOT_EMPTY


@dataclass(frozen=True)
class Check:
    """One thing that was looked at, in both languages."""

    name: str
    sound: bool
    zh: str
    en: str


def examine(settings: Settings) -> list[Check]:
    """Look at everything that a deployment stands on; nothing is changed."""
    return list(_checks(settings))


def back_up(settings: Settings, target: Path) -> int:
    """Write a consistent copy of the live database to `target` and return its size in bytes; the house goes on working meanwhile.

    The copy of the embedded database is an SQLite file, that of PostgreSQL a custom-format archive of `pg_dump`.

    Raises:
        ExamError: `web.backup_failed`.
    """
    url = make_url(settings.resolved_database_url())
    draft = target.with_name(target.name + ".part")
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(f"file:{url.database}?mode=ro", uri=True)) as live, closing(sqlite3.connect(draft)) as copy:
            live.backup(copy)
    else:
        _postgres_tool("pg_dump", url, "--format=custom", f"--file={draft}")
    draft.replace(target)  # a backup that bears its name is whole
    return target.stat().st_size


def restore(settings: Settings, source: Path, *, replace: bool) -> None:
    """Put the copy at `source` in the place of the database; one that holds anything is replaced only when told so.

    Nothing else may be at work on the database meanwhile.

    Raises:
        ExamError: `web.not_empty`, `web.not_a_backup`, `web.backup_failed`.
    """
    url = make_url(settings.resolved_database_url())
    is_sqlite = url.get_backend_name() == "sqlite"
    if source.read_bytes()[:15].startswith(b"SQLite format 3" if is_sqlite else b"PGDMP") is False:
        raise NOT_A_BACKUP(path=str(source))
    if not replace and _holds_something(settings):
        raise NOT_EMPTY()
    if is_sqlite:
        path = Path(str(url.database))
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(source)) as copy, closing(sqlite3.connect(path)) as live:
            copy.backup(live)
    else:
        _restore_postgres(url, source)


def _restore_postgres(url: URL, source: Path) -> None:
    # in one transaction: what stood there goes only where the copy takes its place; `pg_restore --clean` cannot drop partitions
    with tempfile.NamedTemporaryFile(suffix=".sql") as script:
        _postgres_tool("pg_restore", url, "--no-owner", f"--file={script.name}", str(source))
        whole = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction")
        empty = "--command=DROP SCHEMA public CASCADE; CREATE SCHEMA public"
        _postgres_tool("psql", url, *whole, empty, f"--file={script.name}", into=True)


def _checks(settings: Settings) -> Iterator[Check]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Check("python", sys.version_info >= (3, 11), f"Python {version}", f"Python {version}")
    yield _data_folder(settings.data_dir)
    yield from _database(settings)
    if settings.redis_url:
        yield _redis(settings.redis_url)
    yield _mail(settings)
    free = shutil.disk_usage(settings.data_dir if settings.data_dir.exists() else Path.cwd()).free // 2**20
    yield Check("disk", free > 500, f"剩余空间 {free} MB", f"{free} MB free")


def _data_folder(folder: Path) -> Check:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return Check("data folder", False, f"数据目录不可写:{error}", f"the data folder cannot be written: {error}")
    return Check("data folder", True, f"数据目录 {folder} 可写", f"the data folder {folder} can be written")


def _database(settings: Settings) -> Iterator[Check]:
    engine = make_engine(settings.resolved_database_url(), pool_size=1)
    try:
        found = find_revision(engine)
    except SQLAlchemyError as error:
        yield Check("database", False, f"数据库无法连接:{error}", f"the database does not answer: {error}")
        return
    finally:
        engine.dispose()
    yield Check("database", True, f"数据库可用({engine.dialect.name})", f"the database answers ({engine.dialect.name})")
    told = f"{found or '-'} / {newest()}"
    yield Check(
        "tables", found == newest(), f"表结构版本 {told},不一致时请运行 kaochang migrate", f"tables {told}; kaochang migrate brings them up"
    )


def _redis(url: str) -> Check:
    try:
        with redis.Redis.from_url(url, socket_timeout=3, socket_connect_timeout=3) as client:
            client.ping()
    except redis.RedisError as error:
        return Check("redis", False, f"Redis 无法连接:{error}", f"Redis does not answer: {error}")
    return Check("redis", True, "Redis 可用", "Redis answers")


def _mail(settings: Settings) -> Check:
    if settings.sends_mail:
        return Check("mail", True, f"邮件以 {settings.mail_from} 寄出", f"mail is sent as {settings.mail_from}")
    half = bool(settings.mail_url or settings.mail_from)
    how = "需同时设置 KAOCHANG_MAIL_URL 与 KAOCHANG_MAIL_FROM", "KAOCHANG_MAIL_URL and KAOCHANG_MAIL_FROM must both be set"
    return Check("mail", not half, f"未设置邮件,不寄送回执({how[0]})", f"mail is not set up: no receipt is mailed ({how[1]})")


def _holds_something(settings: Settings) -> bool:
    engine = make_engine(settings.resolved_database_url(), pool_size=1)
    try:
        return find_revision(engine) is not None
    finally:
        engine.dispose()


def _postgres_tool(program: str, url: URL, *arguments: str, into: bool = False) -> None:
    path = shutil.which(program)
    if path is None:
        raise BACKUP_FAILED(detail=Words(f"{program} 未安装", f"{program} is not installed"))
    settings = {"PGHOST": url.host, "PGPORT": url.port, "PGUSER": url.username, "PGPASSWORD": url.password, "PGDATABASE": url.database}
    environment = {**os.environ, **{name: str(value) for name, value in settings.items() if value}}
    command = [path, *arguments, *([f"--dbname={url.database}"] if into else [])]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - a fixed program, no shell
    if done.returncode:
        raise BACKUP_FAILED(detail=done.stderr.strip())
