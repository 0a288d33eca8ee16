"""Leave the continuity file of an approved run: its payments, encrypted, and beside them how to use it.

Its first columns are those of ``siller record paid-elsewhere``, so that what was paid from it can be recorded
with it. Who is paid by voucher stands in it too, after the others, with a contact in the place of an account.
"""

import hashlib
import io
import os
import secrets
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path

import polars as pl
import pyrage

from schemas.contract.contract import CONTACT, MEANS, PAYING_ACCOUNT
from schemas.no_go import NoGo
from schemas.tables_for_people.csv_text import csv_lines, csv_text
from schemas.tenant_keys import no_key
from tasks.approve.decision import approval_in_force
from tasks.continuity.how_to_use import how_to_use
from tasks.instruct.payments import Source, payments_in_batches, vouchers_in_batches
from tasks.ledger import Entry, entry_of, record, runs, sha256_of, standing
from tasks.ledger.catalogue.stages import Continuity, Instruct
from tasks.ledger.file_days import days_of
from tasks.ledger.runs import RunRow
from tasks.ledger.verify import check_unchanged
from tasks.storage import keys
from tasks.storage.atomic_write import make_folder, write_atomic
from tasks.storage.custody import sha256_of_file, sha256_of_sealed
from tasks.storage.folder import Folder
from tasks.tenant_context import TenantContext


def leave(context: TenantContext, run_id: str, now: datetime) -> Entry[Continuity]:
    """Write an approved run's continuity file, once.

    Raises:
        NoGo: the run is not approved, something of it was changed in the ledger, its payments are not those that were
            approved, or the continuity key is gone.
    """
    with context.ledger.opened() as connection:
        run = runs.run_row(connection, run_id)
        approval_in_force(connection, run_id)
        instructed = entry_of(connection, run_id, Instruct)
        input_hash = sha256_of(instructed.file_sha256)
        entry = standing(connection, run_id, Continuity, input_hash)
        if entry is None:  # it is paid from without any release that would ask
            check_unchanged(connection, run_id, context.paths.parts(context.tenant))
        source = Source.of(connection, run)
    if entry:
        return entry
    final = context.paths.continuity_file(run_id)
    store = Folder("folder of continuity files", final.parent)
    make_folder(final.parent)
    part = final.with_name(f".{final.name}.{secrets.token_hex(4)}")
    try:
        _encrypt(part, context, run, instructed, source)
        left = Continuity(instructed.all_payments, instructed.all_pence, sha256_of_file(part))
        with context.ledger.transaction() as connection:
            entry = standing(connection, run_id, Continuity, input_hash)
            if entry is None:
                page = how_to_use(context, run, instructed, days_of(connection, run_id))
                write_atomic(final.with_name(f"{run_id}.how-to-use.txt"), page.encode())
                store.remove(final.name)  # of a start that was killed before it could say so here
                store.link_or_copy(final.name, part, left.sha256)
                entry = record(connection, run.run_no, run_id, left, input_hash, now)
    finally:
        part.unlink(missing_ok=True)
    return entry


def identity(context: TenantContext) -> pyrage.x25519.Identity:
    """The tenant's continuity key, made on first use: a key of its own, so that one may be handed out alone.

    Raises:
        NoGo: there are continuity files, and their key is gone; or it is damaged.
    """
    folder = context.paths.continuity_openings(context.tenant).parent
    path = context.paths.key(context.tenant, "continuity")
    kept = keys.load_or_create(path, lambda: str(pyrage.x25519.Identity.generate()), any(folder.glob("*.age")))
    try:
        return pyrage.x25519.Identity.from_str(kept)
    except pyrage.IdentityError:
        said = no_key(path.stem, str(path))
    raise said


def _encrypt(part: Path, context: TenantContext, run: RunRow, instructed: Instruct, source: Source) -> None:
    """Encrypt the payments, flush them to disk, and read them back."""
    columns = [column.name for column in context.contract.columns]
    vouchers = vouchers_in_batches(context, run, columns) if instructed.voucher_file_name else ()
    batches = chain(payments_in_batches(context, run, columns, source=source), vouchers)
    key, payments = identity(context), _Payments(batches, run, context.contract.has_several_pay_days)
    with part.open("xb") as file:
        pyrage.encrypt_io(io.BufferedReader(payments, 1 << 20), file, [key.to_public()])
        file.flush()
        os.fsync(file.fileno())
    if (payments.rows, payments.pence) != (instructed.all_payments, instructed.all_pence):
        raise NoGo(
            f"The payments of {run.run_id} in the ledger are not in number and sum those that were approved. Nothing "
            "was released; find out what changed them (siller verify)."
        )
    if sha256_of_sealed(part, [key]) != payments.sha256.hexdigest():
        raise NoGo(f"The continuity file of {run.run_id} does not read back as it was written. Start the run again.")


class _Payments(io.RawIOBase):
    """The payments as the bytes of a CSV, a batch at a time: they never stand on disk as plain text.

    Attributes:
        rows: how many so far.
        pence: their sum.
        sha256: over the bytes.
    """

    def __init__(self, batches: Iterator[pl.DataFrame], run: RunRow, has_several_pay_days: bool) -> None:
        self.rows = self.pence = 0
        self.sha256 = hashlib.sha256()
        self._batches, self._run, self._has_several_pay_days = batches, run, has_several_pay_days
        self._bytes = memoryview(b"")

    def readable(self) -> bool:
        """It is only read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the reader around it hands no other
        """Fill the buffer as far as the batch at hand goes; nothing after the last one."""
        if not self._bytes:
            batch = next(self._batches, None)
            if batch is not None:
                self._bytes = memoryview(self._csv(batch))
        size = min(len(buffer), len(self._bytes))
        buffer[:size] = self._bytes[:size]
        self._bytes = self._bytes[size:]
        return size

    def _csv(self, batch: pl.DataFrame) -> bytes:
        pence = pl.col("amount_pence")
        pounds = pl.format("{}.{}", pence // 100, (pence % 100).cast(pl.String).str.zfill(2))
        lines = batch.select(
            "payee_reference",
            pay_period=pl.lit(str(self._run.period)),
            kind=pl.lit(self._run.kind),
            sort_code="sort_code",
            account_number="account_number",
            roll_number="roll_number",
            amount=pounds,
            **({"occurrence": "occurrence"} if "occurrence" in batch.columns else {}),
            **({"pay_date": "pay_date"} if self._has_several_pay_days else {}),
            paid_on=pl.lit(""),
            payee_name="payee_name",
            payment_reference="payment_reference",
            **{name: name for name in (PAYING_ACCOUNT, MEANS, CONTACT) if name in batch.columns},
        )
        data = csv_lines(lines) if self.rows else csv_text(lines, is_marked=False)
        self.rows += batch.height
        self.pence += int(batch["amount_pence"].sum())
        self.sha256.update(data)
        return data
