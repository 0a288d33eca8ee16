"""Each nasty extract comes to what its label says, by the functions that ingest and validate read and judge with."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.contract.contract import Contract
from schemas.contract.due import Due
from schemas.contract.extract import read_extract
from schemas.no_go import NoGo
from schemas.period import Period
from tasks.account_table.shelf import in_use
from tasks.validate.judging import Judge
from tests.golden.nasty import FIRST, SECOND, THIRD, Nasty, described
from tests.golden.nasty_extracts import NASTY
from tests.month import context
from tests.sampled import one_in

PAY_DAY = date(2026, 11, 30)
PERSONAL = [each for row in (FIRST, SECOND, THIRD) for each in (row[0], row[1], row[3], row[6])]
CONTRACT = (Path(__file__).parents[2] / "data_contracts" / "ilf" / "extract.odcs.yaml").read_text(encoding="utf-8")


def contract_of(nasty: Nasty) -> Contract:
    said = CONTRACT.replace("physicalType: csv", described(nasty.form))
    return Contract.parsed(said.encode(), "extract.odcs.yaml")


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    ilf = context(tmp_path_factory.mktemp("home"))
    return Judge(
        ilf.contract, in_use(ilf.settings, PAY_DAY).table, Due(PAY_DAY, Period.parsed("2026-11")), ilf.agreement
    )


def test_there_are_enough_and_no_name_stands_twice() -> None:
    assert len(NASTY) >= 120
    assert len({nasty.name for nasty in NASTY}) == len(NASTY)


@pytest.mark.parametrize("nasty", one_in(3, NASTY), ids=lambda nasty: nasty.name)
def test_a_nasty_extract_comes_to_what_its_label_says(nasty: Nasty, judge: Judge, tmp_path: Path) -> None:
    path = tmp_path / "november.sent"
    path.write_bytes(nasty.content)
    frames = read_extract(path, contract_of(nasty))
    if nasty.file:
        with pytest.raises(NoGo, match=re.escape(nasty.file)) as said:
            list(frames)
        assert not [value for value in PERSONAL if value in str(said.value)]
        assert said.value.__context__ is None
        return
    rows = pl.concat(frames)
    judged = judge(rows)
    assert judged.failing.is_empty()
    found: dict[int, set[str]] = {}
    for row, column, rule in judged.refused.iter_rows():
        found.setdefault(row, set()).add(f"{column} {rule}")
    assert found == nasty.refused
    assert dict(judged.payable.iter_rows()) == nasty.paid
    assert rows.height == len(nasty.refused) + len(nasty.paid)


KINDS = {str(sorted(nasty.form.items())): nasty for nasty in NASTY if nasty.paid}


def spoiled(content: bytes, places: list[tuple[float, int]], cut: float) -> Iterator[int]:
    changes = {int(place * len(content)): byte for place, byte in places}
    for place, byte in enumerate(content[: int(cut * len(content))]):
        yield changes.get(place, byte)


@pytest.mark.parametrize("nasty", KINDS.values(), ids=lambda nasty: nasty.name)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    places=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=4),
    cut=st.one_of(st.just(1.0), st.floats(0, 1)),
)
def test_a_spoiled_file_is_read_or_refused_by_a_sentence(tmp_path, nasty, places, cut):
    path = tmp_path / "november.sent"
    path.write_bytes(bytes(spoiled(nasty.content, places, cut)))
    try:
        rows = pl.concat(read_extract(path, contract_of(nasty)))
    except NoGo as said:
        assert path.name in str(said)
    else:
        assert rows.null_count().sum_horizontal().item() == 0
        assert set(rows.drop("row_number").dtypes) == {pl.String}
