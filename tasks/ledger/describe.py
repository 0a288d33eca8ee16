"""The ledger's tables as a page for people, made from the DDL: ``python -m tasks.ledger.describe``."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from schemas.stages import Stage
from tasks.ledger.catalogue import WRITTEN_BY

DDL = Path(__file__).with_name("ddl.sql")

_TABLE = re.compile(r"((?:^--[^\n]*\n)*)CREATE TABLE IF NOT EXISTS (\w+) \(\n(.*?)\n\);", re.MULTILINE | re.DOTALL)
_COLUMN = re.compile(r"^\s+(\w+) ([A-Z]+(?:\(\d+, \d+\))?)( NOT NULL)?[^-]*(?:-- (.*))?$")
_WRITTEN_BY = WRITTEN_BY | {
    "flow_run": Stage.INGEST,
    "row_column": Stage.INGEST,
    "row_key": "ingest and siller keys rotate",
    "part_file": "ingest and siller keys rotate",
    "earlier_payment": "an earlier siller",
    "approval": Stage.APPROVE,
    "submission": "submit",
    "continuity_settlement": Stage.CONTINUITY,
    "credential": "siller people",
    "code_try": "approve and every door that asks for a one-time code",
    "bank_file": Stage.RECONCILE,
    "core_statement": Stage.RECONCILE,
    "core_bank_answer": Stage.RECONCILE,
    "settlement": "siller exceptions",
    "withdrawal": "siller submitted",
    "hold_lift": "siller holds",
    "payment_enquiry": "siller enquiries",
    "stop": "siller stop",
    "recall": "siller recall",
    "recall_outcome": "siller recall",
    "paid_elsewhere": "siller record",
    "core_paid_elsewhere": "siller record",
    "core_paid_elsewhere_too": "siller record",
    "voucher_submission": "siller vouchers",
    "voucher_answer_file": "siller vouchers",
    "core_voucher_answer": "siller vouchers",
    "voucher_cancellation": "siller vouchers",
    "payee_check": "siller payee-check",
    "core_payee_check": "siller payee-check",
    "payee_answer_file": "siller payee-check",
    "core_payee_answer": "siller payee-check",
    "call_back": "siller payee-check",
    "act": "keys, backup and restore, by what stops a run, and by a door that turns somebody away",
    "migration": "siller upgrade",
    "migrated_entry": "siller upgrade",
    "erasure": "siller retention",
    "erased_entry": "siller retention",
    "erased_file": "siller retention",
    "legal_hold": "siller retention",
    "notice": "the dispatcher",
    "journal": "every stage",
}


def page() -> str:
    """Markdown: each table, who writes it, and each column with its type and meaning."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# The ledger"
    yield ""
    yield "One encrypted DuckDB file a tenant. Made from `tasks/ledger/ddl.sql` by `python -m tasks.ledger.describe`."
    yield "Extracts' rows stand in sealed parts beside it. A connection has two views of them: `raw_extract_row`"
    yield "(`run_no`, `row_number` and the contract's columns as text, exactly as sent) and `core_payment` (`run_no`,"
    yield "`row_number`, `amount_pence`). `earlier_row`, where there is one, has the rows that an earlier siller kept"
    yield "in the ledger."
    for comment, table, body in _TABLE.findall(DDL.read_text(encoding="utf-8")):
        yield from ("", f"## `{table}`", "", f"Written by {_WRITTEN_BY[table]}.", "")
        said = " ".join(line.removeprefix("--").strip() for line in comment.splitlines())
        if said and not said.startswith("The ledger of one tenant"):
            yield from (said, "")
        yield from ("| Column | Type | |", "| --- | --- | --- |")
        for line in body.splitlines():
            column = _COLUMN.match(line)
            if column and column[1] != "UNIQUE":
                yield f"| `{column[1]}` | {column[2]}{'' if column[3] else ', may be empty'} | {column[4] or ''} |"


if __name__ == "__main__":
    sys.stdout.write(page())
