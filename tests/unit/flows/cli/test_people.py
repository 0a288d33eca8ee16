"""``siller people`` and ``siller sign``: enrolment, the first two by an operator, then by two who vouch."""

import base64
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.approve.stage import judge_once
from tasks.people import codes
from tasks.people.account import account
from tasks.people.credentials import Kind, keep, value_of
from tasks.people.door import Grant, file_of, find_grants
from tasks.people.door import read_passwords as kept_at_the_door
from tasks.people.door import read_passwords as passwords_kept
from tasks.settings import PROJECT
from tests.month import NOVEMBER, UPLOADER, answer, assessed, context, deliver
from tests.people import ENROLLED, code_at, code_now, enrol_approvers, secret_of, sit_at

Siller = Callable[..., Any]
FIRST, SECOND, THIRD = (f"{which}.approver@ilf.example" for which in ("first", "second", "third"))


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """What the people at the terminal will answer, in order; a function answers when it is asked."""

    def answers(*given: str | Callable[[], str]) -> None:
        waiting: Iterator[str | Callable[[], str]] = iter(given)

        def prompt(*_: object, **__: object) -> str:
            answer = next(waiting)
            return answer() if callable(answer) else answer

        monkeypatch.setattr("typer.prompt", prompt)

    return answers


@pytest.fixture
def known_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """The secret that is made is the one in the first approver's device of the tests."""
    monkeypatch.setattr("schemas.one_time_code.new_secret", lambda: secret_of(FIRST))


def kept(home: Path, name: str, kind: Kind) -> str:
    with context(home).ledger.opened() as connection:
        return value_of(connection, name, kind)


def test_an_operator_enrols_the_first(siller: Siller, home: Path, typed: Any, known_secret: None) -> None:
    typed(lambda: code_now(FIRST))
    said = siller("people", "enrol", FIRST, "--rehearsal")
    assert said.code == 0, said.err
    assert secret_of(FIRST) in said.out
    assert "█" in said.out
    assert kept(home, FIRST, Kind.ONE_TIME_CODE) == secret_of(FIRST)


def test_a_device_that_did_not_take_the_secret_is_not_enrolled(siller: Siller, home: Path, typed: Any) -> None:
    typed("000000")
    said = siller("people", "enrol", FIRST, "--rehearsal")
    assert said.code == 1
    assert "the device did not take it" in said.err
    assert not context(home).ledger.exists


def test_who_is_no_operator_enrols_nobody(siller: Siller, monkeypatch: pytest.MonkeyPatch) -> None:
    operators = account()
    sit_at(monkeypatch, "auditor")
    said = siller("people", "enrol", FIRST, "--rehearsal")
    assert said.code == 1
    assert "The account auditor is no operator's of ilf" in said.err
    assert f"It gives {operators} to operator@siller.example. Call siller from that account" in said.err


def test_somebody_whom_no_agreement_names(siller: Siller) -> None:
    said = siller("people", "enrol", "nobody@ilf.example")
    assert said.code == 1
    assert "No agreement names nobody@ilf.example" in said.err


class TestTwoOthersVouch:
    """As soon as two others can prove who they are, an operator alone enrols nobody."""

    @pytest.fixture(autouse=True)
    def all_enrolled(self, home: Path) -> None:
        enrol_approvers(context(home))

    def test_a_lost_device(self, siller: Siller, home: Path, typed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        new = base64.b32encode(b"a new device's bytes").decode()
        monkeypatch.setattr("schemas.one_time_code.new_secret", lambda: new)
        monkeypatch.setattr("tasks.people.enrolment.check_device", lambda *_: None)
        typed(SECOND, lambda: code_now(SECOND), THIRD, lambda: code_now(THIRD), "")
        said = siller("people", "re-enrol", FIRST, "--rehearsal")
        assert said.code == 0, said.err
        assert kept(home, FIRST, Kind.ONE_TIME_CODE) == new
        with context(home).ledger.opened() as connection:
            [(vouched,)] = connection.execute("SELECT vouched_by FROM credential WHERE value = ?", [new]).fetchall()
        assert vouched == f"{SECOND} and {THIRD}"

    @pytest.mark.parametrize(
        ("vouching", "cause"),
        [
            ((SECOND, SECOND), "Two people who are not"),
            ((FIRST, SECOND), "Two people who are not"),
            ((SECOND, "auditor@ilf.example"), "has no one-time codes"),
        ],
    )
    def test_who_cannot_vouch(
        self, siller: Siller, home: Path, typed: Any, vouching: tuple[str, str], cause: str
    ) -> None:
        one, two = vouching
        typed(one, lambda: code_now(one), two, lambda: code_now(two))
        said = siller("people", "enrol", FIRST, "--rehearsal")
        assert said.code == 1
        assert cause in said.err
        assert kept(home, FIRST, Kind.ONE_TIME_CODE) == secret_of(FIRST)

    def test_a_wrong_code_of_one_is_enough_to_stop_it(self, siller: Siller, typed: Any) -> None:
        typed(SECOND, lambda: code_now(SECOND), THIRD, "000000")
        said = siller("people", "enrol", FIRST, "--rehearsal")
        assert said.code == 1
        assert f"{THIRD}: The one-time code is not this person's" in said.err

    def test_a_lock_is_opened_by_two_others(self, siller: Siller, home: Path, typed: Any) -> None:
        now = datetime.now(UTC)

        def given(code: str) -> str:
            with context(home).ledger.transaction() as connection:
                return codes.judge_code(connection, FIRST, code, "a test", now, now).cause

        for _ in range(5):
            assert given("000000")
        assert "siller people unlock" in given(code_at(FIRST, now))
        typed(SECOND, lambda: code_now(SECOND), THIRD, lambda: code_now(THIRD))
        assert siller("people", "unlock", FIRST, "--rehearsal").code == 0
        assert given(code_at(FIRST, now)) == ""


def test_while_no_two_others_have_codes_an_operator_lets_in_again(siller: Siller, home: Path, typed: Any) -> None:
    """Nobody is shut out for good: of the first two one has lost their device, and five wrong codes were given."""
    now = datetime.now(UTC)
    with context(home).ledger.transaction(create=True) as connection:
        for name in (FIRST, SECOND):
            keep(connection, name, Kind.ONE_TIME_CODE, "A" * 32, ("operator@siller.example",), ENROLLED)
        for _ in range(5):
            assert codes.judge_code(connection, FIRST, "000000", "a test", now, now).cause
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("schemas.one_time_code.new_secret", lambda: secret_of(FIRST))
        typed(lambda: code_now(FIRST))
        assert siller("people", "re-enrol", FIRST, "--rehearsal").err == ""
    with context(home).ledger.transaction() as connection:
        assert (
            "siller people unlock" in codes.judge_code(connection, FIRST, code_at(FIRST, now), "a test", now, now).cause
        )
    assert siller("people", "unlock", FIRST, "--rehearsal").err == ""
    with context(home).ledger.transaction() as connection:
        assert codes.judge_code(connection, FIRST, code_now(FIRST), "a test", now, now).cause == ""


def test_the_operators_password_is_unlocked_for_a_run_and_is_nobodys_name_else(
    siller: Siller, home: Path, typed: Any
) -> None:
    of = context(home)
    deliver(of)
    run_id = assessed(of)
    for number in range(1, 6):
        given = answer(one_time_code="000000", came_through="siller")
        judge_once(of, run_id, "flow-1", f"approval-1-{number}", given, NOVEMBER)
    typed(SECOND, lambda: code_now(SECOND), THIRD, lambda: code_now(THIRD))
    said = siller("people", "unlock", "siller", "--run", run_id)
    assert (said.code, said.err) == (0, "")
    again = judge_once(of, run_id, "flow-1", "approval-1-6", answer(came_through="siller"), NOVEMBER)
    assert again.outcome == "approved"
    for other in (["unlock", "siller"], ["unlock", "stranger", "--run", run_id], ["enrol", "siller"]):
        assert "No agreement names" in siller("people", *other, *([] if "--run" in other else ["--rehearsal"])).err


def test_a_key_is_registered_and_signs(siller: Siller, home: Path, tmp_path: Path) -> None:
    key, public = tmp_path / "my.key", tmp_path / "my.pub"
    for arguments in (
        ["genpkey", "-algorithm", "ed25519", "-out", key],
        ["pkey", "-in", key, "-pubout", "-out", public],
    ):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True)
    said = siller("people", "enrol", UPLOADER, "--key", public, "--rehearsal")
    assert said.code == 0, said.err
    manifest = tmp_path / "x.manifest.json"
    manifest.write_text("{}")
    assert siller("sign", manifest, "--key", key).code == 0
    raw = tmp_path / "raw"
    raw.write_bytes(base64.b64decode((tmp_path / "x.manifest.json.sig").read_text()))
    checked = subprocess.run(
        ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", public, "-rawin", "-in", manifest, "-sigfile", raw],
        check=True,
        capture_output=True,
        text=True,
    )
    assert "Verified Successfully" in checked.stdout


def test_the_list_shows_everybody_and_no_secret(siller: Siller, home: Path) -> None:
    enrol_approvers(context(home))
    said = siller("people", "list", "ilf", "--rehearsal")
    assert said.code == 0
    assert "one time code" in next(line for line in said.out.splitlines() if FIRST in line)
    assert secret_of(FIRST) not in said.out


class TestThePasswordForThePrefectPage:
    """One a person, shown once, kept as a hash, taken away alone."""

    def test_an_operator_lets_the_first_in_and_it_is_kept_as_a_hash(self, siller: Siller, home: Path) -> None:
        said = siller("people", "door", FIRST, "--rehearsal")
        assert said.code == 0, said.err
        line = said.out.split()[-1]
        name, _, password = line.partition(":")
        assert name == FIRST
        assert opened_by(home, FIRST.upper(), password) == {Grant(FIRST, "ilf", Mode.REHEARSAL)}
        assert opened_by(home, SECOND, password) == opened_by(home, FIRST, f"{password}x") == frozenset()
        assert password not in file_of(home).read_text()
        assert file_of(home).stat().st_mode & 0o777 == 0o600
        (told,) = audited(home)
        assert told == (
            "operator@siller.example",
            f"let {FIRST} in at the Prefect server, with a password of their own",
        )

    def test_a_new_one_takes_the_place_of_the_old_and_each_is_taken_away_alone(
        self, siller: Siller, home: Path
    ) -> None:
        first, again, second = (
            siller("people", "door", name, "--rehearsal").out.split()[-1].partition(":")[2]
            for name in (FIRST, FIRST, SECOND)
        )
        assert not opened_by(home, FIRST, first)
        assert opened_by(home, FIRST, again)
        assert siller("people", "door", FIRST, "--revoke", "--rehearsal").code == 0
        assert not opened_by(home, FIRST, again)
        assert opened_by(home, SECOND, second)
        assert audited(home)[-1] == (
            "operator@siller.example",
            f"took away the password of {FIRST} for the Prefect server",
        )
        nothing = siller("people", "door", FIRST, "--revoke", "--rehearsal")
        assert nothing.code == 1
        assert "has no password for the Prefect server" in nothing.err

    def test_once_two_have_codes_they_vouch(self, siller: Siller, home: Path, typed: Any) -> None:
        enrol_approvers(context(home))
        typed(SECOND, lambda: code_now(SECOND), THIRD, "000000")
        refused = siller("people", "door", FIRST, "--rehearsal")
        assert refused.code == 1
        assert not file_of(home).exists()
        typed(SECOND, lambda: code_now(SECOND), THIRD, lambda: code_now(THIRD))
        assert siller("people", "door", FIRST, "--rehearsal").code == 0
        assert audited(home)[-1][0] == f"{SECOND} and {THIRD}"

    def test_who_is_no_operator_takes_nothing_away(self, siller: Siller, monkeypatch: pytest.MonkeyPatch) -> None:
        siller("people", "door", FIRST, "--rehearsal")
        sit_at(monkeypatch, "auditor")
        assert siller("people", "door", FIRST, "--revoke", "--rehearsal").code == 1

    def test_a_damaged_file_lets_nobody_in_and_says_so(self, siller: Siller, home: Path) -> None:
        siller("people", "door", FIRST, "--rehearsal")
        file_of(home).write_text('{"name"')
        with pytest.raises(NoGo, match=r"people\.json is damaged"):
            opened_by(home, FIRST, "x")

    def test_wrong_ones_by_the_thousand_keep_nobody_waiting(self, siller: Siller, home: Path) -> None:
        password = siller("people", "door", FIRST, "--rehearsal").out.split()[-1].partition(":")[2]
        passwords = kept_at_the_door(home)
        began = time.process_time()
        assert not any(find_grants(passwords, FIRST, f"{password}{number}") for number in range(5_000))
        assert time.process_time() - began < 5
        assert find_grants(passwords, FIRST, password)


def opened_by(home: Path, name: str, password: str) -> frozenset[Grant]:
    return find_grants(passwords_kept(home), name, password)


def audited(home: Path) -> list[tuple[str, str]]:
    with context(home).ledger.opened() as connection:
        return connection.execute("SELECT by_whom, said FROM act WHERE act = 'door' ORDER BY act_no").fetchall()


class TestAnAgreementOfOnesOwn:
    """The first enrolment, as a newcomer meets it who has written an agreement and has an account on the machine."""

    @pytest.fixture(autouse=True)
    def newcomer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        sit_at(monkeypatch, "newcomer")

    @pytest.fixture
    def agreed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
        """Lets the agreement say something else of the operator's account."""

        def written(account: str) -> Path:
            contracts = tmp_path / "contracts"
            shutil.copytree(PROJECT / "data_contracts" / "ilf", contracts / "ilf", dirs_exist_ok=True)
            file = contracts / "ilf" / "agreement.yaml"
            file.write_text(file.read_text().replace(", account: operator", account))
            monkeypatch.setenv("SILLER_CONTRACTS", str(contracts))
            return file

        return written

    @pytest.mark.parametrize("who", [(), ("--as", "operator@siller.example")])
    def test_whose_operator_has_no_account_says_what_to_write_where_and_that_is_enough(
        self, siller: Siller, home: Path, agreed: Any, typed: Any, known_secret: None, who: tuple[str, ...]
    ) -> None:
        file = agreed("")
        for name in ("operator@siller.example", FIRST):
            said = siller("people", "enrol", name, *who)
            assert said.code == 1
            assert "The account newcomer is no operator's of ilf" in said.err
            assert "It gives none to any." in said.err
            assert f"write `account: newcomer` on that operator's line under `people` in {file}" in said.err
        agreed("")
        file.write_text(file.read_text().replace("roles: [operator]", "roles: [operator], account: newcomer"))
        typed(lambda: code_now(FIRST))
        said = siller("people", "enrol", FIRST, *who)
        assert said.code == 0, said.err

    def test_whose_operator_has_another_account_says_which(self, siller: Siller, agreed: Any) -> None:
        agreed(", account: operator")
        said = siller("people", "enrol", FIRST)
        assert said.code == 1
        assert "It gives operator to operator@siller.example. Call siller from that account" in said.err

    def test_every_other_command_leads_there(self, siller: Siller) -> None:
        said = siller("people", "list", "ilf", "--as", FIRST)
        assert said.code == 1
        assert f"An operator enrols the first: siller people enrol {FIRST}" in said.err

    def test_who_is_turned_away_stands_in_the_ledger_also_before_anybody_is_enrolled(
        self, siller: Siller, home: Path
    ) -> None:
        of = context(home)
        with of.ledger.transaction(create=True):
            pass
        assert siller("people", "enrol", FIRST, "--rehearsal").code == 1
        with of.ledger.opened() as connection:
            [(what,)] = connection.execute("SELECT said FROM act").fetchall()
        assert "The account newcomer is no operator's of ilf" in what
