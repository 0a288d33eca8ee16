"""A body with payees without an account is paid over SFTP, all the way round: ``python -m tests.paid_by_a_channel``.

Its agreement as shipped names Paygate's CSV and a bank's server for its transfers, and a provider's server for its
vouchers; here both are OpenSSH's own on this machine's loopback. Each takes its file from there, and what it makes of
that comes back over the same server. No rehearsal may speak to a live server, so this is a live run of invented payees,
in a folder of its own; no money moves, for bank and provider are none.
"""

import csv
import hashlib
import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from schemas.pay_run import Mode
from schemas.rails.channel import Channels
from schemas.reconciliation.figures import Reconciliation
from tasks.hand_over.fetch import fetch_answers
from tasks.hand_over.stage import hand_over, hand_over_vouchers
from tasks.ledger.catalogue.events import Submitted
from tasks.ledger.catalogue.vouchers import VouchersSubmitted
from tasks.reconcile.receive import inbox, put_away, receive_all
from tasks.reconcile.stage import reconcile
from tasks.settings import PROJECT, Settings
from tasks.tenant_context import TenantContext
from tasks.vouchers.inbox import put_away as put_away_vouchers
from tasks.vouchers.inbox import take_in_waiting
from tests.bank_messages import credit, debit, statement
from tests.people import adopt
from tests.ssh_server import SshServer, ssh_server
from tests.unit.tasks.vouchers.month import ANSWERS, NOVEMBER, OVER, SENDER, released

ROWS = (
    "SV-1001,Aisha Müller,transfer,089999,66374958,,20.81,VISIT 1001",
    "SV-1002,Mhairi Bell,voucher_by_text,,,07700 900101,100.00,VISIT 1002",
    'SV-1003,Samira Paterson,voucher_by_post,,,"4 Shore Road, Inverbeg, IV99 9ZZ",11.66,VISIT 1003',
    "SV-1004,Ruaridh McKay,voucher_by_email,,,claimant@people.example,28.50,VISIT 1004",
    "SV-1005,Iona Campbell,transfer,107999,88837491,,49.85,VISIT 1005",
    "SV-1006,Catriona Reid,voucher_by_text,,,07700 900106,7.25,VISIT 1006",
    "SV-1007,Ewan Fraser,voucher_by_text,,,07700 900107,64.00,VISIT 1007",
)
"""Two payees with an account, and five without one."""
RUN = "cash-2026-11-live-1"
FILE, VOUCHER_FILE = f"{RUN}.paygate.csv", f"{RUN}.vouchers.csv"
AT = NOVEMBER + timedelta(minutes=20)
_OWN = ("820000", "73688637")
_BECAME = {"100.00": ("EXPIRED", "40.00"), "7.25": ("EXPIRED", "0.00")}
"""What the provider says of vouchers of these sums; all others are cashed."""


@dataclass(frozen=True)
class Round:
    """One run on its way.

    Attributes:
        of: the body, live.
        bank: its server.
        provider: the other one's.
        taken: each file that the bank has taken from there.
        taken_vouchers: each that the provider has.
    """

    of: TenantContext
    bank: SshServer
    provider: SshServer
    taken: list[bytes] = field(default_factory=list)
    taken_vouchers: list[bytes] = field(default_factory=list)

    @classmethod
    def released(cls, place: Path, bank: SshServer, provider: SshServer) -> "Round":
        """A released live run whose agreement names a channel and a server for transfers, and both for vouchers."""
        contracts = place / "contracts"
        shutil.copytree(PROJECT / "data_contracts", contracts)
        agree(contracts, bank, provider)
        paid = cls.at(place, bank, provider)
        of = paid.of
        with pytest.MonkeyPatch.context() as patched:
            # Only the practice table can be shipped, and with it no live run begins.
            patched.setattr("tasks.ingest.stage._check_account_table", lambda *_: None)
            adopt(of)
            assert released(of, ROWS) == RUN
        for use, server in (("sftp", bank), ("voucher-sftp", provider)):
            key = of.paths.key("cash", use)
            key.write_text(server.private_key)
            key.chmod(0o600)
        return paid

    @classmethod
    def at(cls, place: Path, bank: SshServer, provider: SshServer) -> "Round":
        """What stands at a place, with a bank and a provider that have nothing yet."""
        settings = Settings(home=place / "home", contracts=place / "contracts", modulus_table=None)
        return cls(TenantContext("cash", Mode.LIVE, settings), bank, provider)

    def hand_over(self) -> Submitted:
        """The sender says the word, for the payment file."""
        return hand_over(self.of, RUN, SENDER, lambda: AT, (0.0,))

    def hand_over_vouchers(self) -> VouchersSubmitted:
        """The same for the file of vouchers."""
        return hand_over_vouchers(self.of, RUN, SENDER, lambda: AT, (0.0,))

    def take(self) -> tuple[int, int]:
        """Let both take what has its final name, away from their servers; returns how many files each has by now."""
        for server, taken in ((self.bank, self.taken), (self.provider, self.taken_vouchers)):
            for path in server.incoming.iterdir():
                if not path.name.endswith(".part"):
                    taken.append(path.read_bytes())
                    path.unlink()
        return len(self.taken), len(self.taken_vouchers)

    def answer(self) -> None:
        """Let both pay each file that they have, and put what they say of it where answers are.

        Neither is the practice bank, which a live run does not believe: they read the files by the columns of
        Paygate's page and of the provider's. One transfer comes back; of the vouchers two expire, one of them cashed
        in part.
        """
        files = [list(csv.reader(file.decode("ascii").splitlines())) for file in self.taken]
        debits = [debit(pounds=f"{sum(Decimal(row[3]) for row in file)}") for file in files]
        sort_code, account, _, amount, _, _, _, _, reference, _ = files[0][-1]
        back = credit(paid=(sort_code, account, amount, reference))
        self.bank.put("statement.xml", statement([*debits, back], own=_OWN).encode(), self.bank.answers)
        said = [ANSWERS]
        for voucher in (row for file in self.taken_vouchers for row in csv.DictReader(io.StringIO(file.decode()))):
            status, cashed = _BECAME.get(voucher["Amount"], ("CASHED", voucher["Amount"]))
            said.append(f"{voucher['Reference']},{status},{voucher['Amount']},{cashed},30/12/2026")
        self.provider.put("answers.csv", "\r\n".join([*said, ""]).encode(), self.provider.answers)

    def fetch(self) -> tuple[int, int]:
        """Fetch the answers and take them in; returns how many files the ledger has of the bank and the provider."""
        assert fetch_answers(self.of, timedelta()) == []
        receive_all(self.of, inbox(self.of), OVER)
        put_away(self.of)
        assert take_in_waiting(self.of, OVER)[1] == []
        put_away_vouchers(self.of)
        with self.of.ledger.opened() as connection:
            query = "SELECT (SELECT count(*) FROM bank_file), (SELECT count(*) FROM voucher_answer_file)"
            [(of_bank, of_provider)] = connection.execute(query).fetchall()
        return of_bank, of_provider

    def reconcile(self) -> Reconciliation:
        """Where every pound is."""
        return reconcile(self.of, RUN, OVER)[0]


def agree(contracts: Path, bank: SshServer, provider: SshServer) -> None:
    """Let the body's agreement say that both its channels were tested, and name servers of this machine."""
    example = (contracts / "voucher_channels" / "example.yaml").read_text(encoding="utf-8")
    tested = example.replace("name: example", "name: counters").replace("is_practice: true", "is_practice: false")
    (contracts / "voucher_channels" / "counters.yaml").write_text(tested, encoding="utf-8")
    path = contracts / "cash" / "agreement.yaml"
    said: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    sha256 = hashlib.sha256(tested.encode()).hexdigest()
    said |= {
        "channel_test": _test(Channels.read().named("paygate").sha256),
        "hand_over": _at(bank),
    }
    said["vouchers"] |= {"channel": "counters", "sha256": sha256, "test": _test(sha256), "hand_over": _at(provider)}
    path.write_text(yaml.safe_dump(said, sort_keys=False), encoding="utf-8")


def _test(channel_sha256: str) -> dict[str, str]:
    return {
        "held_on": "2026-10-01",
        "reference": "T-48213",
        "file_sha256": "a" * 64,
        "said_by": "the test desk",
        "channel_sha256": channel_sha256,
    }


def _at(server: SshServer) -> dict[str, Any]:
    return {
        "host": "127.0.0.1",
        "port": server.port,
        "user": server.user,
        "host_keys": [server.host_key],
        "folder": str(server.incoming),
        "answers": {"folder": str(server.answers), "moved_to": str(server.fetched)},
    }


@contextmanager
def servers() -> Iterator[tuple[SshServer, SshServer]]:
    """The bank's and the provider's."""
    with ssh_server() as bank, ssh_server() as provider:
        yield bank, provider


def main() -> None:
    """Go the whole way round once, and say it step by step."""
    with tempfile.TemporaryDirectory(prefix="siller-channel-") as folder, servers() as (bank, provider):
        paid = Round.released(Path(folder), bank, provider)
        say(f"Released: {FILE}, a CSV for Paygate, and {VOUCHER_FILE} for who has no account.")
        submitted, vouchers = paid.hand_over(), paid.hand_over_vouchers()
        say(f"Handed over to the bank: {submitted.reference}; to the provider: {vouchers.reference}.")
        again = (paid.hand_over(), paid.hand_over_vouchers()) == (submitted, vouchers)
        say(f"Handed over again: {again and 'nothing is sent, both stand as submitted.'}")
        say("They take them away from their servers; files that bank and provider have: {}, {}.".format(*paid.take()))
        paid.answer()
        say("The bank leaves its statement there, and one payment came back; the provider says what became of each.")
        for each in ("once", "once more"):
            say("Fetched {}; files that siller has of bank and provider: {}, {}.".format(each, *paid.fetch()))
        found = paid.reconcile()
        where = ", ".join(f"{each.name} £{each.pounds:,.2f}" for each in found.buckets if each.pounds)
        say(f"Reconciled: £{found.unexplained_pounds:,.2f} unexplained; {where}.")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    main()
