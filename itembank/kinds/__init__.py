"""Item kinds: what each kind asks, what shape its answers and its key have, and what an answer amounts to.

Owns the response declaration of every kind, one small file for each family.  Promises that whatever delivery, practice, scoring and the
exchange ask of a kind stands in its declaration alone, so that a further kind is one class here, a scorer where it is scored in a new way,
a view and an editor.  Pure: no database, no framework.  Doors: `catalogue` (all kinds by name), `declaration` (what a kind is).
Never knows what is right.
"""
