"""``siller agreement``: what changed, who brought it in, and the two who adopt it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemas.pay_run import Mode
from tasks.people.credentials import Kind, keep
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
from tests.people import ENROLLED, code_now, contracts_for, secret_of, sit_at

OWNER, APPROVER = "decision.owner@ilf.example", "first.approver@ilf.example"
UPLOADER = "finance.officer@ilf.example"


@pytest.fixture
def agreement(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The agreement's file, with three people who have devices: one alone could be enrolled anew by an operator."""
    monkeypatch.setenv("SILLER_CONTRACTS", str(contracts_for("operator", tmp_path / "contracts")))
    sit_at(monkeypatch, "operator")
    of = TenantContext("ilf", Mode.LIVE, Settings())
    with of.ledger.transaction(create=True) as connection:
        for name in (OWNER, APPROVER, UPLOADER):
            keep(connection, name, Kind.ONE_TIME_CODE, secret_of(name), ("the operator",), ENROLLED)
    return tmp_path / "contracts" / "ilf" / "agreement.yaml"


def test_from_the_first_adoption_to_the_next_change(
    siller: Callable[..., Any], agreement: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("typer.prompt", lambda said, **_: code_now(said.removeprefix("One-time code of ")))
    adopt = ("agreement", "adopt", "ilf", "--as", OWNER, "--agreeing", APPROVER)
    assert "siller agreement propose ilf" in siller(*adopt).err
    first = siller("agreement", "diff", "ilf")
    assert first.out.startswith("No agreement with ilf was ever adopted.")
    assert f"{OWNER} is decision owner, without an account." in first.out
    assert "is not adopted, so no live run may pay by it. Bring it in (siller agreement propose" in siller("status").out
    proposed = siller("agreement", "propose", "ilf")
    assert (proposed.code, proposed.err) == (0, "")
    said = siller(*adopt)
    assert (said.code, said.err) == (0, "")
    assert f"{OWNER} and {APPROVER} have adopted the agreement with ilf" in said.out
    assert siller("agreement", "diff", "ilf").out.startswith("Nothing but comments")
    assert "adopt" not in siller("status").out

    before = agreement.with_name("before.yaml")
    before.write_text(agreement.read_text())
    agreement.write_text(agreement.read_text().replace("10600000.00", "99000000.00"))
    assert "it has changed since (siller agreement diff ilf says what)" in siller("status").out
    assert "has changed since" in json.loads(siller("status", "--json").out)["not_adopted"][0]
    changed = "two_approvers_above: 99000000.00; it was 10600000.00.\n"
    assert siller("agreement", "diff", "ilf").out == changed
    assert siller("agreement", "diff", "ilf", before).out == changed
    told = " ".join(siller("audit", "ilf").out.split())
    assert "proposed the agreement with the SHA-256" in told
    assert f"which operator@siller.example had proposed, agreed by {APPROVER}" in told
