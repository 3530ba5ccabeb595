"""Analysis from files: tables that people have, turned into numbers and back into documents.

Owns the reading of CSV tables of responses, ratings and scores, and the shape of what `kaochang analyse` and `kaochang results`
print.  Promises that a file that cannot be used is refused with its row and column.  Doors: `sheets`, and one report module
per command.  Computes nothing itself: that is scoring's.
"""
