"""Item processing: what a QTI item or test says about its own scoring, carried out to the letter.

Owns the reading of declarations, template processing, response processing and outcome processing of QTI 2.1, 2.2 and 3.0, with every
expression and rule of the standard; "clause" in a docstring names the class of its information model (QTI 2.2, ASI).  Promises outcomes
or a coded `ProcessingError` for any input, bounded work, and the same result for the same seed.  Doors: `score.score_item`,
`score.process_item`, `score.score_test`, `cloning.clone`.  Pure: no database, no network, no clock; XML may neither define nor fetch
entities.

`reading` XML to nodes · `values`, `casting` types, containers, NULL · `responses` what a candidate sent · `declarations`, `mappings`,
`shapes` · `session` the variables while processing runs · `operators/` expressions by name · `patterns` regular expressions · `rules` by
name · `template_processing`, `standard` · `cloning`, `printing` parameterised items made plain.
"""
