"""The macro says of each kind of extract what the type says, and lets no other kind compete with nothing."""

from pathlib import Path

import duckdb
import pytest

from schemas.manifest import Kind
from tests.month import context

PAID_ONCE = {"full": "regular", "correction": "regular", "supplementary": "regular", "arrears": "arrears"}


def test_every_ledger_knows_what_kind_of_payment_an_extract_has(tmp_path: Path) -> None:
    with context(tmp_path).ledger.opened(create=True) as connection:
        said = connection.execute("SELECT kind, payment_kind(kind) FROM (SELECT unnest(?) AS kind)", [list(Kind)])
        assert dict(said.fetchall()) == PAID_ONCE
    assert {str(kind): str(kind.payment_kind) for kind in Kind} == PAID_ONCE


def test_a_kind_that_nobody_knows_is_an_error(tmp_path: Path) -> None:
    with (
        context(tmp_path).ledger.opened(create=True) as connection,
        pytest.raises(duckdb.InvalidInputException, match="no kind that siller knows: bonus"),
    ):
        connection.execute("SELECT payment_kind(kind) FROM (SELECT 'bonus' AS kind)").fetchall()
