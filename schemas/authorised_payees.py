"""A body's list of authorised payees, as it hands it in: a CSV of references and, where it says so, of accounts."""

import io

import polars as pl

from schemas.no_go import NoGo
from schemas.sanitise import sanitise

REFERENCE, ACCOUNT = "payee_reference", "account_sha256"
_MOST_NAMED = 10
_HEXADECIMAL = "^[0-9a-f]{64}$"


def parse_list(content: bytes, name: str) -> pl.DataFrame:
    """Read a list: every row is right, or none counts.

    Args:
        content: the file's bytes, as UTF-8 with commas and a header.
        name: what it is called, for a sentence.

    Returns:
        ``payee_reference``, and ``account_sha256``: the SHA-256 of sort code and account number as they are written to
        the bank, fourteen digits with nothing between, and of the roll number in capitals where there is one; null
        where the payee is authorised whatever the account.

    Raises:
        NoGo: it cannot be read, has another column, names nobody, or rows of it are not right; nothing of a payee is
            repeated.
    """
    said = f"{sanitise(name)} is no list of authorised payees, and nothing of it was taken"
    try:
        rows = pl.read_csv(io.BytesIO(content), infer_schema=False).fill_null("")
    except (pl.exceptions.PolarsError, ValueError):
        raise NoGo(f"{said}: it cannot be read as a CSV file. Save it as UTF-8, with commas and a header.") from None
    if REFERENCE not in rows.columns or set(rows.columns) - {REFERENCE, ACCOUNT}:
        raise NoGo(f"{said}: its columns are to be {REFERENCE} and, where accounts are authorised too, {ACCOUNT}.")
    if rows.is_empty():
        raise NoGo(f"{said}: it names nobody.")
    if ACCOUNT not in rows.columns:
        rows = rows.with_columns(pl.lit("").alias(ACCOUNT))
    listed = rows.select(pl.col(REFERENCE).str.strip_chars(), pl.col(ACCOUNT).str.strip_chars().str.to_lowercase())
    account = pl.col(ACCOUNT)
    is_again = pl.struct(REFERENCE, ACCOUNT).is_duplicated()
    says_both = pl.col(REFERENCE).is_duplicated() & (account == "").any().over(REFERENCE)
    for is_wrong, why in (
        (pl.col(REFERENCE) == "", f"has no {REFERENCE}"),
        ((account != "") & ~account.str.contains(_HEXADECIMAL), f"has an {ACCOUNT} that is no SHA-256"),
        (is_again, "names a payee who stands there twice"),
        (says_both, "names a payee who stands there both with an account and without one"),
    ):
        if wrong := listed.select(is_wrong.arg_true()).to_series().to_list():
            raise NoGo(f"{said}: row {_listed(wrong)} below the header {why}. Correct it and hand it in whole.")
    return listed.with_columns(pl.when(account != "").then(account))


def _listed(indexes: list[int]) -> str:
    more = f" and {len(indexes) - _MOST_NAMED:,} more" if len(indexes) > _MOST_NAMED else ""
    return f"{', '.join(str(index + 1) for index in indexes[:_MOST_NAMED])}{more}"
