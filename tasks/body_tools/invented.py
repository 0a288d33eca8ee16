"""Invented rows that a contract takes: nobody's names, and accounts of the published test cases alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import cycle, islice
from random import Random

import polars as pl

from schemas.account.modulus import AccountAnswer, account_answers
from schemas.account.published_cases import published_accounts
from schemas.account.table import ModulusTable
from schemas.contract.column import Column
from schemas.contract.contract import OCCURRENCE, PAYING_ACCOUNT
from schemas.contract.due import Due
from schemas.contract.made import made, with_pay_day
from schemas.contract.origin import Stated
from schemas.money import pounds
from schemas.no_go import NoGo
from tasks.body_tools.as_sent import Row, as_sent
from tasks.body_tools.matching import matching
from tasks.ledger.sql_rules import broken_rows
from tasks.tenant_context import TenantContext
from tasks.validate.judging import Judge

GOOD_ROWS = 12
_TRIED = 200
_NAMES = ("Ann", "Bob", "Cat", "Dan", "Eve", "Fay", "Gus", "Ida", "Jim", "Kay"), ("Sample", "Example", "Invented")
_PENCE = 123_450

Reasons = dict[int, set[tuple[str, str]]]
"""By the row's number: the column and the rule of each reason why it is left out."""


@dataclass(frozen=True)
class Inventor:
    """Makes rows up for one contract and one pay day, always the same ones, and asks siller's own rules what they say.

    Attributes:
        context: the tenant's.
        table: the account table.
        due: what the rows are due for.
    """

    context: TenantContext
    table: ModulusTable
    due: Due

    @cached_property
    def good(self) -> list[Row]:
        """Rows by siller's names that keep every rule, alone and together.

        Raises:
            NoGo: none that siller makes up do; the sentence names what is in the way.
        """
        rows = self.supply[: 2 * GOOD_ROWS]
        broken = self.together([as_sent(row, self.context.contract) for row in rows])
        stand = [row for number, row in enumerate(rows) if number not in broken]
        if stand:
            return stand[:GOOD_ROWS]
        rules = {rule for reasons in broken.values() for _, rule in reasons}
        raise NoGo(f"siller can make up no rows that keep the contract's rules {', '.join(sorted(rules))} together.")

    @cached_property
    def supply(self) -> list[Row]:
        """Rows by siller's names that keep every rule of single rows, of a payee each.

        Raises:
            NoGo: none that siller makes up does; the sentence names what is in the way.
        """
        tried = [self._row(number) for number in range(_TRIED)]
        reasons = self.reasons([as_sent(row, self.context.contract) for row in tried])
        found = [row for number, row in enumerate(tried) if number not in reasons]
        if not found:
            column, rule = min(reasons[0])
            raise NoGo(
                f"siller can make up no row that keeps this contract: the column {self._called(column)} always breaks "
                f"the rule {rule}. Write examples of good cells into the contract (examples), by siller's form."
            )
        return list({row["payee_reference"]: row for row in found}.values())

    @cached_property
    def accounts(self) -> pl.DataFrame:
        """Published accounts that pass the table and need nothing beside them: ``sort_code``, ``account_number``.

        None is the body's own, in agreements that have published ones for practice: no body pays itself.
        """
        cases = published_accounts().filter(pl.col("valid") == "yes")
        passes = cases.with_columns(account_answers(cases, self.table).cast(pl.String), roll_number=pl.lit(""))
        own = [f"{each.sort_code}{each.account_number}" for each in self.context.agreement.paying_accounts]
        return passes.filter(
            ~pl.concat_str("sort_code", "account_number").is_in(own),
            pl.col("account_answer") == AccountAnswer.PASSES,
            ~self.context.agreement.accounts.roll_number_is_missing(),
        )

    def reasons(self, sent: Sequence[Row]) -> Reasons:
        """What each single rule says of rows as the body writes them; rows that it would pay are not there."""
        judged = Judge(
            self.context.contract, self.table, self.due, self.context.agreement, self.context.voucher_channel
        )(self.kept(sent))
        found: Reasons = {}
        for number, column, rule in judged.refused.iter_rows():
            found.setdefault(number, set()).add((column, rule))
        for number in judged.failing["row_number"]:
            found.setdefault(number, set()).add(("account_number", "account_passes_modulus_check"))
        return found

    def together(self, sent: Sequence[Row]) -> Reasons:
        """What the rules say that look at all rows together."""
        found: Reasons = {}
        if self.context.contract.sql_rules:
            broken = broken_rows(self.context.contract, [self.kept(sent)], self.context.settings)
            for number, column, rule in broken.iter_rows():
                found.setdefault(number, set()).add((column, rule))
        return found

    def kept(self, sent: Sequence[Row]) -> pl.DataFrame:
        """Rows as the body writes them, as siller keeps them."""
        names = self.context.contract.source_columns
        frame = pl.DataFrame(list(sent), schema=dict.fromkeys(names, pl.String)).with_row_index("row_number")
        rows = made(frame.with_columns(pl.col("row_number").cast(pl.Int32)), self.context.contract)
        return with_pay_day(rows, self.context.contract, self.due.pay_day)

    def _row(self, number: int) -> Row:
        return {column.name: self._cell(column, number) for column in self.context.contract.columns}

    def _cell(self, column: Column, number: int) -> str:
        account = self.accounts.row(number % self.accounts.height, named=True)
        firsts, lasts = _NAMES
        words = [each.pays for each in self.context.agreement.paying_accounts if each.pays]
        known: dict[str, str] = {
            "payee_name": f"{firsts[number % len(firsts)]} {lasts[number // len(firsts) % len(lasts)]}",
            "sort_code": account["sort_code"],
            "account_number": account["account_number"],
            "amount": _amount(column, number),
            "pay_date": f"{self.due.pay_day:%d/%m/%Y}",
            OCCURRENCE: "1",
            PAYING_ACCOUNT: next(islice(cycle(words or [""]), number, None)),
        }
        if column.name in known:
            return known[column.name]
        if column.origin and column.origin.stated is Stated.PAYEE_REFERENCE:
            return self._cell(self.context.contract.column("payee_reference"), number)
        return next(_texts(column, number), "")

    def _called(self, column: str) -> str:
        return self.context.contract.column(column).physical_name


def _amount(column: Column, number: int) -> str:
    """Pounds and pence within the contract's limits."""
    limits = {name: value for rule in column.rules for name, value in rule.limits.items()}
    pence = max(_PENCE + 101 * number, limits.get("least_pence", 0))
    if pence > limits.get("pence", pence):
        pence = max(limits["pence"] - number, limits.get("least_pence", 1))
    return pounds(pence).replace("£", "").replace(",", "")


def _texts(column: Column, number: int) -> Iterator[str]:
    """What may stand in a column of text, the first that seems to keep its rules."""
    limits = {rule.name: rule.limits for rule in column.rules}
    yield from column.examples[number : number + 1]
    if "is_one_of" in limits:
        values = limits["is_one_of"]["values"]
        yield str(values[number % len(values)])
    if "has_the_agreed_form" in limits:
        made_up = matching(str(limits["has_the_agreed_form"]["pattern"]), Random(f"{column.name} {number}"))
        yield from [made_up] if made_up is not None else []
    if column.required:
        least = limits.get("is_not_too_short", {}).get("characters", 0)
        yield f"{'REF' if column.name == 'payee_reference' else 'SAMPLE'}{number + 1:0{max(4, least - 6)}d}"
