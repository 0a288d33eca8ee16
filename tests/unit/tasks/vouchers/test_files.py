"""A run with vouchers has two files: one approval binds both, and both leave or none."""

import csv
import hashlib
import json
from datetime import date
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from schemas.standing.vouchers import VouchersOut
from tasks.continuity.leave import leave
from tasks.ledger import entry_of, runs
from tasks.ledger.catalogue.events import Approval
from tasks.ledger.file_progress import follow
from tasks.ledger.overview import overview
from tasks.reconcile.beside import about_run
from tasks.reconcile.stage import as_at
from tasks.release.outbox import Outbox
from tasks.release.stage import release
from tasks.submit.stage import record_submission
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tasks.vouchers.submit import record_sent
from tests.month import outbox_files
from tests.unit.tasks.vouchers.month import (
    ALL,
    DECEMBER,
    NOVEMBER,
    PAYMENT_FILE,
    RUN,
    SENDER,
    TEXT,
    VOUCHER_FILE,
    answered,
    approved,
    body,
    released,
    says,
    states,
)

MEANT = (
    "Reference,Amount,Name,Sent by,Contact,Expires,Template\r\n"
    f"{RUN}-1,100.00,MHAIRI BELL,SMS,07700900101,28/12/2026,REHEARSAL NO MONEY\r\n"
    f"{RUN}-2,11.66,SAMIRA PATERSON,POST,4 SHORE ROAD INVERBEG IV99 9ZZ,28/12/2026,REHEARSAL NO MONEY\r\n"
    f"{RUN}-3,28.50,RUARIDH MCKAY,EMAIL,claimant@people.example,28/12/2026,REHEARSAL NO MONEY\r\n"
)
"""Four weeks from Monday 30 November on, as the agreement has it."""


def test_each_payee_is_in_one_file(cash: TenantContext) -> None:
    files = outbox_files(cash)
    assert files.keys() == {name + end for name in (PAYMENT_FILE, VOUCHER_FILE) for end in ("", ".manifest.json")}
    assert files[VOUCHER_FILE].decode() == MEANT
    [paid] = csv.reader(files[PAYMENT_FILE].decode("ascii").splitlines())
    assert (paid[0], paid[1], paid[3]) == ("089999", "66374958", "20.81")
    assert not list(problems(cash))


def test_the_approval_is_bound_to_both(cash: TenantContext) -> None:
    files = outbox_files(cash)
    hashes = {name: hashlib.sha256(files[name]).hexdigest() for name in (PAYMENT_FILE, VOUCHER_FILE)}
    with cash.ledger.opened() as connection:
        kept = entry_of(connection, RUN, Approval, 1)
    both = hashlib.sha256(f"{hashes[PAYMENT_FILE]} {hashes[VOUCHER_FILE]}".encode()).hexdigest()
    assert (kept.file_sha256, kept.payments, kept.pence) == (both, 4, 16097)
    for name, sha256 in hashes.items():
        manifest = json.loads(files[f"{name}.manifest.json"])
        assert (manifest["file"], manifest["sha256"], manifest["files"]) == (name, sha256, hashes)


def test_people_are_told_of_vouchers_where_they_look_what_to_send(cash: TenantContext) -> None:
    leave(cash, RUN, NOVEMBER)
    page = cash.paths.continuity_file(RUN).with_name(f"{RUN}.how-to-use.txt").read_text()
    assert "4 approved payments, £160.97" in page
    assert "The last 3 payments, £140.16, are by voucher" in page
    ahead = {each.what: each.when for each in about_run(cash, as_at(cash, RUN, NOVEMBER), NOVEMBER).ahead}
    assert ahead["Send the file of vouchers to its provider, and say so"] == date(2026, 11, 30)
    assert ahead["The last day on which a voucher can be cashed"] == date(2026, 12, 28)


@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("at", ["put", "put_manifest"])
def test_killed_between_the_two_files_the_next_start_finishes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str, nth: int
) -> None:
    of = body(tmp_path)
    approved(of, ALL)
    does, done = getattr(Outbox, at), []

    def killed(*given: object) -> None:
        done.append(given)
        if len(done) == nth:
            raise KeyboardInterrupt
        does(*given)

    with monkeypatch.context() as patched:
        patched.setattr(Outbox, at, killed)
        with pytest.raises(KeyboardInterrupt):
            release(of, RUN, NOVEMBER)
    with of.ledger.opened() as connection:
        stages = runs.stages_done(connection, RUN)
    assert "release_pending" in stages
    assert "release" not in stages
    before = outbox_files(of) if of.paths.outbox("cash").exists() else {}
    release(of, RUN, NOVEMBER)
    files = outbox_files(of)
    assert before.items() <= files.items()
    assert files[VOUCHER_FILE].decode() == MEANT
    assert len(files) == 4
    assert not list(problems(of))


def test_vouchers_wait_until_they_were_sent_whatever_the_bank_has_of_the_others(cash: TenantContext) -> None:
    def waits() -> bool:
        with cash.ledger.opened() as connection:
            return overview(connection)[0].vouchers_wait

    assert not waits(), "the payment file is to be sent first, and has the earlier hour"
    record_submission(cash, RUN, "B-1", NOVEMBER, SENDER, NOVEMBER)
    assert waits()
    record_sent(cash, RUN, "P-1", NOVEMBER, SENDER, NOVEMBER)
    assert not waits()


def test_what_the_provider_has_still_to_say_is_told_of_the_run(cash: TenantContext) -> None:
    def out() -> VouchersOut | None:
        with cash.ledger.opened() as connection:
            return follow(connection, DECEMBER.date())[RUN].vouchers

    assert out() is None, "they have not been sent"
    record_sent(cash, RUN, "P-1", NOVEMBER, SENDER, NOVEMBER)
    pay_date, expires = date(2026, 11, 30), date(2026, 12, 28)
    assert out() == VouchersOut(3, 3, pay_date, expires)
    answered(cash, [says(1, "CASHED", "100.00", "100.00"), says(2, "ISSUED", "11.66", "0.00")])
    assert out() == VouchersOut(1, 2, pay_date, expires)
    answered(cash, [says(2, "CANCELLED", "11.66", "0.00"), says(3, "CASHED", "28.50", "28.50")], name="more.csv")
    assert out() is None


def test_vouchers_that_were_changed_after_the_approval_do_not_leave(tmp_path: Path) -> None:
    of = body(tmp_path)
    run_id = approved(of, ALL)
    staged = of.paths.staging(run_id) / VOUCHER_FILE
    staged.write_bytes(staged.read_bytes().replace(b"07700900101", b"07700900199"))
    with pytest.raises(NoGo, match=r"The voucher file .* is not the one that was meant"):
        release(of, run_id, NOVEMBER)
    assert not of.paths.outbox("cash").exists() or not outbox_files(of)


def test_a_run_may_pay_by_voucher_alone(tmp_path: Path) -> None:
    of = body(tmp_path)
    released(of, (TEXT,))
    files = outbox_files(of)
    assert files.keys() == {VOUCHER_FILE, f"{VOUCHER_FILE}.manifest.json"}
    assert states(of) == {0: ("released", 0)}
    with of.ledger.opened() as connection:
        assert overview(connection)[0].vouchers_wait
    ahead = [each.what for each in about_run(of, as_at(of, RUN, NOVEMBER), NOVEMBER).ahead]
    assert "Send the payment file, and say so" not in ahead, "there is none"
    assert "The last day on which a payment comes back" not in ahead
    assert not list(problems(of))


def test_another_voucher_channel_than_the_agreed_one_pays_nobody(tmp_path: Path) -> None:
    of = body(tmp_path)
    agreed = of.agreement.vouchers
    assert agreed
    path = of.settings.contracts / "voucher_channels" / "example.yaml"
    assert agreed.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert list(agreed.untested(is_practice=True)) == [
        "The voucher channel example is invented for practice, and no provider works by it."
    ]
