"""The four kinds of extract: what each may do to the run that stands, and what it may never do."""

import hashlib
import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from schemas.contract.explain import fault
from schemas.no_go import NoGo
from schemas.period import Period
from tasks.assess.measure import measure
from tasks.assess.pack import pack
from tasks.assess.stage import gather_context
from tasks.correction_file.stage import write_correction_files
from tasks.instruct.stage import instruct
from tasks.ledger import entry_of, runs
from tasks.ledger.catalogue.stages import Ingest, Validate
from tasks.ledger.file_days import days_of
from tasks.lineage.trace import trace
from tasks.publish.stage import publish
from tasks.rails import Dates
from tasks.reconcile.stage import as_at
from tasks.release.stage import release
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tasks.verify import problems
from tests.month import (
    NOVEMBER,
    ROWS,
    approve,
    assessed,
    context,
    deliver,
    deliver_sample,
    extract_of,
    facts,
    ingest,
    naive_payments,
)
from tests.sampled import one_in


def sha256_of(rows: Sequence[str]) -> str:
    return hashlib.sha256(extract_of(rows)).hexdigest()


NAMELESS = ROWS[2].replace(ROWS[2].split(",")[1], "", 1)
"""The third payment of November, refused because it has no name."""

FIRST = "ilf-2026-11-rehearsal-1"
SENT = ("extract sealed", "row read", "joined")
"""The steps of a trace that say which extract a row came in."""
SHA256 = sha256_of((*ROWS[:2], NAMELESS))


@pytest.fixture
def ilf(tmp_path: Path) -> TenantContext:
    return context(tmp_path)


@pytest.fixture(scope="module")
def waiting_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a run of three rows, one of them refused, that is approved and not released; nobody changes anything there."""
    home = tmp_path_factory.mktemp("waiting")
    deliver(context(home), (*ROWS[:2], NAMELESS))
    approve(context(home), assessed(context(home)))
    return home


@pytest.fixture(scope="module")
def released_home(waiting_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the same run, released; nobody changes anything there."""
    home = shutil.copytree(waiting_home, tmp_path_factory.mktemp("released"), dirs_exist_ok=True)
    release(context(home), FIRST, NOVEMBER)
    return home


@pytest.fixture
def waiting(waiting_home: Path, tmp_path: Path) -> TenantContext:
    """A run of three rows, one of them refused, that is approved and not released."""
    return context(shutil.copytree(waiting_home, tmp_path, dirs_exist_ok=True))


@pytest.fixture
def month(released_home: Path, tmp_path: Path) -> TenantContext:
    """Two payments released and one row refused."""
    return context(shutil.copytree(released_home, tmp_path, dirs_exist_ok=True))


def states(of: TenantContext, run_id: str) -> dict[str, int]:
    """Rows of a run by what the ledger says of them."""
    with of.ledger.opened() as connection:
        run_no = runs.run_row(connection, run_id).run_no
        left_out = connection.execute(
            "SELECT outcome, count(DISTINCT row_number) FROM core_left_out WHERE run_no = ? GROUP BY ALL", [run_no]
        ).fetchall()
        paid = connection.execute("SELECT count(*) FROM core_payment WHERE run_no = ?", [run_no]).fetchone()
    return {**dict(left_out), "payable": paid[0] if paid else 0}


def rules(of: TenantContext, run_id: str) -> list[tuple[int, str]]:
    with of.ledger.opened() as connection:
        return connection.execute(
            "SELECT row_number, rule FROM core_left_out JOIN run USING (run_no) WHERE run_id = ? ORDER BY ALL", [run_id]
        ).fetchall()


class TestCorrection:
    """It joins the run that waits, touches what is refused or held there, and nothing else."""

    def test_novembers_forty_rows_never_displace_the_others(self, ilf: TenantContext) -> None:
        extract = deliver_sample(ilf, "2026-11")
        first = ingest(ilf)
        validate(ilf, first, NOVEMBER)
        lines = extract.read_text(encoding="utf-8").splitlines()[1:]
        bad = sorted(int(row) for row in facts("2026-11")["refused_rows"])
        references = [lines[row].split(",")[0] for row in bad]
        good = [f"{who},A PAYEE,308479,89620048,,{100 + n}.00,X {n},30/11/2026" for n, who in enumerate(references)]
        first_extract = hashlib.sha256(extract.read_bytes()).hexdigest()
        deliver(ilf, good, name="correction.csv", kind="correction", corrects=first_extract)
        second = ingest(ilf, flow="flow-2")
        assert second == "ilf-2026-11-rehearsal-2"
        validate(ilf, second, NOVEMBER)
        assert states(ilf, second) == {"corrected": 40, "payable": 5229 + 40}
        with ilf.ledger.opened() as connection:
            paid = [
                connection.execute(
                    "SELECT row_number, amount_pence FROM core_payment "
                    "WHERE run_no = ? AND row_number < 5269 ORDER BY row_number",
                    [run_no],
                ).fetchall()
                for run_no in (1, 2)
            ]
        assert len(paid[0]) == 5229
        assert paid[0] == paid[1]
        assert {row for row, _ in rules(ilf, second)} == set(bad)

    def test_the_whole_way_to_the_file_that_pays_everybody_once(self, waiting: TenantContext) -> None:
        deliver(waiting, [ROWS[2]], name="correction.csv", kind="correction", corrects=SHA256)
        second = assessed(waiting, flow="flow-2")
        both_extracts = "6981.60"  # 5,931.60 and 1,050.00
        assert approve(waiting, second, flow="flow-2", control_total=both_extracts).outcome == "approved"
        release(waiting, second, NOVEMBER)
        publish(waiting, second, NOVEMBER)
        content = (waiting.paths.outbox("ilf") / f"{second}.REHEARSAL.bacs18.txt").read_bytes()
        assert naive_payments(content) == [
            ("308479", "89620048", 298160),
            ("874077", "05346707", 190000),
            (*ROWS[2].split(",")[2:4], 105000),
        ]
        reconciliation = as_at(waiting, second, NOVEMBER)
        assert [(bucket.name, bucket.rows) for bucket in reconciliation.buckets if bucket.rows] == [
            ("in flight", 3),
            ("corrected", 1),
        ]
        assert reconciliation.unexplained == ()
        assert list(problems(waiting)) == []

    def test_the_earlier_runs_approval_counts_no_longer_and_the_pack_says_so(self, waiting: TenantContext) -> None:
        first = "ilf-2026-11-rehearsal-1"
        deliver(waiting, [ROWS[2]], name="correction.csv", kind="correction", corrects=SHA256)
        second = ingest(waiting, flow="flow-2")
        with pytest.raises(NoGo, match=f"{second} has taken the place of {first}"):
            release(waiting, first, NOVEMBER)
        assert not waiting.paths.outbox("ilf").exists()
        validate(waiting, second, NOVEMBER)
        instruct(waiting, second, NOVEMBER)
        with waiting.ledger.opened() as connection:
            run = runs.run_row(connection, second)
            kept = [entry_of(connection, second, kind) for kind in (Ingest, Validate)]
            figures = gather_context(waiting, *kept, [*map(Dates.kept, days_of(connection, second))], True, NOVEMBER)
            metrics = measure(connection, run, figures, waiting.agreement.accounts)
        shown = pack("ILF", partial(fault, waiting.contract), metrics, [], None, {}).markdown
        assert f"takes the place of `{first}`" in shown
        assert "first.approver@ilf.example approved it no longer counts" in shown
        assert "all rows of that run, and 1 new ones. The total to type is that of all its extracts together." in shown
        assert "Nobody has been paid for November 2026 yet." in shown
        assert f"It makes good: 1 refused or held of `{second}` (row 2).\n" in shown

    def test_a_row_of_somebody_who_is_paid_is_a_no_go_that_names_its_line(self, waiting: TenantContext) -> None:
        stranger = ROWS[2].replace("ILF100004", "ILF999999")
        assert stranger != ROWS[2]
        deliver(waiting, [ROWS[2], ROWS[0], stranger], name="c.csv", kind="correction", corrects=SHA256)
        with pytest.raises(NoGo, match=r"These lines of the file are others: 3, 4\. Nothing was done"):
            ingest(waiting, flow="flow-2")
        with waiting.ledger.opened() as connection:
            assert connection.execute("SELECT count(*) FROM run").fetchone() == (1,)
            assert connection.execute("SELECT count(*) FROM raw_extract_row").fetchone() == (3,)
        release(waiting, "ilf-2026-11-rehearsal-1", NOVEMBER)

    def test_the_other_copy_of_somebody_who_is_paid_is_not_for_a_correction(self, ilf: TenantContext) -> None:
        deliver(ilf, (ROWS[0], ROWS[0], ROWS[1]))
        validate(ilf, ingest(ilf), NOVEMBER)
        sha256 = sha256_of((ROWS[0], ROWS[0], ROWS[1]))
        deliver(ilf, [ROWS[0].replace("2981.60", "1.00")], name="c.csv", kind="correction", corrects=sha256)
        with pytest.raises(NoGo, match="others: 2"):
            ingest(ilf, flow="flow-2")

    def test_a_correction_of_a_correction(self, ilf: TenantContext) -> None:
        other = ROWS[1].replace(ROWS[1].split(",")[1], "", 1)
        deliver(ilf, (ROWS[0], other, NAMELESS))
        validate(ilf, ingest(ilf), NOVEMBER)
        first = sha256_of((ROWS[0], other, NAMELESS))
        deliver(ilf, [ROWS[2]], name="c1.csv", kind="correction", corrects=first)
        second = ingest(ilf, flow="flow-2")
        validate(ilf, second, NOVEMBER)
        assert states(ilf, second) == {"corrected": 1, "refused": 1, "payable": 2}
        deliver(ilf, [ROWS[1]], name="c2.csv", kind="correction", corrects=sha256_of([ROWS[2]]))
        third = ingest(ilf, flow="flow-3")
        validate(ilf, third, NOVEMBER)
        assert states(ilf, third) == {"corrected": 2, "payable": 3}

    def test_a_row_is_traced_to_the_extract_that_it_came_in(self, waiting: TenantContext) -> None:
        deliver(waiting, [ROWS[2]], name="correction.csv", kind="correction", corrects=SHA256)
        second = assessed(waiting, flow="flow-2")

        def sent(row: int) -> list[str]:
            steps = trace(waiting.ledger, f"{second}/{row}", NOVEMBER.date()).steps
            return [step.detail.partition(";")[0] for step in steps if step.what in SENT]

        paid, corrected, own = (sent(row) for row in (1, 2, 3))
        assert [each[0].split(",")[:2] for each in (paid, corrected)] == 2 * [["ilf.csv", f" SHA-256 {SHA256}"]]
        assert paid[1:] == ["line 3 of the extract", f"correction.csv corrects {FIRST}: row 1 of both"]
        assert corrected[1] == "line 4 of the extract"
        assert own[0].split(",")[:2] == ["correction.csv", f" SHA-256 {sha256_of([ROWS[2]])}"]
        assert own[1:] == ["line 2 of the extract"]

    def test_after_the_release_it_comes_too_late(self, month: TenantContext) -> None:
        deliver(month, [ROWS[2]], name="c.csv", kind="correction", corrects=SHA256)
        with pytest.raises(NoGo, match=r"has been released.*supplementary"):
            ingest(month, flow="flow-2")

    @pytest.mark.parametrize(
        ("changes", "said"),
        one_in(
            2,
            [
                ({"corrects": "0" * 64}, "its latest extract is"),
                ({"corrects": None}, "names the SHA-256 of the extract that it corrects"),
                ({"corrects": SHA256, "replaces": SHA256}, 'leave "replaces" out'),
                ({"kind": "full", "corrects": SHA256}, 'only a correction "corrects"'),
                ({"corrects": SHA256, "pay_date": "2026-12-01"}, "the agreement pays it on 30 November"),
            ],
        ),
    )
    def test_a_manifest_that_does_not_fit(self, waiting: TenantContext, changes: dict[str, object], said: str) -> None:
        deliver(waiting, [ROWS[2]], name="c.csv", **{"kind": "correction", **changes})
        with pytest.raises(NoGo, match=said):
            ingest(waiting, flow="flow-2")


class TestSupplementary:
    """After the release, on a day of its own, for payees with something open alone."""

    def test_before_the_release_there_is_none(self, waiting: TenantContext) -> None:
        deliver(waiting, [ROWS[2]], name="s.csv", kind="supplementary", pay_date="2026-12-04")
        with pytest.raises(NoGo, match="comes after the release"):
            ingest(waiting, flow="flow-2")

    def test_without_a_month_there_is_none(self, ilf: TenantContext) -> None:
        deliver(ilf, [ROWS[2]], name="s.csv", kind="supplementary", pay_date="2026-12-04")
        with pytest.raises(NoGo, match="nothing of 2026-11 has been released"):
            ingest(ilf)

    def test_it_pays_the_refused_and_holds_the_paid_and_the_stranger(self, month: TenantContext) -> None:
        stranger = ROWS[1].replace("ILF100003", "ILF999999").replace("1900.00", "12.34")
        rows = [row.replace("30/11/2026", "04/12/2026") for row in (ROWS[2], ROWS[0], stranger)]
        deliver(month, rows, name="s.csv", kind="supplementary", pay_date="2026-12-04")
        run_id = ingest(month, flow="flow-2")
        validate(month, run_id, NOVEMBER)
        assert rules(month, run_id) == [(1, "already_released"), (2, "nothing_open_in_period")]
        assert states(month, run_id) == {"held": 2, "payable": 1}

    def test_a_stranger_who_is_sent_twice_is_held_twice_and_is_owed_nothing(self, month: TenantContext) -> None:
        stranger, nameless = (
            ROWS[1].replace("ILF100003", reference).replace("1900.00", pounds).replace("30/11/2026", "04/12/2026")
            for reference, pounds in (("ILF999999", "12.34"), ("ILF999998", "12.35"))
        )
        nameless = ",".join(["ILF999998", "", *nameless.split(",")[2:]])
        open_one = ROWS[2].replace("30/11/2026", "04/12/2026")
        deliver(month, [open_one, stranger, nameless], name="s.csv", kind="supplementary", pay_date="2026-12-04")
        first = assessed(month, flow="flow-2")
        approve(month, first, flow="flow-2", control_total="1074.69")
        release(month, first, NOVEMBER)
        [written] = write_correction_files(month, Period.parsed("2026-11"), NOVEMBER)
        assert written.payments == 1, "of the two strangers the one who was refused, until it is put right"
        named = nameless.replace("ILF999998,", "ILF999998,Zoe Green")
        deliver(month, [stranger, named], name="t.csv", kind="supplementary", pay_date="2026-12-04")
        run_id = ingest(month, flow="flow-3")
        validate(month, run_id, NOVEMBER)
        assert states(month, run_id) == {"held": 2, "payable": 0}

    def test_a_second_one_waits_for_the_first_or_replaces_it_by_name(self, month: TenantContext) -> None:
        row = ROWS[2].replace("30/11/2026", "04/12/2026")
        deliver(month, [row], name="s.csv", kind="supplementary", pay_date="2026-12-04")
        ingest(month, flow="flow-2")
        other = row.replace("1050.00", "1050.01")
        deliver(month, [other], name="t.csv", kind="supplementary", pay_date="2026-12-04")
        with pytest.raises(NoGo, match="only if its manifest says so"):
            ingest(month, flow="flow-3")
        first = sha256_of([row])
        deliver(month, [other], name="t.csv", kind="supplementary", pay_date="2026-12-04", replaces=first)
        assert ingest(month, flow="flow-3") == "ilf-2026-11-rehearsal-3"

    @pytest.mark.parametrize(("day", "said"), [("2026-12-05", "no bank day"), ("2026-11-23", "last day to send")])
    def test_a_day_that_cannot_be_reached(self, month: TenantContext, day: str, said: str) -> None:
        deliver(month, [ROWS[2]], name="s.csv", kind="supplementary", pay_date=day)
        with pytest.raises(NoGo, match=said):
            ingest(month, NOVEMBER.replace(day=23), flow="flow-2")


class TestArrears:
    """Payments of a kind of their own, beside the month."""

    def test_they_wait_beside_the_month_and_neither_holds_the_other(self, waiting: TenantContext) -> None:
        deliver(waiting, ROWS[:2], name="a.csv", kind="arrears", pay_date="2026-11-30")
        run_id = ingest(waiting, flow="flow-2")
        validate(waiting, run_id, NOVEMBER)
        assert states(waiting, run_id) == {"payable": 2}
        release(waiting, "ilf-2026-11-rehearsal-1", NOVEMBER)

    def test_twice_the_same_arrears_are_held(self, ilf: TenantContext) -> None:
        deliver(ilf, ROWS[:2], name="a.csv", kind="arrears")
        run_id = assessed(ilf)
        approve(ilf, run_id, control_total="4881.60")
        release(ilf, run_id, NOVEMBER)
        deliver(ilf, ROWS[1::-1], name="b.csv", kind="arrears")
        again = ingest(ilf, flow="flow-2")
        validate(ilf, again, NOVEMBER)
        assert rules(ilf, again) == [(0, "already_released"), (1, "already_released")]


class TestTheVeryFile:
    """Bytes that were sent before as something else."""

    @pytest.mark.parametrize(
        "changes", [{"kind": "arrears"}, {"pay_period": "2026-12", "pay_date": "2026-12-24"}], ids=["kind", "period"]
    )
    def test_as_another_kind_or_for_another_period(self, waiting: TenantContext, changes: dict[str, object]) -> None:
        deliver(waiting, (*ROWS[:2], NAMELESS), **changes)
        month = 12 if "pay_period" in changes else 11
        with pytest.raises(NoGo, match="is the very file that ilf-2026-11-rehearsal-1 was opened with"):
            ingest(waiting, NOVEMBER.replace(month=month), flow="flow-2")

    def test_another_bodys(self, ilf: TenantContext) -> None:
        deliver(ilf)
        sealed = ilf.paths.sealed("other", sha256_of(ROWS))
        sealed.parent.mkdir(parents=True)
        sealed.touch()
        with pytest.raises(NoGo, match="the very file that another body has sent"):
            ingest(ilf)


def test_the_new_extract_is_taken_though_the_old_one_still_stands_beside_it(waiting: TenantContext) -> None:
    landing = waiting.paths.landing("ilf")
    old = {path.name: path.read_bytes() for path in landing.iterdir()}
    deliver(waiting, [ROWS[2]], name="correction.csv", kind="correction", corrects=SHA256)
    for name, content in old.items():
        (landing / name).write_bytes(content)
    assert ingest(waiting, flow="flow-2") == "ilf-2026-11-rehearsal-2"
