"""Every place that holds payees' data: whose years it has, and what erases it.

The command and the page about retention are made from these lists. A table that stands in none of them fails a test:
whoever adds one says here what becomes of its payees.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from schemas.incoming import Incoming, hash_of, read
from schemas.manifest import Manifest
from schemas.no_go import NoGo
from schemas.period import Period
from schemas.retention import Kind
from tasks.ingest.landing import signature_of
from tasks.release.outboxes import outbox_of
from tasks.storage.folder import Folder
from tasks.tenant_context import TenantContext

_OF_RUNS = "run_no IN (SELECT run_no FROM run WHERE period = $period)"


@dataclass(frozen=True)
class Scope:
    """What is to be erased of a period, as the files are called by it.

    Attributes:
        period: whose payees.
        run_ids: its runs.
        payment_files: what those are called in the outbox.
        sealed: SHA-256 of the sealed files that go: extracts, and what answers or concerns no other period.
    """

    period: Period
    run_ids: tuple[str, ...]
    payment_files: tuple[str, ...]
    sealed: frozenset[str]


@dataclass(frozen=True)
class Table:
    """A table of the ledger with payees' data.

    Attributes:
        name: of the table.
        holds: what, as people say it.
        kind: whose years it has.
        which: its rows of ``$period``, as a condition; ``erased_file`` says by then which sealed files go.
    """

    name: str
    holds: str
    kind: Kind
    which: str = _OF_RUNS


@dataclass(frozen=True)
class Files:
    """A place outside the ledger with payees' data.

    Attributes:
        name: where, below ``SILLER_HOME``.
        holds: what, as people say it.
        kind: whose years it has.
        find: the files and folders of a scope that are there.
    """

    name: str
    holds: str
    kind: Kind
    find: Callable[[TenantContext, Scope], Iterator[Path]]


TABLES = (
    Table(
        "row_key",
        "the key of the period's sealed parts, without which no row of them is read",
        Kind.PAYMENTS,
        "period = $period",
    ),
    Table("earlier_row", "rows of extracts that an earlier siller took in", Kind.PAYMENTS),
    Table("earlier_payment", "payments of such rows", Kind.PAYMENTS),
    Table("core_left_out", "rows that were refused, held or corrected, and why", Kind.PAYMENTS),
    Table("core_referred", "payments that a person was asked to look at", Kind.PAYMENTS),
    Table("out_alike_reference", "payments whose references are alike in the payment file", Kind.PAYMENTS),
    Table("out_written_character", "characters of names that were written otherwise", Kind.PAYMENTS),
    Table(
        "core_bank_answer",
        "what the bank said of each payment",
        Kind.BANK_ANSWERS,
        f"{_OF_RUNS} OR bank_file_no IN (SELECT bank_file_no FROM bank_file SEMI JOIN erased_file USING (sha256))",
    ),
    Table("core_paid_elsewhere", "payments made outside siller", Kind.PAYMENTS, "pay_period = $period"),
    Table("core_paid_elsewhere_too", "which of them siller had as well", Kind.PAYMENTS),
    Table("core_payee_finding", "what was known of details that a payee had not been paid by", Kind.PAYMENTS),
    Table("core_payee_answer", "what a bank said of a payee's details, with its own name for them", Kind.BANK_ANSWERS),
    Table("notice", "which officer was told what of the period, and when", Kind.PAYMENTS, "period = $period"),
)

SEALED_FILES = Path(__file__).with_name("sealed_files.sql").read_text()

STAYS = {
    "run": "what was declared: counts, sums, hashes, names of officers",
    "period_day": "the pay days of a period that has several",
    "line_break": "which rows have line breaks in cells that are not kept",
    "flow_run": "which flow runs worked on it",
    "row_column": "names of columns",
    "part": "counts, sums and digests of the parts",
    "part_file": "names and hashes of files that are gone",
    "core_judged": "that a run was judged",
    "out_gate": "what the gates said: counts, shares, sums, row numbers",
    "out_pack": "what the approver was shown: the same",
    "submission_serial": "serials, never given again",
    "payment_file": "name, hash, count and sum of the payment file",
    "file_day": "its days, with counts and sums",
    "voucher_file": "name, hash, count and sum of the file of vouchers",
    "core_voucher": "which rows a voucher pays, and what each comes to",
    "voucher_submission": "who sent it",
    "voucher_answer_file": "name and hash of what a provider of vouchers said",
    "core_voucher_answer": "what of which voucher was cashed, and how the rest ended",
    "voucher_cancellation": "which voucher a provider was asked to cancel, and why",
    "file_day_rows": "which rows of several days' payments are paid on which",
    "approval": "who approved what, and why",
    "submission": "who sent it",
    "continuity_settlement": "who settled what",
    "credential": "of officers",
    "code_try": "of officers",
    "bank_file": "name and hash of a bank's file",
    "core_statement": "days and balances of the paying accounts",
    "settlement": "who settled what",
    "withdrawal": "who took a file back that was never sent",
    "hold_lift": "who lifted what held an account or a payee",
    "payment_enquiry": "what came of asking the bank about a payment",
    "payee_check": "who asked a bank about payees, and the hash of what was asked",
    "core_payee_check": "which rows were asked about",
    "payee_answer_file": "name and hash of what a bank answered",
    "call_back": "who called about which row, on a number from where",
    "stop": "who stopped which row",
    "recall": "who recalled what, with counts and sums",
    "recall_outcome": "what the bank answered",
    "paid_elsewhere": "who recorded what, with counts and sums",
    "act": "what was done to the ledger",
    "migration": "versions",
    "migrated_entry": "digests",
    "erasure": "what was erased",
    "erased_entry": "digests",
    "erased_file": "hashes of files that are gone",
    "legal_hold": "what forbids it",
    "journal": "counts, sums and digests of everything",
    "ledger_version": "a number",
}
"""The tables that hold nothing of a payee, and what they hold."""


def _sealed(context: TenantContext, scope: Scope) -> Iterator[Path]:
    yield from (context.paths.sealed(context.tenant, sha256) for sha256 in scope.sealed)


def _landed(context: TenantContext, scope: Scope) -> Iterator[Path]:
    folder, manifests = context.paths.landing(context.tenant), dict[Path, Manifest]()
    for path in folder.glob("*.manifest.json"):
        with suppress(NoGo):  # what cannot be read is no manifest of the period's
            manifests[path] = Manifest.parsed(read(path, Incoming.DOCUMENT), path.name, context.tenant)
    others = {manifest.extract for manifest in manifests.values() if manifest.pay_period != scope.period}
    for path, manifest in manifests.items():
        if manifest.pay_period == scope.period:
            yield from (path, signature_of(path))
            if manifest.extract not in others:  # a sender may call each month's alike
                yield folder / manifest.extract
    yield from _with_hash(folder, Incoming.EXTRACT, scope)


def _fetched(context: TenantContext, _: Scope) -> Iterator[Path]:
    return context.paths.fetched(context.tenant).glob("*")


def _from_the_bank(context: TenantContext, scope: Scope) -> Iterator[Path]:
    return _with_hash(context.paths.bank_inbox(context.tenant), Incoming.BANK_FILE, scope)


def _from_the_provider(context: TenantContext, scope: Scope) -> Iterator[Path]:
    return _with_hash(context.paths.provider_inbox(context.tenant), Incoming.VOUCHER_ANSWERS, scope)


def _with_hash(folder: Path, kind: Incoming, scope: Scope) -> Iterator[Path]:
    for path in folder.glob("*"):
        with suppress(NoGo):
            if path.is_file() and hash_of(path, kind) in scope.sealed:
                yield path


def _of_each_run(*places: Callable[[TenantContext, str], Path]) -> Callable[[TenantContext, Scope], Iterator[Path]]:
    def find(context: TenantContext, scope: Scope) -> Iterator[Path]:
        for run_id in scope.run_ids:
            yield from _with_left(*(place(context, run_id) for place in places))

    return find


def _with_left(*paths: Path) -> Iterator[Path]:
    """Files, and what a process that was killed left beside them."""
    for path in paths:
        yield path
        yield from path.parent.glob(f".{path.name}*")


def _to_the_body(context: TenantContext, scope: Scope) -> Iterator[Path]:
    paths = context.paths
    given_back = [path for run_id in scope.run_ids for path in paths.given_back(run_id)]
    yield from _with_left(*given_back, *paths.correction_files(context.tenant, scope.period))


def _released(context: TenantContext, scope: Scope) -> Iterator[Path]:
    """The payment files; their manifests, which name the journal's entries and no payee, stay as its witnesses."""
    outbox = outbox_of(context)
    if isinstance(outbox, Folder):
        yield from (outbox.path / name for name in scope.payment_files)


def _copies(context: TenantContext, scope: Scope) -> Iterator[Path]:  # they hold every period
    paths, tenant = context.paths, context.tenant
    yield from paths.upgrade_backup(tenant, 0).parent.glob(f"{tenant}.version-*.age")
    yield from (paths.upgrading(tenant), paths.root / f".restoring-{tenant}")


FILES = (
    Files(
        "sealed/TENANT",
        "extracts as sent, packs as pages, close certificates, postings, payment files that were never sent, checks of "
        "payees, lists of authorised payees of its days, and files "
        "of the bank, of payments made elsewhere and of evidence that name no other period",
        Kind.PAYMENTS,
        _sealed,
    ),
    Files(
        "staging/RUN",
        "the payment file before its release",
        Kind.PAYMENTS,
        _of_each_run(lambda context, run_id: context.paths.staging(run_id)),
    ),
    Files("outbox/TENANT", "released payment files; their manifests stay", Kind.PAYMENTS, _released),
    Files(
        "to-the-body/TENANT",
        "rows that were left out or did not arrive, cells that were changed, and names that were written otherwise",
        Kind.PAYMENTS,
        _to_the_body,
    ),
    Files(
        "reports/RUN",
        "reconciliation and gates",
        Kind.PAYMENTS,
        _of_each_run(lambda context, run_id: context.paths.reports(run_id)),
    ),
    Files(
        "payee-checks/RUN",
        "what a bank is asked to check",
        Kind.PAYMENTS,
        _of_each_run(lambda context, run_id: context.paths.payee_checks(run_id)),
    ),
    Files(
        "recalls/RUN",
        "what the sponsoring bank is asked to stop",
        Kind.PAYMENTS,
        _of_each_run(lambda context, run_id: context.paths.recalls(run_id)),
    ),
    Files(
        "continuity/TENANT",
        "the payments, for a day on which siller cannot pay",
        Kind.PAYMENTS,
        _of_each_run(
            lambda context, run_id: context.paths.continuity_file(run_id),
            lambda context, run_id: context.paths.continuity_file(run_id).with_name(f"{run_id}.how-to-use.txt"),
        ),
    ),
    Files(
        "landing/TENANT", "extracts that still stand where they arrived, with their manifests", Kind.PAYMENTS, _landed
    ),
    Files("fetched/TENANT", "what a killed start had fetched of a landing in a bucket", Kind.PAYMENTS, _fetched),
    Files("bank/TENANT", "files of the bank that still stand where they arrived", Kind.BANK_ANSWERS, _from_the_bank),
    Files("provider/TENANT", "likewise of the provider of vouchers", Kind.BANK_ANSWERS, _from_the_provider),
    Files(
        "fetched-answers/TENANT",
        "what was fetched of a bank's inbox that homes share",
        Kind.BANK_ANSWERS,
        lambda context, _: context.paths.fetched_answers(context.tenant).glob("*"),
    ),
    Files(
        "fetched-from-provider/TENANT",
        "likewise of the inbox of the provider of vouchers",
        Kind.BANK_ANSWERS,
        lambda context, _: context.paths.fetched_from_provider(context.tenant).glob("*"),
    ),
    Files(
        "backups",
        "what an upgrade, or a restore or an upgrade that was killed, left: of every period",
        Kind.PAYMENTS,
        _copies,
    ),
)
"""Beside them the sealed parts and the analysts' file, which are written anew without the period."""

WRITTEN_ANEW = {
    "parts/TENANT": "rows of extracts as sent: the files go, and their key with the ledger's old copy",
    "ledgers/TENANT.duckdb": "the tables above: copied under another key, so that what DuckDB freed goes too",
    "published/TENANT": "masked rows under pseudonyms: made again of the other periods; earlier versions go",
    "SILLER_PUBLISHED, MODE/TENANT": "the same tables as Parquet: made again, earlier objects go",
    "SILLER_LAKE and its catalogue": "the service's copy of all bodies' tables: gone at the next siller rebuild-lake",
}
