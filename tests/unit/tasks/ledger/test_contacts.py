"""A contact is one however it is written, and another one is never taken for it: a change has to pass its gates."""

import duckdb
import pytest

from tasks.ledger.contacts import define_same_contact


def is_one(one: str, other: str) -> bool:
    with duckdb.connect() as connection:
        define_same_contact(connection)
        [(same,)] = connection.execute("SELECT same_contact(?) = same_contact(?)", [one, other]).fetchall()
    return bool(same)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("07700 900101", "+44 (7700) 900-101"),
        ("07700900101", "00447700900101"),
        ("Claimant@People.example", " claimant@people.example "),
        ("4 Shore Road, Inverbeg, IV99 9ZZ", "4, SHORE ROAD; Invérbeg iv999zz"),
        ("Flat 2/1, 10 High Street, EH1 1AA", "flat 2-1 10 High Street EH11AA"),
        ("Flat 1A, High Street, G1 1AA", "Flat 1 a High Street G11AA"),
    ],
    ids=["number", "as 14 digits", "e-mail", "address", "flat", "letter after a number"],
)
def test_one_contact_is_one_however_it_is_written(one: str, other: str) -> None:
    assert is_one(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("07700 900101", "07700 900102"),
        ("ann@council-pay.example", "ann@councilpay.example"),
        ("ann@people.co.example", "ann@peopleco.example"),
        ("a.bell@people.example", "abell@people.example"),
        ("ann+bell@people.example", "annbell@people.example"),
        ("Flat 2/1, 10 High Street, EH1 1AA", "Flat 2, 110 High Street, EH1 1AA"),
        ("Flat 1, 23 High Street, G1 1AA", "Flat 12, 3 High Street, G1 1AA"),
        ("1 2 3 High Street, G1 1AA", "1 23 High Street, G1 1AA"),
    ],
    ids=["number", "domain", "domain of others", "dot", "plus", "Scottish flat", "flat", "numbers"],
)
def test_another_contact_is_another(one: str, other: str) -> None:
    assert not is_one(one, other)
