"""``siller demo``: two months paid for practice, and one stopped."""

from typing import Annotated

import typer

from flows.cli.rails import RailOption


def demo(
    manual: Annotated[bool, typer.Option("--manual", help="Leave the approvals to you, in the Prefect UI.")] = False,
    rail: RailOption = None,
    all_bodies: Annotated[
        bool, typer.Option("--all", help="Pay three bodies beside each other on one day, each as its agreement says.")
    ] = False,
) -> None:
    """Pay October and November of the Independent Living Fund for practice, and see December stopped.

    With --all: pay the fund's month, a council's week and an agency's quarter on one day instead.

    Everything is a rehearsal on shipped samples: a practice account table, a practice bank, no money. State
    lives under SILLER_HOME, or else in ./siller-demo, made anew each time.
    """
    from flows.console import OUT
    from flows.demo.demo import Demonstration, fresh_home
    from flows.demo.paydays import BODIES, MONTHS, STOPPED
    from flows.demo.report import show_end, show_stopped

    if all_bodies:
        if manual or rail:
            raise typer.BadParameter(
                "--all pays each body as its agreement says, and approves by itself: give it alone."
            )
        home = fresh_home()
        with Demonstration.brought_up(home, BODIES, OUT) as demonstration:
            beside = demonstration.pay_beside(BODIES)
        show_end(OUT, home, beside)
        return
    home = fresh_home()
    with Demonstration.brought_up(home, MONTHS, OUT, rail, manual) as demonstration:
        paid = [demonstration.pay(month) for month in MONTHS]
        stopped = demonstration.stop(STOPPED)
    show_end(OUT, home, paid)
    show_stopped(OUT, stopped)
