"""The places that hold payees' data as tables for people, from the lists in ``places.py``.

``python -m tasks.retention.describe`` writes what stands at the end of ``docs/operating/retention.md``.
"""

import sys
from collections.abc import Iterator

from schemas.retention import Kind
from tasks.retention.out_of_reach import OUT_OF_REACH
from tasks.retention.places import FILES, STAYS, TABLES, WRITTEN_ANEW

_YEARS = {Kind.PAYMENTS: "`payments`", Kind.BANK_ANSWERS: "`bank_answers`"}


def page() -> str:
    """Markdown: what an erasure removes, what it writes anew, what is out of its reach, and what stays."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield from ("## What is erased", "", "| Where | What | Years in the agreement |", "| --- | --- | --- |")
    yield from (f"| `{place.name}` | {place.holds} | {_YEARS[place.kind]} |" for place in FILES)
    yield from (f"| `{table.name}`, in the ledger | {table.holds} | {_YEARS[table.kind]} |" for table in TABLES)
    yield from ("", "## What is written anew without it", "", "| Where | What, and how |", "| --- | --- |")
    yield from (f"| `{name}` | {how} |" for name, how in WRITTEN_ANEW.items())
    yield from ("", "## What siller cannot erase", "", "| Where | What | What erases it |", "| --- | --- | --- |")
    yield from (f"| {place.name} | {place.holds} | {place.erased_by} |" for place in OUT_OF_REACH)
    yield from ("", "## What stays", "", "Tables of the ledger with nothing of a payee.", "")
    yield from ("| Table | What it holds |", "| --- | --- |")
    yield from (f"| `{name}` | {holds} |" for name, holds in STAYS.items())


if __name__ == "__main__":
    sys.stdout.write(page())
