"""The bank's limit for a number and day, counted over all files of the day: one body's, and those of two that share it.

The first body pays £2,981.60, £1,900.00 and £1,050.00, together £5,931.60; the second one the latter two, £2,950.00.
Both are processed on 27 November 2026, and come to £8,881.60.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from tasks.instruct.day_limit import check_day_limit, look_at_day_limit
from tasks.instruct.shared_counter import LetGo, Numbers, SharedCounter
from tasks.instruct.stage import instruct
from tasks.ledger.bank_rows import WithdrawalRow
from tasks.ledger.rows import insert
from tasks.release.stage import release
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.month import NOVEMBER, ROWS, approve, assess
from tests.unit.tasks.exceptions.test_settle import REJECTED, bank_says
from tests.unit.tasks.instruct.test_sharing import SUN, agree, context, validated

BOTH = 888160
RELEASES = """
import sys
from pathlib import Path
from tasks.release.stage import release
from tests.month import NOVEMBER
from tests.unit.tasks.instruct.test_sharing import context
release(context(Path(sys.argv[1]), sys.argv[2]), f"{sys.argv[2]}-2026-11-rehearsal-1", NOVEMBER)
"""
RUNS = {"ilf": "ilf-2026-11-rehearsal-1", "sds": "sds-2026-11-rehearsal-1"}


def limited(folder: Path, pence: int, **others: object) -> None:
    profile = {"line_end": "CRLF", "block_length": "02000", "largest_day_pence": pence}
    agree(folder / "contracts", "ilf", bank_profile=profile, **({"shares_with": ["sds"]} | others))


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int, Path], tuple[TenantContext, TenantContext]]:
    """Gives two bodies that share a number, each with an approved run, where the first has agreed a limit."""
    homes: dict[int, Path] = {}

    def made(pence: int, to: Path) -> tuple[TenantContext, TenantContext]:
        if pence not in homes:
            homes[pence] = tmp_path_factory.mktemp("limit")
            limited(homes[pence], pence)
            agree(homes[pence] / "contracts", "sds", shares_with=["ilf"])
            for tenant, rows, total in (("ilf", ROWS, "5,931.60"), ("sds", ROWS[1:], "2,950.00")):
                of = context(homes[pence], tenant)
                run_id = validated(of, rows)
                instruct(of, run_id, NOVEMBER)
                assess(of, run_id)
                said = approve(of, run_id, control_total=total, approver=f"first.approver@{tenant}.example")
                assert not said.cause
        folder = shutil.copytree(homes[pence], to / "both", symlinks=True)
        return context(folder, "ilf"), context(folder, "sds")

    return made


Ready = Callable[[int, Path], tuple[TenantContext, TenantContext]]


def is_released(of: TenantContext) -> bool:
    with of.ledger.opened() as connection:
        return bool(connection.execute("SELECT 1 FROM journal WHERE stage = 'release'").fetchall())


def test_what_fits_to_the_penny_leaves_and_a_penny_more_does_not(ready: Ready, tmp_path: Path) -> None:
    for of in ready(BOTH, tmp_path / "fits"):
        release(of, RUNS[of.tenant], NOVEMBER)
        assert list(problems(of)) == []
    ilf, sds = ready(BOTH - 1, tmp_path / "not")
    release(ilf, RUNS["ilf"], NOVEMBER)
    # The other body has agreed no limit: the number's is the lowest that anybody has agreed.
    with pytest.raises(NoGo, match=r"at most £8,881\.59 of the service user number 123456 .* 27 November 2026") as said:
        release(sds, RUNS["sds"], NOVEMBER)
    assert "£5,931.60 of it is released already, and sds-2026-11-rehearsal-1 has £2,950.00: £0.01 too much" in str(
        said.value
    )
    assert not is_released(sds)
    with ilf.ledger.transaction() as connection:  # two people take the first one's file back: it was never sent
        insert(connection, WithdrawalRow(1, 1, "not sent", "sender", "another", NOVEMBER))
    release(sds, RUNS["sds"], NOVEMBER)


def test_of_two_bodies_that_release_at_once_the_one_that_does_not_fit_is_refused(ready: Ready, tmp_path: Path) -> None:
    both = ready(BOTH - 1, tmp_path)
    children = [
        subprocess.Popen([sys.executable, "-c", RELEASES, str(tmp_path / "both"), of.tenant], stderr=subprocess.PIPE)
        for of in both
    ]
    said = sorted((child.communicate()[1].decode() for child in children), key=len)
    assert said[0] == "" and "£0.01 too much" in said[1]
    assert sorted(map(is_released, both)) == [False, True]


def test_who_looked_before_the_other_released_is_refused_all_the_same(ready: Ready, tmp_path: Path) -> None:
    """Also where the other one's release was begun once, killed, and had not left when it was looked at."""
    ilf, sds = ready(BOTH - 1, tmp_path)
    with pytest.raises(ZeroDivisionError), ilf.ledger.transaction() as connection:
        check_day_limit(connection, look_at_day_limit(ilf), RUNS["ilf"], lets_go=True)
        raise ZeroDivisionError  # killed before the ledger has it
    assert SharedCounter(ilf.paths, SUN).read().let_go == (LetGo(1, RUNS["ilf"], "2026-11-27", 593160),)
    looked = look_at_day_limit(sds)
    with sds.ledger.transaction() as connection:  # nothing of the other one has left, whatever the counter notes
        check_day_limit(connection, looked, RUNS["sds"], lets_go=False)
    release(ilf, RUNS["ilf"], NOVEMBER)
    with sds.ledger.transaction() as connection, pytest.raises(NoGo, match=r"£0\.01 too much"):
        check_day_limit(connection, looked, RUNS["sds"], lets_go=True)


def test_what_was_let_go_between_the_look_at_the_counter_and_at_the_ledger_counts_once(
    ready: Ready, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted twice it would refuse the second body, whose file fits to the penny."""
    ilf, sds = ready(BOTH, tmp_path)
    read = SharedCounter.read

    def reads_and_then_the_other_releases(counter: SharedCounter) -> Numbers:
        numbers = read(counter)
        monkeypatch.setattr(SharedCounter, "read", read)
        release(ilf, RUNS["ilf"], NOVEMBER)
        return numbers

    monkeypatch.setattr(SharedCounter, "read", reads_and_then_the_other_releases)
    release(sds, RUNS["sds"], NOVEMBER)
    assert is_released(ilf) and is_released(sds)


def test_nobody_counts_what_cannot_be_read_as_nothing(ready: Ready, tmp_path: Path) -> None:
    ilf, sds = ready(BOTH, tmp_path)
    sds.paths.ledger("sds").unlink()
    with pytest.raises(NoGo, match=r"Nothing more of 123456 can be released: sds shares it, and its ledger cannot be"):
        release(ilf, RUNS["ilf"], NOVEMBER)
    assert not is_released(ilf)


def test_whose_agreement_cannot_be_read_may_have_the_lowest_limit(ready: Ready, tmp_path: Path) -> None:
    ilf, sds = ready(BOTH, tmp_path)
    (sds.settings.contracts / "sds" / "agreement.yaml").write_text("tenant: sds\n")
    limit, said = look_at_day_limit(ilf), r"Nothing more of 123456 .* sds shares it, and its agreement cannot be read"
    with ilf.ledger.transaction() as connection, pytest.raises(NoGo, match=said):
        check_day_limit(connection, limit, RUNS["ilf"], lets_go=True)


def test_a_file_that_the_bank_rejected_counts_until_that_is_proven(ready: Ready, tmp_path: Path) -> None:
    """What only a message says frees no payee either; two people who have asked the bank prove it here."""
    ilf, sds = ready(BOTH - 1, tmp_path)
    release(ilf, RUNS["ilf"], NOVEMBER)
    bank_says(ilf, REJECTED)
    with pytest.raises(NoGo, match=r"£0\.01 too much"):
        release(sds, RUNS["sds"], NOVEMBER)
    with ilf.ledger.transaction() as connection:
        connection.execute(
            "INSERT INTO settlement BY NAME SELECT 1 AS settlement_no, 'not_paid' AS decision, 1 AS run_no, "
            "0 AS day_no, '' AS reason, '' AS bank_reference, 'a' AS said_by, 'b' AS agreed_by, "
            "(SELECT max(bank_file_no) FROM bank_file) AS after_bank_file_no, ? AS said_at",
            [NOVEMBER],
        )
    release(sds, RUNS["sds"], NOVEMBER)
    assert is_released(sds)


def test_one_body_alone_counts_its_own_files_before_it_takes_anybodys_time(tmp_path: Path) -> None:
    limited(tmp_path, 593159, shares_with=[])
    ilf = context(tmp_path, "ilf")
    run_id = validated(ilf)
    with pytest.raises(NoGo, match=r"£0\.00 of it is released already, and .* has £5,931\.60: £0\.01 too much"):
        instruct(ilf, run_id, NOVEMBER)
