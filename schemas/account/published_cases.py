"""Vocalink's own test cases of the modulus check: what any table that it publishes must say of them.

Their accounts are nobody's, so samples for people have them too.
"""

from pathlib import Path

import polars as pl

from data_contracts import __file__ as data_contracts
from schemas.account.modulus import AccountAnswer, account_answers
from schemas.account.table import ModulusTable

_CASES = Path(data_contracts).parent / "practice_modulus" / "published-cases.csv"


def published_accounts() -> pl.DataFrame:
    """The accounts of the published cases, as text: ``sort_code``, ``account_number``, ``valid``."""
    return pl.read_csv(_CASES, infer_schema=False)


def find_contradicted(table: ModulusTable) -> list[str]:
    """The sort codes of the published cases of which a table says the opposite of what is published.

    A table that no longer has a sort code, or another check for it, is no contradiction by itself: it then cannot
    check the account.
    """
    cases = published_accounts()
    wrong = pl.when(pl.col("valid") == "yes").then(pl.lit(AccountAnswer.FAILS)).otherwise(pl.lit(AccountAnswer.PASSES))
    answered = cases.with_columns(account_answers(cases, table).cast(pl.String))
    return answered.filter(pl.col("account_answer") == wrong)["sort_code"].unique().sort().to_list()
