"""`kaochang demo`: something to walk through on a fresh machine."""

import click

from core.clock import now
from core.settings import Settings
from core.unit import Database
from web import demo, wiring
from web.output import json_option, show


@click.command("demo")
@json_option
def load_demo(as_json: bool) -> None:
    """装入示范题库、场次与账号 / Load the demo bank, sittings and accounts, and print the accounts; what is there stays."""
    database = Database(Settings().resolved_database_url(), wiring.LISTENERS)
    demo.load(database, now(), lambda step: None if as_json else click.echo(f"demo: {step} …", err=True))
    database.engine.dispose()
    people = [{"role": person.role, "name": person.name, "login": person.login, "ticket": person.ticket} for person in demo.PEOPLE]
    lines = [f"  {person['role']:<12} {person['login']:<12} {demo.PASSWORD}   {person['name']}" for person in people]
    show(as_json, {"password": demo.PASSWORD, "accounts": people}, ["示范账号 / Demo accounts (role, login, password, name):", *lines])
