"""The go/no-go pack: what it shows first, what it never shows, and that it renders."""

import csv
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from schemas.contract.contract import CANONICAL, Contract
from schemas.rails.totals import Debit
from tasks.assess.gate import Thresholds
from tasks.assess.gates import gates
from tasks.assess.metrics import AccountTable, LeftOut, Metrics, SharedAccounts
from tasks.assess.pack import InstructedFile, Pack, pack
from tasks.assess.verdicts import no_goes, results, worked_out
from tasks.instruct.written_text import WrittenText
from tests import filled_ledger as fill
from tests.unit.tasks.assess.conftest import CONTRACTS

FILE_SHA256 = "0123456789ab" + "cd" * 26
COLUMNS = {
    column.name: column.physical_name for column in Contract.load(CONTRACTS / "ilf" / "extract.odcs.yaml").columns
}


def packed(metrics: Metrics, thresholds: Thresholds, with_file: bool = True) -> Pack:
    asked = gates(metrics, thresholds)
    said = results(asked, metrics.figures(), worked_out(asked, metrics.figures()))
    file = InstructedFile(FILE_SHA256, metrics.payable_payments, metrics.payable_pence, metrics.run.pay_date)
    return pack("Independent Living Fund", COLUMNS, metrics, said, file if with_file else None)


@pytest.fixture(scope="module")
def november_pack(november: Metrics, thresholds: Thresholds) -> str:
    return packed(november, thresholds).markdown


def test_the_headline_has_payments_pounds_day_and_hash(november_pack: str) -> None:
    headline = november_pack.split("\n\n")[1]
    assert headline == (
        "**5,229 payments, £10,651,415.60**, by Bacs, with payees on **30 November 2026**. "
        "Payment file SHA-256 `0123456789ab`."
    )
    assert FILE_SHA256 in november_pack


def test_what_is_referred_comes_before_what_is_left_out_and_what_says_go(november_pack: str) -> None:
    order = [
        "**The gates say refer: to approve, give the reason.**",
        "- **refer: nobody paid last time is left out.** 120 payees paid last time have a payment left out",
        "### Left out",
        "**wait for a correction**: leave this form unanswered",
        "**pay the rest now**: approve, with the reason",
        "**abandon the run**: reject, with the reason",
        "152 joiners, 83 leavers, 24 payments to an account",
        "**Shared accounts**, listed and not held:",
        "1 account with 30 payees",
        "**Say go:** extract hash matches,",
    ]
    places = [november_pack.index(text) for text in order]
    assert places == sorted(places)


def test_what_is_left_out_stands_by_cause_and_adds_up(november_pack: str) -> None:
    lines = [line for line in november_pack.splitlines() if line.startswith(("- **4 rows**", "- **83 payees**"))]
    assert len(lines) == 10 + 1, "ten planted causes and the missing"
    together = (
        "**40 rows; 120 payees who were paid in 2026-10** have a payment left out, and all of them get nothing now."
    )
    assert together in november_pack
    paid = [
        int(found[1]) for line in lines if (found := re.search(r"; (\d+) payees had £[\d,.]+ last time and get", line))
    ]
    assert sum(paid) == 37
    assert "- **83 payees** missing from this extract, who had £" in november_pack
    assert (
        "- **4 rows** refused: Account No breaks “account passes modulus check”; they ask for £4,530.00;"
        in november_pack
    )
    three_decimals = next(line for line in lines if "has two decimals" in line)
    assert "£1,320.02" in three_decimals, "four amounts of £330.005, as they were written"
    assert "- **4 rows** refused: Net Amount breaks “is not negative”; they ask for -£1,648.00;" in november_pack


def test_nothing_in_it_needs_a_wide_page(november_pack: str) -> None:
    """The form in the Prefect UI is narrow and cuts tables off."""
    assert not [line for line in november_pack.splitlines() if line.startswith("|")]


def test_it_is_short_enough_to_be_read_above_a_form(november_pack: str) -> None:
    assert len(november_pack) < 4000
    assert "\n\n\n" not in november_pack


def test_the_declared_total_is_for_the_approver_to_bring(november_pack: str, november: Metrics) -> None:
    assert f"{november.run.declared_total:,.2f}" == "10,708,609.22"
    assert "10,708,609" not in november_pack
    assert "10708609" not in november_pack


def test_nobody_is_in_it(november_pack: str, december: Metrics, thresholds: Thresholds) -> None:
    december_pack = packed(december, thresholds).markdown
    assert "59,395" not in december_pack, "the amount of the one payee whose change is shown as a multiple"
    for period, text in (("2026-11", november_pack), ("2026-12", december_pack)):
        with (fill.SAMPLES / f"ilf-{period}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for column in ("ILF Ref", "Recipient Name", "Sort Code", "Account No", "Roll No"):
                    assert not row[column].strip() or row[column] not in text or len(row[column]) < 6


def test_the_amount_of_one_payee_is_no_sum(november: Metrics, thresholds: Thresholds) -> None:
    one = LeftOut("refused", "amount", "has_two_decimals", 1, Decimal("330.005"), 1, 1, 176_000)
    text = packed(replace(november, left_out=(one, replace(one, rule="is_not_zero", rows=2))), thresholds).markdown
    gone = "1 payee was paid last time and gets nothing now."
    assert f"**1 row** refused: Net Amount breaks “has two decimals”; it asks for one amount, not shown; {gone}" in text
    assert f"**2 rows** refused: Net Amount breaks “is not zero”; they ask for £330.005; {gone}" in text
    assert "£1,760.00" not in text.split("By cause:")[1]


@pytest.mark.parametrize(
    ("paid", "nothing", "said"),
    [
        (4, 4, "; 4 payees had £17.60 last time and get nothing now."),
        (4, 3, "; 4 payees paid last time, 3 of them nothing now (£17.60 then)."),
        (4, 1, "; 4 payees paid last time, 1 of them nothing now."),
        (1, 0, "; 1 payee paid last time, 0 of them nothing now."),
        (0, 0, "; none was paid last time."),
    ],
)
def test_a_cause_says_who_was_paid_last_time(
    november: Metrics, thresholds: Thresholds, paid: int, nothing: int, said: str
) -> None:
    cause = LeftOut("refused", "amount", "is_not_zero", 5, Decimal(0), paid, nothing, 1760)
    text = packed(replace(november, left_out=(cause,)), thresholds).markdown
    assert f"they ask for £0.00{said}\n" in text


def test_accounts_shared_by_many_sizes_are_cut_short(november: Metrics, thresholds: Thresholds) -> None:
    sizes = tuple(SharedAccounts(payees, 1200 // payees) for payees in range(9, 1, -1))
    text = packed(replace(november, shared_accounts=sizes), thresholds).markdown
    assert "133 accounts with 9 payees," in text
    assert "240 accounts with 5 payees,\nand more with fewer." in text
    assert "with 4 payees" not in text


def test_the_first_month_says_once_that_it_cannot_compare(october: Metrics, thresholds: Thresholds) -> None:
    text = packed(october, thresholds).markdown
    assert text.count("- **refer: ") == 1
    assert "Also *refer*, because there is no month to compare with: nobody paid last time is left out, change" in text
    assert "### Left out" not in text
    assert "1 account with 31 payees" in text


def test_a_no_go_says_so_and_offers_nothing(december: Metrics, thresholds: Thresholds) -> None:
    text = packed(december, thresholds).markdown
    assert "**The gates say no-go: nothing may be paid.**" in text
    first = next(line for line in text.splitlines() if line.startswith("- "))
    assert first.startswith("- **no-go: declared total matches.** a difference of £1,000.00 "), "the worst first"
    assert "approve, with the reason" not in text


def test_a_run_without_a_file_says_so(november: Metrics, thresholds: Thresholds) -> None:
    text = packed(replace(november, payable_payments=0, payable_pence=0), thresholds, with_file=False).markdown
    assert "**There is no payment file.** 0 payments, £0.00, are payable." in text


def test_a_live_run_is_not_called_a_rehearsal(november: Metrics, thresholds: Thresholds) -> None:
    context = replace(november.context, account_table=AccountTable.FULL)
    live = replace(november, run=replace(november.run, mode="live"), context=context)
    assert packed(november, thresholds).markdown.startswith(
        "## Independent Living Fund, November 2026 (a rehearsal: no money moves)\n"
    )
    assert packed(live, thresholds).markdown.startswith("## Independent Living Fund, November 2026\n")


def test_each_sum_that_the_bank_debits_is_shown_and_a_single_one_is_not(
    november: Metrics, thresholds: Thresholds, november_pack: str
) -> None:
    debits = (Debit("107999", "88837491", 5_000, 1_000_000_000), Debit("202959", "63748472", 229, 65_141_560))
    file = InstructedFile(FILE_SHA256, 5_229, 1_065_141_560, date(2026, 11, 30), debits=debits)
    shown = pack("ILF", COLUMNS, november, [], file).markdown
    assert (
        "\n\nThe bank debits it in 2 sums: £10,000,000.00 from 107999 ****7491 (5,000), "
        "£651,415.60 from 202959 ****8472 (229).\n"
    ) in shown
    assert "The bank debits" not in november_pack


def test_gates_that_could_not_be_judged_are_all_shown(october: Metrics, thresholds: Thresholds) -> None:
    asked = gates(october, thresholds)
    said = no_goes(asked, "Great Expectations did not answer within 1 seconds")
    file = InstructedFile(FILE_SHA256, 1, 1, date(2026, 10, 30))
    text = pack("Independent Living Fund", COLUMNS, october, said, file).markdown
    assert text.count("- **no-go: ") == len(asked)
    assert "Say go" not in text


def test_its_hash_is_of_the_text(november: Metrics, thresholds: Thresholds) -> None:
    one, same = packed(november, thresholds), packed(november, thresholds)
    other = packed(replace(november, payable_pence=november.payable_pence + 1), thresholds)
    assert one.sha256 == same.sha256 != other.sha256
    assert len(one.sha256) == 64


def test_the_contract_names_every_column_that_a_cause_can_be_in() -> None:
    assert set(CANONICAL) <= set(COLUMNS)


def test_every_use_of_the_written_table_is_listed_and_references_that_became_alike_are_shown(
    november: Metrics, thresholds: Thresholds
) -> None:
    text = WrittenText(
        names_changed=1_204,
        names_cut=31,
        references_changed=4,
        characters=(("é", "E", 1_100), ("'", "", 70), (",", " ", 3)),
        alike=((17, 2_040), (5, 6, 7, 8, 9, 10)),
    )
    file = InstructedFile(FILE_SHA256, 1, 1, date(2026, 11, 30), text)
    asked = gates(november, thresholds)
    said = results(asked, november.figures(), worked_out(asked, november.figures()))
    shown = pack("ILF", COLUMNS, november, said, file).markdown
    words = " ".join(shown.split())
    assert "1,204 names (31 cut after 18 characters) and 4 references otherwise than they were sent" in words
    assert "é as E (1,100), apostrophe left out (70), comma as a space (3)." in words
    assert "8 payments have a reference that is another payment's too" in words
    assert "rows 17, 2040; rows 5, 6, 7, 8, 9 and more." in words
    assert "otherwise than" not in pack("ILF", COLUMNS, november, said, replace(file, text=WrittenText())).markdown
