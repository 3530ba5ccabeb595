"""Comparisons: of groups of people on one paper, and of one paper with another.

Owns what the exam office asks for beside the analysis of a paper: whether questions work alike for two groups (DIF), and what a total
on one paper is worth on another (equating).  Promises that nothing is concluded from few people, and that no text says why two groups
differ: a difference is a reason to read the question again.  Doors: `asking`, `jobs`, `fairness`, `linking`.
"""
