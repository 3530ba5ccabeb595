"""The office's page of accounts: who there is, in which roles, signed in where."""

import secrets
from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from core.actor import Role
from core.desk import Desk
from core.errors import INVALID, NOT_FOUND, ExamError, Words
from web import accounts, queries
from web.accounts import AccountDraft, LoginKind
from web.errors import BAD_EMAIL
from web.i18n import language
from web.passwords import hash_password
from web.tables import AccountRow

MOST = 200  # accounts on one page; whoever looks for one more types a part of the name

ROLE_NAMES = {
    Role.CANDIDATE: _l("考生"),
    Role.MARKER: _l("阅卷员"),
    Role.CHIEF: _l("阅卷组长"),
    Role.INVIGILATOR: _l("监考员"),
    Role.AUTHOR: _l("命题员"),
    Role.OFFICE: _l("考务人员"),
}
LOGIN_NAMES = {LoginKind.NAME: _l("用户名"), LoginKind.TICKET: _l("准考证号"), LoginKind.IDENTITY: _l("身份证号")}


def blueprint(desk: Desk) -> Blueprint:
    """Return the routes of the accounts page."""
    routes = Blueprint("accounts", __name__, url_prefix="/office/accounts")
    _reading(routes, desk)
    _changing(routes, desk)
    return routes


def _reading(routes: Blueprint, desk: Desk) -> None:
    @routes.get("")
    @desk.allowed("accounts.manage")
    def accounts_page() -> str:
        """List accounts."""
        return _list(desk, request.args.get("words", "").strip())

    @routes.post("")
    @desk.allowed("accounts.manage")
    def open_account() -> ResponseReturnValue:
        """Open an account."""
        form = request.form
        password = form.get("password") or secrets.token_urlsafe(9)
        try:
            draft = _drafted(form, password)
            with desk.database.unit(desk.actor(), desk.clock()) as unit:
                account = accounts.create(unit, draft)
        except ExamError as error:
            return _list(desk, "", form=form, text=error.text(language())), error.kind.status
        return _one(desk, account, password="" if form.get("password") else password)

    @routes.get("/<account>")
    @desk.allowed("accounts.manage")
    def account_page(account: str) -> str:
        """Show one account and where it is signed in."""
        return _one(desk, account)


def _changing(routes: Blueprint, desk: Desk) -> None:
    @routes.post("/<account>/roles")
    @desk.allowed("accounts.manage")
    def set_roles(account: str) -> ResponseReturnValue:
        """Give the account other roles."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            accounts.set_roles(unit, account, _roles())
        return _back(account)

    @routes.post("/<account>/email")
    @desk.allowed("accounts.manage")
    def set_email(account: str) -> ResponseReturnValue:
        """Note where the account's holder gets mail."""
        try:
            with desk.database.unit(desk.actor(), desk.clock()) as unit:
                accounts.set_email(unit, account, request.form.get("email", ""))
        except ExamError as error:
            if error.kind is not BAD_EMAIL:
                raise
            return _one(desk, account, text=error.text(language())), error.kind.status
        return _back(account)

    @routes.post("/<account>/password")
    @desk.allowed("accounts.manage")
    def set_password(account: str) -> ResponseReturnValue:
        """Make a new password, shown once, and end every sign-in."""
        password = secrets.token_urlsafe(9)
        hashed = hash_password(password)
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            accounts.set_password(unit, account, hashed)
        return _one(desk, account, password=password)

    @routes.post("/<account>/sessions/end")
    @desk.allowed("accounts.manage")
    def end_sessions(account: str) -> ResponseReturnValue:
        """End one sign-in, or all of them."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            accounts.end_sessions(unit, account, request.form.get("session") or None)
        return _back(account)

    @routes.post("/<account>/closed")
    @desk.allowed("accounts.manage")
    def set_closed(account: str) -> ResponseReturnValue:
        """Close the account, or open it again."""
        with desk.database.unit(desk.actor(), desk.clock()) as unit:
            accounts.set_closed(unit, account, closed=request.form.get("closed") == "yes")
        return _back(account)


def _list(desk: Desk, words: str, form: Mapping[str, str] | None = None, text: str | None = None) -> str:
    with desk.database.reading() as session:
        rows = queries.accounts(session, words, MOST)
        logins = queries.logins_of(session, [row.id for row in rows])
    logins_by_account = {row.id: [login.login for login in logins if login.account == row.id] for row in rows}
    return render_template(
        "web/accounts.html",
        rows=rows,
        logins=logins_by_account,
        words=words,
        full=len(rows) == MOST,
        form=form or {},
        text=text,
        role_names=ROLE_NAMES,
        login_names=LOGIN_NAMES,
    )


def _one(desk: Desk, account: str, password: str = "", text: str = "") -> str:
    with desk.database.reading() as session:
        row = session.get(AccountRow, account)
        if row is None:
            raise NOT_FOUND()
        logins = queries.logins_of(session, [account])
        sessions = queries.live_sessions(session, account, desk.clock())
    return render_template(
        "web/account.html",
        row=row,
        logins=logins,
        sessions=sessions,
        password=password,
        text=text,
        sends_mail=desk.settings.sends_mail,
        role_names=ROLE_NAMES,
        login_names=LOGIN_NAMES,
    )


def _roles() -> frozenset[Role]:
    """Return the roles that were chosen.

    Raises:
        ExamError: `core.invalid`, for one that there is not, and for none at all.
    """
    chosen = request.form.getlist("role")
    unknown = [role[:20] for role in chosen if role not in list(Role)]
    if unknown:
        raise INVALID(detail=Words(f"没有这种角色:{unknown[0]}", f"there is no such role: {unknown[0]}"))
    if not chosen:
        raise INVALID(detail=Words("至少要有一个角色", "at least one role is needed"))
    return frozenset(map(Role, chosen))


def _drafted(form: Mapping[str, str], password: str) -> AccountDraft:
    name, roles, kind = form.get("name", "").strip()[:80], _roles(), form.get("kind", LoginKind.NAME)
    if not name:
        raise INVALID(detail=Words("缺少姓名", "a name is missing"))
    if kind not in list(LoginKind):
        raise INVALID(detail=Words(f"没有“{kind[:20]}”这种登录名", f"there are no logins of the kind {kind[:20]}"))
    return AccountDraft(name, roles, {form.get("login", "")[:64]: LoginKind(kind)}, hash_password(password))


def _back(account: str) -> ResponseReturnValue:
    return redirect(url_for("accounts.account_page", account=account))
