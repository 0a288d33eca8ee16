"""The practice bank's advice of wrong accounts: the payees were paid, and their details have changed."""

from datetime import date

from tasks.practice_bank.document import add, bacs_document, render
from tasks.practice_bank.form import Form
from tasks.practice_bank.received import Received
from tasks.practice_bank.taken import Coded

_NEW = ("118765", "64371389")
"""Where an account was transferred to: one of the public examples of the account check."""


def awacs(received: Received, moved: Coded, day: date, form: Form) -> bytes:
    """Say which payees' details to update: code 3 with the new account, code 0 without.

    It has the shape of the other messaging advices; the payee stands where these have the payer.
    """
    root, advices = bacs_document("MessagingAdvices")
    ids = {
        "user-number": received.service_user_number,
        "user-name": received.debits[0].payer,
        "report-generation-date": day.isoformat(),
    }
    first_last = {"subject-first-aosn": f"{1:08d}", "subject-last-aosn": f"{len(moved):08d}"}
    add(advices, "MessagingHeader", **{"advice-type": "AWACS", "document-number": "0", **first_last, **ids})
    add(advices, "AddresseeInformation", name=received.debits[0].payer)
    for number, (item, code) in enumerate(moved, start=1):
        said = {
            "record-type": "W",
            "reason-code": code,
            "user-number": received.service_user_number,
            "reference": item.reference,
            "payer-name": item.payee,
            "payer-sort-code": form.sort_code(item.sort_code),
            "payer-account-number": form.number(item.account_number),
            "effective-date": day.isoformat(),
            "aosn": f"{number:08d}",
        }
        if code == "3":
            said |= {"payer-new-sort-code": form.sort_code(_NEW[0]), "payer-new-account-number": _NEW[1]}
        add(advices, "MessagingAdvice", **said)
    add(advices, "MessagingError")
    return render(root, form)
