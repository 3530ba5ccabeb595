"""What the HTTP routes of delivery are sent; answers and instants as in `messages`."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from delivery.messages import Epoch, Evidence, Instant, Submit

LONGEST_GRANT_S = 24 * 3600

Reason = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
Request = Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)] | None
Seconds = Annotated[int, Field(strict=True, gt=0, le=LONGEST_GRANT_S)]


class Body(BaseModel):
    """A request: every field is named here."""

    model_config = ConfigDict(extra="forbid")


class TicketBody(Body):
    """What the device check found, and the invigilator's code where another machine needs one.

    `device.machine` is the random name that the machine's browser keeps; it is needed with a code.
    """

    device: dict[str, Any] = {}
    code: Annotated[str, StringConstraints(max_length=20)] | None = None


class NoBody(Body):
    """Nothing."""


class AnswerBody(Body):
    """One answer, its number being in the address."""

    epoch: Epoch
    item: Annotated[str, StringConstraints(max_length=200)]
    value: Any
    typed_at: Instant
    evidence: Evidence | None = None


class SubmitBody(Submit):
    """Hand in."""


class SinceQuery(Body):
    """The number of the last event that the page has seen, 0 for a page that knows nothing; whether it wants the answers as well."""

    since: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    answers: bool = False


class ReasonBody(Body):
    """Why; `request` is the caller's own number for the act, which it may send again."""

    reason: Reason
    request: Request = None


class ExtendBody(ReasonBody):
    """Seconds to give, as what, and why."""

    seconds: Seconds
    kind: Literal["accommodation", "extension", "incident"] = "extension"


class ReopenBody(Body):
    """Seconds for which a handed-in attempt is to run again, and why."""

    seconds: Seconds
    reason: Reason


class NoticeBody(Body):
    """A notice to the candidate."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
