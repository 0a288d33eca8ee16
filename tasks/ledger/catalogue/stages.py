"""What the journal entry of each stage holds."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from schemas.rails.totals import Debit
from tasks.ledger.catalogue.figures import Figures


@dataclass(frozen=True)
class Ingest(Figures):
    """The extract as it came in; of a correction, together with those that it joins.

    Attributes:
        rows: data rows.
        total: their sum in pounds, as exact as they were written.
        unreadable_amounts: rows that the sum is without.
        extract_sha256: of the file.
        dropped_columns: the columns that siller had added when it gave the rows back, as the file's header has them.
            None if it has none.
    """

    rows: int
    total: Decimal
    unreadable_amounts: int
    extract_sha256: str
    dropped_columns: str | None = None


@dataclass(frozen=True)
class Validate(Figures):
    """How the rows were judged, and by which account table and contract.

    Attributes:
        payable: rows to be paid.
        pence: what they come to.
        refused: rows that break a rule.
        held: rows that may be paid already, or twice.
        corrected: rows that a correction has put others in the place of.
        referred: payments made although their account fails the table.
        accounts_passes: accounts that pass it.
        accounts_fails: accounts that do not.
        accounts_cannot_be_checked: accounts that it does not speak of.
        account_table: its version.
        account_table_date: from when on it is valid.
        account_table_from: who provided it.
        account_table_sha256: of the table.
        contract_sha256: of the contract.
    """

    payable: int
    pence: int
    refused: int
    held: int
    corrected: int
    referred: int
    accounts_passes: int
    accounts_fails: int
    accounts_cannot_be_checked: int
    account_table: str
    account_table_date: date
    account_table_from: str
    account_table_sha256: str
    contract_sha256: str


@dataclass(frozen=True)
class Instruct(Figures):
    """The payment file that was written; its days are rows of ``file_day``.

    Attributes:
        payments: in it.
        pence: what they come to.
        content_digest: of its payments, whatever the labels around them say.
        file_sha256: of the file.
        file_name: in staging and in the outbox.
        serial: the submission's.
        names_changed: payees' names that are not written as they were sent.
        names_cut: those of them that were too long.
        references_changed: payments' references, likewise.
        references_alike: payments whose references were different and are one in the file.
        bank_holidays: the version of the calendar.
        bank_profile: the bank's wishes by which the file was written, as JSON. None in the entries of a siller that
            did not keep them: see ``tasks.instruct.stage``.
        debits: what each contra balances, as JSON. None where there is one alone.
        channel: the channel that the file was written by, as JSON. None of a rail that is no channel.
        vouchers: how many payments a voucher makes, in a file of their own: the figures above are without them, and
            zero and empty where every payment is one. This and the next five are None where none is.
        voucher_pence: what they come to.
        voucher_digest: of what the file of vouchers says.
        voucher_sha256: of that file.
        voucher_file_name: of that file.
        voucher_channel: the channel that it was written by, as JSON.
        input_day: the last day on which the file may be sent. This day and the next three stand in the entries of a
            siller that did not keep days as rows, and in no other; nobody asks for them here.
        processing_date: the date in it.
        entry_date: when payees have their money.
        returns_closed: the last day on which a payment may come back.
    """

    payments: int
    pence: int
    content_digest: str
    file_sha256: str
    file_name: str
    serial: int
    names_changed: int
    names_cut: int
    references_changed: int
    references_alike: int
    bank_holidays: str
    bank_profile: str | None = None
    debits: str | None = None
    channel: str | None = None
    vouchers: int | None = None
    voucher_pence: int | None = None
    voucher_digest: str | None = None
    voucher_sha256: str | None = None
    voucher_file_name: str | None = None
    voucher_channel: str | None = None
    input_day: date | None = None
    processing_date: date | None = None
    entry_date: date | None = None
    returns_closed: date | None = None

    @property
    def all_payments(self) -> int:
        """How many payments the run makes, by whichever means."""
        return self.payments + (self.vouchers or 0)

    @property
    def all_pence(self) -> int:
        """What they come to."""
        return self.pence + (self.voucher_pence or 0)

    @property
    def all_sha256(self) -> str:
        """What an approval is bound to: the payment file's own hash, or one over those of both files of the run.

        ``run_file`` in ``tasks/ledger/file_days.sql`` says the same.
        """
        if self.voucher_sha256 is None:
            return self.file_sha256
        return hashlib.sha256(f"{self.file_sha256} {self.voucher_sha256}".encode()).hexdigest()

    @property
    def files(self) -> dict[str, str]:
        """The SHA-256 of each file of the run by its name: the payment file, that of the vouchers, or both."""
        named = {self.file_name: self.file_sha256, self.voucher_file_name: self.voucher_sha256}
        return {name: sha256 for name, sha256 in named.items() if name and sha256}

    @property
    def balanced(self) -> tuple[Debit, ...]:
        """What each contra of the payment file balances, where there are several."""
        return tuple(Debit.kept(*each) for each in json.loads(self.debits or "[]"))


@dataclass(frozen=True)
class Assess(Figures):
    """What the gates said, and of what.

    Attributes:
        verdict: the worst of all gates.
        refers: gates that want somebody to look.
        no_goes: what each gate found that says no-go, as sentences.
        pack_sha256: of the pack that the approver is shown.
        file_sha256: of the payment file.
        agreement_sha256: of the agreement in force.
        page_sha256: of the pack as a page, which is sealed. This and the next are None in the entries of a siller that
            did not keep them.
        measured: each gate's number and bounds, as JSON: see ``tasks.assess.history``.
        authorised_sha256: of the list of authorised payees; empty for none. None where the agreement has no such list.
    """

    verdict: str
    refers: int
    no_goes: str
    pack_sha256: str
    file_sha256: str
    agreement_sha256: str
    page_sha256: str | None = None
    measured: str | None = None
    authorised_sha256: str | None = None


@dataclass(frozen=True)
class Answered(Figures):
    """One answer to a form, and what it came to.

    Attributes:
        verdict: approved, first (of two), rejected or refused.
        approver: who answered; both, where it took two.
        approvers: how many have approved by now; 0 where it is not approved.
        answered_at: when, by a real clock.
        file_sha256: of the payment file that was shown.
        pack_sha256: of the pack that was shown.
        agreement_sha256: of the agreement in force.
        payments: in the file.
        pence: what they come to.
        costs_an_attempt: 1 or 0. None in the entries of a siller to which every answer cost one.
        came_through: by whose password the answer came. None in the entries of a siller that did not know.
    """

    verdict: str
    approver: str
    approvers: int
    answered_at: datetime
    file_sha256: str
    pack_sha256: str
    agreement_sha256: str
    payments: int
    pence: int
    costs_an_attempt: int | None = None
    came_through: str | None = None


@dataclass(frozen=True)
class Approve(Answered):
    """The first answer that decided."""


@dataclass(frozen=True)
class Continuity(Figures):
    """The continuity file.

    Attributes:
        payments: in it.
        pence: what they come to.
        sha256: of the encrypted file.
    """

    payments: int
    pence: int
    sha256: str


@dataclass(frozen=True)
class ReleasePending(Instruct):
    """The payment file whose release was begun."""


@dataclass(frozen=True)
class Release(Instruct):
    """The payment file that was released."""


@dataclass(frozen=True)
class Publish(Figures):
    """The first publication of a run.

    Attributes:
        version: of the analysts' file.
        rows: of the run in it.
        key_fingerprint: of the key for pseudonyms. None in the entries of a siller that did not keep it.
    """

    version: int
    rows: int
    key_fingerprint: str | None = None
