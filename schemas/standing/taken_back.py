"""Where a run stands whose files were taken back as never sent, also where its provider of vouchers has them."""

from schemas.payment_state import PaymentState
from schemas.standing.records import Recorded
from schemas.standing.tables import Stand


def after_it_was_taken_back(run: Recorded) -> tuple[Stand, str]:
    """Where a run stands whose files two people took back as never sent, and why.

    Args:
        run: what the ledger says.
    """
    issued = run.issued_all_the_same
    said = issued.said if issued else "Its file was taken back and never sent."
    if issued and {total.state for total in run.states} == {PaymentState.CASHED}:
        return (
            Stand.RECONCILED,
            f"{said} Everybody has cashed all of their voucher: nobody in it is owed anything.",
        )
    is_replaced = not run.is_turned_away or run.is_overtaken
    if is_replaced:
        said = f"{said} A later run pays."
    else:
        nobody = "Who has no voucher of it has no money" if issued else "Nobody has the money"
        said = (
            f"{said} {nobody}. Start the same extract again; once its day cannot be reached any more, the body sends "
            "it as a supplementary extract with a later one."
        )
    if issued and issued.out:
        return Stand.VOUCHERS_ISSUED, said
    return Stand.REPLACED if is_replaced else Stand.NOT_SENT, said
