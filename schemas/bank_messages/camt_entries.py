"""What moved on an account, entry by entry, of a camt message.

Of an entry (``Ntry``): ``Amt``, ``CdtDbtInd``, ``RvslInd``, ``Sts``, ``BookgDt``, its references and those of its
batch (``NtryDtls/Btch``), ``AddtlNtryInf`` and charges. Of each payment in it (``NtryDtls/TxDtls``): ``Refs``, its
amount, the payee's account (the creditor's, or where that is the account itself, the debtor's) and ``RtrInf/Rsn``. A
credit is one answer a payment where the amounts of all are said and come to the entry; a debit is one answer. Charges
that lie between an entry and its payments are a debit of their own. A detail of £0.00 says no amount.
"""

from collections.abc import Iterator

import polars as pl
from lxml import etree

from schemas.bank_messages.bank_file import Kind, Message
from schemas.bank_messages.camt_details import add_up, read_details
from schemas.bank_messages.fields import count, day, pence
from schemas.bank_messages.gathering import AMOUNT, NUMBER, LeafRows, unread

_CHARGES = ("Chrgs/TtlChrgsAndTaxAmt", "Chrgs/Rcrd/Amt", "Chrgs/Amt")
_DETAIL = {
    "value": ("Amt", "AmtDtls/TxAmt/Amt"),
    "currency": ("Amt@Ccy", "AmtDtls/TxAmt/Amt@Ccy"),
    "charges": _CHARGES,
    "code": ("RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry"),
    "description": ("RtrInf/AddtlInf",),
    "end_to_end": ("Refs/EndToEndId",),
    "instruction": ("Refs/InstrId",),
    "block": ("Refs/PmtInfId",),
    "message_id": ("Refs/MsgId",),
    "bank_reference": ("Refs/AcctSvcrRef",),
    "creditor_sort": ("RltdAgts/CdtrAgt/FinInstnId/ClrSysMmbId/MmbId",),
    "creditor": ("RltdPties/CdtrAcct/Id/Othr/Id", "RltdPties/CdtrAcct/Id/IBAN"),
    "debtor_sort": ("RltdAgts/DbtrAgt/FinInstnId/ClrSysMmbId/MmbId",),
    "debtor": ("RltdPties/DbtrAcct/Id/Othr/Id", "RltdPties/DbtrAcct/Id/IBAN"),
}
_ENTRY = {
    "value": ("Amt",),
    "currency": ("Amt@Ccy",),
    "charges": _CHARGES,
    "side": ("CdtDbtInd",),
    "status": ("Sts/Cd", "Sts"),
    "booked_on": ("BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm"),
    "reversal": ("RvslInd",),
    "entry_named": ("NtryRef",),
    "bank_named": ("AcctSvcrRef",),
    "batch_message": ("NtryDtls/Btch/MsgId",),
    "batch_block": ("NtryDtls/Btch/PmtInfId",),
    "batch_number": ("NtryDtls/Btch/NbOfTxs",),
    "told": ("AddtlNtryInf",),
}
_SIDES = ("CRDT", "DBIT")


class Entries:
    """Gathers the entries of one document and their payments."""

    def __init__(self, name: str, message: Message) -> None:
        self._name, self._message = name, message
        self._entries = LeafRows(_ENTRY, statement=pl.Int64)
        self._details = LeafRows(_DETAIL, entry=pl.Int64)

    def take_detail(self, detail: etree._Element) -> None:
        """Take in one payment of the entry that goes on."""
        self._details.add(detail, self._entries.height + 1)

    def take(self, entry: etree._Element, statement: int) -> None:
        """Take in one entry, at its end."""
        self._entries.add(entry, statement)

    def frame(self, accounts: pl.DataFrame) -> pl.DataFrame:
        """Every entry with its account; ``is_booked`` if its money has moved, in pounds.

        Args:
            accounts: see ``Statements.accounts``.
        """
        return (
            self._entries.frame()
            .join(accounts, on="statement", how="left", maintain_order="left")
            .with_columns(amount_pence=pence("value"), bank_date=day("booked_on"), counted=count("batch_number"))
            .with_columns(
                is_booked=(pl.col("status") == "BOOK").fill_null(False)
                & (pl.coalesce("currency", "account_currency", pl.lit("GBP")) == "GBP")
            )
        )

    def answers(self, every: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
        """What the booked entries say, as answers, and why they must not count."""
        booked = every.filter("is_booked")
        is_whole = (
            pl.col("amount_pence").is_not_null() & pl.col("bank_date").is_not_null() & pl.col("side").is_in(_SIDES)
        )
        whole = booked.filter(is_whole.fill_null(False))
        details = read_details(self._details.frame(), whole)
        whole = add_up(whole, details)
        faults = [*self._unread(booked, details), *self._missummed(whole)]
        by_payment = (pl.col("side") == "CRDT") & pl.col("fits")
        payments = (
            whole.filter(by_payment)
            .drop("code", "amount_pence", strict=False)
            .join(details.filter("counts"), left_on="place", right_on="entry", how="inner", maintain_order="left_right")
        )
        single = whole.filter(~by_payment)
        charged = whole.filter("fits", pl.col("gap") != 0)
        answers = pl.concat(
            [self._as_payments(payments), self._as_entries(single), _as_charges(charged, self._message)], how="diagonal"
        )
        return answers.sort("place", "nth", maintain_order=True), faults

    def _as_payments(self, payments: pl.DataFrame) -> pl.DataFrame:
        return payments.select(
            *_of_entry(self._message),
            pl.col("code", "description", "sort_code", "account_number"),
            pl.lit(1, pl.Int64).alias("payments"),
            pl.col("detail_pence").alias("amount_pence"),
            pl.coalesce("payment_named", "block", "entry_named").alias("reference"),
            pl.coalesce("message_id", "batch_message").alias("serial"),
            pl.coalesce("bank_reference", "bank_named", "entry_named").alias("entry_reference"),
            pl.col("nth"),
        )

    def _as_entries(self, single: pl.DataFrame) -> pl.DataFrame:
        """One answer an entry; of one with a single payment it is that payment's."""
        is_debited_less = pl.col("fits") & (pl.col("side") == "DBIT")
        return single.select(
            *_of_entry(self._message),
            pl.col("only_code").alias("code"),
            pl.col("told").alias("description"),
            pl.col("only_sort_code").alias("sort_code"),
            pl.col("only_account_number").alias("account_number"),
            pl.coalesce("counted", pl.when(pl.col("details") > 0).then("details")).alias("payments"),
            (pl.col("amount_pence") - pl.when(is_debited_less).then("gap").otherwise(0)).alias("amount_pence"),
            pl.coalesce("only_named", "batch_block", "only_block", "entry_named", "batch_message").alias("reference"),
            pl.coalesce("batch_message", "only_message_id").alias("serial"),
            pl.coalesce("bank_named", "entry_named", "only_bank_reference").alias("entry_reference"),
            pl.lit(0, pl.Int64).alias("nth"),
        )

    def _unread(self, booked: pl.DataFrame, details: pl.DataFrame) -> Iterator[str]:
        one = f"Entry {{}} of {self._name}"
        filled = booked.with_columns(pl.col("value", "booked_on", "side").fill_null(""))
        yield from unread(filled, "value", "amount_pence", one, AMOUNT)
        yield from unread(filled, "booked_on", "bank_date", one, "no booking date")
        yield from unread(
            filled.with_columns(known=pl.when(pl.col("side").is_in(_SIDES)).then("side")),
            "side",
            "known",
            one,
            "nothing that says whether it is a credit or a debit",
        )
        yield from unread(filled, "batch_number", "counted", one, NUMBER)
        sterling = details.filter(pl.col("currency") == "GBP")
        yield from unread(sterling, "value", "said_pence", f"Payment {{}} in the entries of {self._name}", AMOUNT)

    def _missummed(self, whole: pl.DataFrame) -> Iterator[str]:
        wrong = whole.filter(pl.col("side") == "CRDT", pl.col("all_said"), ~pl.col("fits"))
        if wrong.height:
            yield (
                f"Entry {wrong['place'][0]} of {self._name} is not the sum of its {wrong['details'][0]} payments. "
                "Ask the bank for the statement again."
            )


def _of_entry(message: Message) -> Iterator[pl.Expr]:
    is_credit, is_reversal = pl.col("side") == "CRDT", pl.col("reversal").is_in(["true", "1"]).fill_null(False)
    if message is Message.CAMT053:
        kind = (
            pl.when(~is_credit)
            .then(pl.lit(str(Kind.STATEMENT_DEBIT)))
            .when(is_reversal)
            .then(pl.lit(str(Kind.STATEMENT_REVERSAL)))
            .otherwise(pl.lit(str(Kind.STATEMENT_CREDIT)))
        )
    else:
        kind = pl.when(is_credit).then(pl.lit(str(Kind.INFORMED_CREDIT))).otherwise(pl.lit(str(Kind.INFORMED_DEBIT)))
    yield kind.alias("kind")
    yield pl.col("number").alias("statement")
    yield from (pl.col("bank_date"), pl.col("own_account"), pl.col("place"))


def _as_charges(charged: pl.DataFrame, message: Message) -> pl.DataFrame:
    debit = Kind.STATEMENT_DEBIT if message is Message.CAMT053 else Kind.INFORMED_DEBIT
    return charged.select(
        pl.lit(str(debit)).alias("kind"),
        pl.col("number").alias("statement"),
        pl.col("bank_date", "own_account", "place"),
        pl.lit("Charges").alias("description"),
        pl.col("gap").abs().alias("amount_pence"),
        pl.coalesce("bank_named", "entry_named").alias("entry_reference"),
        pl.lit(1 << 40, pl.Int64).alias("nth"),
    )
