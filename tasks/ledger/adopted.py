"""The agreement that was adopted last, as the journal has it: its text, and who had a part in it.

The whole of it may be more than a later siller reads; its people are always read.
"""

import duckdb

from schemas.agreement import Person
from schemas.documents import parse_yaml
from tasks.ledger.catalogue.adopting import AgreementAdopted, AgreementProposed
from tasks.ledger.journal import OF_NO_RUN, entry_of, latest_of


def adopted_text(connection: duckdb.DuckDBPyConnection) -> str | None:
    """The file of the agreement that was adopted last; None if none ever was."""
    latest = latest_of(connection, AgreementAdopted)
    return entry_of(connection, OF_NO_RUN, AgreementProposed, latest[1].proposal).text if latest else None


def adopted_people(connection: duckdb.DuckDBPyConnection) -> tuple[Person, ...]:
    """The people of the agreement that was adopted last; nobody if none ever was."""
    text = adopted_text(connection)
    said = parse_yaml(text.encode(), "the adopted agreement") if text else {"people": []}
    return tuple(map(Person.model_validate, said["people"]))
