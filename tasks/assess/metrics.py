"""What a run comes to, beside the period before it: one row of figures that the gates look at.

How they are had from the ledger stands in ``measure.py``.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from schemas.pay_run import Mode
from schemas.period import Period
from tasks.assess.authorised import Authorised
from tasks.assess.beside import Beside
from tasks.assess.context import Context
from tasks.assess.following import Following, Repeats
from tasks.assess.gate import Figures
from tasks.assess.history import Then
from tasks.assess.payees_checked import PayeesChecked
from tasks.assess.previous import Previous
from tasks.correction_file.carried import Carried
from tasks.ledger.runs import RunRow


@dataclass(frozen=True)
class LeftOut:
    """Rows that are not paid, for one cause, and whom of those paid last time it concerns.

    Attributes:
        outcome: ``refused``, ``held``, or ``missing``: paid last time and not in this extract.
        column_name: the canonical column; empty for the missing.
        rule: the rule's id; empty for the missing.
        rows: rows of this extract, each under its first reason.
        readable_pounds: what those rows ask for, as far as it can be read, exactly as written.
        payees_paid_last_time: payees with such a row who were paid last time, each under one cause.
        payees_paid_nothing_now: those of them whom no other row of this extract pays.
        pence_last_time: what those had last time.
    """

    outcome: str
    column_name: str
    rule: str
    rows: int
    readable_pounds: Decimal
    payees_paid_last_time: int
    payees_paid_nothing_now: int
    pence_last_time: int


@dataclass(frozen=True)
class SharedAccounts:
    """So many accounts are each shared by so many payees.

    Attributes:
        payees: how many share each of them.
        accounts: how many such accounts.
        alike: the payments to them that are of the same amount as one to another payee of the same account.
    """

    payees: int
    accounts: int
    alike: int = 0


@dataclass(frozen=True)
class PlaceTaken:
    """The run of the period that this one has come in the place of.

    Attributes:
        run_id: that run.
        approver: who had approved it, which no longer counts; None if nobody had.
        new_rows: rows of this run that are not that run's.
    """

    run_id: str
    approver: str | None
    new_rows: int


@dataclass(frozen=True)
class Metrics:
    """A run's figures. Money is pence, or exact pounds where an extract's own writing is summed up.

    Attributes:
        run: what the manifest declared.
        context: what was handed in.
        found_rows: rows of the extract.
        refused_rows: not paid because they break a rule.
        held_rows: not paid because they may have been paid already.
        payable_payments: to be paid.
        payable_pence: their sum.
        largest_amount_pence: the largest of them. Of one payee: it stays out of everything shown.
        payees: different payee references in the extract.
        previous: the period to compare with; None if there is none.
        left_out: what is not paid, by cause; each row and each payee under one.
        shared_accounts: accounts of several payees, most payees first.
        referred_rows: the rows that are paid although their account fails the table.
        place_taken: the unreleased run that this one has come in the place of; None if there is none.
        corrected_rows: refused or held before, with a correction's rows in their place.
        beside: what the run comes beside; None for a full run.
        erased: the period to compare with, if it was erased and has no figures any more.
        advised_rows: the rows with an account that the bank has advised to change; None where it has advised nothing.
        following: of arrears and supplementary extracts, what they are held against; None of what pays everybody.
        repeats: the payments that were made lately and should not be made again.
        history: what the last periods came to, this one last.
        lessons: what did not go well at earlier paydays and is not ticked off, as lines.
        payees_checked: what banks say of payees' details; None where they are not asked.
        authorised: the run beside the list of authorised payees; None where the agreement has none.
        carried: what of earlier periods has paid nobody yet, the oldest first.
    """

    run: RunRow
    context: Context
    found_rows: int
    refused_rows: int
    held_rows: int
    payable_payments: int
    payable_pence: int
    largest_amount_pence: int
    payees: int
    previous: Previous | None
    left_out: tuple[LeftOut, ...]
    shared_accounts: tuple[SharedAccounts, ...]
    referred_rows: tuple[int, ...]
    corrected_rows: int = 0
    place_taken: PlaceTaken | None = None
    beside: Beside | None = None
    erased: Period | None = None
    advised_rows: tuple[int, ...] | None = None
    following: Following | None = None
    repeats: Repeats = field(default_factory=Repeats)
    history: tuple[Then, ...] = ()
    lessons: tuple[str, ...] = ()
    payees_checked: PayeesChecked | None = None
    authorised: Authorised | None = None
    carried: tuple[Carried, ...] = ()

    @property
    def is_live(self) -> bool:
        """Whether the run moves money."""
        return self.run.mode == Mode.LIVE

    @property
    def refused_share(self) -> Fraction | None:
        """Refused rows among the extract's rows."""
        return _share(self.refused_rows, self.found_rows)

    @property
    def change_in_total(self) -> Fraction | None:
        """Change of the payable sum against last time's, up or down."""
        return _share(self.payable_pence - self.previous.pence, self.previous.pence) if self.previous else None

    @property
    def change_in_payments(self) -> Fraction | None:
        """Change of the number of payments against last time's, up or down."""
        return _share(self.payable_payments - self.previous.payments, self.previous.payments) if self.previous else None

    @property
    def joiners_share(self) -> Fraction | None:
        """Joiners among the payees of this extract."""
        return _share(self.previous.joiners, self.payees) if self.previous else None

    @property
    def leavers_share(self) -> Fraction | None:
        """Leavers among the payees of last time's extract."""
        return _share(self.previous.leavers, self.previous.payees) if self.previous else None

    @property
    def changed_details_share(self) -> Fraction | None:
        """Payments to another account than last time's, among all payments."""
        return _share(self.previous.changed_details, self.payable_payments) if self.previous else None

    @property
    def biggest_change(self) -> Fraction | None:
        """The biggest change for one payee, as a multiple; 1 if nobody was paid both times."""
        if self.previous is None:
            return None
        return self.previous.biggest_change.times if self.previous.biggest_change else Fraction(1)

    @property
    def same_as_last_time_share(self) -> Fraction | None:
        """Payments that are as last time, to the penny and the account, among all payments."""
        return _share(self.previous.unchanged, self.payable_payments) if self.previous else None

    @property
    def returners_share(self) -> Fraction | None:
        """Payees who are back after a period without, among the payees of this extract."""
        return _share(len(self.previous.returners), self.payees) if self.previous else None

    @property
    def names_changed_with_details_share(self) -> Fraction | None:
        """Payments to another account under another name, among all payments."""
        return _share(len(self.previous.details.renamed), self.payable_payments) if self.previous else None

    @property
    def unauthorised_share(self) -> Fraction | None:
        """Payments to nobody on the list of authorised payees, among all payments; all of them where none is kept."""
        return _share(len(self.authorised.rows), self.payable_payments) if self.authorised else None

    @property
    def same_as_paid_share(self) -> Fraction | None:
        """Payments that were made lately, among all payments; none of what has nothing to repeat."""
        return _share(len(self.repeats.rows), self.payable_payments) if self.repeats.run_ids else Fraction(0)

    @property
    def paid_last_time_and_left_out(self) -> int | None:
        """Payees who were paid last time and have a row that is refused or held, or none at all."""
        return sum(cause.payees_paid_last_time for cause in self.left_out) if self.previous else None

    @property
    def compared(self) -> bool:
        """Whether there is something to hold the run against: the period before, or what it follows."""
        return self.previous is not None if self.following is None else self.following.full is not None

    def figures(self) -> Figures:
        """What the gates look at, by name: the one row of the Great Expectations frame.

        Nothing of a single payee is in it but the ratio of the biggest change. None is a figure that
        could not be had.
        """
        context = self.context
        return {
            "extract_hash_matches": int(context.hash_matches),
            "rows_difference": self.found_rows - self.run.declared_rows,
            "declared_total_matches": int(context.found_total == self.run.declared_total),
            "account_table": int(context.account_table),
            "seconds_to_input": (context.latest_input - context.now).total_seconds(),
            "days_to_processing": (context.processing_date - context.now.date()).days,
            "processing_is_a_bank_day": int(context.processing_is_a_bank_day),
            "payable_payments": self.payable_payments,
            "months_to_compare": int(self.compared),
            "refused_share": _number(self.refused_share),
            "change_in_total": _size(self.change_in_total),
            "change_in_payments": _size(self.change_in_payments),
            "joiners_share": _number(self.joiners_share),
            "leavers_share": _number(self.leavers_share),
            "changed_details_share": _number(self.changed_details_share),
            "biggest_change_for_one_payee": _number(self.biggest_change),
            "paid_last_time_and_left_out": self.paid_last_time_and_left_out,
            "account_table_age_days": context.account_table_age_days,
            "referred_payments": len(self.referred_rows),
            "advised_rows": len(self.advised_rows or ()),
            **({"unmatched_payees": self.payees_checked.open} if self.payees_checked else {}),
            **({"unauthorised_share": _number(self.unauthorised_share)} if self.authorised else {}),
            "same_as_paid_share": _number(self.same_as_paid_share),
            **(self._beside_last_time(self.previous) if self.previous else {}),
            **(self.following.figures(self.payable_payments) if self.following else {}),
        }

    def _beside_last_time(self, previous: Previous) -> Figures:
        details = previous.details
        return {
            "total_outside_range": float(previous.outside_range(self.payable_pence)),
            "same_as_last_time_share": _number(self.same_as_last_time_share),
            "returners_share": _number(self.returners_share),
            "biggest_first_payment": _number(previous.times_usual(details.biggest_first)),
            "biggest_to_changed_details": _number(previous.times_usual(details.biggest_changed)),
            "names_changed_with_details_share": _number(self.names_changed_with_details_share),
            "payees_new_to_one_account": len(details.one_account),
        }


def _share(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


def _number(share: Fraction | None) -> float | None:
    return None if share is None else float(share)


def _size(share: Fraction | None) -> float | None:
    return None if share is None else float(abs(share))
