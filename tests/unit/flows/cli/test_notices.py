"""``siller notices`` and what ``siller status`` says of what could not be sent."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from schemas.bank_days import LONDON
from schemas.pay_run import Mode
from schemas.period import Period
from tasks.ledger.rows import insert
from tasks.notices.book import NoticeRow
from tests.month import context
from tests.people import adopt

Siller = Callable[..., Any]
AT = datetime(2026, 11, 26, 12, tzinfo=LONDON)


def keep(home: Path, *rows: NoticeRow) -> None:
    of = context(home, Mode.LIVE)
    adopt(of)
    with of.ledger.transaction() as connection:
        insert(connection, *rows)


def row(number: int, outcome: str, cause: str = "") -> NoticeRow:
    key = ("ilf-2026-11-live-1", "released", str(number), "sender@siller.example", "email")
    tried = AT + timedelta(minutes=number)
    return NoticeRow(number, Period.parsed("2026-11"), *key, number, outcome, cause, number == 1, AT, tried)


def test_what_was_told_and_what_could_not_be(siller: Siller, home: Path) -> None:
    keep(home, row(1, "sent"), row(2, "over"), row(3, "failed", "The server does not answer."))
    said = siller("notices", "ilf")
    assert said.code == 1
    assert "1 notice could not be sent by email since 12:00 on 26 November 2026: The server does not" in said.out
    for outcome in ("sent, may have come twice", "over after 2 tries", "failed after 3 tries"):
        assert outcome in said.out
    assert "may have come twice" not in siller("notices", "ilf", "--unsent").out
    status = siller("status", "--json")
    assert status.code == 1 and json.loads(status.out)["needs_a_person"]
    assert "could not be sent by email" in json.loads(status.out)["untold"][0]


def test_a_body_that_told_nobody_says_so(siller: Siller, home: Path) -> None:
    keep(home)
    assert siller("notices", "ilf").out == "No notice of ilf was ever sent.\n"
