"""What each stage reads and writes, column by column: the one place that says so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from schemas.contract.canonical import CANONICAL
from tasks.ledger.catalogue.datasets import CONTINUITY_RECORD, FILE_RECORD


class How(Enum):
    """How a column depends on another: OpenLineage's type and subtype, and whether the value is masked."""

    SAME = ("DIRECT", "IDENTITY", False)
    CHANGED = ("DIRECT", "TRANSFORMATION", False)
    SUMMED = ("DIRECT", "AGGREGATION", False)
    MASKED = ("DIRECT", "TRANSFORMATION", True)
    DECIDES = ("INDIRECT", "CONDITIONAL", False)
    SELECTS = ("INDIRECT", "FILTER", False)
    FINDS = ("INDIRECT", "JOIN", False)


class Source(NamedTuple):
    """A column that another one is made from."""

    dataset: str
    column: str
    how: How


@dataclass(frozen=True)
class Output:
    """What a stage makes of a dataset.

    Attributes:
        columns: for each column that is made from others, these.
        whole: columns that decide over the dataset as a whole: which rows it has.
        rows: the stage's figure that counts the rows written.
        version: the stage's figure that is the SHA-256 of what was written.
    """

    columns: Mapping[str, tuple[Source, ...]] = field(default_factory=dict)
    whole: tuple[Source, ...] = ()
    rows: str | None = None
    version: str | None = None


@dataclass(frozen=True)
class Input:
    """What a stage reads of a dataset: the figures that count its rows and say its version, if there are any."""

    rows: str | None = None
    version: str | None = None


@dataclass(frozen=True)
class Lineage:
    """What one stage or event reads and writes: its inputs and outputs by the keys of ``DATASETS``."""

    inputs: Mapping[str, Input]
    outputs: Mapping[str, Output]


def _same(dataset: str, *columns: str) -> dict[str, tuple[Source, ...]]:
    return {column: (Source(dataset, column, How.SAME),) for column in columns}


_JUDGED = tuple(Source("raw_extract_row", column, How.DECIDES) for column in CANONICAL)
_PAID = Source("core_payment", "row_number", How.SELECTS)
_BY_ROW = Source("core_payment", "row_number", How.FINDS)

INGEST = Lineage(
    inputs={"extract": Input("rows", "extract_sha256")},
    outputs={
        "sealed_extract": Output(_same("extract", *CANONICAL), rows="rows", version="extract_sha256"),
        "raw_extract_row": Output(_same("extract", *CANONICAL), rows="rows"),
    },
)

VALIDATE = Lineage(
    inputs={"raw_extract_row": Input()},
    outputs={
        "core_payment": Output(
            _same("raw_extract_row", "run_no", "row_number")
            | {"amount_pence": (Source("raw_extract_row", "amount", How.CHANGED),)},
            whole=tuple(Source(source.dataset, source.column, How.SELECTS) for source in _JUDGED),
            rows="payable",
        ),
        "core_left_out": Output(
            _same("raw_extract_row", "run_no", "row_number")
            | dict.fromkeys(("outcome", "column_name", "rule"), _JUDGED)
        ),
        "core_referred": Output(
            _same("raw_extract_row", "run_no", "row_number") | dict.fromkeys(("column_name", "rule"), _JUDGED),
            rows="referred",
        ),
    },
)

INSTRUCT = Lineage(
    inputs={"raw_extract_row": Input(), "core_payment": Input("payments")},
    outputs={
        "staged_file": Output(
            _same("raw_extract_row", "sort_code", "account_number")
            | _same("core_payment", "amount_pence")
            | {
                "reference": (
                    Source("raw_extract_row", "roll_number", How.CHANGED),
                    Source("raw_extract_row", "payment_reference", How.CHANGED),
                ),
                "payee_name": (Source("raw_extract_row", "payee_name", How.CHANGED),),
            },
            whole=(_PAID,),
            rows="payments",
            version="file_sha256",
        ),
        "payment_file": Output(
            {
                "payments": (Source("core_payment", "row_number", How.SUMMED),),
                "pence": (Source("core_payment", "amount_pence", How.SUMMED),),
            }
        ),
        "file_day": Output(
            {
                "payments": (Source("core_payment", "row_number", How.SUMMED),),
                "pence": (Source("core_payment", "amount_pence", How.SUMMED),),
            }
        ),
    },
)

ASSESS = Lineage(
    inputs={
        "raw_extract_row": Input(),
        "core_payment": Input(),
        "core_left_out": Input(),
        "core_referred": Input(),
        "payment_file": Input(),
        "file_day": Input(),
    },
    outputs={
        "out_gate": Output(
            dict.fromkeys(
                ("verdict", "figure"),
                (
                    Source("core_payment", "amount_pence", How.SUMMED),
                    Source("core_left_out", "rule", How.SUMMED),
                    Source("core_referred", "rule", How.SUMMED),
                    Source("raw_extract_row", "payee_reference", How.FINDS),
                    Source("raw_extract_row", "sort_code", How.DECIDES),
                    Source("raw_extract_row", "account_number", How.DECIDES),
                    Source("file_day", "processing_date", How.DECIDES),
                ),
            )
        )
    },
)

APPROVE = Lineage(
    inputs={"payment_file": Input(version="file_sha256"), "out_gate": Input()},
    outputs={
        "approval": Output(
            {
                "file_sha256": (Source("payment_file", "sha256", How.SAME),),
                "verdict": (
                    Source("out_gate", "verdict", How.DECIDES),
                    Source("payment_file", "pence", How.DECIDES),
                ),
            }
        )
    },
)

CONTINUITY = Lineage(
    inputs={"raw_extract_row": Input(), "core_payment": Input("payments"), "approval": Input()},
    outputs={
        "continuity_file": Output(
            _same("raw_extract_row", *(column for column in CONTINUITY_RECORD if column != "amount"))
            | {"amount": (Source("core_payment", "amount_pence", How.CHANGED),)},
            whole=(_PAID, Source("approval", "verdict", How.SELECTS)),
            rows="payments",
            version="sha256",
        )
    },
)

RELEASE = Lineage(
    inputs={"staged_file": Input("payments", "file_sha256"), "approval": Input()},
    outputs={
        "released_file": Output(
            _same("staged_file", *FILE_RECORD),
            whole=(Source("approval", "verdict", How.SELECTS),),
            rows="payments",
            version="file_sha256",
        )
    },
)

BANK_FILE = Lineage(
    inputs={
        "bank_message": Input("answers", "sha256"),
        "raw_extract_row": Input(),
        "core_payment": Input(),
    },
    outputs={
        "core_bank_answer": Output(
            _same(
                "bank_message",
                "kind",
                "code",
                "description",
                "reference",
                "sort_code",
                "account_number",
                "bank_date",
            )
            | {
                "amount_pence": (Source("bank_message", "amount", How.CHANGED),),
                "row_number": (
                    _BY_ROW,
                    Source("core_payment", "amount_pence", How.FINDS),
                    Source("raw_extract_row", "sort_code", How.FINDS),
                    Source("raw_extract_row", "account_number", How.FINDS),
                    Source("raw_extract_row", "roll_number", How.FINDS),
                    Source("raw_extract_row", "payment_reference", How.FINDS),
                ),
            },
            rows="answers",
        )
    },
)

RECONCILE = Lineage(
    inputs={
        "raw_extract_row": Input(),
        "core_payment": Input(),
        "core_left_out": Input(),
        "core_bank_answer": Input(),
    },
    outputs={
        "reconciliation": Output(
            {
                "bucket": (
                    Source("core_left_out", "outcome", How.DECIDES),
                    Source("core_bank_answer", "kind", How.DECIDES),
                ),
                "rows": (Source("raw_extract_row", "row_number", How.SUMMED),),
                "pounds": (
                    Source("core_payment", "amount_pence", How.SUMMED),
                    Source("raw_extract_row", "amount", How.SUMMED),
                ),
            }
        )
    },
)

PUBLISH = Lineage(
    inputs={
        "raw_extract_row": Input(),
        "core_payment": Input(),
        "core_left_out": Input(),
        "payment_file": Input(),
        "file_day": Input(),
        "core_bank_answer": Input(),
        "core_voucher_answer": Input(),
    },
    outputs={
        "analytics": Output(
            _same("raw_extract_row", "row_number")
            | _same("core_payment", "amount_pence")
            | _same("file_day", "processing_date", "entry_date")
            | {
                "payee": (Source("raw_extract_row", "payee_reference", How.MASKED),),
                "bank": (Source("raw_extract_row", "sort_code", How.MASKED),),
                "account": (Source("raw_extract_row", "account_number", How.MASKED),),
                "cashed_pence": (Source("core_voucher_answer", "cashed_pence", How.SUMMED),),
                "left_out_pence": (Source("raw_extract_row", "amount", How.CHANGED),),
                "state": (
                    _BY_ROW,
                    Source("core_left_out", "outcome", How.DECIDES),
                    Source("file_day", "entry_date", How.DECIDES),
                    Source("core_bank_answer", "kind", How.DECIDES),
                    Source("core_voucher_answer", "meaning", How.DECIDES),
                ),
            },
            rows="rows",
        )
    },
)
