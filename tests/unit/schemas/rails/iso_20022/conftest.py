"""A small message, what it says of itself, and the schema that ISO publishes."""

from datetime import date
from importlib.resources import files

import pytest
from lxml import etree

from schemas.rails.bacs_standard_18 import PayingAccount
from schemas.rails.iso_20022 import Initiation, write


@pytest.fixture
def initiation():
    return Initiation(
        serial=7,
        service_user_number="123456",
        service_user_name="ILF SCOTLAND",
        creation_date=date(2026, 8, 14),
        execution_date=date(2026, 8, 24),
        paying_account=PayingAccount("107999", "88837491", "ILF & PAYMENTS"),
    )


@pytest.fixture
def rows(payments):
    return payments.with_row_index("row_number", offset=41)


@pytest.fixture
def written(tmp_path, initiation, rows):
    path = tmp_path / "message.xml"
    return path, write(path, initiation, [rows])


@pytest.fixture(scope="session")
def iso_schema():
    """The published XML schema, as the package sepaxml ships it."""
    return etree.XMLSchema(etree.parse(str(files("sepaxml") / "schemas" / "pain.001.001.09.xsd")))
