"""A small month that waits for its approval, as the siller of some commit left it, for every later siller to finish.

``python -m tests.ledgers.waiting NAME`` in a checkout of that commit writes ``tests/ledgers/waiting-NAME.tar.xz``. With
the home come the contract and the agreement, since a run that waits is bound to the very files. Beside the first run
stand one of arrears that is taken in and judged, and has no payment file yet.
"""

import shutil
import sys
import tarfile
import tempfile
from pathlib import Path

from tasks.ledger import runs
from tasks.settings import PROJECT
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests.ledgers.two_months import ARREARS, NOVEMBER, OPENED, PAID, waiting
from tests.month import context, deliver, ingest

FOLDER = Path(__file__).parent


def begun(of: TenantContext) -> str:
    """Take arrears in as far as it goes before the payment file; returns the run."""
    deliver(of, ARREARS, name="arrears.csv", kind="arrears", pay_date=PAID["2026-11"].isoformat())
    run_id = ingest(of, OPENED["2026-11"], "flow-arrears")
    validate(of, run_id, OPENED["2026-11"])
    return run_id


def copied_small(of: TenantContext) -> None:
    """Copy the ledger, under its key, into a file of small blocks: the same rows in a tenth of the bytes."""
    file, small = of.paths.ledger(of.tenant), of.paths.ledger(of.tenant).with_name("small")
    key = of.paths.key(of.tenant, "ledger").read_text()
    with of.ledger.opened() as connection:
        connection.execute(f"ATTACH '{small}' AS small (ENCRYPTION_KEY '{key}', BLOCK_SIZE 16384)")
        connection.execute("COPY FROM DATABASE ledger TO small")
        connection.execute("DETACH small")
    small.replace(file)


def packed(of: TenantContext, name: str) -> Path:
    """Pack the home, with the contract and the agreement, and without the gates' pages."""
    home = of.settings.home
    for pages in home.rglob("data_docs"):
        shutil.rmtree(pages)
    shutil.copytree(PROJECT / "data_contracts" / "ilf", home / "contracts" / "ilf", ignore=lambda *_: ["samples"])
    file = FOLDER / f"waiting-{name}.tar.xz"
    with tarfile.open(file, "w:xz") as archive:
        archive.add(home, arcname=".")
    return file


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        used = context(Path(folder))
        with_form = waiting(used, "2026-11", NOVEMBER[:200])
        without = begun(used)
        with used.ledger.opened() as connection:
            stages = [runs.stages_done(connection, run) for run in (with_form, without)]
        copied_small(used)
        sys.stdout.write(f"{packed(used, sys.argv[1])} {stages}\n")
