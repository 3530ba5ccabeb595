"""The analysis of a paper as it was sat: what its questions, its options and its marks say.

Owns the figures of a sitting's paper, their plots and their reports.  Promises to say what the scripts at hand allow and nothing beyond:
what too few scripts cannot carry is named, not computed; a pair of alike answer sheets is a reason to look and never a finding.
Doors: `asking` to ask for an analysis and to find it, `jobs` which makes it beside the serving, `figures`, `workbook`, `report`.
Changes no mark.
"""
