"""What is said of each payment that did not reach its payee, in the file with which a body puts that right."""

import polars as pl

from schemas.bank_messages.codes import meaning
from schemas.contract.added import Added
from schemas.contract.contract import Contract
from schemas.contract.given_back import in_words, pay_date_column
from schemas.payment_state import PaymentState

_ROW = ["run_no", "row_number"]
_WORDS = (Added.COLUMN, Added.WRONG, Added.TO_DO)
_SAID = ["state", "message", "kind", "code", "description"]
_NOTHING = ("", "It was held, and what stood in its way does so no more.", "Send it again if it is still owed.")
_BY_STATE = {
    PaymentState.RETURNED: "Find out why, and confirm the account with the payee before it is sent again.",
    PaymentState.REJECTED: "Find out why, correct it, and send it again.",
    PaymentState.CANCELLED: "Send it again if it is still owed.",
    PaymentState.EXPIRED: "Reach the payee, and agree with them how they are paid. Send again what was not cashed, "
    "and no more: by another voucher, or to an account.",
    PaymentState.NOT_SENT: "Send it again as it is.",
    PaymentState.NOT_PAID: "Send it again, with what the bank named put right.",
}


def correction_file(
    rows: pl.DataFrame, lines: pl.DataFrame, refused: pl.DataFrame, words: pl.DataFrame, contract: Contract
) -> pl.DataFrame:
    """Say of each payment what happened to it and what to do, one line a payment.

    Args:
        rows: ``run_no``, ``row_number`` and the contract's kept columns.
        lines: ``run_no``, ``row_number``, and of each row ``run_id`` and ``line``, in the extract in which it came.
        refused: ``run_no``, ``row_number``, ``column_name`` and ``rule``: why it was left out, one row a reason.
        words: ``run_no``, ``row_number`` and ``state`` of what left and did not arrive, with ``message``, ``kind``,
            ``code`` and ``description`` of what the bank says of the payment itself, null where it says nothing, and
            ``left_pence``, what is left of it to pay where a voucher was to pay any of it, otherwise null.
        contract: the tenant's contract.

    Returns:
        run, line and what is said of each row, under the names of ``Added``, and the contract's kept columns.
    """
    said = pl.concat([_of_bank(words), _of_rules(refused, contract)])
    beside = said.group_by(_ROW, maintain_order=True).agg(
        pl.col(Added.COLUMN).drop_nulls().unique(maintain_order=True).str.join("; "),
        pl.col(Added.WRONG, Added.TO_DO).unique(maintain_order=True).str.join(" "),
    )
    return (
        rows.join(lines, on=_ROW, maintain_order="left")
        .join(beside, on=_ROW, how="left", maintain_order="left")
        .with_columns(pl.col(name).fill_null(text) for name, text in zip(_WORDS, _NOTHING, strict=True))
        .select(
            pl.col("run_id").alias(Added.RUN),
            pl.col("line").cast(pl.String).alias(Added.LINE),
            *_WORDS,
            *pay_date_column(contract, None),
            *contract.kept_columns,
        )
    )


def _of_rules(refused: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """What is wrong with a row itself, as the file of refused rows says it."""
    said = in_words(refused, contract).with_columns(pl.format("It was left out. {}", Added.WRONG).alias(Added.WRONG))
    return said.select(*_ROW, *_WORDS)


def _of_bank(words: pl.DataFrame) -> pl.DataFrame:
    """What became of a payment that left, in the bank's words where it gives a reason."""
    kinds = words.select(_SAID).unique()
    known = pl.DataFrame(
        [(*said, None, *_in_words(*said)) for said in kinds.rows()],
        schema=dict.fromkeys((*_SAID, *_WORDS), pl.String),
        orient="row",
    )
    left = pl.col("left_pence")
    amount = pl.format(" The amount to write is {}.{}.", left // 100, (left % 100).cast(pl.String).str.zfill(2))
    told = words.join(known, on=_SAID, nulls_equal=True, maintain_order="left")
    to_do = pl.concat_str(pl.col(Added.TO_DO), pl.when(left.is_not_null()).then(amount).otherwise(pl.lit("")))
    return told.with_columns(to_do.alias(Added.TO_DO)).select(*_ROW, *_WORDS)


def _in_words(
    state: str, message: str | None, kind: str | None, code: str | None, description: str | None
) -> tuple[str, str]:
    stands = PaymentState(state)
    happened = f"{stands.meaning[:1].upper()}{stands.meaning[1:]}."
    if not (message and kind and code) or stands is PaymentState.NOT_PAID:
        return happened, _BY_STATE[stands]
    means, next_step = meaning(message, kind, code, description)
    return f"{happened} The bank says: {means} ({code}).", next_step
