"""A run's payments in the order of its file, some hundred thousand at a time; the ledger is not held meanwhile."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import duckdb
import polars as pl

from schemas.contract.contract import CONTACT, MEANS, PAYING_ACCOUNT
from schemas.means import is_by_voucher
from tasks.in_threads import in_threads
from tasks.ledger.parts import listing
from tasks.ledger.parts.listing import Part
from tasks.ledger.parts.reading import read_part
from tasks.ledger.parts.sealing import PART_ROWS
from tasks.ledger.runs import RunRow
from tasks.rails import Dates
from tasks.tenant_context import TenantContext

_PAY_DATE = "pay_date"
WRITTEN = ("payee_name", "sort_code", "account_number", "roll_number", "payment_reference")
"""The contract's columns that a payment file is written from, beside the amount."""
VOUCHERS_WRITTEN = ("payee_name", MEANS, CONTACT)
"""Those that a file of vouchers is written from."""

_OF_EARLIER = Path(__file__).with_name("payments.sql").read_text()
_IN_THE_LEDGER = "SELECT 1 FROM earlier_payment WHERE run_no = ? LIMIT 1"
_LEFT_OUT = "SELECT DISTINCT row_number FROM core_left_out WHERE run_no = ?"


@dataclass(frozen=True)
class Source:
    """Where a run's payments are to be read.

    Attributes:
        parts: in which they stand; none where the ledger itself has its rows, or payments of it.
        left_out: ``row_number`` of those that are not paid.
    """

    parts: Sequence[Part]
    left_out: pl.DataFrame

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection, run: RunRow) -> "Source":
        """Ask an open ledger for that of a run that has been validated: from then on it stays what it is."""
        is_in_parts = connection.execute(_IN_THE_LEDGER, [run.run_no]).fetchone() is None
        parts = listing.listed(connection, run.run_no) if is_in_parts else ()
        return cls(parts, connection.execute(_LEFT_OUT, [run.run_no]).pl())


def payments_in_batches(
    context: TenantContext,
    run: RunRow,
    columns: Sequence[str] = WRITTEN,
    dates: Sequence[Dates] = (),
    source: Source | None = None,
) -> Iterator[pl.DataFrame]:
    """Yield a run's transfers: ``row_number``, columns of the contract as text, ``amount_pence``.

    Where the body has several paying accounts, the payments of each come together, and ``paying_account`` is the place
    of theirs among the agreement's, unless it is the contract's column that is asked for. Of several days those of each
    come together likewise, and ``processing_date`` is theirs.

    Args:
        context: the tenant's.
        run: whose payments; it has been validated.
        columns: the contract's, by siller's names.
        dates: the days of its file, where each payment is to be marked with its own.
        source: where they are to be read, by whoever has asked the ledger already.

    Raises:
        NoGo: a part is gone, or its bytes have changed.
    """
    source = source or _source(context, run)
    days = list(dates) if len(dates) > 1 else [None]
    for (place, account), day in product(enumerate(context.agreement.paying_accounts), days):
        marked = bool(account.pays) and PAYING_ACCOUNT not in columns
        asked = (*columns, *[PAYING_ACCOUNT] * marked, *[_PAY_DATE] * bool(day), *_means(context, columns))
        for payments in _of_parts(context, source, asked) if source.parts else _of_earlier(context, run, asked):
            if context.contract.has(MEANS):
                payments = payments.filter(~is_by_voucher(pl.col(MEANS)))
            if account.pays:
                payments = payments.filter(pl.col(PAYING_ACCOUNT) == account.pays)
            if marked:
                payments = payments.with_columns(pl.lit(place).alias(PAYING_ACCOUNT))
            if day:
                payments = payments.filter(pl.col(_PAY_DATE) == f"{day.entry_date:%d/%m/%Y}").with_columns(
                    processing_date=pl.lit(day.processing_date)
                )
            if payments.height:
                yield context.agreement.accounts.applied(payments)


def vouchers_in_batches(
    context: TenantContext, run: RunRow, columns: Sequence[str] = VOUCHERS_WRITTEN
) -> Iterator[pl.DataFrame]:
    """Yield the payments of a run that a voucher makes: ``row_number``, columns as text, ``amount_pence``.

    Args:
        context: the tenant's.
        run: whose payments; it has been validated.
        columns: the contract's, by siller's names, with the means among them.

    Raises:
        NoGo: a part is gone, or its bytes have changed.
    """
    source = _source(context, run)
    if source.parts and context.contract.has(MEANS):
        for payments in _of_parts(context, source, columns):
            if (vouchers := payments.filter(is_by_voucher(pl.col(MEANS)))).height:
                yield vouchers


def _means(context: TenantContext, columns: Sequence[str]) -> list[str]:
    return [MEANS] if context.contract.has(MEANS) and MEANS not in columns else []


def _source(context: TenantContext, run: RunRow) -> Source:
    with context.ledger.opened() as connection:
        return Source.of(connection, run)


def _of_parts(context: TenantContext, source: Source, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
    def payments(part: Part) -> pl.DataFrame:
        rows = read_part(part, context.paths.parts(context.tenant), ("row_number", *columns, "pence"))
        paid = rows.drop_nulls("pence").rename({"pence": "amount_pence"})
        return paid.join(source.left_out, on="row_number", how="anti", maintain_order="left")

    return in_threads(payments, source.parts, context.settings.threads)


def _of_earlier(context: TenantContext, run: RunRow, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
    """The payments of a run that an earlier siller took in; the ledger is opened for each batch of them."""
    for first in range(0, run.declared_rows, PART_ROWS):
        with context.ledger.opened() as connection:
            span = {"run_no": run.run_no, "first": first, "last": first + PART_ROWS - 1}
            payments = connection.execute(_OF_EARLIER, span).pl()
        yield payments.sort("row_number").select("row_number", *columns, "amount_pence")
