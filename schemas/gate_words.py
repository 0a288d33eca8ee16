"""What each go/no-go gate is called, what it says in each outcome, and which reason it wants: in this one place.

A gate's name says what should be, so that it never reads right where that is not so: "refer: there is a month to
compare". People read one of two sentences instead, and type the short name where they give a reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.agreement import Role


@dataclass(frozen=True)
class GateWords:
    """The words of one gate.

    Attributes:
        short: what people call it, and write before the reason that they give for it.
        kept: what it says where all is as it should be.
        broken: what it says where it refers to a person, or says no-go.
        own_line: whether it names payees or money of its own, so that a reason given for the run as a whole says
            nothing of them. The others are shares of the whole, or of what the whole is held against.
        owner: whose part it is to explain what it found, or to put it right.
    """

    short: str
    kept: str
    broken: str
    own_line: bool = False
    owner: Role = Role.DECISION_OWNER


GATE_WORDS: Mapping[str, GateWords] = {
    "extract_hash_matches": GateWords(
        "extract",
        "the extract is the file that its manifest names",
        "the extract is not the file that its manifest names",
        owner=Role.UPLOADER,
    ),
    "declared_rows_match": GateWords(
        "declared rows",
        "the extract has as many rows as its manifest declares",
        "the extract has not as many rows as its manifest declares",
        owner=Role.UPLOADER,
    ),
    "declared_total_matches": GateWords(
        "declared total",
        "the amounts add up to what the manifest declares",
        "the amounts do not add up to what the manifest declares",
        owner=Role.UPLOADER,
    ),
    "account_table_is_current": GateWords(
        "account table",
        "accounts were checked with a table that may be relied upon",
        "accounts were not checked with a table that may be relied upon",
        owner=Role.OPERATOR,
    ),
    "processing_date_is_possible": GateWords(
        "processing date",
        "the processing date is possible",
        "the processing date is not possible",
        owner=Role.OPERATOR,
    ),
    "something_is_payable": GateWords(
        "something to pay",
        "there is something to pay",
        "there is nothing to pay",
        owner=Role.UPLOADER,
    ),
    "there_is_a_month_to_compare": GateWords(
        "month to compare", "there is an earlier month to compare with", "there is no earlier month to compare with"
    ),
    "there_is_a_period_to_compare": GateWords(
        "period to compare", "there is an earlier period to compare with", "there is no earlier period to compare with"
    ),
    "nobody_paid_last_time_is_left_out": GateWords(
        "left out", "nobody who was paid last time is left out", "payees who were paid last time are left out"
    ),
    "accounts_fit_the_account_table": GateWords(
        "accounts",
        "no payment goes to an account that fails the account table",
        "payments go to accounts that fail the account table",
        True,
    ),
    "advised_details_are_updated": GateWords(
        "advised details",
        "no row has an account that the bank has advised to change",
        "rows have accounts that the bank has advised to change",
        True,
    ),
    "payees_are_matched": GateWords(
        "payees matched",
        "no details need more than their bank's word",
        "details need more than their bank's word",
        True,
    ),
    "refused_share": GateWords(
        "refused share",
        "no more rows are refused than agreed",
        "more rows are refused than agreed",
        owner=Role.UPLOADER,
    ),
    "change_in_total": GateWords(
        "change in total",
        "the total has not changed by more than agreed",
        "the total has changed by more than agreed",
    ),
    "change_in_payments": GateWords(
        "change in payments",
        "the number of payments has not changed by more than agreed",
        "the number of payments has changed by more than agreed",
    ),
    "joiners_share": GateWords("joiners", "no more payees are new than agreed", "more payees are new than agreed"),
    "leavers_share": GateWords("leavers", "no more payees have left than agreed", "more payees have left than agreed"),
    "changed_details_share": GateWords(
        "changed details",
        "no more payments go to new accounts than agreed",
        "more payments go to new accounts than agreed",
        True,
    ),
    "biggest_change_for_one_payee": GateWords(
        "biggest change",
        "nobody's pay has changed by more than agreed",
        "somebody's pay has changed by more than agreed",
        True,
    ),
    "total_outside_range": GateWords(
        "range of the totals",
        "the total lies in the range of the last twelve periods",
        "the total does not lie in the range of the last twelve periods",
    ),
    "same_as_last_time_share": GateWords(
        "same as last time",
        "payments have changed since last time as they always do",
        "nearly nothing has changed since last time",
    ),
    "biggest_first_payment": GateWords(
        "first payment",
        "nobody new is paid more than agreed",
        "somebody new is paid more than agreed",
        True,
    ),
    "returners_share": GateWords(
        "returners",
        "no more payees are back after an absence than agreed",
        "more payees are back after an absence than agreed",
        True,
    ),
    "unauthorised_share": GateWords(
        "authorised payees",
        "every payee is on the body's list of those who are authorised",
        "payees are not on the body's list of those who are authorised",
        True,
    ),
    "biggest_to_changed_details": GateWords(
        "payment to changed details",
        "no payment to changed details is bigger than agreed",
        "a payment to changed details is bigger than agreed",
        True,
    ),
    "names_changed_with_details_share": GateWords(
        "changed names",
        "no more payees have another name and another account than agreed",
        "more payees have another name and another account than agreed",
        True,
    ),
    "payees_new_to_one_account": GateWords(
        "one account",
        "no account has more new payees than agreed",
        "an account has more new payees than agreed",
        True,
    ),
    "same_as_paid_share": GateWords(
        "paid already",
        "no more payments repeat what was released lately than agreed",
        "more payments repeat what was released lately than agreed",
        True,
    ),
    "following_total_share": GateWords(
        "total beside the full run",
        "the run is no larger beside the last full one than agreed",
        "the run is larger beside the last full one than agreed",
    ),
    "following_payees_share": GateWords(
        "payees beside the full run",
        "no more payees are paid beside the last full run than agreed",
        "more payees are paid beside the last full run than agreed",
    ),
    "following_largest_payment": GateWords(
        "largest payment",
        "nobody is paid more than agreed for a run that follows a full one",
        "somebody is paid more than agreed for a run that follows a full one",
        True,
    ),
    "following_changed_details_share": GateWords(
        "details other than last time",
        "no payment goes to other details than its payee was last paid by",
        "payments go to other details than their payees were last paid by",
        True,
    ),
    "account_table_age_days": GateWords(
        "age of the account table",
        "the account table is as new as agreed",
        "the account table is older than agreed",
        owner=Role.OPERATOR,
    ),
}
"""The words of every gate, by its name in the agreement and the ledger."""
