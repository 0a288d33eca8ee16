"""The practice bank's own reading of a pain.001 message with one payment information block."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from lxml import etree

from tasks.practice_bank.received import Debit, Item, Received, refuse

_BBAN = "CdtrAcct/Id/Othr/Id"


def receive_pain001(path: Path) -> Received:
    """Read and check a message the way a bank would: header, block and payments must agree.

    Raises:
        NoGo: it is no such message, or the totals differ.
    """
    try:
        return _received(path)
    except etree.XMLSyntaxError:
        raise refuse(path, "it is not whole") from None
    except (KeyError, ValueError, ArithmeticError):
        raise refuse(path, "it cannot be read as a pain.001 message") from None


def _received(path: Path) -> Received:
    said: dict[str, str] = {}
    payments, pence, seen = 0, 0, set()
    for element in _elements(path, "GrpHdr", "PmtInfId", "NbOfTxs", "CtrlSum", "ReqdExctnDt", "Dbtr", "DbtrAcct",
                             "DbtrAgt", "CdtTrfTxInf"):  # fmt: skip
        match name := etree.QName(element).localname:
            case "CdtTrfTxInf":
                item = _item(element)
                payments, pence = payments + 1, pence + item.pence
                seen.add(item.reference)
            case "GrpHdr":
                said["MsgId"] = _text(element, "MsgId")
            case "Dbtr":
                said[name] = _text(element, "Nm")
                said["SUN"] = _text(element, "Id/OrgId/Othr/Id")
            case "ReqdExctnDt":
                said[name] = _text(element, "Dt")
            case "DbtrAcct":
                said[name] = _text(element, "Id/Othr/Id")
            case "DbtrAgt":
                said[name] = _text(element, "FinInstnId/ClrSysMmbId/MmbId")
            case _:
                level = "header" if _parent(element) == "GrpHdr" else "block"
                said[f"{level} {name}"] = element.text or ""
    told = {(said[f"{level} NbOfTxs"], Decimal(said[f"{level} CtrlSum"])) for level in ("header", "block")}
    if told != {(str(payments), Decimal(pence).scaleb(-2))}:
        raise refuse(path, "NbOfTxs and CtrlSum do not agree with its payments")
    if not payments:
        raise refuse(path, "it pays nobody")
    if len(seen) != payments:
        raise refuse(path, "an EndToEndId stands twice")
    return Received(
        path=path,
        serial=said["MsgId"][-6:],
        service_user_number=said["SUN"],
        processing_date=date.fromisoformat(said["ReqdExctnDt"]),
        debits=(Debit("000", said["DbtrAgt"], said["DbtrAcct"], said["Dbtr"], payments, pence),),
        items=_items,
    )


def _items(path: Path, paths: Sequence[int]) -> list[Item]:
    wanted = set(paths)
    return [_item(payment) for place, payment in enumerate(_elements(path, "CdtTrfTxInf")) if place in wanted]


def _item(payment: etree._Element) -> Item:
    return Item(
        sort_code=_text(payment, "CdtrAgt/FinInstnId/ClrSysMmbId/MmbId"),
        account_number=_text(payment, _BBAN),
        pence=int(Decimal(_text(payment, "Amt/InstdAmt")).scaleb(2)),
        reference=_text(payment, "PmtId/EndToEndId"),
        payee=_text(payment, "Cdtr/Nm"),
    )


def _elements(path: Path, *tags: str) -> Iterator[etree._Element]:
    wanted = [f"{{*}}{tag}" for tag in tags]
    with path.open("rb") as file:
        for _, element in etree.iterparse(file, tag=wanted, resolve_entities=False, no_network=True):
            yield element
            if etree.QName(element).localname == "CdtTrfTxInf":
                element.clear()


def _parent(element: etree._Element) -> str:
    parent = element.getparent()
    return "" if parent is None else etree.QName(parent).localname


def _text(element: etree._Element, path: str) -> str:
    return element.findtext("/".join(f"{{*}}{step}" for step in path.split("/"))) or ""
