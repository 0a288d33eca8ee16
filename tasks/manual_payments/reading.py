"""Reading a file of payments that were made elsewhere: every line is right, or none counts."""

from datetime import date
from pathlib import Path

import polars as pl

from schemas.account.forms import AccountForms
from schemas.contract.contract import Contract
from schemas.contract.due import Due
from schemas.contract.explain import message
from schemas.contract.extract import lines_of, read_extract
from schemas.contract.frame_schema import pandera_schema, refusals
from schemas.contract.manual_payments import paid_elsewhere_contract
from schemas.money import pence
from schemas.no_go import NoGo
from schemas.period import Period
from schemas.safe_to_open import as_before

MOST_NAMED = 10
"""How many wrong cells a sentence names."""

_ANY_DUE = Due(date.min, Period.parsed("0001"))
"""None of the rules asks for it: the lines of such a file are of any period."""


def read_paid_elsewhere(path: Path, sha256: str, contract: Contract, forms: AccountForms) -> pl.DataFrame:
    """Read the payments, with their line in the file from 1, the header first, and accounts as banks are sent them.

    Returns:
        the columns of ``core_paid_elsewhere`` but its number.

    Raises:
        NoGo: the file cannot be read, is not the one that was hashed, or lines of it break a rule; the message names
            them.
    """
    form = paid_elsewhere_contract(contract)
    sent = pl.concat(read_extract(path, form, sha256))  # made of a continuity file, which was safe to open
    lines = lines_of(sent, form)
    payments = forms.applied(sent.with_columns(as_before(pl.col(form.kept_columns))))
    wrong = refusals(payments, pandera_schema(form, _ANY_DUE))
    if wrong.height:
        said = [
            f"Line {lines[row]}: {message(form, column, rule)}"
            for row, column, rule in wrong.head(MOST_NAMED).iter_rows()
        ]
        more = f" And {wrong.height - MOST_NAMED:,} more." if wrong.height > MOST_NAMED else ""
        raise NoGo(f"{path.name} was not recorded, no line of it. {' '.join(said)}{more}")
    occurrence = pl.col("occurrence") if "occurrence" in payments.columns else pl.lit("1")
    return payments.select(
        "payee_reference",
        "pay_period",
        "kind",
        "sort_code",
        "account_number",
        "roll_number",
        line=lines.cast(pl.Int32),
        occurrence=occurrence.str.strip_chars().replace("", "1"),
        amount_pence=pence("amount"),
        paid_on=pl.col("paid_on").str.to_date("%d/%m/%Y"),
        due=(pl.col("pay_date") if "pay_date" in payments.columns else pl.lit(None, pl.String)).str.to_date("%d/%m/%Y"),
    )
