"""A recall is asked for by two without a hand in the run, told until it has ended, and frees nobody by itself."""

import csv
import shutil
from datetime import date, datetime
from pathlib import Path

import pytest

from flows.service.standing import picture
from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from tasks.audit.timeline import audit
from tasks.exceptions.decisions import Decision
from tasks.exceptions.settle import Said, settle
from tasks.ledger.recalls import list_standing
from tasks.recall.request import ask, end
from tasks.recall.sheet import write_sheets
from tasks.submit.never_sent import take_back
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.month import APPROVER, NOVEMBER, ROWS, UPLOADER, approved, context
from tests.sampled import one_in
from tests.unit.tasks.exceptions.test_settle import (
    ACCEPTED,
    DEBIT,
    OPERATOR,
    OWNER,
    RETURNED,
    RUN,
    SECOND,
    SENDER,
    bank_says,
    home,
    settled,
    states,
    two,
)

__all__ = ["home"]

NOW = NOVEMBER.replace(hour=15)
TODAY = NOW.date()
AFTER = datetime(2026, 12, 2, 9, tzinfo=LONDON)
ITEM = f"{RUN}/1"
WHY = "the body asked for it to be stopped"
_, _, SORT_CODE, ACCOUNT, *_ = ROWS[1].split(",")


@pytest.fixture
def ilf(home: Path, tmp_path: Path) -> TenantContext:
    return context(shutil.copytree(home, tmp_path / "home"))


def recalled(of: TenantContext, named: str = ITEM, *people: str, now: datetime = NOW, **wrong: str) -> list[Path]:
    given, at = two(*(people or (OPERATOR, OWNER)), **wrong)
    return ask(of, named, WHY, given, at, now)


def ended(of: TenantContext, outcome: str, named: str = ITEM, now: datetime = NOW) -> None:
    given, at = two(OPERATOR, OWNER)
    end(of, named, outcome, "case 4712", given, at, now)


def standing(of: TenantContext, as_at: date = TODAY) -> list[tuple[str, str]]:
    with of.ledger.opened() as connection:
        return [(each.subject, each.outcome) for each in list_standing(connection, as_at)]


def test_the_sheet_says_what_the_bank_needs_and_no_name(ilf: TenantContext) -> None:
    page, table = recalled(ilf)
    [facts] = csv.DictReader(table.read_text().splitlines())
    assert facts == {
        "Service user number": "123456",
        "Submission serial": "000001",
        "Payment file": f"{RUN}.REHEARSAL.bacs18.txt",
        "Processing day": "27 November 2026",
        "Entry day": "30 November 2026",
        "Item": "payment 2 of the file",
        "Payments": "1",
        "Amount": "£1,900.00",
        "Destination sort code": SORT_CODE,
        "Destination account": ACCOUNT,
        "Our reference": f"{RUN} recall 1",
    }
    html = page.read_text()
    assert all(said in html for said in (*facts.values(), "It has to be done by 11:00 on 27 November 2026."))
    name, reference = ROWS[1].split(",")[1], ROWS[1].split(",")[0]
    assert not [word for word in (*name.split(), reference) if len(word) > 3 and word in html + table.read_text()]
    assert {path.stat().st_mode & 0o777 for path in (page, table)} == {0o600}
    assert [path.name for path in ilf.paths.outbox("ilf").iterdir() if "recall" in path.name] == []


def test_the_sheet_of_a_file_has_no_payee(ilf: TenantContext) -> None:
    page, table = recalled(ilf, RUN)
    [facts] = csv.DictReader(table.read_text().splitlines())
    assert (facts["Item"], facts["Payments"], facts["Amount"]) == ("the whole file", "3", "£5,931.60")
    assert not [row for row in ROWS if row.split(",")[3] in table.read_text() + page.read_text()]
    assert "It has to be done by 22:30 on 26 November 2026." in page.read_text()


def test_a_sheet_that_is_gone_is_made_again_to_the_byte(ilf: TenantContext) -> None:
    before = {path: path.read_bytes() for path in recalled(ilf)}
    shutil.rmtree(ilf.paths.recalls(RUN))
    assert write_sheets(ilf, RUN, NOW.date()) == {1: list(before)}
    assert {path: path.read_bytes() for path in before} == before


def test_a_sheet_that_says_something_else_is_found(ilf: TenantContext) -> None:
    """The account on it is the one that the bank takes the money back from."""
    sheet = recalled(ilf)
    assert list(problems(ilf)) == []
    for path in sheet:
        path.write_bytes(path.read_bytes().replace(b"1,900.00", b"1,900.01"))
    found = [(problem.where, problem.what) for problem in problems(ilf)]
    assert [where for where, _ in found] == [RUN, RUN]
    assert all(f"{path.name} is not the sheet" in what for path, (_, what) in zip(sheet, found, strict=True))
    write_sheets(ilf, RUN, TODAY)
    sheet[0].unlink()
    assert list(problems(ilf)) == []


def test_after_the_banks_hour_the_sheet_asks_whether_it_can_be_done(ilf: TenantContext) -> None:
    page, _ = recalled(ilf, now=datetime(2026, 11, 27, 11, 1, tzinfo=LONDON))
    assert "It was asked for after 11:00 on 27 November 2026" in page.read_text()


def test_it_is_told_until_it_has_failed(ilf: TenantContext) -> None:
    recalled(ilf)
    seen = picture([ilf], ilf.settings.home, NOW)
    [said] = seen.called_off
    assert seen.needs_a_person
    assert said.startswith(
        f"{ITEM}: 1 payment, £1,900.00, recalled on 20 November 2026, 15:30; the bank takes it until "
    )
    assert not [word for row in ROWS for word in row.split(",")[:4] if word in said]
    ended(ilf, "failed")
    assert picture([ilf], ilf.settings.home, NOW).called_off == ()
    told = [step.what for step in audit(ilf, RUN, NOW.date()).steps if " recall" in step.what and step.who == OPERATOR]
    told = [said for said in told if "one-time code" not in said]
    assert told == [
        f"asked for a recall at the bank, agreed by {OWNER}: £1,900.00 (payments: 1). {WHY}",
        f"said what the bank answered to recall 1: failed, agreed by {OWNER}",
    ]
    assert list(problems(ilf)) == []


@pytest.mark.parametrize("named", [ITEM, RUN], ids=["item", "file"])
@pytest.mark.parametrize("outcome", one_in(3, ["", "confirmed", "failed"]))
def test_what_people_say_of_it_frees_nobody(ilf: TenantContext, outcome: str, named: str) -> None:
    before = states(ilf)
    recalled(ilf, named)
    if outcome:
        ended(ilf, outcome, named)
    assert states(ilf) == before
    assert not any(state.startswith("free") for state in before)


@pytest.mark.parametrize("outcome", ["", "confirmed"])
def test_money_that_is_proven_to_be_back_frees_it_whatever_was_said(ilf: TenantContext, outcome: str) -> None:
    recalled(ilf)
    if outcome:
        ended(ilf, outcome)
    bank_says(ilf, ACCEPTED)
    bank_says(ilf, DEBIT, (1, "statement_credit", "C", 190000), message="camt053")
    assert states(ilf) == {"credited": 2, "free: returned": 1}
    assert standing(ilf, AFTER.date()) == []


def test_as_long_as_it_is_open_two_people_do_not_free_what_a_message_calls_returned(ilf: TenantContext) -> None:
    recalled(ilf)
    bank_says(ilf, ACCEPTED)
    bank_says(ilf, RETURNED, message="arucs")
    for named in (ITEM, RUN):
        with pytest.raises(NoGo, match=f"{ITEM}: 1 payment, .* Nobody has said what the bank answered"):
            settled(ilf, named, Decision.NOT_PAID)
    assert states(ilf) == {"credited": 2, "returned": 1}
    ended(ilf, "confirmed", now=AFTER)
    assert standing(ilf, AFTER.date()) == [(ITEM, "confirmed")]
    settled(ilf, ITEM, Decision.NOT_PAID)
    assert states(ilf) == {"credited": 2, "free: returned": 1}


def test_confirmed_it_is_not_freed_by_people_alone(ilf: TenantContext) -> None:
    recalled(ilf, RUN)
    ended(ilf, "confirmed", RUN)
    bank_says(ilf, ACCEPTED)
    bank_says(ilf, (None, "rejected_total", "DUPL", 593160), message="pain002")
    for named in (RUN, ITEM):
        with pytest.raises(NoGo, match="nobody of it is paid again until one does"):
            settled(ilf, named, Decision.NOT_PAID)
    assert states(ilf) == {"disputed": 3}
    assert settled(ilf, RUN, Decision.PAID) == 3


def test_once_it_failed_what_the_bank_left_open_is_settled_as_ever(ilf: TenantContext) -> None:
    recalled(ilf)
    ended(ilf, "failed")
    bank_says(ilf, ACCEPTED)
    bank_says(ilf, RETURNED, message="arucs")
    settled(ilf, ITEM, Decision.NOT_PAID)
    assert states(ilf) == {"credited": 2, "free: returned": 1}


@pytest.mark.parametrize(
    ("people", "refused"),
    one_in(
        3,
        [
            ((APPROVER, OWNER), "approved"),
            ((OPERATOR, APPROVER), "approved"),
            ((SENDER, OWNER), "is no operator or approver or decision owner"),
            ((UPLOADER, OWNER), "is no operator or approver or decision owner"),
            ((OPERATOR, SENDER), "is no approver or decision owner"),
            ((OPERATOR, "enquiries@ilf.example"), "is no approver or decision owner"),
            ((OWNER, OWNER), "cannot be both"),
            ((OWNER, f"{OWNER.upper()} "), "cannot be both"),
            (("operator@sds.example", OWNER), "is no operator or approver or decision owner"),
        ],
    ),
    ids=[
        "approver",
        "approver agrees",
        "sender",
        "uploader",
        "sender agrees",
        "enquirer",
        "one alone",
        "otherwise typed",
        "other body",
    ],
)
def test_nobody_else_recalls(ilf: TenantContext, people: tuple[str, str], refused: str) -> None:
    with pytest.raises(NoGo, match=refused):
        recalled(ilf, ITEM, *people)
    recalled(ilf, ITEM, OPERATOR, SECOND)
    given, at = two(*people)
    with pytest.raises(NoGo, match=refused):
        end(ilf, ITEM, "confirmed", "case 4712", given, at, NOW)
    assert standing(ilf) == [(ITEM, "")]


def test_a_code_is_good_for_one_act_alone(ilf: TenantContext) -> None:
    bank_says(ilf, ACCEPTED)
    bank_says(ilf, RETURNED, message="arucs")
    given, at = two(OPERATOR, OWNER)
    sheet, table = ask(ilf, f"{RUN}/2", WHY, given, at, NOW)
    assert {path.stat().st_mode & 0o777 for path in (sheet, table)} == {0o600}
    said = Said(Decision.NOT_PAID, "the bank says so", "case 4713", None, given)
    for act in (
        lambda: end(ilf, f"{RUN}/2", "failed", "case 4712", given, at, NOW),
        lambda: ask(ilf, f"{RUN}/0", WHY, given, at, NOW),
        lambda: settle(ilf, ITEM, None, said, at, AFTER),
    ):
        with pytest.raises(NoGo, match=f"{OPERATOR}: .*Nothing was done"):
            act()
    assert standing(ilf) == [(f"{RUN}/2", "")]
    assert states(ilf) == {"credited": 2, "returned": 1}


def test_a_wrong_code_recalls_nothing(ilf: TenantContext) -> None:
    with pytest.raises(NoGo, match="Nothing was done"):
        recalled(ilf, ITEM, OPERATOR, OWNER, **{OWNER: "000000"})
    assert standing(ilf) == []
    assert not ilf.paths.recalls(RUN).exists()


@pytest.mark.parametrize(
    ("first", "second", "is_again"),
    one_in(2, [(ITEM, ITEM, True), (RUN, ITEM, True), (ITEM, RUN, True), (ITEM, f"{RUN}/2", False)]),
    ids=["the same", "of a file", "the file too", "another"],
)
def test_nothing_is_recalled_twice_at_once(ilf: TenantContext, first: str, second: str, is_again: bool) -> None:
    recalled(ilf, first)
    if is_again:
        with pytest.raises(NoGo, match="Nothing was done again"):
            recalled(ilf, second)
        ended(ilf, "failed", first)
    recalled(ilf, second)


@pytest.mark.parametrize("named", [f"{RUN}/3", f"{RUN}/line/1", "x", "ilf-2026-11-rehearsal-9"])
def test_only_what_is_in_a_file_is_recalled(ilf: TenantContext, named: str) -> None:
    with pytest.raises(NoGo):
        recalled(ilf, named)


def test_what_is_proven_not_to_have_arrived_is_not_recalled(ilf: TenantContext) -> None:
    bank_says(ilf, ACCEPTED)
    bank_says(ilf, DEBIT, (1, "statement_credit", "0", 190000), message="camt053")
    with pytest.raises(NoGo, match="did not arrive, as is proven"):
        recalled(ilf, now=AFTER)


def test_what_was_recalled_is_not_called_never_sent(ilf: TenantContext) -> None:
    recalled(ilf)
    given, at = two(SENDER, OPERATOR)
    with pytest.raises(NoGo, match="recalled on 20 November 2026"):
        take_back(ilf, RUN, "it was never sent", given, at, NOW)
    assert any(path.name.endswith(".txt") for path in ilf.paths.outbox("ilf").iterdir())


def test_before_the_release_there_is_nothing_to_recall(tmp_path: Path) -> None:
    of = context(tmp_path / "home")
    run_id = approved(of)
    with pytest.raises(NoGo, match="has not been released"):
        recalled(of, run_id)


def test_a_payment_that_cannot_be_called_back_is_not_recalled(
    ilf: TenantContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = ilf.agreement.model_copy(update={"rail": "faster_payments"})
    monkeypatch.setitem(ilf.__dict__, "agreement", other)
    with pytest.raises(NoGo, match="Faster Payments knows no recall"):
        recalled(ilf)
