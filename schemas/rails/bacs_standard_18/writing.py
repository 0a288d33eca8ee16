"""Write a submission: labels, a batch of payments at a time, contras and trailers, split where a limit asks for it.

Source: the field rules for the order of the records. What asks for a split is the width of the fields: eleven digits of
pence in a contra, seven of items in a trailer.
"""

import hashlib
from collections.abc import Iterable, Iterator
from io import BufferedRandom
from pathlib import Path

import polars as pl

from schemas.money import pounds
from schemas.no_go import NoGo
from schemas.rails.bacs_standard_18 import contra, eof1, eof2, hdr1, hdr2, payment, uhl1, utl1, vol1
from schemas.rails.bacs_standard_18.layout import Layout, Value
from schemas.rails.bacs_standard_18.payment_file import Part, PaymentFile, Section
from schemas.rails.bacs_standard_18.profile import LARGEST_CONTRA_PENCE
from schemas.rails.content import ContentDigest
from schemas.rails.files import Seen, new_file, portions, refuse_unwritable, seen_by_nobody
from schemas.rails.totals import Debit, Totals


def write(path: Path, file: PaymentFile, batches: Iterable[pl.DataFrame], seen: Seen = seen_by_nobody) -> Totals:
    """Write the payments, in the order in which they come, to a new file.

    The submission is split into several files before a payment would take one of them over a limit of the
    scheme or of the bank: the same payments are always split in the same places, however they are batched.
    Memory is bounded by the batch. Nothing is left at the path if the file cannot be finished. The bytes are
    handed to the operating system; forcing them to disk is for the one who releases the file.

    Args:
        path: where the file is to be; nothing may be there yet.
        file: what the file says of itself.
        batches: frames with the columns ``sort_code``, ``account_number``, ``amount_pence``, ``roll_number``,
            ``payment_reference`` and ``payee_name``, as the ledger has them. Where there are several paying
            accounts or processing days, also ``paying_account`` (its place in ``file.paying_accounts``, from 0)
            and ``processing_date``; the payments of one account and day come together. Other columns are ignored.
        seen: is shown the payments, as given and as written, a portion at a time.

    Returns:
        What was meant: counted and digested from the fields before they were rendered, beside the SHA-256
        of the bytes that were written.

    Raises:
        NoGo: something is at the path, a payment cannot be written, there is none, or the submission would need
            more files than it may have. The sentence names the payment's place and the field, no value.
    """
    with new_file(path) as handle:
        submission = _Submission(handle, file, seen)
        for batch in portions(batches):
            for section, payments in _by_section(batch, file):
                submission.put(section, payments)
        return submission.finished()


def _by_section(batch: pl.DataFrame, file: PaymentFile) -> Iterator[tuple[Section, pl.DataFrame]]:
    """The batch's payments by paying account and day, in the order in which they come."""
    only = Section(file.paying_accounts[0], file.processing_date)
    keys = [key for key in ("paying_account", "processing_date") if key in batch.columns]
    if not batch.height:
        return
    if not keys:
        yield only, batch
        return
    runs = batch.with_columns(run=pl.struct(keys).rle_id()).partition_by("run", maintain_order=True, include_key=False)
    for payments in runs:
        first = payments.row(0, named=True)
        account = file.paying_accounts[first.get("paying_account", 0)]
        yield Section(account, first.get("processing_date", file.processing_date)), payments


class _Submission:
    """A submission that is being written: the file of it that is open, and what stands in it."""

    def __init__(self, handle: BufferedRandom, file: PaymentFile, seen: Seen) -> None:
        self._handle, self._file, self._seen = handle, file, seen
        self._sha256, self._digest = hashlib.sha256(), ContentDigest()
        self._payments = self._pence = 0
        self._part = Part(1, several=False)
        self._in_part = self._in_section = 0
        self._debits: list[Debit] = []
        self._sections: dict[Section, int] = {}  # of the open file, with their pence
        self._current: Section | None = None
        self._unbalanced: Section | None = None  # the open file has payments of it and no contra yet
        self._done: set[Section] = set()  # sections after which another one has come
        self._line(vol1.LAYOUT, vol1.values(file))
        self._begin()

    def put(self, section: Section, payments: pl.DataFrame) -> None:
        """Write payments of one paying account and day, in as many files as they need."""
        meant = payments.select(payment.content())
        self._enter(section)
        refuse_unwritable(meant, payment.checks(self._file), self._payments, self._must_be)
        self._seen(payments, meant)
        records = payment.records(self._file, section, meant)
        self._digest.begin(str(section))
        self._digest.update(meant)
        amounts = meant["amount_pence"]
        self._pence += int(amounts.sum())
        while len(records):
            fitting = self._fitting(section, amounts)
            if fitting:
                self._write(records[:fitting].data)
                self._unbalanced = section
                self._in_part += fitting
                self._in_section += fitting
                self._payments += fitting
                self._sections[section] = self._sections.get(section, 0) + int(amounts.head(fitting).sum())
                records, amounts = records[fitting:], amounts.slice(fitting)
            else:
                self._next_file()

    def finished(self) -> Totals:
        """Balance and close the last file, and say what all of them add up to."""
        if not self._payments:
            raise NoGo("There is nothing to pay: a payment file without payments is not made.")
        self._end()
        if self._part.several:  # its first label was written anew
            self._handle.seek(0)
            sha256 = hashlib.file_digest(self._handle, "sha256").hexdigest()
        else:
            sha256 = self._sha256.hexdigest()
        debits = tuple(self._debits) if len(self._debits) > 1 else ()
        return Totals(self._payments, self._pence, self._digest.hexdigest(), sha256, debits)

    def _enter(self, section: Section) -> None:
        """Balance the section before, when another begins."""
        if self._current and self._current != section:
            self._balance()
            self._done.add(self._current)
        if section in self._done:
            raise NoGo(
                "The payments of one paying account and processing day do not come together, so one contra cannot "
                "balance them. Nothing was written; sort the payments by day and account."
            )
        self._current = section

    def _fitting(self, section: Section, amounts: pl.Series) -> int:
        """How many of the next payments the open file still takes."""
        profile = self._file.profile
        room = min(
            profile.largest_file_pence - sum(self._sections.values()),
            LARGEST_CONTRA_PENCE - self._sections.get(section, 0),
        )
        most = min(profile.most_payments_a_file - self._in_part, len(amounts))
        if int(amounts.sum()) <= room:
            return most
        return min(most, int((amounts.cum_sum() <= room).sum()))

    def _next_file(self) -> None:
        if not self._in_part:
            most = pounds(self._file.profile.largest_file_pence)
            raise NoGo(
                f"Payment {self._payments + 1} of the file is more than the {most} that the bank takes in one file. "
                "Nothing was written; agree with the bank how it is to be paid."
            )
        if self._part.number == self._file.profile.most_files:
            raise NoGo(
                f"The payments need more than the {self._file.profile.most_files:,} files that one submission may have "
                "by the bank's profile. Nothing was written; pay in several runs, or agree a higher limit."
            )
        if not self._part.several:
            self._part = Part(1, several=True)
            self._number_first_file()
        self._end()
        self._part = Part(self._part.number + 1, several=True)
        self._in_part, self._sections = 0, {}
        self._begin()

    def _number_first_file(self) -> None:
        """Write the first HDR1 anew: only now is it known to be the first of several."""
        self._handle.seek(vol1.LAYOUT.length + len(self._file.profile.ends_lines_with))
        self._line(hdr1.LAYOUT, hdr1.values(self._file, self._part))
        self._handle.seek(0, 2)

    def _begin(self) -> None:
        self._line(hdr1.LAYOUT, hdr1.values(self._file, self._part))
        self._line(hdr2.LAYOUT, hdr2.values(self._file))
        self._line(uhl1.LAYOUT, uhl1.values(self._file, self._part))

    def _end(self) -> None:
        self._balance()
        self._line(eof1.LAYOUT, eof1.values(self._file, self._part))
        self._line(eof2.LAYOUT, hdr2.values(self._file))
        self._line(utl1.LAYOUT, utl1.values(self._file, self._in_part, tuple(self._sections.values())))

    def _balance(self) -> None:
        section, self._unbalanced = self._unbalanced, None
        if section is None:
            return
        pence, account = self._sections[section], section.account
        day = section.processing_date if self._file.several_days else None
        self._debits.append(Debit(account.sort_code, account.account_number, self._in_section, pence, day))
        self._in_section = 0
        if self._file.profile.writes_contra:
            table = contra.layout(self._file.several_days)
            self._line(table, contra.values(self._file, section, pence))

    def _must_be(self, name: str) -> str:
        if name == "amount_pence":
            most = pounds(self._file.largest_item_pence)
            return f"is to be £0.01 to {most}, which {self._file.scheme} and the bank take in one payment"
        return f"breaks the rule check_{name}"

    def _line(self, table: Layout, values: dict[str, Value]) -> None:
        self._write((table.render(values) + self._file.profile.ends_lines_with).encode("ascii"))

    def _write(self, data: bytes | memoryview) -> None:
        self._sha256.update(data)
        self._handle.write(data)
