"""Where everything of siller stands on disk."""

from dataclasses import dataclass
from itertools import product
from pathlib import Path

from schemas.extract_files.form import FileKind
from schemas.manifest import Kind
from schemas.pay_run import Mode
from schemas.period import Period

_GIVEN_BACK_AS = (FileKind.CSV, FileKind.XLSX)
"""Every form in which rows go back: a contract may have had another one when they did."""

OPENINGS = "openings.jsonl"
"""What the file is called in which the openings of continuity files are noted, in a store that homes share too."""


@dataclass(frozen=True)
class Paths:
    """Every path under ``SILLER_HOME`` for one mode.

    A rehearsal has a whole tree of its own below ``rehearsal/``, so that nothing it writes can stand
    where a live run would look.
    """

    home: Path
    mode: Mode

    @property
    def root(self) -> Path:
        """The tree of this mode."""
        return self.home if self.mode is Mode.LIVE else self.home / "rehearsal"

    def landing(self, tenant: str) -> Path:
        """Where a tenant's extracts and manifests arrive."""
        return self.root / "landing" / tenant

    def fetched(self, tenant: str) -> Path:
        """What is fetched of a landing that is a bucket, for as long as it is taken in."""
        return self.root / "fetched" / tenant

    def fetched_answers(self, tenant: str) -> Path:
        """What is fetched of a bank's inbox that homes share, until it has been received."""
        return self.root / "fetched-answers" / tenant

    def fetched_from_provider(self, tenant: str) -> Path:
        """The same of the inbox of a voucher provider."""
        return self.root / "fetched-from-provider" / tenant

    def sealed(self, tenant: str, sha256: str) -> Path:
        """The sealed copy of an extract, named by its SHA-256."""
        return self.root / "sealed" / tenant / f"{sha256}.sealed"

    def parts(self, tenant: str) -> Path:
        """The rows of the tenant's extracts, in sealed parts; only ``tasks.ledger`` opens them."""
        return self.root / "parts" / tenant

    def ledger(self, tenant: str) -> Path:
        """The tenant's ledger; only ``tasks.ledger`` may open it."""
        return self.root / "ledgers" / f"{tenant}.duckdb"

    def ledger_lock(self, tenant: str) -> Path:
        """The lock beside the ledger, never deleted."""
        return self.root / "ledgers" / f"{tenant}.lock"

    def ledger_checkpoint(self, tenant: str) -> Path:
        """How far the ledger's journal had come, noted beside it."""
        return self.root / "ledgers" / f"{tenant}.head.json"

    def taken_commit(self, tenant: str) -> Path:
        """Which commit of a store the ledger here is the working copy of; not there where the home has it alone."""
        return self.root / "ledgers" / f"{tenant}.taken.json"

    def shared_files(self, tenant: str) -> Path:
        """Which files for people this home has taken from a store, or shared there."""
        return self.root / "ledgers" / f"{tenant}.for-people.json"

    def receipts(self, tenant: str) -> Path:
        """Who decided what, one file an answer to a form, each with its place in the ledger's journal."""
        return self.root / "receipts" / tenant

    def turn(self, tenant: str) -> Path:
        """The lock of the one process that works for the tenant, never deleted."""
        return self.root / "ledgers" / f"{tenant}.turn.lock"

    def notices(self, tenant: str) -> Path:
        """The lock of the one process that tells the tenant's people, never deleted."""
        return self.root / "ledgers" / f"{tenant}.notices.lock"

    def upgrading(self, tenant: str) -> Path:
        """Where a copy of the ledger is upgraded, beside it: it takes its place by a rename."""
        return self.root / "ledgers" / f".{tenant}.upgrading"

    def upgrade_backup(self, tenant: str, version: int) -> Path:
        """The backup that was made before a ledger of this version was upgraded."""
        return self.root / "backups" / f"{tenant}.version-{version}.age"

    def key(self, tenant: str, use: str) -> Path:
        """A tenant's key for one use: ``ledger``, ``sealed`` or ``pseudonym``."""
        return self.root / "keys" / f"{tenant}.{use}.key"

    def shared_serials(self, service_user_number: str) -> Path:
        """The submission serials of a service user number that several bodies have."""
        return self.root / "serials" / f"{service_user_number}.json"

    def staging(self, run_id: str) -> Path:
        """Where a run's payment file stands before release."""
        return self.root / "staging" / run_id

    def outbox(self, tenant: str) -> Path:
        """Where released payment files appear, under their final names only."""
        return self.root / "outbox" / tenant

    def bank_inbox(self, tenant: str) -> Path:
        """Where what the bank sends back arrives."""
        return self.root / "bank" / tenant

    def provider_inbox(self, tenant: str) -> Path:
        """Where what the provider of vouchers sends back arrives."""
        return self.root / "provider" / tenant

    def continuity_file(self, run_id: str) -> Path:
        """The payments of an approved run, encrypted, for the day on which siller cannot pay."""
        return self._continuity(run_id.partition("-")[0]) / f"{run_id}.csv.age"

    def continuity_openings(self, tenant: str) -> Path:
        """Who opened a continuity file, when and why, one JSON object a line."""
        return self._continuity(tenant) / OPENINGS

    def _continuity(self, tenant: str) -> Path:
        return self.root / "continuity" / tenant

    def reports(self, run_id: str) -> Path:
        """What people read about a run."""
        return self.root / "reports" / run_id

    def recalls(self, run_id: str) -> Path:
        """What the sponsoring bank is asked to stop of a run: payees' accounts, for the bank alone."""
        return self.root / "recalls" / run_id

    def payee_checks(self, run_id: str) -> Path:
        """What a bank is asked to check of a run's payees: names and accounts, for the bank alone."""
        return self.root / "payee-checks" / run_id

    def to_the_body(self, tenant: str) -> Path:
        """What goes back to the tenant, and to nobody else: personal data."""
        return self.root / "to-the-body" / tenant

    def left_out(self, run_id: str, kind: FileKind = FileKind.CSV) -> Path:
        """The rows that a run did not take, with the reasons, in the form that the tenant corrects them in."""
        return self._to_the_body(f"{run_id}.left-out.{kind}")

    def left_out_summary(self, run_id: str) -> Path:
        """The page that says why a run did not take rows, and of how many: it names no payee."""
        return self._to_the_body(f"{run_id}.left-out.html")

    def changed(self, run_id: str) -> Path:
        """The cells that the functions of a contract have changed, as sent and as kept: for the tenant alone."""
        return self._to_the_body(f"{run_id}.changed.csv")

    def written_otherwise(self, run_id: str) -> Path:
        """The names and references that the payment file writes otherwise than they were sent: for the tenant alone."""
        return self._to_the_body(f"{run_id}.written-otherwise.csv")

    def correction_file(self, tenant: str, period: Period, extract: Kind, kind: FileKind = FileKind.CSV) -> Path:
        """What of a period did not reach its payees, to be sent again as an extract of a kind: for the tenant alone."""
        return self._to_the_body(f"{tenant}-{period}.correction-{extract}.{kind}")

    def given_back(self, run_id: str) -> list[Path]:
        """Every file of a run that goes back to the tenant, in whatever form it did."""
        left_out = [self.left_out(run_id, kind) for kind in _GIVEN_BACK_AS]
        return [*left_out, self.left_out_summary(run_id), self.changed(run_id), self.written_otherwise(run_id)]

    def correction_files(self, tenant: str, period: Period) -> list[Path]:
        """Every correction file of a period, of whatever kind and in whatever form."""
        return [self.correction_file(tenant, period, *each) for each in product(Kind, _GIVEN_BACK_AS)]

    def _to_the_body(self, name: str) -> Path:
        return self.to_the_body(name.partition("-")[0]) / name

    def published(self, tenant: str) -> Path:
        """Where analysts find the published file and its pointer."""
        return self.root / "published" / tenant

    def lineage(self) -> Path:
        """The OpenLineage events, one JSON object a line."""
        return self.root / "lineage" / "openlineage.jsonl"

    def spill(self, tenant: str) -> Path:
        """Where DuckDB may spill what is the tenant's, encrypted."""
        return self.root / "spill" / tenant


def account_tables(home: Path) -> Path:
    """Where the installed account tables stand, a folder a version: rehearsals check with the same ones."""
    return home / "modulus-table"


def archive_password(home: Path, tenant: str) -> Path:
    """The password of the archives that a tenant sends: it is the body's own, so both modes open them with the same."""
    return Paths(home, Mode.LIVE).key(tenant, "archive")
