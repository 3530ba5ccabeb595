"""The report of a rehearsal as one HTML file that an exam office can read, print and keep: Chinese first, nothing loaded from elsewhere."""

from html import escape
from typing import Any

from bench.rehearsal.charts import Line, Mark, plot
from bench.rehearsal.figures import Tally, is_sound, quantile

FAULTS = {
    "kill-server": ("强行终止服务进程并重启", "A server was killed and started again"),
    "kill-worker": ("强行终止后台进程并重启", "The worker was killed and started again"),
    "stop-redis": ("Redis 停止后恢复", "Redis was stopped and started again"),
    "restart-postgres": ("数据库崩溃并恢复", "PostgreSQL was crashed and started again"),
    "roll-servers": ("服务逐个重启", "The services were replaced one after the other"),
    "cut": ("全体考生断网", "The network of every candidate was cut"),
    "two-tabs": ("全体考生另开一页", "Every candidate opened a second page"),
}
BUCKETS = 120  # points of a line at the most
_STYLE = """
body{font:16px/1.6 system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;
max-width:50rem;margin:2rem auto;padding:0 1rem;color:#1d2733}
h1{font-size:1.5rem;margin-bottom:0}h2{font-size:1.15rem;margin-top:2rem}small,.en{color:#5a6672;font-size:.85em}
.verdict{padding:1rem 1.2rem;border-radius:.5rem;font-size:1.1rem;background:#e6f4ea;border:1px solid #2e7d4f}
.verdict.bad{background:#fdecea;border-color:#b3261e}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid #d8dee4;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}figure{margin:1.2rem 0}
figcaption span{margin-left:1rem;font-size:.85em}
figcaption i{display:inline-block;width:1em;height:.25em;margin-right:.35em;vertical-align:middle}svg{width:100%;height:auto}
polyline{fill:none;stroke-width:1.6}.grid{stroke:#e3e8ed}.fault{fill:#e8a33d;opacity:.35}text{font-size:11px;fill:#5a6672}
.value{text-anchor:end}.time,.number{text-anchor:middle}@media print{body{margin:0}}
"""


def write_page(document: dict[str, Any], tally: Tally, began: float, tried: dict[str, str]) -> str:
    """Return the HTML page of a rehearsal.

    `document` is what the command prints, `began` the monotonic second that times count from, `tried` what was asked for: a name in both
    languages and its value.
    """
    return f"""<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>考场演练报告 / Rehearsal report</title><style>{_STYLE}</style></head><body>
<h1>考场演练报告</h1><p class="en">Rehearsal report</p>
{_verdict(document)}
<h2>演练内容 <small>What was tried</small></h2>{_table(list(tried.items()))}
<h2>结果 <small>Results</small></h2>{_table(_results(document))}
<h2>过程 <small>What happened over time</small></h2>
<p>橙色区域为故障,编号见下表。 <span class="en">Orange is a fault; numbers refer to the table below.</span></p>
{_plots(document, tally, began)}
<h2>故障 <small>Faults</small></h2>{_faults(document)}
<h2>说明 <small>How to read this</small></h2>
<p>“丢失”指系统已向考生页面确认保存、事后在数据库中却找不到的答案;由演练程序直接读取数据库表得出,不采信系统自己的说法。
考生为虚拟考生,按真实页面的方式连接、编号、重发;演练不经过真实的浏览器与考点网络。</p>
<p class="en">“Lost” is an answer that the engine acknowledged and the database does not hold afterwards; the rehearsal reads the tables
themselves and does not take the engine's word. Candidates are virtual: they connect, number and
resend as the real page does, without real browsers or halls.</p>
</body></html>
"""


def _verdict(document: dict[str, Any]) -> str:
    saves, journals = document["saves"], document["journals"]
    handed_in = f"{document['submitted']}/{document['candidates']}"
    sound = is_sound(document)
    zh = f"已确认的 {saves['acked']} 个答案:丢失 {saves['lost']},重复 {saves['duplicated']},误拒 {saves['wrongly_refused']};"
    zh += f"存证链断裂 {journals['broken_chains']};交卷 {handed_in}。"
    en = f"{saves['acked']} acknowledged answers: {saves['lost']} lost, {saves['duplicated']} doubled, "
    en += f"{saves['wrongly_refused']} wrongly refused; {journals['broken_chains']} broken chains; {handed_in} handed in."
    head = "通过 / Passed" if sound else "未通过 / Failed"
    missing = document["never_came"]
    if sound and missing:
        head = f"不完整:{'、'.join(FAULTS[kind][0] for kind in missing)}没有发生 / Incomplete: {', '.join(missing)} never came"
    return (
        f'<p class="verdict{"" if sound and not missing else " bad"}"><strong>{head}</strong><br>{zh}<br><span class="en">{en}</span></p>'
    )


def _results(document: dict[str, Any]) -> list[tuple[str, str]]:
    saves, start, server = document["saves"], document["start"], document["server"]
    rows = [
        ("作答保存次数 / Answers given", f"{saves['sent']}"),
        ("其中重发 / Sent again", f"{saves['resent']}"),
        ("保存确认耗时 中位 / 95% / 99% / Time to acknowledgement", _list("ms", saves["p50_ms"], saves["p95_ms"], saves["p99_ms"])),
        ("答案最久多长时间后确认保存 / Longest until an answer was safe", f"{saves['longest_unsafe_s']} s"),
        ("开考到看到试题 中位 / 99% / Start to first item", _list("ms", start["first_item_p50_ms"], start["first_item_p99_ms"])),
        ("重新连接次数 / Reconnections", f"{document['reconnects']}"),
        ("断线到重新连上 中位 / 最长 / Loss of a line to the next", _list("s", document["away_p50_s"], document["away_longest_s"])),
        ("校时后最大误差 / Worst clock error after correction", f"{document['worst_clock_error_ms']} ms"),
        ("按规则暂拒或拒收 / Refused by the rules", ", ".join(f"{code} × {n}" for code, n in saves["refused"].items()) or "0"),
        ("被顶替页面的答案未留存 / Answers of a superseded page not kept aside", f"{document['journals']['vanished_aside']}"),
    ]
    if server:
        rows.append(("服务内存 / 处理器 / Server memory and processor", f"{server['rss_mb']} MB, {server['cpu_s']} s"))
    return rows


def _list(unit: str, *values: float | None) -> str:
    return " / ".join("–" if value is None else f"{value:g}" for value in values) + f" {unit}"


def _table(rows: list[tuple[str, str]]) -> str:
    return "<table>" + "".join(f'<tr><th>{escape(name)}</th><td class="n">{escape(value)}</td></tr>' for name, value in rows) + "</table>"


def _faults(document: dict[str, Any]) -> str:
    if not document["faults"]:
        return "<p>无 / None</p>"
    rows = []
    for number, fault in enumerate(document["faults"], 1):
        zh, en = FAULTS[fault["kind"]]
        rows.append(
            f'<tr><td class="n">{number}</td><td>{zh}<br><span class="en">{en}</span></td>'
            f'<td class="n">{fault["at_s"]} s</td><td class="n">{fault["down_s"]} s</td></tr>'
        )
    head = "<tr><th></th><th>故障 / Fault</th><th>时刻 / At</th><th>持续 / Lasted</th></tr>"
    return f"<table>{head}{''.join(rows)}</table>"


def _plots(document: dict[str, Any], tally: Tally, began: float) -> str:
    marks = [Mark(fault["at_s"], fault["down_s"], number) for number, fault in enumerate(document["faults"], 1)]
    until = max((moment.at_s for moment in tally.moments), default=1.0)
    half, worst = _latencies(tally, began, until)
    connected = [(moment.at_s, float(moment.connected)) for moment in tally.moments]
    handed_in = [(moment.at_s, float(moment.submitted)) for moment in tally.moments]
    acked = [(moment.at_s, float(moment.acked)) for moment in tally.moments]
    return "".join(
        (
            plot(
                "在线与交卷人数 / Connected and handed in",
                "人 / candidates",
                [Line("在线 / connected", "#1f5fa8", connected), Line("已交卷 / handed in", "#2e7d4f", handed_in)],
                marks,
                until,
            ),
            plot(
                "保存确认耗时 / Time to acknowledgement",
                "ms",
                [Line("中位 / median", "#1f5fa8", half), Line("最慢 / slowest", "#b3261e", worst)],
                marks,
                until,
            ),
            plot("累计已确认答案 / Acknowledged answers so far", "个 / answers", [Line("已确认 / acked", "#1f5fa8", acked)], marks, until),
        )
    )


def _latencies(tally: Tally, began: float, until: float) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Return the median and the slowest acknowledgement of each slice of the time."""
    width = max(1.0, until / BUCKETS)
    slices: dict[int, list[float]] = {}
    for ack in tally.acks:
        slices.setdefault(int((ack.at - began) / width), []).append(ack.took_ms)
    middles = [((n + 0.5) * width, values) for n, values in sorted(slices.items())]
    return [(at, quantile(values, 0.5) or 0.0) for at, values in middles], [(at, max(values)) for at, values in middles]
