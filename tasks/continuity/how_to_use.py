"""What stands beside a continuity file, for somebody who has never seen one; nothing of a payee."""

from collections.abc import Sequence

from schemas.money import pounds
from tasks.ledger.catalogue.stages import Instruct
from tasks.ledger.rows import FileDayRow
from tasks.ledger.runs import RunRow
from tasks.tenant_context import TenantContext

_TEXT = """\
Continuity file of {run_id}

{payments:,} approved payments, {total}, to be with their payees on {entry_date}.
Encrypted in the age format (age-encryption.org) in {file}.
What was approved, with its SHA-256:
{files}
{vouchers}
Use it only when siller or the channel to {taken_by} cannot pay in time, and the body's decision owner says so.
Each step, with who does it, is in docs/operating/fall-back-day.md. In short:

1. Make sure that the payment file of this run is not sent to {taken_by} as well. Whoever is paid
   through the bank's portal and by {service} is paid twice.{and_vouchers}
2. Open it. This needs neither Prefect nor the ledger, and is noted beside this file before anything opens:

     siller continuity open {run_id} --as YOUR-NAME --reason "WHY" --to payments.csv

   If siller itself is gone, the age tool opens it with the key from escrow. Then write down who, when and why:

     age -d -i {key} {file} > payments.csv

   Open payments.csv as text in every column: a spreadsheet takes the leading zeros from sort codes.
3. Pay through the bank's portal. Keep the bank's evidence.
4. When siller is back, keep the lines that were paid, write the day into paid_on (DD/MM/YYYY), and record them. The
   columns from payee_name on are for reading only, and are to be taken out first:

     siller record paid-elsewhere payments.csv {tenant} --as OPERATOR --approver APPROVER --evidence FILE

5. Settle the opening; until then siller opens and releases nothing for {tenant}:

     siller continuity settle {run_id} --as ANOTHER-NAME --recorded NUMBER
     siller continuity settle {run_id} --as ANOTHER-NAME --nothing-was-paid

6. Delete payments.csv.
"""

_VOUCHERS = """\

The last {vouchers:,} payments, {total}, are by voucher: they have a contact in the place of an account.
"""
_AND_VOUCHERS = """
   If the file of vouchers can reach {provider}, have it sent there as ever, say so
   (siller vouchers sent), and take the payments by voucher out of payments.csv. If it cannot, make sure that it never
   does, and issue each voucher by hand with the provider, or reach the payee and pay them otherwise. Never both: a
   payee with two vouchers has the money twice."""


def how_to_use(context: TenantContext, run: RunRow, instructed: Instruct, days: Sequence[FileDayRow]) -> str:
    """The page for one run."""
    provider = context.voucher_channel
    return _TEXT.format(
        run_id=run.run_id,
        tenant=run.tenant,
        payments=instructed.all_payments,
        total=pounds(instructed.all_pence),
        vouchers=_VOUCHERS.format(
            vouchers=instructed.vouchers,
            total=pounds(instructed.voucher_pence or 0),
        )
        if instructed.vouchers
        else "",
        and_vouchers=_AND_VOUCHERS.format(provider=provider.taken_by) if instructed.vouchers and provider else "",
        entry_date=" and ".join(day.entry_date.isoformat() for day in days),
        files="\n".join(f"  {name}: {sha256}" for name, sha256 in instructed.files.items()),
        service=context.agreement.terms.service,
        taken_by=context.agreement.terms.taken_by,
        file=context.paths.continuity_file(run.run_id).name,
        key=context.paths.key(run.tenant, "continuity").name,
    )
