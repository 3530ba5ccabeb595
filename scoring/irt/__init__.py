"""Item response theory: what an item asks of ability, and what answers say about it.

Owns the logistic models and their estimation.  Promises maximum likelihood values on the logit scale (no 1.7), ability
standard normal.  Doors: `coding.encode`, `estimation.fit`, `abilities`, `information`, `fit_statistics`.  Never knows
whose answers they are.
"""
