"""What is missing before a rehearsal, and before going live: each fact is asked of what decides it."""

import shutil
from datetime import date, datetime
from pathlib import Path

import pytest

from schemas.agreement import Role
from schemas.bank_days import LONDON
from schemas.pay_run import Mode
from tasks.onboarding.fitting import list_faults, list_to_look_at
from tasks.onboarding.proofs import ASKED, Proof, give
from tasks.onboarding.readiness import list_before_live, list_before_rehearsal
from tasks.people.credentials import Kind, keep
from tasks.settings import PROJECT, Settings
from tasks.tenant_context import TenantContext
from tests.council import CONTRACT
from tests.people import ENROLLED, adopt, register_uploaders, secret_of
from tests.published_table import published_table

TODAY = date(2026, 11, 28)
LATER = datetime(2026, 11, 28, 17, tzinfo=LONDON)
LETTER = PROJECT / "data_contracts" / "ilf" / "extract.odcs.yaml"
"""Any document that siller has not made."""
ROLL = "service_user_name: ILF PAYMENTS\naccounts: {roll_number_needed: ['090128']}"
ACCOUNT = "further_accounts:\n  - {sort_code: '107999', account_number: '88837493', name: B, pays: B}"

SERVER = """
hand_over:
  host: payments.bank.example
  user: service
  host_keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl]
  folder: /incoming
  answers: {folder: /outgoing}
"""


def body(beside: Path, home: Path | None = None, tenant: str = "ilf") -> TenantContext:
    settings = Settings(home=home or beside / "home", contracts=beside / "contracts", modulus_table=None)
    return TenantContext(tenant, Mode.LIVE, settings)


def changed(beside: Path, file: str, old: str, new: str) -> TenantContext:
    path = beside / "contracts" / "ilf" / file
    assert path.read_text().count(old) >= 1
    path.write_text(path.read_text().replace(old, new))
    return body(beside)


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    shutil.copytree(PROJECT / "data_contracts" / "ilf", tmp_path / "contracts" / "ilf")
    return tmp_path


def test_what_is_shipped_fits(beside: Path) -> None:
    assert list_before_rehearsal(body(beside)) == []
    assert list_to_look_at(body(beside)) == []


FAULTS = {
    "another body's contract": ("extract.odcs.yaml", "tenant: ilf", "tenant: council", "is the contract of council"),
    "another body's agreement": ("agreement.yaml", "tenant: ilf", "tenant: council", "is the agreement with council"),
    "a contract that does not load": ("extract.odcs.yaml", "apiVersion: v3.1.0", "apiVersion: v1", "extract.odcs.yaml"),
    "an agreement that does not load": ("agreement.yaml", "rail: ", "reil: ", "siller knows no such key"),
    "nobody who sends it": ("agreement.yaml", "[sender]", "[auditor]", "nobody under people has the role sender"),
    "several accounts and no column": (
        "agreement.yaml",
        "  name: ILF PAYMENTS\n",
        f"  name: ILF PAYMENTS\n  pays: A\n{ACCOUNT}\n",
        "no column paying_account",
    ),
    "a date that nothing holds against the pay day": (
        "extract.odcs.yaml",
        "          - type: custom\n            engine: siller\n            implementation: {rule: is_the_pay_day}\n",
        "",
        "needs the rule is_the_pay_day",
    ),
    "an exception for another rhythm's period": ("agreement.yaml", '"2026-12":', '"2026-W50":', "Was it copied"),
}


@pytest.mark.parametrize(("file", "old", "new", "said"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named_with_what_to_do(beside: Path, file: str, old: str, new: str, said: str) -> None:
    missing = list_before_rehearsal(changed(beside, file, old, new))
    assert any(said in each.said for each in missing), missing
    assert all("siller tenant check ilf" in each.command for each in missing)


def test_accounts_that_need_a_roll_number_and_a_contract_without(beside: Path) -> None:
    (beside / "contracts" / "ilf" / "extract.odcs.yaml").write_text(CONTRACT, encoding="utf-8")
    (said,) = list_faults(changed(beside, "agreement.yaml", "service_user_name: ILF PAYMENTS", ROLL))
    assert "roll_number_needed" in said


def test_what_two_bodies_have_alike_is_named(beside: Path) -> None:
    other = shutil.copytree(beside / "contracts" / "ilf", beside / "contracts" / "council") / "agreement.yaml"
    other.write_text(other.read_text().replace("tenant: ilf", "tenant: council"))
    contract = other.with_name("extract.odcs.yaml")
    contract.write_text(contract.read_text().replace("tenant: ilf", "tenant: council"))
    (shared,) = list_faults(body(beside, tenant="council"))
    assert "the service user number 123456 and the paying account ILF PAYMENTS" in shared
    other.write_text(other.read_text().replace("123456", "654321").replace("88837491", "88837492"))
    assert list_faults(body(beside, tenant="council")) == []
    for agreement in (other, beside / "contracts" / "ilf" / "agreement.yaml"):
        agreement.write_text(agreement.read_text() + SERVER)
    (mixed,) = list_faults(body(beside, tenant="council"))
    assert mixed.startswith("council (hand_over) and ilf (hand_over) have one user at payments.bank.example, ")
    other.write_text(other.read_text().replace("/outgoing", "/council"))
    (copied,) = list_to_look_at(body(beside, tenant="council"))
    assert (
        "That 2026-12 is paid on 24 December 2026 is an agreed exception, and the agreement with ilf has it too"
        in copied
    )


def test_from_nothing_to_ready(beside: Path, finished_home: Path) -> None:
    """The finished home has a rehearsal all the way round, by contract and agreement as they stand there."""
    shutil.rmtree(beside / "contracts")
    shutil.copytree(Settings().contracts, beside / "contracts")
    of = body(beside)
    (file,) = (finished_home / "rehearsal" / "outbox" / "ilf").glob("*.txt")
    old = beside / "old.txt"
    old.write_bytes(file.read_bytes().replace(b"VOL1000001", b"VOL1000777"))  # another serial

    def missing(rehearsed: Path | None = finished_home, old: Path | None = old) -> list[str]:
        return [each.said for each in list_before_live(body(beside), rehearsed, old, TODAY)]

    (rehearsal, compared, *others) = missing(None)
    assert rehearsal.startswith("No period was rehearsed") and compared.startswith("The rehearsed payment file")
    assert missing(old=None) == [compared, *others]
    assert missing() == others
    assert missing(old=file)[0].startswith("The file that was given as the old system's is the rehearsed one itself")
    *tests, table = others[:4]
    of_others = (Proof.NOTICES_RECEIVED, Proof.HAND_OVER_TEST)  # this body's agreement has neither notices nor a server
    assert tests == [ASKED[each].lacking for each in Proof if each not in of_others]
    assert table == "Vocalink's account table is not installed."
    assert "The agreement with ilf is not adopted." in others
    assert any(said.startswith("As approver, 2 of first.approver") for said in others)
    assert any(said.startswith("As uploader, 1 of finance.officer@ilf.example must have a key") for said in others)
    assert not any("operator" in said for said in others), "the operator has an account"

    register_uploaders(of)
    adopt(of)
    enrolled = {*of.agreement.people_with(Role.APPROVER)[:2], *of.agreement.people_with(Role.DECISION_OWNER)}
    with of.ledger.transaction() as connection:
        for name in (*enrolled, *of.agreement.people_with(Role.ENQUIRER)):
            keep(connection, name, Kind.ONE_TIME_CODE, secret_of(name), ("both",), ENROLLED)
    assert missing() == [*tests, table]
    for each in Proof:
        give(of, each, TODAY, "Case 4711", LETTER, "decision.owner@ilf.example", LATER)
    assert missing() == [table]
    published_table(beside / "table")
    of = TenantContext("ilf", Mode.LIVE, of.settings.model_copy(update={"modulus_table": beside / "table"}))
    assert list_before_live(of, finished_home, old, TODAY) == []

    old.write_bytes(old.read_bytes().replace(b"00000298160", b"00000298161", 1))
    assert old.read_bytes() != file.read_bytes()
    (differs,) = list_before_live(of, finished_home, old, TODAY)
    assert differs.said.startswith("The old system's file and the rehearsed one do not pay the same: 1 payments differ")

    changed(beside, "agreement.yaml", "# How the", "# Just how the")
    again, _, unadopted = missing()[0], missing()[1], missing()[-1]
    assert again.startswith("No period was rehearsed") and "has changed since" in unadopted
