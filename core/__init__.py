"""Core: the ground floor, on which every other package stands.

Owns the clock, ids, errors, facts, actors and settings (pure), and the database engine, the unit of work, audit, outbox and
migrations.  Promises that a change, its audit row and its fact are one transaction.  Knows nothing of exams.
"""
