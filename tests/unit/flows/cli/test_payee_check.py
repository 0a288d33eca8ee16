"""``siller payee-check``: what people type and read, and a rehearsal all the way round with the practice bank."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests.month import NOVEMBER, ROWS, deliver, extract_of, ingest
from tests.people import code_now, sit_at
from tests.rehearsed import judged_by_arithmetic, rehearsed
from tests.unit.tasks.exceptions.test_settle import enrol
from tests.unit.tasks.payee_checks.month import at, body

Siller = Callable[..., Any]
RUN = "ilf-2026-11-rehearsal-1"
ENQUIRER = "enquiries@ilf.example"
TODAY = ("--today", "2026-11-20")
CALL = (
    "--called-by",
    "award.officer",
    "--on",
    "2026-11-19",
    "--number-from",
    "award file",
    "--known-since",
    "2024-03-01",
)
NAMES = [row.split(",")[1] for row in ROWS]


@pytest.fixture(scope="module")
def first_month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A body's first month, validated: everybody in it is new; nobody changes anything there."""
    folder = tmp_path_factory.mktemp("first_month")
    of = body(folder)
    deliver(of, ROWS)
    validate(of, ingest(of), NOVEMBER)
    enrol(of, ENQUIRER)
    return folder


@pytest.fixture
def of(first_month: Path, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> TenantContext:
    """The same, in a copy of one's own, with the operator at the machine."""
    found = at(shutil.copytree(first_month, tmp_path, symlinks=True, dirs_exist_ok=True))
    assert found.settings.home == home
    monkeypatch.setenv("SILLER_CONTRACTS", str(found.settings.contracts))
    monkeypatch.setattr("typer.prompt", lambda text, **_: code_now(text.removeprefix("One-time code of ")))
    sit_at(monkeypatch, "operator")
    return found


def test_from_the_request_to_the_call(siller: Siller, of: TenantContext, tmp_path: Path) -> None:
    asked = siller("payee-check", "request", RUN, *TODAY)
    assert (asked.code, asked.err) == (0, "")
    (request,) = of.paths.payee_checks(RUN).glob("*.csv")
    assert f"3 payees are asked about now: {request}\n" in asked.out
    assert "3 payees are asked about already" in siller("payee-check", "request", RUN, *TODAY).out

    answer = siller("practice-bank", request, "--payee-check", "example", "--inbox", tmp_path / "bank")
    assert answer.code == 0
    (sent,) = (tmp_path / "bank").iterdir()
    text = sent.read_text(encoding="utf-8")
    today = text.splitlines()[1].rpartition(",")[2]
    sent.write_text(text.replace("MATCH", "CLOSE", 1).replace(today, "20/11/2026"), encoding="utf-8")

    taken = siller("payee-check", "answers", RUN, sent, *TODAY)
    assert (taken.code, taken.err) == (0, "")
    assert "answers about 3 payees, and of 2 it says that name and account belong together. 0 have no" in taken.out
    assert "It had been taken in before; nothing was done." in siller("payee-check", "answers", RUN, sent, *TODAY).out

    assert not [name for name in NAMES if name in asked.out + answer.out + taken.out], "names stand in the files alone"
    shown = siller("payee-check", "show", RUN, *TODAY)
    assert (
        f"{RUN}/0 (line 2 of ilf.csv): the bank has a name close to it, “PRACTICE {NAMES[0]}”; nobody has" in shown.out
    )
    called = siller("payee-check", "called", f"{RUN}/0", *CALL, "--as", ENQUIRER, *TODAY)
    assert (called.code, called.err) == (0, "")
    assert called.out.startswith(f"award.officer called about {RUN}/0 on 19 November 2026.")
    assert "the payee was called; may be paid." in siller("payee-check", "show", RUN, *TODAY).out
    told = siller("audit", RUN).out
    assert "asked the bank about 3 payees" in told and "took in what the bank answered of 3 payees, 2 of them" in told
    assert f"recorded that award.officer called about {RUN}/0 on 2026-11-19" in told
    assert not [name for name in NAMES if name in told]
    assert siller("verify").code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("request", RUN, "--as", "finance.officer@ilf.example"), "is no operator"),
        (("show", RUN, "--as", "finance.officer@ilf.example"), "finance.officer@ilf.example is no"),
        (("answers", RUN, "nowhere.csv"), "There is no file nowhere.csv"),
        (("answers", RUN, "/dev/null"), "no file"),
        (("request", "ilf-2026-11-rehearsal-9"), "There is no run"),
        (("called", f"{RUN}/7", *CALL, "--as", ENQUIRER), "nobody need be called"),
    ],
    ids=["who requests", "who is shown", "no file", "a device", "no run", "no row"],
)
def test_what_is_turned_away(siller: Siller, of: TenantContext, arguments: tuple[str, ...], said: str) -> None:
    del of
    found = siller("payee-check", *arguments, *TODAY)
    assert found.code == 1 and said in found.err


@pytest.mark.parametrize(
    "arguments",
    [("called", f"{RUN}/0", *CALL), ("called", f"{RUN}/0", "--as", ENQUIRER), ("request", RUN, "--today", "soon")],
    ids=["no name", "no call", "no day"],
)
def test_wrong_use(siller: Siller, arguments: tuple[str, ...]) -> None:
    assert siller("payee-check", *arguments).code == 2


def test_a_rehearsal_asks_the_practice_bank_and_pays_by_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten are new, at a sort code that the practice table does not have; of one the bank has another name."""
    judged_by_arithmetic(monkeypatch)
    of = body(tmp_path)
    monkeypatch.setenv("SILLER_CONTRACTS", str(of.settings.contracts))
    cells = ROWS[0].split(",")
    rows = [
        ",".join([f"ILF20000{number}", cells[1], "600001", f"1000000{number}", "", f"10{number}.00", *cells[6:]])
        for number in range(10)
    ]
    extract = tmp_path / "ilf.csv"
    extract.write_bytes(extract_of(rows))
    (tmp_path / "held").mkdir()
    told = rehearsed(tmp_path / "held", [extract])
    first, second = told["runs"].values()
    assert (len(first["payable"]["rows"]), len(first["held"])) == (0, 10)
    assert len(second["payable"]["rows"]) == 9
    assert [each["rule"] for each in second["held"]] == ["payee_check_close_match"]
    (reconciled,) = told["answers"]["runs"].values()
    assert (first["payment_file"], reconciled["unexplained_pence"]) == (None, 0)
