"""Pass lines and bands of a sitting: set as data, kept with the release, moved by a regrade only through a further release."""

import re
from decimal import Decimal
from typing import Any

import pytest

from core.actor import Actor, Role
from core.errors import ExamError
from programme import policy, queries, results
from programme.policy import Evidence
from programme.policy_picture import picture
from scoring import regrade, regrade_preview, regrade_queries
from scoring.analysis.words import speaker
from scoring.changes import Change
from scoring.gates import Consequences
from tests.make import sitting
from tests.make.house import House
from tests.make.sitting import OFFICE, SECOND, Sitting, carry_on
from web.wiring import CONSEQUENCES

RULES: dict[str, Any] = {
    "paper_min": {"综合": "2"},
    "total_min": "2",
    "denominator": "passers",
    "rounding": "ceil",
    "ties": "all_up",
    "late": "recompute",
    "bands": [{"name": "优秀", "top": "0.25"}, {"name": "合格", "top": "1"}],
}
MARKS = {"top": {"1": "A", "2": ["A", "B"]}, "good": {"1": "A", "3": "A"}, "just": {"1": "A"}, "poor": {"1": "B"}}


def put(house: House, made: Sitting, document: dict[str, Any] = RULES, evidence: tuple[Evidence, ...] = ()) -> int:
    with house.unit(OFFICE) as unit:
        return policy.set_policy(unit, made.id, document, evidence, "按考试办法")


def release(house: House, made: Sitting) -> int:
    with house.unit(OFFICE) as unit:
        return results.release(unit, made.id)


def refusal(act: Any, *arguments: Any) -> str:
    with pytest.raises(ExamError) as refused:
        act(*arguments)
    return refused.value.kind.code


def told(house: House, login: str) -> tuple[str, bool, str | None]:
    found = house.browser(login).get("/api/v1/me/results").get_json()
    (outcome,) = found["outcomes"]
    return found["results"][0]["marks"], outcome["passed"], outcome["band"]


@pytest.fixture
def made(house: House) -> Sitting:
    made = sitting.plan(house)
    for login, answers in MARKS.items():
        made.sit(made.enrol(login), answers)
    made.enrol("absent")
    house.clock.move(100_000)
    carry_on(house)
    return made


def test_a_release_tells_pass_and_band_and_keeps_the_policy(house: House, made: Sitting) -> None:
    assert put(house, made) == 1
    assert release(house, made) == 4
    assert [told(house, login) for login in MARKS] == [("4", True, "优秀"), ("3", True, "合格"), ("2", True, "合格"), ("0", False, None)]
    with house.database.reading() as session:
        (kept,) = queries.releases_of(session, made.id)
    assert (kept.policy, kept.sitters, kept.passers, kept.results) == (1, 4, 3, 4)
    assert kept.document == {**RULES, "tie_keys": []}
    assert [(cut["band"], cut["people"], cut["least"]) for cut in kept.cuts] == [("优秀", 1, ["4"]), ("合格", 2, ["2"])]
    assert "优秀" in house.browser("top").get("/results").text
    put(house, made, {**RULES, "total_min": "3"})
    assert told(house, "just") == ("2", True, "合格")  # until the next release
    assert release(house, made) == 0
    assert told(house, "just") == ("2", False, None)
    assert refusal(release, house, made) == "programme.released_already"


def propose(house: House, made: Sitting, change: dict[str, Any]) -> str:
    with house.unit(OFFICE) as unit:
        name = regrade.propose(unit, made.paper, [Change.model_validate(change)], "试题有误")
    regrade_preview.make_asked(CONSEQUENCES, house.database, house.clock())
    return name


def commit(house: House, name: str, who: Actor = SECOND, consequences: Consequences = CONSEQUENCES) -> None:
    with house.unit(who) as unit:
        regrade.commit(unit, name, regrade_queries.get_regrade(unit.session, name).digest, consequences, lambda: None)
    carry_on(house)


def test_a_regrade_foretells_lines_bands_and_certificates_and_changes_what_is_out_only_by_a_release(house: House, made: Sitting) -> None:
    put(house, made)
    release(house, made)
    before = [told(house, login) for login in MARKS]
    name = propose(house, made, {"place": "1", "act": "new_key", "correct": ["B"]})
    with house.database.reading() as session:
        preview = regrade_queries.get_regrade(session, name).preview
    assert preview
    said = preview["consequences"]
    by_login = dict(zip(made.enrolments, MARKS, strict=False))
    assert {(by_login[e["candidate"]], e["line"], e["before"], e["after"], e["passed"]) for e in said["lines"] if not e["kept"]} == {
        (login, line, *rest)
        for line in ("综合", "total")
        for login, *rest in (("good", "3", "1", False), ("just", "2", "0", False), ("poor", "0", "2", True))
    }
    assert {(by_login[e["candidate"]], e["change"]) for e in said["certificates"]} == {
        ("good", "lost"),
        ("just", "lost"),
        ("poor", "gained"),
    }
    assert {(by_login[e["candidate"]], e["before"], e["after"]) for e in said["bands"]} == {
        ("good", "合格", None),
        ("just", "合格", None),
        ("poor", None, "优秀"),
    }
    assert said["released"] == 4
    commit(house, name)
    assert [told(house, login) for login in MARKS] == before
    assert release(house, made) == 4
    assert [told(house, login) for login in MARKS] == [("2", True, "优秀"), ("1", False, None), ("0", False, None), ("2", True, "优秀")]
    with house.unit(OFFICE) as unit:
        back = regrade.propose_reversal(unit, name, "原答案无误")
    regrade_preview.make_asked(CONSEQUENCES, house.database, house.clock())
    commit(house, back)
    assert release(house, made) == 4
    assert [told(house, login) for login in MARKS] == before


def test_what_is_regraded_and_taken_back_before_a_release_needs_none(house: House, made: Sitting) -> None:
    release(house, made)
    name = propose(house, made, {"place": "1", "act": "full_marks"})
    commit(house, name)
    with house.database.reading() as session:
        assert results.readiness(session, made.id).amended == 1
    with house.unit(OFFICE) as unit:
        back = regrade.propose_reversal(unit, name, "原答案无误")
    regrade_preview.make_asked(CONSEQUENCES, house.database, house.clock())
    commit(house, back)
    with house.database.reading() as session:
        ready = results.readiness(session, made.id)
    assert (ready.held, ready.amended, ready.released) == (0, 0, 4)


def test_under_freeze_nobody_is_demoted_and_the_rules_stay(house: House, made: Sitting) -> None:
    put(house, made, {**RULES, "late": "freeze"})
    release(house, made)
    assert refusal(put, house, made) == "programme.policy_frozen"
    name = propose(house, made, {"place": "1", "act": "new_key", "correct": ["B"]})
    with house.database.reading() as session:
        preview = regrade_queries.get_regrade(session, name).preview
    assert preview
    said, by_login = preview["consequences"], dict(zip(made.enrolments, MARKS, strict=False))
    assert {(by_login[entry["candidate"]], entry["passed"], entry["kept"]) for entry in said["lines"]} == {
        ("good", False, True),
        ("just", False, True),
        ("poor", True, False),
    }
    assert [(by_login[entry["candidate"]], entry["change"]) for entry in said["certificates"]] == [("poor", "gained")]
    commit(house, name)
    release(house, made)
    assert [told(house, login) for login in MARKS] == [("2", True, "优秀"), ("1", True, "合格"), ("0", True, "合格"), ("2", True, "合格")]


def test_judges_data_give_lines_that_are_kept_as_evidence(house: House, made: Sitting) -> None:
    places = ["1", "2", "3", "4", "5", "6", "7.1", "7.2", "7.3", "8"]
    table = "\n".join(["\t".join(["评委", *places]), "\t".join(["甲", *["0.5"] * 10]), "\t".join(["乙", *["0.75"] * 10])])
    given = Evidence("综合", "angoff", table)
    line_of_two = Decimal("24.38")  # 39 marks at chances of 0.5 and 0.75: 24.375, halves up
    with house.database.reading() as session:
        assert policy.judge(session, made.id, given).value == line_of_two
        ebel = policy.judge(session, made.id, Evidence("综合", "ebel", "class,marks,甲,乙\neasy,20,0.8,0.9\nhard,20,0.4,0.5"))
        assert (ebel.value, ebel.judgements) == (Decimal(26), 2)
        line = policy.judge(session, made.id, Evidence("综合", "borderline", "评级,得分\n1,10\n2,20\n3,30", Decimal(2)))
        assert line.value == 20
        for wrong in ("", "a,1\nb", "评委,1\n甲,0.5", table.replace("0.75", "2"), table.replace("0.5", "x")):
            assert refusal(policy.judge, session, made.id, Evidence("综合", "angoff", wrong)) == "programme.judgements_invalid"
        with pytest.raises(ExamError) as few:
            policy.judge(session, made.id, Evidence("综合", "angoff", "评委,1,2,99\n甲,0.5,0.5,0.5"))
        assert few.value.text("zh").endswith("题号不符：缺少第 3、4、5、6、7.1 等 8 题；本卷没有第 99 题")
        assert few.value.text("en").endswith("places do not match: 3, 4, 5, 6, 7.1 and 3 more missing; 99 not on the paper")
    put(house, made, {**RULES, "paper_min": {"综合": "24.38"}}, (given,))
    with house.database.reading() as session:
        (row,) = queries.policies_of(session, made.id)
    assert [(entry["method"], entry["value"], entry["judgements"]) for entry in row.evidence] == [("angoff", str(line_of_two), 2)]


def test_the_office_previews_and_sets_and_is_told_what_makes_no_sense(house: House, made: Sitting) -> None:
    house.account("office", Role.OFFICE)
    browser = house.browser("office")
    found = browser.post(f"/api/v1/sittings/{made.id}/policy/preview", json={"document": RULES}).get_json()
    assert (found["sitters"], found["passers"], found["waiting"], found["totals"]) == (4, 3, 0, {"0": 1, "2": 1, "3": 1, "4": 1})
    assert found["picture"].startswith("<svg")
    assert all(words in found["picture"] for words in ("合格线 2", "总分", "人数"))
    assert not re.search("[A-Za-z]{4,}", re.sub("<[^>]*>", "", found["picture"]))
    english = re.sub("<[^>]*>", "", picture(found, speaker("en")))
    assert "Pass line 2" in english
    assert not re.search("[\u4e00-\u9fff]", english.replace("优秀", "").replace("合格", ""))  # the office's own names of bands
    wrong = {**RULES, "paper_min": {"没有": "1"}}
    refused = browser.put(f"/api/v1/sittings/{made.id}/policy", json={"document": wrong, "reason": "x"})
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (422, "programme.policy_invalid")
    assert browser.put(f"/api/v1/sittings/{made.id}/policy", json={"document": RULES, "reason": "按办法"}).get_json() == {"number": 1}
    assert "按办法" in browser.get(f"/office/sittings/{made.id}/policy").text
