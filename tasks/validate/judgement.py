"""What the rules say of a run's rows; ingest hands it on to validate where the flow goes straight on.

Whoever takes an extract in has its rows at hand, and judges them there and then. That judgement is kept in the process
alone: after a crash, or in another process, validate judges the rows as they stand in the parts, to the same end.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.account.modulus import AccountAnswer
from schemas.contract.contract import PAYING_ACCOUNT
from schemas.contract.due import Due
from schemas.no_go import NoGo
from tasks.ledger import sha256_of
from tasks.tenant_context import TenantContext

if TYPE_CHECKING:
    from tasks.validate.judging import Judged


@dataclass(frozen=True)
class Judgement:
    """What the rules say of rows, before the ledger is asked about any of them.

    Attributes:
        refused: ``row_number``, ``column_name``, ``rule``; one row a reason, but for the account table's.
        failing: ``row_number``, ``amount_pence``: rows whose account fails the table.
        account_answers: how many accounts passed, failed, could not be checked.
        payees: a 64-bit hash of each payee's reference that is not empty.
    """

    refused: pl.DataFrame
    failing: pl.DataFrame
    account_answers: Mapping[str, int]
    payees: pl.Series

    @classmethod
    def of(cls, judged: Iterable["Judged"]) -> "Judgement":
        """Put batches together, in the order of their rows."""
        answers = dict.fromkeys(map(str, AccountAnswer), 0)
        refused, failing = [pl.DataFrame(schema=_REFUSED)], [pl.DataFrame(schema=_FAILING)]
        payees = [pl.Series(dtype=pl.UInt64)]
        for batch in judged:
            refused.append(batch.refused)
            failing.append(batch.failing)
            payees.append(batch.payees)
            for answer, count in batch.account_answers.iter_rows():
                answers[answer] += count
        return cls(pl.concat(refused), pl.concat(failing), answers, pl.concat(payees))

    def __add__(self, other: "Judgement") -> "Judgement":
        """Put the judgement of the rows that follow after this one."""
        answers = {answer: count + other.account_answers[answer] for answer, count in self.account_answers.items()}
        return Judgement(
            pl.concat([self.refused, other.refused]),
            pl.concat([self.failing, other.failing]),
            answers,
            pl.concat([self.payees, other.payees]),
        )

    def with_refused(self, others: pl.DataFrame) -> "Judgement":
        """The same, with rows that are refused for what they are together."""
        failing = self.failing.with_columns(
            amount_pence=pl.when(~pl.col("row_number").is_in(others["row_number"].implode())).then("amount_pence")
        )
        return replace(self, refused=pl.concat([self.refused, others]), failing=failing)

    @property
    def may_have_copies(self) -> bool:
        """Whether a payee may stand there more than once: the hash only filters, and the ledger's rows decide."""
        return self.payees.n_unique() < len(self.payees)


_REFUSED = {"row_number": pl.Int32, "column_name": pl.String, "rule": pl.String}
_FAILING = {"row_number": pl.Int32, "amount_pence": pl.Int64}


def check_paying_accounts(context: TenantContext) -> None:
    """Hold agreement and contract against each other: several accounts need a column that says which, and one none.

    Raises:
        NoGo: they do not fit.
    """
    several = len(context.agreement.paying_accounts) > 1
    if several and not context.contract.has(PAYING_ACCOUNT):
        raise NoGo(
            f"The agreement with {context.tenant} names several paying accounts, and its contract has no column "
            f"{PAYING_ACCOUNT} that says which of them a payment leaves. Nothing was done; agree such a column."
        )
    if not several and context.contract.has(PAYING_ACCOUNT):
        raise NoGo(
            f"The contract of {context.tenant} has a column {PAYING_ACCOUNT}, and the agreement one paying account. "
            "Nothing was done; name the other accounts under further_accounts, or take the column out."
        )


def check_pay_days(context: TenantContext) -> None:
    """Hold agreement and contract against each other: of several pay days in a period each row says on which it is due.

    Raises:
        NoGo: they do not fit.
    """
    if context.agreement.periods.have_several_pay_days and not context.contract.has_several_pay_days:
        raise NoGo(
            f"The agreement with {context.tenant} has several pay days in a period, and no row of its extract says on "
            "which of them it is due. Nothing was done; agree a column pay_date with the rule is_a_pay_day."
        )


def input_hash(context: TenantContext, extract_sha256: str, due: Due, table_sha256: str) -> str:
    """SHA-256 over all that decides about a row of an extract."""
    return sha256_of(
        extract_sha256,
        context.contract_sha256,
        table_sha256,
        due.pay_day,
        *due.pay_days,
        context.agreement.accounts.model_dump_json(),
        *(account.pays for account in context.agreement.paying_accounts if account.pays),
        *((context.payee_check_profile_sha256,) if context.agreement.payee_checks else ()),
        *((context.agreement.vouchers.model_dump_json(),) if context.agreement.vouchers else ()),
    )


_handed_on: dict[tuple[str, int], Judgement] = {}


def hand_on(judgement: Judgement, judged_by: str, first_row: int) -> None:
    """Keep the judgement of an extract that was just taken in for validate; one of before is forgotten.

    Args:
        judgement: of its rows.
        judged_by: the :func:`input_hash` of all that decided about them.
        first_row: the number of its first row.
    """
    _handed_on.clear()
    _handed_on[judged_by, first_row] = judgement


def take_over(judged_by: str, first_row: int) -> Judgement | None:
    """The judgement that was handed on of this very extract, judged by this very input; None if there is none."""
    return _handed_on.pop((judged_by, first_row), None)
