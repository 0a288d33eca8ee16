"""A body that is paid by a channel's CSV over SFTP, the whole way round: ``python -m tests.paid_by_a_channel``.

Its agreement names Paygate's CSV and a bank's server, which is OpenSSH's own on this machine's loopback. The bank takes
the file from there, and what the practice bank makes of it comes back over the same server. No rehearsal may speak to a
live server, so this is a live run of the shipped sample, in a folder of its own; no money moves, for the bank is none.
"""

import csv
import json
import shutil
import sys
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from schemas.pay_run import Mode
from schemas.rails.channel import Channels
from schemas.reconciliation.figures import Reconciliation
from tasks.hand_over.fetch import fetch_answers
from tasks.hand_over.stage import hand_over
from tasks.ledger.catalogue.events import Submitted
from tasks.reconcile.receive import inbox, put_away, receive_all
from tasks.reconcile.stage import reconcile
from tasks.release.stage import release
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
from tests.bank_messages import credit, debit, statement
from tests.month import NOVEMBER, approve, assessed, deliver
from tests.ssh_server import SshServer, ssh_server

RUN = "ilf-2026-11-live-1"
FILE = f"{RUN}.paygate.csv"
SENDER = "sender@siller.example"
AT = NOVEMBER + timedelta(minutes=20)
TOLD_ON = NOVEMBER.replace(month=12, day=3)


@dataclass(frozen=True)
class Round:
    """One run on its way.

    Attributes:
        of: the body, live.
        server: the bank's.
        taken: each file that the bank has taken from there.
    """

    of: TenantContext
    server: SshServer
    taken: list[bytes]

    @classmethod
    def released(cls, place: Path, server: SshServer) -> "Round":
        """A released live run of three payments whose agreement names a channel and a server."""
        contracts = place / "contracts"
        shutil.copytree(Settings().contracts, contracts)
        path = contracts / "ilf" / "agreement.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("rail: bacs_standard_18", "rail: paygate") + agreed(server), encoding="utf-8")
        paid = cls.at(place, server)
        of = paid.of
        with pytest.MonkeyPatch.context() as patched:
            # Only the practice table can be shipped, and with it no live run begins.
            patched.setattr("tasks.ingest.stage._check_account_table", lambda *_: None)
            deliver(of)
            run_id = assessed(of)
            approve(of, run_id)
            release(of, run_id, NOVEMBER)
        assert run_id == RUN
        key = of.paths.key("ilf", "sftp")
        key.write_text(server.private_key)
        key.chmod(0o600)
        return paid

    @classmethod
    def at(cls, place: Path, server: SshServer) -> "Round":
        """What stands at a place, with a bank that has nothing yet."""
        settings = Settings(home=place / "home", contracts=place / "contracts", modulus_table=None)
        return cls(TenantContext("ilf", Mode.LIVE, settings), server, [])

    def hand_over(self, tries: int = 3) -> Submitted:
        """The sender says the word."""
        return hand_over(self.of, RUN, SENDER, lambda: AT, (0.0,) * tries)

    def bank_takes(self) -> int:
        """Let the bank take what has its final name, away from the server; returns how many files it has by now."""
        for path in self.server.incoming.iterdir():
            if not path.name.endswith(".part"):
                self.taken.append(path.read_bytes())
                path.unlink()
        return len(self.taken)

    def bank_answers(self) -> None:
        """Let the bank pay each file that it has, send one payment back, and put its statement where answers are.

        It is no practice bank, which a live run does not believe: it reads the file by the columns of Paygate's page.
        """
        rows = [list(csv.reader(file.decode("ascii").splitlines())) for file in self.taken]
        debits = [debit(pounds=f"{sum(Decimal(row[3]) for row in file)}") for file in rows]
        told = statement([*debits, credit()]).encode()
        self.server.put("statement.xml", told, self.server.answers)

    def fetch(self) -> int:
        """Fetch the answers and take them in; returns how many files the ledger has of the bank by now."""
        assert fetch_answers(self.of, timedelta()) == []
        receive_all(self.of, inbox(self.of), TOLD_ON)
        put_away(self.of)
        with self.of.ledger.opened() as connection:
            return int(connection.execute("SELECT count(*) FROM bank_file").fetchall()[0][0])

    def reconcile(self) -> Reconciliation:
        """Where every pound is."""
        return reconcile(self.of, RUN, TOLD_ON)[0]


def agreed(server: SshServer) -> str:
    """What the agreement says of the channel's test, and of the server."""
    test = {
        "held_on": "2026-10-01",
        "reference": "T-48213",
        "file_sha256": "a" * 64,
        "said_by": "the test desk",
        "channel_sha256": Channels.read().named("paygate").sha256,
    }
    at = {
        "host": "127.0.0.1",
        "port": server.port,
        "user": server.user,
        "host_keys": [server.host_key],
        "folder": str(server.incoming),
        "answers": {"folder": str(server.answers), "moved_to": str(server.fetched)},
    }
    return f"channel_test: {json.dumps(test)}\nhand_over: {json.dumps(at)}\n"


def main() -> None:
    """Go the whole way round once, and say it step by step."""
    with tempfile.TemporaryDirectory(prefix="siller-channel-") as folder, ssh_server() as server:
        paid = Round.released(Path(folder), server)
        say(f"Released: {FILE}, a CSV for Paygate.")
        submitted = paid.hand_over()
        say(f"Handed over to {paid.of.agreement.hand_over.host} by SFTP: {submitted.reference}.")  # type: ignore[union-attr]
        say(f"Handed over again: {paid.hand_over() == submitted and 'nothing is sent, it stands as submitted.'}")
        say(f"The bank takes it away from its server; files that it has: {paid.bank_takes()}.")
        paid.bank_answers()
        say("The bank leaves its statement there: it has paid, and one payment came back.")
        say(f"Fetched once, and once more; files of the bank that siller has: {paid.fetch()}, {paid.fetch()}.")
        found = paid.reconcile()
        where = ", ".join(f"{each.name} £{each.pounds:,.2f}" for each in found.buckets if each.rows)
        say(f"Reconciled: £{found.unexplained_pounds:,.2f} unexplained; {where}.")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    main()
