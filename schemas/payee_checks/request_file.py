"""A request to a bank to check payees, as its profile has it."""

from io import BytesIO

import polars as pl

from schemas.payee_checks.profile import PayeeCheckProfile


def write_request(profile: PayeeCheckProfile, details: pl.DataFrame) -> bytes:
    """Return a request as CSV in UTF-8, its lines ended by CRLF; every cell is as it is, for a program to read.

    Args:
        profile: the bank's.
        details: ``reference`` and the details, all text, one row a payee.
    """
    cells = [
        (pl.lit(each.says) if each.holds is None else pl.col(each.holds).replace("", None)).alias(each.column)
        for each in profile.request
    ]
    file = BytesIO()
    details.select(cells).write_csv(file, separator=profile.delimiter, line_terminator="\r\n")
    return file.getvalue()
