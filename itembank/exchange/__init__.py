"""Exchange: items in from and out to what others write.

Owns the neutral draft shape, one reader and one writer a format, and the intake that turns drafts into items with a report.
Promises that a wrong row is refused with its place and reason, that the rest goes in, and that nothing is dropped in silence.
"""
