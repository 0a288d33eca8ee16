"""Sends the lineage events of this machine on to the store that somebody has named; never in a stage's time."""

from prefect import flow, get_run_logger

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.lineage.shipping import sender, ship
from tasks.settings import Settings
from tasks.storage.paths import Paths


@flow(name="ship-lineage", persist_result=False)
def ship_lineage() -> None:
    """Send what was not sent yet, live events and those of rehearsals; what the store did not take is a failed run."""
    settings = Settings()
    send = sender(settings)
    if send is None:
        get_run_logger().info("No store of lineage is named (SILLER_LINEAGE_URL): nothing was sent.")
        return
    refused = []
    for mode in Mode:
        try:
            sent = ship(Paths(settings.home, mode), send)
            get_run_logger().info("%s: %s lineage events were sent.", mode, f"{sent:,}")
        except NoGo as no_go:
            refused.append(f"{mode}: {no_go}")
    if refused:
        raise NoGo(" ".join(refused))
