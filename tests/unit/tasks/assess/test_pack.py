"""The go/no-go pack: what it shows first, what it never shows, and that it renders."""

import csv
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from types import MappingProxyType

import pytest

from schemas.contract.contract import Contract
from schemas.contract.explain import fault
from schemas.gate_reasons import Referring, without_a_reason
from schemas.rails.totals import Debit
from tasks.assess.beside import Beside, MadeGood
from tasks.assess.context import AccountTable
from tasks.assess.gate import Thresholds
from tasks.assess.gates import gates
from tasks.assess.metrics import LeftOut, Metrics, SharedAccounts
from tasks.assess.pack import InstructedFile, Pack, pack
from tasks.assess.previous import BiggestChange
from tasks.assess.same_words import SaidAgain
from tasks.assess.verdicts import no_goes, results, work_out
from tasks.instruct.written_text import WrittenText
from tasks.validate.changed import Changed
from tests import filled_ledger as fill
from tests.unit.tasks.assess.conftest import CONTRACTS

FILE_SHA256 = "0123456789ab" + "cd" * 26
FAULT = partial(fault, Contract.load(CONTRACTS / "ilf" / "extract.odcs.yaml"))
LISTED_IN = "rehearsal/to-the-body/ilf/ilf-2026-11-rehearsal-1.written-otherwise.csv"


def packed(
    metrics: Metrics,
    thresholds: Thresholds,
    with_file: bool = True,
    again: Mapping[str, SaidAgain] = MappingProxyType({}),
) -> Pack:
    asked = gates(metrics, thresholds)
    said = results(asked, metrics.figures(), work_out(asked, metrics.figures()))
    file = InstructedFile(FILE_SHA256, metrics.payable_payments, metrics.payable_pence, (metrics.run.pay_date,))
    return pack("Independent Living Fund", FAULT, metrics, said, file if with_file else None, again)


@pytest.fixture(scope="module")
def november_pack(november: Metrics, thresholds: Thresholds) -> str:
    return packed(november, thresholds).markdown


def test_the_headline_has_payments_pounds_day_and_hash(november_pack: str) -> None:
    headline = november_pack.split("\n\n")[2]
    assert headline == (
        "**5,229 payments, £10,651,415.60**, by Bacs, with payees on **30 November 2026**. "
        "Payment file SHA-256 `0123456789ab`."
    )
    assert FILE_SHA256 in november_pack


def test_what_is_referred_comes_before_what_is_left_out_and_what_says_go(november_pack: str) -> None:
    order = [
        "**The gates say refer: to approve, give the reason.**",
        "A sentence in plain words, under *reason*, says why the run may be paid all the same; it counts for all",
        "- **refer: payees who were paid last time are left out:** 120 payees (threshold: nobody). Each is somebody",
        "Its reason: `left out: why`, or plain words for all.",
        "- **refer: more rows are refused than agreed:** 40 of 5,269 rows (0.76%) (threshold: refer above",
        "### Left out",
        "**wait** for a correction: nobody can approve this run until",
        "**pay the rest** now: an approver still approves",
        "**abandon** the run: it ends, and nothing leaves",
        "152 joiners, 83 leavers, 24 payments to an account",
        "**Shared accounts**, listed and not held:",
        "1 account with 30 payees",
        "**Gates that say go:** extract, declared rows, declared total,",
    ]
    paths = [november_pack.index(text) for text in order]
    assert paths == sorted(paths)


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
        "- **4 rows** refused: Account No and its sort code do not belong together; they ask for £4,530.00;"
        in november_pack
    )
    three_decimals = next(line for line in lines if "exactly two digits" in line)
    assert "£1,320.02" in three_decimals, "four amounts of £330.005, as they were written"
    assert "- **4 rows** refused: Net Amount is negative; they ask for -£1,648.00;" in november_pack


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
    decimals = "Net Amount does not have exactly two digits after the point"
    assert f"**1 row** refused: {decimals}; it asks for one amount, not shown; {gone}" in text
    assert f"**2 rows** refused: Net Amount is zero; they ask for £330.005; {gone}" in text
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
    assert "- **refer: there is no earlier month to compare with:** none (threshold: an earlier month that" in text
    assert "it counts for all of them" in text, "a gate that cannot compare names nobody's payment"
    assert "Also *refer*, because there is no month to compare with: left out, change in total, change" in text
    assert "### Left out" not in text
    assert "1 account with 31 payees" in text


def test_a_no_go_says_so_and_offers_nothing(december: Metrics, thresholds: Thresholds) -> None:
    text = packed(december, thresholds).markdown
    assert "**The gates say no-go: nothing may be paid.**" in text
    first = next(line for line in text.splitlines() if line.startswith("- "))
    assert first.startswith(
        "- **no-go: the amounts do not add up to what the manifest declares:** a difference of £1,000.00 "
    ), "the worst first"
    assert "approve, with the reason" not in text
    assert "reason*" not in text
    assert "Its reason" not in text


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
    file = InstructedFile(FILE_SHA256, 5_229, 1_065_141_560, (date(2026, 11, 30),), debits=debits)
    shown = pack("ILF", FAULT, november, [], file, {}).markdown
    assert (
        "\n\nThe bank debits it in 2 sums: £10,000,000.00 from 107999 ****7491 (5,000), "
        "£651,415.60 from 202959 ****8472 (229).\n"
    ) in shown
    assert "The bank debits" not in november_pack


def test_every_pay_day_is_shown(november: Metrics) -> None:
    file = InstructedFile(FILE_SHA256, 2, 300, (date(2026, 11, 27), date(2026, 11, 30)))
    shown = pack("ILF", FAULT, november, [], file, {}).markdown
    assert "with payees on **27 November 2026 and 30 November 2026**." in shown


def test_gates_that_could_not_be_judged_are_all_shown(october: Metrics, thresholds: Thresholds) -> None:
    asked = gates(october, thresholds)
    said = no_goes(asked, "Great Expectations did not answer within 1 seconds")
    file = InstructedFile(FILE_SHA256, 1, 1, (date(2026, 10, 30),))
    text = pack("Independent Living Fund", FAULT, october, said, file, {}).markdown
    assert text.count("- **no-go: ") == len(asked)
    assert "Say go" not in text


def test_its_hash_is_of_the_text(november: Metrics, thresholds: Thresholds) -> None:
    one, same = packed(november, thresholds), packed(november, thresholds)
    other = packed(replace(november, payable_pence=november.payable_pence + 1), thresholds)
    assert one.sha256 == same.sha256 != other.sha256
    assert len(one.sha256) == 64


def test_what_is_written_otherwise_is_one_line_that_names_its_file_and_references_that_became_alike_are_shown(
    november: Metrics, thresholds: Thresholds
) -> None:
    text = WrittenText(
        names_changed=1_204,
        names_cut=31,
        references_changed=4,
        characters=(("é", "E", 1_100), ("'", "", 70), (",", " ", 3)),
        alike=((17, 2_040), (5, 6, 7, 8, 9, 10)),
    )
    file = InstructedFile(FILE_SHA256, 1, 1, (date(2026, 11, 30),), text, LISTED_IN)
    shown = pack("ILF", FAULT, november, [], file, {}).markdown
    (line,) = [line for line in shown.splitlines() if line.startswith("**Text:**")]
    assert line == (
        "**Text:** the file writes 1,204 names and 4 references otherwise than they were sent, and not only in "
        "capitals: 31 names are cut after 18 characters, 1,173 characters are replaced or left out. "
        f"`{LISTED_IN}` has each."
    )
    words = " ".join(shown.split())
    assert "8 payments have a reference that is another payment's too" in words
    assert "rows 17, 2040; rows 5, 6, 7, 8, 9 and more." in words
    assert "otherwise than" not in pack("ILF", FAULT, november, [], replace(file, text=WrittenText()), {}).markdown


def test_what_siller_had_added_to_a_file_and_dropped_again_is_one_line(november: Metrics) -> None:
    given_back = replace(november, context=replace(november.context, dropped_columns="Line, What to do"))
    said = "its columns Line, What to do are siller's own and were dropped."
    assert said in pack("ILF", FAULT, given_back, [], None, {}).markdown
    assert "dropped" not in pack("ILF", FAULT, november, [], None, {}).markdown


def test_what_the_contracts_functions_changed_is_one_line_that_names_its_file(november: Metrics) -> None:
    changed = (Changed("Sort Code", "join_pairs", 1_204), Changed("Pay", "strip_pound_sign_and_commas", 1))
    file = InstructedFile(FILE_SHA256, 1, 1, (date(2026, 11, 30),), changed=changed, changed_listed_in=LISTED_IN)
    shown = pack("ILF", FAULT, november, [], file, {}).markdown
    assert (
        "**Changed as the contract says:** 1,204 cells of Sort Code by join_pairs, 1 cell of Pay by "
        f"strip_pound_sign_and_commas. `{LISTED_IN}` has each, as sent and as kept." in shown.splitlines()
    )
    assert "Changed as" not in pack("ILF", FAULT, november, [], replace(file, changed=()), {}).markdown


def test_a_gate_that_wants_a_line_of_its_own_says_what_to_write_and_what_it_says_counts(
    november: Metrics, thresholds: Thresholds
) -> None:
    assert november.previous
    biggest = replace(november.previous, biggest_change=BiggestChange(7, 4_000, 1_000))
    text = packed(replace(november, previous=biggest), thresholds).markdown
    assert "Under *reason*, complete this: `biggest change: why; all: why`." in text
    assert "4 times, up, at row 7 (threshold:" in text
    assert "Its reason: `biggest change: why`." in text
    referring = [Referring(gate) for gate in ("nobody_paid_last_time_is_left_out", "biggest_change_for_one_payee")]
    assert without_a_reason("biggest change: why; all: why", referring) == ()


def test_a_single_gate_asks_for_plain_words_alone(november: Metrics, thresholds: Thresholds) -> None:
    one = replace(november, refused_rows=0)
    text = packed(one, thresholds).markdown
    assert "A sentence in plain words, under *reason*, says why the run may be paid all the same.\n" in text
    assert "Its reason" not in text


def test_words_that_let_a_gate_go_again_and_again_are_shown_to_the_next_approver(
    november: Metrics, thresholds: Thresholds
) -> None:
    said = SaidAgain("The body wants the rest paid.", ("2026-08", "2026-09", "2026-10"))
    text = packed(november, thresholds, again={"nobody_paid_last_time_is_left_out": said}).markdown
    again = "It was let go in 2026-08, 2026-09, 2026-10 with the same words each time: “The body wants the rest paid.”."
    assert text.count(again) == 1
    assert again not in packed(november, thresholds).markdown


class TestTheKindOfRun:
    """The first lines say which one it is, who has been paid already, and what is made good."""

    def first_lines(self, november: Metrics, thresholds: Thresholds, kind: str, beside: Beside | None) -> str:
        of_that_kind = replace(november, run=replace(november.run, kind=kind), beside=beside)
        return packed(of_that_kind, thresholds).markdown.split("**5,229 payments")[0].split("\n\n", 1)[1]

    def test_a_month(self, november: Metrics, thresholds: Thresholds) -> None:
        said = self.first_lines(november, thresholds, "full", None)
        assert said == "This is the **month's run**: it pays everybody who is due.\n\n"

    def test_a_correction(self, november: Metrics, thresholds: Thresholds) -> None:
        beside = Beside(0, 0, (MadeGood("ilf-2026-11-live-2", "corrected", (231, 331)),))
        said = self.first_lines(november, thresholds, "correction", beside)
        assert said == (
            "This is a **correction**, before release: the month's run, with rows in the place of those that were "
            "refused or held.\nNobody has been paid for November 2026 yet.\n"
            "It makes good: 2 refused or held of `ilf-2026-11-live-2` (rows 231, 331).\n\n"
        )

    def test_a_supplementary_extract(self, november: Metrics, thresholds: Thresholds) -> None:
        made_good = (
            MadeGood("ilf-2026-11-live-1", "refused", tuple(range(12))),
            MadeGood("ilf-2026-11-live-1", "returned", (3,)),
        )
        said = self.first_lines(november, thresholds, "supplementary", Beside(5_229, 1, made_good, 2))
        assert "5,229 payees have been paid for November 2026 already, 1 of them in this run too.\n" in said
        assert (
            "It makes good: 12 refused of `ilf-2026-11-live-1` (rows 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more); "
            "1 returned of `ilf-2026-11-live-1` (row 3); 2 who were missing.\n"
        ) in said

    def test_arrears(self, november: Metrics, thresholds: Thresholds) -> None:
        said = self.first_lines(november, thresholds, "arrears", Beside(1, 1))
        assert said == (
            "This is an **arrears run**: a declared difference, on top of what was paid.\n"
            "1 payee has been paid for November 2026 already, 1 of them in this run too.\n\n"
        )
