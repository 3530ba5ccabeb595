"""Item bank: items, their keys and the forms assembled from them.

Owns items as immutable versions, keys and rubrics in a cupboard of their own, forms frozen and hashed, the candidate's keyless
paper, simulated-business scenarios, and import and export.  Promises that nothing a candidate can fetch holds key material.
Doors: `items`, `forms`, `paper`, `reading`, `keys` (scoring only), `exchange.intake`, `business`.  Never knows who sits what.
"""
