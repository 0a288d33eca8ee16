"""Rows of four runs of one body: what sealed parts and plain tables are both filled with, and the ledger about them.

October and November whole, a supplementary extract, and a correction that joins it; each row follows from its payee's
number, so that months, corrections and copies meet in payees, accounts and amounts.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import polars as pl

from schemas.contract.contract import Contract
from tasks.settings import PROJECT

CONTRACT = Contract.load(PROJECT / "data_contracts" / "ilf" / "extract.odcs.yaml")
COLUMNS = tuple(column.name for column in CONTRACT.columns)

_SAMPLE = PROJECT / "data_contracts" / "ilf" / "samples" / "ilf-2026-10.csv"
_DDL = PROJECT / "tasks" / "ledger" / "ddl.sql"
_SHARES = {1: 45, 2: 45, 3: 5, 4: 5}
OCTOBER, NOVEMBER, SUPPLEMENTARY, CORRECTION = _SHARES


@dataclass(frozen=True)
class Runs:
    """The four runs.

    Attributes:
        rows: of all their extracts together.
    """

    rows: int

    def own(self, run_no: int) -> int:
        """How many rows a run's own extract has."""
        return self.rows * _SHARES[run_no] // 100

    def first(self, run_no: int) -> int:
        """The number of the first of them: the correction's come after those of the run that it joins."""
        return self.own(SUPPLEMENTARY) if run_no == CORRECTION else 0

    def blocks(self, run_no: int, size: int) -> Iterator[pl.DataFrame]:
        """A run's own rows in their order, ``size`` at a time."""
        first, last = self.first(run_no), self.first(run_no) + self.own(run_no)
        sample = pl.read_csv(_SAMPLE, infer_schema=False).fill_null("")
        for start in range(first, last, size):
            yield self._block(run_no, sample, start, min(size, last - start))

    def _block(self, run_no: int, sample: pl.DataFrame, first: int, rows: int) -> pl.DataFrame:
        number = pl.col("row_number").cast(pl.Int64)
        # Twice in fifty thousand rows a payee stands there again: once the very same, once with another amount.
        place = number % 50_000
        payee = {
            OCTOBER: number - (place == 49_999) - (place == 29_999),
            NOVEMBER: number + self.own(OCTOBER) * 3 // 100 - (place == 49_999) - (place == 29_999),
            SUPPLEMENTARY: number * 7 + 3,
            CORRECTION: (number - self.first(CORRECTION)) * 500 % self.own(SUPPLEMENTARY) * 7 + 3,
        }[run_no]
        later = run_no != OCTOBER
        frame = pl.select(row_number=pl.int_range(first, first + rows, dtype=pl.Int32)).with_columns(payee=payee)
        p = pl.col("payee")
        shared = p % 5_000 == 1

        def drawn(column: str, step: int) -> pl.Expr:
            return pl.lit(sample[column].to_frame().to_series()).gather(p * step % sample.height)

        is_refused = number % 1_000 == 0
        frame = frame.with_columns(
            line=pl.col("row_number") + 2,
            pence=p * 2_654_435_761 % 350_000 + 1_000 + (place == 29_999) + pl.lit(500) * (later & (p % 20 == 3)),
            payee_reference=pl.format("ILF{}", p.cast(pl.String).str.zfill(8)),
            payee_name=drawn("Recipient Name", 1),
            sort_code=pl.when(is_refused)
            .then(pl.lit("12345"))
            .otherwise(pl.when(shared).then(pl.lit("200000")).otherwise(drawn("Sort Code", 31))),
            account_number=pl.when(shared)
            .then(pl.lit("12345678"))
            .otherwise(((p * 7_919 + pl.lit(13) * (later & (p % 100 == 7))) % 10**8).cast(pl.String).str.zfill(8)),
            roll_number=pl.when(p % 50 == 0).then((p + 10**8).cast(pl.String)).otherwise(pl.lit("")),
            payment_reference=pl.format("ILF 2611 {}", p.cast(pl.String).str.zfill(8)),
            pay_date=pl.lit("30/10/2026" if run_no == OCTOBER else "30/11/2026"),
        )
        pence = pl.col("pence")
        amount = pl.format("{}.{}", pence // 100, (pence % 100).cast(pl.String).str.zfill(2))
        unreadable = pl.format("{}x", pence // 100)
        frame = frame.with_columns(amount=pl.when(number % 2_000 == 0).then(unreadable).otherwise(amount))
        return frame.select("row_number", "line", "pence", *COLUMNS)


def typed(block: pl.DataFrame) -> pl.DataFrame:
    """The rows of a block that read as payments, whatever became of them."""
    return block.filter(pl.col("row_number") % 1_000 != 0)


def make_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """The ledger's tables, but for the payments."""
    connection.execute(_DDL.read_text(encoding="utf-8"))


def fill_ledger(connection: duckdb.DuckDBPyConnection, runs: Runs) -> None:
    """All that the ledger has beside rows and payments: which are left out and why, releases, answers."""
    for statement in _statements(runs):
        connection.execute(statement)


def _statements(runs: Runs) -> Iterator[str]:
    said = {
        1: ("2026-10", "full"),
        2: ("2026-11", "full"),
        3: ("2026-11", "supplementary"),
        4: ("2026-11", "correction"),
    }
    for run_no, (period, kind) in said.items():
        rows, joins = runs.first(run_no) + runs.own(run_no), SUPPLEMENTARY if run_no == CORRECTION else "NULL"
        yield (
            f"INSERT INTO run SELECT {run_no}, 'ilf-{period}-rehearsal-{run_no}', 'ilf', '{period}', 'rehearsal', "
            f"'{kind}', sha256('{run_no}'), 'ilf.csv', 'officer', {rows}, 0, DATE '{period}-30', DATE '{period}-20', "
            f"TIMESTAMPTZ '{period}-20 09:00:00+00', {joins}, 2, true"
        )
        # A refused row of a thousand cannot be typed; another is, and fails the account check alone.
        for place, of, outcome, column, rule in (
            (0, 1_000, "refused", "sort_code", "has_exact_digits"),
            (500, 1_000, "refused", "account_number", "account_passes_modulus_check"),
            (1_250, 2_000, "held", "payee_reference", "in_another_run"),
            *([(250, 1_000, "corrected", "payee_reference", "corrected_by_a_later_row")] if joins != "NULL" else []),
        ):
            yield (
                f"INSERT INTO core_left_out SELECT {run_no}, i::INTEGER, '{outcome}', '{column}', '{rule}' "
                f"FROM range({rows}) AS r(i) WHERE i % {of} = {place}"
            )
        yield (
            f"INSERT INTO core_referred SELECT {run_no}, i::INTEGER, 'account_number', 'account_passes_modulus_check' "
            f"FROM range({rows}) AS r(i) WHERE i % 5000 = 777"
        )
    entry = 0
    for run_no in (OCTOBER, NOVEMBER):
        yield (
            f"INSERT INTO payment_file SELECT {run_no}, 'bacs_standard_18', '123456', {run_no}, 'file-{run_no}.txt', "
            f"sha256('file {run_no}'), count(*), sum(amount_pence) FROM core_payment WHERE run_no = {run_no}"
        )
        yield (
            f"INSERT INTO file_day SELECT {run_no}, DATE '{said[run_no][0]}-30', DATE '{said[run_no][0]}-27', DATE "
            f"'{said[run_no][0]}-26', DATE '{said[run_no][0]}-30', payments, pence FROM payment_file "
            f"WHERE run_no = {run_no}"
        )
        for stage in ("ingest", "validate", "instruct", "release_pending", "release"):
            yield (
                f"INSERT INTO journal SELECT {entry}, 'ilf-{said[run_no][0]}-rehearsal-{run_no}', '{stage}', '', '', "
                f"'{{}}', TIMESTAMPTZ '{said[run_no][0]}-23 09:00:00+00', '', ''"
            )
            entry += 1
        yield (
            "INSERT INTO bank_file (bank_file_no, message, sha256, file_name, verdict, sentence, origin, received_at) "
            f"SELECT {run_no}, 'arucs', sha256('bank {run_no}'), 'bank.xml', 'taken', '', '', "
            f"TIMESTAMPTZ '{said[run_no][0]}-30 09:00:00+00'"
        )
        yield (
            "INSERT INTO core_bank_answer (run_no, bank_file_no, item, row_number, message, kind, code, amount_pence, "
            f"bank_date) SELECT {run_no}, {run_no}, row_number() OVER (ORDER BY row_number), row_number, 'arucs', "
            f"'returned', 'B', amount_pence, DATE '{said[run_no][0]}-30' FROM core_payment "
            f"WHERE run_no = {run_no} AND row_number % 3000 = 5"
        )
        yield (
            "INSERT INTO core_bank_answer (run_no, bank_file_no, item, message, kind, amount_pence, bank_date) "
            f"SELECT {run_no}, {run_no}, 0, 'input_report', 'accepted_total', pence, DATE '{said[run_no][0]}-27' "
            f"FROM payment_file WHERE run_no = {run_no}"
        )
    yield (
        "INSERT INTO core_paid_elsewhere SELECT 1, row_number() OVER (ORDER BY row_number) + 1, payee_reference, '1', "
        "'2026-11', 'full', sort_code, account_number, roll_number, 1, DATE '2026-11-25', NULL FROM raw_extract_row "
        f"WHERE run_no = {SUPPLEMENTARY} AND row_number % 700 = 9"
    )
