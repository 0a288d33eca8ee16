"""A bank's answers about payees, as its profile has them: read whole, or not at all."""

from datetime import date
from pathlib import Path

import polars as pl

from schemas.contract.column import Column
from schemas.contract.contract import Contract
from schemas.contract.extract import lines_of, read_extract
from schemas.extract_files.form import Form
from schemas.no_go import NoGo
from schemas.payee_checks.finding import Finding
from schemas.payee_checks.profile import DETAILS, PayeeCheckProfile
from schemas.sanitise import sanitise

_DAY_FORMS = {"DD/MM/YYYY": "%d/%m/%Y", "YYYY-MM-DD": "%Y-%m-%d"}
_LONGEST_CODE, _LONGEST_NAME = 60, 200
MOST_NAMED = 10
"""How many lines a sentence names."""


def read_answers(
    path: Path, sha256: str, profile: PayeeCheckProfile, asked: pl.DataFrame, asked_on: date, today: date
) -> pl.DataFrame:
    """Read what a bank answered about rows of one run; every line is right, or none counts.

    Args:
        path: the file.
        sha256: of its bytes, which are hashed again as they are read.
        profile: the bank's.
        asked: what it was asked: ``row_number``, ``reference`` and the details, one row a payee.
        asked_on: the day on which it was asked first.
        today: the day on which the file is taken in.

    Returns:
        ``row_number``, ``code``, ``meaning``, ``bank_name`` and ``answered_on``, one row a payee.

    Raises:
        NoGo: the file has other columns, or a line of it answers nothing that was asked, or otherwise than another.
    """
    contract = _contract(profile)
    try:
        sent = pl.concat(read_extract(path, contract, sha256))
    except NoGo as said:
        raise NoGo(
            f"{said} Nothing was taken in: it is not written as the profile {profile.name} has it. Ask the bank for it "
            "again; if this is how the bank writes, correct the profile."
        ) from None
    lines = lines_of(sent, contract)
    cells = [pl.col(name).str.strip_chars() for name in contract.kept_columns if name not in DETAILS]
    found = sent.with_columns(cells).with_columns(line=lines)
    if "bank_name" not in found.columns:
        found = found.with_columns(bank_name=pl.lit(""))
    day = pl.lit(today)
    if "day" in found.columns:
        day = pl.col("day").str.to_date(_DAY_FORMS[profile.day_form], strict=False)
    found = found.drop("row_number").with_columns(answered_on=day)
    found = found.join(asked.rename({name: f"{name}_asked" for name in DETAILS}), on="reference", how="left")
    name = sanitise(path.name)
    _check_lines(name, found, profile, asked_on, today)
    answers = found.select("row_number", "code", "bank_name", "answered_on").unique(maintain_order=True)
    if twice := answers.filter(pl.col("row_number").is_duplicated())["row_number"].unique().sort().to_list():
        raise NoGo(
            f"{name} answers row {_listed(twice)} twice, and not the same. Nothing was taken in. Ask the bank "
            "which answer is meant, and for the file again."
        )
    unknown = str(Finding.UNKNOWN_CODE)
    meaning = pl.col("code").replace_strict(
        {code: str(means) for code, means in profile.codes.items()}, default=unknown, return_dtype=pl.String
    )
    return answers.with_columns(meaning=meaning)


def _contract(profile: PayeeCheckProfile) -> Contract:
    """The columns of an answer as a contract: what reads every extract reads it too."""
    columns = tuple(Column(str(each.holds), each.column, False, (), "") for each in profile.answer if each.holds)
    ignored = tuple(each.column for each in profile.answer if not each.holds)
    return Contract(profile.name, "1", columns, ignored, form=Form(delimiter=profile.delimiter))


def _check_lines(file: str, found: pl.DataFrame, profile: PayeeCheckProfile, asked_on: date, today: date) -> None:
    """See that each line is an answer to what was asked.

    Raises:
        NoGo: one is not; nothing of what stands there is repeated.
    """
    echoed = [name for name in DETAILS if name in found.columns]
    other = pl.any_horizontal(_bare(name, name) != _bare(f"{name}_asked", name) for name in echoed) if echoed else False
    too_long = (pl.col("code").str.len_chars() > _LONGEST_CODE) | (pl.col("bank_name").str.len_chars() > _LONGEST_NAME)
    day_said = f"has no day on which it was checked, as {profile.day_form}, from {asked_on:%-d %B %Y} on to today"
    for is_wrong, said in (
        (
            pl.col("row_number").is_null(),
            "answers something that this run has not asked",
        ),
        (pl.col("code") == "", "has no code"),
        (too_long, "has a code or a name longer than any is"),
        (pl.lit(other) if isinstance(other, bool) else other, "speaks of other details than those that were asked"),
        (~pl.col("answered_on").is_between(asked_on, today).fill_null(False), day_said),
    ):
        if wrong := found.filter(is_wrong.fill_null(False))["line"].to_list():
            raise NoGo(
                f"Line {_listed(wrong)} of {file} {said}. Nothing was taken in, no line of it. See whether the file "
                "is another run's, or ask the bank for it again, whole."
            )


def _bare(column: str, name: str) -> pl.Expr:
    """What is compared of a detail: of numbers the digits, of texts all but spaces and capitals."""
    signs = "[^0-9]" if name in ("sort_code", "account_number") else r"\s"
    return pl.col(column).str.replace_all(signs, "").str.to_uppercase()


def _listed(numbers: list[int]) -> str:
    more = f" and {len(numbers) - MOST_NAMED:,} more" if len(numbers) > MOST_NAMED else ""
    return f"{', '.join(map(str, numbers[:MOST_NAMED]))}{more}"
