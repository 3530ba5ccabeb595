"""What delivery needs from the floors above and beside it, as small function types; `web.wiring` hands them in."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from itembank.paper import Places

if TYPE_CHECKING:  # names in types only: this file stays pure
    from sqlalchemy.orm import Session

    from core.unit import Unit


@dataclass(frozen=True)
class Reason:
    """Why somebody may not start: a code, and a sentence in both languages."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class Admitted:
    """Whether a candidate may sit, with every reason why not."""

    reasons: tuple[Reason, ...] = ()

    @property
    def allowed(self) -> bool:
        """Say whether nothing stands against it."""
        return not self.reasons


@dataclass(frozen=True)
class SignalIn:
    """Something that the candidate's page noticed: its kind, when by the page's clock, and detail."""

    kind: str
    at: datetime
    detail: dict[str, Any]


@dataclass(frozen=True)
class Paper:
    """A frozen form as delivery uses it: the kind of item at each place, and the keyless view of one candidate."""

    kinds: Places
    build: Callable[[int, str], dict[str, Any]]  # (seed, attempt) → the paper as JSON


Admission = Callable[["Session", str], Admitted]
"""(session, attempt): may this attempt's candidate sit: registered, paid, identity not rejected?"""

Admissions = Callable[["Session", Sequence[str]], Mapping[str, Admitted]]
"""(session, attempts): the same for many attempts at once, at the cost of a few queries however many they are."""

Holder = tuple[str, str | None]
"""(account, sign-in): whose a ticket or a page is, and under which of the person's sign-ins."""

SignedIn = Callable[["Session", Collection[Holder]], Collection[Holder]]
"""(session, holders): those whose sign-in has not ended, and whose account is open and a candidate's."""

SignalSink = Callable[["Unit", str, Sequence[SignalIn]], None]
"""(unit, attempt, signals): takes the signals of an attempt; never changes the attempt."""

NameOf = Callable[["Session", str], str]
"""(session, account): what the person is called."""

MailTo = Callable[["Session", str], str | None]
"""(session, account): where the person's receipt is mailed to, as may be shown in a hall (l***@example.org); None when it is not mailed."""

PaperSource = Callable[["Session", str], Paper]
"""(session, form): the frozen form."""


@dataclass(frozen=True)
class Gates:
    """Everything that delivery is handed."""

    admission: Admission
    admissions: Admissions
    signed_in: SignedIn
    signals: SignalSink
    name_of: NameOf
    papers: PaperSource
    mail_to: MailTo
