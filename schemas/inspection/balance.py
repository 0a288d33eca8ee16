"""What the records of one file add up to, against its contras and its trailer."""

from typing import NamedTuple

import polars as pl

from schemas.inspection.findings import SHOWN, Findings
from schemas.inspection.labels import Label
from schemas.inspection.records import CREDITS, DEBITS, INSTRUCTIONS

_SECTION = ["payer_sort_code", "payer_account_number", "written_day"]


class _Side(NamedTuple):
    records: int
    pence: int


class Balance:
    """Sums of one file, gathered while its records are read."""

    def __init__(self) -> None:
        self._sums: list[pl.DataFrame] = []

    @property
    def accounts(self) -> tuple[tuple[str, str], ...]:
        """What each originating account does beside it, which is sort code and account number in one."""
        if not self._sums:
            return ()
        # A contra stands on the other side: a debit balances payments, and a credit direct debits.
        collects = pl.col("code").is_in(DEBITS + INSTRUCTIONS) ^ pl.col("is_contra")
        does = pl.when(collects).then(pl.lit("collecting account")).otherwise(pl.lit("paying account"))
        found = self._all().select(does=does, account=pl.concat_str(_SECTION[:2])).drop_nulls().unique()
        return tuple(found.sort("does", "account", descending=[True, False]).iter_rows())

    def take(self, records: pl.DataFrame) -> None:
        """Add records, in the columns of ``records.parted``."""
        self._sums.append(
            records.group_by(*_SECTION, "code", "is_contra").agg(
                count=pl.len(), pence=pl.col("amount_pence").sum(), line=pl.col("line").first()
            )
        )

    def check(self, trailer: Label, findings: Findings) -> None:
        """Hold the contras and the trailer against the sums."""
        if not self._sums:
            findings.add(f"line {trailer.line}, column 1", "the file has no record")
            return
        self._check_contras(findings)
        sides: tuple[tuple[str, tuple[str, ...]], ...] = (("debit", DEBITS), ("credit", CREDITS))
        for side, codes in sides:
            found = self._side(codes)
            for name, worth in ((f"{side} value total", found.pence), (f"{side} item count", found.records)):
                if trailer.number(name) not in (None, worth):
                    findings.add(trailer.place(name), f"UTL1's {name} is not what the records add up to")
        instructions = trailer.number("instruction count")
        if instructions is not None and instructions != self._side(INSTRUCTIONS).records:
            findings.add(trailer.place("instruction count"), "UTL1's instruction count is not that of the records")

    def _check_contras(self, findings: Findings) -> None:
        is_contra, sums = pl.col("is_contra"), self._all()
        _check_debits_beside_payments(sums.filter(~is_contra), sums.filter(is_contra), findings)
        for codes, contra in ((CREDITS, "17"), (DEBITS, "99")):
            paid = sums.filter(pl.col("code").is_in(codes) & ~is_contra)
            balancing = sums.filter((pl.col("code") == contra) & is_contra)
            if paid.height and balancing.is_empty():
                says = "there is no contra: the bank must add it, or refuses the file"
                findings.add(f"line {_by_section(paid)['line'].to_list()[0]}", says, refused=False)
            elif paid.height or balancing.height:
                _check_balance(_by_section(paid), _by_section(balancing), findings)

    def _all(self) -> pl.DataFrame:
        return pl.concat(self._sums)

    def _side(self, codes: tuple[str, ...]) -> _Side:
        side = self._all().filter(pl.col("code").is_in(codes))
        return _Side(int(side["count"].sum()), int(side["pence"].sum()))


def _check_debits_beside_payments(moved: pl.DataFrame, contras: pl.DataFrame, findings: Findings) -> None:
    """A file of payments has no debit but their contras, unless what is collected has a contra of its own."""
    debits = moved.filter(pl.col("code").is_in(DEBITS)).sort("line")
    if debits.height and moved["code"].is_in(CREDITS).any() and "99" not in contras["code"]:
        says = (
            "a debit among payments that is not their contra, and that no contra credit balances: it takes money from "
            "that account by direct debit"
        )
        where = debits.head(SHOWN).select(pl.format("line {}, column 16", "line")).to_series().to_list()
        findings.take(says, True, where, int(debits["count"].sum()))


def _by_section(sums: pl.DataFrame) -> pl.DataFrame:
    return sums.group_by(_SECTION).agg(pl.col("count").sum(), pl.col("pence").sum(), pl.col("line").min())


def _check_balance(paid: pl.DataFrame, balancing: pl.DataFrame, findings: Findings) -> None:
    """Each paying account and day has one contra, of what was paid from it."""
    sections = paid.join(balancing, on=_SECTION, how="full", suffix="_contra", nulls_equal=True, coalesce=True)
    for line, pence, contras, said, at in sections.select(
        "line", "pence", "count_contra", "pence_contra", "line_contra"
    ).iter_rows():
        if contras is None:
            findings.add(f"line {line}, column 18", "the payments of this paying account and day have no contra")
        elif contras > 1:
            findings.add(f"line {at}, column 1", "a paying account and day has more than one contra")
        elif said != (pence or 0):
            findings.add(f"line {at}, column 36", "the contra is not the sum of what it balances")
