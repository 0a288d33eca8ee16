"""What a released run leaves for people to read in Prefect: counts, pounds and the file's name, nothing of a payee."""

from collections.abc import Sequence
from datetime import date

from schemas.manifest import Kind
from schemas.money import pounds
from schemas.pay_run import PayRun
from tasks.ledger.catalogue.stages import Release
from tasks.ledger.rows import FileDayRow


def describe_result(run_id: str, kind: Kind, figures: Release, days: Sequence[FileDayRow]) -> str:
    """The released payment file, as markdown.

    Args:
        run_id: the run.
        kind: what its extract was declared as.
        figures: of its payment file, as the journal has them.
        days: of its payment file.
    """
    rows = {
        "Payments": f"{figures.payments:,}",
        "Pounds": pounds(figures.pence),
        "Payment file": f"`{figures.file_name}`",
        "SHA-256": f"`{figures.file_sha256}`",
        **_vouchers(figures),
        "To be sent by the end of": _day(min(day.input_day for day in days)),
        "Paid on": ", ".join(_day(day.entry_date) for day in days),
    }
    lines = [f"# {run_id} ({kind.label(PayRun.of(run_id).period)}) is released", "", "| | |", "| --- | --- |"]
    return "\n".join([*lines, *(f"| {name} | {value} |" for name, value in rows.items())]) + "\n"


def _vouchers(figures: Release) -> dict[str, str]:
    if not figures.vouchers:
        return {}
    return {
        "Vouchers": f"{figures.vouchers:,}, {pounds(figures.voucher_pence or 0)}",
        "File of vouchers": f"`{figures.voucher_file_name}`",
        "Its SHA-256": f"`{figures.voucher_sha256}`",
    }


def _day(day: date) -> str:
    return f"{day:%A %-d %B %Y}"
