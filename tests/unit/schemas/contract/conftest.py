"""What the tests of the contract share."""

from pathlib import Path

import pytest

from schemas.contract.contract import Contract

PROJECT = Path(__file__).parents[4]


@pytest.fixture(scope="session")
def ilf() -> Contract:
    return Contract.load(PROJECT / "data_contracts" / "ilf" / "extract.odcs.yaml")
