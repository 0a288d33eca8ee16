"""Which message a file in the bank's inbox is, and reading it as that."""

import re
from collections.abc import Callable, Mapping
from functools import partial

from schemas.bank_messages.arucs import read_arucs
from schemas.bank_messages.awacs import read_awacs, read_messaging_advices
from schemas.bank_messages.bank_file import BankFile, Message
from schemas.bank_messages.camt import read_camt
from schemas.bank_messages.direct_debits import read_direct_debits
from schemas.bank_messages.documents import opening
from schemas.bank_messages.input_report import read_input_report
from schemas.bank_messages.pain002 import read_pain002
from schemas.bank_messages.passages import read_passage
from schemas.no_go import NoGo
from schemas.sanitise import sanitise

_BACS = {
    "InputReport": Message.INPUT_REPORT,
    "ArrivalReport": Message.ARRIVAL_REPORT,
    "WithdrawalReport": Message.WITHDRAWAL_REPORT,
    "ARUCS": Message.ARUCS,
    "AWACS": Message.AWACS,
    "ARUDD": Message.ARUDD,
    "ADDACS": Message.ADDACS,
    "AUDDIS": Message.AUDDIS,
}
_ISO = {
    "BkToCstmrAcctRpt": Message.CAMT052,
    "BkToCstmrStmt": Message.CAMT053,
    "BkToCstmrDbtCdtNtfctn": Message.CAMT054,
    "CstmrPmtStsRpt": Message.PAIN002,
}
_RECORD_TYPES = {"W": Message.AWACS, "A": Message.ADDACS, **dict.fromkeys("VRNDS", Message.AUDDIS)}
_MESSAGING = "MessagingAdvices"
_READERS: Mapping[Message, Callable[[bytes, str], BankFile]] = {
    Message.INPUT_REPORT: read_input_report,
    Message.ARUCS: read_arucs,
    Message.AWACS: read_awacs,
    Message.PAIN002: read_pain002,
    **{message: partial(read_camt, message=message) for message in _ISO.values() if message is not Message.PAIN002},
    **{
        message: partial(read_passage, message=message)
        for message in (Message.ARRIVAL_REPORT, Message.WITHDRAWAL_REPORT)
    },
    **{
        message: partial(read_direct_debits, message=message)
        for message in (Message.ADDACS, Message.AUDDIS, Message.ARUDD)
    },
}
_HEADER = 200
"""How many elements may stand before a message itself begins."""
_EXPECTED = "a Bacs input report, an ARUCS or AWACS advice, an ISO 20022 pain.002 status report or camt.053 statement"
_SWIFT = re.compile(rb"(?:^|[\r\n])\s*:20:.*?[\r\n]\s*:(60[FM]|34F|13D?):", re.DOTALL)
_ENOUGH = 1 << 16


def recognise(data: bytes, name: str) -> Message:
    """Say which message this is, from how it opens; its file name and its namespace decide nothing.

    Args:
        data: the file.
        name: its file name, for messages.

    Raises:
        NoGo: it is none of the messages that are read; the sentence says what it is and what was expected.
    """
    return _recognised(data, name)[0]


def read_bank_file(data: bytes, name: str) -> BankFile:
    """Recognise a file and read it.

    Raises:
        NoGo: see ``recognise`` and the reader of each message.
    """
    message, body = _recognised(data, name)
    if message is Message.AWACS and body == _MESSAGING:
        return read_messaging_advices(data, name)
    return _READERS[message](data, name)


def _recognised(data: bytes, name: str) -> tuple[Message, str]:
    """The message, and what its body is called."""
    if not data[:_ENOUGH].strip():
        raise NoGo(f"{name} is empty. Expected {_EXPECTED}: fetch it from the bank again.")
    found = opening(data, name, _HEADER)
    names = [local for local, _ in found]
    # A message may stand under a business application header.
    document = names.index("Document") if "Document" in names else 0
    match names[document : document + 3]:
        case ["BACSDocument", "Data", body] if body in _BACS:
            return _BACS[body], body
        case ["BACSDocument", "Data", body] if body == _MESSAGING and (advices := _advices(found)):
            return advices, body
        case ["Document", body, *_] if body in _ISO:
            return _ISO[body], body
        case ["BACSDocument", "Data", body]:
            what = f"a Bacs {sanitise(body)}, which siller does not read"
        case [root, *_]:
            what = f"an XML document that opens with {sanitise(root)!r}"
        case _:
            what = _without_xml(data[:_ENOUGH])
    raise NoGo(f"{name} is {what}. Expected {_EXPECTED}: check what was put into the bank's inbox.")


def _advices(found: list[tuple[str, dict[str, str]]]) -> Message | None:
    """Which of the advices that share one shape this is: the advices themselves say it, or else their header."""
    told = [_RECORD_TYPES.get(said["record-type"]) for local, said in found if "record-type" in said]
    named = [_BACS.get(said["advice-type"]) for local, said in found if "advice-type" in said]
    return next(filter(None, (*told, *named)), None)


def _without_xml(opened: bytes) -> str:
    """What a file that is no XML is, as far as its first bytes tell."""
    if opened.startswith(b"PK\x03\x04"):
        return "a ZIP archive, which siller does not open: take the bank's files out of it one by one"
    if swift := _SWIFT.search(opened):
        is_statement = swift[1].startswith(b"60")
        kind = "an MT940 statement" if is_statement else "an MT942 interim report"
        return f"{kind}, which siller does not read: ask the bank for its statements as camt.053"
    return "not XML"
