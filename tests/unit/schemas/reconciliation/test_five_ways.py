"""Extract = ledger = payment file = report = statement less returns, or by how much not: five payments of £10.00."""

from datetime import date, datetime
from decimal import Decimal

import polars as pl
import pytest

from schemas.bank_days import LONDON
from schemas.bank_messages.bank_file import ANSWERS
from schemas.reconciliation.figures import Extract, Reconciliation, SentFile
from schemas.reconciliation.reconcile import reconcile

ENTRY, LAST = date(2026, 11, 30), date(2026, 12, 2)
REPORT = ("input_report", "accepted_total", None, 5, 5000)
DEBIT = ("camt053", "statement_debit", None, None, 5000)
SHORT = ("camt053", "statement_debit", None, None, 4900)
BACK = ("camt053", "statement_credit", 1, 1, 1000)
ADVICE = ("arucs", "returned", 1, 1, 1000)
TURNED_AWAY = (("input_report", "accepted_total", None, 4, 4000), ("input_report", "rejected", 1, 1, 1000))
LESS = ("camt053", "statement_debit", None, None, 4000)
NOT_COME = "not-come"


def told(state: str, answers: tuple[tuple[object, ...], ...], day: date, is_sent: bool = True) -> Reconciliation:
    """Payment 1 stands in this state and the others are credited, or all do where the file was never sent."""
    columns = ["message", "kind", "row_number", "payments", "amount_pence"]
    extra = {"row_number": pl.Int64, "bank_file_no": pl.Int64, "finding": pl.String}
    said = pl.DataFrame([*answers], schema=columns, orient="row").with_columns(bank_date=pl.lit(ENTRY))
    rest = state if state == "not_sent" else "credited" if is_sent else "approved"
    return reconcile(
        "ilf-2026-11-rehearsal-1",
        datetime(day.year, day.month, day.day, 9, tzinfo=LONDON),
        Extract(7, Decimal("63.005"), 1, Decimal("3.005"), 0, 1, Decimal(10)),
        SentFile("123456", "000001", 5, 5000, date(2026, 11, 27), ENTRY, LAST, is_withdrawn=state == "not_sent")
        if is_sent
        else None,
        pl.DataFrame(
            {
                "row_number": range(5),
                "amount_pence": [1000] * 5,
                "state": [rest, state, rest, rest, rest],
                "is_proven": [True] * 5,
            }
        ),
        pl.concat([pl.DataFrame(schema={**ANSWERS, **extra}), said], how="diagonal_relaxed"),
    )


@pytest.mark.parametrize(
    ("state", "answers", "leave", "apart"),
    [
        ("credited", (REPORT, DEBIT), "50", "0 0 0 0 0"),
        ("credited", (REPORT,), "50", f"0 0 0 0 {NOT_COME}"),
        ("credited", (DEBIT,), "50", f"0 0 0 {NOT_COME} 0"),
        ("credited", (REPORT, SHORT), "50", "0 0 0 0 -1"),
        ("returned", (REPORT, DEBIT, ADVICE, BACK), "40", "0 0 0 0 0"),
        ("returned", (REPORT, DEBIT, ADVICE), "40", "0 0 0 0 10"),
        ("rejected", (*TURNED_AWAY, LESS), "40", "0 0 0 0 0"),
        ("paid_elsewhere", (*TURNED_AWAY, LESS), "40", "0 0 0 0 0"),
        ("paid_elsewhere", (REPORT, DEBIT, ADVICE, BACK), "40", "0 0 0 0 0"),
        ("not_sent", (), "0", f"0 0 0 {NOT_COME} {NOT_COME}"),
    ],
)
def test_all_leave_the_same_or_say_by_how_much_not(
    state: str, answers: tuple[tuple[object, ...], ...], leave: str, apart: str
) -> None:
    found = told(state, answers, date(2026, 12, 4))
    assert [each.source for each in found.ways] == ["Extract", "Ledger", "Payment file", "Input report", "Statement"]
    assert {each.expected.pounds for each in found.ways} == {Decimal(leave)}
    expected = [None if each == NOT_COME else Decimal(each) for each in apart.split()]
    assert [each.difference for each in found.ways] == expected
    odd = [abs(each) for each in expected if each]
    assert found.unexplained_pounds >= sum(odd, Decimal(0)), "what is apart is listed"


def test_what_may_still_come_is_not_late() -> None:
    *_, statement = told("returned", (REPORT, DEBIT, ADVICE), ENTRY).ways
    assert (statement.agrees, statement.may_still_come, statement.difference) == (False, True, Decimal(10))
    assert told("returned", (REPORT, DEBIT, ADVICE), ENTRY).unexplained_pounds == 0


def test_of_what_was_never_sent_nothing_is_unexplained() -> None:
    assert told("not_sent", (), date(2026, 12, 4)).unexplained == ()


def test_before_the_release_nothing_has_come_and_nothing_is_guessed() -> None:
    ways = told("approved", (), date(2026, 11, 26), is_sent=False).ways
    assert [each.says is None for each in ways] == [False, False, True, True, True]
    assert [each.agrees for each in ways[:2]] == [True, True]
