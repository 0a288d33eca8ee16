"""What a run is assessed beside, and no table of the ledger has: its bytes, the account table, the day, the rail."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum

from schemas.rails.terms import BACS, Terms
from tasks.assess.agreed import Agreed
from tasks.authorised_payees.kept import KeptList


class AccountTable(IntEnum):
    """With what accounts were checked; more is better."""

    NONE = 0
    PRACTICE = 1
    FULL = 2


@dataclass(frozen=True)
class Context:
    """What the ledger's tables do not say of a run.

    Attributes:
        found_total: exact sum of every readable amount of the extract, in pounds, from ingest's journal entry.
        hash_matches: whether the extract's bytes are those that its manifest names.
        account_table: with what the accounts were checked.
        account_table_age_days: how long that table had been valid on that day; the practice table has no age, so 0.
        now: the moment at which the run is assessed.
        latest_input: the last moment at which the payment file can be sent.
        processing_date: day 2, the date in the payment file.
        processing_is_a_bank_day: whether the rail works on that day.
        rail: how the money goes, in words.
        dropped_columns: of an extract that siller had given back, its own columns that were dropped; None of others.
        agreed: what the agreement says of deciding on it; None where the gates are asked and nobody decides.
        checks_payees: whether banks are asked about the details of payees.
        authorised: the list of authorised payees; None where the agreement has none.
    """

    found_total: Decimal
    hash_matches: bool
    account_table: AccountTable
    account_table_age_days: int
    now: datetime
    latest_input: datetime
    processing_date: date
    processing_is_a_bank_day: bool
    rail: Terms = BACS
    dropped_columns: str | None = None
    agreed: Agreed | None = None
    checks_payees: bool = False
    authorised: KeptList | None = None
