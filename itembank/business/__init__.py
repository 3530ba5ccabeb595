"""Business: simulated-business tasks (模拟业务题).

Owns the scenario (documents to read, fields to fill, parameters by seed, and apart from them the key), the reducer over the candidate's
action log, and the workspace that the browser is given.  Pure throughout.  Promises that the same seed and log always give the same
state, that a workspace holds no expected value, and that nothing a candidate typed is lost.

Doors: `loading` (a new definition), `scenario.split`, `workspace`, `reducer` (`check_action` before an action is taken, `fold` after);
`solving` on the key side, for scoring alone.  Never gives marks.
"""
