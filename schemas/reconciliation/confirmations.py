"""The same money as others tell it: the payment file, who took it, the paying account's statement."""

from datetime import date
from decimal import Decimal

import polars as pl

from schemas.bank_messages.bank_file import Kind, Message
from schemas.reconciliation.debits import NEVER_DEBITED, is_debit_of, without_rejected
from schemas.reconciliation.figures import Confirmation, Outcome, SentFile, count_rows

PAYMENT_FILE = "Payment file, against the payable rows"
_REPORT = {Message.INPUT_REPORT: "Input report", Message.PAIN002: "Status report"}
CREDITS = "Statement: credits for what came back"

NOT_SAID: tuple[int | None, Decimal | None] = (None, None)


def confirmations(sent: SentFile, placed: pl.DataFrame, answers: pl.DataFrame, today: date) -> tuple[Confirmation, ...]:
    """Put what others say beside what the run says.

    Args:
        sent: the released file.
        placed: ``amount_pence`` and ``outcome``, one row a payment, in the order of the file.
        answers: all answers to the run so far.
        today: the day on which this is said.
    """
    in_time = today <= sent.final_on
    payable = count_rows(placed.height, int(placed["amount_pence"].sum()))
    told = [Confirmation(PAYMENT_FILE, *payable, *count_rows(sent.payments, sent.pence), may_still_come=False)]
    processed = processed_by_bank(sent, placed)
    rests = without_rejected(sent, placed)
    debited = answers.filter(is_debit_of(sent))
    if report := report_of(sent):
        taken_in = _said(accepted(sent, answers), counts=True)
        is_debited = debited["amount_pence"].sum() == processed[1]  # then nobody waits for a word that it was taken
        may_come = taken_in == NOT_SAID and (in_time or is_debited)
        taken = f"{report}: accepted by {sent.rail.taken_by}"
        told.append(Confirmation(taken, *count_rows(*processed), *taken_in, may_come))
    if processed[0]:
        makes = len([rest for rest in rests if rest])
        source = "one debit for the file" if makes == 1 else f"{makes:,} debits, one a contra"
        late = sorted(set(debited["bank_date"]) - (sent.entry_days or {sent.entry_date}))
        source += "".join(f", booked on {day.day} {day:%B %Y}" for day in late)
        debit = _said(debited, counts=False)
        told.append(
            Confirmation(f"Statement: {source}", *count_rows(*processed), *debit, in_time and debited.height < makes)
        )
    returned = placed.filter(pl.col("outcome") == str(Outcome.RETURNED))
    if returned.height:
        expected = count_rows(returned.height, int(returned["amount_pence"].sum()))
        came_in = (pl.col("kind") == str(Kind.STATEMENT_CREDIT)) & pl.col("row_number").is_not_null()
        back = answers.filter(came_in | (pl.col("kind") == str(Kind.STATEMENT_REVERSAL)))
        told.append(
            Confirmation(
                CREDITS,
                *expected,
                *_said(back, counts=back["row_number"].null_count() == 0),
                in_time and back.height < returned.height,
            )
        )
    return tuple(told)


def processed_by_bank(sent: SentFile, placed: pl.DataFrame) -> tuple[int, int]:
    """Payments and pence of the file without what was rejected, which is never debited."""
    rejected = placed.filter(pl.col("outcome").is_in(NEVER_DEBITED))
    return sent.payments - rejected.height, sent.pence - int(rejected["amount_pence"].sum())


def report_of(sent: SentFile) -> str | None:
    """What the report is called in which the bank says that it took a file; None where only the statement shows it."""
    return _REPORT[sent.rail.answered_by] if sent.rail.answered_by else None


def accepted(sent: SentFile, answers: pl.DataFrame) -> pl.DataFrame:
    """What the bank says that it took: of several status reports the latest one counts."""
    said = answers.filter(pl.col("kind") == str(Kind.ACCEPTED_TOTAL))
    if sent.rail.answered_by is Message.PAIN002:
        return said.filter(pl.col("bank_file_no") == pl.col("bank_file_no").max())
    return said


def _said(answers: pl.DataFrame, counts: bool) -> tuple[int | None, Decimal | None]:
    if answers.is_empty():
        return NOT_SAID
    payments, pounds = count_rows(int(answers["payments"].sum()), int(answers["amount_pence"].sum()))
    return (payments if counts else None), pounds
