"""What a bank's codes mean and what to do about each.

A code means something only together with its message, so both are the key. Sources: the ARUCS codes agree
among six public descriptions; the input-report letters rest on one vendor's page; the ISO codes are from
the external code sets of ISO 20022. A code that is not here is kept, shown and left to a person.
"""

from typing import NamedTuple

from schemas.bank_messages.bank_file import Kind, Message
from schemas.sanitise import sanitise


class Meaning(NamedTuple):
    """What a code says, and what the body should do next."""

    meaning: str
    next_step: str


_DETAILS = "Stop this payee's next payment. Confirm sort code and account with the payee, then pay in a later run."
_CLOSED = "Stop this payee's next payment. Ask the payee for a new account and confirm it, then pay in a later run."
_NO_ACCOUNT = (
    "Stop this payee's next payment and confirm the details. If they changed lately, have the change "
    "checked for fraud before anything is paid."
)
_DECEASED = (
    "Stop this payee's payments. Handle with care: send no letter until a person has checked. "
    "Pay nothing more until the body decides."
)
_MOVED = "Get the new account from the payee or the bank's own advice and confirm it, then pay in a later run."
_RECALLED = "Expected if you asked for it: match it to your recall. If nobody asked, call the bank."
_CORRECT = "It was never processed. Correct what the bank names, then pay in a later run."
_HAS_IT = "The bank has it already"
_TWICE = "Pay nothing again: the bank says that it has this payment already. Find the other one first."
_ASK = "The code is not one siller knows. Ask the bank what it means before paying again."
_WAS_PAID = (
    "It was paid. Pay nothing again. Confirm the details that the advice gives and change the payee's within three "
    "working days of it."
)
_WITHDRAWN = (
    "It was withdrawn before it was processed. Pay again once the statement of its pay day has no debit for it."
)
_WAIT = "Pay nothing again. Ask the bank if it has not decided by the pay day."
_NOTHING = "Nothing to do: it is not known yet whether it comes back."

_ISO_MESSAGES = (Message.CAMT052, Message.CAMT053, Message.CAMT054, Message.PAIN002)

BANK_HAS_IT = frozenset({"AM05", "DUPL", "1181"})
"""Codes of a rejection that says that the bank has the payment already: it frees nobody to be paid again."""

DECEASED = {
    Message.ARUCS: frozenset({"2"}),
    Message.INPUT_REPORT: frozenset({"1167"}),
    **dict.fromkeys(_ISO_MESSAGES, frozenset({"MD07"})),
}
"""By message, the codes by which a bank says that the payee has died: the payee is not paid until the body decides."""

_WRONG_ACCOUNT = frozenset({"AC01", "AC03", "AC04", "AC06", "AC07", "AG01", "BE01", "RC04"})
WRONG_ACCOUNT = {
    Message.INPUT_REPORT: frozenset({*"EJKLM", "1100", "1114", "1160", "1161", "1162", "1166"}),
    **dict.fromkeys(_ISO_MESSAGES, _WRONG_ACCOUNT),
}
"""By message, the codes by which a bank says that a payment cannot reach its account. Of ARUCS it is every code that
says nothing else (see ``NOT_THE_ACCOUNT``), the unknown ones too: it speaks of nothing but payments that came back."""

NOT_THE_ACCOUNT = frozenset({"2", "C"})
"""The codes of ARUCS that say nothing against the account: its holder has died, or the remitter asked for it."""

_INPUT_REPORT_STEPS = {
    Kind.AMENDED: (
        "It was paid, with something changed. Do not pay it again. Correct the details before the next run."
    ),
    Kind.RETURNED: _DETAILS,
    Kind.REJECTED: "It was never processed. Correct what the report names, then pay in a later run.",
}
_INPUT_REPORT = {
    **dict.fromkeys("ABCDFGHI", "Originating account not valid"),
    "E": "Destination sort code not valid",
    **dict.fromkeys("JK", "Account type not valid"),
    **dict.fromkeys("LM", "Destination account or name not valid"),
    "N": "Contra details not valid",
    "O": "Reference not valid",
    **dict.fromkeys("PT", "Currency not valid"),
    **dict.fromkeys("QR", "Reversed by Bacs"),
    "S": "Recalled automatically",
    "Y": "Transaction code not taken at that sort code",
    # Faster Payments answers with numbers of its own in the same report.
    **dict.fromkeys(("1100", "1114"), "No such account"),
    "1160": "Account closed",
    "1161": "Account stopped",
    "1162": "Name does not match the account",
    "1164": "Reference needed",
    "1165": "Currency not taken",
    "1166": "Account transferred",
    "1167": "Beneficiary deceased",
    "1172": "Not enough money on the paying account",
    "1181": _HAS_IT,
}

_ISO = {
    "AC01": Meaning("Account number wrong", _DETAILS),
    "AC03": Meaning("Payee's account not valid", _DETAILS),
    "AC04": Meaning("Account closed", _CLOSED),
    "AC06": Meaning("Account blocked", _DETAILS),
    "AC07": Meaning("Payee's account closed", _CLOSED),
    "AG01": Meaning("Payment not allowed to this account", _DETAILS),
    "AM02": Meaning("Amount above the limit", _CORRECT),
    "AM04": Meaning("Not enough money on the paying account", _CORRECT),
    "AM05": Meaning(_HAS_IT, _TWICE),
    "AM09": Meaning("Amount wrong", _CORRECT),
    "AM10": Meaning("Control sum wrong", _CORRECT),
    "CUST": Meaning("Requested by the customer", _RECALLED),
    "BE01": Meaning("Name does not match the account", _NO_ACCOUNT),
    "DT01": Meaning("Date not possible", _CORRECT),
    "DUPL": Meaning(_HAS_IT, _TWICE),
    "FOCR": Meaning("Returned after a recall", _RECALLED),
    "MD07": Meaning("Beneficiary deceased", _DECEASED),
    "RC04": Meaning("Sort code not valid", _DETAILS),
    "TM01": Meaning("Sent after the bank's cut-off", _CORRECT),
}

_TAKEN = {
    "ACCC": Meaning("On the payee's account", _NOTHING),
    "ACSC": Meaning("Settled on the paying account", _NOTHING),
    **dict.fromkeys(("ACCP", "ACSP", "ACTC", "ACWC", "ACWP", "PATC"), Meaning("Taken by the bank", _NOTHING)),
    **dict.fromkeys(("PDNG", "RCVD"), Meaning("Not decided by the bank", _WAIT)),
}

_MEANINGS = {
    (Message.AWACS, "0"): Meaning("Invalid details", _WAS_PAID),
    (Message.AWACS, "3"): Meaning("Account transferred", _WAS_PAID),
    (Message.ARUCS, "0"): Meaning("Invalid details", _DETAILS),
    (Message.ARUCS, "2"): Meaning("Beneficiary deceased", _DECEASED),
    (Message.ARUCS, "3"): Meaning("Account transferred", _MOVED),
    (Message.ARUCS, "5"): Meaning("No account", _NO_ACCOUNT),
    (Message.ARUCS, "B"): Meaning("Account closed", _CLOSED),
    (Message.ARUCS, "C"): Meaning("Requested by the remitter", _RECALLED),
    **{(message, code): said for message in _ISO_MESSAGES for code, said in _ISO.items()},
    **{(Message.PAIN002, code): said for code, said in _TAKEN.items()},
}


def meaning(message: str, kind: str, code: str | None, description: str | None) -> Meaning:
    """What a code means; an unknown one is left to a person to ask about.

    In an input report the kind (amended, returned, rejected) says what became of the money and so what to do;
    the letter says what was wrong. The bank's own words are shown for an unknown ARUCS code alone: there
    they are the scheme's, elsewhere they are free text that may name a payee.
    """
    letter = (code or "").upper()
    if kind == Kind.CANCELLED:
        known = _MEANINGS.get((Message(message), letter))
        return Meaning(known.meaning if known else _unknown(code), _WITHDRAWN)
    if message == Message.INPUT_REPORT:
        step = _TWICE if letter in BANK_HAS_IT else _INPUT_REPORT_STEPS.get(Kind(kind), _ASK)
        return Meaning(_INPUT_REPORT.get(letter, _unknown(code)), step)
    own_words = sanitise(description) if description and message == Message.ARUCS else None
    of_unknown = _WAS_PAID if message == Message.AWACS else _ASK
    return _MEANINGS.get((Message(message), letter)) or Meaning(own_words or _unknown(code), of_unknown)


def _unknown(code: str | None) -> str:
    return "Unknown code" if code else "No reason given"
