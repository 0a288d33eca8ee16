"""The certificate of a close, as a page: what two people had before them, in counts and pounds. It names no payee."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from schemas.pay_run import Mode
from schemas.period import Period
from schemas.reconciliation.figures import Reconciliation
from tasks.correction_file.carried import Carried
from tasks.overpayments.register import Summed
from tasks.publish.pages import page
from tasks.reconcile import sections, wording
from tasks.tenant_context import TenantContext

TEMPLATE = Path(__file__).resolve().parent / "certificate.html.j2"


@dataclass(frozen=True)
class Signed:
    """Who closes a run.

    Attributes:
        by: who prepared the certificate.
        agreed_by: who reviewed it.
        at: when.
    """

    by: str
    agreed_by: str
    at: datetime


def certificate(
    context: TenantContext,
    found: Reconciliation,
    period: Period,
    carried: Sequence[Carried],
    overpaid: Summed,
    signed: Signed,
) -> str:
    """The page.

    Args:
        context: the tenant's.
        found: where the run's money is.
        period: the run's.
        carried: what is carried forward.
        overpaid: what of the run was paid that should not have been.
        signed: who closes it.
    """
    service = f"{context.agreement.name}, {period.words} pay run"
    with_payees = next((way.leaves for way in found.ways if way.leaves), None)
    return page(
        TEMPLATE,
        title=f"Close certificate of {found.run_id}: {service}",
        service=service,
        rehearsal=context.mode is Mode.REHEARSAL,
        made=f"Made by siller from the ledger of run {found.run_id}.",
        at=wording.moment(signed.at),
        by=signed.by,
        agreed_by=signed.agreed_by,
        with_payees=wording.pounds(with_payees.pounds) if with_payees else "£0.00",
        unexplained=wording.pounds(found.unexplained_pounds),
        sentence=wording.sentence(found),
        buckets=[
            (str(bucket.name).capitalize(), f"{bucket.rows:,}", wording.pounds(bucket.pounds))
            for bucket in found.buckets
            if bucket.rows
        ],
        extract=(f"{found.extract.rows:,}", wording.pounds(found.extract.pounds)),
        ways=[sections.way(each) for each in found.ways],
        carried=[_carried(each) for each in carried],
        overpaid=list(wording.say_overpaid(overpaid)),
        run_id=found.run_id,
        agreement_sha256=context.agreement_sha256,
    )


def _carried(each: Carried) -> dict[str, str]:
    back = {None: "of another rhythm", 0: "this period", 1: "1 period back"}
    unreadable = f", and {each.unreadable:,} whose amount cannot be read" if each.unreadable else ""
    return {
        "period": each.period.words,
        "back": back.get(each.periods_back, f"{each.periods_back} periods back"),
        "payments": f"{each.items:,}",
        "pounds": f"{wording.pounds(each.pounds)}{unreadable}",
        "oldest": wording.day(each.oldest),
    }
