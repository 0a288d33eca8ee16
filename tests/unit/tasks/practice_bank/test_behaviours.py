"""Each behaviour does with the money what it says, on every rail, whichever forms its seed draws."""

from datetime import date
from pathlib import Path

import pytest

from schemas.bank_messages.verdict import Verdict
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.practice_bank.bank import Rail, answer
from tasks.practice_bank.behaviour import EXPECTED, Behaviour, Unexplained
from tasks.reconcile.receive import receive_all
from tests.month import NOVEMBER, context
from tests.sampled import one_in
from tests.unit.tasks.practice_bank.test_bank import LINES
from tests.unit.tasks.practice_bank.test_other_rails import MESSAGE
from tests.unit.tasks.practice_bank.written import at, balance, documents, movements, pence, text

ENTRY_DAY = date(2026, 8, 24)
SUMS = {Rail.BACS: 432150, Rail.FASTER_PAYMENTS: 432150, Rail.PAIN001: 650}
PAYMENTS = {Rail.BACS: 2, Rail.FASTER_PAYMENTS: 2, Rail.PAIN001: 3}
SEEDS = (None, 0, 1, 2, 3, 4)
"""The first form, and what is drawn; every day the first, and one that is drawn."""
RAILS = pytest.mark.parametrize("rail", Rail)
EVERY = pytest.mark.parametrize("behaviour", Behaviour)
SEEDED = pytest.mark.parametrize("seed", one_in(3, SEEDS))
REFERENCES = {Rail.BACS: "ILF 2608 1", Rail.FASTER_PAYMENTS: "ILF 2608 1", Rail.PAIN001: "000007-"}
"""How the references of our own payments begin."""


def sent(folder: Path, rail: Rail) -> Path:
    content = MESSAGE.encode() if rail is Rail.PAIN001 else "".join(f"{line}\r\n" for line in LINES).encode()
    path = folder / "payments"
    path.write_bytes(content)
    return path


def answers(folder: Path, rail: Rail, behaviour: Behaviour, seed: int | None, name: str = "inbox") -> list[Path]:
    return answer(sent(folder, rail), folder / name, ENTRY_DAY, rail=rail, behaviour=behaviour, seed=seed)


def moved(files: list[Path]) -> list[int]:
    """Every entry of every statement, in their order."""
    return [each for statement in documents(files, "Stmt") for each in movements(statement)]


def rejected_in_reports(files: list[Path]) -> tuple[int, int]:
    """How many payments input reports say are rejected, and their pence."""
    records = [
        record
        for report in documents(files, "InputReport")
        for record in at(report, "//AgreementOfFileTotals/CreditEntry/RejectedRecords")
    ]
    return sum(int(record.get("numberOf")) for record in records), sum(
        pence(record.get("valueOf")) for record in records
    )


def test_what_siller_must_make_of_it_is_said_of_every_behaviour() -> None:
    assert list(EXPECTED) == list(Behaviour)
    states = {"credited", "in_flight", "returned", "rejected", "amended", "disputed", "answer_set_aside"}
    assert {each.rest for each in EXPECTED.values()} | {each.drawn for each in EXPECTED.values()} == {*states, ""}
    owed = {behaviour for behaviour, said in EXPECTED.items() if said.unexplained is not Unexplained.NOTHING}
    assert {Behaviour.POUND_SHORT, Behaviour.DEBITED_TWICE, Behaviour.SILENT} < owed
    assert all(EXPECTED[behaviour].loud for behaviour in owed)


@EVERY
@RAILS
def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, rail: Rail, behaviour: Behaviour) -> None:
    written = [
        [path.read_bytes() for path in answers(tmp_path, rail, behaviour, seed, f"inbox-{time}")]
        for time, seed in enumerate((7, 7, 8, 9, 10))
    ]
    assert written[0] == written[1]
    assert any(others != written[0] for others in written[2:]) or behaviour is Behaviour.SILENT


@EVERY
@RAILS
@SEEDED
def test_every_document_says_that_it_is_practice(
    tmp_path: Path, rail: Rail, behaviour: Behaviour, seed: int | None
) -> None:
    files = answers(tmp_path, rail, behaviour, seed)
    assert len({path.name for path in files}) == len(files)
    assert bool(files) is (behaviour is not Behaviour.SILENT)
    bacs, iso = documents(files, "SignatureMethod"), documents(files, "GrpHdr")
    assert len(bacs) + len(iso) == len(files)
    assert {text(root, "//SignatureMethod") for root in bacs} <= {"PRACTICE"}
    assert all(text(root, "//GrpHdr/MsgId").startswith("PRACTICE") for root in iso)


@EVERY
@RAILS
@SEEDED
def test_each_statement_leads_from_its_opening_to_its_closing_balance(
    tmp_path: Path, rail: Rail, behaviour: Behaviour, seed: int | None
) -> None:
    """And each day opens where the one before it closed; only where a piece is missing it does not."""
    closed = None
    for statement in documents(answers(tmp_path, rail, behaviour, seed), "Stmt"):
        opens = balance(statement, "OPBD", "PRCD")
        assert closed is None or opens == closed or behaviour is Behaviour.TWICE
        if text(statement, "//LastPgInd") == "false":
            assert behaviour is Behaviour.GAP
            continue
        closed = balance(statement, "CLBD")
        assert (opens + sum(movements(statement)) == closed) is (behaviour is not Behaviour.GAP)


@EVERY
@RAILS
@SEEDED
def test_what_moves_on_the_account_is_what_the_behaviour_says(
    tmp_path: Path, rail: Rail, behaviour: Behaviour, seed: int | None
) -> None:
    files = answers(tmp_path, rail, behaviour, seed)
    total, entries = SUMS[rail], moved(files)
    out, back = [-each for each in entries if each < 0], [each for each in entries if each > 0]
    match behaviour:
        case Behaviour.SILENT | Behaviour.OTHER_FILE:
            assert entries == []
        case Behaviour.REJECT_BLOCK:
            assert entries == []
            assert len(documents(files, "Stmt")) == 1
        case Behaviour.REJECT_SOME if rail is Rail.PAIN001:
            assert len(out) == 1
            assert total - out[0] in {50, 150, 450}
        case Behaviour.REJECT_SOME:
            assert out == [total - rejected_in_reports(files)[1]]
            assert 0 < out[0] < total
        case Behaviour.POUND_SHORT:
            assert entries == [100 - total]
        case Behaviour.TWICE | Behaviour.DEBITED_TWICE:
            assert entries == [-total] * 2
        case Behaviour.SINGLE_DEBITS:
            assert (len(entries), sum(entries)) == (PAYMENTS[rail], -total)
        case Behaviour.REVERSED:
            assert entries == [-total, total]
        case Behaviour.RETURN_SOME | Behaviour.OTHER_ACCOUNT:
            assert out == [total]
            assert 0 < sum(back) < total
        case Behaviour.EMPTY_DAY:
            assert [movements(statement) for statement in documents(files, "Stmt")] == [[], [-total]]
        case Behaviour.FUNDING_AND_FEE:
            assert [len(out), len(back)] == [2, 1]
            assert total in out
        case Behaviour.GAP:
            assert len(entries) in (1, 2)
        case _:
            assert entries == [-total]


@RAILS
@SEEDED
def test_a_rejected_file_is_refused_whole_and_a_duplicate_only_after_it_was_taken(
    tmp_path: Path, rail: Rail, seed: int | None
) -> None:
    block = answers(tmp_path, rail, Behaviour.REJECT_BLOCK, seed)
    again = answers(tmp_path, rail, Behaviour.DUPL, seed, "again")
    if rail is Rail.PAIN001:
        (decided,) = documents(block, "PmtInfSts")
        assert [text(decided, "//GrpSts"), text(decided, "//PmtInfSts")] == ["ACCP", "RJCT"]
        reports = sorted(documents(again, "GrpSts"), key=lambda report: text(report, "//GrpHdr/CreDtTm"))
        assert [text(report, "//GrpSts") for report in reports] == ["ACTC", "ACSP", "RJCT"]
        assert text(reports[-1], "//OrgnlGrpInfAndSts/StsRsnInf/Rsn/Cd") in {"DUPL", "AM05"}
    else:
        assert rejected_in_reports(block) == (PAYMENTS[rail], SUMS[rail])
        first, second = sorted(
            documents(again, "InputReport"), key=lambda report: at(report, "//ProducedOn")[0].get("time")
        )
        accepted = [at(each, "//CreditEntry/AcceptedRecords")[-1].get("valueOf") for each in (first, second)]
        assert list(map(pence, accepted)) == [SUMS[rail], 0]


@RAILS
@SEEDED
def test_a_reversal_names_the_file_that_it_gives_back(tmp_path: Path, rail: Rail, seed: int | None) -> None:
    files = answers(tmp_path, rail, Behaviour.REVERSED, seed)
    entries = [entry for statement in documents(files, "Stmt") for entry in at(statement, "//Ntry")]
    assert [text(entry, "RvslInd") for entry in entries] == ["", "true"]
    for entry in entries:
        assert "123456 000007" in text(entry, "NtryDtls/Btch/MsgId") + text(entry, "AddtlNtryInf")


@RAILS
@SEEDED
def test_what_is_not_ours_has_another_number_or_account(tmp_path: Path, rail: Rail, seed: int | None) -> None:
    files = answers(tmp_path, rail, Behaviour.OTHER_FILE, seed)
    assert files
    assert not any(b"123456" in path.read_bytes() for path in files)
    files = answers(tmp_path, rail, Behaviour.OTHER_ACCOUNT, seed, "account")
    for statement in documents(files, "Stmt"):
        account = text(statement, "//Stmt/Acct/Id/IBAN") or text(statement, "//Stmt/Acct/Id/Othr/Id")
        assert account.endswith("31926819")
    named = [
        text(entry, "NtryDtls/TxDtls/Refs/EndToEndId")
        for each in documents(files, "Stmt")
        for entry in at(each, "//Ntry")
    ]
    assert any(name.startswith(REFERENCES[rail]) for name in named)


@RAILS
@SEEDED
def test_a_copy_says_so_and_says_the_same(tmp_path: Path, rail: Rail, seed: int | None) -> None:
    files = answers(tmp_path, rail, Behaviour.TWICE, seed)
    originals, copies = files[: len(files) // 2], files[len(files) // 2 :]
    assert not {path.read_bytes() for path in originals} & {path.read_bytes() for path in copies}
    (first,), (second,) = documents(originals, "Stmt"), documents(copies, "Stmt")
    assert [text(each, "//Stmt/CpyDplctInd") for each in (first, second)] == ["", "DUPL"]
    for path in ("//Stmt/Id", "//Ntry/AcctSvcrRef", "//Ntry/Amt"):
        assert text(first, path) == text(second, path) != ""


@RAILS
@SEEDED
def test_wrong_accounts_are_advised_of_payments_that_were_made(tmp_path: Path, rail: Rail, seed: int | None) -> None:
    files = answers(tmp_path, rail, Behaviour.AWACS, seed)
    (advice,) = documents(files, "MessagingAdvices")
    assert at(advice, "//MessagingHeader")[0].get("advice-type") == "AWACS"
    advised = at(advice, "//MessagingAdvice")
    assert {each.get("record-type") for each in advised} == {"W"}
    assert {each.get("reason-code") for each in advised} <= {"0", "3"}
    assert all(each.get("reference").startswith(REFERENCES[rail]) for each in advised)
    assert moved(files) == [-SUMS[rail]]


@pytest.mark.parametrize("rail", [Rail.BACS, Rail.FASTER_PAYMENTS])
@SEEDED
def test_amended_and_rejected_payments_are_items_of_the_input_report(
    tmp_path: Path, rail: Rail, seed: int | None
) -> None:
    for behaviour, kind in ((Behaviour.AMEND, "AMENDED"), (Behaviour.REJECT_SOME, "REJECTED")):
        (report,) = documents(answers(tmp_path, rail, behaviour, seed, kind), "InputReport")
        errors = at(report, "//Error")
        assert errors
        assert {error.get("type") or at(error, "ErrorMessage")[0].get("type") for error in errors} == {kind}
        (counts,) = at(report, "//TotalNumberOfErrors")
        assert int(counts.get(f"{kind.lower()}Records")) == len(errors) == len(at(report, "//ErrorItem"))


@SEEDED
def test_an_advice_of_returns_and_the_statement_have_the_same_money(tmp_path: Path, seed: int | None) -> None:
    files = answers(tmp_path, Rail.BACS, Behaviour.RETURN_SOME, seed)
    (advice,) = documents(files, "ARUCS")
    returned = [pence(item.get("valueOf")) for item in at(advice, "//ReturnedCreditItem")]
    assert sorted(returned) == sorted(each for each in moved(files) if each > 0)
    assert pence(at(advice, "//Totals")[0].get("valueOf")) == sum(returned)


def test_the_seeds_draw_every_form(tmp_path: Path) -> None:
    """Versions, prefixes, lost zeros, hyphens, fillers, copies of balances: each is met within a few dozen seeds."""
    written = b"".join(
        path.read_bytes()
        for rail in Rail
        for seed in range(40)
        for path in answers(tmp_path, rail, Behaviour.REJECT_SOME, seed)
    )
    for form in (
        b"camt.053.001.02", b"camt.053.001.08", b"pain.002.001.03", b"pain.002.001.10", b"pain.002.001.12",
        b"xmlns:ns2", b">PRCD<", b">OPBD<", b"<IBAN>GB", b">10799988837491<", b"FrToDt>", b"ElctrncSeqNb>",
        b"TxsSummry>", b"^^-^^-^^", b'number="5346707"', b'number="05346707"', b'sortCode="87-40-77"',
        b'sortCode="874077"', b"Prtry>", b"AddtlNtryInf>", b'<ErrorMessage type="REJECTED"',
        b'<Error type="REJECTED"', b"+00:00<", b":00Z<",
    ):  # fmt: skip
        assert form in written, form


@EVERY
@RAILS
def test_a_live_run_takes_none_of_it(tmp_path: Path, rail: Rail, behaviour: Behaviour) -> None:
    files = answers(tmp_path, rail, behaviour, None)
    files_seen = receive_all(context(tmp_path / "home", Mode.LIVE), files, NOVEMBER)
    assert [file.name for file in files_seen] == [path.name for path in files]
    assert Verdict.TAKEN not in [file.verdict for file in files_seen]
    said = [file.sentence for file in files_seen]
    assert all("nothing has been run there yet" in sentence for sentence in said), said


def test_more_single_debits_than_a_statement_would_have_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.practice_bank.story.MOST_SINGLE_DEBITS", 1)
    with pytest.raises(NoGo, match="at most 1 payments one by one"):
        answers(tmp_path, Rail.BACS, Behaviour.SINGLE_DEBITS, None)
