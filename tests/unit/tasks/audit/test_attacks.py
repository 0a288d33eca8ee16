"""What somebody may try, what stops it, and what an auditor reads of it afterwards.

| Attack | Stopped by | Where `siller audit` tells it |
| --- | --- | --- |
| approving one's own extract, the same approver twice, a code again, another body's code | the form | the answer |
| an agreement edited after the gates | the form; after the approval, the release | the answer; `stopped` |
| a payment file, a gate's figure or an older ledger put in place | the release | `stopped` |
| a forged manifest | ingest | `stopped`, under the body |
| a command by somebody without the part | the command | `turned away`, under the body |

An answer sent straight to Prefect's API is judged like any: ``tests/e2e/test_pay_run.py`` and
``tests/faults/test_other_faults.py`` send them.
"""

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from schemas.agreement import Role
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.approve.stage import judge_once
from tasks.audit.timeline import audit, of_no_run
from tasks.instruct.stage import staged_file
from tasks.ledger.verify import problems
from tasks.people.account import account
from tasks.people.identity import identify
from tasks.release.stage import release
from tasks.settings import Settings
from tasks.stage_run import stops_told
from tasks.tenant_context import TenantContext
from tests.by_hand import parts_beside
from tests.month import APPROVER, NOVEMBER, ROWS, UPLOADER, answer, assessed, deliver, ingest, outbox_files
from tests.people import code_at, sign
from tests.sampled import one_in

RUN = "ilf-2026-11-rehearsal-1"
SECOND = "second.approver@ilf.example"
DAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of three payments, for which two approvers are needed; it waits for the first."""
    folder = tmp_path_factory.mktemp("waiting")
    agreement = shutil.copytree(Settings().contracts, folder / "contracts") / "ilf" / "agreement.yaml"
    agreement.write_text(agreement.read_text().replace('"10600000.00"', '"5931.59"'))
    of = context(folder)
    deliver(of)
    assessed(of)
    return folder


def context(folder: Path) -> TenantContext:
    settings = Settings(home=folder / "home", contracts=folder / "contracts", modulus_table=None)
    return TenantContext("ilf", Mode.REHEARSAL, settings)


@pytest.fixture
def ilf(waiting: Path, tmp_path: Path) -> TenantContext:
    return context(shutil.copytree(waiting, tmp_path / "copy", symlinks=True))


def answered(of: TenantContext, number: int, **changes: str) -> None:
    judge_once(of, RUN, "flow-1", f"approval-1-{number}", answer(**changes), NOVEMBER)


def approved(of: TenantContext) -> None:
    answered(of, 8)
    answered(of, 9, approver=SECOND)


def let_go(of: TenantContext) -> None:
    """Release as the flow does, which keeps what stops it."""
    with pytest.raises(NoGo), stops_told(of, "release", NOVEMBER, RUN):
        release(of, RUN, NOVEMBER)


def own_extract(of: TenantContext) -> None:
    answered(of, 1, approver=UPLOADER)
    let_go(of)


def twice(of: TenantContext) -> None:
    answered(of, 1)
    answered(of, 2)
    let_go(of)


def code_again(of: TenantContext) -> None:
    at = datetime(2026, 11, 20, 10, tzinfo=UTC)
    for number in (1, 2):
        answered(of, number, control_total="1.00", answered_at=at)


def code_of_another_body(of: TenantContext) -> None:
    at = datetime(2026, 11, 20, 10, tzinfo=UTC)
    answered(of, 1, answered_at=at, one_time_code=code_at("first.approver@sds.example", at))
    let_go(of)


def agreement_after_the_gates(of: TenantContext) -> None:
    _edit(of)
    judge_once(context(of.settings.home.parent), RUN, "flow-1", "approval-1-1", answer(), NOVEMBER)


def agreement_after_the_approval(of: TenantContext) -> None:
    approved(of)
    _edit(of)
    let_go(context(of.settings.home.parent))


def _edit(of: TenantContext) -> None:
    path = of.settings.contracts / "ilf" / "agreement.yaml"
    path.write_text(path.read_text().replace('"5931.59"', '"9999999.00"'))


def payment_file(of: TenantContext) -> None:
    approved(of)
    staged = staged_file(of, RUN)
    staged.write_bytes(staged.read_bytes().replace(b"00000298160", b"00000998160"))
    let_go(of)


def gates_figure(of: TenantContext) -> None:
    approved(of)
    with of.ledger.opened() as connection:
        connection.execute("UPDATE out_gate SET figure = '0.0%'")
    let_go(of)


def ledger_of_before_the_rejection(of: TenantContext) -> None:
    """The note of the head goes back with the ledger; the receipt of the rejection stands elsewhere."""
    ledgers = of.paths.ledger("ilf").parent
    before = shutil.copytree(ledgers, ledgers.with_name("before"))
    answered(of, 1, decision="reject", reason="These are not our payees.")
    shutil.rmtree(ledgers)
    before.rename(ledgers)
    approved(of)
    let_go(of)


ATTACKS: list[tuple[Callable[[TenantContext], None], str, str]] = [
    (own_extract, UPLOADER, "which does not count: This approver submitted the extract"),
    (twice, APPROVER, "which does not count: This approver has approved already, and two different ones are needed"),
    (code_again, APPROVER, "which does not count: This one-time code has been used"),
    (code_of_another_body, APPROVER, "which does not count: The one-time code is not this person's"),
    (agreement_after_the_gates, APPROVER, "which does not count: The agreement has changed since the gates"),
    (agreement_after_the_approval, "siller", "stopped. release: The agreement has changed since"),
    (payment_file, "siller", "stopped. release: "),
    (gates_figure, "siller", "stopped. release: The ledger was changed behind siller's back. What the stage assess"),
    (ledger_of_before_the_rejection, "siller", "stopped. release: The ledger does not have the journal entries that"),
]


@pytest.mark.parametrize(
    ("attack", "who", "told"), one_in(2, ATTACKS), ids=[attack.__name__ for attack, _, _ in ATTACKS]
)
def test_what_is_tried_with_a_run_is_stopped_and_told(
    ilf: TenantContext, attack: Callable[[TenantContext], None], who: str, told: str
) -> None:
    attack(ilf)
    steps = audit(ilf, RUN, DAY).steps
    assert [step.who for step in steps if told in step.what], [step.what for step in steps]
    assert {step.who for step in steps if told in step.what} == {who}
    assert not ilf.paths.outbox("ilf").exists() or outbox_files(ilf) == {}


def test_a_forged_manifest_is_told_under_the_body(ilf: TenantContext) -> None:
    deliver(ilf, ROWS[1:], name="forged.csv")
    sign(ilf.paths.landing("ilf") / "forged.csv.manifest.json", "somebody.else@ilf.example")
    with pytest.raises(NoGo), stops_told(ilf, "ingest", NOVEMBER):
        ingest(ilf, NOVEMBER, "flow-2")
    told = [(step.who, step.what) for step in of_no_run(ilf)]
    [(_, said)] = [(who, what) for who, what in told if what.startswith("stopped. ingest: ")]
    assert "forged.csv.manifest.json" in said
    assert f"is not that of {UPLOADER}" in said


@pytest.mark.parametrize("name", [APPROVER, "auditor@sds.example"])
def test_who_is_turned_away_at_a_command_is_told_under_the_body(ilf: TenantContext, name: str) -> None:
    with pytest.raises(NoGo):
        identify(ilf, name, f"siller audit {RUN}", Role.AUDITOR)
    step = of_no_run(ilf)[-1]
    assert step.who == account()
    assert step.what.startswith(f"was turned away from siller audit {RUN}: {name} is no auditor in the agreement with")
    with ilf.ledger.opened() as connection:
        assert list(problems(connection, parts_beside(connection))) == []
