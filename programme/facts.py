"""What the programme rooms announce."""

from core.facts import define

ENROLLED = define("programme.candidate.enrolled", "A candidate is enrolled in a sitting.", "enrolment, sitting, candidate")
PAID = define("programme.enrolment.paid", "The office confirmed the payment of an enrolment.", "enrolment, sitting, candidate, reference")
RELEASED = define(
    "programme.result.released",
    "The result of an attempt is out, or out anew (`amended`); under a policy with the candidate's pass and band in the whole sitting.",
    "attempt, paper, sitting, marks, max_marks (decimals as text), amended, passed, band",
)
