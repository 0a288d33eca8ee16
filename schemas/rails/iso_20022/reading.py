"""Read a message back: the parse-back that stands between a written file and anybody's approval."""

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import BinaryIO

import polars as pl

from schemas.no_go import NoGo
from schemas.rails.bacs_standard_18 import PayingAccount
from schemas.rails.bacs_standard_18.layout import PaymentFileError
from schemas.rails.content import CONTENT, ContentDigest
from schemas.rails.files import refuse_other
from schemas.rails.iso_20022 import transaction
from schemas.rails.iso_20022.initiation import FOOT, HEAD, SERVICE_LEVELS, Initiation, Service, head
from schemas.rails.totals import Totals

#: Lines before the first payment.
LINES_BEFORE = 4

#: Bytes read at a time: some 100,000 payments.
BLOCK = 64_000_000

_LONGEST_HEAD = 4_096


def read(path: Path, service: Service) -> tuple[Initiation, Totals]:
    """Everything that a file written by ``write`` says of itself and adds up to.

    Each character is accounted for: it belongs to a slot that is returned, digested or compared with
    another, or it must be what the tables say. Memory is bounded. That the file is good XML for others too is
    held by tests, with the schema and with independent readers.

    Args:
        path: the file.
        service: how the bank sends the payments on; the service level does not always tell.

    Raises:
        PaymentFileError: naming the line and the rule that is broken.
    """
    digest, payments, pence, last = ContentDigest(transaction.DIGESTED), 0, 0, ""
    with path.open("rb") as handle:
        file, opening = _opening(handle, service)
        for batch in _batches(handle, service):
            last = _follows(batch["end_to_end_id"], file, last, LINES_BEFORE + payments + 1)
            digest.update(batch)
            payments += batch.height
            pence += int(batch["amount_pence"].sum())
        if opening != head(file, payments, pence):
            raise PaymentFileError(3, 1, "NbOfTxs or CtrlSum is not what the payments add up to")
        handle.seek(0)
        sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
    return file, Totals(payments, pence, digest.hexdigest(), sha256)


def read_payments(path: Path, service: Service) -> Iterator[pl.DataFrame]:
    """The payments of a file in its order, a batch at a time.

    Yields:
        Frames with the columns of ``schemas.rails.content.CONTENT``.

    Raises:
        PaymentFileError: naming the line and the rule that is broken.
    """
    with path.open("rb") as handle:
        _opening(handle, service)
        for batch in _batches(handle, service):
            yield batch.select(*CONTENT)


def check(path: Path, file: Initiation, totals: Totals) -> None:
    """The parse-back: the file at the path is the one that was meant, to the penny and in its order.

    Raises:
        PaymentFileError: the file is broken.
        NoGo: it is whole, but not the one that was meant.
    """
    refuse_other(path, (file, totals), read(path, file.service))


def _opening(handle: BinaryIO, service: Service) -> tuple[Initiation, bytes]:
    """What stands before the first payment, and the handle at that payment."""
    lines = b"".join(handle.readline(_LONGEST_HEAD) for _ in range(LINES_BEFORE))
    values = HEAD.parse(lines.decode("ascii", errors="replace").rstrip(" \n"))
    if values is None or values["message_id"][:6] != values["service_user_number"]:
        raise PaymentFileError(1, 1, "this is not the opening of a pain.001.001.09 message that siller writes")
    if values["service_level"] not in SERVICE_LEVELS[service]:
        raise PaymentFileError(4, 1, "the service level is another than the agreement's")
    try:
        file = Initiation(
            serial=int(values["message_id"][7:]),
            service_user_number=values["service_user_number"],
            service_user_name=values["service_user_name"],
            creation_date=date.fromisoformat(values["creation_date"]),
            execution_date=date.fromisoformat(values["execution_date"]),
            paying_account=PayingAccount(values["sort_code"], values["account_number"], values["paying_account_name"]),
            service=service,
            service_level=values["service_level"],
            batch_booking=values["batch_booking"] == "true",
        )
    except (NoGo, ValueError):
        raise PaymentFileError(3, 1, "its header describes no message that may be made") from None
    return file, lines


def _batches(handle: BinaryIO, service: Service) -> Iterator[pl.DataFrame]:
    """The payments, from where the handle stands to the end of the file."""
    number, left = LINES_BEFORE + 1, b""
    while block := handle.read(BLOCK):
        block = left + block
        cut = block.rfind(b"\n", 0, -len(FOOT)) + 1
        if cut:
            payments = transaction.parse(block[:cut], service, number)
            number += payments.height
            yield payments
        left = block[cut:]
    if left != FOOT:
        raise PaymentFileError(number, 1, "the message does not end as it must")


def _follows(numbers: pl.Series, file: Initiation, last: str, line: int) -> str:
    """Hold that the end-to-end identifiers are of this file and rise, so that none stands twice."""
    before = numbers.shift(1, fill_value=last)
    wrong = ~numbers.str.starts_with(f"{file.serial:06d}-") | (numbers <= before)
    if wrong.any():
        raise PaymentFileError(
            line + int(wrong.arg_true()[0]), 1, "EndToEndId is of another file, or not after the one before it"
        )
    return str(numbers[-1])
