"""What the practice bank answers where it is asked whether name and account of payees belong together."""

import hashlib
import random
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from pathlib import Path

import polars as pl

from schemas.bank_messages.practice import PRACTICE
from schemas.incoming import Incoming, read
from schemas.no_go import NoGo
from schemas.payee_checks.finding import Finding
from schemas.payee_checks.profile import PayeeCheckProfile
from tasks.storage.atomic_write import write_atomic

ONE_IN = 10
"""Of so many payees one is answered otherwise than by a match, where the bank is told nothing else."""
USUALLY = (Finding.CLOSE_MATCH, Finding.NO_MATCH, Finding.CANNOT_BE_CHECKED)
_DAYS = {"DD/MM/YYYY": "%d/%m/%Y", "YYYY-MM-DD": "%Y-%m-%d"}


def answer_request(
    request: Path, folder: Path, profile: PayeeCheckProfile, day: date, says: Sequence[Finding] | None = None
) -> Path:
    """Answer a request by a profile. Practice only: a live run does not take it.

    Which payees these are is drawn by lot from the request, so the same one is always answered the same way.

    Args:
        request: the file.
        folder: where the answer is put.
        profile: by which both are written.
        day: on which it answers.
        says: what it says of one payee each; of the others that they match. A few, if not given.

    Returns:
        the answer.

    Raises:
        NoGo: the request is none of the profile's, or no code of the profile says that.
    """
    content = read(request, Incoming.PAYEE_ANSWERS)
    asked = _asked(request, content, profile)
    lots = random.Random(hashlib.sha256(content).hexdigest())
    chosen = list(USUALLY[: asked.height // ONE_IN] if says is None else says)[: asked.height]
    drawn = dict(zip(lots.sample(range(asked.height), len(chosen)), chosen, strict=True))
    said = pl.Series("said", [str(drawn.get(row, Finding.MATCH)) for row in range(asked.height)])
    answers = asked.with_columns(
        code=said.replace_strict({str(each): _code(profile, each) for each in {*chosen, Finding.MATCH}}),
        bank_name=pl.concat_str(
            pl.lit(f"{PRACTICE} "),
            "payee_name",
            pl.when(said != Finding.MATCH).then(pl.lit(" & CO")).otherwise(pl.lit("")),
        ),
        day=pl.lit(day.strftime(_DAYS[profile.day_form])),
    )
    cells = [(pl.col(each.holds) if each.holds else pl.lit("")).alias(each.column) for each in profile.answer]
    file = BytesIO()
    answers.select(cells).write_csv(file, separator=profile.delimiter, line_terminator="\r\n")
    path = folder / f"practice-{request.stem}.answers.csv"
    write_atomic(path, file.getvalue())
    return path


def _asked(request: Path, content: bytes, profile: PayeeCheckProfile) -> pl.DataFrame:
    """The details that are asked about, by siller's names."""
    names = [each.column for each in profile.request]
    try:
        rows = pl.read_csv(BytesIO(content), separator=profile.delimiter, infer_schema=False).fill_null("")
    except pl.exceptions.PolarsError:
        rows = pl.DataFrame()
    if rows.columns != names:
        raise NoGo(f"{request.name} is no request by the profile {profile.name}. Nothing was answered.")
    asked = rows.select(pl.col(each.column).alias(each.holds) for each in profile.request if each.holds)
    return asked if "roll_number" in asked.columns else asked.with_columns(roll_number=pl.lit(""))


def _code(profile: PayeeCheckProfile, meaning: Finding) -> str:
    """The first code by which the profile says it; one of no profile for an unknown one."""
    if meaning is Finding.UNKNOWN_CODE:
        return "PRACTICE-ONLY"
    found = next((code for code, means in profile.codes.items() if means is meaning), None)
    if found is None:
        raise NoGo(f"No code of the profile {profile.name} means {meaning}. Nothing was answered.")
    return found
