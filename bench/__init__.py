"""Bench: load, rehearsal and measurements, beside the house and never inside it."""
