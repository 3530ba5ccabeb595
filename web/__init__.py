"""Web: the roof, where the house is put together and people come in.

Owns the Flask app, wiring, sign-in, permissions, pages, sockets, translations and the command line.  Promises one error shape
everywhere and one table of who may do what.  Doors: `app.create_app`, `cli.main`, `worker`.  Holds no rule of exams.
"""
