"""Practice: the question bank that a paid registration opens.

Owns practice answers, the wrong-answer book and progress by knowledge point.  Promises instant feedback on practice items and that no item
of a live form is ever shown.  Doors: `answering`, `wrong_book`, `firewall`.  Never touches the exam's journal, opening, submitting,
gateway, nor proctor.
"""
