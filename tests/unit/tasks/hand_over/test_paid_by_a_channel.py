"""A body is paid by a channel's CSV and by vouchers over SFTP, also when either hand-over is killed at any step."""

import csv
import io
import shutil
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest

from flows.service.standing import picture
from schemas.no_go import NoGo
from schemas.reconciliation.figures import Outcome
from schemas.standing.tables import Stand
from tasks.hand_over.fetch import fetch_answers
from tasks.hand_over.send import PerhapsThere
from tasks.hand_over.stage import hand_over, hand_over_vouchers, list_hand_overs
from tasks.ledger.catalogue.handing_over import VouchersHandOverBegun
from tasks.ledger.journal import list_events
from tasks.order import as_it_is, take_in_answers
from tasks.release.outboxes import outbox_of
from tasks.verify import problems
from tasks.vouchers.inbox import list_waiting, take_in_waiting
from tasks.vouchers.submit import record_sent
from tests.paid_by_a_channel import AT, FILE, ROWS, RUN, VOUCHER_FILE, Round, main
from tests.sampled import one_in
from tests.ssh_server import SshServer, new_key, ssh_server
from tests.unit.tasks.hand_over.killing import ONLY_THE_BANK_KNOWS, STEPS, killed_at
from tests.unit.tasks.vouchers.month import ANSWERS, OVER, SENDER

MONEY = {
    Outcome.CREDITED: Decimal("20.81"),
    Outcome.RETURNED: Decimal("49.85"),
    Outcome.CASHED: Decimal("144.16"),
    Outcome.EXPIRED: Decimal("67.25"),
}
"""By hand: the first transfer arrives, the second comes back; of £211.41 in five vouchers £60.00 and £7.25 expire."""


@pytest.fixture(scope="module")
def the_provider() -> Iterator[SshServer]:
    with ssh_server() as server:
        yield server


@pytest.fixture
def provider(the_provider: SshServer) -> Iterator[SshServer]:
    """The provider's server with nothing in its folders."""
    yield the_provider
    for folder in (the_provider.incoming, the_provider.answers, the_provider.fetched):
        for path in folder.iterdir():
            path.unlink()
    the_provider.start()


@pytest.fixture(scope="module")
def released_place(the_server: SshServer, the_provider: SshServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("released")
    Round.released(place, the_server, the_provider)
    return place


@pytest.fixture
def paid(released_place: Path, tmp_path: Path, bank: SshServer, provider: SshServer) -> Round:
    return Round.at(shutil.copytree(released_place, tmp_path / "place", symlinks=True), bank, provider)


def check_all_is_told_once(paid: Round) -> None:
    """One file at either end, what each says of it taken in once, every penny in its place."""
    outbox = outbox_of(paid.of)
    for name, taken in ((FILE, paid.taken), (VOUCHER_FILE, paid.taken_vouchers)):
        content = outbox.get(name)
        assert content is not None
        with content:
            assert taken == [content.read()]
    paid.answer()
    assert [paid.fetch(), paid.fetch()] == [(1, 1), (1, 1)]
    found = paid.reconcile()
    assert (found.unexplained, found.unexplained_pounds) == ((), Decimal("0.00"))
    assert {each.name: each.pounds for each in found.buckets if each.pounds} == MONEY
    assert list(problems(paid.of)) == []


def stand_of(paid: Round) -> Stand:
    [run] = picture([paid.of], paid.of.settings.home, AT).standings[:1]
    return run.stand


def test_both_files_are_handed_over_answered_and_reconciled_to_the_penny(paid: Round) -> None:
    assert list_hand_overs(paid.of, RUN) == [hand_over, hand_over_vouchers]
    said = paid.hand_over()
    assert said.reference == f"{FILE} by SFTP"
    assert paid.take() == (1, 0), "each goes by itself"
    vouchers = paid.hand_over_vouchers()
    assert (vouchers.by, vouchers.reference, vouchers.at) == (SENDER, f"{VOUCHER_FILE} by SFTP", AT)
    assert paid.take() == (1, 1)
    assert (paid.hand_over(), paid.hand_over_vouchers()) == (said, vouchers)
    assert paid.take() == (1, 1)
    sent = list(csv.reader(ROWS))
    rows = list(csv.reader(paid.taken[0].decode("ascii").splitlines()))
    assert [(row[0], row[1], row[3]) for row in rows] == [(row[3], row[4], row[6]) for row in sent if row[3]]
    vouched = csv.DictReader(io.StringIO(paid.taken_vouchers[0].decode()))
    assert [row["Amount"] for row in vouched] == [row[6] for row in sent if not row[3]]
    check_all_is_told_once(paid)


KILLED = [
    (which, step, takes) for step in STEPS[::-1] for takes in (True, False) for which in ("transfers", "vouchers")
]


@pytest.mark.parametrize(("which", "step", "takes"), one_in(34, KILLED))
def test_killed_at_any_step_of_either_hand_over_nobody_is_paid_twice_or_left_out(
    paid: Round, which: str, step: str, takes: bool
) -> None:
    killed, other = paid.hand_over, paid.hand_over_vouchers
    if which == "vouchers":
        killed, other = other, killed
    with killed_at(step):
        killed()
    if takes:
        paid.take()
    other()
    if takes and step in ONLY_THE_BANK_KNOWS:
        for _ in range(2):
            with pytest.raises(PerhapsThere):
                killed()
    else:
        killed()
    paid.take()
    with suppress(PerhapsThere):
        killed()
    paid.take()
    check_all_is_told_once(paid)


def test_vouchers_that_were_perhaps_taken_are_shown_until_somebody_knows(paid: Round) -> None:
    paid.hand_over()
    assert stand_of(paid) is Stand.VOUCHERS_WAIT
    with killed_at("before record"):
        paid.hand_over_vouchers()
    paid.take()
    with pytest.raises(PerhapsThere, match=rf"the provider may have taken it.*siller vouchers sent {RUN} --reference"):
        paid.hand_over_vouchers()
    assert stand_of(paid) is Stand.PERHAPS_HANDED_OVER
    with paid.of.ledger.opened() as connection:
        [(_, _, begun)] = [each[:3] for each in list_events(connection, VouchersHandOverBegun)]
    assert begun is not None
    record_sent(paid.of, RUN, "Provider, case 12", AT, SENDER, AT)
    assert stand_of(paid) is Stand.SUBMITTED
    assert paid.hand_over_vouchers().reference == "Provider, case 12"


def test_what_keeps_the_bank_from_its_file_does_not_keep_the_vouchers(paid: Round, bank: SshServer) -> None:
    bank.stop()
    with pytest.raises(NoGo, match="cannot be reached"):
        paid.hand_over()
    paid.hand_over_vouchers()
    assert paid.take() == (0, 1)
    bank.start()
    paid.hand_over()
    assert paid.take() == (1, 1)


def test_the_providers_server_is_no_other_and_has_a_key_of_its_own(paid: Round, provider: SshServer) -> None:
    key = paid.of.paths.key("cash", "voucher-sftp")
    mine = key.read_text()
    key.write_text(paid.bank.private_key)
    with pytest.raises(NoGo, match=r"does not let siller in.*The provider needs the public key"):
        paid.hand_over_vouchers()
    key.unlink()
    with pytest.raises(NoGo, match=r"no cash\.voucher-sftp.*siller keys hand-over cash --vouchers.*give the provider"):
        paid.hand_over_vouchers()
    key.write_text(mine)
    key.chmod(0o600)
    agreed = paid.of.agreement.vouchers
    assert agreed
    assert agreed.hand_over
    another = agreed.hand_over.model_copy(update={"host_keys": (new_key()[1],)})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("tasks.hand_over.stage._agreed_with_provider", lambda *_: another)
        with pytest.raises(NoGo, match=r"Ask the provider.*\(vouchers\.hand_over: host_keys\)"):
            paid.hand_over_vouchers()
    assert provider.files() == {}


def test_an_answer_that_cannot_be_one_waits_and_is_said_and_holds_up_no_other(
    paid: Round, provider: SshServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid.hand_over()
    paid.hand_over_vouchers()
    paid.take()
    paid.answer()
    provider.put("a-first.csv", f"{ANSWERS}\r\nnobody-1,CASHED,1.00,1.00,01/12/2026\r\n".encode(), provider.answers)
    monkeypatch.setattr("tasks.hand_over.fetch.SETTLED", AT - AT)
    for name, value in (("HOME", paid.of.settings.home), ("CONTRACTS", paid.of.settings.contracts)):
        monkeypatch.setenv(f"SILLER_{name}", str(value))
    monkeypatch.setattr("tasks.clock.clock", lambda *_: OVER)
    for module in ("tasks.vouchers.task", "tasks.reconcile.task"):
        monkeypatch.setattr(f"{module}.clock", lambda *_: OVER)
    taken = take_in_answers("cash", paid.of.mode, None, work=as_it_is)
    assert taken.runs == (RUN,)
    [said] = taken.said
    assert said.startswith("a-first.csv, from the provider of vouchers, was not taken in, and waits in its inbox: ")
    assert [path.name for path in list_waiting(paid.of)] == ["a-first.csv"]
    assert fetch_answers(paid.of, AT - AT) == []
    assert take_in_waiting(paid.of, OVER)[0] == []


def test_it_can_be_watched(capsys: pytest.CaptureFixture[str]) -> None:
    main()
    told = capsys.readouterr().out
    assert "files that bank and provider have: 1, 1." in told
    assert told.endswith(
        "Reconciled: £0.00 unexplained; credited £20.81, returned £49.85, cashed £144.16, expired £67.25.\n"
    )
