"""Incidents that happened somewhere, played: each is caught by the gate that was made for it, and by name.

Their stories stand in docs/operating/gates.md. The body is small and made up: two hundred payees of £1,000.00.
"""

import csv
import hashlib
from dataclasses import replace
from datetime import date, datetime, timedelta

import duckdb
import pytest

from schemas.account.forms import AccountForms
from schemas.authorised_payees import parse_list
from tasks.assess.gate import Thresholds
from tasks.assess.gates import gates
from tasks.assess.measure import measure
from tasks.assess.metrics import Metrics
from tasks.assess.verdicts import GateResult, Verdict, results, work_out
from tasks.authorised_payees.kept import KeptList
from tasks.ledger import Ledger as LedgerOnDisk
from tasks.ledger import runs
from tests.filled_ledger import run_id_of
from tests.small_months import NOW, Row, measured, month
from tests.unit.tasks.assess.conftest import CONTRACTS, context_of

GO, REFER, NO_GO = Verdict.GO, Verdict.REFER, Verdict.NO_GO
PAYEES = 200
OCTOBER, AN_HOUR = NOW - timedelta(days=31), timedelta(hours=1)

Ledger = duckdb.DuckDBPyConnection


def paid(*numbers: int, amount: str = "1000.00", account: str = "", name: str = "") -> list[Row]:
    """Rows of payees by number; each has an account, a name and an amount of its own unless told otherwise."""
    return [(f"P{each}", account or f"{each:08}", amount, name or f"Payee the {each}th") for each in numbers]


EVERYBODY = paid(*range(PAYEES))
USUAL = [*paid(*range(1, PAYEES), PAYEES), *paid(PAYEES + 1, account="00009999")][:PAYEES]
"""The next period, where nothing is wrong: one has left, and one has come."""


def with_row(number: int, row: Row, rows: list[Row] = USUAL) -> list[Row]:
    """The usual rows, one of them replaced."""
    return [*rows[:number], row, *rows[number + 1 :]]


def raised(metrics: Metrics, thresholds: Thresholds) -> dict[str, GateResult]:
    """The judgement gates that do not say go, but for the one of the leaver, who is known."""
    asked = [each for each in gates(metrics, thresholds) if each.name != "declared_total_matches"]
    figures = metrics.figures()
    said = results(tuple(asked), figures, work_out(tuple(asked), figures))
    known = {"nobody_paid_last_time_is_left_out"}
    return {each.gate: each for each in said if each.verdict is not GO and each.gate not in known}


def november(connection: Ledger, rows: list[Row], period: str = "2026-11") -> Metrics:
    """A month after October of everybody."""
    month(connection, "2026-10", *EVERYBODY, at=OCTOBER - AN_HOUR)
    return measured(connection, month(connection, period, *rows, released=False))


def test_a_usual_month_raises_nothing(connection: Ledger, thresholds: Thresholds) -> None:
    assert raised(november(connection, USUAL), thresholds) == {}


def test_five_payments_of_59395_pounds_in_the_place_of_59_95(connection: Ledger, thresholds: Thresholds) -> None:
    """Fife Council, 2019."""
    month(connection, "2026-10", *EVERYBODY[:-1], *paid(199, amount="59.95"), at=OCTOBER)
    rows = with_row(198, paid(199, amount="59395.00")[0])
    said = raised(measured(connection, month(connection, "2026-11", *rows, released=False)), thresholds)
    caught = said["biggest_change_for_one_payee"]
    assert (caught.verdict, caught.figure) == (NO_GO, "990.7 times, up, at row 198")


def test_the_same_slip_in_a_first_payment(connection: Ledger, thresholds: Thresholds) -> None:
    """A payee of whom nothing is known has no last payment to be held against: what is usual stands for it."""
    slipped = raised(november(connection, with_row(199, paid(500, amount="59395.00")[0])), thresholds)
    assert slipped["biggest_first_payment"].verdict is NO_GO
    assert slipped["biggest_first_payment"].figure == "59.4 times what is usual, at row 199"


def test_a_new_payee_with_a_big_first_payment(connection: Ledger, thresholds: Thresholds) -> None:
    said = raised(november(connection, with_row(199, paid(500, amount="5000.01")[0])), thresholds)
    assert {gate: each.verdict for gate, each in said.items()} == {"biggest_first_payment": REFER}


def test_one_big_payment_by_changed_details(connection: Ledger, thresholds: Thresholds) -> None:
    """East Renfrewshire, 2017: one in two hundred with another account is no share that anybody would ask about."""
    big = [*EVERYBODY[:-1], *paid(199, amount="6000.00")]
    month(connection, "2026-10", *big, at=OCTOBER)
    rows = with_row(198, paid(199, amount="6000.00", account="66666666")[0])
    said = raised(measured(connection, month(connection, "2026-11", *rows, released=False)), thresholds)
    assert {gate: each.verdict for gate, each in said.items()} == {"biggest_to_changed_details": REFER}
    assert said["biggest_to_changed_details"].figure == "6 times what is usual, at row 198"


def test_many_payments_by_changed_details_are_named_by_row(connection: Ledger, thresholds: Thresholds) -> None:
    """Clackmannanshire: of twenty changes eleven were not verified by anybody."""
    moved = [(row[0], f"7{row[1][1:]}", *row[2:]) for row in USUAL[:20]]
    said = raised(november(connection, [*moved, *USUAL[20:]]), thresholds)
    assert {gate: each.verdict for gate, each in said.items()} == {"changed_details_share": REFER}
    assert said["changed_details_share"].figure == (
        "20 of 200 payments (10.00%), at rows 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 10 more"
    )


def test_a_name_that_changed_together_with_the_account(connection: Ledger, thresholds: Thresholds) -> None:
    rows = with_row(7, ("P8", "66666666", "1000.00", "Somebody Else"))
    said = raised(november(connection, rows), thresholds)
    assert {gate: each.verdict for gate, each in said.items()} == {"names_changed_with_details_share": REFER}
    assert said["names_changed_with_details_share"].figure == "1 of 200 payments (0.50%), at row 7"


def test_a_name_alone_is_no_fraud(connection: Ledger, thresholds: Thresholds) -> None:
    """Another name and the same account; and the same name in other signs, capitals and accents."""
    rows: list[Row] = [
        ("P1", "00000001", "1000.00", "Somebody Else"),
        ("P2", "66666666", "1000.00", "PAYEE THE-2ND"),
        ("P3", "77777777", "1000.00", "Páyée the 3rd"),
    ]
    named = [*paid(1), *paid(2, name="Payee the 2nd"), *paid(3, name="Payee the 3rd")]
    month(connection, "2026-10", *named, *EVERYBODY[4:], at=OCTOBER)
    now = measured(connection, month(connection, "2026-11", *rows, *USUAL[3:], released=False))
    assert now.previous and (now.previous.details.changed, now.previous.details.renamed) == ((1, 2), ())
    assert raised(now, thresholds) == {}


def test_one_account_for_many_payees_who_had_others(connection: Ledger, thresholds: Thresholds) -> None:
    redirected = [(row[0], "66666666", *row[2:]) for row in USUAL[:4]]
    said = raised(november(connection, [*redirected, *USUAL[4:]]), thresholds)
    assert said["payees_new_to_one_account"].verdict is REFER
    assert said["payees_new_to_one_account"].figure == "4 payees, at rows 0, 1, 2, 3"


def test_a_payroll_organisations_account_of_old_is_not_asked_about(connection: Ledger, thresholds: Thresholds) -> None:
    shared = paid(*range(50), account="55555555")
    month(connection, "2026-10", *shared, *EVERYBODY[50:], at=OCTOBER)
    rows = [*shared[1:], *USUAL[49:]]
    assert raised(measured(connection, month(connection, "2026-11", *rows, released=False)), thresholds) == {}


def test_a_whole_file_of_last_period_sent_again(connection: Ledger, thresholds: Thresholds) -> None:
    """Every other figure of it is as good as can be: no change at all."""
    said = raised(november(connection, list(reversed(EVERYBODY))), thresholds)
    assert {gate: each.verdict for gate, each in said.items()} == {"same_as_last_time_share": REFER}
    assert said["same_as_last_time_share"].figure == "200 of 200 payments (100.00%)"


def test_a_payee_with_several_awards_is_the_same_as_last_time_too(connection: Ledger) -> None:
    awards: list[Row] = [("A", "1", "10.00"), ("A", "2", "20.00"), ("B", "3", "5.00"), ("B", "3", "5.00")]
    month(connection, "2026-10", *awards, at=OCTOBER)
    again = measured(connection, month(connection, "2026-11", *reversed(awards), released=False))
    assert again.previous and again.previous.unchanged == 4
    swapped: list[Row] = [("A", "1", "20.00"), ("A", "2", "10.00"), ("B", "3", "5.00"), ("B", "3", "5.00")]
    other = measured(connection, month(connection, "2026-11", *swapped, released=False))
    assert other.previous and other.previous.unchanged == 2


def test_an_incomplete_file_that_declares_itself(connection: Ledger, thresholds: Thresholds) -> None:
    """Benefits Agency, 2000: the manifest fits, for it was made of what was there."""
    said = raised(november(connection, USUAL[:140]), thresholds)
    assert said["change_in_payments"].verdict is said["change_in_total"].verdict is NO_GO
    assert said["leavers_share"].verdict is NO_GO


def test_leavers_who_are_paid_again(connection: Ledger, thresholds: Thresholds) -> None:
    """Highland Council: 593 leavers were overpaid; three who had left in October are in November's extract again."""
    month(connection, "2026-09", *EVERYBODY, *paid(901, 902, 903), at=OCTOBER - timedelta(days=31))
    said = raised(november(connection, [*USUAL[:-3], *paid(901, 902, 903)]), thresholds)
    assert {gate: each.verdict for gate, each in said.items()} == {"returners_share": REFER}
    assert said["returners_share"].figure == "3 of 200 payees (1.50%), at rows 197, 198, 199"


def test_who_was_away_for_longer_than_a_year_is_new(connection: Ledger) -> None:
    month(connection, "2025-09", *paid(901), at=OCTOBER - timedelta(days=400))
    for number in range(1, 13):
        year, of_year = divmod(2025 * 12 + 9 + number - 1, 12)
        month(connection, f"{year}-{of_year + 1:02}", *paid(1), at=OCTOBER)
    metrics = measured(connection, month(connection, "2026-11", *paid(1, 901), released=False))
    assert metrics.previous
    assert (metrics.previous.joiners, metrics.previous.returners) == (1, ())


def test_a_total_beyond_all_of_a_year(connection: Ledger, thresholds: Thresholds) -> None:
    """Each month a little more: no single step is asked about."""
    for at, amount in enumerate(("1000.00", "1040.00", "1080.00")):
        month(connection, f"2026-{8 + at:02}", *paid(*range(PAYEES), amount=amount), at=OCTOBER)
    rows = paid(*range(1, PAYEES + 1), amount="1120.00")
    said = raised(measured(connection, month(connection, "2026-11", *rows, released=False)), thresholds)
    assert {gate: each.verdict for gate, each in said.items()} == {"total_outside_range": REFER}
    assert said["total_outside_range"].figure == (
        "£200,000.00 to £216,000.00 in 3 periods, £224,000.00 now (3.70% outside)"
    )


def test_what_was_paid_after_the_full_run_belongs_to_its_period(connection: Ledger) -> None:
    month(connection, "2026-08", *paid(1, 2), at=OCTOBER)
    month(connection, "2026-08", *paid(3), at=OCTOBER, kind="supplementary")
    month(connection, "2026-09", *paid(1), at=OCTOBER)
    metrics = measured(connection, month(connection, "2026-10", *paid(1), released=False))
    assert metrics.previous and metrics.previous.totals == (300_000, 100_000)


class TestWhoIsOnNoList:
    """A made-up payee, put in by whoever prepares the extract: nothing about the row itself is wrong."""

    def beside(self, connection: Ledger, rows: list[Row], listed: str, kind: str = "full") -> Metrics:
        month(connection, "2026-10", *EVERYBODY, at=OCTOBER - AN_HOUR)
        run_id = month(connection, "2026-11", *rows, released=False, kind=kind)
        kept = KeptList("ab" * 32, date(2026, 11, 2), ("A", "B"), parse_list(listed.encode(), "list.csv"))
        return measured(connection, run_id, authorised=kept)

    def test_it_is_named_by_row(self, connection: Ledger, thresholds: Thresholds) -> None:
        listed = "\n".join(["payee_reference", *(row[0] for row in USUAL if row[0] != "P8")])
        said = raised(self.beside(connection, USUAL, listed), thresholds)
        assert {gate: each.verdict for gate, each in said.items()} == {"unauthorised_share": REFER}
        assert said["unauthorised_share"].figure == (
            "1 of 200 payments (0.50%), at row 7, beside the 199 of the list of 2 November 2026"
        )

    def test_so_it_is_in_arrears(self, connection: Ledger, thresholds: Thresholds) -> None:
        said = raised(self.beside(connection, paid(1, 300), "payee_reference\nP1\n", "arrears"), thresholds)
        assert said["unauthorised_share"].figure.startswith("1 of 2 payments (50.00%), at row 1,")

    def test_where_the_list_has_accounts_another_one_is_not_on_it(
        self, connection: Ledger, thresholds: Thresholds
    ) -> None:
        hashes = {row[0]: hashlib.sha256(f"800000{row[1]}".encode()).hexdigest() for row in USUAL}
        hashes["P3"] = hashes["P8"]  # the account of somebody else who is on it
        hashes["P9"] = ""  # whatever the account
        listed = "\n".join(["payee_reference,account_sha256", *map(",".join, hashes.items())])
        said = raised(self.beside(connection, USUAL, listed), thresholds)
        assert {gate: each.verdict for gate, each in said.items()} == {"unauthorised_share": REFER}
        assert "at row 2, beside" in said["unauthorised_share"].figure

    def test_a_list_that_is_none_of_theirs_stops_the_run(self, connection: Ledger, thresholds: Thresholds) -> None:
        said = raised(self.beside(connection, USUAL, "payee_reference\np1\n"), thresholds)
        assert said["unauthorised_share"].verdict is NO_GO

    @pytest.mark.parametrize("period", ["2026-10", "2026-11"])
    def test_the_clean_samples_are_all_on_it(self, ledger: LedgerOnDisk, thresholds: Thresholds, period: str) -> None:
        with (CONTRACTS / "ilf" / "samples" / f"ilf-{period}.csv").open(encoding="utf-8", newline="") as file:
            sent = [
                (row["ILF Ref"], row["Sort Code"] + row["Account No"] + row["Roll No"].strip().upper())
                for row in csv.DictReader(file)
            ]
        rows = dict.fromkeys(f"{payee},{hashlib.sha256(at.encode()).hexdigest()}" for payee, at in sent if payee)
        listed = parse_list("\n".join(["payee_reference,account_sha256", *rows]).encode(), "list.csv")
        with ledger.opened() as connection:
            run = runs.run_row(connection, run_id_of(period))
            kept = KeptList("ab" * 32, date(2026, 10, 2), (), listed)
            told = replace(context_of(period), authorised=kept)
            found = measure(connection, run, told, AccountForms())
        assert found.authorised and found.authorised.rows == ()
        assert "unauthorised_share" not in raised(found, thresholds)


class TestMuchTheSameAsWasPaid:
    """Santander, 2021, and the Benefits Agency: what was paid is paid once more, under a name that lets it pass."""

    def repeats(
        self, connection: Ledger, rows: list[Row], kind: str, period: str = "2026-11", now: datetime = NOW
    ) -> Metrics:
        return measured(connection, month(connection, period, *rows, released=False, kind=kind), now)

    def test_a_whole_month_declared_as_arrears(self, connection: Ledger, thresholds: Thresholds) -> None:
        month(connection, "2026-11", *EVERYBODY)
        said = raised(self.repeats(connection, EVERYBODY, "arrears"), thresholds)["same_as_paid_share"]
        assert (said.verdict, said.figure) == (
            NO_GO,
            "200 of 200 payments (100.00%), at rows 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 190 more, "
            "beside ilf-2026-11-live-1",
        )

    @pytest.mark.parametrize(("repeated", "verdict"), [(98, REFER), (100, NO_GO)])
    def test_from_half_of_the_rows_on_it_is_a_no_go(
        self, connection: Ledger, thresholds: Thresholds, repeated: int, verdict: Verdict
    ) -> None:
        month(connection, "2026-11", *EVERYBODY)
        rows = [*EVERYBODY[:repeated], *paid(*range(repeated, PAYEES), amount="12.00")]
        assert raised(self.repeats(connection, rows, "arrears"), thresholds)["same_as_paid_share"].verdict is verdict

    def test_the_account_tells_whoever_the_payee_is_and_the_payee_wherever_it_goes(self, connection: Ledger) -> None:
        month(connection, "2026-11", *paid(1, 2, 3))
        rows: list[Row] = [("Q1", "00000001", "1000.00"), ("P2", "77777777", "1000.00"), ("P3", "00000003", "999.99")]
        assert self.repeats(connection, rows, "arrears").repeats.rows == (0, 1)

    @pytest.mark.parametrize(("days", "held_against"), [(31, 1), (32, 0)])
    def test_of_another_period_what_was_released_within_31_days_counts(
        self, connection: Ledger, days: int, held_against: int
    ) -> None:
        month(connection, "2026-10", *EVERYBODY, at=NOW - timedelta(days))
        assert len(self.repeats(connection, EVERYBODY, "arrears").repeats.run_ids) == held_against

    def test_of_its_own_period_all_counts(self, connection: Ledger) -> None:
        month(connection, "2026-11", *EVERYBODY, at=NOW - timedelta(200))
        assert len(self.repeats(connection, EVERYBODY, "arrears").repeats.rows) == PAYEES

    def test_a_month_sent_as_an_off_cycle_run(self, connection: Ledger, thresholds: Thresholds) -> None:
        month(connection, "2026-11", *EVERYBODY)
        again = self.repeats(connection, EVERYBODY, "full", "2026-thanks")
        assert raised(again, thresholds)["same_as_paid_share"].verdict is NO_GO

    def test_the_month_after_it_was_paid_as_arrears(self, connection: Ledger, thresholds: Thresholds) -> None:
        """It is the month itself that must not leave then."""
        month(connection, "2026-10", *EVERYBODY, at=NOW - timedelta(30))
        month(connection, "2026-10", *EVERYBODY, at=NOW - timedelta(8), kind="arrears")
        assert raised(self.repeats(connection, USUAL, "full"), thresholds)["same_as_paid_share"].verdict is NO_GO

    def test_ordinary_weeks_look_like_each_other(self, connection: Ledger, thresholds: Thresholds) -> None:
        """What was refused in a week is paid after it, the same as in the week before."""
        for week in (45, 46, 47):
            month(connection, f"2026-W{week}", *EVERYBODY, at=NOW - timedelta(weeks=48 - week))
        full = self.repeats(connection, USUAL, "full", "2026-W48")
        assert full.repeats.run_ids == ()
        assert raised(full, thresholds) == {}
        month(connection, "2026-W48", *USUAL[10:])
        after = self.repeats(connection, USUAL[:10], "supplementary", "2026-W48", NOW + timedelta(7))
        assert (after.repeats.rows, len(after.repeats.run_ids)) == ((), 1)

    def test_a_file_that_was_taken_back_has_paid_nobody(self, connection: Ledger) -> None:
        month(connection, "2026-11", *EVERYBODY)
        connection.execute("INSERT INTO withdrawal VALUES (1, 1, 'never sent', 'x', 'y', ?)", [NOW])
        assert self.repeats(connection, EVERYBODY, "arrears").repeats.run_ids == ()


class TestWhatFollowsAFullRun:
    """Arrears and supplementary extracts are held against the last run that paid everybody."""

    def following(self, connection: Ledger, rows: list[Row], kind: str = "arrears") -> Metrics:
        month(connection, "2026-10", *EVERYBODY[:50], at=OCTOBER)
        month(connection, "2026-11", *EVERYBODY)
        return measured(connection, month(connection, "2026-11", *rows, released=False, kind=kind))

    def test_a_few_differences_raise_nothing(self, connection: Ledger, thresholds: Thresholds) -> None:
        assert raised(self.following(connection, paid(*range(50), amount="12.34")), thresholds) == {}

    def test_arrears_of_more_than_all(self, connection: Ledger, thresholds: Thresholds) -> None:
        said = raised(self.following(connection, paid(*range(PAYEES), amount="1000.01")), thresholds)
        assert {gate: each.verdict for gate, each in said.items()} == {
            "following_total_share": NO_GO,
            "following_payees_share": REFER,
        }
        assert said["following_total_share"].figure == "100.00% of the £200,000.00 of 2026-11"
        assert said["following_payees_share"].figure == "200 payees beside 200 (100.00%)"

    def test_a_slipped_point_in_arrears(self, connection: Ledger, thresholds: Thresholds) -> None:
        said = raised(self.following(connection, paid(1, 2, amount="5000.01")), thresholds)
        assert {gate: each.verdict for gate, each in said.items()} == {"following_largest_payment": REFER}
        assert said["following_largest_payment"].figure == "5 times what is usual, at row 0"

    def test_where_nothing_was_paid_in_full_a_person_is_asked(self, connection: Ledger, thresholds: Thresholds) -> None:
        alone = measured(connection, month(connection, "2026-11", *paid(1), released=False, kind="arrears"))
        said = raised(alone, thresholds)
        assert {gate: each.waits_for_a_period for gate, each in said.items()} == {
            "there_is_a_month_to_compare": False,
            "following_total_share": True,
            "following_payees_share": True,
            "following_largest_payment": True,
            "following_changed_details_share": True,
        }

    @pytest.mark.parametrize("kind", ["arrears", "supplementary"])
    def test_one_payment_to_other_details_is_asked_about(
        self, connection: Ledger, thresholds: Thresholds, kind: str
    ) -> None:
        """No month is compared there, so whoever waits for arrears to redirect a payment met no gate at all."""
        rows = [*paid(1, amount="12.34"), *paid(2, account="66666666", amount="12.34"), *paid(300, amount="12.34")]
        said = raised(self.following(connection, rows, kind), thresholds)
        assert {gate: each.verdict for gate, each in said.items()} == {"following_changed_details_share": REFER}
        assert said["following_changed_details_share"].figure == "1 of 3 payments (33.33%), at row 1"

    def test_details_are_held_against_the_last_payment_of_whichever_kind(
        self, connection: Ledger, thresholds: Thresholds
    ) -> None:
        """P1 was paid by other details since the full run; P60 left after October, and has arrears by other details."""
        month(connection, "2026-10", *EVERYBODY[:80], at=OCTOBER)
        month(connection, "2026-11", *EVERYBODY[:50])
        month(connection, "2026-11", *paid(1, account="66666666", amount="5.00"), kind="arrears")
        rows = [*paid(1, 2, 61, amount="12.34"), *paid(60, account="77777777", amount="12.34")]
        run_id = month(connection, "2026-11", *rows, released=False, kind="arrears")
        following = measured(connection, run_id).following
        assert following and following.changed == (0, 3)
        said = raised(measured(connection, run_id), thresholds)["following_changed_details_share"]
        assert (said.verdict, said.figure) == (REFER, "2 of 4 payments (50.00%), at rows 0, 3")

    def test_an_account_that_the_full_run_refused_is_not_the_one_that_it_paid(self, connection: Ledger) -> None:
        month(connection, "2026-11", *EVERYBODY[1:], ("P0", "66666666", "x"), ("P0", "00000000", "1.00"))
        rows = [*paid(0, account="66666666"), *paid(0)]
        run_id = month(connection, "2026-11", *rows, released=False, kind="supplementary")
        following = measured(connection, run_id).following
        assert following and following.changed == (0,)


class TestArrearsOfSeveralPeriods:
    """One payee's arrears, a month at a time: each alone is what everybody has for a month."""

    EARLIER = ("2026-06", "2026-07", "2026-08", "2026-09", "2026-10")

    def arrears(self, connection: Ledger, amount: str = "1000.00", days_ago: int = 30) -> Metrics:
        month(connection, "2026-05", *EVERYBODY, at=OCTOBER)
        month(connection, "2026-11", *EVERYBODY)
        for period in self.EARLIER:
            month(connection, period, *paid(1, amount=amount), kind="arrears", at=NOW - timedelta(days_ago))
        rows = paid(2, 1, amount="1000.00")
        return measured(connection, month(connection, "2026-11", *rows, released=False, kind="arrears"))

    def test_they_are_added_up_for_the_payee(self, connection: Ledger, thresholds: Thresholds) -> None:
        said = raised(self.arrears(connection), thresholds)
        assert said["following_largest_payment"].verdict is REFER
        assert said["following_largest_payment"].figure == (
            "6 times what is usual, at row 1, together with ilf-2026-06-live-3, ilf-2026-07-live-4, "
            "ilf-2026-08-live-5, ilf-2026-09-live-6, ilf-2026-10-live-7"
        )

    def test_and_for_all_payees(self, connection: Ledger, thresholds: Thresholds) -> None:
        said = raised(self.arrears(connection, amount="3600.01"), thresholds)["following_total_share"]
        assert (said.verdict, said.figure[:37]) == (REFER, "10.00% of the £200,000.00 of 2026-11,")

    @pytest.mark.parametrize(("days_ago", "times"), [(31, 6), (32, 1)])
    def test_those_of_longer_ago_count_no_more(self, connection: Ledger, days_ago: int, times: int) -> None:
        following = self.arrears(connection, days_ago=days_ago).following
        assert following and following.largest_payment == times

    def test_a_supplementary_extract_counts_with_those_of_its_own_period_alone(self, connection: Ledger) -> None:
        month(connection, "2026-10", *EVERYBODY, at=OCTOBER)
        month(connection, "2026-10", *paid(1), kind="supplementary")
        month(connection, "2026-11", *EVERYBODY)
        run_id = month(connection, "2026-11", *paid(1), released=False, kind="supplementary")
        following = measured(connection, run_id).following
        assert following and (following.largest_payment, following.before) == (1, ())
