"""The report of a rehearsal: one file, well formed, that says what happened."""

from lxml import html

from bench.rehearsal.charts import Line, Mark, plot
from bench.rehearsal.faults import OWN
from bench.rehearsal.figures import Ack, Kept, Moment, Tally, report
from bench.rehearsal.page import FAULTS, write_page


def _tally() -> Tally:
    moments = [Moment(0.0, 0, 0, 0), Moment(10.0, 40, 90, 0), Moment(20.0, 0, 200, 40)]
    return Tally(sent=200, acked=200, submitted=40, acks=[Ack(1000.0 + n, 5.0 + n) for n in range(20)], moments=moments)


def _page(kept: Kept) -> str:
    faults = [{"kind": kind, "at_s": 2.0 * n, "down_s": 1.0} for n, kind in enumerate(FAULTS)]
    return write_page(report(40, _tally(), kept, faults, 20.0, {}), _tally(), 1000.0, {"人数 / <b>Candidates</b>": "40"})


def test_the_page_stands_by_itself_and_names_every_fault() -> None:
    page = _page(Kept(0, 0, 0, 0))
    tree = html.fromstring(page)
    assert not tree.xpath("//script | //link | //img | //@src | //@href")
    assert all(zh in page and en in page for zh, en in FAULTS.values())
    assert len(tree.xpath("//svg")) == 3
    assert len(tree.xpath("(//svg)[1]//rect")) == len(FAULTS)
    assert not tree.xpath("//th/b"), "texts are escaped"


def test_the_page_says_passed_only_when_it_did() -> None:
    assert "未通过" not in _page(Kept(0, 0, 0, 0))
    assert "未通过" in _page(Kept(1, 0, 0, 0))


def test_the_page_does_not_pass_a_rehearsal_whose_faults_never_came() -> None:
    document = report(40, _tally(), Kept(0, 0, 0, 0), [], 20.0, {}, ("cut", "kill-server"))
    assert document["never_came"] == ["cut", "kill-server"]
    page = write_page(document, _tally(), 1000.0, {})
    assert "通过 / Passed" not in page
    assert "cut, kill-server never came" in page


def test_every_drill_has_a_name_for_people() -> None:
    assert FAULTS.keys() == {*OWN, "cut", "two-tabs"}


def test_a_plot_keeps_to_its_frame() -> None:
    figure = html.fromstring(plot("t", "u", [Line("l", "#000", [(0.0, 0.0), (10.0, 7.0), (30.0, 3.0)])], [Mark(9.0, 50.0, 1)], 20.0))
    points = [tuple(map(float, point.split(","))) for point in figure.xpath("//polyline/@points")[0].split()]
    assert points == sorted(points)
    assert all(56 <= x <= 748 and 26 <= y <= 186 for x, y in points)
    mark = figure.xpath("//rect")[0]
    assert float(mark.get("x")) + float(mark.get("width")) <= 748.1
