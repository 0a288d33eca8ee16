"""The register of overpayments on the terminal."""

from typing import Any

import polars as pl
from rich.console import Console

from schemas.money import pounds
from tasks.overpayments.register import sum_up


def show(out: Console, register: pl.DataFrame, whose: str) -> None:
    """Print each overpayment in a line or two, and what all of them come to.

    Args:
        out: where.
        register: as :func:`tasks.overpayments.register.find_overpayments` has it.
        whose: the body and the mode.
    """
    for each in register.iter_rows(named=True):
        out.print(_line(each), soft_wrap=True, highlight=False, markup=False)
    if register.is_empty():
        out.print(f"Nothing of {whose} is known to be overpaid.", soft_wrap=True)
        return
    summed = sum_up(register)
    many = "1 payment" if summed.payments == 1 else f"{summed.payments:,} payments"
    out.print(
        f"{many} of {whose}, {pounds(summed.overpaid)} too much: {pounds(summed.recovered)} recovered, "
        f"{pounds(summed.written_off)} written off, {pounds(summed.still_owed)} still owed.",
        soft_wrap=True,
        highlight=False,
        markup=False,
    )


def _line(each: dict[str, Any]) -> str:
    days = "1 day" if each["days_since_found"] == 1 else f"{each['days_since_found']:,} days"
    back = {
        "recovered by the bank": each["recovered_by_bank_pence"],
        "recovered by the body": each["recovered_by_body_pence"],
        "written off": each["written_off_pence"],
    }
    became = ", ".join(f"{pounds(pence)} {name}" for name, pence in back.items() if pence) or "nothing came back yet"
    owed = f"{pounds(each['still_owed_pence'])} still owed after {days}" if each["still_owed_pence"] else "settled"
    more = f" {pounds(each['to_give_back_pence'])} more came back than that: it is the payee's." * bool(
        each["to_give_back_pence"]
    )
    return (
        f"{each['run_id']}/{each['row_number']}, line {each['line']:,} of {each['extract_name']}, "
        f"payee {each['payee'][:12]}, paid on {each['paid_on']:%-d %B %Y}: "
        f"{pounds(each['overpaid_pence'])} of {pounds(each['payment_pence'])} too much "
        f"({each['reasons'].replace('_', ' ')}), found on {each['found_on']:%-d %B %Y} by {each['found_by']}. "
        f"{became[0].upper()}{became[1:]}; {owed}.{more}"
    )
