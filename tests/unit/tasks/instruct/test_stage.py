"""Instruct: one payment file, the same bytes every time, under a serial that is used once."""

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest

from schemas.no_go import NoGo
from tasks.instruct.plan import dates_of
from tasks.instruct.stage import describe_file, instruct, staged_file, write_staged
from tasks.ledger.runs import run_row
from tasks.rails import Dates, rail_of
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests.by_hand import pay_another_amount, pay_less, pay_twice
from tests.month import (
    NOVEMBER,
    OCTOBER,
    ROWS,
    ROWS_PENCE,
    context,
    deliver,
    deliver_sample,
    facts,
    ingest,
    naive_payments,
)
from tests.positions import SERIAL


@pytest.fixture
def ilf(tmp_path: Path) -> TenantContext:
    return context(tmp_path)


def validated(of: TenantContext) -> str:
    deliver(of)
    run_id = ingest(of)
    validate(of, run_id, NOVEMBER)
    return run_id


def serial_in(file: bytes) -> str:
    """The submission serial of VOL1: its characters 5 to 10."""
    assert file[:4] == b"VOL1"
    return file[SERIAL].decode()


def test_november_is_one_file_of_its_payable_rows_to_the_penny(ilf: TenantContext) -> None:
    deliver_sample(ilf, "2026-11")
    run_id = ingest(ilf)
    validate(ilf, run_id, NOVEMBER)
    said = instruct(ilf, run_id, NOVEMBER).figures
    content = staged_file(ilf, run_id).read_bytes()
    payments = naive_payments(content)
    assert len(payments) == facts("2026-11")["payable_rows"] == said.payments
    assert sum(pence for *_, pence in payments) == 1065141560 == said.pence
    assert said.file_sha256 == hashlib.sha256(content).hexdigest()
    trailer = content.decode("ascii").split("\r\n")[-2]
    assert trailer.startswith("UTL1" + "1065141560".zfill(13) * 2)
    assert "1065141560".zfill(11) + "REHEARSAL         CONTRA" in content.decode("ascii").split("\r\n")[-5]


def test_the_days_of_the_samples_are_those_of_the_calendar(ilf: TenantContext) -> None:
    pay_days = [ilf.agreement.pay_day_of(period, ilf.bank_days) for period in ilf.agreement.periods.of_year(2026)[-3:]]
    days = [rail_of(ilf.agreement).days(pay_day, ilf.bank_days) for pay_day in pay_days]
    assert days == [
        Dates(date(2026, 10, 28), date(2026, 10, 29), date(2026, 10, 30)),
        Dates(date(2026, 11, 26), date(2026, 11, 27), date(2026, 11, 30)),
        Dates(date(2026, 12, 22), date(2026, 12, 23), date(2026, 12, 24)),
    ]


def test_payments_stand_in_the_order_of_the_rows(ilf: TenantContext) -> None:
    run_id = validated(ilf)
    instruct(ilf, run_id, NOVEMBER)
    cells = [row.split(",") for row in ROWS]
    assert naive_payments(staged_file(ilf, run_id).read_bytes()) == [
        (cell[2], cell[3], int(cell[5].replace(".", ""))) for cell in cells
    ]


def test_again_returns_what_stands(ilf: TenantContext) -> None:
    run_id = validated(ilf)
    first = instruct(ilf, run_id, NOVEMBER)
    assert instruct(ilf, run_id, NOVEMBER.replace(day=22)) == first


def test_another_agreement_is_an_error_that_names_both_inputs(ilf: TenantContext) -> None:
    run_id = validated(ilf)
    entry = instruct(ilf, run_id, NOVEMBER)
    ilf.__dict__["agreement_sha256"] = "0" * 64
    with pytest.raises(NoGo, match=f"instruct of {run_id} was done with other input.*{entry.input_hash}.*asked for"):
        instruct(ilf, run_id, NOVEMBER)


def test_not_before_it_is_validated(ilf: TenantContext) -> None:
    deliver(ilf)
    run_id = ingest(ilf)
    with pytest.raises(NoGo, match="The stage validate of ilf-2026-11-rehearsal-1 has not been done yet"):
        instruct(ilf, run_id, NOVEMBER)


def test_a_start_that_was_killed_keeps_its_serial_and_the_next_one_writes_the_same_bytes(
    ilf: TenantContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = validated(ilf)
    with monkeypatch.context() as patched:
        patched.setattr("tasks.rails.bacs_standard_18.check", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            instruct(ilf, run_id, NOVEMBER)
    first = staged_file(ilf, run_id).read_bytes()
    part = staged_file(ilf, run_id).with_name(f".{run_id}.REHEARSAL.bacs18.txt.part")
    part.write_bytes(first[:150])
    assert instruct(ilf, run_id, NOVEMBER.replace(day=21)).figures.serial == 1
    assert staged_file(ilf, run_id).read_bytes() == first
    assert not part.exists()


def test_a_rebuilt_file_is_the_same_to_the_byte(ilf: TenantContext) -> None:
    run_id = validated(ilf)
    entry = instruct(ilf, run_id, NOVEMBER)
    staged = staged_file(ilf, run_id)
    first = staged.read_bytes()
    staged.unlink()
    with ilf.ledger.opened() as connection:
        run = run_row(connection, run_id)
        file, totals = describe_file(ilf, connection, run_id)
        dates = dates_of(ilf, connection, run)
    assert write_staged(ilf, run, dates, file) == totals
    assert staged.read_bytes() == first
    assert totals.sha256 == entry.figures.file_sha256


def test_a_serial_is_never_used_again(ilf: TenantContext) -> None:
    """Not by the next period, and not by the run that takes the place of one whose file never left."""
    deliver_sample(ilf, "2026-10")
    october = ingest(ilf, OCTOBER, "flow-1")
    validate(ilf, october, OCTOBER)
    instruct(ilf, october, OCTOBER)
    extract = deliver(ilf)
    first = ingest(ilf, flow="flow-2")
    validate(ilf, first, NOVEMBER)
    instruct(ilf, first, NOVEMBER)
    deliver(ilf, ROWS[:2], replaces=hashlib.sha256(extract.read_bytes()).hexdigest())
    second = ingest(ilf, flow="flow-3")
    validate(ilf, second, NOVEMBER)
    instruct(ilf, second, NOVEMBER)
    serials = [serial_in(staged_file(ilf, run_id).read_bytes()) for run_id in (october, first, second)]
    assert len(set(serials)) == 3
    assert [int(serial) for serial in serials] == [1, 2, 3]


def test_nothing_to_pay_is_a_no_go(ilf: TenantContext) -> None:
    deliver(ilf, [row.replace("ILF1", "XXX1") for row in ROWS])
    run_id = ingest(ilf)
    validate(ilf, run_id, NOVEMBER)
    with pytest.raises(NoGo, match="nothing to pay"):
        instruct(ilf, run_id, NOVEMBER)
    assert not list(ilf.paths.staging(run_id).iterdir())


def test_a_run_opened_after_its_processing_date_is_a_no_go(ilf: TenantContext) -> None:
    deliver(ilf)
    late = NOVEMBER.replace(day=28)
    run_id = ingest(ilf, late)
    validate(ilf, run_id, late)
    with pytest.raises(NoGo, match="processing date is not before the day on which the file is made"):
        instruct(ilf, run_id, late)


@pytest.mark.parametrize("change", [pay_twice, pay_another_amount, pay_less])
def test_payments_that_are_not_those_that_were_validated_make_no_file(
    ilf: TenantContext, change: Callable[[duckdb.DuckDBPyConnection, int], None]
) -> None:
    run_id = validated(ilf)
    with ilf.ledger.transaction() as connection:
        change(connection, 0)
    with pytest.raises(NoGo, match="are not those that were validated"):
        instruct(ilf, run_id, NOVEMBER)
    with ilf.ledger.opened() as connection:
        assert connection.execute("SELECT count(*) FROM payment_file").fetchone() == (0,)


def test_the_rows_add_up() -> None:
    assert sum(int(row.split(",")[5].replace(".", "")) for row in ROWS) == ROWS_PENCE
