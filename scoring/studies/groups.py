"""Who belongs to which group: by what the house knows of its candidates, or by a table that the office uploads."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

import xlsxwriter
from sqlalchemy.orm import Session

from delivery import reading as delivery_reading
from scoring.errors import GROUPS_UNREADABLE
from scoring.gates import GroupsOf, NamesOf
from scoring.studies import queries

FILE = "file"
"""What groups are called that an uploaded table gives."""
MOST_GROUPS = 200
_HEADINGS = ("答卷 / Attempt", "姓名 / Name", "座位 / Seat", "分组 / Group")
_PLAIN_CELLS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}

Groups = Mapping[str, str]
"""Attempt → group; who is in none is not named."""


@dataclass(frozen=True)
class Given:
    """What an uploaded table says: the groups, and who in it has no script of the paper."""

    groups: Groups
    unknown: list[str]


def known(session: Session, paper: str, groups_of: GroupsOf) -> dict[str, dict[str, str]]:
    """Return attribute → attempt → group, of the attributes that divide the people of a paper into two groups or more."""
    candidates = queries.candidates_of(session, paper)
    found = {}
    for attribute, group_of in groups_of(session, paper).items():
        groups = {attempt: group_of[candidate] for attempt, candidate in candidates.items() if group_of.get(candidate)}
        if len(set(groups.values())) > 1:
            found[attribute] = groups
    return found


def sizes(groups: Groups) -> list[tuple[str, int]]:
    """Return the groups with how many people each has, the greatest first."""
    return sorted(Counter(groups.values()).items(), key=lambda group: (-group[1], group[0]))


def read(session: Session, paper: str, rows: Sequence[Sequence[str]]) -> Given:
    """Read a table of groups: a heading, then a row a person; the first column holds attempt or account, the last the group.

    Raises:
        ExamError: `scoring.groups_unreadable`.
    """
    if len(rows) < 2 or len(rows[0]) < 2:
        raise GROUPS_UNREADABLE(detail="2 × 2")
    candidates = queries.candidates_of(session, paper)
    attempts = {candidate: attempt for attempt, candidate in candidates.items()} | {attempt: attempt for attempt in candidates}
    last = len(rows[0]) - 1
    told = [(row[0], row[last] if len(row) > last else "") for row in rows[1:]]
    groups = {attempts[who]: group for who, group in told if group and who in attempts}
    if not 2 <= len(set(groups.values())) <= MOST_GROUPS:
        raise GROUPS_UNREADABLE(detail=f"{len(set(groups.values()))} groups")
    return Given(groups, [who for who, group in told if group and who not in attempts])


def template(session: Session, paper: str, names_of: NamesOf) -> bytes:
    """Return the workbook to be filled in: a row a script, the column of groups empty."""
    candidates = queries.candidates_of(session, paper)
    names = names_of(session, set(candidates.values()))
    seats = {attempt.id: attempt.seat for attempt in delivery_reading.attempts_of_paper(session, paper)}
    memory = BytesIO()
    with xlsxwriter.Workbook(memory, _PLAIN_CELLS) as book:
        head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1})
        sheet = book.add_worksheet("分组")
        for n, heading in enumerate(_HEADINGS):
            sheet.write_string(0, n, heading, head)
            sheet.set_column(n, n, 24)
        for r, (attempt, candidate) in enumerate(candidates.items(), 1):
            for n, text in enumerate((attempt, names.get(candidate, candidate), seats.get(attempt, ""))):
                sheet.write_string(r, n, text)
        sheet.freeze_panes(1, 0)
    return memory.getvalue()
