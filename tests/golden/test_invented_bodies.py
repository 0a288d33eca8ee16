"""Two bodies that do not exist, whose three periods go the whole way round, and come to what was planted in them.

What they come to was reckoned when the samples were made (``tests/invented``), by code that knows nothing of siller.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tasks.settings import PROJECT
from tests.invented import kirkmuir, rowan
from tests.invented.facts import Sample
from tests.positions import AMOUNT, PAYING_ACCOUNT, RECORDS, TRANSACTION_CODE
from tests.rehearsed import judged_by_arithmetic, office, rehearsed

BEGINS = {"kirkmuir": "2026-11-17", "rowan": "2026-05-20"}
BODIES = {"kirkmuir": kirkmuir, "rowan": rowan}
PERIODS = [("kirkmuir", period) for period in kirkmuir.WEEKS] + [("rowan", period) for period in rowan.QUARTERS]
SECOND_AND_THIRD = [each for each in PERIODS if each[1] not in ("2026-W48", "2026-Q2")]

# The facts say in words what was planted; this is the rule of siller's that means it, and the column as the body has it.
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
def bodies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Rehearsed]]:
    home = tmp_path_factory.mktemp("bodies")
    with pytest.MonkeyPatch.context() as patch:
        judged_by_arithmetic(patch)
        patch.setenv("SILLER_HOME", str(home / "live"))
        yield {tenant: _rehearse(home / tenant, tenant) for tenant in BODIES}


def _rehearse(beside: Path, tenant: str) -> Rehearsed:
    beside.mkdir()
    extracts = [each for each in sorted(samples_of(tenant).iterdir()) if each.suffix != ".json"]
    return Rehearsed(beside, rehearsed(beside, extracts, tenant=tenant, today=BEGINS[tenant], answers_on=None))


@pytest.mark.parametrize("tenant", BODIES)
def test_the_samples_are_what_the_code_makes(tenant: str, tmp_path: Path) -> None:
    made: Iterator[Sample] = BODIES[tenant].samples()
    for sample in made:
        sample.write(tmp_path)
    kept = {path.name: path.read_bytes() for path in samples_of(tenant).iterdir()}
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == kept


@pytest.mark.parametrize(("tenant", "period"), PERIODS)
def test_nobody_shares_an_account_and_none_is_the_bodys_own(tenant: str, period: str) -> None:
    payees = kirkmuir.people(333) if tenant == "kirkmuir" else rowan.grants(51)
    accounts = [f"{each.sort_code}{each.account}" for each in payees]
    assert len(set(accounts)) == len(accounts)
    agreed = (PROJECT / "data_contracts" / tenant / "agreement.yaml").read_text("utf-8")
    assert not [each for each in accounts if each[6:] in agreed]


@pytest.mark.parametrize(("tenant", "period"), PERIODS)
def test_each_period_comes_to_what_was_planted(tenant: str, period: str, bodies: dict[str, Rehearsed]) -> None:
    expected, told = facts(tenant, period), bodies[tenant].told["runs"][run_id(tenant, period)]
    assert told["rows"] == expected["rows"]
    assert len(told["payable"]["rows"]) == expected["payable_rows"]
    assert told["payable"]["pence"] == expected["payable_pence"]
    for outcome in ("refused", "held"):
        found = {(each["row"], each["column"], each["rule"]) for each in told[outcome]}
        assert found == {(int(row), *_rule(tenant, said)) for row, said in expected[f"{outcome}_rows"].items()}


def _rule(tenant: str, said: str) -> tuple[str, str]:
    return PLANTED[said] if said in PLANTED else (OF_ONE_BODY[said][tenant], RULES[said])


@pytest.mark.parametrize(("tenant", "period"), PERIODS)
def test_every_pound_is_accounted_for(tenant: str, period: str, bodies: dict[str, Rehearsed]) -> None:
    expected, told = facts(tenant, period), bodies[tenant].told["answers"]
    answered = told["runs"][run_id(tenant, period)]
    assert answered["unexplained_pence"] == 0
    assert told["not_of_any_run"] == {"entries": 0, "pence": 0}
    assert {str(each["row"]): each["state"] for each in answered["items"]} == expected["not_paid_by_the_practice_bank"]
    left = [answered["buckets"][state] for state in ("credited", "returned", "rejected")]
    assert sum(each["payments"] for each in left) == expected["payable_rows"]
    assert sum(each["pence"] for each in left) == expected["payable_pence"]


@pytest.mark.parametrize(("tenant", "period"), SECOND_AND_THIRD)
def test_what_changed_since_the_period_before(tenant: str, period: str, bodies: dict[str, Rehearsed]) -> None:
    expected, before = facts(tenant, period), facts(tenant, PERIODS[PERIODS.index((tenant, period)) - 1][1])
    with office(bodies[tenant].beside, tenant).ledger.opened() as connection:
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


@pytest.mark.parametrize("period", kirkmuir.WEEKS)
def test_each_payment_leaves_the_account_of_its_fund(period: str, bodies: dict[str, Rehearsed]) -> None:
    told = bodies["kirkmuir"].told["runs"][run_id("kirkmuir", period)]
    lines = Path(told["payment_file"]["path"]).read_text("ascii").splitlines()
    pence = Counter[str]()
    for line in lines[RECORDS]:
        if line[TRANSACTION_CODE] == "99":
            pence[line[PAYING_ACCOUNT]] += int(line[AMOUNT])
    by_fund = facts("kirkmuir", period)["payable_pence_by_fund"]
    assert pence == {"08999966374958": by_fund["FOSTER"], "20295963748472": by_fund["DIRECT"]}
