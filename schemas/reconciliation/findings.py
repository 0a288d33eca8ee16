"""What does not fit of an answer that the bank gave."""

from enum import StrEnum


class Finding(StrEnum):
    """Why an answer is not simply that of the payment, or the file, that it is placed with.

    *Unmatched* speaks of no payment that there is, *other amount* and *other account* of one that was sent otherwise,
    *answered again* of one that the same file has answered already: none of them is said of a payment, so none frees
    anybody. *By sum* is a reversal that does not say which debit it undoes, *like ours* a debit that has the sum or the
    name of a payment file and is more than that file explains: perhaps somebody was paid twice.
    """

    UNMATCHED = "unmatched"
    OTHER_AMOUNT = "other_amount"
    OTHER_ACCOUNT = "other_account"
    ANSWERED_AGAIN = "answered_again"
    BY_SUM = "by_sum"
    LIKE_OURS = "like_ours"
