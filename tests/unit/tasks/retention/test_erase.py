"""A period is erased: nothing of its payees is left anywhere, everything holds, and nobody is paid for it again."""

import hashlib
import io
import shutil
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyrage
import pytest
from pydantic import SecretStr

from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from schemas.period import Period
from tasks.assess.context import AccountTable, Context
from tasks.assess.gate import NOTHING_TO_COMPARE
from tasks.assess.gates import gates
from tasks.assess.measure import measure
from tasks.audit.timeline import audit
from tasks.backup.making import backup
from tasks.continuity.leave import leave
from tasks.ingest.stage import ingest as ingest_stage
from tasks.ingest.stage import open_run
from tasks.instruct.stage import instruct
from tasks.keys.rotate import rotate
from tasks.ledger import rekey, runs, verify
from tasks.ledger.journal import output_digest
from tasks.ledger.parts import sealing
from tasks.ledger.parts.listing import listed
from tasks.ledger.payment_state import define_payment_state
from tasks.lineage.trace import trace
from tasks.manual_payments.stage import record_paid_elsewhere
from tasks.people.account import account
from tasks.people.credentials import Kind, keep
from tasks.practice_bank.bank import answer as bank_answers
from tasks.publish.analytics import withdraw
from tasks.publish.stage import publish
from tasks.reconcile.receive import inbox, put_away
from tasks.reconcile.stage import reconcile
from tasks.release.stage import release
from tasks.retention import erase as stage
from tasks.retention.due import find_standing, list_periods
from tasks.retention.erase import erase
from tasks.retention.holds import lift, place
from tasks.storage.custody import list_sealed, sha256_of_file
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tasks.verify import problems
from tests.bank_messages import taken_in
from tests.month import (
    APPROVER,
    NOVEMBER,
    OCTOBER,
    ROWS,
    SAMPLES,
    approve,
    assess,
    context,
    deliver,
    extract_of,
    ingest,
    manifest_of,
)
from tests.people import enrol_approvers
from tests.unit.tasks.manual_payments.test_stage import HEADER as PORTAL_HEADER
from tests.unit.tasks.manual_payments.test_stage import line_of, recorded

OPERATOR = "operator@siller.example"
OWNER = "decision.owner@ilf.example"
TWO = (OPERATOR, APPROVER)
ERASED = Period.parsed("2026-10")
DUE = datetime(2033, 11, 2, 10, tzinfo=LONDON)
"""Seven years after the end of October 2026, and a day."""
REASON = "the agreed years are over"
ASKED = Context(
    found_total=Decimal("5931.60"),
    hash_matches=True,
    account_table=AccountTable.PRACTICE,
    account_table_age_days=0,
    now=NOVEMBER,
    latest_input=NOVEMBER,
    processing_date=date(2026, 11, 27),
    processing_is_a_bank_day=True,
)
"""What the ledger does not say of November, for its gates."""
FIRST, CORRECTED = "ilf-2026-10-rehearsal-1", "ilf-2026-10-rehearsal-2"


def of_october(row: str, number: int) -> str:
    """A payment of somebody whom October alone has."""
    _, _, *cells = row.replace("30/11/2026", "30/10/2026").split(",")
    return ",".join((f"ILF17777{number}", f"Quine Plantagenet {number}", *cells))


SAMPLE = (SAMPLES / "ilf-2026-11.csv").read_text(encoding="utf-8").splitlines()
PLANTED = tuple(of_october(row, number) for number, row in enumerate(SAMPLE[40:44]))
NAMELESS = PLANTED[3].replace("Quine Plantagenet 3", "")
"""Refused, and corrected."""


def paid(of: TenantContext, rows: Sequence[str], now: datetime, period: str, day: date, **declared: str) -> str:
    """A run from the landing folder to its reconciliation; two of its payments come back."""
    run_id = begun(of, rows, now, period, day, **declared)
    with of.ledger.opened() as connection:
        total = f"{runs.run_row(connection, run_id).declared_total:.2f}"
    flow = f"{period}-{declared.get('kind', 'full')}"
    verdict = approve(of, run_id, now, flow=flow, control_total=total, reason="as in the records")
    assert not verdict.cause
    leave(of, run_id, now)
    release(of, run_id, now)
    publish(of, run_id, now)
    file = of.paths.outbox("ilf") / f"{run_id}.REHEARSAL.bacs18.txt"
    bank_answers(file, of.paths.bank_inbox("ilf"), day)
    later = datetime.combine(day, now.timetz()).replace(day=1, month=now.month + 1)
    taken_in(of, later)
    reconcile(of, run_id, later)
    publish(of, run_id, later)
    put_away(of)
    return run_id


def begun(of: TenantContext, rows: Sequence[str], now: datetime, period: str, day: date, **declared: str) -> str:
    flow = f"{period}-{declared.get('kind', 'full')}"
    deliver(of, rows, name=f"{flow}.csv", pay_period=period, pay_date=day.isoformat(), **declared)
    run_id = ingest(of, now, flow)
    validate(of, run_id, now)
    instruct(of, run_id, now)
    assess(of, run_id, now)
    return run_id


@pytest.fixture(scope="session")
def october_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """October, by an extract and a correction, with two returns that were paid elsewhere since; then November."""
    of = context(tmp_path_factory.mktemp("october"))
    with of.ledger.transaction(create=True) as connection:
        keep(connection, APPROVER, Kind.ACCOUNT, account(), (OPERATOR,), OCTOBER)
    begun(of, (*PLANTED[:3], NAMELESS), OCTOBER, "2026-10", date(2026, 10, 30))
    (extract,) = of.paths.landing("ilf").glob("*.csv")
    corrects = hashlib.sha256(extract.read_bytes()).hexdigest()
    paid(of, PLANTED[3:], OCTOBER, "2026-10", date(2026, 10, 30), kind="correction", corrects=corrects)
    left = shutil.copytree(of.paths.landing("ilf"), of.settings.home / "left")
    paid(of, ROWS, NOVEMBER, "2026-11", date(2026, 11, 30))
    shutil.copytree(left, of.paths.landing("ilf"), dirs_exist_ok=True)  # nobody has tidied up
    shutil.rmtree(left)
    return of.settings.home


def settled(of: TenantContext) -> None:
    """Whoever has not got October's money gets it through the bank's portal."""
    returned = [row for row, state in enumerate(states(of, CORRECTED)) if state == "returned"]
    assert len(returned) == 2
    rows = (*PLANTED[:3], NAMELESS, PLANTED[3])
    recorded(of, [line_of(rows[row], pay_period="2026-10", paid_on="31/10/2026") for row in returned])
    for name in ("portal.csv", "statement.pdf"):
        (of.settings.home / name).unlink()


def states(of: TenantContext, run_id: str) -> list[str]:
    """Where each row of a run stands."""
    with of.ledger.opened() as connection:
        define_payment_state(connection)
        found = connection.execute(
            "SELECT state FROM payment_state(?) JOIN run USING (run_no) WHERE run_id = ? ORDER BY row_number",
            [DUE.date(), run_id],
        ).fetchall()
    return [state for (state,) in found]


@pytest.fixture
def owing(october_home: Path, tmp_path: Path) -> TenantContext:
    return context(shutil.copytree(october_home, tmp_path / "home", symlinks=True))


@pytest.fixture(scope="session")
def settled_home(october_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = shutil.copytree(october_home, tmp_path_factory.mktemp("settled") / "home", symlinks=True)
    settled(context(home))
    return home


@pytest.fixture
def of(settled_home: Path, tmp_path: Path) -> TenantContext:
    return context(shutil.copytree(settled_home, tmp_path / "home", symlinks=True))


@dataclass(frozen=True)
class Found:
    """Where something of October's payees stands."""

    where: str
    what: str


def search(of: TenantContext) -> list[Found]:
    """Look for October's payees in every file under the home, decrypted with whatever keys there are."""
    needles = {cell.encode() for row in PLANTED for cell in (*row.split(",")[:2], row.split(",")[3])}
    needles.add(b"ilf-2026-10-rehearsal-1/")  # how analysts name its payments
    found = []
    for where, content in contents(of):
        found += [Found(where, needle.decode()) for needle in sorted(needles) if needle in content]
    return found


def contents(of: TenantContext) -> Iterator[tuple[str, bytes]]:
    keys = [
        pyrage.x25519.Identity.from_str(line)
        for use in ("sealed", "continuity")
        for line in of.paths.key("ilf", use).read_text().split()
    ]
    for path in sorted(of.settings.home.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        where, content = path.relative_to(of.paths.root).parts[0], path.read_bytes()
        yield where, content
        if content.startswith(b"age-encryption.org"):
            try:
                plain = pyrage.decrypt(content, keys)
            except pyrage.DecryptError:
                continue
            yield where, plain
            if path.parent.name == "backups":
                with tarfile.open(fileobj=io.BytesIO(plain)) as archive:
                    members = [member for member in archive if member.isfile()]
                    yield from ((where, file.read()) for each in members if (file := archive.extractfile(each)))
        if path.parent.parent.name == "published":
            with duckdb.connect(path, read_only=True) as published:
                yield from ((where, table) for table in dumped(published))
    with of.ledger.opened() as connection:
        yield from (("ledgers", table) for table in dumped(connection))
        for part in listed(connection):
            rows = sealing.read(of.paths.parts("ilf") / part.name, part.secret)
            yield "parts", repr(rows.to_pydict()).encode()


def dumped(connection: duckdb.DuckDBPyConnection) -> list[bytes]:
    names = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() AND NOT temporary"
    ).fetchall()
    return [repr(connection.execute(f'FROM "{name}"').fetchall()).encode() for (name,) in names]


def erased(of: TenantContext) -> TenantContext:
    assert "October 2026 was erased" in erase(of, ERASED, REASON, TWO, DUE)
    return of


@pytest.fixture(scope="session")
def erased_home(settled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = shutil.copytree(settled_home, tmp_path_factory.mktemp("erased") / "home", symlinks=True)
    erased(context(home))
    return home


@pytest.fixture
def gone(erased_home: Path, tmp_path: Path) -> TenantContext:
    """October is erased."""
    return context(shutil.copytree(erased_home, tmp_path / "gone", symlinks=True))


def test_there_is_something_to_be_found(of: TenantContext) -> None:
    """What the search after an erasure would find, if it were there."""
    assert {found.where for found in search(of)} == {
        "continuity", "landing", "ledgers", "outbox", "parts", "published", "reports", "sealed", "staging",
        "to-the-body",
    }  # fmt: skip


def test_nothing_of_its_payees_is_left_anywhere(gone: TenantContext) -> None:
    assert search(gone) == []
    assert list(problems(gone)) == []


def test_the_rest_stands_as_it_was(of: TenantContext) -> None:
    with of.ledger.opened() as connection:
        before = connection.execute("SELECT * FROM journal ORDER BY entry").fetchall()
        rows = connection.execute("SELECT * FROM raw_extract_row WHERE run_no = 3 ORDER BY ALL").fetchall()
        payments = connection.execute("SELECT * FROM core_payment WHERE run_no = 3 ORDER BY ALL").fetchall()
    erased(of)
    with of.ledger.opened() as connection:
        after = connection.execute("SELECT * FROM journal ORDER BY entry").fetchall()
        assert after[: len(before)] == before
        assert [entry[2].partition(" ")[0] for entry in after[len(before) :]] == ["erase", "rotate_keys"]
        assert connection.execute("SELECT * FROM raw_extract_row ORDER BY ALL").fetchall() == rows
        assert connection.execute("SELECT * FROM core_payment ORDER BY ALL").fetchall() == payments
        figures = connection.execute("SELECT payments, pence FROM payment_file ORDER BY run_no").fetchall()
    assert len(figures) == 3
    (november,) = of.paths.published("ilf").glob("analytics-*.duckdb")
    with duckdb.connect(november, read_only=True) as published:
        assert published.execute("SELECT DISTINCT period FROM payments").fetchall() == [("2026-11",)]
        assert published.execute("SELECT run_id FROM runs").fetchall() == [("ilf-2026-11-rehearsal-1",)]


def statement_of_november(of: TenantContext) -> bytes:
    with of.ledger.opened() as connection:
        [(sha256,)] = connection.execute(
            "SELECT DISTINCT sha256 FROM bank_file JOIN core_bank_answer USING (bank_file_no) "
            "WHERE core_bank_answer.run_no = 3 AND kind = 'statement_credit'"
        ).fetchall()
    keys = [pyrage.x25519.Identity.from_str(line) for line in of.paths.key("ilf", "sealed").read_text().split()]
    return pyrage.decrypt(of.paths.sealed("ilf", sha256).read_bytes(), keys)


def evidenced(of: TenantContext, rows: Sequence[str], period: str, evidence: bytes) -> str:
    """Record payments made elsewhere by a piece of evidence; returns its SHA-256."""
    file, shown = of.settings.home / f"{period}.csv", of.settings.home / f"{period}.shown"
    file.write_text(
        "\n".join([PORTAL_HEADER, *(line_of(row, pay_period=period, paid_on="31/10/2026") for row in rows), ""])
    )
    shown.write_bytes(evidence)
    record_paid_elsewhere(of, file, shown, OPERATOR, APPROVER, NOVEMBER)
    for path in (file, shown):
        path.unlink()
    return hashlib.sha256(evidence).hexdigest()


def test_what_another_period_needs_too_is_kept_until_that_is_erased(owing: TenantContext) -> None:
    """November's statement of the bank is the evidence that October's payees got their money, and November's too."""
    of, statement = owing, statement_of_november(owing)
    october = (*PLANTED[:3], NAMELESS, PLANTED[3])
    owed = [row for row, state in enumerate(states(of, CORRECTED)) if state == "returned"]
    sha256 = evidenced(of, [october[row] for row in owed], "2026-10", statement)
    november = states(of, "ilf-2026-11-rehearsal-1")
    assert november.count("returned") == 2
    erased(of)
    assert of.paths.sealed("ilf", sha256).exists()
    assert states(of, "ilf-2026-11-rehearsal-1") == november
    with of.ledger.opened() as connection:
        kinds = connection.execute("SELECT DISTINCT kind FROM core_bank_answer WHERE run_no = 3").fetchall()
    assert ("statement_credit",) in kinds
    assert list(problems(of)) == []
    evidenced(of, [ROWS[row] for row in range(3) if november[row] == "returned"], "2026-11", statement)
    assert "November 2026 was erased" in erase(of, Period.parsed("2026-11"), REASON, TWO, DUE.replace(month=12))
    assert not of.paths.sealed("ilf", sha256).exists()
    assert list(problems(of)) == []


def test_who_erased_it_when_and_why_is_told(gone: TenantContext) -> None:
    stands = find_standing(gone, ERASED, DUE)
    assert stands.erasure and stands.kept == ()
    assert (stands.erasure.erased_by, stands.erasure.agreed_by, stands.erasure.reason) == (*TWO, REASON)
    assert not stands.is_half_erased
    assert audit(gone, CORRECTED, DUE.date()).doubt is None
    with pytest.raises(NoGo, match="October 2026 was erased on 2 November 2033 by rule"):
        trace(gone.ledger, f"{CORRECTED}/0", DUE.date())


@pytest.mark.parametrize("kind", ["full", "supplementary", "arrears"])
def test_it_takes_no_run_of_any_kind(gone: TenantContext, kind: str) -> None:
    rows = (of_october(ROWS[0], 9),)
    deliver(gone, rows, pay_period="2026-10", pay_date="2026-10-30", kind=kind)
    with pytest.raises(NoGo, match=r"October 2026 was erased .* takes no run of any kind"):
        ingest(gone, OCTOBER, "again")


def test_a_bank_that_answers_it_once_more_is_not_taken_in(gone: TenantContext, of: TenantContext) -> None:
    """What was taken in before is known, and what is new is of no payment file that siller knows: it is set aside."""
    october = of.paths.outbox("ilf") / f"{CORRECTED}.REHEARSAL.bacs18.txt"
    bank_answers(october, gone.paths.bank_inbox("ilf"), date(2026, 10, 30), return_codes=("B",))
    answered, refused = taken_in(gone, DUE)
    assert answered == []
    put_away(gone)
    assert len(refused) == 3
    assert inbox(gone) == []
    assert {found.where for found in search(gone)} == {"sealed", "ledgers"}, "it goes with the month in which it came"


def test_nothing_is_recorded_as_paid_elsewhere_for_it(gone: TenantContext) -> None:
    with pytest.raises(NoGo, match="October 2026 was erased"):
        recorded(gone, [line_of(of_october(ROWS[0], 9), pay_period="2026-10")])


def test_the_next_month_has_no_figures_to_compare_with(gone: TenantContext) -> None:
    with gone.ledger.opened() as connection:
        november = runs.run_row(connection, "ilf-2026-11-rehearsal-1")
        assert runs.released_last_time(connection, november) == []
        measured = measure(connection, november, ASKED, gone.agreement.accounts)
    assert measured.previous is None
    thresholds = {name: threshold.bounds for name, threshold in gone.agreement.gates}
    figures = {gate.name: gate.figure for gate in gates(measured, thresholds)}
    assert figures["there_is_a_month_to_compare"] == "no figures: October 2026 was erased by rule"
    assert figures["change_in_total"] == NOTHING_TO_COMPARE


def forbidden(of: TenantContext, said: str, now: datetime = DUE, people: tuple[str, str] = TWO) -> None:
    """The erasure is refused, and everything is as it was."""
    before = {path: path.stat().st_ino for path in of.paths.sealed("ilf", "").parent.iterdir()}
    with pytest.raises(NoGo, match=said):
        erase(of, ERASED, REASON, people, now)
    assert {path: path.stat().st_ino for path in of.paths.sealed("ilf", "").parent.iterdir()} == before
    assert states(of, CORRECTED)[0] in ("credited", "paid_elsewhere")


def test_it_is_kept_until_its_years_are_over(of: TenantContext) -> None:
    forbidden(of, "It is to be kept until 31 October 2033", DUE.replace(month=10, day=31))
    assert not find_standing(of, ERASED, DUE.replace(month=10, day=31)).is_due(date(2033, 10, 31))
    assert find_standing(of, ERASED, DUE).is_due(DUE.date())


def test_arrears_that_are_paid_years_later_are_kept_as_long_as_all_else_of_that_day(of: TenantContext) -> None:
    # An account that no money came back from: those are held.
    row = of_october(SAMPLE[58], 9).replace("30/10/2026", "26/02/2027")
    begun_on, paid_on = datetime(2027, 2, 10, 9, 30, tzinfo=LONDON), date(2027, 2, 26)
    deliver(of, [row], name="arrears.csv", pay_period="2026-10", pay_date=paid_on.isoformat(), kind="arrears")
    run, arrived = open_run(of, "2026-10", "arrears", begun_on)
    assert arrived
    ingest_stage(of, run, arrived, "arrears", begun_on)
    run_id = run.run_id
    validate(of, run_id, begun_on)
    instruct(of, run_id, begun_on)
    assess(of, run_id, begun_on)
    assert find_standing(of, ERASED, DUE).until == date(2033, 10, 31), "nothing has been paid yet"
    approve(of, run_id, begun_on, flow="arrears", control_total="520.00", reason="as in the records")
    leave(of, run_id, begun_on)
    release(of, run_id, begun_on)
    assert find_standing(of, ERASED, DUE).until == date(2034, 2, 28)
    forbidden(of, "It is to be kept until 28 February 2034")


def test_a_period_that_was_only_paid_elsewhere_is_erased_too(of: TenantContext) -> None:
    recorded(of, [line_of(of_october(ROWS[0], 9), pay_period="2026-09", paid_on="30/09/2026")], name="september.csv")
    september = Period.parsed("2026-09")
    assert "September 2026 was erased" in erase(of, september, REASON, TWO, DUE)
    stands = find_standing(of, september, DUE)
    assert stands.erasure and stands.kept == ()
    assert september in [each.period for each in list_periods(of, DUE)]
    assert list(problems(of)) == []


def test_what_was_sealed_and_refused_goes_too(of: TenantContext) -> None:
    """A correction that corrects nothing is sealed before the ledger says so, and no run ever has it."""
    december, now = Period.parsed("2026-12"), datetime(2026, 12, 7, 9, 30, tzinfo=LONDON)
    day = of.agreement.pay_day_of(december, of.bank_days)
    rows = [row.replace("30/11/2026", f"{day:%d/%m/%Y}") for row in (*ROWS, SAMPLE[40])]
    begun(of, rows[:3], now, "2026-12", day)
    (extract,) = of.paths.landing("ilf").glob("2026-12*.csv")
    kept = list_sealed(of.paths, "ilf")
    with pytest.raises(NoGo, match="may have only payees whose rows that run refused"):
        begun(of, rows[3:], now, "2026-12", day, kind="correction", corrects=sha256_of_file(extract))
    refused = list_sealed(of.paths, "ilf") - kept
    assert len(refused) == 1
    erased(of)
    assert not refused & list_sealed(of.paths, "ilf")
    with of.ledger.opened() as connection:
        signed = connection.execute("SELECT said[-64:] FROM act WHERE act = 'signed'").fetchall()
    assert len(signed) == 4
    assert {sha256 for (sha256,) in signed} <= kept & list_sealed(of.paths, "ilf"), "the manifests stay"
    assert list(problems(of)) == []


def test_nothing_is_left_of_a_publication_that_was_killed(owing: TenantContext) -> None:
    folder = owing.paths.published("ilf")
    (folder / ".analytics.part").write_bytes(b"masked rows")
    withdraw(folder)
    assert list(folder.iterdir()) == []


def test_an_extract_that_waits_under_the_name_of_an_erased_one_stays(of: TenantContext) -> None:
    """The sender calls every month's extract alike."""
    extract = deliver(of, ROWS, name="payments.csv", pay_period="2026-12", pay_date="2026-12-30")
    before = manifest_of(extract_of(PLANTED), extract.name, pay_period="2026-10")
    (october := extract.with_name("october.manifest.json")).write_text(before)
    erased(of)
    assert extract.exists()
    assert not october.exists()


def test_what_is_owed_to_its_payees_forbids_it(owing: TenantContext) -> None:
    with pytest.raises(NoGo, match="Of its payments 2 are owed: they came back"):
        erase(owing, ERASED, REASON, TWO, DUE)


def test_a_run_that_waits_forbids_it(tmp_path: Path) -> None:
    of = context(tmp_path)
    begun(of, PLANTED, OCTOBER, "2026-10", date(2026, 10, 30))
    with pytest.raises(NoGo, match="Of its payments 4 are not paid yet, nor given up"):
        erase(of, ERASED, REASON, TWO, DUE)


def test_an_answer_that_nobody_can_explain_forbids_it(of: TenantContext) -> None:
    """The bank sends back another payment of the run, which it had not."""
    with of.ledger.opened() as connection:
        connection.execute(
            "INSERT INTO core_bank_answer BY NAME SELECT * REPLACE (NULL AS row_number, item + 100 AS item) "
            "FROM core_bank_answer WHERE run_no = 2 AND kind = 'returned' LIMIT 1"
        )
    forbidden(of, f"The reconciliation of {CORRECTED} does not come out: .* match no payment of this run: 1")


def test_a_ledger_that_does_not_hold_is_not_erased_from(of: TenantContext) -> None:
    """An erasure gives entries another proof: what somebody has changed before would be proven by it."""
    with of.ledger.opened() as connection:
        connection.execute("UPDATE core_left_out SET rule = 'another' WHERE run_no = 2")
    forbidden(
        of, "Nothing was erased: the ledger does not hold. ilf-2026-10-rehearsal-2: What the stage validate wrote"
    )


@pytest.mark.parametrize(
    "period", [ERASED, pytest.param(None, marks=pytest.mark.long)], ids=["of-the-period", "of-every-period"]
)
def test_a_legal_hold_forbids_it_until_two_have_lifted_it(of: TenantContext, period: Period | None) -> None:
    said = place(of, "inquiry 7", period, "the inquiry wants it", (OPERATOR, APPROVER), DUE)
    assert said.startswith("placed the legal hold 'inquiry 7' on ")
    forbidden(of, "There is the legal hold 'inquiry 7', placed on 2 November 2033 by operator@siller.example and first")
    assert list(problems(of)) == []
    with pytest.raises(NoGo, match="is in force already"):
        place(of, "inquiry 7", None, "again", TWO, DUE)
    with pytest.raises(NoGo, match="it takes two people"):
        lift(of, "inquiry 7", "it is over", (OPERATOR, OPERATOR), DUE)
    lift(of, "inquiry 7", "it is over", TWO, DUE)
    erased(of)
    assert list(problems(of)) == []


def test_a_hold_on_another_period_does_not_forbid_it(of: TenantContext) -> None:
    place(of, "inquiry 7", Period.parsed("2026-11"), "the inquiry wants it", TWO, DUE)
    erased(of)


def test_no_hold_is_lifted_that_is_not_in_force(of: TenantContext) -> None:
    with pytest.raises(NoGo, match="No legal hold 'inquiry 7' is in force"):
        lift(of, "inquiry 7", "it is over", TWO, DUE)


@pytest.mark.parametrize(
    ("people", "said"),
    [
        ((OPERATOR, OPERATOR), "it takes two people"),
        ((OPERATOR, "  OPERATOR@siller.example"), "it takes two people"),
        ((OPERATOR, " "), "Name who agrees"),
        ((APPROVER, APPROVER), "it takes two people"),
        ((APPROVER, OPERATOR), "is no operator"),
        ((OPERATOR, "sender@siller.example"), "is no approver or decision owner"),
        ((OPERATOR, OWNER), "a one-time code must prove it"),
    ],
)
def test_it_takes_two_people_who_may_do_that(of: TenantContext, people: tuple[str, str], said: str) -> None:
    forbidden(of, said, people=people)


def test_a_wrong_code_proves_nobody(of: TenantContext) -> None:
    enrol_approvers(of)
    given = of.settings.model_copy(update={"one_time_code": SecretStr("000000")})
    forbidden(TenantContext("ilf", of.mode, given), "code", people=(OPERATOR, "second.approver@ilf.example"))


def test_without_a_reason_nothing_is_erased(of: TenantContext) -> None:
    with pytest.raises(NoGo, match="Say why"):
        erase(of, ERASED, "  ", TWO, DUE)


def test_an_agreement_that_says_nothing_of_it_keeps_everything(of: TenantContext) -> None:
    of.__dict__["agreement"] = of.agreement.model_copy(update={"retention": None})
    forbidden(of, "does not say how long anything is kept")


def test_it_is_also_in_backups_until_the_last_of_before_is_over(of: TenantContext, tmp_path: Path) -> None:
    recipient = str(pyrage.x25519.Identity.generate().to_public())
    backup(of, tmp_path / "before.age", [recipient], OPERATOR, DUE.replace(month=10, day=1))
    erased(of)
    assert find_standing(of, ERASED, DUE).in_backups_until == date(2033, 12, 30)
    assert find_standing(of, ERASED, datetime(2033, 12, 31, tzinfo=LONDON)).in_backups_until is None


class Killed(BaseException):
    """The power goes."""


STEPS = [
    (stage, "_forget", 1),
    (stage, "_remove", 3),
    (stage, "publish_without_erased", 1),
    (stage, "change_keys", 1),
    (rekey, "copy_under_key", 1),
    (rekey, "swap", 1),
]
"""Each step of an erasure, and how often it is taken at least."""
EVERY_DAY = {("_remove", 2, True), ("change_keys", 1, False)}


def killings() -> Iterator[object]:
    for module, step, calls in STEPS:
        for call in range(1, calls + 1):
            for after in (False, True):
                marks = [] if (step, call, after) in EVERY_DAY else [pytest.mark.long]
                named = f"{step}-{call}-{'after' if after else 'before'}"
                yield pytest.param(module, step, call, after, id=named, marks=marks)


@pytest.mark.slow
@pytest.mark.parametrize(("module", "step", "call", "after"), list(killings()))
def test_killed_at_any_step_it_says_so_and_is_finished(
    of: TenantContext, monkeypatch: pytest.MonkeyPatch, module: object, step: str, call: int, after: bool
) -> None:
    calls = 0
    real = getattr(module, step)

    def killing(*arguments: object, **named: object) -> object:
        nonlocal calls
        calls += 1
        if calls == call and not after:
            raise Killed
        done = real(*arguments, **named)
        if calls == call:
            raise Killed
        return done

    with monkeypatch.context() as patched:
        patched.setattr(module, step, killing)
        with pytest.raises(Killed):
            erase(of, ERASED, REASON, TWO, DUE)
    stands, told = find_standing(of, ERASED, DUE), [str(problem) for problem in problems(of)]
    if stands.is_half_erased:  # whose last step is a change of keys: one by itself would hide that files are left
        with pytest.raises(NoGo, match=r"October 2026 was erased .* and not to the end"):
            rotate(of, OPERATOR, DUE)
    if stands.erasure is None:
        assert told == [] and states(of, CORRECTED)
    elif stands.is_half_erased:
        assert [each for each in told if "not to the end" in each] == told != []
    else:
        assert told == [] and search(of) == []
    erased(of)
    assert search(of) == []
    assert list(problems(of)) == []
    assert not find_standing(of, ERASED, DUE).is_half_erased


def test_nothing_is_released_that_only_a_planted_proof_speaks_for(gone: TenantContext) -> None:
    """Whoever changes what a run wrote cannot let an erasure of before prove it anew."""
    november = "ilf-2026-11-rehearsal-1"
    with gone.ledger.opened() as connection:
        parts = gone.paths.parts("ilf")
        verify.check_unchanged(connection, november, parts)
        connection.execute("UPDATE payment_file SET file_name = 'another' WHERE run_no = 3")
        entries = connection.execute("SELECT entry, stage FROM journal WHERE run_id = ?", [november]).fetchall()
        for entry, stage_of in entries:
            planted = output_digest(connection, stage_of, 3)
            connection.execute("INSERT INTO erased_entry VALUES (1, ?, ?)", [entry, planted])
        with pytest.raises(NoGo, match="changed behind siller's back"):
            verify.check_unchanged(connection, november, parts)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE erased_entry SET output_digest = 'x' WHERE entry = (SELECT max(entry) FROM erased_entry)",
        "DELETE FROM erased_entry",
        "INSERT INTO erased_entry SELECT 1, entry, output_digest FROM journal WHERE stage = 'release' LIMIT 1",
        "UPDATE erasure SET reason = 'another'",
        "UPDATE erasure SET period = '2026-11'",
        "DELETE FROM erasure",
        "DELETE FROM erased_file",
        "INSERT INTO erased_file SELECT 1, extract_sha256 FROM run WHERE run_no = 3",
        "INSERT INTO core_left_out VALUES (2, 0, 'refused', 'amount', 'is_a_number')",
        "UPDATE part SET pence = pence + 1 WHERE run_no = 2",
        "UPDATE payment_file SET pence = pence + 1 WHERE run_no = 2",
        "DELETE FROM core_bank_answer WHERE run_no = 3",
        "DELETE FROM journal WHERE stage = 'erase 1'",
    ],
)
def test_what_an_erasure_left_is_proven(gone: TenantContext, change: str) -> None:
    with gone.ledger.opened() as connection:
        connection.execute(change)
    try:
        found = [str(problem) for problem in problems(gone)]
    except NoGo as said:  # it lists rows whose key is gone, and does not open
        found = [str(said)]
    assert found
