"""Signs of life: alive, ready, and figures for Prometheus."""

import time

import redis
import structlog
from flask import Blueprint, Flask, Response, g, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from core.desk import Desk
from web import queries
from web.permissions import PUBLIC

REQUESTS = Counter("kaochang_http_requests", "Requests answered, by endpoint and status.", ["endpoint", "status"])
SECONDS = Histogram("kaochang_http_seconds", "Seconds that answering took, by endpoint.", ["endpoint"])

log = structlog.get_logger()


def blueprint(desk: Desk) -> Blueprint:
    """Return the routes that machines watch; a reverse proxy keeps `/metrics` from the street."""
    routes = Blueprint("health", __name__)

    @routes.get("/healthz")
    @desk.allowed(PUBLIC)
    def alive() -> Response:
        """Say that the process answers."""
        return jsonify({"alive": True})

    @routes.get("/readyz")
    @desk.allowed(PUBLIC)
    def ready() -> tuple[Response, int]:
        """Say whether the database, and Redis where one is set, answer; 503 when not."""
        checks = {"database": _database_answers(desk)}
        if desk.settings.redis_url:
            checks["redis"] = _redis_answers(desk.settings.redis_url)
        sound = checks["database"]  # without Redis pushes come late, yet nothing is lost
        return jsonify({"ready": sound, "checks": checks}), 200 if sound else 503

    @routes.get("/metrics")
    @desk.allowed(PUBLIC)
    def metrics() -> Response:
        """Return the figures in Prometheus's text format."""
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)

    return routes


def count(app: Flask) -> None:
    """Count and time every request of the app."""

    @app.before_request
    def _begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def _end(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        REQUESTS.labels(endpoint, response.status_code).inc()
        if "began" in g:
            SECONDS.labels(endpoint).observe(time.perf_counter() - g.began)
        return response


def _database_answers(desk: Desk) -> bool:
    try:
        with desk.database.reading() as session:
            queries.ping(session)
    except SQLAlchemyError as error:
        log.warning("database does not answer", error=str(error))
        return False
    return True


def _redis_answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2) as client:
            return bool(client.ping())
    except redis.RedisError as error:
        log.warning("redis does not answer", error=str(error))
        return False
