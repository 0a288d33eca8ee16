"""Validate: every row of the samples judged as their facts say, and copies held."""

import csv
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from tasks.account_table.install import install
from tasks.ledger import entry_of
from tasks.ledger.catalogue.stages import Validate
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests.by_hand import pay_less, rows_by_hand
from tests.filled_ledger import REASONS
from tests.month import NOVEMBER, OCTOBER, ROWS, SAMPLES, UPLOADER, context, deliver, deliver_sample, facts, ingest
from tests.people import sign
from tests.published_table import published_table
from tests.sampled import one_in

LeftOut = list[tuple[int, str, str, str]]


def left_out(of: TenantContext, run_no: int = 1) -> LeftOut:
    """Row number, outcome, column and rule, in the order of the rows."""
    with of.ledger.opened() as connection:
        return connection.execute(
            "SELECT row_number, outcome, column_name, rule FROM core_left_out WHERE run_no = ? ORDER BY ALL", [run_no]
        ).fetchall()


def payable(of: TenantContext, run_no: int = 1) -> dict[int, int]:
    """Pence by row number."""
    with of.ledger.opened() as connection:
        return dict(
            connection.execute(
                "SELECT row_number, amount_pence FROM core_payment WHERE run_no = ?", [run_no]
            ).fetchall()
        )


def validated(of: TenantContext, *rows: str) -> LeftOut:
    """A made-up extract of November after validation: what is left out."""
    deliver(of, rows)
    validate(of, ingest(of), NOVEMBER)
    return left_out(of)


def figures(of: TenantContext, run_id: str) -> Validate:
    with of.ledger.opened() as connection:
        return entry_of(connection, run_id, Validate)


@pytest.fixture
def ilf(tmp_path: Path) -> TenantContext:
    return context(tmp_path)


@pytest.fixture(scope="module")
def november(tmp_path_factory: pytest.TempPathFactory) -> TenantContext:
    of = context(tmp_path_factory.mktemp("november"))
    deliver_sample(of, "2026-11")
    validate(of, ingest(of), NOVEMBER)
    return of


class TestNovember:
    """The sample with ten kinds of bad row, against its facts."""

    def test_the_bad_rows_are_refused_by_the_right_rule_and_no_other_is(self, november: TenantContext) -> None:
        known = facts("2026-11")["refused_rows"]
        assert left_out(november) == [
            (row, "refused", *REASONS[known[str(row)]]) for row in sorted(int(row) for row in known)
        ]

    def test_the_others_are_payable_to_the_penny(self, november: TenantContext) -> None:
        known = facts("2026-11")
        paid = payable(november)
        assert len(paid) == known["payable_rows"] == 5229
        assert Decimal(sum(paid.values())).scaleb(-2) == Decimal(known["payable_total"])
        assert not paid.keys() & {int(row) for row in known["refused_rows"]}
        with (SAMPLES / "ilf-2026-11.csv").open(encoding="utf-8", newline="") as file:
            amounts = [row["Net Amount"] for row in csv.DictReader(file)]
        assert all(Decimal(pence).scaleb(-2) == Decimal(amounts[row]) for row, pence in paid.items())

    def test_the_journal_has_the_counts_and_which_table_and_contract_were_used(self, november: TenantContext) -> None:
        said = figures(november, "ilf-2026-11-rehearsal-1")
        assert (said.payable, said.refused, said.held, said.pence) == (5229, 40, 0, 1065141560)
        assert said.account_table == "practice"
        assert len(said.account_table_sha256) == 64
        checked = (said.accounts_passes, said.accounts_fails, said.accounts_cannot_be_checked)
        unreadable = {"account in scientific notation", "account number missing"}
        unreadable |= {"sort code lost its leading zero (5 digits)"}
        no_account = [row for row, reason in facts("2026-11")["refused_rows"].items() if reason in unreadable]
        assert sum(checked) == 5269 - len(no_account)
        assert said.accounts_fails == 4

    def test_again_returns_what_stands(self, november: TenantContext) -> None:
        before = figures(november, "ilf-2026-11-rehearsal-1")
        assert validate(november, "ilf-2026-11-rehearsal-1", NOVEMBER.replace(day=21)).figures == before
        assert len(payable(november)) == 5229
        assert len(left_out(november)) == 40


def test_nothing_of_october_is_left_out(ilf: TenantContext) -> None:
    deliver_sample(ilf, "2026-10")
    validate(ilf, ingest(ilf, OCTOBER), OCTOBER)
    assert left_out(ilf) == []
    assert len(payable(ilf)) == 5200
    assert sum(payable(ilf).values()) == 1058069600


def test_another_contract_is_an_error_that_names_both_inputs(ilf: TenantContext, tmp_path: Path) -> None:
    deliver(ilf)
    run_id = ingest(ilf)
    entry = validate(ilf, run_id, NOVEMBER)
    ilf.__dict__["contract_sha256"] = "0" * 64
    with pytest.raises(NoGo, match=f"validate of {run_id} was done with other input.*{entry.input_hash}.*asked for"):
        validate(ilf, run_id, NOVEMBER)


def test_a_run_keeps_the_account_table_that_it_was_validated_with(ilf: TenantContext, tmp_path: Path) -> None:
    """Installing a newer one while a run waits for its approver must not stop that run."""
    deliver(ilf)
    run_id = ingest(ilf)
    entry = validate(ilf, run_id, NOVEMBER)
    install(ilf.settings, published_table(tmp_path / "new"), date(2026, 11, 1), None, "operator", NOVEMBER)
    assert validate(ilf, run_id, NOVEMBER) == entry
    deliver(ilf, ROWS[:2], replaces=sha256((ilf.paths.landing("ilf") / "ilf.csv").read_bytes()).hexdigest())
    later = validate(ilf, ingest(ilf, flow="flow-2"), NOVEMBER).figures
    assert (later.account_table, later.account_table_date) == ("v9-10", date(2026, 11, 1))
    assert later.account_table_from == "operator"


def test_a_run_that_does_not_exist(ilf: TenantContext) -> None:
    deliver(ilf)
    ingest(ilf)
    with pytest.raises(NoGo, match="There is no run ilf-2026-11-rehearsal-7"):
        validate(ilf, "ilf-2026-11-rehearsal-7", NOVEMBER)


class TestCopies:
    """One payee twice in one extract: the same all over, or not."""

    def test_of_identical_copies_the_first_is_paid(self, ilf: TenantContext) -> None:
        said = validated(ilf, ROWS[0], ROWS[1], ROWS[0], ROWS[0])
        assert said == [
            (2, "held", "payee_reference", "identical_copy_in_extract"),
            (3, "held", "payee_reference", "identical_copy_in_extract"),
        ]
        assert payable(ilf) == {0: 298160, 1: 190000}

    @pytest.mark.parametrize(
        "differs",
        [
            ROWS[0].replace("2981.60", "2981.61"),
            ROWS[0].replace("308479,89620048", "874077,05346707"),
            ROWS[0].replace("89620048,", "89620048,925437927"),
            ROWS[0].replace("Royal & Ancient Holdings plc", "Royal & Ancient Holdings"),
            ROWS[0].replace("ILF 2611 100002", "ILF 2611 100002 B"),
        ],
        ids=["amount", "account", "roll number", "name", "reference"],
    )
    def test_copies_that_differ_in_anything_are_all_held(self, ilf: TenantContext, differs: str) -> None:
        assert differs != ROWS[0]
        said = validated(ilf, ROWS[0], ROWS[1], differs)
        assert said == [
            (0, "held", "payee_reference", "copies_differ_in_extract"),
            (2, "held", "payee_reference", "copies_differ_in_extract"),
        ]
        assert payable(ilf) == {1: 190000}

    @pytest.mark.parametrize(
        ("malformed", "column", "rule"),
        one_in(
            3,
            [
                (ROWS[0].replace("Royal & Ancient Holdings plc", ""), "payee_name", "is_present"),
                (ROWS[0].replace("2981.60", "2981.6"), "amount", "has_two_decimals"),
                (ROWS[0].replace("308479", ""), "sort_code", "is_present"),
            ],
        ),
        ids=["name", "amount", "no sort code"],
    )
    @pytest.mark.parametrize("is_first", [True, False], ids=["before", "after"])
    def test_a_malformed_copy_holds_no_good_row_and_is_told_that_another_counts(
        self, ilf: TenantContext, malformed: str, column: str, rule: str, is_first: bool
    ) -> None:
        rows = [malformed, ROWS[0]] if is_first else [ROWS[0], malformed]
        said = validated(ilf, *rows, ROWS[1])
        row = 0 if is_first else 1
        assert {each for each in said if each[2] == "payee_reference"} == {
            (row, "refused", "payee_reference", "another_copy_counts")
        }
        assert (row, "refused", column, rule) in said
        assert {each[0] for each in said} == {row}
        assert payable(ilf) == {1 - row: 298160, 2: 190000}

    @pytest.mark.parametrize(
        ("malformed", "column", "is_first"),
        [
            (ROWS[0].replace("308479", "3O8479"), "sort_code", True),
            (ROWS[0].replace("89620048", "8962004"), "account_number", False),
            (ROWS[0].replace("89620048,", "89620048,ROLL/NUMBER-THAT-IS-FAR-TOO-LONG"), "roll_number", False),
        ],
        ids=["sort code, before", "account, after", "roll number, after"],
    )
    def test_an_account_that_cannot_be_read_puts_the_payee_s_details_in_doubt_and_nobody_is_paid(
        self, ilf: TenantContext, malformed: str, column: str, is_first: bool
    ) -> None:
        rows = [malformed, ROWS[0]] if is_first else [ROWS[0], malformed]
        said = validated(ilf, *rows, ROWS[1])
        bad = 0 if is_first else 1
        assert {each for each in said if each[2] == "payee_reference"} == {
            (bad, "refused", "payee_reference", "account_in_doubt_by_a_copy"),
            (1 - bad, "held", "payee_reference", "account_in_doubt_by_a_copy"),
        }
        assert (bad, "refused", column) in {each[:3] for each in said}
        assert payable(ilf) == {2: 190000}

    @pytest.mark.parametrize(
        ("refused", "column", "rule"),
        [
            (ROWS[0].replace("plc", "").replace("2981.60", "2.9"), "amount", "has_two_decimals"),
            (ROWS[0].replace("308479,89620048", "089999,66374959"), "account_number", "account_passes_modulus_check"),
            (ROWS[0].replace("2981.60", "-2981.60"), "amount", "is_not_negative"),
        ],
        ids=["another name too", "an account that the check refuses", "an amount that takes the other one back"],
    )
    def test_a_refused_copy_that_can_be_read_otherwise_holds_the_other(
        self, ilf: TenantContext, refused: str, column: str, rule: str
    ) -> None:
        said = validated(ilf, refused, ROWS[0], ROWS[1])
        assert (0, "refused", column, rule) in said
        assert (1, "held", "payee_reference", "copies_differ_in_extract") in said
        assert payable(ilf) == {2: 190000}

    def test_of_several_good_ones_beside_a_malformed_copy_the_first_is_paid(self, ilf: TenantContext) -> None:
        nameless = ROWS[0].replace("Royal & Ancient Holdings plc", "")
        assert validated(ilf, nameless, ROWS[0], ROWS[0]) == [
            (0, "refused", "payee_name", "is_present"),
            (0, "refused", "payee_reference", "another_copy_counts"),
            (2, "held", "payee_reference", "identical_copy_in_extract"),
        ]
        assert payable(ilf) == {1: 298160}

    def test_identical_copies_of_a_bad_row_are_all_refused(self, ilf: TenantContext) -> None:
        nameless = ROWS[0].replace("Royal & Ancient Holdings plc", "")
        assert validated(ilf, nameless, nameless, ROWS[1]) == [
            (0, "refused", "payee_name", "is_present"),
            (1, "refused", "payee_name", "is_present"),
        ]

    def test_rows_without_reference_are_no_copies_of_each_other(self, ilf: TenantContext) -> None:
        rows = [row.replace("ILF100002,", ",").replace("ILF100003,", ",") for row in ROWS]
        assert validated(ilf, *rows) == [
            (0, "refused", "payee_reference", "is_present"),
            (1, "refused", "payee_reference", "is_present"),
        ]

    def test_two_payees_with_one_account_are_both_paid(self, ilf: TenantContext) -> None:
        shared = ROWS[1].replace("874077,05346707", "308479,89620048")
        assert validated(ilf, ROWS[0], shared) == []
        assert len(payable(ilf)) == 2

    def test_decembers_copies_are_held_and_its_stale_rows_refused(self, ilf: TenantContext) -> None:
        extract = deliver_sample(ilf, "2026-12")
        manifest = extract.with_name("ilf-2026-12.manifest.json")
        manifest.write_text(manifest.read_text().replace("10874107.00", facts("2026-12")["total_as_written"]))
        sign(manifest, UPLOADER)
        december = NOVEMBER.replace(month=12, day=15)
        validate(ilf, ingest(ilf, december), december)
        said = left_out(ilf)
        assert [row for row, outcome, _, rule in said if (outcome, rule) == ("held", "identical_copy_in_extract")] == (
            facts("2026-12")["duplicate_rows"]
        )
        assert [row for row, outcome, *_ in said if outcome == "refused"] == facts("2026-12")["stale_rows"]
        assert {(column, rule) for _, outcome, column, rule in said if outcome == "refused"} == {
            ("pay_date", "is_in_the_pay_month")
        }
        assert len(payable(ilf)) == 5309 - 40 - 6


def test_a_payee_whom_another_run_of_the_period_has_paid_is_held(ilf: TenantContext) -> None:
    """No second full extract is taken after a release, so the other run is put there by hand."""
    assert validated(ilf, ROWS[0], ROWS[1]) == []
    with ilf.ledger.transaction() as connection:
        connection.execute(
            "INSERT INTO run SELECT * REPLACE (2 AS run_no, 'ilf-2026-11-rehearsal-2' AS run_id) FROM run"
        )
        rows_by_hand(ilf, connection)
        connection.execute(
            "INSERT INTO earlier_row SELECT * REPLACE (2 AS run_no) FROM raw_extract_row WHERE run_no = 1"
        )
        connection.execute("UPDATE journal SET stage = 'release_pending' WHERE stage = 'validate'")
        pay_less(connection, 0)
    validate(ilf, "ilf-2026-11-rehearsal-2", NOVEMBER)
    assert left_out(ilf, 2) == [(1, "held", "payee_reference", "already_released")]
    assert payable(ilf, 2) == {0: 298160}


def test_a_name_that_cannot_be_written_is_refused_by_name(ilf: TenantContext) -> None:
    unwritable = ROWS[0].replace("Royal & Ancient Holdings plc", "株式会社")
    assert validated(ilf, unwritable, ROWS[1]) == [(0, "refused", "payee_name", "text_can_be_written")]


def test_an_account_that_fails_is_refused_beside_another_reason(ilf: TenantContext) -> None:
    bad = next(row for row, why in facts("2026-11")["refused_rows"].items() if "modulus" in why)
    line = (SAMPLES / "ilf-2026-11.csv").read_text(encoding="utf-8").splitlines()[int(bad) + 1]
    cells = line.split(",")
    cells[1] = ""
    assert validated(ilf, ",".join(cells), ROWS[1]) == [
        (0, "refused", "account_number", "account_passes_modulus_check"),
        (0, "refused", "payee_name", "is_present"),
    ]
