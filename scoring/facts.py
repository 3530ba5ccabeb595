"""What scoring announces."""

from core.facts import define

AUTO_SCORED = define(
    "scoring.attempt.auto_scored",
    "The closed parts of a submitted attempt have their marks; written answers, if any, wait for markers.",
    "attempt, paper, form, tasks (number of marking tasks opened)",
)
SCORED = define(
    "scoring.attempt.scored",
    "Every part of an attempt has its mark.",
    "attempt, paper, form, marks, max_marks (decimals as text)",
)
REGRADED = define(
    "scoring.paper.regraded",
    "Two people have regraded a paper; every attempt whose marks changed is told as scored anew.",
    "regrade, paper, attempts (how many changed), reason",
)
REGRADE_REVERSED = define(
    "scoring.paper.regrade_reversed",
    "Two people have taken a regrade back; every attempt whose marks changed is told as scored anew.",
    "regrade, reverses (the regrade that was taken back), paper, attempts (how many changed), reason",
)
