"""The forms in which banks write the same facts: harmless, and different from bank to bank."""

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Form:
    """How one bank writes; none of it changes what is said.

    Attributes:
        pretty: whether documents are indented.
        prefix: of the namespace in ISO 20022; empty for none.
        hyphens: whether Bacs XML has sort codes with hyphens, as some kinds of advice do.
        whole_numbers: Bacs types account numbers as integers, so their leading zeros are lost.
        filler: whether an input report has ``^^-^^-^^`` in the place of UHL1's date.
        type_on_message: whether the type of an error stands on ``ErrorMessage`` rather than on ``Error``.
        status_version: of pain.002.
        status_totals: whether status reports repeat count and sum of the message.
        status_amounts: whether they repeat amount and account of a payment.
        statement_version: of camt.053.
        previous_closing: whether the day opens with ``PRCD``, the closing balance of the bank day before.
        account: how a statement names its account: ``number`` beside the sort code, ``both`` in one, or ``iban``.
        zone: what stands behind a time: nothing, or the offset from UTC.
        numbered: whether statements have a sequence number, a period and page numbers.
        summed: whether they have a summary of their entries.
        debit_names: where a debit names the file: ``batch``, ``note`` or both.
        own_code: whether entries have the bank's own transaction code rather than ISO's.
        own_creditor: whether money that came back names the paying account as its creditor, which it then is.
        days_later: bank days from the entry day to that on which payments come back.
    """

    pretty: bool = True
    prefix: str = ""
    hyphens: bool = False
    whole_numbers: bool = False
    filler: bool = False
    type_on_message: bool = False
    status_version: str = "10"
    status_totals: bool = True
    status_amounts: bool = True
    statement_version: str = "08"
    previous_closing: bool = False
    account: str = "number"
    zone: str = ""
    numbered: bool = False
    summed: bool = False
    debit_names: str = "batch"
    own_code: bool = False
    own_creditor: bool = False
    days_later: int = 0

    @classmethod
    def drawn(cls, lots: random.Random) -> "Form":
        """One bank's way of writing, by lot."""
        return cls(
            pretty=lots.choice((True, False)),
            prefix=lots.choice(("", "", "ns2", "iso")),
            hyphens=lots.choice((True, False)),
            whole_numbers=lots.choice((True, False)),
            filler=lots.choice((True, False)),
            type_on_message=lots.choice((True, False)),
            status_version=lots.choice(("03", "10", "12")),
            status_totals=lots.choice((True, False)),
            status_amounts=lots.choice((True, False)),
            statement_version=lots.choice(("02", "08")),
            previous_closing=lots.choice((True, False)),
            account=lots.choice(("number", "both", "iban")),
            zone=lots.choice(("", "+00:00", "Z")),
            numbered=lots.choice((True, False)),
            summed=lots.choice((True, False)),
            debit_names=lots.choice(("batch", "note", "both")),
            own_code=lots.choice((True, False)),
            own_creditor=lots.choice((True, False)),
            days_later=lots.choice((0, 1, 2)),
        )

    def number(self, account_number: str) -> str:
        """An account number as Bacs XML has it."""
        return (account_number.lstrip("0") or "0") if self.whole_numbers else account_number

    def sort_code(self, sort_code: str) -> str:
        """A sort code as Bacs XML has it."""
        return f"{sort_code[:2]}-{sort_code[2:4]}-{sort_code[4:]}" if self.hyphens else sort_code


PLAIN = Form()
"""How it writes unless a seed is given."""
