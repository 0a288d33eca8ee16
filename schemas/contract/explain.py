"""What a rule means for the person who has to put a row right."""

from dataclasses import dataclass
from typing import Any

from schemas.contract.contract import Contract

_IN_A_CORRECTION = "and send the row again."


@dataclass(frozen=True)
class _Fault:
    """What a row has that breaks a rule, and the rest of the sentence: why that is, and what to do.

    A rule's name says what should be; of a row that breaks it only the fault reads right.
    """

    said: str
    what_to_do: str


_FAULTS = {
    "is_present": _Fault(
        "{column} is empty",
        ". Fill it in {send}",
    ),
    "is_not_in_scientific_notation": _Fault(
        "{column} is in scientific notation",
        ": a spreadsheet shortened it and its digits are lost. Take it from the award system, keep the column"
        " as text {send}",
    ),
    "is_not_all_zeros": _Fault(
        "{column} is zeros",
        ", which stand for bank details that nobody knows. Ask the payee for them, fill them in {send}",
    ),
    "has_a_letter_or_digit": _Fault(
        "{column} has neither a letter nor a digit",
        ", so it names nobody. Write the name of the account's holder {send}",
    ),
    "has_exact_digits": _Fault(
        "{column} is not exactly {digits} digits",
        ". A spreadsheet may have dropped a leading zero, or there are spaces or hyphens: check it against the"
        " payee's record, write all {digits} digits {send}",
    ),
    "has_the_agreed_form": _Fault(
        "{column} is not written as the contract says",
        " ({pattern}). Check it against the award system, correct it {send}",
    ),
    "has_only_permitted_characters": _Fault(
        "{column} has a character that the payment file cannot carry",
        "; permitted are {permitted}. Write it without {send}",
    ),
    "is_not_too_long": _Fault(
        "{column} has more than {characters} characters",
        ". Shorten it {send}",
    ),
    "is_on_one_line": _Fault(
        "{column} has a line break or another control character in it",
        ", often because a quotation mark is opened and not closed, which hides the rows after it. Write it on"
        " one line {send}",
    ),
    "is_a_number": _Fault(
        "{column} is not a number",
        ". Write pounds and pence as digits with a point, without pound sign, letters, commas or spaces, {send}",
    ),
    "has_two_decimals": _Fault(
        "{column} does not have exactly two digits after the point",
        ". Write whole pence {send}",
    ),
    "is_not_negative": _Fault(
        "{column} is negative",
        ": a payment cannot take money back. Write what is to be paid {send} What is owed back is recovered"
        " outside the pay run.",
    ),
    "is_not_zero": _Fault(
        "{column} is zero",
        ", and nothing cannot be paid. If the payee is owed money, write the amount {send} If not, leave the row out.",
    ),
    "is_at_most": _Fault(
        "{column} is more than one payment may carry, which is {most}",
        ". Check the decimal point; if the amount is right, ask how to pay it another way.",
    ),
    "is_a_date": _Fault(
        "{column} is not a date written DD/MM/YYYY",
        ". Write it so {send}",
    ),
    "is_in_the_pay_month": _Fault(
        "{column} is in another month than the pay day of this pay period",
        ", so the row may be left over from another period. Check that the payment is due now, write this"
        " period's pay day {send}",
    ),
    "is_the_pay_day": _Fault(
        "{column} is not the pay day agreed for this pay period",
        ". Write the agreed day {send}",
    ),
    "is_no_formula": _Fault(
        "{column} is a formula",
        ": what it comes to is not in the file. Write the value itself, as text, {send}",
    ),
    "is_no_spreadsheet_error": _Fault(
        "{column} is what a spreadsheet shows where it could reckon nothing",
        ". Take it from the award system, write it as text {send}",
    ),
    "is_stored_as_text": _Fault(
        "{column} is stored as a number or a date and not as text",
        ", so that nobody can tell what was written: leading zeros may be gone. Make the column text, write it from the"
        " award system {send}",
    ),
    "has_no_invisible_characters": _Fault(
        "{column} has a character that nobody sees, or a blank that is not the keyboard's",
        ", as text copied from a web page or a document has. Type it anew {send}",
    ),
    "has_no_look_alikes": _Fault(
        "{column} has letters or digits that only look like those of the Latin alphabet",
        ". Type it anew {send}",
    ),
    "is_not_garbled": _Fault(
        "{column} has garbled characters, such as Ã© for é",
        ": the file was written in one encoding and read in another on the way. Take it from the award system, save the"
        " file in the agreed encoding {send}",
    ),
    # Rules of the stages after the contract.
    "account_passes_modulus_check": _Fault(
        "{column} and its sort code do not belong together",
        ": no account of that bank can have this number. Ask the payee for their details again, correct them {send}",
    ),
    "text_can_be_written": _Fault(
        "{column} has a character that has no agreed spelling in a payment file",
        ". Write it in Latin letters {send}",
    ),
    "roll_number_is_given": _Fault(
        "{column} is empty, and this sort code's building society finds its member by the roll number alone",
        ". Ask the payee for it, fill it in {send}",
    ),
    "paying_account_is_agreed": _Fault(
        "{column} names no account that the agreement lets this body pay from",
        ". Write one that it names {send}",
    ),
    "identical_copy_in_extract": _Fault(
        "{column} stands in this extract more than once, in rows that are all the same",
        ". The first of them is paid and this copy is not. If a second payment is really due, tell siller's operator.",
    ),
    "copies_differ_in_extract": _Fault(
        "{column} stands in this extract more than once, in rows that differ",
        ". Find out which one is right {send}",
    ),
    "stopped_by_a_person": _Fault(
        "{column} has a payment for this pay period that somebody has stopped",
        ". It is not paid until the stop is lifted; ask siller's operator, then send it {send}",
    ),
    "already_released": _Fault(
        "{column} has a payment for this pay period that was already released",
        ". Do not send it again; if it is money still owed, declare it as arrears.",
    ),
    "paid_elsewhere": _Fault(
        "{column} has a payment for this pay period that was made outside siller, through the bank's portal",
        ". Do not send it again; if it is money still owed, declare it as arrears.",
    ),
    "in_another_run": _Fault(
        "{column} has a payment in another run of this pay period that may still be released",
        ". Wait for that run, or leave the row out of one of the two extracts.",
    ),
    "alike_already_released": _Fault(
        "the same amount was released to the same account for this pay period under another {column}",
        ". See whether both are meant; if they are, declare this one as arrears.",
    ),
    "alike_paid_elsewhere": _Fault(
        "the same amount was paid to the same account for this pay period outside siller, under another {column}",
        ". See whether both are meant; if they are, declare this one as arrears.",
    ),
    "alike_in_another_run": _Fault(
        "the same amount goes to the same account in another run of this pay period, under another {column}",
        ". See whether both are meant, and leave the row out of one of the two extracts.",
    ),
    "account_came_back": _Fault(
        "{column} is an account from which a payment of an earlier period came back",
        ": its bank said that money does not reach it. Confirm the details with the payee, write the account that is"
        " right {send} If the bank confirms this one, two people lift the hold (siller holds).",
    ),
    "payee_may_have_died": _Fault(
        "{column} is a payee of whom the bank has said, when a payment came back, that they have died",
        ". That may be wrong, and somebody may be grieving: let one person check first, and send no letter until then."
        " This payee alone is paid nothing more until the body has decided; two people lift it (siller holds).",
    ),
    "nothing_open_in_period": _Fault(
        "{column} has nothing open in this pay period",
        ": no payment that came back, was refused, held or left out. A supplementary extract may pay nothing"
        " else; if it is money still owed, declare it as arrears.",
    ),
}


def message(contract: Contract, column_name: str, rule: str) -> str:
    """Say what is wrong with a cell and what to do about it, without its value.

    Args:
        contract: the tenant's contract, which has the tenant's word for the column and the limits.
        column_name: siller's name of the column.
        rule: the id of the rule that the cell breaks, the contract's or a later stage's.

    Raises:
        KeyError: there is no such column or no such rule.
    """
    known = _limits(contract, column_name, rule)
    said = (_FAULTS[rule].said + _FAULTS[rule].what_to_do).format(send=_IN_A_CORRECTION, **known)
    return said if said.startswith(known["column"]) else said[:1].upper() + said[1:]


def fault(contract: Contract, column_name: str, rule: str) -> str:
    """Say what is wrong with a cell, in the few words of a list; the arguments are those of :func:`message`."""
    return _FAULTS[rule].said.format(**_limits(contract, column_name, rule))


def _limits(contract: Contract, column_name: str, rule: str) -> dict[str, Any]:
    """The tenant's word for a column, and the limits of its rule as people read them."""
    column = contract.column(column_name)
    limits = next((dict(each.limits) for each in column.rules if each.name == rule), {})
    if "pence" in limits:
        limits["most"] = f"£{limits['pence'] // 100:,}.{limits['pence'] % 100:02d}"
    if "permitted" in limits:
        limits["permitted"] = _in_words(limits["permitted"])
    return {**limits, "column": column.physical_name}


def _in_words(permitted: str) -> str:
    """Name the permitted characters: ``A-Za-z0-9./ -`` is letters, digits, . / - and the space."""
    signs = permitted.replace("A-Z", "").replace("a-z", "").replace("0-9", "").replace("\\", "")
    return f"letters A to Z, digits, {' '.join(signs.replace(' ', ''))} and the space"
