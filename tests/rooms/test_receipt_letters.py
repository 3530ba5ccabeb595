"""The receipt by mail, handed to a real SMTP server: once for each hand-in, tried until it is taken, and nothing where none is set up."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core import mail
from core.actor import Role
from core.errors import ExamError
from core.mail import Letter, Post
from core.tables import LetterRow
from core.unit import Database
from delivery import held, receipts
from delivery.ruling import Ruling
from tests.make import sitting
from tests.make.clock import MovableClock
from tests.make.house import House
from tests.make.post_office import PASSWORD, USER, PostOffice, post_office
from tests.rooms.test_delivery_held import ANN, BEN, Case
from web import accounts
from web.keeping import examine

SENDER = "考务办公室 <exams@example.org>"
LETTER = Letter("receipt/att_1/x", "li@example.org", "交卷回执", "请保存。", "receipt.json", '{"a":"答"}')


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as office:
        yield office


@pytest.fixture
def house(database_url: str, clock: MovableClock, tmp_path: Path, office: PostOffice) -> Iterator[House]:
    settings = {"rate_limits": False, "mail_url": f"smtp://127.0.0.1:{office.port}", "mail_from": SENDER}
    house = House(database_url, clock, tmp_path, **settings)
    yield house
    house.close()


def candidate(house: House, email: str = "li@example.org") -> Case:
    made = sitting.plan(house)
    account = made.enrol("li")
    if email:
        with house.unit() as unit:
            accounts.set_email(unit, account, email)
    return Case(house, made, made.sit(account, {"1": "B"}))


def rows(database: Database) -> list[LetterRow]:
    with database.reading() as session:
        return list(session.scalars(select(LetterRow).order_by(*LetterRow.__table__.primary_key)))


def attached(letter: Any) -> Any:
    (part,) = letter.iter_attachments()
    return json.loads(part.get_content())


def test_a_receipt_is_mailed_once_with_its_file(house: House, office: PostOffice) -> None:
    case = candidate(house)
    house.work()
    house.work()
    (letter,) = office.letters
    receipt = attached(letter)
    assert office.receivers == ["li@example.org"]
    assert (letter["From"], letter["To"]) == (SENDER, "li@example.org")
    assert receipt["code"] in letter["Subject"]
    assert receipt["code"] in letter.get_body().get_content()
    assert receipts.verify(receipt, receipts.Signer(house.settings.data_dir).public)["signature"] == "good"
    assert receipt["attempt"] == case.attempt
    page = house.browser("li").get(f"/exam/{case.attempt}").text
    assert "l***@example.org" in page
    assert "li@example.org" not in page


def test_it_is_mailed_again_when_two_people_count_an_answer(house: House, office: PostOffice) -> None:
    case = candidate(house)
    house.work()
    assert case.arrive(2, "1", "A") == "delivery.closed"
    for who in (ANN, BEN):
        with house.unit(who) as unit:
            held.decide(unit, case.attempt, case.digest(2), Ruling.COUNT, "见记录")
    house.work()
    first, second = (attached(letter) for letter in office.letters)
    assert (first["entries"], second["entries"], second["handed_in"]["entries"]) == (1, 2, 1)
    assert office.letters[0]["Message-ID"] != office.letters[1]["Message-ID"]


def test_without_an_address_nothing_is_mailed(house: House, office: PostOffice) -> None:
    candidate(house, email="")
    house.work()
    assert (office.letters, rows(house.database)) == ([], [])


def test_where_mail_is_not_set_up_nothing_is_queued_and_the_doctor_says_so(database_url: str, clock: MovableClock, tmp_path: Path) -> None:
    house = House(database_url, clock, tmp_path, rate_limits=False)
    case = candidate(house)
    house.work()
    assert rows(house.database) == []
    assert '"mail": null' in house.browser("li").get(f"/exam/{case.attempt}").text
    (check,) = [check for check in examine(house.settings) if check.name == "mail"]
    assert check.sound
    assert "not set up" in check.en
    house.close()
    half = House(database_url, clock, tmp_path, rate_limits=False, mail_url="smtp://127.0.0.1")
    assert [check.sound for check in examine(half.settings) if check.name == "mail"] == [False]
    half.close()


def test_a_letter_is_tried_again_later_and_dead_at_last(database: Database, clock: MovableClock, office: PostOffice) -> None:
    post = Post(f"smtp://127.0.0.1:{office.port}", SENDER)
    with database.unit(ANN, clock()) as unit:
        mail.queue(unit, LETTER)
        mail.queue(unit, LETTER)
    office.refuses = True
    assert mail.send_due(post, database, clock()) == 0
    assert mail.send_due(post, database, clock.move(9)) == 0
    (row,) = rows(database)
    assert (row.state, row.tries) == ("pending", 1)
    assert "451" in (row.last_error or "")
    office.refuses = False
    assert mail.send_due(post, database, clock.move(1)) == 1
    assert mail.send_due(post, database, clock.move(7200)) == 0
    assert [letter["Subject"] for letter in office.letters] == ["交卷回执"]
    (row,) = rows(database)
    assert (row.state, row.last_error, row.sent_at is not None) == ("sent", None, True)

    with database.unit(ANN, clock()) as unit:
        mail.queue(unit, Letter("receipt/att_2/x", "wang@example.org", "s", "t", "r.json", "{}"))
    office.refuses = True
    for _ in range(mail.MAX_TRIES + 3):
        mail.send_due(post, database, clock.move(7200))
    dead = next(row for row in rows(database) if row.to == "wang@example.org")
    assert (dead.state, dead.tries) == ("dead", mail.MAX_TRIES)


def test_a_sender_that_died_in_the_middle_leaves_the_letter_to_the_next(
    database: Database, clock: MovableClock, office: PostOffice
) -> None:
    with database.unit(ANN, clock()) as unit:
        mail.queue(unit, LETTER)
    assert [letter.key for letter, _ in mail._lease(database, clock())] == [LETTER.key]
    post = Post(f"smtp://127.0.0.1:{office.port}", SENDER)
    assert mail.send_due(post, database, clock.move(60)) == 0
    assert mail.send_due(post, database, clock.move(60)) == 1


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # of the test's own server
def test_a_server_that_wants_a_password_gets_it(database: Database, clock: MovableClock) -> None:
    with post_office(wants_password=True) as office:
        with database.unit(ANN, clock()) as unit:
            mail.queue(unit, LETTER)
        wrong = Post(f"smtp://{USER}:wrong@127.0.0.1:{office.port}", SENDER)
        assert mail.send_due(wrong, database, clock()) == 0
        right = Post(f"smtp://{USER}:{PASSWORD.replace('@', '%40').replace(':', '%3A')}@127.0.0.1:{office.port}", SENDER)
        assert mail.send_due(right, database, clock.move(10)) == 1
        assert len(office.letters) == 1


@pytest.mark.parametrize("email", ["li", "li@", "@x.org", "li@localhost", "li@x.org\nBcc: all@x.org", "a b@x.org", "李@x.org"])
def test_an_address_that_is_none_is_refused(database: Database, clock: MovableClock, email: str) -> None:
    with pytest.raises(ExamError) as refused, database.unit(ANN, clock()) as unit:
        accounts.set_email(unit, "acc_none", email)
    assert refused.value.kind.code == "web.bad_email"


def test_the_office_notes_the_address_on_the_account_s_page(house: House) -> None:
    account = house.account("li", Role.CANDIDATE)
    house.account("office", Role.OFFICE)
    browser = house.browser("office")
    path = f"/office/accounts/{account}"
    assert browser.post(f"{path}/email", data={"email": "not one"}).status_code == 422
    assert browser.post(f"{path}/email", data={"email": " li@example.org "}).status_code == 302
    assert 'value="li@example.org"' in browser.get(path).text
    assert browser.post(f"{path}/email", data={"email": ""}).status_code == 302
    with house.database.reading() as session:
        assert accounts.find_email(session, account) is None
