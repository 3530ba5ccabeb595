"""Errors of the roof: signing in, accounts, requests."""

from core.errors import define

WRONG_CREDENTIALS = define("web.wrong_credentials", 401, "账号或密码不正确", "The login or the password is wrong")
ACCOUNT_CLOSED = define("web.account_closed", 403, "此账号已停用,请联系考务办公室", "This account is closed; please ask the exam office")
LOGIN_TAKEN = define("web.login_taken", 409, "登录名 {login} 已被使用", "The login {login} is taken")
LAST_OFFICE = define(
    "web.last_office",
    409,
    "这是最后一个考务账号,须先有另一个考务账号才能停用或改变角色",
    "This is the last account of the exam office: it is neither closed nor given other roles until there is another one",
)
WEAK_PASSWORD = define("web.weak_password", 422, "密码至少需要 {least} 个字符", "A password needs at least {least} characters")
NO_LOGIN = define("web.no_login", 422, "账号至少需要一个登录名", "An account needs at least one login")
FORGED = define("web.forged", 400, "页面已过期,请刷新后重试", "This page is out of date, please reload it")
TOO_LARGE = define("web.too_large", 413, "提交的内容过大", "What was sent is too large")
BAD_REQUEST = define("web.bad_request", 400, "请求无法识别", "The request cannot be understood")
WRONG_METHOD = define("web.wrong_method", 405, "此地址不支持这种请求", "This address does not take such a request")
NOT_MIGRATED = define(
    "web.not_migrated",
    503,
    "数据库表结构为 {found},需要 {needed},请先运行 kaochang migrate",
    "The database stands at {found} and {needed} is needed: run kaochang migrate first",
)
BACKUP_FAILED = define("web.backup_failed", 500, "备份或恢复失败:{detail}", "The backup or restore failed: {detail}")
NOT_A_BACKUP = define("web.not_a_backup", 422, "{path} 不是此数据库的备份文件", "{path} is no backup of this kind of database")
NOT_EMPTY = define("web.not_empty", 409, "数据库已有内容,如需覆盖请加 --replace", "The database holds something; --replace replaces it")
PORT_TAKEN = define(
    "web.port_taken",
    503,
    "无法监听 {host}:{port}({detail}),请换一个端口:kaochang serve --port …",
    "Cannot listen on {host}:{port} ({detail}); choose another port: kaochang serve --port …",
)
BAD_EMAIL = define("web.bad_email", 422, "“{email}”不是邮箱地址", "“{email}” is not an e-mail address")
