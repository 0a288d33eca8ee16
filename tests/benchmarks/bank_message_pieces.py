"""What the benchmark of banks' messages measures, each by its name, as :mod:`tests.benchmarks.pieces` has the run's.

Each message has an item a payment. The floor goes over the same document with lxml and forgets every item unread.
"""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import polars as pl

from tests.benchmarks.workspace import Workspace

Act = Callable[[], object]

BATCH = 200_000
ITEMS = {"arucs": "ReturnedCreditItem", "pain002": "TxInfAndSts", "camt053": "TxDtls"}
"""The messages, each with what an item of it is called."""

_ARUCS = (
    '<BACSDocument><Data><ARUCS><Header reportType="REFT1028" adviceNumber="1" currentProcessingDate="2026-12-01"/>'
    '<ServiceLicenseInformation userNumber="123456"/><Advice><OriginatingAccountRecords><OriginatingAccountRecord>'
    '<OriginatingAccount number="88837491" sortCode="10-79-99"/>\n',
    '<ReturnedCreditItem ref="ILF 2611 {}" transCode="99" returnCode="B" returnDescription="ACCOUNT CLOSED" '
    'originalProcessingDate="2026-11-27" valueOf="10.00" currency="GBP"><ReceiverAccount number="{}" ref="A" '
    'name="A PAYEE" sortCode="87-40-77" bankName="A BANK" branchName="A TOWN"/></ReturnedCreditItem>',
    '<Totals numberOf="{rows}" valueOf="{pounds}" currency="GBP"/></OriginatingAccountRecord>'
    "</OriginatingAccountRecords></Advice></ARUCS></Data></BACSDocument>",
)
_PAIN002 = (
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>B1</MsgId>'
    "<CreDtTm>2026-11-27T10:00:00</CreDtTm></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>123456-000001</OrgnlMsgId>"
    "<OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId><GrpSts>RJCT</GrpSts></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>"
    "<OrgnlPmtInfId>1</OrgnlPmtInfId>\n",
    "<TxInfAndSts><StsId>{}</StsId><OrgnlEndToEndId>000001-{}</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><Rsn>"
    '<Cd>AC04</Cd></Rsn></StsRsnInf><OrgnlTxRef><Amt><InstdAmt Ccy="GBP">10.00</InstdAmt></Amt><CdtrAgt><FinInstnId>'
    "<ClrSysMmbId><ClrSysId><Cd>GBDSC</Cd></ClrSysId><MmbId>874077</MmbId></ClrSysMmbId></FinInstnId></CdtrAgt><CdtrAcct>"
    "<Id><Othr><Id>05346707</Id></Othr></Id></CdtrAcct></OrgnlTxRef></TxInfAndSts>",
    "</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>",
)
_CAMT053 = (
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId>'
    "<CreDtTm>2026-12-01T20:00:00</CreDtTm></GrpHdr><Stmt><Id>S1</Id><Acct><Id><Othr><Id>88837491</Id></Othr></Id><Svcr>"
    "<FinInstnId><ClrSysMmbId><MmbId>107999</MmbId></ClrSysMmbId></FinInstnId></Svcr></Acct><Ntry><NtryRef>1</NtryRef>"
    '<Amt Ccy="GBP">{pounds}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
    "<BookgDt><Dt>2026-12-01</Dt></BookgDt><NtryDtls>\n",
    '<TxDtls><Refs><AcctSvcrRef>{}</AcctSvcrRef><EndToEndId>000001-{}</EndToEndId></Refs><Amt Ccy="GBP">10.00</Amt>'
    "<CdtDbtInd>CRDT</CdtDbtInd><RltdPties><CdtrAcct><Id><Othr><Id>05346707</Id></Othr></Id></CdtrAcct></RltdPties>"
    "<RltdAgts><CdtrAgt><FinInstnId><ClrSysMmbId><MmbId>874077</MmbId></ClrSysMmbId></FinInstnId></CdtrAgt></RltdAgts>"
    "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls>",
    "</NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>",
)
_DOCUMENTS = {"arucs": _ARUCS, "pain002": _PAIN002, "camt053": _CAMT053}


def make_up_bank_messages(workspace: Workspace) -> Act:
    """One document of each message; the same ones every time."""

    def act() -> None:
        for message in ITEMS:
            with _document(workspace, message).open("w") as file:
                file.writelines(_written(message, workspace.rows))

    return act


def go_over(message: str) -> Callable[[Workspace], Act]:
    """The floor."""

    def piece(workspace: Workspace) -> Act:
        from lxml import etree

        data = _document(workspace, message).read_bytes()

        def act() -> None:
            for _, element in etree.iterparse(BytesIO(data), events=("end",), tag=f"{{*}}{ITEMS[message]}"):
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]

        return act

    return piece


def read_message(message: str) -> Callable[[Workspace], Act]:
    """What siller does: every item read into the frame of answers."""

    def piece(workspace: Workspace) -> Act:
        from schemas.bank_messages.recognise import read_bank_file

        data = _document(workspace, message).read_bytes()

        def act() -> None:
            read = read_bank_file(data, "message.xml")
            assert not read.faults
            assert read.answers.filter(pl.col("reference").is_not_null()).height >= workspace.rows

        return act

    return piece


def _document(workspace: Workspace, message: str) -> Path:
    return workspace.folder / f"{message}.xml"


def _written(message: str, rows: int) -> Iterator[str]:
    before, item, after = _DOCUMENTS[message]
    said = {"rows": str(rows), "pounds": f"{rows * 10}.00"}
    yield before.format(**said) if "{pounds}" in before else before
    for first in range(0, rows, BATCH):
        number = pl.int_range(first, min(first + BATCH, rows), eager=True).cast(pl.String)
        shown = pl.select(pl.format(item, pl.lit(number).str.zfill(6), pl.lit(number).str.zfill(8)))
        yield "\n".join(shown.to_series())
    yield after.format(**said) if "{pounds}" in after else after


PIECES = {
    "make_up_bank_messages": make_up_bank_messages,
    **{f"go_over_{message}": go_over(message) for message in ITEMS},
    **{f"read_{message}": read_message(message) for message in ITEMS},
}
