"""Delivery: the timed sitting of one attempt.

Owns the attempt's state, its time ledger, its journal of answers, its single writer and its receipt.  Promises that an acknowledged
answer is durable, that the deadline is the fold of the ledger and nothing else, and that at most one page writes.
Doors: `opening`, `answering`, `submitting`, `accommodating`, `resync`, `held`, `reading`, `gateway`.  Never scores and never sees a key.
"""
