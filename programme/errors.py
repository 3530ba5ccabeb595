"""Errors of the programme rooms."""

from core.errors import define

NO_PROGRAMME = define("programme.no_programme", 404, "没有项目 {programme}", "There is no programme {programme}")
NO_LEVEL = define("programme.no_level", 422, "项目 {programme} 没有等级 {level}", "Programme {programme} has no level {level}")
ENROLLED_ALREADY = define("programme.enrolled_already", 409, "该考生已报名本场考试", "The candidate is enrolled in this sitting already")
NO_PERSON = define("programme.no_person", 404, "没有登录名或账号为“{who}”的人", "Nobody has the login {who}")
NO_CANDIDATE = define(
    "programme.no_candidate", 422, "{name} 的账号没有考生角色,不能报名", "{name} has no candidate role and cannot be enrolled"
)
SITTING_OVER = define(
    "programme.sitting_over", 409, "本场考试已过最晚入场时间,不能再报名", "It is too late to enrol: nobody can start any more"
)
PAID_ALREADY = define("programme.paid_already", 409, "该报名已确认缴费", "This enrolment has been paid already")
NOT_RELEASABLE = define(
    "programme.not_releasable",
    409,
    "还不能发布成绩:{detail}",
    "The results cannot be released yet: {detail}",
)
RELEASED_ALREADY = define("programme.released_already", 409, "本场成绩已经发布", "The results of this sitting are released already")
FORM_NOT_PUBLISHED = define(
    "programme.form_not_published", 409, "试卷 {form} 尚未发布,不能用于考试", "Form {form} is not published and cannot be sat"
)
SITTING_INVALID = define("programme.sitting_invalid", 422, "考试安排有误:{detail}", "The sitting is not sound: {detail}")
POLICY_INVALID = define(
    "programme.policy_invalid", 422, "合格与等次规则有误:{detail}", "The rules of passing and bands are not sound: {detail}"
)
POLICY_FROZEN = define(
    "programme.policy_frozen",
    409,
    "本场成绩已按“只增不改”的规则发布,合格与等次规则不能再改",
    "Results were released under rules that only add late ones, so these rules cannot change any more",
)
JUDGEMENTS_INVALID = define("programme.judgements_invalid", 422, "评委数据有误:{detail}", "The judges' data are not sound: {detail}")
