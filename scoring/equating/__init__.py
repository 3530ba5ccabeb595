"""Equating: what a score on one form is worth on another.

Owns mean, linear and equipercentile equating for equivalent groups, and Tucker, Levine and chained equating for groups
that share an anchor.  Promises the conventions of Kolen and Brennan (2014), *Test Equating, Scaling, and Linking*, with
variances that divide by n - 1.  Doors: `forms`, `linear`, `equipercentile`, `smoothing`, `standard_errors`, `methods`.
"""
