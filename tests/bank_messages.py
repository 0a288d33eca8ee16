"""Messages of a bank on the month of three payments, written by hand: each says what its arguments say."""

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from zlib import crc32

from schemas.bank_messages.verdict import Verdict
from tasks.reconcile.receive import inbox, receive_all
from tasks.tenant_context import TenantContext
from tests.month import ROWS, ROWS_PENCE

OWN, ANOTHER = ("107999", "88837491"), ("202959", "63748472")
SUN, SERIAL = "123456", "000001"
PROCESSING, ENTRY = "2026-11-27", "2026-11-30"
SECOND = 1
"""The payment that single answers speak of: £1,900.00."""
FILE = f"{ROWS_PENCE / 100:.2f}"
OPENING = Decimal("1000000.00")
"""The paying account's balance before a statement."""


def taken_in(of: TenantContext, now: datetime) -> tuple[list[str], list[str]]:
    """Take in what waits: the runs that it speaks of, and a sentence for each file that was not simply taken."""
    files = receive_all(of, inbox(of), now)
    runs = dict.fromkeys(run_id for file in files for run_id in file.runs)
    return list(runs), [file.sentence for file in files if file.verdict is not Verdict.TAKEN]


def detail_of(row: int) -> tuple[str, str, str, str]:
    """Sort code, account, amount and reference of a payment."""
    cells = ROWS[row].split(",")
    return cells[2], cells[3], cells[5], cells[6]


def input_report(
    accepted: int = 3,
    rejected: int = 0,
    user: str = SUN,
    serial: str = SERIAL,
    day: str = PROCESSING,
    listed: int = SECOND,
) -> str:
    """All payments accepted, all rejected, or only one rejected and listed."""
    amount = detail_of(listed)[2]
    sums = {0: "0.00", 1: amount, 2: without(listed), 3: FILE}
    error = _error(listed) if rejected == 1 else ""
    return f"""<BACSDocument><Data><InputReport><Header reportType="REFT2013"><ProducedOn date="{day}" time="06:00"/>
<ProcessingDate date="{day}"/></Header><Submission><SubmissionInformation volumeSerialNumber="{serial}"/><UserFile>
<InputUserFile><UserFileInformation userNumber="{user}" uhl1ProcessingDate="{day}"/>{error}<InputReportSummary>
<AgreementOfFileTotals><CreditEntry><AcceptedRecords numberOf="{accepted}" valueOf="{sums[accepted]}"/>
<RejectedRecords numberOf="{rejected}" valueOf="{sums[rejected]}"/></CreditEntry></AgreementOfFileTotals>
</InputReportSummary></InputUserFile></UserFile></Submission></InputReport></Data></BACSDocument>"""


def without(row: int) -> str:
    """The file's sum without one payment."""
    return f"{float(FILE) - float(detail_of(row)[2]):.2f}"


def _error(row: int) -> str:
    sort_code, account, amount, reference = detail_of(row)
    return f"""<Errors><Error type="REJECTED"><ErrorItem errorCode="L" reference="{reference}" valueOf="{amount}">
<OriginatingAccount number="{OWN[1]}" sortCode="{OWN[0]}"/><DestinationAccount number="{account}"
sortCode="{sort_code}"/></ErrorItem></Error></Errors>"""


def advice(user: str = SUN, own: tuple[str, str] = OWN, original: str = PROCESSING, day: str = "2026-12-01") -> str:
    """The second payment comes back; an empty ``original`` is left out."""
    sort_code, account, amount, reference = detail_of(SECOND)
    dated = f'originalProcessingDate="{original}"' if original else ""
    return f"""<BACSDocument><Data><ARUCS><Header reportType="REFT1028" currentProcessingDate="{day}"/>
<ServiceLicenseInformation userNumber="{user}"/><Advice><OriginatingAccountRecords><OriginatingAccountRecord>
<OriginatingAccount number="{own[1]}" sortCode="{own[0]}"/><ReturnedCreditItem ref="{reference}" transCode="99"
returnCode="B" {dated} valueOf="{amount}"><ReceiverAccount number="{account}" sortCode="{sort_code}"/>
</ReturnedCreditItem><Totals numberOf="1" valueOf="{amount}"/></OriginatingAccountRecord></OriginatingAccountRecords>
</Advice></ARUCS></Data></BACSDocument>"""


def status_report(status: str, code: str = "", payment: str = "", user: str = SUN, block: str = "") -> str:
    """Of the whole, and of the second payment if ``payment`` is its status."""
    reason = f"<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn></StsRsnInf>" if code else ""
    sort_code, account, amount, _ = detail_of(SECOND)
    one = f"""<TxInfAndSts><OrgnlEndToEndId>{SERIAL}-00000000001</OrgnlEndToEndId><TxSts>{payment}</TxSts>{reason}
<OrgnlTxRef><Amt><InstdAmt Ccy="GBP">{amount}</InstdAmt></Amt><CdtrAgt><FinInstnId><ClrSysMmbId>
<MmbId>{sort_code}</MmbId></ClrSysMmbId></FinInstnId></CdtrAgt><CdtrAcct><Id><Othr><Id>{account}</Id></Othr></Id></CdtrAcct></OrgnlTxRef>
</TxInfAndSts>"""
    of_block = f"<PmtInfSts>{block}</PmtInfSts>" if block else ""
    return f"""<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.12"><CstmrPmtStsRpt><GrpHdr><MsgId>{status}
{code}{payment}</MsgId><CreDtTm>2026-11-27T10:00:00</CreDtTm></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>{user}-{SERIAL}
</OrgnlMsgId><OrgnlNbOfTxs>3</OrgnlNbOfTxs><OrgnlCtrlSum>{FILE}</OrgnlCtrlSum><GrpSts>{status}</GrpSts>
{"" if payment else reason}</OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>1</OrgnlPmtInfId>
{of_block}{one if payment else ""}
</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"""


def statement(
    entries: Sequence[str],
    own: tuple[str, str] = OWN,
    named: str = "",
    days: tuple[str, str] = (ENTRY, "2026-12-01"),
    after: str = "",
    opening: Decimal = OPENING,
) -> str:
    """A statement of these days between its balances, with a name of its own unless it is given one.

    It opens with what the one that it comes after closed with.
    """
    if after:
        opening = Decimal(re.findall(r"<Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy=.GBP.>([0-9.]+)<", after)[-1])
    booked = re.findall(r"<Amt[^>]*>([0-9.]+)</Amt><CdtDbtInd>(....)<", "".join(entries))
    moved = sum((Decimal(amount) * (1 if side == "CRDT" else -1) for amount, side in booked), Decimal(0))
    balances = "".join(
        f"""<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="GBP">{amount}</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"""
        for kind, amount, day in (("OPBD", opening, days[0]), ("CLBD", opening + moved, days[1]))
    )
    name = named or f"S{crc32(''.join(entries).encode())}"
    return f"""<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr>
<MsgId>M{name}</MsgId><CreDtTm>2026-12-01T20:00:00</CreDtTm></GrpHdr><Stmt><Id>{name}</Id><FrToDt><FrDtTm>{days[0]}T00:00:00</FrDtTm>
<ToDtTm>{days[1]}T23:59:59</ToDtTm></FrToDt><Acct><Id><Othr><Id>{own[1]}</Id></Othr></Id><Svcr>
<FinInstnId><ClrSysMmbId><MmbId>{own[0]}</MmbId></ClrSysMmbId></FinInstnId></Svcr></Acct>{balances}{"".join(entries)}</Stmt>
</BkToCstmrStmt></Document>"""


def debit(day: str = ENTRY, pounds: str = FILE) -> str:
    """An entry by which the file leaves the account."""
    return _entry("DBIT", pounds, day)


def reversal(day: str = ENTRY) -> str:
    """An entry by which the bank gives the file's debit back."""
    return _entry("CRDT", FILE, day, "<RvslInd>true</RvslInd>")


def credit(day: str = "2026-12-01", paid: tuple[str, str, str, str] | None = None) -> str:
    """An entry by which a payment comes back, the second one unless another is named."""
    sort_code, account, amount, written = paid or detail_of(SECOND)
    return _entry(
        "CRDT",
        amount,
        day,
        details=f"""<NtryDtls><TxDtls><Refs><EndToEndId>{written}</EndToEndId></Refs><Amt Ccy="GBP">{amount}
</Amt><RltdPties><CdtrAcct><Id><Othr><Id>{account}</Id></Othr></Id></CdtrAcct></RltdPties><RltdAgts><CdtrAgt><FinInstnId>
<ClrSysMmbId><MmbId>{sort_code}</MmbId></ClrSysMmbId></FinInstnId></CdtrAgt></RltdAgts><RtrInf><Rsn><Cd>AC04</Cd></Rsn>
</RtrInf></TxDtls></NtryDtls>""",
    )


def _entry(side: str, pounds: str, day: str, undone: str = "", details: str = "") -> str:
    return f"""<Ntry><Amt Ccy="GBP">{pounds}</Amt><CdtDbtInd>{side}</CdtDbtInd>{undone}<Sts><Cd>BOOK</Cd></Sts><BookgDt>
<Dt>{day}</Dt></BookgDt>{details}</Ntry>"""
