"""Rehearsal: virtual candidates sit a paper over the real protocol, faults happen, and the database says what was kept.

Owns the light client, the virtual candidate, the stage (what must be there before) and the figures.  Promises that `lost` is read from the
database, never taken from the server's word.
"""
