"""What the proctor rooms announce."""

from core.facts import define

SIGNALLED = define(
    "proctor.attempt.signalled",
    "The candidate's browser reported signals; evidence, never a verdict.",
    "attempt, signals: list of {kind, at}",
)
