"""Which message a file in the bank's inbox is, and reading it as that."""

from lxml import etree

from schemas.bank_messages.arucs import read_arucs
from schemas.bank_messages.bank_file import BankFile, Message
from schemas.bank_messages.camt053 import read_camt053
from schemas.bank_messages.documents import opening
from schemas.bank_messages.input_report import read_input_report
from schemas.bank_messages.pain002 import read_pain002
from schemas.no_go import NoGo
from schemas.sanitise import sanitise

_BACS = {"InputReport": Message.INPUT_REPORT, "ARUCS": Message.ARUCS}
_READERS = {
    Message.INPUT_REPORT: read_input_report,
    Message.ARUCS: read_arucs,
    Message.CAMT053: read_camt053,
    Message.PAIN002: read_pain002,
}
_HEADER = 100
"""How many elements may stand before a message itself begins."""
_EXPECTED = "a Bacs input report, a Bacs ARUCS advice, an ISO 20022 pain.002 status report or camt.053 statement"


def recognise(data: bytes, name: str) -> Message:
    """Say which message this is, from how it opens; its file name decides nothing.

    Args:
        data: the file.
        name: its file name, for messages.

    Raises:
        NoGo: it is none of the messages that are read; the sentence says what it is and what was expected.
    """
    if not data.strip():
        raise NoGo(f"{name} is empty. Expected {_EXPECTED}: fetch it from the bank again.")
    names = [etree.QName(tag) for tag in opening(data, name, _HEADER)]
    # A message may stand under a business application header.
    document = next((at for at, found in enumerate(names) if found.localname == "Document"), 0)
    names = names[document : document + 3]
    match [found.localname for found in names]:
        case ["BACSDocument", "Data", body] if body in _BACS:
            return _BACS[body]
        case ["Document", "BkToCstmrStmt", *_] if ":camt.053." in (names[0].namespace or ""):
            return Message.CAMT053
        case ["Document", "CstmrPmtStsRpt", *_] if ":pain.002." in (names[0].namespace or ""):
            return Message.PAIN002
        case ["BACSDocument", "Data", body]:
            found = f"a Bacs {sanitise(body)}, which siller does not read"
        case [root, *_]:
            found = f"an XML document that opens with {sanitise(root)!r}"
        case _:
            found = "not XML"
    raise NoGo(f"{name} is {found}. Expected {_EXPECTED}: check what was put into the bank's inbox.")


def read_bank_file(data: bytes, name: str) -> BankFile:
    """Recognise a file and read it.

    Raises:
        NoGo: see ``recognise`` and the reader of each message.
    """
    return _READERS[recognise(data, name)](data, name)
