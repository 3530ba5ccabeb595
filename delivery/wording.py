"""What people call the states of an attempt, what can be done with it, and why an answer was kept aside."""

from core.errors import ExamError, Named
from delivery.errors import WRONG_STATE

_NAMES = {
    "scheduled": ("未开始", "not open yet"),
    "ready": ("候考中", "waiting for the start"),
    "running": ("进行中", "running"),
    "paused": ("已暂停", "paused"),
    "closing": ("收卷中", "being collected"),
    "submitted": ("已交卷", "handed in"),
    "absent": ("缺考", "absent"),
    "voided": ("已作废", "void"),
    "check_in": ("进入候考", "let in"),
    "start": ("开考", "start"),
    "pause": ("暂停", "pause"),
    "resume": ("恢复", "resume"),
    "time_up": ("到时收卷", "end by the clock"),
    "hand_in": ("交卷", "hand in"),
    "window_over": ("收卷结束", "close"),
    "reopen": ("重新开放", "reopen"),
    "no_show": ("记为缺考", "mark as absent"),
    "void": ("作废", "void"),
    "move": ("换机", "move to another machine"),
    "paper": ("查看试卷", "show the paper"),
    "end": ("代为交卷", "hand in for the candidate"),
    "extension": ("延时", "extend"),
    "accommodation": ("便利延时", "accommodate"),
    "incident": ("事故补时", "make up for an incident"),
    "too_late": ("截止后作答", "given after the end"),
    "superseded": ("旧页面作答", "given on an older page"),
    "closed": ("交卷后作答", "given after the hand-in"),
    "number_taken": ("同号答案内容不同", "its number held another answer"),
    "unsound": ("格式有误", "of the wrong shape"),
}


def named(code: str) -> Named:
    """Return a state, act or reason with what people call it."""
    zh, en = _NAMES[str(code)]
    return Named(str(code), zh, en)


def wrong_state(state: str, act: str) -> ExamError:
    """Make the error that an attempt in this state does not allow an act."""
    return WRONG_STATE(state=named(state), event=named(act))
