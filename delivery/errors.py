"""Errors of the sitting."""

from core.errors import define

WRONG_STATE = define(
    "delivery.wrong_state",
    409,
    "考试当前状态为“{state}”,不能进行“{event}”",
    "The attempt is {state}; you cannot do this now: {event}",
)
PAPER_SEALED = define(
    "delivery.paper_sealed",
    403,
    "考试开始前试卷保持密封,开考时间:{starts_at}",
    "The paper is sealed until the start at {starts_at}",
)
NOT_OPEN = define("delivery.not_open", 403, "候考室将于 {opens_at} 开放", "The waiting room opens at {opens_at}")
NOT_STARTED = define("delivery.not_started", 409, "考试尚未开始", "The attempt has not started")
ROOM_WAITS = define(
    "delivery.room_waits",
    409,
    "请等待监考员宣布本考场开考",
    "Please wait: the invigilator starts this room",
    retryable=True,
)
ROOM_TOO_EARLY = define(
    "delivery.room_too_early",
    409,
    "{starts_at} 之后方可宣布开考",
    "The room can be started from {starts_at} on",
)
START_CLOSED = define(
    "delivery.start_closed",
    403,
    "已过最晚入场时间 {latest}",
    "The latest time to start was {latest}",
)
NOT_ADMITTED = define(
    "delivery.not_admitted",
    403,
    "暂不能参加本场考试:{reasons_zh}",
    "You cannot sit this exam yet: {reasons_en}",
)
TICKET_REFUSED = define(
    "delivery.ticket_refused",
    401,
    "连接凭证无效、已用过或已过期,请重新进入考试",
    "The ticket is unknown, used or lapsed; please enter the exam again",
)
MOVE_CODE_NEEDED = define(
    "delivery.move_code_needed",
    403,
    "您的考试最近在另一台机器上({where}),在本机继续需要监考员的换机码",
    "Your exam was last on another machine ({where}); going on here needs a code from the invigilator",
)
MOVE_CODE_WRONG = define(
    "delivery.move_code_wrong",
    403,
    "换机码不对,或已用过、已过期;多次输错后须请监考员另发",
    "This code is wrong, used or lapsed; after several wrong ones ask the invigilator for another",
)
NO_MACHINE = define(
    "delivery.no_machine",
    422,
    "换机须报明 device.machine(本机浏览器保存的随机名称)",
    "With a code tell device.machine, the random name that the browser keeps",
)
MOVE_CODES_MANY = define(
    "delivery.move_codes_many",
    429,
    "为这名考生发出的换机码太多,请稍后再发",
    "Too many codes were issued for this candidate; wait before issuing another",
    retryable=True,
)
SIGNED_OUT = define(
    "delivery.signed_out",
    401,
    "您的登录已失效,请重新登录;已保存的答案不受影响",
    "Your sign-in has ended; sign in again. Saved answers are safe",
)
SUPERSEDED = define(
    "delivery.superseded",
    409,
    "本次考试已在另一页面继续,此页面的答案未计入,已另行留存备查",
    "Another page has taken over; this answer does not count by itself and is kept aside for people to look at",
)
TOO_LATE = define(
    "delivery.too_late",
    409,
    "此答案在考试或本部分的截止时间之后作答或送达,未计入,已另行留存备查",
    "This answer was given, or came, after the end of the exam or of its section; it does not count by itself and is kept aside for people",
)
CLOSED = define(
    "delivery.closed",
    409,
    "考试已结束,此答案未计入,已另行留存备查",
    "The attempt is over; this answer does not count and is kept aside for people to look at",
)
PAUSED = define(
    "delivery.paused",
    409,
    "考试已暂停,请保留此页面,恢复后将自动保存",
    "The attempt is paused; keep this page, it will save after the pause",
    retryable=True,
)
READING = define(
    "delivery.reading",
    409,
    "读卷时间内只能看题,读卷结束后方可作答",
    "This is reading time: the paper can be read, and answered once it is over",
    retryable=True,
)
NUMBER_TAKEN = define(
    "delivery.number_taken",
    409,
    "第 {seq} 号答案已有不同内容,此答案未计入,已另行留存备查",
    "Number {seq} already holds another answer; this one does not count and is kept aside for people to look at",
)
UNSOUND = define(
    "delivery.unsound",
    422,
    "答案格式有误({detail}),未计入,已另行留存备查",
    "The answer has the wrong shape ({detail}); it does not count and is kept aside for people to look at",
)
ENTRIES_MISSING = define(
    "delivery.entries_missing",
    409,
    "还有答案未送达({missing}),送达后才能交卷",
    "Some answers have not arrived yet ({missing}); send them, then hand in",
    retryable=True,
)
TOO_EARLY = define(
    "delivery.too_early",
    403,
    "{earliest} 之后方可交卷",
    "You may hand in from {earliest} on",
)
NO_RECEIPT = define("delivery.no_receipt", 404, "交卷后才有回执", "There is a receipt only after handing in")
SAME_PERSON = define(
    "delivery.same_person",
    403,
    "此操作须由两位不同的工作人员确认",
    "This needs two different people",
)
REQUEST_TAKEN = define(
    "delivery.request_taken",
    409,
    "操作编号 {request} 已用于另一操作({done},{seconds} 秒),本次操作未执行",
    "Request number {request} was used for something else ({done}, {seconds} s); nothing was done now",
)
NO_SUCH_DEADLINE = define(
    "delivery.no_such_deadline",
    409,
    "没有第 {version} 版的结束时间",
    "There is no deadline of version {version}",
)
FILE_REFUSED = define(
    "delivery.file_refused",
    422,
    "此文件不是本系统的答案文件,或已被改动",
    "This is not an answer file of this engine, or it was changed",
)
HELD_NOT_YET = define(
    "delivery.held_not_yet",
    409,
    "考试当前状态为“{state}”,考生还可能重新作答,待交卷后再裁定",
    "The attempt is {state}: the candidate may still give the answer again; decide after the hand-in",
)
HELD_NOT_SO = define(
    "delivery.held_not_so",
    409,
    "此答案不能计入(考试状态“{state}”,留存原因“{reason}”),只能裁定为不计入",
    "This answer cannot count (the attempt is {state}, it was held as {reason}); it can only be left out",
)
HELD_DECIDED = define("delivery.held_decided", 409, "此答案已由两人裁定", "Two people have decided about this answer already")
