"""What the provider says of vouchers: cashed is a sum, and only what it says has ended is free."""

import csv
import random
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from schemas.period import Period
from tasks.correction_file.carried import list_carried
from tasks.correction_file.stage import write_correction_files
from tasks.ledger.bank_rows import WithdrawalRow
from tasks.ledger.parts.sweeping import sweep_sealed
from tasks.ledger.rows import insert
from tasks.reconcile.stage import as_at, reconcile
from tasks.retention.due import scope_of
from tasks.storage.custody import list_sealed
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tasks.vouchers.cancel import ask_to_cancel
from tasks.vouchers.standing import list_vouchers
from tasks.vouchers.submit import record_sent
from tests.unit.tasks.vouchers.month import (
    DECEMBER,
    LATER,
    NOVEMBER,
    OPERATOR,
    OVER,
    RUN,
    SENDER,
    answered,
    says,
    states,
    totals,
)

AMOUNTS = {1: 10000, 2: 1166, 3: 2850}


def test_a_voucher_goes_from_sent_to_cashed(cash: TenantContext) -> None:
    record_sent(cash, RUN, "P-1", NOVEMBER, SENDER, NOVEMBER)
    assert states(cash)[1] == ("submitted", 0)
    answered(cash, [says(1, "PART CASHED", "100.00", "40.00"), says(2, "ISSUED", "11.66", "0.00")])
    assert {row: states(cash)[row] for row in (1, 2, 3)} == {
        1: ("issued", 4000),
        2: ("issued", 0),
        3: ("submitted", 0),
    }
    assert totals(cash) == {"released": (1, 2081), "cashed": (0, 4000), "issued": (2, 7166), "submitted": (1, 2850)}
    answered(cash, [says(1, "CASHED", "100.00", "100.00", OVER.date())], OVER, "later.csv")
    assert totals(cash, OVER.date())["cashed"] == (1, 10000)
    assert not list(problems(cash))


def test_what_was_not_cashed_of_an_expired_voucher_is_a_bucket_of_its_own(cash: TenantContext) -> None:
    first = DECEMBER.replace(day=1)
    lines = [
        says(1, "EXPIRED", "100.00", "40.00", first.date()),
        says(2, "CANCELLED", "11.66", "0.00", first.date()),
    ]
    answered(cash, lines, first)
    found = as_at(cash, RUN, first)
    buckets = {str(each.name): (each.rows, f"{each.pounds:.2f}") for each in found.buckets if each.pounds}
    assert buckets == {
        "in flight": (2, "49.31"),
        "cashed": (0, "40.00"),
        "expired": (1, "60.00"),
        "cancelled": (1, "11.66"),
    }
    assert not found.unexplained
    assert [(str(each.outcome), each.row_numbers) for each in found.follow_ups] == [
        ("expired", (1,)),
        ("cancelled", (2,)),
    ]


def test_two_words_that_do_not_fit_free_nobody(cash: TenantContext) -> None:
    answered(cash, [says(1, "EXPIRED", "100.00", "40.00")])
    said = answered(cash, [says(1, "ISSUED", "100.00", "70.00")], name="later.csv")
    assert said.revived == 1
    assert states(cash)[1] == ("issued", 7000)
    told = [each for each in as_at(cash, RUN, DECEMBER).follow_ups if each.meaning.startswith("DISPUTED")]
    assert [each.row_numbers for each in told] == [(1,)], "the report says it for as long as it stands"
    shown = {each.row_number: each.next_step(LATER) for each in list_vouchers(cash, RUN)}
    assert shown[1].startswith("DISPUTED") and not shown[2].startswith("DISPUTED")
    answered(cash, [says(1, "EXPIRED", "100.00", "70.00", OVER.date())], OVER, "last.csv")
    assert states(cash, OVER.date())[1] == ("expired", 7000)


def test_the_word_of_the_latest_day_counts_in_whichever_order_files_come(cash: TenantContext) -> None:
    answered(cash, [says(1, "ISSUED", "100.00", "40.00"), says(2, "EXPIRED", "11.66", "0.00")])
    before = LATER - timedelta(days=3)
    older = [says(1, "EXPIRED", "100.00", "40.00", before), says(2, "ISSUED", "11.66", "0.00", before)]
    said = answered(cash, older, name="older.csv")
    assert (states(cash)[1], states(cash)[2], said.revived) == (("issued", 4000), ("expired", 0), 0)


def test_more_cashed_of_one_that_has_ended_is_told_although_it_says_ended_again(cash: TenantContext) -> None:
    answered(cash, [says(1, "EXPIRED", "100.00", "40.00")])
    assert answered(cash, [says(1, "EXPIRED", "100.00", "70.00")], name="later.csv").revived == 1


def test_that_its_last_day_is_over_ends_no_voucher(cash: TenantContext) -> None:
    answered(cash, [says(1, "ISSUED", "100.00", "0.00")])
    assert states(cash, date(2027, 6, 1))[1] == ("issued", 0)


def test_a_cancellation_asked_for_is_not_one_made(cash: TenantContext) -> None:
    ask_to_cancel(cash, f"{RUN}/1", "the number was another's", "R-1", OPERATOR, DECEMBER)
    assert states(cash)[1] == ("released", 0)
    with pytest.raises(NoGo, match="is paid by no voucher"):
        ask_to_cancel(cash, f"{RUN}/0", "a slip", "R-2", OPERATOR, DECEMBER)
    answered(cash, [says(1, "CANCELLED", "100.00", "0.00")])
    with pytest.raises(NoGo, match="is cancelled, so there is nothing to cancel"):
        ask_to_cancel(cash, f"{RUN}/1", "a slip", "R-2", OPERATOR, DECEMBER)


def test_the_same_file_again_returns_what_stands(cash: TenantContext) -> None:
    first = answered(cash, [says(1, "EXPIRED", "100.00", "40.00")])
    again = answered(cash, [says(1, "EXPIRED", "100.00", "40.00")])
    assert (first.stood, again.stood, again.figures, again.runs) == (False, True, first.figures, (RUN,))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (says(9, "ISSUED", "100.00", "0.00"), "answers for no voucher that was released"),
        (says(0, "ISSUED", "20.81", "0.00"), "answers for no voucher that was released"),
        (says(1, "GONE", "100.00", "0.00"), "has a code that the voucher channel example does not have"),
        (says(1, "ISSUED", "10.00", "0.00"), "has another amount than its voucher"),
        (says(1, "ISSUED", "100.00", "100.01"), "has no sum that can have been cashed of it"),
        (says(1, "ISSUED", "100.00", "1,00"), "has no sum that can have been cashed of it"),
        (says(1, "ISSUED", "100.00", "-1.00"), "has no sum that can have been cashed of it"),
        (says(1, "ISSUED", "100.00", "5.00", date(2026, 11, 1)), "has no day"),
        (says(1, "ISSUED", "100.00", "5.00", date(2027, 1, 1)), "has no day"),
        (
            f"{says(1, 'ISSUED', '100.00', '5.00')}\r\n{says(1, 'EXPIRED', '100.00', '5.00')}",
            "another line answers too",
        ),
    ],
    ids=[
        "no row",
        "a transfer",
        "code",
        "amount",
        "too much",
        "no sum",
        "less than none",
        "before",
        "to come",
        "twice",
    ],
)
def test_one_line_that_cannot_be_is_no_file_at_all(cash: TenantContext, line: str, said: str) -> None:
    with pytest.raises(NoGo) as refused:
        answered(cash, [says(2, "ISSUED", "11.66", "0.00"), line.replace(",1,00,", ",100,")])
    assert said in str(refused.value)
    assert "Nothing was taken in, no line of it" in str(refused.value)
    assert "100.00" not in str(refused.value)
    assert states(cash)[2] == ("released", 0)


def test_less_cashed_than_before_is_no_answer(cash: TenantContext) -> None:
    answered(cash, [says(1, "ISSUED", "100.00", "40.00")])
    with pytest.raises(NoGo, match="says that less was cashed than the provider said before"):
        answered(cash, [says(1, "EXPIRED", "100.00", "0.00")], name="later.csv")


def test_pence_by_state_always_add_up(cash: TenantContext) -> None:
    lots, cashed, day = random.Random(15), dict.fromkeys(AMOUNTS, 0), NOVEMBER
    for number in range(8):
        day += timedelta(days=4)
        lines = _any_answers(lots, cashed, day.date())
        answered(cash, lines, day, f"{number}.csv")
        found = totals(cash, day.date())
        assert sum(pence for _, pence in found.values()) == 2081 + sum(AMOUNTS.values())
        assert sum(payments for payments, _ in found.values()) == 4
        assert found.get("cashed", (0, 0))[1] == sum(cashed.values())
    assert not list(problems(cash))


def _any_answers(lots: random.Random, cashed: dict[int, int], day: date) -> Sequence[str]:
    lines = []
    for row in lots.sample(sorted(AMOUNTS), 2):
        cashed[row] = lots.choice([cashed[row], lots.randint(cashed[row], AMOUNTS[row]), AMOUNTS[row]])
        pounds = [f"{pence // 100}.{pence % 100:02}" for pence in (AMOUNTS[row], cashed[row])]
        lines.append(says(row, lots.choice(["ISSUED", "EXPIRED", "CANCELLED"]), *pounds, day))
    return lines


def test_sent_is_said_once(cash: TenantContext) -> None:
    record_sent(cash, RUN, "P-1", NOVEMBER, SENDER, NOVEMBER)
    assert record_sent(cash, RUN, "P-1", NOVEMBER, SENDER, DECEMBER).figures.reference == "P-1"
    with pytest.raises(NoGo, match=r"recorded as sent already, by sender@siller\.example under the reference P-1"):
        record_sent(cash, RUN, "P-2", NOVEMBER, SENDER, DECEMBER)


def test_vouchers_that_were_sent_after_all_are_kept_and_pay_nobody_again(cash: TenantContext) -> None:
    (cash.paths.outbox("cash") / f"{RUN}.REHEARSAL.vouchers.csv").unlink()
    with cash.ledger.transaction() as connection:
        insert(connection, WithdrawalRow(1, 1, "it was not sent", SENDER, OPERATOR, NOVEMBER))
    assert states(cash)[1] == ("not_sent", 0)
    record_sent(cash, RUN, "P-1", NOVEMBER, SENDER, NOVEMBER)
    assert states(cash)[1] == ("submitted", 0)


def test_what_left_the_outbox_cannot_be_said_to_be_sent(cash: TenantContext, tmp_path: Path) -> None:
    (cash.paths.outbox("cash") / f"{RUN}.REHEARSAL.vouchers.csv").unlink()
    with pytest.raises(NoGo, match="is not in"):
        record_sent(cash, RUN, "P-1", NOVEMBER, SENDER, NOVEMBER)


def test_what_the_provider_sent_is_sealed_missed_and_goes_with_its_period(cash: TenantContext) -> None:
    sha256 = answered(cash, [says(1, "EXPIRED", "100.00", "40.00")]).figures.sha256
    with cash.ledger.opened() as connection:
        sweep_sealed(connection, cash.paths, "cash")
        assert sha256 in scope_of(connection, Period.parsed("2026-11"), None).sealed
        assert sha256 not in scope_of(connection, Period.parsed("2026-12"), None).sealed
    assert sha256 in list_sealed(cash.paths, "cash")
    assert not list(problems(cash))
    cash.paths.sealed("cash", sha256).unlink()
    assert [each.what for each in problems(cash)] == [
        f"The sealed answers about vouchers {sha256[:12]} is missing, or is not what was sealed."
    ]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE core_voucher SET pence = pence + 1 WHERE row_number = 1",
        "UPDATE core_voucher_answer SET cashed_pence = 20000",
        "UPDATE voucher_file SET sha256 = repeat('a', 64)",
        "DELETE FROM core_voucher WHERE row_number = 2",
    ],
)
def test_what_somebody_changed_of_vouchers_is_found(cash: TenantContext, change: str) -> None:
    answered(cash, [says(1, "EXPIRED", "100.00", "40.00")])
    with cash.ledger.transaction() as connection:
        connection.execute(change)
    assert list(problems(cash))


def test_no_contact_stands_in_log_journal_pack_or_report(cash: TenantContext) -> None:
    answered(cash, [says(1, "EXPIRED", "100.00", "40.00")])
    reconcile(cash, RUN, DECEMBER)
    with cash.ledger.opened() as connection:
        kept = str(connection.execute("SELECT figures FROM journal").fetchall())
    reports = [
        path.read_text("utf-8") for path in cash.paths.reports(RUN).rglob("*") if path.suffix in (".csv", ".html")
    ]
    for secret in ("900101", "people.example", "IV99", "Mhairi"):
        assert secret not in kept
        assert not [secret for text in reports if secret in text]


def test_the_body_is_told_what_of_a_voucher_to_send_again(cash: TenantContext) -> None:
    answered(cash, [says(1, "EXPIRED", "100.00", "40.00"), says(3, "CANCELLED", "28.50", "0.00")])
    (written,) = write_correction_files(cash, Period.parsed("2026-11"), DECEMBER)
    with written.path.open(encoding="utf-8-sig") as file:
        rows = {row["Claimant"]: row for row in csv.DictReader(file)}
    assert rows.keys() == {"SV-1002", "SV-1004"}
    assert [[text for text in row.values() if "The amount to write is" in str(text)] for row in rows.values()] == [
        [
            "Reach the payee, and agree with them how they are paid. Send again what was not cashed, and no more: by "
            "another voucher, or to an account. The amount to write is 60.00."
        ],
        ["Send it again if it is still owed. The amount to write is 28.50."],
    ]
    carried = list_carried(cash, Period.parsed("2026-11"), DECEMBER)
    assert [(each.items, str(each.pounds.normalize())) for each in carried] == [(2, "88.5")]
