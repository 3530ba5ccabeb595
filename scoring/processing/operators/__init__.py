"""Expressions: every expression class of the standard by its name, in tables that `catalogue` puts together.

Each function carries the clause that it follows.  Unless a clause says otherwise an operator is NULL when an operand is NULL, and when an
operand is not of the type that it asks for.
"""
