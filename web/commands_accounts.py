"""`kaochang accounts`: people, before there is anybody who could open the office's page."""

import secrets
from collections.abc import Sequence

import click

from core.actor import SYSTEM, Role
from core.clock import now
from core.settings import Settings
from core.unit import Database
from web import accounts as rooms
from web import queries, wiring
from web.accounts import AccountDraft, LoginKind
from web.output import json_option, show
from web.passwords import hash_password
from web.tables import AccountRow, LoginRow


@click.group()
def accounts() -> None:
    """账号 / Accounts."""


@accounts.command()
@click.argument("login")
@click.option("--name", required=True, help="姓名 / Name of the person.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value for role in Role]),
    help="角色,可重复 / A role; may be repeated.",
)
@click.option("--password", default=None, help="密码;不给则生成 / Password; made and printed where none is given.")
@click.option("--email", default="", help="邮箱,用于寄送回执 / Where receipts are mailed to.")
@json_option
def add(login: str, name: str, roles: tuple[str, ...], password: str | None, email: str, as_json: bool) -> None:
    """开设账号 / Open an account."""
    chosen = password or secrets.token_urlsafe(9)
    held = frozenset(Role(role) for role in roles)
    draft = AccountDraft(name, held, {login: LoginKind.NAME}, hash_password(chosen))
    with _database().unit(SYSTEM, now()) as unit:
        account = rooms.create(unit, draft)
        if email:
            rooms.set_email(unit, account, email)
    document = {"account": account, "login": login, "roles": sorted(held), "password": None if password else chosen}
    show(as_json, document, [f"{account}  {login}  {'' if password else chosen}".rstrip()])


@accounts.command(name="list")
@click.option("--words", default="", help="姓名或登录名的一部分 / Part of a name or login.")
@json_option
def list_accounts(words: str, as_json: bool) -> None:
    """列出账号 / List accounts."""
    with _database().reading() as session:
        rows = queries.accounts(session, words, most=10_000)
        logins = queries.logins_of(session, [row.id for row in rows])
    listed = [_told(row, logins) for row in rows]
    show(as_json, {"accounts": listed}, [f"{row.id}  {row.name}  {','.join(row.roles)}" for row in rows])


def _told(row: AccountRow, logins: Sequence[LoginRow]) -> dict[str, object]:
    return {
        "account": row.id,
        "name": row.name,
        "roles": row.roles,
        "logins": [login.login for login in logins if login.account == row.id],
        "closed": row.closed_at is not None,
    }


def _database() -> Database:
    return Database(Settings().resolved_database_url(), wiring.LISTENERS, pool_size=1)
