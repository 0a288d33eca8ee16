"""Codes that an agreement has: each paying account has its own, and none is of nothing."""

from pathlib import Path

import pytest
import yaml

from schemas.agreement import Agreement
from schemas.no_go import NoGo

CONTRACTS = Path(__file__).parents[4] / "data_contracts"
ONE = {"accounts": [{"bank": "1010", "spending": "5310"}], "returned": "2190", "rejected": "2191"}
TWO = {
    "accounts": [
        {"pays": "FOSTER", "bank": "1010", "spending": "5310"},
        {"pays": "DIRECT", "bank": "1011", "spending": "5320"},
    ],
    "returned": "2190",
    "rejected": "2191",
}


def agreed(tenant: str, postings: dict[str, object]) -> Agreement:
    text = (CONTRACTS / tenant / "agreement.yaml").read_text(encoding="utf-8")
    return Agreement.parsed((text + yaml.safe_dump({"postings": postings})).encode(), "agreement.yaml")


@pytest.mark.parametrize(("tenant", "postings"), [("ilf", ONE), ("rowan", ONE), ("kirkmuir", TWO)])
def test_codes_that_fit_are_agreed(tenant: str, postings: dict[str, object]) -> None:
    assert agreed(tenant, postings).postings is not None


@pytest.mark.parametrize(
    ("tenant", "postings", "says"),
    [
        ("kirkmuir", ONE, "no paying account has the word None under pays"),
        ("kirkmuir", TWO | {"accounts": TWO["accounts"][:1]}, "the paying account DIRECT has no codes"),
        ("kirkmuir", TWO | {"accounts": [*TWO["accounts"], TWO["accounts"][0]]}, "FOSTER stands twice"),
        ("ilf", TWO, "no paying account has the word FOSTER, DIRECT under pays"),
        ("ilf", ONE | {"returned": "1010"}, "1010 is a bank's account, and the other side of it too"),
        ("ilf", ONE | {"rejected": "=1+1"}, "postings.rejected"),
        ("ilf", ONE | {"refunded": "2192"}, "postings.refunded"),
        ("ilf", {key: value for key, value in ONE.items() if key != "returned"}, "postings.returned"),
        (
            "ilf",
            ONE | {"template": {"file": "journal.xlsm", "sha256": "0" * 64, "cells": []}},
            "postings.template.file",
        ),
        ("ilf", ONE | {"template": {"file": "../journal.xlsx", "sha256": "0" * 64, "cells": []}}, "template.file"),
    ],
    ids=[
        "no word",
        "an account without codes",
        "an account twice",
        "words of no account",
        "both sides",
        "a formula",
        "unknown key",
        "missing key",
        "macros",
        "another folder",
    ],
)
def test_codes_that_do_not_are_refused_by_name(tenant: str, postings: dict[str, object], says: str) -> None:
    with pytest.raises(NoGo, match=says):
        agreed(tenant, postings)
