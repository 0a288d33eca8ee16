"""Which payment file an entry of a statement is of."""

from datetime import date

import pytest

from schemas.bank_messages.bank_file import BankFile, Kind, Message, answers_frame
from schemas.reconciliation.figures import SentFile
from schemas.reconciliation.fitting import Fit, fits

OWN = "10799988837491"
SENT = SentFile(
    "123456", "000007", 3, 5_000, date(2026, 11, 27), date(2026, 11, 30), date(2026, 12, 2), accounts=frozenset({OWN})
)


def fit(kind: Kind, pence: int, **named: str) -> Fit:
    entry = {"kind": str(kind), "amount_pence": pence, "bank_date": date(2026, 12, 1), "own_account": OWN, **named}
    answers = answers_frame(Message.CAMT053, [entry])
    bank_file = BankFile(Message.CAMT053, None, None, date(2026, 12, 1), practice=False, answers=answers)
    return Fit(answers.select(fits(bank_file, SENT)).item())


@pytest.mark.parametrize(
    ("named", "pence", "right"),
    [
        ({"reference": "000007"}, 17, Fit.BY_KEY),
        ({"description": " 000007 "}, 17, Fit.BY_KEY),
        ({"reference": "000007"}, 5_000, Fit.NAMED),
        ({"serial": "000007"}, 17, Fit.NAMED),
        ({"reference": "BACS 123456 000007"}, 17, Fit.NAMED),
        ({"description": "123456-000007"}, 17, Fit.NAMED),
        ({}, 5_000, Fit.LATE),
    ],
)
def test_a_bare_number_names_a_file_only_with_its_sum(named: dict[str, str], pence: int, right: Fit) -> None:
    assert fit(Kind.STATEMENT_DEBIT, pence, **named) is right


def test_a_reversal_of_another_sum_is_at_most_of_one_payment() -> None:
    assert fit(Kind.STATEMENT_REVERSAL, 17) is Fit.BY_KEY
