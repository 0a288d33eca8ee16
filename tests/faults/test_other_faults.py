"""What else can go wrong around a month: its database, its disk, its starts, its clock, its ledger."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest

from flows.service import child_process
from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from tasks.release.stage import release
from tasks.settings import PROJECT
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tasks.verify import problems
from tests import month
from tests.faults.server import PrefectServer
from tests.faults.small_month import CONTROL_TOTAL, PARAMETERS, ROWS, came_of, delivered
from tests.faults.trial import Trial

e2e = pytest.mark.e2e


@e2e
def test_a_month_whose_prefect_database_was_deleted_while_it_waited_is_paid_once(faults, quiet):
    from prefect.client.orchestration import get_client

    from flows.service import watch

    trial = Trial(faults, "forgotten")
    assert not trial.once()  # it waits for approval
    faults.server.kill()
    faults.server.forget()
    faults.server.start()
    with faults.server.spoken_to(), get_client(sync_client=True) as client:
        (said,) = watch.look(trial.home)
        (new,) = client.read_flow_runs()
    assert "forgotten" in said
    assert new.id != trial.flow_run
    trial.flow_run = new.id
    trial.finish()
    assert trial.came(quiet.file).is_right


@e2e
@pytest.mark.long  # every day tests/ledgers/test_upgrade_faults.py and tests/unit/tasks/release fill a disk
def test_a_month_whose_disk_was_full_at_ledger_and_file_is_paid_once_and_says_so(quiet, tmp_path):
    (tmp_path / "undisturbed").write_bytes(quiet.file)
    own_namespace = ["unshare", "--user", "--map-root-user", "--mount"]  # in which anybody may mount a small disk
    paid = subprocess.run(
        [*own_namespace, sys.executable, "-m", "tests.faults.full_disk", tmp_path / "undisturbed"],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert paid.returncode == 0, paid.stderr
    found = json.loads(paid.stdout)
    in_turn = zip(found["said"], ("ingest", "instruct", "instruct", "outbox", "release"), strict=True)
    for said, where in in_turn:
        assert where in said
        assert "is full" in said or "No space left" in said
        assert "start the run again" in said or "starting the run again" in said
        assert "Traceback" not in said
    assert found["came"] == {"files": 1, "same": True, "twice": 0, "lost": 0, "pence": 0, "problems": []}


@e2e
def test_two_starts_in_the_same_second_show_one_form_and_pay_once(faults, tmp_path):
    """Whatever started them: here neither goes through the deployment's limit, as with two Prefect servers."""
    from prefect.client.orchestration import get_client
    from prefect.states import Pending

    of = delivered(tmp_path)
    with faults.server.connected() as server, get_client(sync_client=True) as client:
        both = [server.submit("pay-run/ilf", PARAMETERS) for _ in range(2)]
        for run in both:
            client.set_flow_run_state(run, Pending(), force=True)
        with ExitStack() as at_work:
            for process in [at_work.enter_context(worker(run, tmp_path, faults.server)) for run in both]:
                process.wait(240)
            rests = {run: server.follow(run, lambda _: None) for run in both}
    assert sorted(rest.ending for rest in rests.values()) == ["no-go", "waits"]
    (refused,) = (rest.message for rest in rests.values() if rest.ending == "no-go")
    assert "waits for approval already" in refused
    assert not left_in_outbox(of)
    with of.ledger.opened() as connection:
        assert connection.execute("SELECT count(*) FROM run").fetchone() == (1,)


@contextmanager
def worker(run: UUID, home: Path, server: PrefectServer) -> Iterator["subprocess.Popen[bytes]"]:
    """A process for a flow run, as a worker starts it; it ends with the block, and with this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_API_URL", server.api_url)
        patch.setenv("PREFECT_API_AUTH_STRING", server.secret)
        patch.setenv("SILLER_HOME", str(home))
        patch.setenv("PYTHONPATH", str(PROJECT))
        process = child_process.start(["prefect.engine", str(run)], home / f"{run}.log")
    try:
        yield process
    finally:
        child_process.stop(process)


def left_in_outbox(of: TenantContext) -> list[Path]:
    return sorted(of.paths.outbox("ilf").glob("*"))


@e2e
def test_of_two_who_press_resume_at_once_one_is_taken(faults, quiet):
    trial = Trial(faults, "pressed-twice")
    assert not trial.once()
    form = trial.form()

    def press(_: int) -> str:
        with faults.server.connected() as server:
            try:
                server.answer(trial.flow_run, form)
            except NoGo as no_go:
                return str(no_go)
            return "taken"

    with ThreadPoolExecutor(2) as people:
        pressed = list(people.map(press, range(2)))
    assert pressed.count("taken") == 1
    trial.finish()
    assert trial.came(quiet.file).is_right


@e2e
def test_a_run_that_is_forced_on_without_an_answer_releases_nothing(faults, quiet):
    """Whoever has the Prefect server's password can set any state."""
    trial = Trial(faults, "forced")
    assert not trial.once()
    trial.forced_on()
    assert not left_in_outbox(trial.context)
    trial.finish()
    assert trial.came(quiet.file).is_right


@e2e
def test_a_run_whose_parameters_were_changed_while_it_waited_moves_nothing(faults, quiet):
    """As whoever reaches Prefect's API or database can; the right answer then wakes a run that is to be live."""
    from prefect.client.orchestration import get_client

    trial = Trial(faults, "patched")
    assert not trial.once()
    with faults.server.spoken_to(), get_client(sync_client=True) as client:
        client.update_flow_run(trial.flow_run, parameters={**PARAMETERS, "mode": "live", "today": None})
    said = trial.tripping()
    assert "Somebody changed in Prefect what this flow run is for" in said
    assert "mode from rehearsal to live" in said
    assert said.endswith("siller run ilf --period 2026-11 --rehearsal --today 2026-11-20")
    assert not left_in_outbox(trial.context)
    assert not any((trial.home / folder).exists() for folder in ("ledgers", "outbox", "keys"))
    trial.finish()  # with a new flow run, as it says
    assert trial.came(quiet.file).is_right


@e2e
def test_the_form_of_a_run_whose_place_another_one_takes_is_ended(faults):
    from prefect.client.orchestration import get_client

    trial = Trial(faults, "replaced")
    assert not trial.once()
    first, trial.flow_run = trial.flow_run, None
    with trial.context.ledger.opened() as connection:
        (sha256,) = connection.execute("SELECT extract_sha256 FROM run").fetchone()
    month.deliver(trial.context, ROWS[1:], replaces=sha256)
    assert not trial.once()
    with faults.server.connected() as server, get_client(sync_client=True) as client:
        ended = client.read_flow_run(first).state
        waiting = [each.flow_run_id for each in server.waiting()]
    assert ended.is_cancelled()
    assert "ilf-2026-11-rehearsal-2 has taken the place of this run" in ended.message
    assert trial.flow_run in waiting
    assert first not in waiting


def test_an_approval_of_an_earlier_file_releases_no_later_one(tmp_path):
    of = month.context(tmp_path)
    first = month.approved(of)
    with of.ledger.opened() as connection:
        (sha256,) = connection.execute("SELECT extract_sha256 FROM run").fetchone()
    month.deliver(of, month.ROWS[:2], replaces=sha256)
    second = month.assessed(of, flow="flow-2")
    # The very answer that approved the first file, under the key that it had, is handed in again.
    month.approve(of, second)
    for run_id in (first, second):
        with pytest.raises(NoGo):
            release(of, run_id, month.NOVEMBER)
    assert not left_in_outbox(of)


def test_yesterdays_ledger_releases_nothing_that_it_has_forgotten(tmp_path):
    of = month.context(tmp_path)
    run_id = month.approved(of)
    yesterday = shutil.copytree(of.paths.root / "ledgers", tmp_path / "yesterday")
    release(of, run_id, month.NOVEMBER)
    left = month.outbox_files(of)
    shutil.rmtree(of.paths.root / "ledgers")
    shutil.copytree(yesterday, of.paths.root / "ledgers")
    with pytest.raises(NoGo, match="older copy"):
        release(of, run_id, month.NOVEMBER)
    assert month.outbox_files(of) == left
    assert any("older than what it released" in problem.what for problem in problems(of))


@pytest.mark.parametrize(
    ("opened", "went_on"),
    [
        pytest.param(
            datetime(2026, 11, 20, 23, 59, 59, tzinfo=LONDON),
            datetime(2026, 11, 21, 0, 0, 1, tzinfo=LONDON),
            marks=pytest.mark.long,
        ),
        # The clocks went back at two: the same half past one twice, the second one an hour later.
        (datetime(2026, 10, 25, 1, 30, tzinfo=LONDON), datetime(2026, 10, 25, 1, 30, tzinfo=LONDON, fold=1)),
        # A clock that was set back while the run was at work.
        (datetime(2026, 11, 20, 12, tzinfo=LONDON), datetime(2026, 11, 20, 9, tzinfo=LONDON)),
    ],
)
def test_a_run_that_works_while_the_clock_jumps_makes_the_same_file(tmp_path, opened, went_on):
    def file(home: Path, later: datetime) -> bytes:
        of = month.context(home)
        if opened.month == 10:
            rows = (month.SAMPLES / "ilf-2026-10.csv").read_text(encoding="utf-8").splitlines()[1:4]
            month.deliver(of, rows, pay_period="2026-10", pay_date="2026-10-30")
        else:
            month.deliver(of)
        run_id = month.ingest(of, opened)
        validate(of, run_id, later)
        return staged(of, run_id, later)

    assert file(tmp_path / "jumped", went_on) == file(tmp_path / "quiet", opened)


def staged(of: TenantContext, run_id: str, now: datetime) -> bytes:
    from tasks.instruct.stage import instruct, staged_file

    instruct(of, run_id, now)
    assert list(problems(of)) == []
    return staged_file(of, run_id).read_bytes()


def test_what_counts_the_payments_finds_one_too_many_and_one_too_few(tmp_path):
    """A check that cannot fail would prove nothing."""
    of = delivered(tmp_path)
    run_id = month.assessed(of)
    month.approve(of, run_id, control_total=CONTROL_TOTAL)
    release(of, run_id, month.NOVEMBER)
    right = came_of(of, None)
    assert (right.files, right.twice, right.lost, right.pence, right.problems) == (1, 0, 0, 0, ())
    (file,) = of.paths.outbox("ilf").glob("*.txt")
    lines = file.read_bytes().split(b"\r\n")
    # Line 4 is the first payment: after VOL1, HDR1, HDR2 and UHL1.
    file.write_bytes(b"\r\n".join([*lines[:4], *lines[5:]]))
    short = came_of(of, b"\r\n".join(lines))
    assert (short.same, short.twice, short.lost, short.pence) == (False, 0, 1, -298160)
    assert short.problems
    file.write_bytes(b"\r\n".join([*lines[:5], *lines[4:]]))
    long = came_of(of, None)
    assert (long.twice, long.lost, long.pence) == (1, 0, 298160)
