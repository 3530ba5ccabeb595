"""A served house with a sitting that has been sat, for tests of the desks' pages in a real browser."""

from pathlib import Path

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from core import clock as real
from core.actor import Role
from delivery import opening
from delivery.gates import Admitted, SignalIn
from proctor import signals
from tests.make import sitting
from tests.make.bank import choice, stock
from tests.make.house import PASSWORD, House
from tests.make.server import Deployment, Server

expect.set_options(timeout=45_000)  # ms: a busy machine is slow, and not wrong

HALL, PHONE = (1366, 768), (390, 844)
ANSWERS = {"1": "A", "2": ["A"], "6": "第一份答卷。", "7.3": "案例作答:\n风险在装船时转移。"}
PEOPLE = {"marker": Role.MARKER, "second": Role.MARKER, "office": Role.OFFICE, "invigilator": Role.INVIGILATOR}


class DeskHouse:
    """A server on SQLite with the real clock; candidates li and wang have handed in, zhao is writing, qian has not come and not paid."""

    def __init__(self, folder: Path) -> None:
        url = f"sqlite:///{folder / 'house.sqlite'}"
        deployment = Deployment(url, folder)
        code, document = deployment.run("migrate")
        assert code == 0, document
        self.house = House(url, real.now, folder, rate_limits=False)
        self.accounts = {login: self.house.account(login, role, name=f"工作人员 {login}") for login, role in PEOPLE.items()}
        stock(self.house.database, [choice("p1", pool="practice", stem="若 $a<b$,则?", knowledge=["海运/提单"])], real.now())
        self.sitting = sitting.plan(self.house)
        for login, name in (("li", "李晓雨"), ("wang", "王思远"), ("zhao", "赵一鸣")):
            self.accounts[login] = self.sitting.enrol(login, name=name)
        self.accounts["qian"] = self.sitting.enrol("qian", name="钱多多", paid=False)
        self.scripts = [self.sitting.sit(self.accounts[login], ANSWERS) for login in ("li", "wang")]
        writing = self.sitting.attempt(self.accounts["zhao"])
        with self.house.unit() as unit:
            opening.start(unit, writing, lambda *_: Admitted())
            signals.record(unit, writing, [SignalIn("paste", real.now(), {})])
        sitting.carry_on(self.house)
        self.server = Server(deployment).start()

    def enter(self, chromium: Browser, login: str, path: str, size: tuple[int, int] = HALL) -> Page:
        """Sign somebody in and open a page; what goes wrong in the page goes wrong in the test."""
        page = chromium.new_page(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
        page.set_default_timeout(45_000)
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if "Content Security Policy" in message.text else None)
        page.on("close", lambda _: _fail_on(faults))
        page.goto(f"{self.server.url}/signin")
        page.locator("input[name=login]").fill(login)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("main button").first.click()
        page.wait_for_url(lambda url: "signin" not in url)
        page.goto(self.server.url + path)
        return page

    def close(self) -> None:
        """Stop the server."""
        self.server.stop()
        self.house.close()


def _fail_on(faults: list[str]) -> None:
    assert faults == []


def check_axe(page: Page) -> None:
    """Find nothing that axe minds."""
    violations = Axe().run(page)["violations"]
    found = [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in violations]
    assert not found, found


def check_that_axe_minds(page: Page) -> None:
    """A control: on this very page axe finds what is planted there, a button without a name and a picture without words."""
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<p id=planted><button></button><img src=\"data:,\"></p>')"
    )
    with pytest.raises(AssertionError, match=r"button-name.*image-alt"):
        check_axe(page)
    page.evaluate("document.getElementById('planted').remove()")
    check_axe(page)


def check_width(page: Page) -> None:
    """Nothing sticks out at the side."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
