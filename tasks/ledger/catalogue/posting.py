"""What the journal entry holds of postings."""

from dataclasses import dataclass
from datetime import date

from tasks.ledger.catalogue.events import Act


@dataclass(frozen=True)
class Posted(Act):
    """That postings of a run were given out for the body's books.

    Attributes:
        file_name: what the file is called beside the report.
        file_sha256: of that file, which is sealed.
        accounting_date: under which they are posted.
        pence: of all debits, which is that of all credits.
        sums: what moved, as JSON: a list each of movement, paying account, pay day, payments and pence.
        agreement_sha256: of the agreement whose codes they have.
        template_sha256: of the workbook that was filled in; empty for CSV.
    """

    file_name: str
    file_sha256: str
    accounting_date: date
    pence: int
    sums: str
    agreement_sha256: str
    template_sha256: str
