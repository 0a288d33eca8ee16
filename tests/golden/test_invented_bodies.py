"""Two bodies that do not exist, whose three periods go the whole way round, and come to what was planted in them.

What they come to was reckoned when the samples were made (``tests/invented``), by code that knows nothing of siller.
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from python_calamine import load_workbook

from flows.cli.rehearsal_report import describe
from flows.rehearsal.rehearse import Plan, Rehearsal
from schemas.stages import Stage
from schemas.thresholds import Gates
from tasks.assess.gate import NO_PERIOD_TO_COMPARE
from tasks.settings import PROJECT
from tests.invented import kirkmuir, rowan
from tests.invented.facts import Sample
from tests.positions import AMOUNT, PAYEES_ACCOUNT, PAYING_ACCOUNT, RECORDS, TRANSACTION_CODE
from tests.rehearsed import judged_by_arithmetic, office, rehearsed

BODIES = {"kirkmuir": kirkmuir, "rowan": rowan}
BEGINS = {"kirkmuir": "2026-11-17", "rowan": "2026-05-20"}
EVERY_DAY = [("kirkmuir", "2026-W48"), ("rowan", "2026-Q2")]
"""The period with which each body begins; all three, by one command, are rehearsed where there is more time."""
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
        patch.setenv("SILLER_CONTRACTS", str(PROJECT / "data_contracts"))
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
def body(tenant: str, period: str, beside: Path, request: pytest.FixtureRequest) -> Rehearsed:
    """The rehearsal of the body that goes as far as the period.

    What is set for all of them is asked for by name: else it would be set within the first test, and end with it.
    """
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


@pytest.mark.parametrize(
    ("tenant", "period"), [each for each in PERIODS if each.values[1] not in ("2026-W48", "2026-Q2")]
)
def test_what_changed_since_the_period_before(tenant: str, period: str, body: Rehearsed) -> None:
    expected, before = facts(tenant, period), facts(tenant, ALL[ALL.index((tenant, period)) - 1][1])
    with office(body.beside, tenant).ledger.opened() as connection:
        told = connection.execute(
            "SELECT gate, figure FROM out_gate JOIN run USING (run_no) WHERE run_id = ?", [run_id(tenant, period)]
        ).fetchall()
    shares = {
        "joiners_share": (expected["joiners"], _payees(expected), "payees"),
        "leavers_share": (expected["leavers"], _payees(before), "payees of then"),
        "changed_details_share": (len(expected["changed_bank_details"]), expected["payable_rows"], "payments"),
        "refused_share": (len(expected["refused_rows"]), expected["rows"], "rows"),
    }
    assert {gate: figure.partition(" (")[0] for gate, figure in told if gate in shares} == {
        gate: f"{some} of {of} {what}" for gate, (some, of, what) in shares.items()
    }


OF_INCIDENTS = [name for name, field in Gates.model_fields.items() if not field.is_required()]


@pytest.mark.parametrize(("tenant", "period"), PERIODS)
def test_no_gate_made_for_an_incident_is_raised_where_there_was_none(tenant: str, period: str, body: Rehearsed) -> None:
    with office(body.beside, tenant).ledger.opened() as connection:
        raised = connection.execute(
            "SELECT gate, figure FROM out_gate JOIN run USING (run_no) WHERE run_id = ? AND verdict <> 'go' "
            "AND gate IN (SELECT unnest(?)) AND figure <> ?",
            [run_id(tenant, period), OF_INCIDENTS, NO_PERIOD_TO_COMPARE],
        ).fetchall()
    assert raised == []


def _payees(period: dict[str, Any]) -> int:
    return int(period["rows"]) - sum(said == "copy of another row" for said in period["held_rows"].values())


@pytest.mark.parametrize(("tenant", "period"), PERIODS[:3])
def test_each_payment_leaves_the_account_of_its_fund(tenant: str, period: str, body: Rehearsed) -> None:
    told, pence = body.told["runs"][run_id(tenant, period)], Counter[str]()
    for line in Path(told["payment_file"]["path"]).read_text("ascii").splitlines()[RECORDS]:
        if line[TRANSACTION_CODE] == "99":
            pence[line[PAYING_ACCOUNT]] += int(line[AMOUNT])
    by_fund = facts(tenant, period)["payable_pence_by_fund"]
    assert pence == {"08999966374958": by_fund["FOSTER"], "20295963748472": by_fund["DIRECT"]}


PAID_AGAIN = {"kirkmuir": (date(2026, 11, 26), date(2026, 12, 1)), "rowan": (date(2026, 6, 3), date(2026, 6, 12))}
"""The day on which the corrected file comes, and the one on which its payees have their money."""
REFERENCES = {"kirkmuir": "Person No", "rowan": "Grant"}


@pytest.mark.parametrize(("tenant", "period"), PERIODS[::3])
def test_what_was_refused_goes_back_and_comes_corrected_and_is_paid_once(
    tenant: str, period: str, body: Rehearsed, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, (comes, paid_on) = office(body.beside, tenant), PAID_AGAIN[tenant]
    monkeypatch.setenv("SILLER_HOME", str(context.settings.home))
    # The approvers' codes of the periods before have been used, and each counts once.
    monkeypatch.setattr("flows.rehearsal.approval.count", lambda: count(10))
    given_back = context.paths.left_out(run_id(tenant, period), context.contract.form.for_people.kind)
    rows, written = _corrected(tenant, period, given_back, paid_on)
    expected = facts(tenant, period)
    assert len(rows) == len(expected["refused_rows"]) > 0
    amount = {"kirkmuir": "Net Pay", "rowan": "Instalment £"}[tenant]
    total = sum(Decimal(str(row[amount]).replace(",", "")) for row in rows)

    def sent(name: str, rows: list[dict[str, str]], until: Stage = Stage.RECONCILE) -> dict[str, Any]:
        extract, corrected = body.beside / f"{name}{given_back.suffix}", written(rows)
        extract.write_bytes(corrected)
        sums = {"rows": len(rows), "total_as_written": f"{total}"}
        sample = Sample(tenant, period, paid_on, BODIES[tenant].UPLOADER, extract.name, corrected, rows, sums)
        declared = json.dumps(sample.manifest | {"kind": "supplementary"})
        extract.with_name(f"{name}.manifest.json").write_text(declared, "utf-8")
        rehearsal = Rehearsal(context, Plan([extract], today=comes, until=until))
        rehearsal.hold(lambda _: None)
        return describe(rehearsal)

    told = sent("corrected", rows)
    (run,) = told["runs"].values()
    assert (run["refused"], run["held"]) == ([], [])
    assert (len(run["payable"]["rows"]), run["payable"]["pence"]) == (len(rows), int(total * 100))
    assert [each["unexplained_pence"] for each in told["answers"]["runs"].values()] == [0]
    files = [Path(each["payment_file"]["path"]) for each in (body.told["runs"][run_id(tenant, period)], run)]
    paid = Counter(who for file in files for who in _accounts(tenant, file))
    assert set(paid.values()) == {1}
    assert paid.total() == expected["payable_rows"] + len(rows)
    # Sent once more, in another order, it pays nobody but whose payment the bank has not carried out.
    (answered,) = told["answers"]["runs"].values()
    came_back = {len(rows) - 1 - each["row"] for each in answered["items"]}
    (again,) = sent("once-more", rows[::-1], Stage.VALIDATE)["runs"].values()
    held = {each["row"]: each["rule"] for each in again["held"]}
    assert set(again["payable"]["rows"]) <= came_back
    assert {row: held.get(row) for row in set(range(len(rows))) - came_back} == dict.fromkeys(
        set(range(len(rows))) - came_back, "already_released"
    )


Written = Callable[[Sequence[Mapping[str, str]]], bytes]


def _corrected(tenant: str, period: str, given_back: Path, paid_on: date) -> tuple[list[dict[str, str]], Written]:
    """The rows that came back to the body as somebody there puts them right, and how their file is written again."""
    (sample,) = (each for each in BODIES[tenant].samples() if each.period == period)
    reference = REFERENCES[tenant]
    meant = {str(row[reference]): row for row in sample.meant}
    header, back, write = _table(given_back)
    rows = []
    for cells in back:
        row = dict(zip(header, cells, strict=True))
        if "more than once" in row["What is wrong"]:
            continue
        row |= {name: str(cell) for name, cell in meant[row[reference]].items() if name in header}
        if "Pay Date" in row:
            row["Pay Date"] = f"{paid_on:%d/%m/%Y}"
        rows.append(row)
    return rows, write


def _table(given_back: Path) -> tuple[list[str], list[list[str]], Written]:
    """A file's header and rows, and how it is written again."""
    if given_back.suffix == ".xlsx":
        header, *rows = load_workbook(given_back).get_sheet_by_name("Payments").to_python()
        return list(map(str, header)), [list(map(str, row)) for row in rows], kirkmuir.workbook
    text = given_back.read_bytes().decode("cp1252")
    header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter="|")

    def written(corrected: Sequence[Mapping[str, str]]) -> bytes:
        file = io.StringIO(newline="")
        csv.writer(file, delimiter="|").writerows([header, *(list(row.values()) for row in corrected)])
        return file.getvalue().encode("cp1252")

    return header, rows, written


def _accounts(tenant: str, file: Path) -> list[str]:
    """The payees' accounts in a payment file, read by place or by the tags around them."""
    text = file.read_text("ascii")
    if tenant == "rowan":
        return re.findall(r"<CdtrAcct><Id><Othr><Id>(\d{8})</Id>", text)
    return [line[PAYEES_ACCOUNT] for line in text.splitlines()[RECORDS] if line[TRANSACTION_CODE] == "99"]
