"""Never sent: a released payment file that the sender and a second person take back, and nobody takes to the bank.

A run with vouchers has two files, which are taken back together or not at all.

The file leaves the outbox before the ledger says so: whoever dies in between leaves payments that nobody pays again,
and says the same once more. From the ledger's entry on everybody in it may be paid by a run of the same period, and a
submission, an acceptance or a debit of it is a contradiction.
"""

from collections.abc import Callable
from datetime import datetime

import duckdb

from schemas.agreement import Role
from schemas.no_go import NoGo
from schemas.payment_state import PaymentState
from schemas.stages import Event, Stage
from tasks.ledger import entry_of, record, runs, sha256_of
from tasks.ledger.bank_rows import WithdrawalRow
from tasks.ledger.catalogue.handing_over import HandOverBegun, VouchersHandOverBegun
from tasks.ledger.catalogue.settling import Withdrawn
from tasks.ledger.catalogue.stages import Instruct
from tasks.ledger.counters import next_number
from tasks.ledger.journal import list_events
from tasks.ledger.payment_state import define_payment_state
from tasks.ledger.recalls import check_not_held
from tasks.ledger.rows import insert
from tasks.ledger.runs import RunRow
from tasks.people.two_people import Given, check_said, check_two, prove_two
from tasks.release.outboxes import outbox_of
from tasks.storage.atomic_write import flush
from tasks.storage.custody import Sealed, seal, still_sealed
from tasks.storage.folder import Folder
from tasks.storage.store import Store
from tasks.tenant_context import TenantContext

DOOR = "siller submitted --never-sent"
PARTS = ((Role.SENDER,), (Role.OPERATOR, Role.APPROVER, Role.DECISION_OWNER))
"""The sender, who alone can know it, and who agrees."""

_VOUCHERS_SENT = """
SELECT 1 FROM voucher_submission WHERE run_no = $run_no UNION ALL
SELECT 1 FROM core_voucher_answer WHERE run_no = $run_no LIMIT 1
"""
_SPOKEN_OF = """
SELECT file_name FROM core_bank_answer JOIN (SELECT bank_file_no, file_name FROM bank_file) USING (bank_file_no)
WHERE run_no = $run_no
UNION ALL
SELECT file_name FROM spoken_of SEMI JOIN open_bank_file USING (bank_file_no)
JOIN (SELECT bank_file_no, file_name FROM bank_file) USING (bank_file_no)
WHERE run_no = $run_no
LIMIT 1
"""


def take_back(
    context: TenantContext,
    run_id: str,
    reason: str,
    people: tuple[Given, Given],
    at: datetime,
    now: datetime,
    remove_part: Callable[[TenantContext, str], object] = lambda *_: None,
) -> Withdrawn:
    """Take a released payment file out of the outbox, and record that it was never sent.

    Args:
        context: the tenant's.
        run_id: the run.
        reason: why; nothing of a payee.
        people: the sender, and who agrees; neither of them has approved the run or sent its extract.
        at: when, by a real clock, for their codes.
        now: the time that counts.
        remove_part: takes away what a hand-over that began has left at the other end, as
            :func:`tasks.hand_over.taken_back.remove_part` does.

    Raises:
        NoGo: the file was not released, was sent, is not in the outbox, or the bank speaks of it; or they are not two
            who may say so.
    """
    reason = check_said(reason, "why it was not sent")
    outbox = outbox_of(context)
    with context.ledger.opened() as connection:
        run = runs.run_row(connection, run_id)
        file = _check_may_be_taken_back(connection, run, now)
        involved, begun = _find_involved(connection, run), _list_begun(connection)
    _check_there(context, outbox, run, file)
    names = check_two(context, people, PARTS, involved, DOOR)
    _keep(context, outbox, file)
    prove_two(context, names, people, DOOR, at, now)
    remove_part(context, run_id)
    with context.ledger.transaction() as connection:
        _check_may_be_taken_back(connection, run, now)
        if _list_begun(connection) != begun:  # what was removed for them is not all that there is now
            raise NoGo(
                f"Another machine has begun to hand {run_id} over meanwhile. Nothing was done; ask again who takes it."
            )
        for name in file.files:
            _take_out(outbox, name)
        number = next_number(connection, Event.WITHDRAWN)
        insert(connection, WithdrawalRow(number, run.run_no, reason, *names, now))
        said = Withdrawn(*names, reason, file.all_sha256, file.all_payments, file.all_pence)
        record(connection, run.run_no, run_id, said, sha256_of(run_id, reason, file.all_sha256), now, number)
    return said


def _list_begun(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, HandOverBegun, datetime]]:
    """Each time at which a payment file, or a file of vouchers, was about to have its final name anywhere."""
    return [*list_events(connection, HandOverBegun), *list_events(connection, VouchersHandOverBegun)]


def _check_may_be_taken_back(connection: duckdb.DuckDBPyConnection, run: RunRow, now: datetime) -> Instruct:
    """What was released.

    Raises:
        NoGo: nothing was, somebody speaks of it as sent, or the bank is asked to stop it.
    """
    run_id = run.run_id
    if Stage.RELEASE not in runs.stages_done(connection, run_id):
        raise NoGo(f"{run_id} has not been released, so there is no file to be taken back. Nothing was done.")
    if runs.is_withdrawn(connection, run):
        raise NoGo(f"The file of {run_id} was taken back already, as never sent. Nothing was done.")
    query = "SELECT submitted_by, reference FROM submission WHERE run_no = ?"
    sent = connection.execute(query, [run.run_no]).fetchone()
    if sent:
        raise NoGo(f"{sent[0]} has said that {run_id} was sent, under the reference {sent[1]}. Nothing was done.")
    if connection.execute(_VOUCHERS_SENT, {"run_no": run.run_no}).fetchone():
        raise NoGo(
            f"The vouchers of {run_id} are with their provider, and the run's files are taken back together. Nothing "
            "was done: have the provider cancel them first, and settle what the bank left open (siller exceptions)."
        )
    if spoken_of := find_bank_file_of(connection, run):
        raise NoGo(
            f"The bank speaks of {run_id} in {spoken_of}, so its file has been sent. Nothing was done: see `siller "
            "exceptions`."
        )
    check_not_held(connection, run.run_no, None, now.date(), [PaymentState.RELEASED])
    return entry_of(connection, run_id, Instruct)


def find_bank_file_of(connection: duckdb.DuckDBPyConnection, run: RunRow) -> str | None:
    """A file in which the bank speaks of a run's payment file, so that it has it; None if there is none."""
    define_payment_state(connection)
    found = connection.execute(_SPOKEN_OF, {"run_no": run.run_no}).fetchone()
    return str(found[0]) if found else None


def _find_involved(connection: duckdb.DuckDBPyConnection, run: RunRow) -> dict[str, str]:
    approvers = connection.execute(
        "SELECT approver FROM approval WHERE run_no = ? AND verdict IN ('approved', 'first')", [run.run_no]
    ).fetchall()
    involved = {approver.strip().casefold(): f"approved {run.run_id}" for (approver,) in approvers}
    return {run.submitted_by.strip().casefold(): f"sent the extract of {run.run_id}", **involved}


def _check_there(context: TenantContext, outbox: Store, run: RunRow, file: Instruct) -> None:
    """Whoever took a file may have sent it: each has to be there, unless an earlier start got further."""
    for name, sha256 in file.files.items():
        there = outbox.sha256_of(name)
        if there is None and still_sealed(context.paths, context.tenant, sha256):
            continue
        if there != sha256:
            found = f"is not in {outbox.address}" if there is None else f"in {outbox.address} is another file"
            raise NoGo(
                f"{name} {found}, and {run.run_id} released {sha256}. Nothing was done: whoever took it away may have "
                "sent it. Find that out; if it was not sent, put the file back first."
            )


def _keep(context: TenantContext, outbox: Store, file: Instruct) -> None:
    """Seal each file; its manifest can be made again from the ledger, to the byte.

    Raises:
        NoGo: it or its manifest stands in a bucket, where siller removes nothing.
    """
    for name, sha256 in file.files.items():
        content = outbox.get(name)
        if content is not None:
            with content:
                seal(Sealed.PAYMENT_FILE, content, name, context.paths, context.tenant, sha256)
    standing = [each for name in file.files for each in _standing_as(name)]
    there = [] if isinstance(outbox, Folder) else [name for name in standing if outbox.has(name)]
    if there:
        raise NoGo(
            f"{outbox.address} has {' and '.join(there)}, and siller may not remove it there. The file is sealed: let "
            "somebody who may remove the file and its manifest, then say the same again."
        )


def _take_out(outbox: Store, name: str) -> None:
    """The file first: a manifest alone sends nothing."""
    if isinstance(outbox, Folder):
        for each in _standing_as(name):
            outbox.remove(each)
        flush(outbox.path)


def _standing_as(name: str) -> tuple[str, str]:
    return name, f"{name}.manifest.json"
