"""What an inspection finds: faults in groups, each with the places where it is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import polars as pl

from schemas.inspection.totals import PAYMENT, Total

SHOWN = 5
"""Places that are told of one fault; the rest are counted."""

LONGEST_FACT = 70
"""Characters of a fact that are shown; what a sound file says is shorter."""

PAYMENTS = pl.Schema(
    {
        "place": pl.Int64,
        "sort_code": pl.String,
        "account_number": pl.String,
        "amount_pence": pl.Int64,
        "reference": pl.String,
        "payee_name": pl.String,
        "day": pl.Date,
        "currency": pl.String,
    }
)
"""One row a payment; ``place`` is its line in a Standard 18 file and its number in a message, from 1.

What cannot be read is null. ``day`` is the one on which payees have the money: the bank day after the processing
date of a Bacs file, the date itself of a Faster Payments file, and the execution date of a message. ``currency`` is
that of ``totals``.
"""

Keep = Callable[[pl.DataFrame], None]
"""Takes the payments of a file as they are read, in frames of ``PAYMENTS``."""


@dataclass(frozen=True)
class Finding:
    """One fault of a file.

    Attributes:
        says: what is wrong, in the bank's terms. No value of a payment stands in it.
        refused: whether a bank would refuse the file or the payment for it; else it is worth knowing.
        paths: where, the first few.
        count: how often.
    """

    says: str
    refused: bool
    paths: tuple[str, ...]
    count: int

    def __str__(self) -> str:
        more = f"; and {self.count - len(self.paths):,} more" if self.count > len(self.paths) else ""
        return f"{'; '.join(self.paths)}{more}: {self.says}"


@dataclass(frozen=True)
class Rule:
    """A fault that payments can have.

    Attributes:
        says: what is wrong.
        broken: whether a payment has it; null counts as not.
        where: the place in the payment, as text.
        refused: whether a bank would refuse it.
    """

    says: str
    broken: pl.Expr
    where: pl.Expr
    refused: bool = True


@dataclass(frozen=True)
class Inspection:
    """What was found out about a payment file.

    Attributes:
        format: which format it has.
        facts: what it says of itself, each beside its name; account numbers are masked.
        totals: what it moves, payments and direct debits each by itself, in each currency; contras do not count.
        findings: its faults, those first for which a bank would refuse it.
    """

    format: str
    facts: tuple[tuple[str, str], ...]
    totals: tuple[Total, ...]
    findings: tuple[Finding, ...]

    @property
    def payments(self) -> int:
        """How many payments it has."""
        return sum(total.count for total in self.totals if total.kind == PAYMENT)

    @property
    def pence(self) -> int:
        """The sum of its payments, whatever their currency, as far as amounts can be read."""
        return sum(total.pence for total in self.totals if total.kind == PAYMENT)

    @property
    def refused(self) -> bool:
        """Whether a bank would refuse the file or a payment of it."""
        return any(finding.refused for finding in self.findings)


@dataclass
class Findings:
    """Gathers faults while a file is read, in bounded memory."""

    _groups: dict[tuple[str, bool], tuple[list[str], list[int]]] = field(default_factory=dict)

    def add(self, place: str, says: str, refused: bool = True) -> None:
        """Take in one fault."""
        self.take(says, refused, [place], 1)

    def take(self, says: str, refused: bool, paths: list[str], count: int) -> None:
        """Take in a fault that is there so many times, the first of them in these places."""
        known, total = self._groups.setdefault((says, refused), ([], [0]))
        known.extend(paths[: SHOWN - len(known)])
        total[0] += count

    def apply(self, payments: pl.DataFrame, rules: Iterable[Rule], place: pl.Expr) -> None:
        """Hold payments against rules.

        Args:
            payments: the payments.
            rules: the rules.
            place: which payment it is, as text.
        """
        rules = list(rules)
        broken = payments.select(rule.broken.fill_null(False).alias(str(at)) for at, rule in enumerate(rules))
        for at, rule in enumerate(rules):
            count = int(broken[str(at)].sum())
            if count:
                first = payments.filter(broken[str(at)]).head(SHOWN)
                paths = first.select(pl.format("{}, {}", place, rule.where))
                self.take(rule.says, rule.refused, paths.to_series().to_list(), count)

    def listed(self) -> tuple[Finding, ...]:
        """All faults, those first for which a bank would refuse the file."""
        found = [
            Finding(says, refused, tuple(paths), count[0]) for (says, refused), (paths, count) in self._groups.items()
        ]
        return tuple(sorted(found, key=lambda finding: not finding.refused))


def as_shown(facts: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Facts in the file's own words, which may hold anything: what a terminal would obey becomes ``?``, and it ends."""
    return tuple((_printable(name), _printable(says)) for name, says in facts)


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in text[:LONGEST_FACT])


def mask(account_number: str) -> str:
    """An account number of which the last four digits can be read."""
    return f"****{account_number[-4:]}"
