"""What a statement shows counts if its balances go on from those that are known, in whatever order statements come."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import permutations
from typing import NamedTuple

import duckdb
import pytest

from tasks.ledger.payment_state import define_bank_evidence
from tests.sampled import one_in
from tests.stands import RECEIVED, ledger_of, stood
from tests.unit.tasks.ledger.test_what_frees_nobody import LATER, PAYMENTS, PENCE, SENT, WHOLE, bank_says, said


class Stated(NamedTuple):
    """A statement of these days, of November or of December if below 20, in pounds."""

    name: str
    first: int
    last: int
    opening: int | None
    closing: int | None
    account: str = "10799988837491"


@pytest.fixture
def ledger() -> Iterator[duckdb.DuckDBPyConnection]:
    with ledger_of(PAYMENTS, SENT) as connection:
        yield connection


def day(number: int) -> date:
    return date(2026, 11 if number >= 20 else 12, number)


def state(ledger: duckdb.DuckDBPyConnection, number: int, each: Stated) -> None:
    ledger.execute(
        "INSERT INTO core_statement BY NAME SELECT ? AS bank_file_no, 1 AS statement, ? AS account, true AS is_ours, "
        "? AS identification, ? AS first_day, ? AS last_day, ? AS opening_pence, ? AS closing_pence, 0 AS entries, "
        "? AS entries_sha256",
        [number, each.account, each.name, day(each.first), day(each.last), each.opening, each.closing, each.name],
    )


def arrive(ledger: duckdb.DuckDBPyConnection, number: int, each: Stated) -> None:
    ledger.execute(
        "INSERT INTO bank_file VALUES (?, 'camt053', ?, ?, 'taken', '', '', NULL, NULL, ?)",
        [number, str(number), each.name, RECEIVED],
    )
    state(ledger, number, each)


def graded(ledger: duckdb.DuckDBPyConnection) -> dict[str, str]:
    define_bank_evidence(ledger)
    return dict(ledger.execute("SELECT identification, grade FROM graded_statement ORDER BY ALL").fetchall())


def settle(ledger: duckdb.DuckDBPyConnection, number: int, decision: str) -> None:
    ledger.execute(
        "INSERT INTO settlement BY NAME SELECT 1 AS settlement_no, ? AS decision, ? AS bank_file_no, '' AS reason, "
        "'' AS bank_reference, '' AS said_by, '' AS agreed_by, ? AS after_bank_file_no, now() AS said_at",
        [decision, number, number],
    )


FRIDAY, PAY_DAY, NEXT = (
    Stated("friday", 27, 27, 100, 90),
    Stated("pay day", 30, 30, 90, 50),
    Stated("next", 1, 1, 50, 40),
)
LATE = Stated("after a gap", 4, 4, 35, 30)
FORGED = Stated("forged", 1, 1, 77, 99)
CASES = {
    "a chain": ([FRIDAY, PAY_DAY, NEXT], {}),
    "over days on which nothing moved": ([FRIDAY, PAY_DAY, Stated("later", 8, 8, 50, 10)], {}),
    "the first one of an account": ([FORGED], {}),
    "one account beside another": ([PAY_DAY, Stated("other", 1, 1, 7, 8, "20295963748472")], {}),
    "the day after, that does not go on": ([PAY_DAY, FORGED], {"forged": "broken"}),
    "with the true one of its day": ([PAY_DAY, FORGED, NEXT], {"forged": "broken"}),
    "on a Saturday between the true ones": ([FRIDAY, Stated("forged", 28, 28, 77, 99), PAY_DAY], {"forged": "broken"}),
    "with days missing before it": ([FRIDAY, PAY_DAY, LATE], {"after a gap": "gap"}),
    "and what goes on from that": (
        [PAY_DAY, LATE, Stated("later", 7, 7, 30, 20)],
        {"after a gap": "gap", "later": "gap"},
    ),
    "the missing one comes": ([PAY_DAY, LATE, NEXT, Stated("missing", 2, 3, 40, 35)], {}),
    "two of one day": (
        [FRIDAY, PAY_DAY, Stated("forged", 30, 30, 90, 70)],
        {"pay day": "contradicted", "forged": "contradicted"},
    ),
    "two of one day, with nothing before": (
        [NEXT, FORGED],
        {"next": "contradicted", "forged": "contradicted"},
    ),
    "one day in two parts": ([FRIDAY, Stated("morning", 30, 30, 90, 70), Stated("evening", 30, 30, 70, 50), NEXT], {}),
    "there and back in one day": ([PAY_DAY, Stated("there", 1, 1, 50, 20), Stated("back", 1, 1, 20, 50)], {}),
    "a longer one beside its days": ([FRIDAY, PAY_DAY, NEXT, Stated("both", 30, 1, 90, 40)], {}),
    "a longer one from the beginning": ([PAY_DAY, Stated("both", 30, 1, 90, 40), NEXT], {}),
    "a longer one that ends otherwise": ([FRIDAY, PAY_DAY, NEXT, Stated("forged", 20, 1, 1, 99)], {"forged": "broken"}),
    "an old balance once more": ([FRIDAY, PAY_DAY, NEXT, Stated("forged", 2, 2, 90, 99)], {"forged": "broken"}),
    "without its balances": ([PAY_DAY, Stated("bare", 1, 1, None, None)], {"bare": "unbalanced"}),
}


@pytest.mark.parametrize(("statements", "others"), one_in(3, CASES.values()), ids=CASES)
def test_what_a_statement_is_good_for_in_any_order(
    ledger: duckdb.DuckDBPyConnection, statements: Sequence[Stated], others: dict[str, str]
) -> None:
    right = {each.name: "proves" for each in statements} | others
    for order in permutations(statements):
        ledger.execute("DELETE FROM bank_file; DELETE FROM core_statement")
        for number, each in enumerate(order, start=1):
            arrive(ledger, number, each)
        assert graded(ledger) == right


def test_two_people_admit_what_comes_after_a_gap_and_all_that_goes_on_from_it_counts(ledger) -> None:
    for number, each in enumerate((PAY_DAY, LATE, Stated("later", 7, 7, 30, 20)), start=1):
        arrive(ledger, number, each)
    settle(ledger, 2, "admit")
    assert set(graded(ledger).values()) == {"proves"}


def test_two_people_dismiss_one_of_two(ledger: duckdb.DuckDBPyConnection) -> None:
    arrive(ledger, 1, NEXT)
    arrive(ledger, 2, FORGED)
    settle(ledger, 2, "dismiss")
    assert graded(ledger) == {"next": "proves"}
    assert ledger.execute("SELECT verdict FROM judged_file ORDER BY bank_file_no").fetchall() == [
        ("taken",),
        ("set_aside",),
    ]


@pytest.mark.parametrize(
    ("opening", "becomes"), [(50, ("returned", True)), (51, ("answer_set_aside", False))], ids=["goes on", "does not"]
)
def test_a_credit_is_money_that_came_back_if_its_statement_goes_on(ledger, opening, becomes) -> None:
    bank_says(ledger, said("accepted_total", WHOLE), said("statement_debit", WHOLE))
    bank_says(ledger, said("statement_credit", PENCE[1], 1, day=1))
    state(ledger, 2, PAY_DAY)
    state(ledger, 3, Stated("credit", 1, 1, opening, opening + 10))
    assert stood(ledger, LATER).select("state", "is_proven").rows()[1] == becomes


def test_a_credit_after_a_gap_is_said_and_not_proven(ledger: duckdb.DuckDBPyConnection) -> None:
    bank_says(ledger, said("statement_debit", WHOLE), said("statement_credit", PENCE[1], 1, day=4))
    state(ledger, 1, PAY_DAY)
    state(ledger, 2, LATE)
    rows = stood(ledger, LATER).select("state", "is_proven").rows()
    assert rows == [("credited", False), ("returned", False), ("credited", False)]
    state(ledger, 1, Stated("missing", 1, 3, 50, 35))
    ledger.execute("UPDATE core_statement SET statement = 2 WHERE identification = 'missing'")
    assert stood(ledger, LATER).select("state", "is_proven").rows()[1] == ("returned", True)
