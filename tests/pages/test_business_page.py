"""The desk of a simulated-business task in a real browser: what is told, when, and by keyboard alone."""

import json
import mimetypes
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, sync_playwright

from itembank.business.reducer import fold
from itembank.business.scenario import FormField, Visible, split
from itembank.business.workspace import workspace
from scoring.business_score import score_business
from tests.make.business import CASES, ROOT, demo_scenario
from tests.make.clerks import CLERKS

HOST = "http://desk.test/"
PAUSE = 1500  # ms; longer than the pause after which typed text is told
PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Desk</title>
<link rel="stylesheet" href="/static/css/base.css"><link rel="stylesheet" href="/static/css/business.css"></head>
<body><main id="desk"><h1>Paper</h1><h2>1</h2><h3>Task</h3><div id="task"></div></main><script type="module">
import {{ renderBusiness }} from "/static/exam/business.js";
const workspace = {desk};
window.told = [];
window.draw = (log, more) => {{
  window.desk = renderBusiness(document.getElementById("task"), workspace, log, {{ onAction: (a) => told.push(a), ...more }});
}};
draw([]);
window.ready = true;
</script></body></html>"""

Sit = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is not installed: install the package chromium, or run `make test` as root")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def sit(chromium: Browser) -> Iterator[Sit]:
    """Return a function that opens a desk; time stands still there but for `page.clock.run_for`."""
    pages: list[Page] = []
    faults: list[str] = []

    def open_desk(desk: dict[str, Any], lang: str = "zh-CN", size: tuple[int, int] = (1366, 768)) -> Page:
        page = chromium.new_page(viewport={"width": size[0], "height": size[1]}, locale="en-US")
        page.set_default_timeout(45_000)
        pages.append(page)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.clock.install()
        page.route(f"{HOST}**", lambda route: _serve(route, desk, lang))
        page.goto(HOST)
        page.wait_for_function("window.ready")
        return page

    yield open_desk
    for page in pages:
        page.close()
    assert faults == []


def _serve(route: Route, desk: dict[str, Any], lang: str) -> None:
    path = route.request.url.removeprefix(HOST)
    if not path:
        route.fulfill(content_type="text/html", body=PAGE.format(desk=json.dumps(desk).replace("</", "<\\/"), lang=lang))
    elif path.startswith("static/") and (ROOT / path).is_file():
        route.fulfill(content_type=mimetypes.guess_type(path)[0] or "text/plain", body=(ROOT / path).read_bytes())
    else:
        route.fulfill(status=404)


def _told(page: Page) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = page.evaluate("window.told")
    return told


def _set(field: str, value: Any) -> dict[str, Any]:
    return {"action": "set", "field": field, "value": value}


def _box(page: Page, name: str) -> Any:
    return page.locator(f".bz-input[id$='-{name}']")


def test_typed_text_is_told_after_a_pause_and_when_the_field_is_left(sit: Sit) -> None:
    page = sit(CASES["workspace"])
    _box(page, "price").fill("12")
    assert _told(page) == []
    page.clock.run_for(PAUSE)
    assert _told(page) == [_set("price", "12")]
    _box(page, "buyer").fill("Costa Clara")
    _box(page, "buyer").blur()
    _box(page, "price").fill("")
    _box(page, "price").blur()
    assert _told(page)[1:] == [_set("buyer", "Costa Clara"), {"action": "clear", "field": "price"}]
    page.clock.run_for(PAUSE)
    _box(page, "buyer").blur()
    assert len(_told(page)) == 3  # nothing is told twice


def test_nothing_is_told_while_an_input_method_composes(sit: Sit) -> None:
    page = sit(CASES["workspace"])
    _box(page, "reply").focus()
    keyboard = page.context.new_cdp_session(page)
    for text in ("b", "bao", "baojia"):
        keyboard.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
        page.clock.run_for(PAUSE)
    page.clock.run_for(20_000)
    page.evaluate("window.desk.flush()")
    assert _told(page) == []
    assert _box(page, "reply").input_value() == "baojia"
    keyboard.send("Input.insertText", {"text": "报价"})
    page.clock.run_for(PAUSE)
    assert _told(page) == [_set("reply", "报价")]


def test_drawing_again_does_not_disturb_what_is_being_typed(sit: Sit) -> None:
    page = sit(CASES["workspace"])
    _box(page, "reply").press_sequentially("Dear")
    page.evaluate("draw([{action: 'set', field: 'pieces', value: '300'}])")
    assert _box(page, "reply").input_value() == "Dear"
    assert _box(page, "pieces").input_value() == "300"
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    page.evaluate("window.desk.flush()")
    assert _told(page) == [_set("reply", "Dear")]


def test_what_is_too_long_stays_where_it_was_written(sit: Sit) -> None:
    page = sit(CASES["workspace"])
    _box(page, "buyer").fill("x" * 501)
    _box(page, "buyer").blur()
    page.get_by_label("FOB").check()
    assert _told(page) == [_set("term", "fob")]
    assert _box(page, "buyer").input_value() == "x" * 501
    assert _box(page, "buyer").get_attribute("aria-invalid") == "true"
    _box(page, "buyer").fill("x" * 500)
    _box(page, "buyer").blur()
    assert _told(page)[-1] == _set("buyer", "x" * 500)
    assert _box(page, "buyer").get_attribute("aria-invalid") == "false"


def test_undo_takes_back_one_change_and_says_which(sit: Sit) -> None:
    page = sit(CASES["workspace"], lang="en")
    undo = page.locator(".bz-undo")
    assert undo.get_attribute("aria-disabled") == "true"
    page.get_by_label("CIF").check()
    _box(page, "price").fill("13")
    undo.click()  # what is half typed is the last change
    assert _told(page) == [_set("term", "cif"), _set("price", "13"), {"action": "undo"}]
    assert _box(page, "price").input_value() == "9.90"
    assert page.get_by_role("status").inner_text() == "Undone: Price of A-1"
    undo.click()
    assert not page.get_by_label("CIF").is_checked()
    undo.press("Enter")
    assert len(_told(page)) == 4  # there was nothing left to undo


def test_a_first_look_at_a_document_is_told_once(sit: Sit) -> None:
    page = sit(CASES["workspace"])
    page.get_by_role("button", name="Inquiry").click()
    page.get_by_role("button", name="Prices").click()
    page.get_by_role("button", name="Inquiry").click()
    assert _told(page) == [{"action": "open", "document": "m1"}, {"action": "open", "document": "p1"}]
    assert "Please quote A-1." in page.locator(".bz-reading").inner_text()


def test_a_log_is_shown_and_a_closed_desk_tells_nothing(sit: Sit) -> None:
    page = sit(CASES["workspace"])
    log = [{"action": "open", "document": "p1"}, _set("term", "fob"), _set("faults", ["late"]), _set("ship_by", "2026-09-30")]
    page.evaluate("log => draw(log, {readOnly: true})", log)
    assert page.get_by_label("FOB").is_checked()
    assert page.get_by_label("Late").is_checked()
    assert _box(page, "ship_by").input_value() == "2026-09-30"
    assert "9.90" in page.locator(".bz-reading").inner_text()
    page.get_by_text("CIF").click(force=True)
    page.get_by_text("Late").click(force=True)
    page.get_by_role("button", name="Inquiry").click()
    page.locator(".bz-undo").press("Enter")
    assert page.get_by_label("FOB").is_checked()
    assert page.get_by_label("Late").is_checked()
    assert _told(page) == []


def test_parameters_and_labels_are_text_never_markup(sit: Sit) -> None:
    hostile = "<img src=x onerror='window.hit=1'>"
    raw = json.loads(json.dumps(CASES["visible"]).replace('"A-1"', json.dumps(hostile)))
    page = sit(workspace(Visible.model_validate(raw), 1))
    for row in page.locator(".bz-row").all():
        row.click()
        assert page.locator("#task img").count() == 0
    assert hostile in page.locator(".bz-reading").inner_text()
    assert page.evaluate("window.hit") is None


def _by_keyboard(page: Page, visible: Visible, entries: dict[str, Any]) -> None:
    """Go once through the desk with Tab, arrows, Space and letters; every stop is where the browser puts the focus."""
    fields = {field.name: field for field in visible.fields}
    left = set(fields)
    page.keyboard.press("Tab")
    while not page.evaluate("document.activeElement === document.body"):
        at = page.evaluate("(({id, name, value, className}) => ({id: name || id, value, className}))(document.activeElement)")
        field = fields.get(at["id"].rpartition("-")[2])
        if "bz-row" in at["className"]:
            page.keyboard.press("Enter")
        elif field is not None:
            left.discard(field.name)
            _enter(page, field, entries[field.name], at["value"])
        page.keyboard.press("Tab")
    assert left == set()


def _enter(page: Page, field: FormField, entry: Any, value: str) -> None:
    if field.type == "choice":
        page.keyboard.press("Space")
        for _ in range([option.id for option in field.options].index(entry)):
            page.keyboard.press("ArrowDown")
    elif field.type == "multi_choice":
        if value in entry:
            page.keyboard.press("Space")
    elif field.type == "date":
        year, month, day = entry.split("-")
        page.keyboard.type(f"{month}{day}{year}")
    else:
        page.keyboard.type(entry)


@pytest.mark.parametrize("ref", sorted(CLERKS))
def test_a_task_is_done_by_keyboard_alone_and_earns_every_mark(ref: str, sit: Sit) -> None:
    visible, key = split(demo_scenario(ref))
    desk = workspace(visible, 7)
    page = sit(desk)
    entries = CLERKS[ref](desk)
    _by_keyboard(page, visible, entries)
    page.evaluate("window.desk.flush()")
    state = fold(visible, _told(page), 7)
    assert state.refused == ()
    assert set(state.opened) == {document.id for document in visible.documents}
    marks = score_business(visible, key, state, 7)
    assert [(mark.field, mark.code) for mark in marks if mark.code != "right"] == []


@pytest.mark.parametrize("ref", sorted(CLERKS))
@pytest.mark.parametrize("size", [(1366, 768), (1024, 768), (390, 844)])
def test_a_desk_fits_its_page_and_has_no_barrier(ref: str, size: tuple[int, int], sit: Sit) -> None:
    visible, _ = split(demo_scenario(ref))
    page = sit(workspace(visible, 3), size=size)
    page.locator(".bz-row").last.click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    assert page.locator(".bz-task").bounding_box()["y"] >= 0  # the task sentence stays in sight
    found = Axe().run(page)["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
