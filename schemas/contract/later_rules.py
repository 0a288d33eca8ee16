"""The texts of the rules of the stages after the contract, most of which are SQL that the ledger is asked."""

from schemas.contract.said import Fault

_CALL = (
    ". Let somebody other than the sender of the extract call the payee, on a number that was known before and never on"
    " one that came with the change, and record that (siller payee-check called). If the details are wrong, correct"
    " them {send}"
)

LATER_RULES = {
    "account_passes_modulus_check": Fault(
        "{column} and its sort code do not belong together",
        ": no account of that bank can have this number. Ask the payee for their details again, correct them {send}",
    ),
    "text_can_be_written": Fault(
        "{column} has a character that has no agreed spelling in a payment file",
        ". Write it in Latin letters {send}",
    ),
    "roll_number_is_given": Fault(
        "{column} is empty, and this sort code's building society finds its member by the roll number alone",
        ". Ask the payee for it, fill it in {send}",
    ),
    "paying_account_is_agreed": Fault(
        "{column} names no account that the agreement lets this body pay from",
        ". Write one that it names {send}",
    ),
    "transfer_without_an_account": Fault(
        "{column} is empty, and this row is to be paid by transfer",
        ". Ask the payee for sort code and account number and fill them in, or say by which voucher they are paid and"
        " where they are told of it, {send}",
    ),
    "voucher_with_an_account": Fault(
        "{column} is filled in, and this row is to be paid by voucher, to somebody without an account",
        ". Find out which is meant: leave sort code, account and roll number empty, or say that it is a transfer,"
        " {send}",
    ),
    "voucher_without_a_contact": Fault(
        "{column} is none to which a voucher of this means can be sent",
        ": for a text message a mobile telephone of the United Kingdom, for an e-mail its address, for the post an"
        " address that ends with its postcode. Ask the payee for it, write it {send}",
    ),
    "voucher_is_not_agreed": Fault(
        "{column} names a voucher that is not agreed with the provider",
        ". Write another means {send}",
    ),
    "more_than_one_voucher_holds": Fault(
        "{column} is more than the provider takes in one voucher",
        ". Pay it by transfer, or agree with siller's operator what is to be done.",
    ),
    "more_than_the_voucher_left": Fault(
        "{column} had a voucher for this pay period that has ended, and this is more than what was not cashed of it",
        ". Only what the provider says was not cashed is sent again: write that amount {send} If more is owed, declare"
        " the rest as arrears.",
    ),
    "goes_to_the_paying_account": Fault(
        "{column} is, with its sort code, the account that this body pays from",
        ": the money would only come back to it. Find out how it came there, as it may be a slip or somebody trying"
        " something out; ask the payee for their own account and write that {send}",
    ),
    "identical_copy_in_extract": Fault(
        "{column} stands in this extract more than once, in rows that are all the same",
        ". The first of them is paid and this copy is not. If a second payment is really due, tell siller's operator.",
    ),
    "another_copy_counts": Fault(
        "{column} stands in another row of this extract too, which agrees with this one in all that is not refused",
        ". That row counts, and this one pays nobody: do not send it again. See whether the other one is right; if not,"
        " have its payment stopped before the release (siller stop).",
    ),
    "account_in_doubt_by_a_copy": Fault(
        "{column} stands in this extract more than once, and in one of these rows the account cannot be read: it may be"
        " the payee's newer one",
        ", so none of them is paid. Find out which account is the payee's, and send one row with it again.",
    ),
    "copies_differ_in_extract": Fault(
        "{column} stands in this extract more than once, in rows that differ",
        ". Find out which one is right {send}",
    ),
    "stopped_by_a_person": Fault(
        "{column} has a payment for this pay period that somebody has stopped",
        ". It is not paid until the stop is lifted; ask siller's operator, then send it {send}",
    ),
    "already_released": Fault(
        "{column} has a payment for this pay period that was already released",
        ". Do not send it again; if it is money still owed, declare it as arrears.",
    ),
    "paid_elsewhere": Fault(
        "{column} has a payment for this pay period that was made outside siller, through the bank's portal",
        ". Do not send it again; if it is money still owed, declare it as arrears.",
    ),
    "in_another_run": Fault(
        "{column} has a payment in another run of this pay period that may still be released",
        ". Wait for that run, or leave the row out of one of the two extracts.",
    ),
    "alike_already_released": Fault(
        "the same amount was released to the same account for this pay period under another {column}",
        ". See whether both are meant; if they are, declare this one as arrears.",
    ),
    "alike_paid_elsewhere": Fault(
        "the same amount was paid to the same account for this pay period outside siller, under another {column}",
        ". See whether both are meant; if they are, declare this one as arrears.",
    ),
    "alike_in_another_run": Fault(
        "the same amount goes to the same account in another run of this pay period, under another {column}",
        ". See whether both are meant, and leave the row out of one of the two extracts.",
    ),
    "paid_in_overlapping_period": Fault(
        "{column} was paid the same amount into the same account in a pay period that shares days with this one",
        ". The body's rhythm has changed, so it may be the same payment. If it is owed too, declare it as arrears.",
    ),
    "overlapping_in_another_run": Fault(
        "{column} has the same amount into the same account in a run of a pay period that shares days with this one",
        ". Wait for that run, or leave the row out of one of the two extracts.",
    ),
    "account_came_back": Fault(
        "{column} is an account from which a payment of an earlier period came back",
        ": its bank said that money does not reach it. Confirm the details with the payee, write the account that is"
        " right {send} If the bank confirms this one, two people lift the hold (siller holds).",
    ),
    "payee_may_have_died": Fault(
        "{column} is a payee of whom the bank has said, when a payment came back, that they have died",
        ". That may be wrong, and somebody may be grieving: let one person check first, and send no letter until then."
        " This payee alone is paid nothing more until the body has decided; two people lift it (siller holds).",
    ),
    "payee_check_no_match": Fault(
        "{column} is, as its bank says, the account of somebody else than the row names",
        ". Call the payee on a number that was known before, and never on one that came with the change. Write the name"
        " as the bank has it, or the account that is right {send} The new details are checked again.",
    ),
    "payee_check_no_such_account": Fault(
        "{column} is no account, as its bank says",
        ". Ask the payee for their details again, on a number that was known before, and write those {send}",
    ),
    "payee_check_close_match": Fault(
        "{column} is held at its bank under a name that is close to the row's, and not the same",
        _CALL,
    ),
    "payee_check_wrong_account_type": Fault(
        "{column} is held at its bank as an account of the other type, personal or business",
        _CALL,
    ),
    "payee_check_account_switched": Fault(
        "{column} is an account that its payee has moved to another bank",
        _CALL,
    ),
    "payee_check_cannot_be_checked": Fault(
        "{column} is new to siller for this payee, and its bank cannot say whose account it is",
        _CALL,
    ),
    "payee_check_unknown_code": Fault(
        "{column} is new to siller for this payee, and nobody knows yet what its bank's answer means",
        _CALL,
    ),
    "payee_check_not_answered": Fault(
        "{column} is new to siller for this payee, and by the deadline no bank had said whose account it is",
        _CALL,
    ),
    "payee_check_awaited": Fault(
        "{column} is new to siller for this payee, and its bank has not said yet whose account it is",
        ": siller's operator asks the bank. There is nothing to do for the body until the bank answers, or the"
        " deadline has passed.",
    ),
    "payee_check_changed_details": Fault(
        "{column} is not the account that this payee was paid to, and nobody is known to have called them",
        _CALL,
    ),
    "stands_once": Fault(
        "{column} stands in this extract more than once, and the contract says that each has one of its own",
        ". Find out which row is right, correct the others {send}",
    ),
    "key_stands_once": Fault(
        "{column} stands in this extract more than once together with the other columns of the contract's key",
        ". Find out which row is right, correct the others {send}",
    ),
    "nothing_open_in_period": Fault(
        "{column} has nothing open in this pay period",
        ": no payment that came back, was refused, held or left out. A supplementary extract may pay nothing"
        " else; if it is money still owed, declare it as arrears.",
    ),
}
"""By the rule's id, as ``core_left_out`` keeps it."""
