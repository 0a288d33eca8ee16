"""What the journal entry of each event holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from tasks.ledger.catalogue.figures import Figures
from tasks.ledger.catalogue.stages import Answered


@dataclass(frozen=True)
class Approval(Answered):
    """One answer to a form, counting or not."""


@dataclass(frozen=True)
class ContinuitySettled(Figures):
    """That the openings of a continuity file are settled.

    Attributes:
        by: the officer.
        run: whose continuity file it is.
        openings: how many.
        recorded: the number under which what was paid is recorded, or that nothing was.
    """

    by: str
    run: str
    openings: int
    recorded: int | str


@dataclass(frozen=True)
class Submitted(Figures):
    """That the payment file was sent.

    Attributes:
        by: the officer.
        reference: what the channel gave back.
        at: when, by a real clock.
        file_sha256: of the file in the outbox, read again then.
        days_late: after the last day to send it; 0 for in time.
    """

    by: str
    reference: str
    at: datetime
    file_sha256: str
    days_late: int


@dataclass(frozen=True)
class Credential(Figures):
    """What somebody proves themselves by from now on.

    Attributes:
        by: who vouched.
        name: whose.
        kind: of what sort.
    """

    by: str
    name: str
    kind: str


@dataclass(frozen=True)
class CodeTry(Figures):
    """A one-time code that was given.

    Attributes:
        by: who gave it.
        purpose: what for.
        outcome: taken, wrong, or unlocked.
    """

    by: str
    purpose: str
    outcome: str


@dataclass(frozen=True)
class BankFile(Figures):
    """A file of the bank's.

    Attributes:
        message: which one.
        sha256: of the file.
        answers: in it.
        matched: answers of a payment.
        verdict: what became of it: taken, known or set aside; None in the entries of a siller that took every file.
        statements_sha256: what tells its statements from others; of the entries of a siller that did not keep
            statements as rows.
    """

    message: str
    sha256: str
    answers: int
    matched: int
    verdict: str | None = None
    statements_sha256: str | None = None


@dataclass(frozen=True)
class PaidElsewhere(Figures):
    """Payments that were made outside siller.

    Attributes:
        by: who recorded them.
        approved_by: who has seen that file and evidence agree.
        payments: how many.
        pence: what they come to.
        paid_twice: those that siller has released too.
        file_sha256: of the file of payments.
        evidence_sha256: of what the bank shows of them.
    """

    by: str
    approved_by: str
    payments: int
    pence: int
    paid_twice: int
    file_sha256: str
    evidence_sha256: str


@dataclass(frozen=True)
class Act(Figures):
    """What people did to the ledger as a whole, and what stopped a run; each kind of act has a class of its own.

    Attributes:
        by: who, as the agreement has them; siller itself where nobody did.
        said: what was done or found, in a sentence; nothing of a payee.
    """

    by: str
    said: str


@dataclass(frozen=True)
class FormAnswered(Act):
    """One answer to a form on the Prefect page, counting or not; a resumed flow run reads here what was judged.

    Attributes:
        flow_run_id: whose form.
        key: which form.
        verdict: what it came to; see :class:`schemas.approval.Outcome`.
        cause: what whoever answered reads.
        costs_an_attempt: 1 if something was wrong that might have been a guess.
    """

    flow_run_id: str
    key: str
    verdict: str
    cause: str
    costs_an_attempt: int


@dataclass(frozen=True)
class RotateKeys(Act):
    """That the keys were changed.

    Attributes:
        sealed_files: sealed anew.
    """

    sealed_files: int


@dataclass(frozen=True)
class CopiedAnew(Act):
    """That a ledger that homes share was copied anew, without what was erased, and every earlier copy removed."""


@dataclass(frozen=True)
class Backup(Act):
    """That a backup was made."""


@dataclass(frozen=True)
class Restore(Act):
    """That the ledger was restored from a backup."""


@dataclass(frozen=True)
class RestoreSettled(Act):
    """That two people know what a restored ledger may have forgotten.

    Attributes:
        agreed_by: the second of the two.
    """

    agreed_by: str


@dataclass(frozen=True)
class Stopped(Act):
    """What was tried, and what stopped it."""


@dataclass(frozen=True)
class TurnedAway(Act):
    """Who was turned away from which door.

    Attributes:
        in_the_name_of: the person whose code was given wrong by somebody else; None where it was not that.
        given_at: when, by a real clock; likewise.
    """

    in_the_name_of: str | None = None
    given_at: datetime | None = None


@dataclass(frozen=True)
class Door(Act):
    """Who was let in at the Prefect server, or is so no longer.

    Attributes:
        name: whose password it is. None in the entries of a siller that did not keep it.
        digest: of what is kept of the password; None where it was taken away.
    """

    name: str | None = None
    digest: str | None = None


@dataclass(frozen=True)
class AtTheDoor(Act):
    """What somebody did on the Prefect page."""


@dataclass(frozen=True)
class Signed(Act):
    """That a manifest was signed by its uploader.

    Attributes:
        signature: theirs, in base64.
        key: the fingerprint of the key that it was proved by.
    """

    signature: str
    key: str


@dataclass(frozen=True)
class Shown(Act):
    """Who was shown the texts of a payment."""


@dataclass(frozen=True)
class Migrate(Figures):
    """That the tables were brought to another version.

    Attributes:
        by: the account that did it.
        from_version: that they had.
        head_entry: number of the journal's last entry before.
        head_hash: its hash.
        backup_sha256: of the backup that was made first.
        digests: of each table that the migration changes, ``TABLE_digest_before`` and ``TABLE_digest_after``; in the
            entry they stand beside the other figures.
    """

    by: str
    from_version: int
    head_entry: int
    head_hash: str
    backup_sha256: str
    digests: Mapping[str, str] = field(default_factory=dict)

    def as_kept(self) -> dict[str, int | str]:
        """The figures as the journal keeps them."""
        kept = super().as_kept()
        del kept["digests"]
        return {**kept, **self.digests}

    @classmethod
    def read(cls, kept: Mapping[str, int | str]) -> Self:
        """The figures that an entry has kept.

        Raises:
            KeyError, TypeError, ValueError, ArithmeticError: it has others.
        """
        digests = {name: str(said) for name, said in kept.items() if name.endswith(("_digest_before", "_digest_after"))}
        return replace(super().read({name: kept[name] for name in kept if name not in digests}), digests=digests)


@dataclass(frozen=True)
class Erase(Figures):
    """That the payees of a period were erased.

    Attributes:
        by: the operator.
        agreed_by: the second of two.
        erased: the period, as text.
        reason: theirs; nothing of a payee.
        runs: of the period.
        rows: that their extracts had.
        entries: of the journal whose rows are gone, in whole or in part.
        sealed_files: that went too.
    """

    by: str
    agreed_by: str
    erased: str
    reason: str
    runs: int
    rows: int
    entries: int
    sealed_files: int


@dataclass(frozen=True)
class Hold(Figures):
    """That a legal hold was placed or lifted.

    Attributes:
        by: the operator.
        agreed_by: the second of two.
        said: what was done, in a sentence; nothing of a payee.
    """

    by: str
    agreed_by: str
    said: str
