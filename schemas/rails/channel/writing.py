"""Write a channel's file: a batch of payments at a time, the same bytes every time."""

import hashlib
from collections.abc import Iterable
from io import BufferedRandom
from pathlib import Path

import polars as pl

from schemas.money import pounds
from schemas.no_go import NoGo
from schemas.rails.channel import payment
from schemas.rails.channel.line import PaymentLine, single_line
from schemas.rails.channel.upload import Upload
from schemas.rails.content import ContentDigest
from schemas.rails.files import Seen, new_file, portions, refuse_unwritable, seen_by_nobody
from schemas.rails.totals import Totals


def write(path: Path, file: Upload, batches: Iterable[pl.DataFrame], seen: Seen = seen_by_nobody) -> Totals:
    """Write the payments, in the order in which they come, to a new file.

    Memory is bounded by the batch. Nothing is left at the path if the file cannot be finished. The bytes are
    handed to the operating system; forcing them to disk is for the one who releases the file.

    Args:
        path: where the file is to be; nothing may be there yet.
        file: what the file says of itself, and its channel.
        batches: frames with the columns ``sort_code``, ``account_number``, ``amount_pence``, ``roll_number``,
            ``payment_reference`` and ``payee_name``, as the ledger has them.
        seen: is shown the payments, as given and as written, a portion at a time.

    Returns:
        What was meant: counted and digested from the fields before they were rendered, beside the SHA-256
        of the bytes that were written.

    Raises:
        NoGo: something is at the path, a payment cannot be written, there is none, or they are more than the channel
            or the bank takes in one file. The sentence names the payment's place and the field, no value.
    """
    with new_file(path) as handle:
        return _write(handle, file, batches, seen)


def _write(handle: BufferedRandom, file: Upload, batches: Iterable[pl.DataFrame], seen: Seen) -> Totals:
    channel, line = file.channel, PaymentLine(file)
    digest, payments, pence = ContentDigest(payment.DIGESTED), 0, 0
    content, checks = payment.content(channel), payment.checks(channel, file.largest_pence)
    handle.write(channel.begins_with + single_line(file, channel.header))
    for batch in portions(batches):
        meant = batch.select(content)
        refuse_unwritable(
            meant, checks, payments, lambda field: payment.must_be(channel, field, pounds(file.largest_pence))
        )
        seen(batch, meant)
        handle.write(line.render(meant))
        digest.update(meant)
        payments += meant.height
        pence += int(meant["amount_pence"].sum())
    if not payments:
        raise NoGo("There is nothing to pay: a payment file without payments is not made.")
    if payments > file.most or pence > file.largest_sum_pence:
        raise NoGo(
            f"The file has {payments:,} payments of {pounds(pence)} in all, more than the {file.most:,} payments or "
            f"the {pounds(file.largest_sum_pence)} that {channel.taken_by} takes in one file. Agree a higher limit, or "
            "have the body send several extracts."
        )
    handle.write(single_line(file, channel.trailer, payments, pence))
    handle.seek(len(channel.begins_with))
    # What a header counts was not known when it was written; it is as long either way.
    handle.write(single_line(file, channel.header, payments, pence))
    handle.seek(0)
    return Totals(payments, pence, digest.hexdigest(), hashlib.file_digest(handle, "sha256").hexdigest())
