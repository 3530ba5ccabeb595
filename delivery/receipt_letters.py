"""The receipt by mail: to the candidate after the hand-in, and again when people have counted an answer; the file is attached."""

import json
from collections.abc import Callable

from sqlalchemy.orm import Session

from core import mail
from core.facts import Fact
from core.mail import Letter
from core.unit import Unit
from delivery import queries, receipts
from delivery.states import State

AddressOf = Callable[[Session, str], str | None]
"""(session, account): where the person gets mail, None for nowhere."""

TEXT = """{title}

回执码 / receipt code:  {code}
交卷时间 / handed in at:  {submitted_at}
作答记录 / entries:  {entries}

附件是经签名的回执文件,请保存。可用 kaochang receipt verify 离线核对;公钥见 {url}/api/v1/receipt-key
The signed receipt is attached; please keep it. `kaochang receipt verify` checks it offline; the public key is at
{url}/api/v1/receipt-key
"""


def listener(signer: receipts.Signer, address_of: AddressOf, url: str) -> Callable[[Unit, Fact], None]:
    """Return the listener that queues the letter of a hand-in (`delivery.attempt.submitted`, `.amended`); no address, no letter."""

    def write(unit: Unit, fact: Fact) -> None:
        row = queries.get_attempt(unit.session, fact.data["attempt"])
        to = address_of(unit.session, row.candidate)
        if to is None or row.state != State.SUBMITTED:  # opened again meanwhile: the next hand-in has its own letter
            return
        receipt = receipts.issue(unit.session, signer, row)
        letter = Letter(
            key=f"receipt/{row.id}/{receipt['head'][:32]}",
            to=to,
            subject=f"交卷回执 {receipt['code']} · {row.title}",
            text=TEXT.format(title=row.title, url=url, **receipt),
            attachment_name=f"receipt-{receipt['code']}.json",
            attachment=json.dumps(receipt, ensure_ascii=False, indent=2),
        )
        mail.queue(unit, letter)

    return write
