"""The search for payees where none may be named: every name, account and reference of the samples, in every spelling.

Who is paid by ILF is disabled, so a by-product that names one of them tells more than that.
"""

import csv
import html
import io
import json
import re
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from tests.month import SAMPLES


def sent() -> list[dict[str, str]]:
    """The rows of every shipped sample, as the body sent them."""
    rows = []
    for extract in sorted(SAMPLES.glob("*.csv")):
        rows += csv.DictReader(io.StringIO(extract.read_text(encoding="utf-8")))
    return rows


def known_of(rows: Iterable[dict[str, str]]) -> list[str]:
    """Everything that names a payee, in every spelling that a by-product might give it."""
    rows = list(rows)
    names = {row["Recipient Name"] for row in rows if row["Recipient Name"].strip()}
    written = {html.escape(name) for name in names} | {json.dumps(name)[1:-1] for name in names}
    in_the_payment_file = {name.upper()[:18] for name in names}
    references = {row[column] for row in rows for column in ("ILF Ref", "Payment Reference", "Roll No") if row[column]}
    accounts = {row["Account No"] for row in rows if len(row["Account No"]) == 8}
    return sorted(names | written | in_the_payment_file | references | accounts)


def named_in(texts: Iterable[str], known: list[str]) -> list[list[str]]:
    """Which of them stand in each text; digits that are part of a longer number or hash are none of them."""
    texts = list(texts)
    return [
        [hit for hit in sorted(set(hits)) if re.search(rf"(?<![0-9A-Za-z]){re.escape(hit)}(?![0-9A-Za-z])", text)]
        for text, hits in zip(texts, pl.Series(texts).str.extract_many(known, overlapping=True), strict=True)
    ]


def named_in_files(paths: Iterable[Path], known: list[str]) -> dict[str, list[str]]:
    """The files whose bytes or whose path name a payee, and whom."""
    # Between bytes that are no text, a name outside ASCII is only found by leaving those out.
    whole = {
        str(path): (str(path), *(path.read_bytes().decode(how, errors="ignore") for how in ("latin-1", "utf-8")))
        for path in paths
        if path.is_file()
    }
    found = named_in(("\n".join(texts) for texts in whole.values()), known)
    return {name: hits for name, hits in zip(whole, found, strict=True) if hits}
