"""What somebody with the keys does to parts and to what the ledger says of them, so that another account is paid."""

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe
import pytest

from schemas.no_go import NoGo
from tasks.continuity.leave import leave
from tasks.instruct.stage import instruct
from tasks.keys.rotate import rotate
from tasks.ledger.parts import listing, sealing
from tasks.ledger.parts.listing import Part
from tasks.release.stage import release
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tasks.verify import problems
from tests.by_hand import damage_part
from tests.month import NOVEMBER, ROWS, approve, assess, context, deliver, ingest
from tests.people import enrol_approvers

OPERATOR = "operator@siller.example"


@pytest.fixture
def of(tmp_path_factory: pytest.TempPathFactory) -> TenantContext:
    """A run of three payments that is taken in, and not judged yet."""
    of = context(tmp_path_factory.mktemp("home"))
    deliver(of)
    ingest(of)
    return of


def part_of(of: TenantContext, run_no: int = 1) -> Part:
    with of.ledger.opened() as connection:
        return listing.listed(connection, run_no)[0]


def to_another_account(of: TenantContext, part: Part) -> pa.Table:
    """The part's rows, of which the first one's money goes to the second one's account."""
    rows = sealing.read(of.paths.parts("ilf") / part.name, part.secret)
    for column in ("sort_code", "account_number"):
        values = rows[column].to_pylist()
        values[0] = values[1]
        rows = rows.set_column(rows.column_names.index(column), column, pa.array(values, pa.string()))
    return rows


def write(of: TenantContext, part: Part, rows: pa.Table) -> None:
    """Write rows under the very name and key of a part."""
    sealing_of = pe.create_encryption_properties(
        footer_key=part.secret, aad_prefix=f"siller part {part.name}".encode(), store_aad_prefix=False
    )
    pq.write_table(rows, of.paths.parts("ilf") / part.name, encryption_properties=sealing_of)


def approved(of: TenantContext, run_id: str) -> None:
    validate(of, run_id, NOVEMBER)
    instruct(of, run_id, NOVEMBER)
    assess(of, run_id)
    approve(of, run_id)


def list_another_file(of: TenantContext, row: str) -> None:
    """Let another file count as that of the first part: ``row`` says which run and which change of keys wrote it."""
    part = part_of(of)
    other = sealing._seal(to_another_account(of, part), of.paths.parts("ilf"), part.secret)
    with of.ledger.opened() as connection:
        # The first of two alike may be the one that counts.
        connection.execute("CREATE TEMP TABLE own AS FROM part_file")
        connection.execute("DELETE FROM part_file")
        connection.execute(f"INSERT INTO part_file VALUES (1, {row}, '{other.name}', '{other.sha256}', 1)")
        connection.execute("INSERT INTO part_file FROM own")


@pytest.mark.parametrize("row", ["0, 99", "7, 99", "7, 0"], ids=["of a change of keys", "of both", "of another run"])
def test_a_file_that_no_stage_wrote_is_not_paid_from(of: TenantContext, row: str) -> None:
    list_another_file(of, row)
    approved(of, "ilf-2026-11-rehearsal-1")
    with pytest.raises(NoGo, match=r"rows in part_file, but the stage (rotate_keys 99|ingest) is not in the journal"):
        release(of, "ilf-2026-11-rehearsal-1", NOVEMBER)
    assert any("part_file" in problem.what for problem in problems(of))


def test_what_was_swapped_after_the_approval_is_not_left_for_the_fall_back_day(of: TenantContext) -> None:
    """Number and sum are those that were approved, and the payment file too; an account is another."""
    run_id = "ilf-2026-11-rehearsal-1"
    approved(of, run_id)
    list_another_file(of, "0, 99")
    with pytest.raises(NoGo, match="rows in part_file, but the stage rotate_keys 99 is not in the journal"):
        leave(of, run_id, NOVEMBER)
    assert not of.paths.continuity_file(run_id).exists()


def test_a_file_that_is_said_to_be_of_a_run_beside_it_is_not_paid_from(of: TenantContext) -> None:
    """Of which the release proves its own run's rows, and of others those that wrote its files."""
    with of.ledger.opened() as connection:
        [(sha256,)] = connection.execute("SELECT extract_sha256 FROM run").fetchall()
    deliver(of, (*ROWS[:2], ROWS[2].replace("1050.00", "1050.01")), name="again.csv", replaces=sha256)
    run_id = ingest(of, flow="flow-2")
    part = part_of(of, 2)
    other = sealing._seal(to_another_account(of, part), of.paths.parts("ilf"), part.secret)
    with of.ledger.opened() as connection:
        connection.execute(f"INSERT INTO part_file VALUES (2, 1, 0, '{other.name}', '{other.sha256}', 1)")
    validate(of, run_id, NOVEMBER)
    instruct(of, run_id, NOVEMBER)
    assess(of, run_id)
    approve(of, run_id, flow="flow-2", control_total="£5,931.61")
    with pytest.raises(NoGo, match="What the stage ingest wrote has changed since"):
        release(of, run_id, NOVEMBER)


def test_a_change_of_keys_stands_before_a_release(of: TenantContext) -> None:
    enrol_approvers(of)
    rotate(of, OPERATOR, NOVEMBER)
    rotate(of, OPERATOR, NOVEMBER)
    approved(of, "ilf-2026-11-rehearsal-1")
    release(of, "ilf-2026-11-rehearsal-1", NOVEMBER)
    assert list(problems(of)) == []


class TestAChangeOfKeys:
    """It writes every part anew, and counts as siller's own hand."""

    def test_makes_nothing_siller_s_own_that_somebody_else_wrote(self, of: TenantContext) -> None:
        part = part_of(of)
        write(of, part, to_another_account(of, part))
        with pytest.raises(NoGo, match=rf"{part.name} is gone, or is not what was written"):
            rotate(of, OPERATOR, NOVEMBER)
        assert part_of(of) == part

    def test_says_so_of_a_part_that_does_not_open(self, of: TenantContext) -> None:
        name = damage_part(of)
        with pytest.raises(NoGo, match=rf"{name} is gone, or is not what was written"):
            rotate(of, OPERATOR, NOVEMBER)

    def test_says_so_of_a_part_that_is_gone(self, of: TenantContext) -> None:
        name = part_of(of).name
        (of.paths.parts("ilf") / name).unlink()
        with pytest.raises(NoGo, match=rf"{name} is gone, or is not what was written"):
            rotate(of, OPERATOR, NOVEMBER)
