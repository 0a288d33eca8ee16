"""A run that is paid by a channel: what is kept of it, what changes under it, and that nothing live leaves untested."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from schemas.agreement import Agreement
from schemas.bank_days import BankDays
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.rails.channel import Channels
from tasks.instruct.stage import check_stands, instruct, staged_file
from tasks.ledger import entry_of
from tasks.ledger.catalogue.stages import Instruct
from tasks.ledger.runs import run_row
from tasks.rails import Dates, rail_of, rail_of_file, terms_of_file
from tasks.settings import PROJECT, Settings
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests.month import NOVEMBER, ROWS, deliver, ingest
from tests.unit.tasks.rails.test_rails import office_with

ILF = (Settings().contracts / "ilf" / "agreement.yaml").read_text()
PAYGATE = Channels.read().named("paygate")
DAY = Dates(date(2026, 11, 26), date(2026, 11, 27), date(2026, 11, 30))
RUN = "ilf-2026-11-rehearsal-1"


def agreement_with(rail: str, *more: str) -> Agreement:
    text = ILF.replace("rail: bacs_standard_18", "\n".join((f"rail: {rail}", *more)))
    return Agreement.parsed(text.encode(), "agreement.yaml")


def proof_of(channel_sha256: str) -> str:
    said = {"held_on": "2026-10-01", "reference": "T-1", "file_sha256": "a" * 64, "said_by": "the desk"}
    return f"channel_test: {json.dumps(said | {'channel_sha256': channel_sha256})}"


def test_no_live_file_is_made_before_the_agreement_names_the_bank_s_test_of_this_very_channel(tmp_path: Path) -> None:
    of = office_with(tmp_path, ("rail: bacs_standard_18", "rail: paygate"))
    deliver(of, ROWS)
    run_id = ingest(of)
    with of.ledger.opened() as connection:
        run = run_row(connection, run_id)
    live = replace(run, mode=Mode.LIVE)
    untested, other = agreement_with("paygate"), agreement_with("paygate", proof_of("b" * 64))
    with pytest.raises(NoGo, match=f"was not checked with the bank.*channel_sha256: {PAYGATE.sha256}"):
        rail_of(untested).describe(untested, live, [DAY], 1)
    with pytest.raises(NoGo, match="is not the one that the bank tested on 1 October 2026"):
        rail_of(other).describe(other, live, [DAY], 1)
    good = agreement_with("paygate", proof_of(PAYGATE.sha256))
    assert rail_of(good).describe(good, live, [DAY], 1).rehearsal is False
    held = date(2026, 10, 1)
    with pytest.raises(NoGo, match="names a test of its channel on 1 October 2026, which is still to come"):
        rail_of(good).describe(good, replace(live, today=date(2026, 9, 30)), [DAY], 1)
    assert rail_of(good).describe(good, replace(live, today=held), [DAY], 1).rehearsal is False
    assert rail_of(untested).describe(untested, run, [DAY], 1).rehearsal is True
    assert (good.say_untested(), agreement_with("bacs_standard_18").say_untested()) == ("", "")


@pytest.mark.parametrize(
    ("rail", "more", "says"),
    [
        ("pigeon", (), "rail: siller knows no such rail and no such channel: name one of .*paygate"),
        ("bacs_standard_18", (proof_of("b" * 64),), "channel_test: this rail is no channel"),
        ("paygate", ("bank_gives_statements: false",), "bank_gives_statements: only a statement shows"),
    ],
)
def test_what_an_agreement_cannot_say_of_a_channel(rail: str, more: tuple[str, ...], says: str) -> None:
    with pytest.raises(NoGo, match=says):
        agreement_with(rail, *more)


def test_no_channel_file_hides_behind_a_rail_of_siller_s_own() -> None:
    files = {**dict(Channels.read().files), "faster_payments": dict(Channels.read().files)["coutts"]}
    own = Channels(tuple(sorted(files.items())))
    ilf = (PROJECT / "data_contracts" / "ilf" / "agreement.yaml").read_text()
    with pytest.raises(NoGo, match="faster_payments is a rail of siller's own, and so is no name for a channel file"):
        Agreement.parsed(ilf.replace("rail: bacs_standard_18", "rail: faster_payments").encode(), "a.yaml", own)


def test_a_channel_s_file_is_paid_from_one_account() -> None:
    kirkmuir = (PROJECT / "data_contracts" / "kirkmuir" / "agreement.yaml").read_text()
    with pytest.raises(NoGo, match=r"further_accounts: a file for Faster Payments \(coutts\) is paid from one account"):
        Agreement.parsed(kirkmuir.replace("rail: faster_payments", "rail: coutts").encode(), "agreement.yaml")


def test_the_days_are_those_of_the_service() -> None:
    bacs, faster = (rail_of_file(name, Channels.read().named(name).as_kept) for name in ("paygate", "coutts"))
    monday, christmas = date(2026, 11, 30), date(2026, 12, 25)
    assert bacs.days(monday, BankDays()) == DAY
    assert faster.days(christmas, BankDays()) == Dates(christmas, christmas, christmas)
    assert not bacs.works_on(christmas, BankDays())
    assert terms_of_file("paygate", PAYGATE.as_kept).name == "Bacs (paygate)"
    assert terms_of_file("faster_payments", None).name == "Faster Payments (Standard 18)"


def test_a_run_keeps_its_channel_and_does_not_stand_by_another(tmp_path: Path) -> None:
    of = office_with(tmp_path, ("rail: bacs_standard_18", "rail: paygate"))
    deliver(of, ROWS)
    validate(of, ingest(of), NOVEMBER)
    instruct(of, RUN, NOVEMBER)
    staged = staged_file(of, RUN)
    assert staged.name == f"{RUN}.REHEARSAL.paygate.csv"
    with of.ledger.opened() as connection:
        kept = entry_of(connection, RUN, Instruct)
        check_stands(of, connection, run_row(connection, RUN))
    assert kept.channel == PAYGATE.as_kept
    assert (kept.file_name, kept.debits) == (staged.name, None)
    channel = of.settings.contracts / "channels" / "paygate.yaml"
    channel.write_text(channel.read_text().replace("line_end: CRLF", "line_end: LF"))
    later = TenantContext("ilf", Mode.REHEARSAL, of.settings)
    assert later.agreement.channel != of.agreement.channel
    with later.ledger.opened() as connection, pytest.raises(NoGo):
        check_stands(later, connection, run_row(connection, RUN))
