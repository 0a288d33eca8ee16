"""``siller demo``: two months paid for practice, and one stopped."""

from enum import StrEnum
from typing import Annotated

import typer


class Rails(StrEnum):
    """The ways that the money can go, by their names in an agreement."""

    BACS = "bacs_standard_18"
    FASTER_PAYMENTS = "faster_payments"
    PAIN001 = "pain001_bacs"


def demo(
    manual: Annotated[bool, typer.Option("--manual", help="Leave the approvals to you, in the Prefect UI.")] = False,
    rail: Annotated[
        Rails,
        typer.Option(help="By a Bacs file, a Faster Payments file or a pain.001 message, as agreements name them."),
    ] = Rails.BACS,
) -> None:
    """Pay October and November of the Independent Living Fund for practice, and see December stopped.

    Everything is a rehearsal on shipped samples: a practice account table, a practice bank, no money. State
    lives under SILLER_HOME, or else in ./siller-demo, made anew each time.
    """
    from flows.console import OUT
    from flows.demo.demo import MONTHS, Demonstration, fresh_home
    from flows.demo.report import show_end, show_stopped
    from tasks.practice_bank.bank import Rail

    home = fresh_home()
    with Demonstration.brought_up(home, Rail(rail), manual, OUT) as demonstration:
        paid = [demonstration.pay(month) for month in MONTHS]
        stopped = demonstration.december()
    show_end(OUT, home, paid)
    show_stopped(OUT, stopped)
