"""What the stages read and write, and its columns.

Datasets have logical names, the same on every machine and from month to month; which month's extract or file was
meant is said by the dataset's version, its SHA-256. Ledger tables carry the columns of ``tasks/ledger/ddl.sql``, the
extract the canonical columns of its contract.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.contract.canonical import CANONICAL


@dataclass(frozen=True)
class Dataset:
    """Something that is read or written.

    Attributes:
        name: unique in its namespace; ``{tenant}`` stands for the tenant.
        in_ledger: a table of the tenant's ledger; else a file under siller's home.
        columns: each with its type.
    """

    name: str
    in_ledger: bool
    columns: Mapping[str, str]

    def namespace_of(self, tenant: str) -> str:
        """The logical namespace: the tenant's ledger, or files."""
        return f"siller://ledger/{tenant}" if self.in_ledger else "file"

    def name_of(self, tenant: str) -> str:
        """The name for one tenant."""
        return self.name.format(tenant=tenant)


_SENT_TEXT = dict.fromkeys(CANONICAL, "VARCHAR")
_ROW = {"run_no": "INTEGER", "row_number": "INTEGER"}
FILE_RECORD = {
    "sort_code": "text(6)",
    "account_number": "text(8)",
    "amount_pence": "digits(11)",
    "reference": "text(18)",
    "payee_name": "text(18)",
}
CONTINUITY_RECORD = {column: "text" for column in CANONICAL if column != "pay_date"}

DATASETS = {
    "extract": Dataset("landing/{tenant}/extract", False, _SENT_TEXT),
    "sealed_extract": Dataset("sealed/{tenant}/extract", False, _SENT_TEXT),
    "raw_extract_row": Dataset("raw_extract_row", True, _ROW | _SENT_TEXT),
    "core_payment": Dataset("core_payment", True, _ROW | {"amount_pence": "BIGINT"}),
    "core_left_out": Dataset(
        "core_left_out", True, _ROW | dict.fromkeys(("outcome", "column_name", "rule"), "VARCHAR")
    ),
    "core_referred": Dataset("core_referred", True, _ROW | dict.fromkeys(("column_name", "rule"), "VARCHAR")),
    "out_gate": Dataset(
        "out_gate",
        True,
        {"run_no": "INTEGER"}
        | dict.fromkeys(("gate", "kind", "verdict", "figure", "threshold", "explanation"), "VARCHAR"),
    ),
    "staged_file": Dataset("staging/{tenant}/payment_file", False, FILE_RECORD),
    "continuity_file": Dataset("continuity/{tenant}/payments", False, CONTINUITY_RECORD),
    "released_file": Dataset("outbox/{tenant}/payment_file", False, FILE_RECORD),
    "payment_file": Dataset(
        "payment_file",
        True,
        {
            "run_no": "INTEGER",
            "rail": "VARCHAR",
            "service_user_number": "VARCHAR",
            "serial": "INTEGER",
            "file_name": "VARCHAR",
            "sha256": "VARCHAR",
            "payments": "BIGINT",
            "pence": "BIGINT",
        },
    ),
    "file_day": Dataset(
        "file_day",
        True,
        {"run_no": "INTEGER"}
        | dict.fromkeys(("entry_date", "processing_date", "input_day", "returns_closed"), "DATE")
        | {"payments": "BIGINT", "pence": "BIGINT"},
    ),
    "file_day_rows": Dataset(
        "file_day_rows", True, dict.fromkeys(("run_no", "day_no", "first_row", "last_row"), "INTEGER")
    ),
    "approval": Dataset(
        "approval",
        True,
        {"approval_no": "INTEGER", "run_no": "INTEGER"}
        | dict.fromkeys(
            (
                "flow_run_id",
                "key",
                "decision",
                "approver",
                "reason",
                "verdict",
                "cause",
                "file_sha256",
                "pack_sha256",
                "agreement_sha256",
            ),
            "VARCHAR",
        )
        | {"answered_at": "TIMESTAMP WITH TIME ZONE"},
    ),
    "bank_message": Dataset(
        "bank/{tenant}/message",
        False,
        dict.fromkeys(
            ("kind", "code", "description", "reference", "sort_code", "account_number", "amount", "bank_date"), "text"
        ),
    ),
    "core_bank_answer": Dataset(
        "core_bank_answer",
        True,
        {
            "run_no": "INTEGER",
            "bank_file_no": "INTEGER",
            "item": "INTEGER",
            "row_number": "INTEGER",
            "message": "VARCHAR",
            "kind": "VARCHAR",
            "code": "VARCHAR",
            "description": "VARCHAR",
            "reference": "VARCHAR",
            "sort_code": "VARCHAR",
            "account_number": "VARCHAR",
            "payments": "BIGINT",
            "amount_pence": "BIGINT",
            "bank_date": "DATE",
            "original_processing_date": "DATE",
            "statement": "INTEGER",
            "entry_reference": "VARCHAR",
            "serial": "VARCHAR",
            "own_account": "VARCHAR",
            "payment_pence": "BIGINT",
            "finding": "VARCHAR",
            "day_no": "INTEGER",
        },
    ),
    "core_voucher_answer": Dataset(
        "core_voucher_answer",
        True,
        {
            "voucher_answer_file_no": "INTEGER",
            "item": "INTEGER",
            "run_no": "INTEGER",
            "row_number": "INTEGER",
            "code": "VARCHAR",
            "meaning": "VARCHAR",
            "cashed_pence": "BIGINT",
            "answered_on": "DATE",
        },
    ),
    "reconciliation": Dataset(
        "reports/{tenant}/reconciliation", False, {"bucket": "text", "rows": "integer", "pounds": "decimal"}
    ),
    "analytics": Dataset(
        "published/{tenant}/analytics.duckdb/payments",
        False,
        {
            "run_id": "VARCHAR",
            "period": "VARCHAR",
            "row_number": "INTEGER",
            "payment_id": "VARCHAR",
            "payee": "VARCHAR",
            "bank": "VARCHAR",
            "account": "VARCHAR",
            "amount_pence": "BIGINT",
            "cashed_pence": "BIGINT",
            "left_out_pence": "BIGINT",
            "processing_date": "DATE",
            "entry_date": "DATE",
            "state": "VARCHAR",
        },
    ),
}
