"""The payments of a payee over all periods: exactly theirs, nothing of what was asked kept, and who looked is."""

import shutil
from datetime import date, datetime
from pathlib import Path

import pytest

from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from tasks.audit.timeline import of_no_run
from tasks.payee_search.find import Found, find
from tasks.people.credentials import Kind, keep
from tasks.people.identity import account
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.month import APPROVER, NOVEMBER, ROWS, approve, assessed, context, deliver, finished, ingest
from tests.unit.tasks.manual_payments.test_stage import OPERATOR, came_back, line_of, recorded

ENQUIRER = "enquiries@ilf.example"
NOW = datetime(2026, 12, 10, 9, tzinfo=LONDON)
NOV, OCT = "ilf-2026-11-rehearsal-1", "ilf-2026-10-rehearsal-1"
FIRST, *_ = ROWS
REFERENCE, NAME, SORT_CODE, ACCOUNT, *_ = FIRST.split(",")


def october(row: str) -> str:
    return row.replace("30/11/2026", "30/10/2026")


@pytest.fixture(scope="module")
def two_months(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """October waits for its approver; November went through everything, with a row refused and two returned."""
    of = context(tmp_path_factory.mktemp("two-months"))
    deliver(of, [october(row) for row in ROWS], pay_period="2026-10", pay_date="2026-10-30")
    assert assessed(of, NOVEMBER.replace(month=10), flow="flow-0") == OCT
    assert finished(of) == NOV
    return of.settings.home


@pytest.fixture
def ilf(two_months: Path, tmp_path: Path) -> TenantContext:
    return context(shutil.copytree(two_months, tmp_path / "home"))


def told(found: list[Found]) -> list[tuple[str, int]]:
    return [(each.run_id, each.row_number) for each in found]


def journal(of: TenantContext) -> str:
    with of.ledger.opened() as connection:
        kept = (
            connection.execute("SELECT * FROM journal").fetchall() + connection.execute("SELECT * FROM act").fetchall()
        )
    return str(kept)


BOTH = [(OCT, 0), (NOV, 0)]
SHARED = [*BOTH, (NOV, 3)]
"""Somebody else has the same account, and a row that was refused."""


@pytest.mark.parametrize(
    ("asked", "fit"),
    [
        (REFERENCE, BOTH),
        (f"  {REFERENCE.lower()} ", BOTH),
        (ACCOUNT, SHARED),
        (SORT_CODE + ACCOUNT, SHARED),
        (f"{SORT_CODE[:2]}-{SORT_CODE[2:4]}-{SORT_CODE[4:]} {ACCOUNT}", SHARED),
        (f"GB00ABCD{SORT_CODE}{ACCOUNT}", SHARED),
    ],
    ids=["reference", "small letters", "account", "sort code and account", "as on a card", "iban"],
)
def test_a_reference_or_an_account_is_found_whole(ilf: TenantContext, asked: str, fit: list[tuple[str, int]]) -> None:
    assert told(find(ilf, asked, ENQUIRER, NOW)) == fit


def test_who_shares_an_account_is_another_payee(ilf: TenantContext) -> None:
    assert [each.payee for each in find(ilf, ACCOUNT, ENQUIRER, NOW)] == [1, 1, 2]


@pytest.mark.parametrize(
    "asked", [NAME, "holdings ROYAL", "Róyal   ancient", "royal, & ancient holdings plc."], ids=str
)
def test_a_name_is_found_by_its_words_in_any_order(ilf: TenantContext, asked: str) -> None:
    assert told(find(ilf, asked, ENQUIRER, NOW)) == BOTH


@pytest.mark.parametrize(
    "asked",
    [REFERENCE[:-1], ACCOUNT[:-1], SORT_CODE, NAME[:4], f"{NAME} of London", "%", "_______", "' OR true --"],
    ids=["part of a reference", "part of an account", "sort code", "half a word", "a word more", "percent", "_", "sql"],
)
def test_what_is_not_whole_finds_nobody_and_is_kept(ilf: TenantContext, asked: str) -> None:
    with pytest.raises(NoGo) as said:
        find(ilf, asked, ENQUIRER, NOW)
    assert asked not in str(said.value)


def test_each_is_told_with_day_line_pence_state_and_code(ilf: TenantContext) -> None:
    waits, paid = find(ilf, REFERENCE, ENQUIRER, NOW)
    assert (str(waits.period), waits.line, waits.pay_day, waits.pence) == ("2026-10", 2, date(2026, 10, 30), 298160)
    assert (waits.state, waits.code) == ("awaiting_approval", "")
    assert (str(paid.period), paid.line, paid.pay_day, paid.pence) == ("2026-11", 2, date(2026, 11, 30), 298160)
    assert paid.trace == f"siller trace {NOV}/0"


def test_the_states_are_those_of_the_ledger(ilf: TenantContext) -> None:
    found = {
        (each.row_number, each.state.value, each.code)
        for row in ROWS
        for each in find(ilf, row.partition(",")[0], ENQUIRER, NOW)
        if each.run_id == NOV
    }
    with ilf.ledger.opened() as connection:
        answered = connection.execute(
            "SELECT row_number, code FROM core_bank_answer WHERE row_number IS NOT NULL"
        ).fetchall()
    returned = {(row, code) for row, state, code in found if state == "returned"}
    assert returned and returned <= set(answered)


def test_a_refused_row_is_told_with_its_rule(ilf: TenantContext) -> None:
    [refused] = find(ilf, "ILF100009", ENQUIRER, NOW)
    assert (refused.row_number, refused.line, refused.state, refused.pence) == (3, 5, "refused", 298160)
    assert refused.code


def test_a_line_is_that_of_the_file_in_which_the_row_came(tmp_path: Path) -> None:
    of = context(tmp_path / "home")
    bad = FIRST.replace(REFERENCE, "ILF100009").replace(NAME, "")
    deliver(of, (*ROWS, bad))
    assert assessed(of) == NOV
    with of.ledger.opened() as connection:
        [(sha256,)] = connection.execute("SELECT extract_sha256 FROM run").fetchall()
    deliver(of, (bad.replace(",,", f",{NAME},", 1),), "mended.csv", kind="correction", corrects=sha256)
    assert assessed(of, flow="flow-2") == "ilf-2026-11-rehearsal-2"
    found = [
        (each.run_id[-1], each.row_number, each.line, each.extract) for each in find(of, "ILF100009", ENQUIRER, NOW)
    ]
    assert found == [("1", 3, 5, "ilf.csv"), ("2", 3, 5, "ilf.csv"), ("2", 4, 2, "mended.csv")]


def test_what_was_paid_outside_is_told_with_what_was_sent(ilf: TenantContext) -> None:
    with ilf.ledger.transaction() as connection:
        keep(connection, APPROVER, Kind.ACCOUNT, account(), (OPERATOR,), NOVEMBER)
    outside = line_of(FIRST, pay_period="2026-10", paid_on="30/10/2026")
    recorded(ilf, [outside, line_of(ROWS[1], payee_reference="ILF900000")])
    for asked in (REFERENCE, NAME):
        waits, paid_outside, _ = find(ilf, asked, ENQUIRER, NOW)
        assert (waits.run_id, waits.state) == (OCT, "paid_elsewhere")
        assert (paid_outside.run_id, paid_outside.trace, paid_outside.line, paid_outside.extract) == (
            "",
            "",
            2,
            "recording 1",
        )
        assert (paid_outside.pay_day, paid_outside.pence) == (date(2026, 10, 30), 298160)
        assert (paid_outside.payee, paid_outside.state) == (1, "paid_elsewhere")
    [nowhere_else] = find(ilf, "ILF900000", ENQUIRER, NOW)
    assert nowhere_else.line == 3
    came_back(ilf, outside.replace("30/10/2026", "31/10/2026"))
    assert find(ilf, REFERENCE, ENQUIRER, NOW)[1].state == "returned"
    assert "line 2 of recording 1" in of_no_run(ilf)[-1].what


def test_who_looked_is_kept_without_the_words(ilf: TenantContext) -> None:
    for asked in (NAME, REFERENCE):
        find(ilf, asked, ENQUIRER, NOW)
    for asked in ("Nobody Known", "00000000"):
        with pytest.raises(NoGo):
            find(ilf, asked, ENQUIRER, NOW)
    looks = [step.what for step in of_no_run(ilf) if step.who == ENQUIRER]
    assert looks[:2] == [f"was shown where the payments of a payee stand: {OCT}/0, {NOV}/0"] * 2
    assert looks[2:] == ["was shown nothing: no payee fitted what was looked for"] * 2
    kept = journal(ilf)
    assert not [word for word in (*NAME.split(), ACCOUNT, REFERENCE, "Nobody") if len(word) > 1 and word in kept]
    assert list(problems(ilf)) == []


def test_a_look_at_many_shows_nobody_and_is_kept(ilf: TenantContext, monkeypatch: pytest.MonkeyPatch) -> None:
    payment_reference = FIRST.split(",")[6]
    assert max(each.payee for each in find(ilf, payment_reference, ENQUIRER, NOW)) == 2
    monkeypatch.setattr("tasks.payee_search.find.MOST_PAYEES", 1)
    with pytest.raises(NoGo, match="Nothing is shown"):
        find(ilf, payment_reference, ENQUIRER, NOW)
    assert of_no_run(ilf)[-1].what == "was shown nothing: too many payees fitted what was looked for"


@pytest.mark.parametrize("asked", ["", "  ", "&", "x" * 201], ids=["nothing", "space", "a sign", "too long"])
def test_what_nobody_is_called_is_not_looked_for(ilf: TenantContext, asked: str) -> None:
    before = journal(ilf)
    with pytest.raises(NoGo, match="Give a name, a reference, an account or a contact"):
        find(ilf, asked, ENQUIRER, NOW)
    assert journal(ilf) == before


def test_before_the_first_extract_nobody_is_found(tmp_path: Path) -> None:
    of = context(tmp_path / "home")
    deliver(of)  # which registers people, and so makes the ledger
    with pytest.raises(NoGo, match="No payee of ilf"):
        find(of, REFERENCE, ENQUIRER, NOW)
    ingest(of)
    [read] = find(of, REFERENCE, ENQUIRER, NOW)
    assert (read.state, read.pay_day) == ("read", date(2026, 11, 30))


def test_of_a_released_run_it_says_where_it_is(tmp_path: Path) -> None:
    of = context(tmp_path / "home")
    deliver(of)
    approve(of, assessed(of))
    [found] = find(of, REFERENCE, ENQUIRER, NOW)
    assert found.state == "approved"
