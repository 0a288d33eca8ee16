"""A body that is paid by a channel's CSV over SFTP goes the whole way round, also when the hand-over is killed."""

import csv
import shutil
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest

from schemas.reconciliation.figures import Outcome
from tasks.hand_over.send import PerhapsThere
from tasks.verify import problems
from tests.month import ROWS, ROWS_PENCE
from tests.paid_by_a_channel import FILE, Round, main
from tests.sampled import one_in
from tests.ssh_server import SshServer
from tests.unit.tasks.hand_over.killing import ONLY_THE_BANK_KNOWS, STEPS, killed_at

TOTAL = Decimal(ROWS_PENCE).scaleb(-2)


@pytest.fixture(scope="module")
def released_place(the_server: SshServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("released")
    Round.released(place, the_server)
    return place


@pytest.fixture
def paid(released_place: Path, tmp_path: Path, bank: SshServer) -> Round:
    return Round.at(shutil.copytree(released_place, tmp_path / "place", symlinks=True), bank)


def check_all_is_told_once(paid: Round) -> None:
    """One file at the bank, its statement taken in once, every penny in its place."""
    content = (paid.of.paths.outbox("ilf") / FILE).read_bytes()
    assert paid.taken == [content]
    paid.bank_answers()
    assert [paid.fetch(), paid.fetch()] == [1, 1]
    found = paid.reconcile()
    assert (found.unexplained, found.unexplained_pounds) == ((), Decimal("0.00"))
    came_back = found.bucket(Outcome.RETURNED).pounds
    assert came_back == Decimal("1900.00")
    assert found.bucket(Outcome.CREDITED).pounds == TOTAL - came_back
    assert list(problems(paid.of)) == []


def test_it_is_handed_over_answered_and_reconciled_to_the_penny(paid: Round) -> None:
    said = paid.hand_over()
    assert said.reference == f"{FILE} by SFTP"
    assert paid.bank_takes() == 1
    assert paid.hand_over() == said
    assert paid.bank_takes() == 1
    wanted = [(sort_code, account, amount) for _, _, sort_code, account, _, amount, *_ in csv.reader(ROWS)]
    rows = csv.reader(paid.taken[0].decode("ascii").splitlines())
    assert [(sort_code, account, amount) for sort_code, account, _, amount, *_ in rows] == wanted
    check_all_is_told_once(paid)


@pytest.mark.parametrize(
    ("step", "takes"), one_in(16, [(step, takes) for takes in (True, False) for step in reversed(STEPS)])
)
def test_killed_at_any_step_of_the_hand_over_nobody_is_paid_twice_or_left_out(
    paid: Round, step: str, takes: bool
) -> None:
    with killed_at(step):
        paid.hand_over()
    if takes:
        paid.bank_takes()
    if takes and step in ONLY_THE_BANK_KNOWS:
        for _ in range(2):
            with pytest.raises(PerhapsThere):
                paid.hand_over()
    else:
        paid.hand_over()
    paid.bank_takes()
    with suppress(PerhapsThere):
        paid.hand_over()
    paid.bank_takes()
    check_all_is_told_once(paid)


def test_it_can_be_watched(capsys: pytest.CaptureFixture[str]) -> None:
    main()
    told = capsys.readouterr().out
    assert "files that it has: 1." in told
    assert told.endswith("Reconciled: £0.00 unexplained; credited £4,031.60, returned £1,900.00.\n")
