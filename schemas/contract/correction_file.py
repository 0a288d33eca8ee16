"""The file with which a body puts right what did not reach its payees."""

from collections.abc import Sequence

import polars as pl

from schemas.bank_messages.codes import meaning
from schemas.contract.contract import Contract
from schemas.contract.explain import message as in_words
from schemas.contract.refused_rows import rows_file
from schemas.payment_state import PaymentState

WHY, WHAT_TO_DO = "What happened", "What to do"
BESIDE = ("Pay run", "Line in its extract", WHY, WHAT_TO_DO)
"""What stands before the body's own columns, and is deleted before the file is sent."""

_ROW = ["run_no", "row_number"]
_SAID = ["state", "message", "kind", "code", "description"]
_NOTHING = ("It was held, and what stood in its way does so no more.", "Send it again if it is still owed.")
_BY_STATE = {
    PaymentState.RETURNED: "Find out why, and confirm the account with the payee before it is sent again.",
    PaymentState.REJECTED: "Find out why, correct it, and send it again.",
    PaymentState.CANCELLED: "Send it again if it is still owed.",
    PaymentState.NOT_SENT: "Send it again as it is.",
    PaymentState.NOT_PAID: "Send it again, with what the bank named put right.",
}


def correction_file(
    rows: pl.DataFrame, lines: pl.DataFrame, refused: pl.DataFrame, words: pl.DataFrame, contract: Contract
) -> bytes:
    """Return the rows that are to be put right as a CSV file, one line a payment.

    Args:
        rows: ``run_no``, ``row_number`` and the contract's kept columns.
        lines: ``run_no``, ``row_number``, and of each row ``run_id`` and ``line``, in the extract in which it came.
        refused: ``run_no``, ``row_number``, ``column_name`` and ``rule``: why it was left out, one row a reason.
        words: ``run_no``, ``row_number`` and ``state`` of what left and did not arrive, with ``message``, ``kind``,
            ``code`` and ``description`` of what the bank says of the payment itself, null where it says nothing.
        contract: the tenant's contract.

    Returns:
        a file as :func:`schemas.contract.refused_rows.rows_file` makes it: run, line, what happened and what to do,
        and then the row.
    """
    said = pl.concat([_of_bank(words), _of_rules(refused, contract)])
    beside = said.group_by(_ROW, maintain_order=True).agg(pl.col(WHY, WHAT_TO_DO).str.join(" "))
    listed = (
        rows.join(lines, on=_ROW, maintain_order="left")
        .join(beside, on=_ROW, how="left", maintain_order="left")
        .with_columns(pl.col(name).fill_null(text) for name, text in zip((WHY, WHAT_TO_DO), _NOTHING, strict=True))
        .rename({"run_id": BESIDE[0], "line": BESIDE[1]})
        .select(*BESIDE, *contract.kept_columns)
    )
    return rows_file(listed, contract)


def _of_rules(refused: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """What is wrong with a row itself, as the file of refused rows says it: one sentence, which says what to do too."""
    kinds = refused.select("column_name", "rule").unique()
    words = [(column, rule, "It was left out.", in_words(contract, column, rule)) for column, rule in kinds.rows()]
    return _beside(refused, words, ["column_name", "rule"])


def _of_bank(words: pl.DataFrame) -> pl.DataFrame:
    """What became of a payment that left, in the bank's words where it gives a reason."""
    kinds = words.select(_SAID).unique()
    return _beside(words, [(*said, *_in_words(*said)) for said in kinds.rows()], _SAID)


def _beside(rows: pl.DataFrame, words: Sequence[tuple[str | None, ...]], by: list[str]) -> pl.DataFrame:
    schema = dict.fromkeys((*by, WHY, WHAT_TO_DO), pl.String)
    known = pl.DataFrame(words, schema=schema, orient="row")
    return rows.join(known, on=by, nulls_equal=True, maintain_order="left").select(*_ROW, WHY, WHAT_TO_DO)


def _in_words(
    state: str, message: str | None, kind: str | None, code: str | None, description: str | None
) -> tuple[str, str]:
    stands = PaymentState(state)
    happened = f"{stands.meaning[:1].upper()}{stands.meaning[1:]}."
    if not (message and kind and code) or stands is PaymentState.NOT_PAID:
        return happened, _BY_STATE[stands]
    means, next_step = meaning(message, kind, code, description)
    return f"{happened} The bank says: {means} ({code}).", next_step
