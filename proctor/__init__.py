"""Proctor: supervision of attempts and the hooks to and from the outside.

Owns signals from the candidate's browser, the invigilator's wall and signed outbound events.  Promises that no signal or vendor event
changes an attempt by itself.  Doors: `signals`, `wall`, `hooks_out`, `destinations`.  Never scores.
"""
