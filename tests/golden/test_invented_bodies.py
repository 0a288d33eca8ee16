"""Two bodies that do not exist, whose three periods go the whole way round, and come to what was planted in them.

What they come to was reckoned when the samples were made (``tests/invented``), by code that knows nothing of siller.
"""

import csv
import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from flows.cli.rehearsal_report import describe
from flows.rehearsal.rehearse import Plan, Rehearsal
from schemas.no_go import NoGo
from tasks.settings import PROJECT
from tests.invented import kirkmuir, rowan
from tests.invented.accounts import accounts
from tests.invented.facts import Sample
from tests.positions import AMOUNT, PAYING_ACCOUNT, RECORDS, REFERENCE, TRANSACTION_CODE
from tests.rehearsed import judged_by_arithmetic, office, rehearsed

BODIES = {"kirkmuir": kirkmuir, "rowan": rowan}
BEGINS = {"kirkmuir": "2026-11-17", "rowan": "2026-05-20"}
EVERY_DAY = [("kirkmuir", "2026-W48"), ("kirkmuir", "2026-W49"), ("rowan", "2026-Q2")]
"""The periods with which each body begins; all of them, by one command, are rehearsed where there is more time."""
ALL = [*(("kirkmuir", period) for period in kirkmuir.WEEKS), *(("rowan", period) for period in rowan.QUARTERS)]
PERIODS = [
    pytest.param(*each, marks=[] if each in EVERY_DAY else [pytest.mark.long], id="-".join(each)) for each in ALL
]

# The facts say in words what was planted; this is the rule of siller's that means it, and the body's own column.
PLANTED = {
    "sort code lost its leading zero": ("Sort Code", "join_pairs"),
    "account number is a number that lost a digit": ("Account", "has_exact_digits"),
    "amount has its signs in another country's order": ("Net Pay", "strip_pound_sign_and_commas"),
    "amount is a formula": ("Net Pay", "strip_pound_sign_and_commas"),
    "amount is negative": ("Net Pay", "is_at_least"),
    "fund is none of the council's": ("Fund", "paying_account_is_agreed"),
    "pay date is last week's": ("Pay Date", "is_the_pay_day"),
    "name missing": ("First Name and Surname", "is_present"),
    "pay date has the month first": ("Pay Date", "is_the_pay_day"),
    "reference without its letters": ("Person No", "has_the_agreed_form"),
    "sort code has hyphens": ("Sort Code", "has_exact_digits"),
    "amount has commas between thousands": ("Instalment £", "is_a_number"),
    "group missing": ("Group", "is_present"),
    "reference has a sign that Bacs cannot carry": ("Reference", "has_only_permitted_characters"),
}
OF_ONE_BODY = {
    "account fails the modulus check": {"kirkmuir": "Account", "rowan": "Account Number"},
    "amount is above what was agreed": {"kirkmuir": "Net Pay", "rowan": "Instalment £"},
    "account from which an earlier payment came back": {"kirkmuir": "Account", "rowan": "Account Number"},
    "copy of another row": {"kirkmuir": "Person No"},
}
RULES = {
    "account fails the modulus check": "account_passes_modulus_check",
    "amount is above what was agreed": "is_at_most",
    "account from which an earlier payment came back": "account_came_back",
    "copy of another row": "identical_copy_in_extract",
}


class Rehearsed(NamedTuple):
    """A body's three periods, rehearsed."""

    beside: Path
    told: dict[str, Any]


def samples_of(tenant: str) -> Path:
    return PROJECT / "data_contracts" / tenant / "samples"


def facts(tenant: str, period: str) -> dict[str, Any]:
    return dict(json.loads((samples_of(tenant) / f"{tenant}-{period}.facts.json").read_text("utf-8")))


def run_id(tenant: str, period: str) -> str:
    return f"{tenant}-{period}-rehearsal-1"


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("bodies")
    with pytest.MonkeyPatch.context() as patch:
        judged_by_arithmetic(patch)
        patch.setenv("SILLER_HOME", str(folder / "live"))
        yield folder


@pytest.fixture(scope="module")
def begun(beside: Path) -> dict[str, Rehearsed]:
    return {tenant: _rehearse(beside / "begun", tenant, EVERY_DAY) for tenant in BODIES}


@pytest.fixture(scope="module")
def whole(beside: Path) -> dict[str, Rehearsed]:
    return {tenant: _rehearse(beside / "whole", tenant, ALL) for tenant in BODIES}


def _rehearse(folder: Path, tenant: str, periods: list[tuple[str, str]]) -> Rehearsed:
    (folder / tenant).mkdir(parents=True)
    end = {"kirkmuir": ".xlsx", "rowan": ".txt"}[tenant]
    extracts = [samples_of(tenant) / f"{tenant}-{period}{end}" for of, period in periods if of == tenant]
    told = rehearsed(folder / tenant, extracts, tenant=tenant, today=BEGINS[tenant], answers_on=None)
    return Rehearsed(folder / tenant, told)


@pytest.fixture
def body(tenant: str, period: str, request: pytest.FixtureRequest) -> Rehearsed:
    """The rehearsal of the body that goes as far as the period."""
    rehearsals: dict[str, Rehearsed] = request.getfixturevalue("begun" if (tenant, period) in EVERY_DAY else "whole")
    return rehearsals[tenant]


@pytest.mark.parametrize("tenant", BODIES)
def test_the_samples_are_what_the_code_makes(tenant: str, tmp_path: Path) -> None:
    made: Iterator[Sample] = BODIES[tenant].samples()
    for sample in made:
        sample.write(tmp_path)
    kept = {path.name: path.read_bytes() for path in samples_of(tenant).iterdir()}
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == kept


@pytest.mark.parametrize("tenant", BODIES)
def test_nobody_shares_an_account_and_none_is_the_bodys_own(tenant: str) -> None:
    payees = kirkmuir.people(333) if tenant == "kirkmuir" else rowan.grants(51)
    found = [f"{each.sort_code}{each.account}" for each in payees]
    assert len(set(found)) == len(found)
    agreed = (PROJECT / "data_contracts" / tenant / "agreement.yaml").read_text("utf-8")
    assert not [each for each in found if each[6:] in agreed]


@pytest.mark.parametrize(("tenant", "period"), PERIODS)
def test_each_period_comes_to_what_was_planted(tenant: str, period: str, body: Rehearsed) -> None:
    expected, told = facts(tenant, period), body.told["runs"][run_id(tenant, period)]
    assert told["rows"] == expected["rows"]
    assert len(told["payable"]["rows"]) == expected["payable_rows"]
    assert told["payable"]["pence"] == expected["payable_pence"]
    for outcome in ("refused", "held"):
        found = {(each["row"], each["column"], each["rule"]) for each in told[outcome]}
        assert found == {(int(row), *_rule(tenant, said)) for row, said in expected[f"{outcome}_rows"].items()}


def _rule(tenant: str, said: str) -> tuple[str, str]:
    return PLANTED[said] if said in PLANTED else (OF_ONE_BODY[said][tenant], RULES[said])


@pytest.mark.parametrize(("tenant", "period"), PERIODS)
def test_every_pound_is_accounted_for(tenant: str, period: str, body: Rehearsed) -> None:
    expected, told = facts(tenant, period), body.told["answers"]
    answered = told["runs"][run_id(tenant, period)]
    assert answered["unexplained_pence"] == 0
    assert told["not_of_any_run"] == {"entries": 0, "pence": 0}
    assert {str(each["row"]): each["state"] for each in answered["items"]} == expected["not_paid_by_the_practice_bank"]
    left = [answered["buckets"][state] for state in ("credited", "returned", "rejected")]
    assert sum(each["payments"] for each in left) == expected["payable_rows"]
    assert sum(each["pence"] for each in left) == expected["payable_pence"]


@pytest.mark.parametrize(("tenant", "period"), [each for each in PERIODS if each.values[1] not in ("2026-W48", "2026-Q2")])
def test_what_changed_since_the_period_before(tenant: str, period: str, body: Rehearsed) -> None:
    expected, before = facts(tenant, period), facts(tenant, ALL[ALL.index((tenant, period)) - 1][1])
    with office(body.beside, tenant).ledger.opened() as connection:
        told = connection.execute(
            "SELECT gate, figure FROM out_gate JOIN run USING (run_no) WHERE run_id = ?", [run_id(tenant, period)]
        ).fetchall()
    copies = sum(said == "copy of another row" for said in expected["held_rows"].values())
    shares = {
        "joiners_share": (expected["joiners"], expected["rows"] - copies, "payees"),
        "leavers_share": (expected["leavers"], before["rows"], "payees of then"),
        "changed_details_share": (len(expected["changed_bank_details"]), expected["payable_rows"], "payments"),
        "refused_share": (len(expected["refused_rows"]), expected["rows"], "rows"),
    }
    assert {gate: figure.partition(" (")[0] for gate, figure in told if gate in shares} == {
        gate: f"{some} of {of} {what}" for gate, (some, of, what) in shares.items()
    }


@pytest.mark.parametrize(("tenant", "period"), PERIODS[:3])
def test_each_payment_leaves_the_account_of_its_fund(tenant: str, period: str, body: Rehearsed) -> None:
    told, pence = body.told["runs"][run_id(tenant, period)], Counter[str]()
    for line in Path(told["payment_file"]["path"]).read_text("ascii").splitlines()[RECORDS]:
        if line[TRANSACTION_CODE] == "99":
            pence[line[PAYING_ACCOUNT]] += int(line[AMOUNT])
    by_fund = facts(tenant, period)["payable_pence_by_fund"]
    assert pence == {"08999966374958": by_fund["FOSTER"], "20295963748472": by_fund["DIRECT"]}


Row = Mapping[str, str | int]


def _corrected(tenant: str, period: str, given_back: Path, pay_date: str) -> list[Row]:
    """The rows that came back to the body, in its own columns, as somebody there puts them right."""
    (sample,) = (each for each in BODIES[tenant].samples() if each.period == period)
    new, rows = accounts(random.Random("asked again")), []
    with given_back.open(encoding="utf-8-sig", newline="") as file:
        for back in csv.DictReader(file):
            if back["Rule"] == "identical_copy_in_extract":
                continue
            right = sample.meant[int(back["Line of the file"].removeprefix("line ")) - 2]
            row = {name: right[name] for name in back if name in right}
            if "Pay Date" in row:
                row["Pay Date"] = pay_date
            if back["Rule"] == "account_came_back":
                row["Sort Code"], row[back["Column"]] = next(new)
            rows.append(row)
    return rows
