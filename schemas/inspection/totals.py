"""What a payment file moves, by kind and currency."""

from dataclasses import dataclass

import polars as pl

from schemas.money import pounds

STERLING = "GBP"
PAYMENT, DIRECT_DEBIT, INSTRUCTION = "payment", "direct debit", "direct debit instruction"


@dataclass(frozen=True)
class Total:
    """Everything of one kind and currency.

    Attributes:
        kind: what it is, in the singular.
        currency: its three letters; None where the file names none that can be told.
        count: how many.
        pence: their sum in hundredths of the currency, as far as amounts can be read.
    """

    kind: str
    currency: str | None
    count: int
    pence: int

    def __str__(self) -> str:
        counted = f"{self.count:,} {self.kind}{'' if self.count == 1 else 's'}"
        return counted if self.kind == INSTRUCTION else f"{counted}, {amount(self.pence, self.currency)}"


class Totals:
    """Sums that grow while a file is read."""

    def __init__(self) -> None:
        self._sums: dict[tuple[str, str | None], tuple[int, int]] = {}

    def add(self, kind: str, payments: pl.DataFrame) -> None:
        """Add payments of a kind: their ``currency`` and their ``amount_pence``."""
        # Amounts that no bank would take may add up to more than 64 bits hold.
        worth = pl.col("amount_pence").cast(pl.Int128).sum()
        sums = payments.group_by("currency", maintain_order=True).agg(pl.len(), worth)
        for currency, count, pence in sums.iter_rows():
            before = self._sums.get((kind, currency), (0, 0))
            self._sums[kind, currency] = before[0] + count, before[1] + pence

    def listed(self) -> tuple[Total, ...]:
        """Each kind and currency in the order in which they came; no payment, if there is nothing."""
        found = tuple(Total(*key, *sums) for key, sums in self._sums.items())
        return found or (Total(PAYMENT, STERLING, 0, 0),)


def amount(pence: int, currency: str | None) -> str:
    """An amount as people read it, under its own currency's name."""
    if currency == STERLING:
        return pounds(pence)
    return f"{pounds(pence).replace('£', '')} {currency or 'in a currency that cannot be told'}"
