"""Programme: who may sit what, when and where, and what becomes of the result.

Owns programmes and levels as data, candidates, sittings, enrolment and results.  Promises that nobody outside the results office
sees a result before its release.  Doors: `sittings`, `enrolment`, `admission`, `results`, `levels`.  Never touches a journal or a key.
"""
