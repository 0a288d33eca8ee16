"""What a bank says of an account: the statement camt.053, the notices camt.052 and camt.054, in any version from .02.

A Bacs file stands on a statement as **one debit** (its contra) or as one debit a payment, and every payment that came
back as a credit of its own. Of what is read of each account (``Stmt``, ``Rpt``, ``Ntfctn``) see ``camt_statements``, of
each entry (``Ntry``) and its payments (``NtryDtls/TxDtls``) see ``camt_entries``. Entries that are not booked, or in
another currency, are left alone. A statement proves what it has; the notices inform and prove nothing.
"""

from datetime import date, datetime

from schemas.bank_messages.bank_file import BankFile, Message
from schemas.bank_messages.camt_entries import Entries
from schemas.bank_messages.camt_statements import Statements
from schemas.bank_messages.documents import elements, local_name
from schemas.bank_messages.fields import moment_of, required_date
from schemas.bank_messages.gathering import as_answers
from schemas.bank_messages.practice import PRACTICE
from schemas.bank_messages.xml_text import text_at
from schemas.no_go import NoGo

_ACCOUNTS = {Message.CAMT052: "Rpt", Message.CAMT053: "Stmt", Message.CAMT054: "Ntfctn"}


def read_camt(data: bytes, name: str, message: Message) -> BankFile:
    """Read what one document says, of one account or several.

    Args:
        data: the document.
        name: its file name, for messages.
        message: camt.052, camt.053 or camt.054.

    Raises:
        NoGo: it is broken, or has no account under its header.
    """
    made_on: date | None = None
    made_at: datetime | None = None
    message_id: str | None = None
    statements, entries = Statements(name, message), Entries(name, message)
    for element in elements(data, name, "GrpHdr", "TxDtls", "Ntry", _ACCOUNTS[message]):
        match local_name(element):
            case "GrpHdr":
                made = text_at(element, "CreDtTm")
                made_on, made_at = required_date(made, f"The header of {name}"), moment_of(made)
                message_id = text_at(element, "MsgId")
                statements.take_header(element)
            case "TxDtls":
                entries.take_detail(element)
            case "Ntry":
                entries.take(element, statements.number)
            case _:
                statements.take(element)
    if made_on is None or not statements.number - 1:
        raise NoGo(f"{name} holds no account's entries under its header. Ask the bank for it again.")
    every = entries.frame(statements.accounts())
    found, faults = statements.read(every)
    answers, more = entries.answers(every)
    return BankFile(
        message=message,
        service_user_number=None,
        serial=None,
        reported_on=made_on,
        practice=(message_id or "").startswith(PRACTICE),
        made_at=made_at,
        message_id=message_id,
        answers=as_answers(message, answers),
        statements=found,
        faults=(*faults, *more),
    )
