"""What a body says before it goes live that siller cannot see: kept in the journal, by the rail it was shown on."""

import hashlib
import shutil
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.audit.timeline import of_no_run
from tasks.ledger import audit_log
from tasks.ledger.catalogue.going_live import ProofGiven
from tasks.ledger.journal import list_events
from tasks.ledger.verify import problems
from tasks.onboarding.proofs import ASKED, Proof, give, list_lacking
from tasks.onboarding.readiness import list_before_live
from tasks.tenant_context import TenantContext
from tests.by_hand import parts_beside
from tests.month import context
from tests.people import register_uploaders
from tests.ssh_server import new_key
from tests.told import body_told

NOW = datetime(2026, 11, 13, 9, 30, tzinfo=LONDON)
HELD = date(2026, 11, 12)
OWNER = "decision.owner@ilf.example"
WITHOUT_NOTICES = [Proof.STRUCTURAL_TEST, Proof.FULL_TEST, Proof.FALL_BACK_DRILL]
NOTICES = "  email: {host: 127.0.0.1, port: 2525, sender: payments@siller.example}\n"


@pytest.fixture
def ilf(tmp_path: Path) -> TenantContext:
    of = context(tmp_path / "home", Mode.LIVE)
    register_uploaders(of)
    return of


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "letter.pdf"
    path.write_bytes(b"The bank has read the file.")
    return path


def lacking(of: TenantContext) -> list[Proof]:
    with of.ledger.opened() as connection:
        return list_lacking(connection, of)


def test_each_is_asked_for_by_name_with_what_to_do_until_it_is_there(ilf: TenantContext, letter: Path) -> None:
    def asked() -> list[tuple[str, str]]:
        missing = list_before_live(ilf, None, None, HELD)
        return [(each.said, each.command) for each in missing if "siller tenant record" in each.command]

    assert [said for said, _ in asked()] == [ASKED[proof].lacking for proof in WITHOUT_NOTICES]
    for proof, (_, command) in zip(WITHOUT_NOTICES, asked(), strict=True):
        assert f"siller tenant record ilf {proof} --on" in command
    for at, proof in enumerate(WITHOUT_NOTICES, start=1):
        give(ilf, proof, HELD, "Case 4711", letter, OWNER, NOW)
        assert lacking(ilf) == WITHOUT_NOTICES[at:]
    assert asked() == []


def test_the_journal_says_who_when_under_which_reference_and_by_which_document(
    ilf: TenantContext, letter: Path
) -> None:
    give(ilf, Proof.FULL_TEST, HELD, "Case 4711", letter, OWNER, NOW)
    step = of_no_run(ilf)[-1]
    sha256 = hashlib.sha256(b"The bank has read the file.").hexdigest()
    assert (step.who, step.at) == (OWNER, NOW)
    assert (
        step.what == f"said that the body has passed: full-test, on 12 November 2026 (Case 4711); SHA-256 {sha256[:12]}"
    )
    with ilf.ledger.opened() as connection:
        ((_, kept, _),) = list_events(connection, ProofGiven)
        assert (kept.held_on, kept.reference, kept.file_sha256) == (HELD, "Case 4711", sha256)
        assert list(problems(connection, parts_beside(connection))) == []


def test_a_test_of_another_rail_shows_nothing(ilf: TenantContext, letter: Path) -> None:
    given = give(ilf, Proof.FULL_TEST, HELD, "Case 4711", letter, OWNER, NOW)
    with ilf.ledger.transaction() as connection:
        audit_log.keep(connection, replace(given, proof=Proof.STRUCTURAL_TEST, rail="faster_payments"), NOW)
    assert lacking(ilf) == [Proof.STRUCTURAL_TEST, Proof.FALL_BACK_DRILL]


def test_notices_are_asked_about_where_the_agreement_has_any(tmp_path: Path) -> None:
    told = "  tell:\n    - {role: sender, by: email, events: [to_be_submitted]}\n"
    lacking = list_lacking(None, body_told(tmp_path, NOTICES + told))
    assert lacking == [Proof.STRUCTURAL_TEST, Proof.FULL_TEST, Proof.NOTICES_RECEIVED, Proof.FALL_BACK_DRILL]


def test_a_hand_over_is_asked_about_where_the_agreement_names_a_server(tmp_path: Path, ilf: TenantContext) -> None:
    shutil.copytree(ilf.settings.contracts, tmp_path / "contracts")
    with (tmp_path / "contracts" / "ilf" / "agreement.yaml").open("a") as agreement:
        agreement.write(f"hand_over: {{host: bank.example, user: ilf, host_keys: ['{new_key()[1]}'], folder: /in}}\n")
    of = TenantContext("ilf", Mode.LIVE, ilf.settings.model_copy(update={"contracts": tmp_path / "contracts"}))
    lacking = list_lacking(None, of)
    assert lacking == [Proof.STRUCTURAL_TEST, Proof.FULL_TEST, Proof.HAND_OVER_TEST, Proof.FALL_BACK_DRILL]


@pytest.mark.parametrize(
    ("held_on", "reference", "said"),
    [
        pytest.param(date(2026, 11, 14), "Case 4711", "14 November 2026 is still to come", id="tomorrow"),
        pytest.param(HELD, " ", "Say what the document is called", id="no-reference"),
        pytest.param(HELD, "x" * 101, "at most 100 letters", id="a-long-reference"),
    ],
)
def test_what_is_no_proof_is_not_recorded(
    ilf: TenantContext, letter: Path, held_on: date, reference: str, said: str
) -> None:
    with pytest.raises(NoGo, match=said):
        give(ilf, Proof.FULL_TEST, held_on, reference, letter, OWNER, NOW)
    assert lacking(ilf) == WITHOUT_NOTICES


def test_an_empty_document_says_nothing(ilf: TenantContext, tmp_path: Path) -> None:
    (tmp_path / "letter.pdf").touch()
    with pytest.raises(NoGo, match="That file is empty"):
        give(ilf, Proof.FULL_TEST, HELD, "Case 4711", tmp_path / "letter.pdf", OWNER, NOW)
    assert lacking(ilf) == WITHOUT_NOTICES
