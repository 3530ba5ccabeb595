"""Scoring: marks, by rule and by hand, and what the marks say.

Owns automatic scoring, the marking queue, marks, totals, bands and the statistics of items and papers.  Promises exact decimal marks,
each with its reason, and a marker who never sees whose answer it is.  Doors: `intake`, `checking`, `marking_queue`, `marking`, `reading`.
Never releases a result.
"""
