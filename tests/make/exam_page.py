"""A hall for tests of the candidate's page: a real server, people who may sit at once, and a candidate at a real browser."""

import json
import re
import urllib.request
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Request, Response, WebSocket, expect

from core.actor import SYSTEM, Actor, Role
from core.clock import now
from core.unit import Database
from delivery import queries, reading
from delivery.deadline import Timing
from itembank.blueprint import Blueprint
from itembank.exchange.draft import Draft
from programme import candidates, enrolment, levels, payments, sittings
from tests.make.bank import published, stock
from tests.make.exam import DRAFTS
from tests.make.house import PASSWORD
from tests.make.server import Deployment, Server
from web import accounts
from web.accounts import AccountDraft, LoginKind
from web.passwords import hash_password

OFFICE = Actor("acc_office", frozenset({Role.OFFICE}))
BLUEPRINT = Blueprint.model_validate(
    {
        "title": "综合卷",
        "seed": 1,
        "sections": [
            {
                "id": name,
                "title": title,
                "instructions": "<p>请仔细审题。</p>",
                "draws": [{"count": 1, "kind": kind} for kind in kinds],
                "shuffle_items": False,
                "shuffle_options": False,
            }
            for name, title, kinds in (
                ("A", "一、选择题", ("single", "multiple", "truefalse", "numeric", "text")),
                ("B", "二、案例分析题", ("extended", "case")),
                ("C", "三、模拟业务题", ("business",)),
            )
        ],
    }
)
"""Questions 1 to 8 in this order; 7 is a case of a choice (7.1), a number (7.2) and a written answer (7.3)."""

SIZES = {"hall": (1366, 768), "small": (1024, 768), "phone": (390, 844)}
ACK = re.compile(r"^43/exam,(\d+)(\[.*\])$", re.DOTALL)
SENT = re.compile(r"^42/exam,(\d+)(\[.*\])$", re.DOTALL)


class ExamHall:
    """One server on SQLite, and what a test wants to know of its database."""

    def __init__(self, folder: Path, drafts: Sequence[Draft] = DRAFTS, *altered: str) -> None:
        url = f"sqlite:///{folder / 'house.sqlite'}"
        deployment = Deployment(url, folder, altered=altered)
        code, document = deployment.run("migrate")
        assert code == 0, document
        self.database = Database(url)
        self._hash = hash_password(PASSWORD)
        self._people = 0
        stock(self.database, drafts, now())
        self.form = published(self.database, BLUEPRINT, now())
        with self.database.unit(OFFICE, now()) as unit:
            for path in sorted(levels.DEFINITIONS.glob("*.json")):
                levels.load(unit, json.loads(path.read_text("utf-8")))
        self.server = Server(deployment).start()
        self._token = self._sign_in(self.person(Role.INVIGILATOR)[1])

    def close(self) -> None:
        """Stop the server."""
        self.server.stop()
        self.database.engine.dispose()

    def person(self, role: Role) -> tuple[str, str]:
        """Open an account; return its id and its login."""
        self._people += 1
        login = f"{role}{self._people}"
        draft = AccountDraft("李晓雨", frozenset({role}), {login: LoginKind.NAME}, self._hash)
        with self.database.unit(SYSTEM, now()) as unit:
            return accounts.create(unit, draft), login

    def candidate(
        self, starts_in: float = -60, duration: float = 3600, earliest: int = 0, timing: Timing = Timing.FULL_TIME, **more: Any
    ) -> tuple[str, str]:
        """Let a new candidate sit the paper with every kind of item; return the attempt and the login.  Times in seconds.

        `more` is anything else that is planned for the paper.
        """
        account, login = self.person(Role.CANDIDATE)
        starts_at = now() + timedelta(seconds=starts_in)
        paper = sittings.PaperPlan("综合", "综合卷", self.form, starts_at, int(duration), timing, earliest_submit_s=earliest, **more)
        with self.database.unit(OFFICE, now()) as unit:
            candidates.register(unit, account, "李晓雨")
            sitting = sittings.plan(unit, "cbec", "初级", "跨境电子商务师", [paper])
            payments.confirm(unit, enrolment.enrol(unit, sitting, account, "考点", "A-01"), login)
        with self.database.reading() as session:
            return reading.attempts_of(session, account)[0].id, login

    def act(self, attempt: str, name: str, **body: Any) -> None:
        """Do an invigilator's act through the server."""
        self._post(f"attempts/{attempt}/{name}", body, {"Authorization": f"Bearer {self._token}"})

    def bring(self, file: dict[str, Any]) -> Any:
        """Bring in an exported answer file as the invigilator does."""
        return self._post("answer-files", file, {"Authorization": f"Bearer {self._token}"})

    def attempt(self, attempt: str) -> reading.Attempt:
        """Return how an attempt stands in the database."""
        with self.database.reading() as session:
            return reading.get_attempt(session, attempt)

    def journal(self, attempt: str) -> dict[int, tuple[str, Any]]:
        """Return what is durable: number → place and value."""
        with self.database.reading() as session:
            return {link.entry.seq: (link.entry.item, json.loads(link.entry.value)) for link in queries.journal_of(session, attempt)}

    def answers(self, attempt: str) -> dict[str, Any]:
        """Return the answers of a submitted attempt."""
        with self.database.reading() as session:
            return reading.get_submission(session, attempt).answers

    def _sign_in(self, login: str) -> str:
        return str(self._post("session", {"login": login, "password": PASSWORD, "bearer": True}, {})["token"])

    def _post(self, path: str, body: dict[str, Any], headers: dict[str, str]) -> Any:
        headers = {"Content-Type": "application/json", **headers}
        request = urllib.request.Request(f"{self.server.url}/api/v1/{path}", json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)


class Candidate:
    """A candidate at a browser: what they do, and what the server has acknowledged to them on the way."""

    def __init__(self, browser: Browser, hall: ExamHall, login: str, size: str = "hall", **context: Any) -> None:
        width, height = SIZES[size]
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, has_touch=size == "phone", locale="zh-CN", timezone_id="Asia/Shanghai", **context
        )
        self.context.set_default_timeout(45_000)
        self.hall = hall
        self.url = hall.server.url
        self.login = login
        self.faults: list[str] = []
        self.acked: set[int] = set()
        self.sent: dict[str, list[Any]] = {}
        self._asked: dict[str, list[int]] = {}
        self.page = self.new_page()

    def new_page(self) -> Page:
        """Open another page in the same browser; it becomes the one that is used."""
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda message: "Content Security Policy" in message.text and self.faults.append(message.text))
        self.page.on("websocket", self._listen)
        self.page.on("response", self._note_http)
        return self.page

    def sign_in(self) -> "Candidate":
        """Sign in with the form."""
        self.page.goto(f"{self.url}/signin")
        self.page.fill("#login", self.login)
        self.page.fill("#password", PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "signin" not in url)
        return self

    def arrive(self, attempt: str) -> "Candidate":
        """Go to the exam."""
        self.page.goto(f"{self.url}/exam/{attempt}")
        return self

    def enter(self) -> "Candidate":
        """Consent, and go in."""
        self.page.check("#consent")
        self.page.click(".enter")
        return self

    def sit(self, attempt: str) -> "Candidate":
        """Sign in, go in, and see the paper."""
        self.sign_in().arrive(attempt).enter()
        self.page.wait_for_selector(".desk .question")
        return self

    def go(self, number: str) -> None:
        """Turn to a question by the answer sheet."""
        opener = self.page.locator(".open-sheet")
        if opener.is_visible():
            opener.click()
        self.page.locator(".sheet .cell").get_by_text(number, exact=True).click()

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        """Write into the field of the question that is shown, and wait until the pause saves it."""
        self.page.locator(".question.here textarea, .question.here input[type=text]").first.fill(text)

    def is_saved(self, within: float = 45_000) -> None:
        """Wait until everything is acknowledged."""
        expect(self.page.locator(".save-state.safe")).to_contain_text("已保存", timeout=within)

    def save_state(self) -> str:
        """Return what the page says about its answers."""
        return self.page.inner_text(".save-state")

    def cut(self) -> None:
        """Cut this browser's network, with every connection that it holds."""
        self.context.set_offline(True)
        expect(self.page.locator(".save-state.down")).to_be_visible()

    def join(self) -> None:
        """Give the network back."""
        self.context.set_offline(False)

    def hand_in(self) -> str:
        """Hand in through both steps; return the receipt's code."""
        self.page.click(".hand-in")
        self.page.get_by_role("button", name="继续交卷").click()
        self.page.get_by_role("button", name="确定交卷").click()
        return self.receipt_code()

    def receipt_code(self, within: float = 45_000) -> str:
        """Wait for the receipt; return its code."""
        self.page.wait_for_selector(".receipt-code", timeout=within)
        return self.page.inner_text(".receipt-code")

    def leave(self) -> None:
        """Close the browser; nothing may have gone wrong in it."""
        self.context.close()
        assert self.faults == []

    def _listen(self, line: WebSocket) -> None:
        line.on("framesent", lambda frame: self._note_sent(line, str(frame)))
        line.on("framereceived", lambda frame: self._note_ack(line, str(frame)))

    def _note_sent(self, line: WebSocket, frame: str) -> None:
        found = SENT.match(frame)
        if not found:
            return
        name, payload = json.loads(found[2])
        self.sent.setdefault(name, []).append(payload)
        if name in ("answer.put", "answer.put_many"):
            self._asked[f"{id(line)}/{found[1]}"] = [entry["seq"] for entry in payload.get("entries", [payload])]

    def _note_ack(self, line: WebSocket, frame: str) -> None:
        found = ACK.match(frame)
        if found and json.loads(found[2])[0].get("ok"):
            self.acked.update(self._asked.get(f"{id(line)}/{found[1]}", []))

    def _note_http(self, response: Response) -> None:
        request: Request = response.request
        if request.method == "PUT" and response.ok:
            self.acked.add(int(request.url.rsplit("/", 1)[-1]))
