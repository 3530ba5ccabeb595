"""The shipped settings of gunicorn, for a house that is altered first: they would load it before anything could be altered."""

import runpy

from bench.processes import DEPLOY

shipped = runpy.run_path(str(DEPLOY / "gunicorn.py"))
del shipped["on_starting"]
globals().update({name: value for name, value in shipped.items() if not name.startswith("_")})
