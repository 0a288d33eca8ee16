"""What a check of a payee's details can come to, and what follows of each: in this one place.

A match says that the bank holds an account of that number under that name. It says nothing of who asked for the
money to go there: the account of somebody who deceives the body matches too, in their own name.
"""

from enum import StrEnum


class Finding(StrEnum):
    """What is known of details that their payee has not been paid by before, what speaks most against them last."""

    MATCH = "match"
    CHANGED = "changed_details"
    CLOSE_MATCH = "close_match"
    WRONG_ACCOUNT_TYPE = "wrong_account_type"
    ACCOUNT_SWITCHED = "account_switched"
    CANNOT_BE_CHECKED = "cannot_be_checked"
    UNKNOWN_CODE = "unknown_code"
    NOT_ANSWERED = "not_answered"
    AWAITED = "awaited"
    NO_SUCH_ACCOUNT = "no_such_account"
    NO_MATCH = "no_match"

    @property
    def rule(self) -> str:
        """The rule by which rows are held, as the ledger and every report call it."""
        return f"{_PREFIX}{self}"

    @property
    def words(self) -> str:
        """It as people read it, in a list."""
        return _WORDS[self]

    @property
    def is_payable_on_call_back(self) -> bool:
        """Whether a call to the payee lets the payment be made. Of the others the bank has to say otherwise first."""
        return self not in _HELD

    @classmethod
    def of_rule(cls, rule: str) -> "Finding":
        """The finding that a rule is of."""
        return cls(rule.removeprefix(_PREFIX))


_PREFIX = "payee_check_"
_HELD = frozenset({Finding.AWAITED, Finding.NO_SUCH_ACCOUNT, Finding.NO_MATCH})
_WORDS = {
    Finding.MATCH: "the bank says that name and account belong together",
    Finding.CHANGED: "changed details that match: a match never stands for the call to the payee",
    Finding.CLOSE_MATCH: "the bank has a name close to it",
    Finding.WRONG_ACCOUNT_TYPE: "the name fits, and the account is of the other type, personal or business",
    Finding.ACCOUNT_SWITCHED: "the account was switched to another bank",
    Finding.CANNOT_BE_CHECKED: "the bank cannot check it",
    Finding.UNKNOWN_CODE: "the bank answered by a code that its profile does not have",
    Finding.NOT_ANSWERED: "the bank had not answered by the deadline",
    Finding.AWAITED: "the bank's answer is awaited",
    Finding.NO_SUCH_ACCOUNT: "the bank has no such account",
    Finding.NO_MATCH: "the bank says that the account is another's",
}
ANSWERS = frozenset(set(Finding) - {Finding.CHANGED, Finding.UNKNOWN_CODE, Finding.NOT_ANSWERED, Finding.AWAITED})
"""What a code of the bank's can mean."""
RULES = tuple(finding.rule for finding in Finding if finding is not Finding.MATCH)
"""The rules by which rows are held."""
