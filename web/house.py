"""What one running app is made of."""

from dataclasses import dataclass

from flask import Flask
from flask_limiter import Limiter
from spectree import SpecTree

from core.desk import Desk
from core.unit import Database
from delivery.gateway import ExamNamespace


@dataclass(frozen=True)
class House:
    """The parts of one app that other entry points need; it hangs in `app.extensions["kaochang"]`."""

    desk: Desk
    openapi: SpecTree
    limiter: Limiter
    exam: ExamNamespace

    @property
    def database(self) -> Database:
        """The app's database."""
        return self.desk.database

    def close(self) -> None:
        """Write what waits, and let go of the database."""
        self.exam.close()
        self.database.engine.dispose()


def house_of(app: Flask) -> House:
    """Return what the app is made of."""
    house: House = app.extensions["kaochang"]
    return house
