"""``siller authorised-payees``: what people type and read."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.people import code_now
from tests.unit.tasks.authorised_payees.test_authorised_payees import (
    APPROVER,
    FIRST,
    OWNER,
    SECOND,
    TenantContext,
    agreed_home,
    list_of,
    of,
)

__all__ = ["agreed_home", "of"]

Siller = Callable[..., Any]


def test_it_says_what_a_list_comes_to_before_it_asks_for_a_code(
    siller: Siller, of: TenantContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def prompted(text: str, **_: object) -> str:
        said.append(text)
        return code_now(text.removeprefix("One-time code of "))

    monkeypatch.setattr("typer.prompt", prompted)
    monkeypatch.setenv("SILLER_HOME", str(of.settings.home))
    monkeypatch.setenv("SILLER_CONTRACTS", str(of.settings.contracts))
    none = siller("authorised-payees", "ilf", "--rehearsal")
    assert "No list of authorised payees of ilf (rehearsal) is kept, so nobody counts as authorised." in none.out

    people = ("--as", APPROVER, "--agreeing", OWNER, "--rehearsal")
    wrong = siller("authorised-payees", "ilf", "--confirm", list_of(of, [""]), *people)
    assert wrong.code == 1 and "row 1 below the header has no payee_reference" in " ".join(wrong.err.split())
    said.clear()
    done = siller("authorised-payees", "ilf", "--confirm", list_of(of, [FIRST, SECOND]), *people)
    assert (done.code, done.err) == (0, "")
    assert "list.csv lists 2 payees: 2 are not on the list that counts, and 0 of that list are not on it." in done.out
    assert said == [f"One-time code of {APPROVER}", f"One-time code of {OWNER}"]
    assert "It counts from now on." in done.out
    counts = siller("authorised-payees", "ilf", "--rehearsal").out
    assert f"2 payees of ilf (rehearsal) are authorised, by the list that {APPROVER} and {OWNER} confirmed" in counts
    assert FIRST not in done.out + counts


def test_it_takes_two(siller: Siller, of: TenantContext) -> None:
    alone = siller("authorised-payees", "ilf", "--confirm", list_of(of, [FIRST]), "--as", APPROVER, "--rehearsal")
    assert alone.code == 2 and "it takes two people" in alone.err
