"""The app: every room's doors under one roof."""

from pathlib import Path

from flask import Flask, request
from flask_babel import get_locale, gettext

from core.clock import Clock, now
from core.desk import Desk
from core.settings import Settings
from core.unit import Database
from delivery import held_views
from delivery import views as delivery_views
from delivery.journal import Journal
from itembank import views as itembank_views
from practice import views as practice_views
from proctor import views as proctor_views
from programme import admission, levels, sittings
from programme import views as programme_views
from scoring import analysis_views, regrade_views, sample_views, study_views
from scoring import views as scoring_views
from web import account_views, bodies, health, i18n, people, problems, security, sockets, views, wiring
from web.auth import Doorkeeper, allowed, current_actor, current_visitor
from web.doors import doors_of, find_door_here
from web.house import House
from web.openapi import describer, describing
from web.permissions import may

STATIC = Path(__file__).resolve().parents[1] / "static"


def create_app(settings: Settings, clock: Clock = now) -> Flask:
    """Put the house together on the settings' database, telling the time by `clock`."""
    app = Flask(__name__, static_folder=str(STATIC), template_folder="templates")
    database = Database(settings.resolved_database_url(), wiring.LISTENERS, settings.database_pool)
    openapi = describer()
    desk = Desk(database, clock, settings, current_actor, allowed, describing(openapi))
    health.count(app)
    bodies.bound(app)
    limiter = security.protect(app, settings)
    doorkeeper = Doorkeeper(database, clock, settings)
    doorkeeper.guard(app)
    i18n.translate(app)
    problems.tell(app)
    _furnish(app)
    journal = Journal(database, clock, settings.group_window_ms, settings.group_max)
    gates = wiring.gates(clock, settings)
    for blueprint in (
        views.blueprint(desk, doorkeeper, limiter),
        health.blueprint(desk),
        account_views.blueprint(desk),
        itembank_views.blueprint(desk, wiring.PEOPLE.names, levels.names, wiring.ENGINE),
        delivery_views.blueprint(desk, journal, gates),
        held_views.blueprint(desk, journal, gates),
        scoring_views.blueprint(desk, wiring.PEOPLE.names, people.markers),
        sample_views.blueprint(desk),
        analysis_views.blueprint(desk, sittings.told, wiring.PEOPLE.names),
        study_views.blueprint(desk, study_views.Gates(sittings.told, wiring.PEOPLE.names, wiring.GROUPS)),
        regrade_views.blueprint(desk, wiring.PEOPLE.names, sittings.told, wiring.CONSEQUENCES),
        proctor_views.blueprint(desk, wiring.SUPERVISION),
        programme_views.blueprint(desk, wiring.PEOPLE),
        practice_views.blueprint(desk, admission.may_practise),
    ):
        app.register_blueprint(blueprint)
    exam = sockets.attach(app, desk, journal, gates)
    app.extensions["kaochang"] = House(desk, openapi, limiter, exam)
    return app


def _furnish(app: Flask) -> None:
    @app.context_processor
    def _for_templates() -> dict[str, object]:
        return {
            "visitor": current_visitor(),
            "may": lambda act: may(current_actor(), act),
            "path": request.full_path.rstrip("?"),
            "doors_of_visitor": lambda: doors_of(current_actor()),
            "find_door_here": find_door_here,
            "get_locale": get_locale,
            "_": gettext,
        }
