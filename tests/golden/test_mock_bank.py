"""A bank that nobody of siller wrote answers siller's own pain.001, and its answers are taken in by the real door.

The bank is the PyPI package ``mock-bank`` (MIT), run in this process on the loopback address. It knows pain.001, and
no Bacs file; its days move when it is told so. Whatever it sends, each payment is reconciled or a file is named.
"""

import hashlib
import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from mockbank import Config, make_server

from schemas.bank_messages.verdict import Verdict
from tasks.reconcile.receive import inbox, receive_all
from tasks.reconcile.stage import as_at
from tasks.release.stage import release
from tasks.tenant_context import TenantContext
from tests.month import NOVEMBER, ROWS, ROWS_PENCE, approve, assessed, deliver
from tests.unit.tasks.rails.test_rails import office_with

AFTER = NOVEMBER.replace(month=12, day=7)
SECOND = "000001-00000000001"
"""EndToEndId of the second payment: £1,900.00."""
ACCOUNT = {
    "id": "ILF",
    "name": "ILF PAYMENTS",
    "currency": "GBP",
    "balance": 10_000_00,
    "account_number": "88837491",
    "iban": "GB27MOCK10799988837491",
}


RUN = "ilf-2026-11-rehearsal-1"
DAY = "2026-11-30"

BECOMES = [
    pytest.param("accept", {"credited": 3}, False, id="accept", marks=pytest.mark.long),
    pytest.param("intraday", {"credited": 3}, False, id="intraday", marks=pytest.mark.long),
    pytest.param("return-later", {"credited": 2, "returned": 1}, False, id="returns-late"),
    pytest.param(
        "insufficient-funds",
        {"credited": 2, "rejected": 1},
        False,
        id="insufficient-funds",
        marks=pytest.mark.long,
    ),
    pytest.param("reject-file", {"rejected": 3}, False, id="reject-file"),
    pytest.param("twice", {"disputed": 3}, True, id="twice"),
    pytest.param("statement-gap", {"answer set aside": 3}, True, id="statement-gap"),
    pytest.param("silent", {"credited": 3}, False, id="silent", marks=pytest.mark.long),
]
"""What becomes of the three payments, and whether money must stay unexplained until people have settled it.

Of a bank that says nothing before the pay day the statement still says that all was debited.
"""


class Bank:
    """The bank's door for payments and the one by which it is told what to do."""

    def __init__(self, port: int, pickup: Path) -> None:
        self.pickup = pickup
        self._address = f"http://127.0.0.1:{port}"

    def tell(self, method: str, path: str, body: bytes = b"") -> Any:
        request = Request(self._address + path, data=body or None, method=method)
        with urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def behave(self, behaviour: str, **parameters: object) -> None:
        said = {"behaviour": behaviour, "parameters": parameters}
        self.tell("PATCH", "/_mock/accounts/ILF", json.dumps(said).encode())

    def pay(self, payment_file: Path) -> None:
        # The bank refuses by a status of its own; what counts is the message that it writes.
        with suppress(HTTPError):
            self.tell("POST", "/payments", payment_file.read_bytes())


@pytest.fixture
def ilf(tmp_path: Path) -> TenantContext:
    """Three payments by pain.001, released."""
    of = office_with(tmp_path, ("rail: bacs_standard_18", "rail: pain001_bacs"))
    deliver(of, ROWS)
    approve(of, assessed(of))
    release(of, RUN, NOVEMBER)
    return of


@pytest.fixture
def bank(ilf: TenantContext, tmp_path: Path) -> Iterator[Bank]:
    """The bank on 25 November 2026, with the paying account; what it sends arrives in the tenant's inbox."""
    folder = tmp_path / "pickup"
    config = Config(port=0, quiet=True, clock="2026-11-25T09:00", pickup_dir=str(folder), timezone="Europe/London")
    server = make_server(config)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        door = Bank(server.server_address[1], folder)
        door.tell("POST", "/_mock/accounts", json.dumps(ACCOUNT).encode())
        yield door
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


def play(scenario: str, of: TenantContext, bank: Bank) -> None:
    """A week at the bank; the channel brings what is sent for the paying account, and nothing of other customers."""
    (payment_file,) = of.paths.outbox("ilf").glob("*.xml")
    match scenario:
        case "return-later":
            bank.behave(scenario, days=2, end_to_end_id=SECOND)
        case "insufficient-funds":
            bank.behave(scenario)
            bank.tell("PATCH", "/_mock/accounts/ILF", json.dumps({"balance": 5_000_00}).encode())
        case "reject-file" | "silent" | "statement-gap":
            bank.behave(scenario)
    bank.pay(payment_file)
    if scenario == "twice":
        bank.pay(payment_file)
    bank.tell("POST", f"/_mock/advance?to={DAY}")
    if scenario == "intraday":
        bank.tell("POST", "/_mock/accounts/ILF/report")
    bank.tell("POST", "/_mock/advance?to=2026-12-04")
    folder = of.paths.bank_inbox("ilf")
    folder.mkdir(parents=True, exist_ok=True)
    for sent in bank.pickup.glob("*-ILF-*"):
        shutil.copy(sent, folder)


@pytest.mark.parametrize(("scenario", "becomes", "stays_open"), BECOMES)
def test_each_file_is_taken_in_or_named_and_each_payment_stands_where_the_bank_has_put_it(
    scenario: str, becomes: dict[str, int], stays_open: bool, ilf: TenantContext, bank: Bank
) -> None:
    play(scenario, ilf, bank)
    files = {hashlib.sha256(path.read_bytes()).hexdigest(): path.name for path in inbox(ilf)}
    assert len(files) >= 8  # a statement each bank day, empty days included
    taken = receive_all(ilf, inbox(ilf), AFTER)
    assert sorted(each.name for each in taken) == sorted(files.values())
    assert [each for each in taken if each.verdict is not Verdict.TAKEN and each.name not in each.sentence] == []

    found = as_at(ilf, RUN, AFTER)
    assert {str(bucket.name): bucket.rows for bucket in found.buckets if bucket.rows} == becomes
    assert sum(bucket.pounds for bucket in found.buckets) * 100 == ROWS_PENCE
    assert (found.unexplained_pounds > 0) is stays_open
