"""Write a message of credit transfers: a batch of payments at a time, never as a tree.

Source: the schema, for what stands in which order.
"""

import hashlib
from collections.abc import Iterable
from io import BufferedRandom
from pathlib import Path

import polars as pl

from schemas.money import pounds
from schemas.no_go import NoGo
from schemas.rails.content import ContentDigest
from schemas.rails.files import Seen, new_file, portions, refuse_unwritable, seen_by_nobody
from schemas.rails.iso_20022 import transaction
from schemas.rails.iso_20022.initiation import FOOT, LARGEST_COUNT, LARGEST_SUM_PENCE, Initiation, head
from schemas.rails.totals import Totals


def write(path: Path, file: Initiation, batches: Iterable[pl.DataFrame], seen: Seen = seen_by_nobody) -> Totals:
    """Write the payments, in the order in which they come, to a new file.

    Memory is bounded by the batch. Nothing is left at the path if the file cannot be finished. The bytes are
    handed to the operating system; forcing them to disk is for the one who releases the file.

    Args:
        path: where the file is to be; nothing may be there yet.
        file: what the file says of itself.
        batches: frames with the columns ``row_number``, ``sort_code``, ``account_number``, ``amount_pence``,
            ``roll_number``, ``payment_reference`` and ``payee_name``, as the ledger has them.
        seen: is shown the payments, as given and as written, a portion at a time.

    Returns:
        What was meant: counted and digested from the fields before they were rendered, beside the SHA-256
        of the bytes that were written.

    Raises:
        NoGo: something is at the path, a payment cannot be written, there is none, or the sum or count is
            more than the message can say. The sentence names the payment's place and the field, no value.
    """
    with new_file(path) as handle:
        return _write(handle, file, batches, seen)


def _write(handle: BufferedRandom, file: Initiation, batches: Iterable[pl.DataFrame], seen: Seen) -> Totals:
    digest, payments, pence = ContentDigest(transaction.DIGESTED), 0, 0
    handle.write(head(file, LARGEST_COUNT, LARGEST_SUM_PENCE))
    for batch in portions(batches):
        meant = batch.select(transaction.content(file.serial))
        refuse_unwritable(meant, transaction.checks(file.largest_pence), payments)
        seen(batch, meant)
        handle.write(transaction.lines(meant))
        digest.update(meant)
        payments += meant.height
        pence += int(meant["amount_pence"].sum())
    if not payments:
        raise NoGo("There is nothing to pay: a payment file without payments is not made.")
    if payments > file.most_payments or pence > file.largest_file_pence:
        raise NoGo(
            f"The message has {payments:,} payments of {pounds(pence)} in all, more than the {file.most_payments:,} "
            f"payments or the {pounds(file.largest_file_pence)} that the bank takes in one file. Agree a higher limit "
            "with the bank, or have the body send several extracts."
        )
    handle.write(FOOT)
    handle.seek(0)
    handle.write(head(file, payments, pence))
    handle.seek(0)
    # The head was not known when the payments were written, so the bytes are hashed once they all stand.
    return Totals(payments, pence, digest.hexdigest(), hashlib.file_digest(handle, "sha256").hexdigest())
