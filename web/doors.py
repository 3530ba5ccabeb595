"""The desks of the house: which page each act leads to, and what it is called."""

from dataclasses import dataclass

from flask import current_app, request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from core.actor import Actor
from web.permissions import may


@dataclass(frozen=True)
class Door:
    """A page that the holder of an act starts from."""

    act: str
    endpoint: str
    name: LazyString
    says: LazyString

    @property
    def href(self) -> str:
        """Return the page's address."""
        return url_for(self.endpoint)


DOORS = (
    Door("delivery.sit", "delivery.exams_page", _l("我的考试"), _l("候考、作答、交卷与回执")),
    Door("results.own", "programme.results_page", _l("我的成绩"), _l("已发布的成绩与各部分得分")),
    Door("practice.use", "practice.practice_page", _l("练习题库"), _l("按知识点练习，错题本")),
    Door("marking.mark", "marking.marking_page", _l("阅卷"), _l("领取答卷，按评分标准给分")),
    Door("marking.chief", "marking.chief_page", _l("阅卷管理"), _l("进度、裁决、阅卷质量与评阅方案")),
    Door("invigilation.watch", "proctor.wall_page", _l("监考"), _l("考生状态与异常信号")),
    Door("bank.read", "itembank.items_page", _l("题库"), _l("试题、导入与试卷")),
    Door("sittings.manage", "programme.office_page", _l("考务办公室"), _l("场次、报名、缴费与成绩发布")),
    Door("results.analyse", "analysis.papers_page", _l("统计分析"), _l("试题与试卷的质量、提示与报告")),
    Door("accounts.manage", "accounts.accounts_page", _l("账号"), _l("开设账号、角色与登录状态")),
    Door("hooks.manage", "proctor.hooks_page", _l("事件推送"), _l("接收考试事件的地址与投递情况")),
)


def doors_of(actor: Actor) -> list[Door]:
    """Return the doors that are open to the actor."""
    return [door for door in DOORS if may(actor, door.act) and door.endpoint in current_app.view_functions]


def find_door_here(doors: list[Door]) -> Door | None:
    """Return the door behind which the present page lies, the innermost one."""
    behind = [door for door in doors if request.path == door.href or request.path.startswith(f"{door.href}/")]
    return max(behind, key=lambda door: len(door.href), default=None)
