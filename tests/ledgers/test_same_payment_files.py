"""What earlier sillers wrote for the bank, this one writes to the byte, but for what a change has named."""

import tarfile
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from tasks.tenant_context import TenantContext
from tests.ledgers.earlier import PAID
from tests.ledgers.two_months import pay
from tests.month import context

OWNER_IN_LABEL = slice(15, 21)
"""Places 16 to 21 of HDR1 and EOF1: VOL1's owner stands there since 75280fa, and nothing stood there before."""
LABELS = (b"HDR1", b"EOF1")
HOLD_NONE = ("75280fa", "bc17c16", "d25fa1d")
"""Sillers that held no account that money had come back from."""


@pytest.fixture(scope="module")
def held_now(tmp_path_factory: pytest.TempPathFactory) -> TenantContext:
    of = context(tmp_path_factory.mktemp("held"))
    pay(of)
    return of


@pytest.fixture(scope="module")
def paid_now(tmp_path_factory: pytest.TempPathFactory) -> TenantContext:
    """But for the accounts that October's money came back from: an earlier siller held none in November."""
    of = context(tmp_path_factory.mktemp("paid"))
    with patch("tasks.ledger.holds.define_held", return_value=False):
        pay(of)
    return of


def written_by(earlier: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(earlier) as archive:
        for member in archive:
            if "/outbox/" in member.name and member.name.endswith(".bacs18.txt"):
                content = archive.extractfile(member)
                assert content is not None
                yield Path(member.name).name, content.read()


def without_owner(content: bytes) -> list[bytes]:
    lines = content.splitlines(keepends=True)
    return [
        line[: OWNER_IN_LABEL.start] + line[OWNER_IN_LABEL.stop :] if line.startswith(LABELS) else line
        for line in lines
    ]


@pytest.mark.long
@pytest.mark.parametrize("earlier", PAID, ids=lambda file: file.name.partition(".")[0])
def test_the_same_extracts_make_the_same_payment_files(request: pytest.FixtureRequest, earlier: Path) -> None:
    paid_now: TenantContext = request.getfixturevalue("paid_now" if earlier.name.startswith(HOLD_NONE) else "held_now")
    files = dict(written_by(earlier))
    assert len(files) == 3
    for name, then in files.items():
        now = (paid_now.paths.outbox("ilf") / name).read_bytes()
        if earlier.name.startswith("d25fa1d"):
            assert now != then
            now, then = b"".join(without_owner(now)), b"".join(without_owner(then))
        assert now == then, name
