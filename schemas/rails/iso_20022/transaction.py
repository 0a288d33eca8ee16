"""CdtTrfTxInf, one credit transfer: one line of the message, rendered and parsed a whole column at a time.

Source: the schema; that 18 characters of ``EndToEndId`` reach the payee, and how an account is written: public guides.
"""

from collections.abc import Mapping

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from schemas.digits import number_of
from schemas.rails.bacs_standard_18 import payment
from schemas.rails.bacs_standard_18.layout import PaymentFileError
from schemas.rails.content import CONTENT
from schemas.rails.files import bytes_of, side_by_side
from schemas.rails.iso_20022.template import Slot, Template, escape_xml, unescape_xml
from schemas.rails.text import PERMITTED, TEXT_LENGTH

_OWN = PERMITTED.replace("&", "")
#: Permitted characters, at most 18, as they stand between tags.
TEXT = f"(?:[{_OWN.replace(' ', '')}]|&amp;)(?:[{_OWN}]|&amp;){{0,{TEXT_LENGTH - 1}}}"

#: What the amount's digits hold: nine of pounds and two of pence.
LARGEST_AMOUNT_PENCE = 99_999_999_999

END_TO_END_ID = Slot("end_to_end_id", "[0-9]{6}-[0-9]{11}", "the submission's serial and the row of the extract")

TEMPLATE = Template(
    (
        "<CdtTrfTxInf><PmtId><EndToEndId>",
        END_TO_END_ID,
        '</EndToEndId></PmtId><Amt><InstdAmt Ccy="GBP">',
        Slot("amount", r"(?:0|[1-9][0-9]{0,8})\.[0-9]{2}", "pounds and pence"),
        "</InstdAmt></Amt><CdtrAgt><FinInstnId><ClrSysMmbId><ClrSysId><Cd>GBDSC</Cd></ClrSysId><MmbId>",
        Slot("sort_code", "[0-9]{6}", "six digits"),
        "</MmbId></ClrSysMmbId></FinInstnId></CdtrAgt><Cdtr><Nm>",
        Slot("payee_name", TEXT, "at most 18 permitted characters"),
        "</Nm></Cdtr><CdtrAcct><Id><Othr><Id>",
        Slot("account_number", "[0-9]{8}", "eight digits"),
        "</Id><SchmeNm><Cd>BBAN</Cd></SchmeNm></Othr></Id></CdtrAcct><RmtInf><Ustrd>",
        Slot("reference", TEXT, "at most 18 permitted characters"),
        "</Ustrd></RmtInf></CdtTrfTxInf>",
    )
)

#: What is digested of every payment: what it pays, and the number under which the bank answers.
DIGESTED: Mapping[str, pl.DataType] = {"end_to_end_id": pl.String(), **CONTENT}


def end_to_end_id(serial: int) -> pl.Expr:
    """The number under which the bank answers: 18 characters, all that Bacs and Faster Payments carry.

    The serial is never used twice and a row number stands once in its run, so neither is the number. It
    says nothing of the payee, and whoever reads it finds the row of the extract.
    """
    return pl.concat_str(pl.lit(f"{serial:06d}-"), pl.col("row_number").cast(pl.String).str.pad_start(11, "0")).alias(
        END_TO_END_ID.name
    )


def as_answered(serial: int) -> list[pl.Expr]:
    """A payment as the bank's answers name it, from the ledger's columns: its identifier is the reference."""
    return [
        pl.col("sort_code"),
        pl.col("account_number"),
        pl.col("amount_pence"),
        end_to_end_id(serial).alias("reference"),
    ]


def content(serial: int) -> list[pl.Expr]:
    """What is meant to be paid, from the ledger's columns, in the columns of ``DIGESTED``.

    The texts are those of Bacs, so that the file says what the payee will read: a bank that sends it on by
    Bacs or Faster Payments would fold and cut longer ones itself.
    """
    return [end_to_end_id(serial), *payment.content()]


def checks(largest_pence: int) -> dict[str, pl.Expr]:
    """What each field of a payment must be, under the field's name: false or null is a fault."""
    return {
        "end_to_end_id": pl.col("end_to_end_id").str.contains(f"^{END_TO_END_ID.pattern}$"),
        "sort_code": number_of(pl.col("sort_code"), 6).is_not_null(),
        "account_number": number_of(pl.col("account_number"), 8).is_not_null(),
        "amount_pence": pl.col("amount_pence").is_between(1, largest_pence),
        **{name: check() for name, check in payment.TEXT_CHECKS.items()},
    }


def lines(payments: pl.DataFrame) -> memoryview:
    """One line a payment with its line end, from the columns of ``content``."""
    pounds, pence = pl.col("amount_pence") // 100, pl.col("amount_pence") % 100
    written = payments.select(
        END_TO_END_ID.name,
        "sort_code",
        "account_number",
        escape_xml(pl.col("payee_name")),
        escape_xml(pl.col("reference")),
        amount=pl.concat_str(pounds, pl.lit("."), pence.cast(pl.String).str.pad_start(2, "0")),
    )
    # A scalar from a column of one, because to make one of a text makes pyarrow import pandas, for a second.
    parts = [
        side_by_side(pl.Series([part]))[0] if isinstance(part, str) else side_by_side(written[part.name])
        for part in (*TEMPLATE.parts, "\n", "")
    ]
    # The last part is what stands between the others: nothing.
    return bytes_of(pc.binary_join_element_wise(*parts))


def parse(block: bytes, first_line: int) -> pl.DataFrame:
    """The payments that whole lines say, in their order.

    Args:
        block: lines, each with its line end.
        first_line: the line of the first one, for the error.

    Returns:
        The columns of ``DIGESTED``.

    Raises:
        PaymentFileError: a line is no such payment.
    """
    # Bytes that are no ASCII are no text to polars either; what stands for them fits no slot.
    characters = block if block.isascii() else block.translate(payment.NO_ASCII_AS_QUESTION_MARK)
    ends = np.flatnonzero(np.frombuffer(characters, dtype=np.uint8) == ord("\n")) + 1
    starts = np.concatenate(([0], ends)).astype(np.int64)
    lines = pa.LargeStringArray.from_buffers(len(ends), pa.py_buffer(starts), pa.py_buffer(characters))
    slots = [slot.name for slot in TEMPLATE.slots]
    found = pl.col("line").str.extract_groups(f"^{TEMPLATE.pattern}\n$").struct.rename_fields(slots)
    # Streamed, because that works on a column's rows on all cores.
    payments = (
        pl.LazyFrame({"line": pl.Series(lines)})
        .select(found)
        .unnest("line")
        .select(
            "end_to_end_id",
            "sort_code",
            "account_number",
            pl.col("amount").str.replace(".", "", literal=True).cast(pl.Int64).alias("amount_pence"),
            unescape_xml(pl.col("reference")).str.strip_chars_end(" "),
            unescape_xml(pl.col("payee_name")).str.strip_chars_end(" "),
        )
        .collect(engine="streaming")
    )
    for name, check in checks(LARGEST_AMOUNT_PENCE).items():
        broken = ~payments.select(check.fill_null(False).alias(name))[name]
        if broken.any():
            at = int(broken.arg_true()[0])
            raise PaymentFileError(first_line + at, 1, f"{name} breaks the rule check_{name}, or this is no payment")
    return payments
