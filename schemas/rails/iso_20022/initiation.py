"""What a message of credit transfers says of itself: the group header and its one payment information block.

Source: the schema; sort code as a member of ``GBDSC`` and the service user number of the initiating party: public
guides; service levels: the code sets, and where guides differ the bank's profile.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from schemas.no_go import NoGo
from schemas.rails.bacs_standard_18 import PayingAccount
from schemas.rails.iso_20022.template import Slot, Template
from schemas.rails.iso_20022.transaction import LARGEST_AMOUNT_PENCE, TEXT
from schemas.rails.text import PERMITTED, TEXT_LENGTH

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"

#: What stands as the initiating party's name in a message that is never to be sent.
REHEARSAL = "REHEARSAL NO MONEY"


#: What NbOfTxs and CtrlSum hold at most: 15 digits, and 18 digits of which two are pence.
LARGEST_COUNT = 10**15 - 1
LARGEST_SUM_PENCE = 10**18 - 1


class Service(Enum):
    """How the bank is to send the payments on."""

    BACS = "Bacs"
    FASTER_PAYMENTS = "Faster Payments"
    CHAPS = "CHAPS"


#: The most that one payment may be, in pence. CHAPS has no limit, so there it is what siller can write.
LARGEST_ITEM_PENCE = {
    Service.BACS: 2_000_000_000,
    Service.FASTER_PAYMENTS: 100_000_000,
    Service.CHAPS: LARGEST_AMOUNT_PENCE,
}

#: The service level codes that bank guides give for each service, the usual one first.
SERVICE_LEVELS = {
    Service.BACS: ("NURG",),
    Service.FASTER_PAYMENTS: ("URNS", "URGP"),
    Service.CHAPS: ("URGP", "SDVA"),
}


@dataclass(frozen=True)
class Initiation:
    """One customer credit transfer initiation: one service user, one paying account, one execution date.

    Attributes:
        serial: the submission's number for this service user, 1 to 999999, never used twice.
        service_user_number: six digits.
        service_user_name: what payees read as the payer, in permitted characters, at most 18.
        creation_date: the day on which the file is made.
        execution_date: the day on which the paying account is debited and payees have their money.
        paying_account: where the money comes from.
        service: how the bank sends the payments on.
        service_level: the code that the bank takes for that service.
        largest_item_pence: the most that one payment may be, by the bank; the service's limit holds beside it.
        largest_file_pence: the most that the bank takes in one file.
        most_payments: the most payments that the bank takes in one file.
        rehearsal: whether it is never to be sent: then it says so in the place of the initiating party's name.
    """

    serial: int
    service_user_number: str
    service_user_name: str
    creation_date: date
    execution_date: date
    paying_account: PayingAccount
    service: Service = Service.BACS
    service_level: str = "NURG"
    largest_item_pence: int = LARGEST_AMOUNT_PENCE
    largest_file_pence: int = LARGEST_SUM_PENCE
    most_payments: int = LARGEST_COUNT
    rehearsal: bool = False

    def __post_init__(self) -> None:
        """Refuse what no message may say.

        Raises:
            NoGo: naming the field and the rule.
        """
        name = rf"(?! )(?!.*  )[{PERMITTED}]{{1,{TEXT_LENGTH}}}(?<! )"
        account, levels = self.paying_account, SERVICE_LEVELS[self.service]
        fits = {
            "serial is 1 to 999999": 1 <= self.serial <= 999_999,
            "service user number is six digits": re.fullmatch("[0-9]{6}", self.service_user_number),
            "service user name is at most 18 permitted characters": re.fullmatch(name, self.service_user_name),
            "paying account's sort code is six digits": re.fullmatch("[0-9]{6}", account.sort_code),
            "paying account's number is eight digits": re.fullmatch("[0-9]{8}", account.account_number),
            "paying account's name is at most 18 permitted characters": re.fullmatch(name, account.name),
            f"service level is {' or '.join(levels)}": self.service_level in levels,
            "execution date is not before the day on which the file is made": self.creation_date <= self.execution_date,
        }
        for rule, fit in fits.items():
            if not fit:
                raise NoGo(f"A pain.001 message's {rule}, which is not so here. Correct the agreement or the run.")

    @property
    def largest_pence(self) -> int:
        """The most that one payment may be, by the service and by the bank."""
        return min(LARGEST_ITEM_PENCE[self.service], self.largest_item_pence)

    @property
    def message_id(self) -> str:
        """The message's own number: service user and serial, so that it is never used twice."""
        return f"{self.service_user_number}-{self.serial:06d}"


def sterling(pence: int) -> str:
    """Pounds as XML writes them: ``4321.50``."""
    return str(Decimal(pence).scaleb(-2))


_MESSAGE = Slot("message_id", "[0-9]{6}-[0-9]{6}", "service user number and serial")
_NUMBER = Slot("service_user_number", "[0-9]{6}", "six digits")
_NAME = Slot("service_user_name", TEXT, "at most 18 permitted characters")
_COUNT = Slot("payments", "[1-9][0-9]{0,14}", "the number of payments, at most 15 digits")
_SUM = Slot("sum", r"(?:0|[1-9][0-9]{0,15})\.[0-9]{2}", "their sum in pounds, at most 18 digits")

HEAD = Template(
    (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{NAMESPACE}"><CstmrCdtTrfInitn>\n<GrpHdr><MsgId>',
        _MESSAGE,
        "</MsgId><CreDtTm>",
        Slot("creation_date", "[0-9]{4}-[0-9]{2}-[0-9]{2}", "a day"),
        "T00:00:00</CreDtTm><NbOfTxs>",
        _COUNT,
        "</NbOfTxs><CtrlSum>",
        _SUM,
        "</CtrlSum><InitgPty><Nm>",
        _NAME,
        "</Nm><Id><OrgId><Othr><Id>",
        _NUMBER,
        "</Id></Othr></OrgId></Id></InitgPty></GrpHdr>\n<PmtInf><PmtInfId>",
        _MESSAGE,
        # The statement is to show one debit for the whole file, as for a Bacs file.
        "</PmtInfId><PmtMtd>TRF</PmtMtd><BtchBookg>true</BtchBookg><NbOfTxs>",
        _COUNT,
        "</NbOfTxs><CtrlSum>",
        _SUM,
        "</CtrlSum><PmtTpInf><SvcLvl><Cd>",
        Slot("service_level", "[A-Z]{4}", "four letters"),
        "</Cd></SvcLvl></PmtTpInf><ReqdExctnDt><Dt>",
        Slot("execution_date", "[0-9]{4}-[0-9]{2}-[0-9]{2}", "a day"),
        "</Dt></ReqdExctnDt><Dbtr><Nm>",
        Slot("paying_account_name", TEXT, "at most 18 permitted characters"),
        "</Nm><Id><OrgId><Othr><Id>",
        _NUMBER,
        "</Id></Othr></OrgId></Id></Dbtr><DbtrAcct><Id><Othr><Id>",
        Slot("account_number", "[0-9]{8}", "eight digits"),
        "</Id><SchmeNm><Cd>BBAN</Cd></SchmeNm></Othr></Id><Ccy>GBP</Ccy></DbtrAcct><DbtrAgt><FinInstnId><ClrSysMmbId>"
        "<ClrSysId><Cd>GBDSC</Cd></ClrSysId><MmbId>",
        Slot("sort_code", "[0-9]{6}", "six digits"),
        "</MmbId></ClrSysMmbId></FinInstnId></DbtrAgt><ChrgBr>SHAR</ChrgBr>",
    )
)

FOOT = b"</PmtInf></CstmrCdtTrfInitn></Document>\n"


def head(file: Initiation, payments: int, pence: int) -> bytes:
    """Everything before the first payment, always of the same length for one file.

    Count and sum stand before the payments but are known only after them. Spaces fill up what the largest
    ones would take: between elements they mean nothing.
    """
    room = len(_head(file, LARGEST_COUNT, LARGEST_SUM_PENCE))
    return _head(file, payments, pence).ljust(room).encode("ascii") + b"\n"


def _head(file: Initiation, payments: int, pence: int) -> str:
    return HEAD.render(
        {
            "message_id": file.message_id,
            "creation_date": file.creation_date.isoformat(),
            "payments": str(payments),
            "sum": sterling(pence),
            "service_user_name": REHEARSAL if file.rehearsal else file.service_user_name,
            "service_user_number": file.service_user_number,
            "service_level": file.service_level,
            "execution_date": file.execution_date.isoformat(),
            "paying_account_name": file.paying_account.name,
            "account_number": file.paying_account.account_number,
            "sort_code": file.paying_account.sort_code,
        }
    )
